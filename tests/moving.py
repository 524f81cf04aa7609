"""Moving: a salon whose account is at one of our own facades, and another one that fetches it.

`Between` is a proxy between the two that can be made to fail, as no facade of ours would.
"""

import http.server
import json
import socket
import threading
import time

import requests

from .importing import Form

# The values of a client that must be equal on both sides, by columns of its table.
SAME = (
    "name",
    "given_name",
    "family_name",
    "phone",
    "email",
    "birth_date",
    "gender",
    "sms_opt_out",
    "email_opt_out",
    "active",
    "last_visit_date",
)


class Between:
    """A server that forwards each GET to the vendor's, and returns its answers."""

    def __init__(self, url):
        self.url = url
        self.received, self.prepared, self.change = [], [], None
        self._port = None
        self.start()

    def start(self):
        """Listen; again at the same port after `stop`."""
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self._port or 0), _Handler)
        self._server.between, self._server.daemon_threads = self, True
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])
        self._thread.start()

    def stop(self):
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()

    @property
    def address(self):
        """The proxy's address."""
        return f"http://127.0.0.1:{self._port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        """Forward, or do the prepared action: a pair (status, headers), or None for a connection that breaks."""
        between = self.server.between
        between.received.append((time.monotonic(), self.path))
        if between.prepared:
            prepared = between.prepared.pop(0)
            if prepared is None:
                self._break()
                return
            self._reply(*prepared, b"")
            return
        headers = {name: value for name, value in self.headers.items() if name.lower().startswith(("x-", "accept"))}
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(between.url + self.path, headers=headers, timeout=60)
        content = answer.content
        if between.change and answer.status_code == 200:
            content = json.dumps(between.change(answer.json())).encode()
        self._reply(answer.status_code, {"Content-Type": answer.headers["Content-Type"]}, content)

    def _reply(self, status, headers, content):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _break(self):
        """A connection that breaks in the middle of an answer."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b'{"count": 5000, "results": [')
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *arguments):
        """Log nothing."""


class AccountForm(Form):
    """The import of an account, created as in the web client. `credentials` by the names of the form's fields."""

    def __init__(self, site, salon, kind, address, credentials, per_second=20):
        self.site, self.web = site, site.admin
        self.kind, self.credentials = kind, credentials
        values = {"company_id": salon.company_id, "kind": kind, "account_url": address, "per_second": per_second}
        [self.id] = self.web.call("klientbox.import", "create", [{**values, **credentials}])

    def go_on(self, **typed):
        """Enter these values, continue, and let the job work; the form's state afterwards."""
        if typed:
            self.web.call("klientbox.import", "write", [self.id], typed)
        self.press("action_continue")
        self.work()
        return self.read("state")

    def wait_no_longer(self):
        """Let the waiting time pass; the form's state after the job."""
        self.site.sql("UPDATE klientbox_import SET next_at = NULL WHERE id = %s", [self.id])
        self.work()
        return self.read("state")

    def means(self):
        """{member: (field or False, how many have it, its treatment)}."""
        names = ["header", "field", "filled", "remark"]
        rows = self.web.call("klientbox.import.column", "search_read", [("import_id", "=", self.id)], names)
        return {row["header"]: (row["field"], row["filled"], row["remark"]) for row in rows}


def clients_of(site, salon):
    """A salon's data of its clients, as far as an account contains them, by phone and name."""
    rows = site.sql(
        f"SELECT {', '.join(SAME)} FROM klientbox_client WHERE company_id = %s ORDER BY phone, name",
        [salon.company_id],
    )
    return [dict(zip(SAME, row, strict=True)) for row in rows]


def fill(site, salon, count, **values):
    """This many clients for a salon, with different values of every member of an account; their ids."""
    ids = []
    for first in range(0, count, 500):
        people = [{**_person(number), **values} for number in range(first, min(count, first + 500))]
        ids += site.admin.call("klientbox.client", "create", [{"company_id": salon.company_id, **it} for it in people])
    return ids


def _person(number):
    person = {"given_name": f"Jana{number}", "family_name": f"Nováková {number}", "phone": f"+42060{number:07}"}
    if number % 2:
        person["email"] = f"client{number}@example.com"
    if number % 3 == 0:
        person |= {"birth_date": f"19{50 + number % 50}-0{1 + number % 9}-17", "gender": "female"}
    return person | {
        "sms_opt_out": number % 7 == 0,
        "email_opt_out": number % 11 == 0,
        "active": number % 13 != 0,
    }
