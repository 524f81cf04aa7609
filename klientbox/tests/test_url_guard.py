import http.server
import ipaddress
import socket
import threading
import time

import requests
from odoo.addons.klientbox.tools import url_guard
from odoo.tests import BaseCase

SEND = requests.Session.send
HOME = url_guard.networks("127.0.0.0/8, 10.1.2.0/24")
# Ways to write an address that leads into a server's own network, and the error of each.
INSIDE = (
    ("https://127.0.0.1/", "forbidden_address"),
    ("https://127.0.0.1:8443/", "forbidden_address"),
    ("https://127.1/", "forbidden_address"),
    ("https://127.0.1/", "forbidden_address"),
    ("https://0/", "forbidden_address"),
    ("https://0.0.0.0/", "forbidden_address"),
    ("https://2130706433/", "forbidden_address"),
    ("https://0x7f000001/", "forbidden_address"),
    ("https://0x7f.0.0.1/", "forbidden_address"),
    ("https://0X7F.1/", "forbidden_address"),
    ("https://017700000001/", "forbidden_address"),
    ("https://0177.0.0.1/", "forbidden_address"),
    ("https://0177.0.0x1/", "forbidden_address"),
    ("https://①②⑦.⓪.⓪.①/", "forbidden_address"),
    ("https://１２７.０.０.１/", "forbidden_address"),
    ("https://127。0。0。1/", "forbidden_address"),
    ("https://10.0.0.1/", "forbidden_address"),
    ("https://172.16.0.1/", "forbidden_address"),
    ("https://192.168.1.1/", "forbidden_address"),
    ("https://169.254.169.254/latest/meta-data/", "forbidden_address"),
    ("https://2852039166/", "forbidden_address"),
    ("https://100.64.0.1/", "forbidden_address"),
    ("https://192.0.2.1/", "forbidden_address"),
    ("https://198.18.0.1/", "forbidden_address"),
    ("https://224.0.0.1/", "forbidden_address"),
    ("https://255.255.255.255/", "forbidden_address"),
    ("https://[::1]/", "forbidden_address"),
    ("https://[::]/", "forbidden_address"),
    ("https://[::ffff:127.0.0.1]/", "forbidden_address"),
    ("https://[::ffff:7f00:1]/", "forbidden_address"),
    ("https://[::127.0.0.1]/", "forbidden_address"),
    ("https://[64:ff9b::127.0.0.1]/", "forbidden_address"),
    ("https://[64:ff9b::a00:1]/", "forbidden_address"),
    ("https://[64:ff9b:1::10.0.0.1]/", "forbidden_address"),
    ("https://[2002:7f00:1::]/", "forbidden_address"),
    ("https://[2001:0:7f00:1::f5ff:fffe]/", "forbidden_address"),
    ("https://[::ffff:0:127.0.0.1]/", "forbidden_address"),
    ("https://[::ffff:0:8.8.8.8]/", "forbidden_address"),
    ("https://[3fff::1]/", "forbidden_address"),
    ("https://[5f00::1]/", "forbidden_address"),
    ("https://192.88.99.1/", "forbidden_address"),
    ("https://[fe80::1]/", "forbidden_address"),
    ("https://[fc00::1]/", "forbidden_address"),
    ("https://[ff02::1]/", "forbidden_address"),
    ("https://localhost/", "forbidden_address"),
    ("https://LOCALHOST./", "forbidden_address"),
    ("https://a.localhost/", "forbidden_address"),
    ("https://metadata.google.internal/", "forbidden_address"),
    ("https://printer.local/", "forbidden_address"),
    ("https://odoo/", "forbidden_address"),
    ("https://127.0.0.1./", "invalid_url"),
    ("https://0x7f.0.0.1./", "invalid_url"),
    ("https://1.2.3.4.5/", "invalid_url"),
    ("https://[fe80::1%25eth0]/", "invalid_url"),
    ("https://user@shop.example/", "user_in_url"),
    ("https://user:word@127.0.0.1/", "user_in_url"),
    ("https://shop.example@127.0.0.1/", "user_in_url"),
    ("https://127.0.0.1\\@shop.example/", "invalid_url"),
    ("https://shop.example\\.127.0.0.1/", "invalid_url"),
    ("https://shop.example /", "invalid_url"),
    ("https://shop.example/\r\nX-Header: 1", "invalid_url"),
    ("https:///path", "invalid_url"),
    ("https://shop.example:port/", "invalid_url"),
    ("https://shop.example:99999/", "invalid_url"),
    ("https://[shop.example/", "invalid_url"),
    ("https://shop.example/" + "a" * 2000, "invalid_url"),
    ("nonsense", "invalid_url"),
    ("", "invalid_url"),
    ("http://shop.example/", "https_only"),
    ("ftp://shop.example/", "https_only"),
    ("gopher://127.0.0.1:25/_HELO", "https_only"),
    ("file://shop.example/etc/passwd", "https_only"),
    ("https://shop.example:22/", "forbidden_port"),
    ("https://shop.example:80/", "forbidden_port"),
)
# (network, whether its first and last address are public, whether the ones just before and after it are), of IANA's
# registries of special-purpose addresses. None: there is no such neighbour.
SPECIAL = (
    ("0.0.0.0/8", False, None, True),
    ("10.0.0.0/8", False, True, True),
    ("100.64.0.0/10", False, True, True),
    ("127.0.0.0/8", False, True, True),
    ("169.254.0.0/16", False, True, True),
    ("172.16.0.0/12", False, True, True),
    ("192.0.0.0/24", False, True, True),
    ("192.0.2.0/24", False, True, True),
    ("192.31.196.0/24", False, True, True),
    ("192.52.193.0/24", False, True, True),
    ("192.88.99.0/24", False, True, True),
    ("192.168.0.0/16", False, True, True),
    ("192.175.48.0/24", False, True, True),
    ("198.18.0.0/15", False, True, True),
    ("198.51.100.0/24", False, True, True),
    ("203.0.113.0/24", False, True, True),
    ("224.0.0.0/4", False, True, False),
    ("240.0.0.0/4", False, False, None),
    ("::/96", False, None, False),
    ("::ffff:0:0/112", False, False, False),
    ("::ffff:8.8.8.0/120", True, True, True),
    ("::ffff:10.0.0.0/104", False, True, True),
    ("::ffff:0:0:0/96", False, False, False),
    ("64:ff9b::/104", False, False, True),
    ("64:ff9b::8.8.8.0/120", True, True, True),
    ("64:ff9b::192.168.0.0/112", False, True, True),
    ("64:ff9b:1::/48", False, False, False),
    ("100::/64", False, False, False),
    ("100:0:0:1::/64", False, False, False),
    ("2001::/23", False, True, True),
    ("2001:db8::/32", False, True, True),
    ("2002::/16", False, True, True),
    ("2620:4f:8000::/48", False, True, True),
    ("3fff::/20", False, True, True),
    ("5f00::/16", False, False, False),
    ("fc00::/7", False, False, False),
    ("fe80::/10", False, False, False),
    ("ff00::/8", False, False, None),
    ("2000::/3", True, False, False),
)
OUTSIDE = (
    "https://shop.example/hook?x=1",
    "https://shop.example:8443/",
    "https://SHOP.example./",
    "https://8.8.8.8/",
    "https://134744072/",
    "https://[2606:4700:4700::1111]/",
    "https://kavárna.example/",
)


