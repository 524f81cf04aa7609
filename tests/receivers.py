"""Receivers of webhooks on loopback: they store all requests and answer as configured."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .verify.masters import wait_for


@dataclass(frozen=True)
class Received:
    """One request: the moment (of the monotonic clock), its path, headers and bytes."""

    at: float
    path: str
    headers: dict
    content: bytes = field(repr=False)

    @property
    def event(self):
        """The parsed body."""
        return json.loads(self.content)

    @property
    def id(self):
        """The header webhook-id."""
        return self.headers["webhook-id"]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        """Store it, then answer with the next of the script, or with the last one repeatedly."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, more = self.server.receiver.take(Received(time.monotonic(), self.path, headers, content))
        if status is not None:
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *arguments):
        """Log nothing."""


class Receiver:
    """A listener with its own port. `script` is a list of statuses; "hang" never answers."""

    def __init__(self, *script, headers=None):
        self._script = list(script) or [204]
        self._headers = headers or {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.received = []

    def __enter__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self):
        """The receiver's address."""
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    @property
    def types(self):
        """Types of the received events, in their order."""
        return [one.event["type"] for one in self.received]

    def wait_for(self, count, seconds=20, **options):
        """Return the requests once there are this many."""
        wait_for(lambda: len(self.received) >= count, seconds, **options)
        return self.received

    def take(self, received):
        """The answer to a request: (status, headers); None is no answer."""
        with self._lock:
            self.received.append(received)
            answer = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if answer == "hang":
            self._over.wait()
            return None, {}
        return answer, self._headers
