"""Hostile requests without a key: generated from a seed, sent byte by byte.

Each is sent alone on a connection of its own, and the processor time that the workers used meanwhile is its cost.
"""

from __future__ import annotations

import base64
import errno
import json
import random
import re
import socket
import time
from collections import Counter
from dataclasses import dataclass
from urllib.parse import unquote

import psutil

from dev.server import HOST

# Maximum of a worker's processor time for one request.
MOST_SECONDS = 0.5
# That vendor's answers without credentials, with a wrong application, and with a wrong token.
CLIENT_BOOK_REFUSALS = (507, 508, 509)
V1 = "/klientbox/api/v1"
CALLBACK = "/klientbox/gateway/"
# Paths of requests before they are modified; a callback's token belongs to an existing gateway.
PATHS = (
    *(V1 + path for path in ("", "/clients", "/clients/1", "/clients/bulk", "/visits", "/visits/1", "/services")),
    *(V1 + path for path in ("/messages", "/reports/summary", "/reports/reactivation", "/me", "/webhooks", "/nothing")),
    f"{V1}/openapi.json",
    f"{V1}/docs",
    "/api/clientes",
    "/api/clientes/1/",
    "/api/api-key/",
    *(f"/{base}/{path}" for base in ("apiv1", "v1") for path in ("clients/list", "clients/1", "license/token", "x")),
    f"{CALLBACK}1-{'wrong' * 6}",
    f"{CALLBACK}1-{'A' * 43}",
    f"{CALLBACK}999999999-{'A' * 43}",
    CALLBACK,
    "/klientbox/export/1.csv",
    "/klientbox/export/1.xlsx",
    "/klientbox/import/1/refused",
)
# Our own paths, in any spelling; all others are Odoo's.
OURS = re.compile(r"/(klientbox|api/clientes|api/api-key|apiv1|v1)(/|$)")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 900)
PIECES = (
    "%00", "..", ".", "%2e%2e", "%2f", "%5c", "\\", "//", ";x=1", "%", "%zz", "%ff%fe", "%c0%ae", "%E2%80%AE", "é", "'",
    '"', "%27", "%22", "<script>", "{id}", "{{7*7}}", "${jndi:x}", "0", "-1", "1e9", "9" * 400, "a" * 9000, "%0d%0aX:1",
    "*", "~", "$", "|", "null", "True", "cs_CZ", "web", "static", "kbx_live_", "+420601234567",
)  # fmt: skip
NAMES = (
    "page", "per_page", "search", "sort", "fields", "status", "updated_since", "phone__in", "db", "debug", "lang",
    "token", "secret", "app_id", "app_key", "api_key", "key", "limit", "q", "name__icontains", "__class__", "a[]", "",
)  # fmt: skip
# Repeated texts that might be slow for a log filter, or a parser of numbers or dates.
CHOKING = (
    "'secret': '", '"token": "', "\\", "'\\", '"\\', "name__", "?name__", "&q=", "/token", "/secret/", "+420", "%2B420",
    "/1-", "%73ecret=", "kbx_live_", " ", "\t", "0", "9.", "-", "=", "%", "a@", "(", "[", "{", ";", ",", "á", "%C3%A1",
)  # fmt: skip
HEADER_NAMES = (
    "Accept", "Accept-Language", "Accept-Encoding", "Authorization", "Cookie", "Content-Type", "Content-Encoding",
    "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Real-IP", "Referer",
    "User-Agent", "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "If-Match", "Range",
    "If-None-Match", "If-Modified-Since", "Idempotency-Key", "X-Request-Id", "X-HTTP-Method-Override", "Expect",
    "Upgrade", "Date", "X-Koibox-Key", "Transfer-Encoding", "X-Odoo-Database", "Sec-Fetch-Mode",
)  # fmt: skip
SENSIBLE = {
    "Accept-Language": ("cs-CZ,cs;q=0.9", "*;q=NaN", "x-" * 500, ";q=,;q=,"),
    "Cookie": (
        "session_id={}", "frontend_lang=cs_CZ; cids=1,2,x", "session_id=../../etc/passwd", "session_id=" + "a" * 84,
    ),
    "Content-Type": (
        "application/json", "multipart/form-data", "multipart/form-data; boundary=x", "text/xml", "a" * 500,
        "application/x-www-form-urlencoded; charset=utf-7", "application/json; charset=nonsense",
    ),
    "Authorization": (
        "Bearer x", "Basic " + base64.b64encode(b"admin:admin").decode(), "Basic ====", "Digest " + 'a="' * 99,
    ),
    "X-Forwarded-For": ("127.0.0.1", "1.2.3.4, 5.6.7.8, x", "::1", "'; DROP TABLE x; --", "1.1.1.1," * 200),
    "X-Forwarded-Host": ("elsewhere.example", "[::1", "a" * 300, "x:99999"),
    "Range": ("bytes=0-1", "bytes=" + "0-," * 500, "lines=1"),
    "If-Match": ("*", '"1"', 'W/"' + "1" * 99, '"' * 400, ",".join(['"1"'] * 300)),
    "Accept-Encoding": ("gzip", "gzip;q=x", "gzip," * 500, "br;q=1e9"),
    "X-Odoo-Database": ("postgres", "no_such_database", "../x"),
}  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """One request: its bytes, and facts for the rest of the test."""

    kind: str
    path: str
    raw: bytes

    @property
    def is_ours(self):
        """Whether our code answers it: a path below one of our prefixes."""
        spelt = re.sub(r"/{2,}", "/", unquote(self.path.partition("?")[0], errors="replace"))
        return bool(OURS.match(spelt))