class _Listener(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        """Answer as the path requests."""
        self.server.requested.append(self.path)
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/inner")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/drip":
            while not self.server.over.wait(0.05):
                self.wfile.write(b"H")

    def log_message(self, *arguments):
        """Log nothing."""


class TestUrlGuard(BaseCase):
    """The guard, with a real listener inside the network that it guards."""

    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Listener)
        self.server.requested, self.server.over = [], threading.Event()
        self.server.daemon_threads = True
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        self.port = self.server.server_port
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.over.set)

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Odoo's tests allow no outgoing connections; here the guard itself decides, and only for this machine."""
        return SEND(session, request, **options)

    def get(self, path="/", allowed=(), host="127.0.0.1", **options):
        with url_guard.session(allowed, **options) as session:
            return url_guard.request(session, "GET", f"http://{host}:{self.port}{path}")

    def test_what_leads_inside_is_refused_when_it_is_saved(self):
        for url, code in INSIDE:
            with self.subTest(url=url):
                self.assertEqual(url_guard.objection(url), code)

    def test_what_leads_outside_is_not(self):
        for url in OUTSIDE:
            with self.subTest(url=url):
                self.assertIsNone(url_guard.objection(url))

    def test_special_networks_end_exactly_where_the_registries_say(self):
        for text, inside, before, after in SPECIAL:
            first, last = ipaddress.ip_network(text)[0], ipaddress.ip_network(text)[-1]
            around = [(first, inside), (last, inside)]
            around += [(first - 1, before)] if before is not None else []
            around += [(last + 1, after)] if after is not None else []
            for address, expected in around:
                self.assertEqual(url_guard.is_public(str(address)), expected, f"{address} of {text}")

    def test_nothing_is_public_that_python_knows_as_private(self):
        """For any version; the other way round the registries have more entries than older versions."""
        for number in range(2**16):
            for address in (ipaddress.IPv4Address(number << 16), ipaddress.IPv6Address(number << 112)):
                self.assertFalse(url_guard.is_public(str(address)) and not address.is_global, address)

    def test_the_server_s_owner_lets_networks_in(self):
        for url in ("http://127.0.0.1:8069/", "https://10.1.2.3:22/", "http://0x7f000001/", "http://gateway:8080/"):
            self.assertIsNone(url_guard.objection(url, HOME), url)
        for url in (
            "http://10.1.3.1/",
            "https://10.1.3.1/",
            "https://[::1]/",
            "http://8.8.8.8/",
            "https://8.8.8.8:22/",
        ):
            self.assertEqual(url_guard.objection(url, HOME), "forbidden_address", url)

    def test_no_connection_is_made_inside_however_it_is_spelt(self):
        hosts = ("127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001", "localhost", "[::ffff:127.0.0.1]")
        for host in hosts:
            with self.subTest(host=host), self.assertRaises(requests.ConnectionError) as caught:
                self.get(host=host)
            self.assertTrue(url_guard.is_forbidden(caught.exception), host)
            self.assertTrue(url_guard.never_left(caught.exception), host)
        self.assertEqual(self.server.requested, [])

    def test_the_address_that_is_connected_to_decides_not_the_one_that_was_looked_up_before(self):
        """A name server with another answer the second time: the name is resolved once, and that address is checked."""
        answers = iter(["93.184.216.34", "127.0.0.1"])

        def resolve(host, port, *arguments, **options):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

        self.patch(url_guard.socket, "getaddrinfo", resolve)
        self.assertIsNone(url_guard.objection("https://rebound.example/"))
        with self.assertRaises(requests.ConnectionError) as caught:
            self.get(host="rebound.example")
        self.assertTrue(url_guard.is_forbidden(caught.exception))
        self.assertEqual(self.server.requested, [])

    def test_one_inner_address_among_public_ones_is_enough(self):
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, self.port)) for address in ("8.8.8.8", "127.0.0.1")
        ]
        self.patch(url_guard.socket, "getaddrinfo", lambda *arguments, **options: found)
        with self.assertRaises(requests.ConnectionError) as caught:
            self.get(host="half.example")
        self.assertTrue(url_guard.is_forbidden(caught.exception))

    def test_a_redirect_is_an_answer_and_nothing_more(self):
        answer, _body = self.get("/redirect", HOME)
        self.assertEqual((answer.status_code, self.server.requested), (302, ["/redirect"]))

    def test_an_answer_that_drips_is_cut_off(self):
        began = time.monotonic()
        with self.assertRaises(requests.Timeout):
            self.get("/drip", HOME, within=1)
        # Each byte would extend it by twenty seconds.
        self.assertLess(time.monotonic() - began, 15)