class Inventor:
    """Generates requests. The same seed generates the same ones."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._kinds = [
            (self._bent_path, 22),
            (self._long_query, 14),
            (self._choking_query, 10),
            (self._odd_headers, 18),
            (self._odd_body, 14),
            (self._broken_framing, 8),
            (self._callback, 9),
            (self._odd_credentials, 5),
        ]

    def make(self, count):
        """This many requests."""
        makers, weights = zip(*self._kinds, strict=True)
        for maker in self._random.choices(makers, weights, k=count):
            yield maker()

    def _bent_path(self):
        pieces = self._pick(PATHS).split("/")
        for _ in range(self._random.randint(1, 4)):
            place = self._random.randrange(1, len(pieces) + 1)
            if self._random.random() < 0.5:
                pieces.insert(place, self._pick(PIECES))
            else:
                pieces[place - 1] += self._pick(PIECES)
        path = "/".join(pieces)
        if not path.startswith("/"):
            path = self._random.choice(("/", "//", "http://elsewhere.example/")) + path
        return self._request("path", path, method=self._pick(METHODS))

    def _long_query(self):
        count = self._random.choice((1, 3, 30, 1000, 3000))
        pairs = (f"{self._pick(NAMES)}={self._pick(PIECES)}" for _ in range(count))
        return self._request("query", f"{self._pick(PATHS)}?{'&'.join(pairs)}"[:60_000])

    def _choking_query(self):
        """As long as the server accepts."""
        first, second, last = self._pick(CHOKING), self._pick(CHOKING), self._pick(CHOKING)
        query = first + second * (self._random.choice((200, 8_000, 60_000)) // len(second)) + last
        text = query if self._random.random() < 0.5 else f"{self._pick(NAMES)}={query}"
        separator = self._random.choice("?/")
        return self._request("choking", f"{self._pick(PATHS)}{separator}{text}"[:64_000].replace(" ", "+"))

    def _odd_headers(self):
        headers = []
        for _ in range(self._random.choice((1, 2, 5, 60, 120))):
            name = self._pick(HEADER_NAMES)
            headers.append((name, self._header_value(name)))
        headers += headers[:1] * self._random.choice((0, 1, 30))
        method, body = self._random.choice((("GET", b""), ("POST", b"{}"), ("OPTIONS", b"")))
        return self._request("headers", self._pick(PATHS), method=method, headers=headers, body=body)

    def _header_value(self, name):
        if name in SENSIBLE and self._random.random() < 0.6:
            return self._pick(SENSIBLE[name])
        if self._random.random() < 0.4:
            pump = self._pick(CHOKING).replace("á", "\xe1")
            return pump * (self._random.choice((3, 500, 20_000)) // len(pump))
        return self._random.choice(("", "x", "\x01\x02", "a" * 8000, "1" * 300, "é", ",", ";" * 3000, "gzip, chunked"))

    def _odd_body(self):
        body = self._random.choice((
            lambda: b"[" * self._random.choice((10, 30_000, 400_000)),
            lambda: b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
            lambda: json.dumps({f"name{number}": "x" * 50 for number in range(8_000)}).encode(),
            lambda: b'{"name": "' + b"x" * 1_000_000 + b'"}',
            lambda: b'{"name": ' + b"9" * 200_000 + b"}",
            lambda: b'{"name": "' + b"\\u0041" * 100_000 + b'"}',
            lambda: b"&".join(b"a%d=%%ff" % number for number in range(30_000)),
            lambda: b"a" * 2_000_000,
            lambda: self._random.randbytes(20_000),
            lambda: b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n" * 3_000,
            lambda: b"--x\r\n" + b"A" * 300_000,
            lambda: b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>",
            lambda: json.dumps([{"event": "x" * 100, "text": "STOP"}] * 2_000).encode(),
            lambda: b"\x1f\x8b" + bytes(5_000),
        ))()  # fmt: skip
        kind = self._pick(SENSIBLE["Content-Type"])
        method = self._random.choice(("POST", "PUT", "PATCH", "DELETE", "GET"))
        return self._request("body", self._pick(PATHS), method=method, headers=[("Content-Type", kind)], body=body)

    def _broken_framing(self):
        """Invalid lengths and chunks; the connection is half closed after them, so the server waits for no more."""
        path = self._pick(PATHS)
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        framings = (
            "Content-Length: 100\r\n\r\n{}",
            "Content-Length: -1\r\n\r\n{}",
            "Content-Length: 1e3\r\n\r\n{}",
            "Content-Length: 99999999999999999999\r\n\r\n{}",
            "Content-Length: 2\r\nContent-Length: 7\r\n\r\n{}",
            "Content-Length: +2\r\n\r\n{}",
            "Content-Length: 0x2\r\n\r\n{}",
            "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n",
            "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
            "Transfer-Encoding: chunked\r\n\r\n" + "1\r\na\r\n" * 3000,
            f"Transfer-Encoding: chunked\r\n\r\n{'0' * 60000}2\r\n{{}}\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Transfer-Encoding: xchunked\r\n\r\n{}",
            "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
            "Content-Length: 2\r\n folded: x\r\n\r\n{}",
            "No colon here\r\nContent-Length: 2\r\n\r\n{}",
            "Content-Length: 2\n\n{}",
            "\r\n",
            "",
        )
        return Hostile("framing", path, (head + self._random.choice(framings)).encode("latin-1"))

    def _callback(self):
        """A callback, perhaps of an existing gateway, with a token that is not its own."""
        letters = "ABCabc019_-"
        token = "".join(self._random.choices(letters, k=self._random.choice((0, 19, 20, 43, 43, 43, 100, 101, 5000))))
        number = self._random.choice(("1", "2", "3", "0", "-1", "999999999", "9999999999", "1" * 300, "x", "%31"))
        path = f"{CALLBACK}{number}-{token}"
        body = self._random.choice((
            b'{"event": "reply", "text": "STOP", "from": "+420601234567"}',
            b"text=STOP&from=%2B420601234567",
            b"a=" + b"%41" * 20_000,
            b"x" * 70_000,
            b"\x00" * 3_000,
            b"",
        ))  # fmt: skip
        kinds = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x")
        method = self._random.choice(("GET", "POST", "POST", "PUT", "HEAD", "OPTIONS"))
        headers = [("Content-Type", self._pick(kinds))]
        return self._request("callback", path, method=method, headers=headers, body=b"" if method == "GET" else body)

    def _odd_credentials(self):
        """Invalid keys. Only a few, as an address may try 300 a minute."""
        key = self._random.choice(
            ("junk", "kbx_live_x", "k" * 8000, "kbx_live_" + "a" * 57, "\xe9", "kbx_live_abcdefgh_" + "0" * 49, "'--")
        )
        if self._random.random() < 0.3:
            query = f"app_id={key}&app_key={key}&token={key}&secret={key}"
            return self._request("credentials", f"/apiv1/clients/list?{query}")
        name = self._random.choice(("X-API-Key", "X-Koibox-Key"))
        return self._request("credentials", self._pick(PATHS), headers=[(name, key)] * self._random.choice((1, 2)))

    def _request(self, kind, path, method="GET", headers=(), body=b""):
        lines = [f"{method} {path} HTTP/1.1", "Host: salon.example", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers]
        if body or method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines).encode("utf-8", "replace")
        return Hostile(kind, path, head + b"\r\n\r\n" + body)

    def _pick(self, values):
        return self._random.choice(values)


class Costs:
    """The processor time of a server's workers."""

    def __init__(self, server):
        self._server = server
        self._workers = [psutil.Process(pid) for pid in server.worker_pids()]

    def now(self):
        """Seconds so far. RuntimeError when a worker has ended: its time would be lost."""
        if not all(worker.is_running() for worker in self._workers):
            raise RuntimeError("A worker has ended.")
        return sum(sum(worker.cpu_times()[:2]) for worker in self._workers)


@dataclass
class Outcome:
    """The result of one request: its status (None: the connection was closed without one) and its cost."""

    request: Hostile
    status: int | None
    processor: float
    elapsed: float


def attack(server, seed, count):
    """Send this many requests, one after the other; their Outcomes."""
    costs = Costs(server)
    before = costs.now()
    outcomes = []
    for request in Inventor(seed).make(count):
        began = time.monotonic()
        status = send(server.port, request.raw)
        elapsed = time.monotonic() - began
        after = costs.now()
        outcomes.append(Outcome(request, status, after - before, elapsed))
        before = after
    return outcomes


def send(port, raw):
    """The status of the answer to these bytes; None when there was none."""
    with socket.create_connection((HOST, port), timeout=30) as connection:
        answer = b""
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(2**16):
                answer = (answer + piece)[:200]
        except OSError as error:
            # The server closed the connection; its answer may still be in the buffer.
            if not isinstance(error, ConnectionError) and error.errno != errno.ENOTCONN:
                raise
    found = re.match(rb"HTTP/1\.\d (\d{3})", answer)
    return int(found[1]) if found else None


def is_server_error(status):
    """Whether a status is a server error; those of Client Book's refusals are not."""
    return status is not None and status >= 500 and status not in CLIENT_BOOK_REFUSALS


def server_errors(outcomes):
    """Our paths that were answered with a server error: (status, kind, beginning of the request)."""
    return [
        (outcome.status, outcome.request.kind, outcome.request.raw[:300])
        for outcome in outcomes
        if outcome.request.is_ours and is_server_error(outcome.status)
    ]


def costly(outcomes):
    """Requests that took a worker too long, ours or not: (seconds, kind, beginning of the request)."""
    return [
        (round(outcome.processor, 2), outcome.request.kind, outcome.request.raw[:300])
        for outcome in outcomes
        if outcome.processor > MOST_SECONDS
    ]


def figures(outcomes, seed):
    """A summary of the run."""
    ours = [outcome for outcome in outcomes if outcome.request.is_ours]
    statuses = Counter(str(outcome.status) for outcome in ours)
    others = [outcome for outcome in outcomes if not outcome.request.is_ours]
    failed = [outcome for outcome in others if is_server_error(outcome.status)]
    return {
        "requests": len(outcomes),
        "seed": seed,
        "below_our_prefixes": len(ours),
        "statuses": dict(sorted(statuses.items())),
        "server_errors": len(server_errors(outcomes)),
        "server_errors_of_odoo_s_own_paths": len(failed),
        "kinds": dict(sorted(Counter(outcome.request.kind for outcome in outcomes).items())),
        "processor_seconds": {
            "mean": round(sum(outcome.processor for outcome in outcomes) / len(outcomes), 4),
            "most": round(max(outcome.processor for outcome in outcomes), 2),
        },
        "elapsed_seconds_most": round(max(outcome.elapsed for outcome in outcomes), 2),
    }
