"""The gateway on the network."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .callbacks import HOST, Refusal
from .gateway import DEFAULTS, NOT_TAKING, Answer, Gateway

if TYPE_CHECKING:
    from dev.mail_sink import MailSink

SECRET = "simulator-secret"
HUGE = 2_000_000


class _Server(ThreadingHTTPServer):
    request_queue_size = 256

    def __init__(self, gateway: Simulator, port: int) -> None:
        self.gateway = gateway
        self.halted = threading.Event()
        self._connections: set[socket.socket] = set()
        super().__init__((HOST, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Only close: a shutdown first would end the connection in order, and a reset must not."""
        self._connections.discard(request)
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """These tests are about clients that close the connection."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def halt(self) -> None:
        """Accept no connections and close all, including idle ones."""
        self.halted.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer leaves in one piece
    server: _Server

    def log_message(self, *_arguments: object) -> None:
        """A log would contain phones."""

    def do_GET(self) -> None:
        try:
            answer = self._route()
        except Refusal as refusal:
            answer = Answer(refusal.status, {"error": str(refusal)})
        if answer is None:
            self.close_connection = True
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(body)), **answer.headers}
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET

    def _route(self) -> Answer | None:
        gateway, parts = self.server.gateway, urlsplit(self.path)
        fields = self._fields()
        route = f"{self.command} {parts.path}"
        if route == "POST /send":
            self._authorize()
            return self._send(fields)
        if route.startswith("GET /messages/"):
            self._authorize()
            if not gateway.config()["status_query"]:
                raise Refusal(501, "not_implemented")
            message = gateway.message(unquote(parts.path.removeprefix("/messages/")))
            return Answer(200, {name: message[name] for name in ("reference", "id", "state")})
        if route == "GET /_sim/messages":
            return Answer(200, gateway.summary(**_filters(parts.query)))
        if route == "DELETE /_sim/messages":
            gateway.forget()
            return Answer(200, gateway.summary())
        if route == "GET /_sim/config":
            return Answer(200, gateway.config())
        if route == "POST /_sim/config":
            return Answer(200, gateway.configure(**fields))
        if route == "DELETE /_sim/config":
            return Answer(200, gateway.configure(**DEFAULTS))
        if route == "POST /_sim/reply":
            number, text = _texts(fields, "from", "text")
            options = (str(fields.get(name) or "") for name in ("in_reply_to", "callback", "event_id"))
            return Answer(202, {"event_id": gateway.reply(number, text, *options)})
        if route == "POST /_sim/report":
            gateway.report(*_texts(fields, "reference", "state"))
            return Answer(202, {})
        if route == "GET /_sim/mails" and gateway.sink:
            return Answer(200, [mail.shown() for mail in gateway.sink.mails()])
        if route == "DELETE /_sim/mails" and gateway.sink:
            gateway.sink.reset()
            return Answer(200, [])
        raise Refusal(404, "not_found")

    def _fields(self) -> dict[str, Any]:
        """The body, JSON or a form, as a dictionary."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            raise Refusal(411, "length_required")
        body = self.rfile.read(int(length))
        try:
            if self.headers.get_content_type() == "application/x-www-form-urlencoded":
                return dict(parse_qsl(body.decode()))
            fields = json.loads(body or b"{}")
        except ValueError as error:
            raise Refusal(400, f"the body cannot be read: {error}") from error
        if not isinstance(fields, dict):
            raise Refusal(400, "the body is not a JSON object")
        return fields

    def _authorize(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {self.server.gateway.secret}":
            raise Refusal(401, "unauthorized")

    def _send(self, fields: dict[str, Any]) -> Answer | None:
        _texts(fields, "reference", "to", "text")
        known = {name: str(fields.get(name) or "") for name in ("reference", "to", "text", "sender", "callback")}
        mode, config, message = self.server.gateway.take(known)
        wait = config["answer_delay"] + (config["hang_seconds"] if mode.startswith("hang") else 0)
        if self.server.halted.wait(wait) or message is None:
            return None if self.server.halted.is_set() else NOT_TAKING[mode]
        accepted = {"id": message["id"], "parts": 1}
        if mode == "error":
            return Answer(500, {"error": "internal"})
        if mode == "html":
            return Answer(200, b"<html>ok</html>", content_type="text/html")
        if mode == "huge":
            return Answer(200, {**accepted, "padding": "x" * HUGE})
        if mode == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return None
        return Answer(200 if mode == "known" else 201, accepted)


def _texts(fields: dict[str, Any], *names: str) -> list[str]:
    """These members, which must be texts and not empty."""
    if missing := [name for name in names if not fields.get(name) or not isinstance(fields[name], str)]:
        raise Refusal(400, f"missing: {', '.join(missing)}")
    return [fields[name] for name in names]


def _filters(query: str) -> dict[str, Any]:
    parameters = dict(parse_qsl(query))
    limit = parameters.get("limit")
    if limit and not limit.isdigit():
        raise Refusal(400, "wrong value: limit")
    return {"limit": limit and int(limit), "to": parameters.get("to"), "reference": parameters.get("reference")}


class Simulator(Gateway):
    """The gateway on the network; use it as a context manager, or call ``start`` and ``stop``."""

    def __init__(
        self, port: int = 0, secret: str = SECRET, journal: Path | None = None, sink: MailSink | None = None
    ) -> None:
        super().__init__(journal)
        self.secret = secret
        self.sink = sink
        self._port = port
        self._server: _Server | None = None

    def __enter__(self) -> Simulator:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Serve, on the same port as before if it was stopped."""
        self._server = _Server(self, self._port)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.callbacks.start()

    def stop(self) -> None:
        """End all connections, answered or not; the memory stays, and callbacks wait for the next start."""
        if self._server:
            self.callbacks.stop()
            self._server.halt()
            self._server = None

    def restart(self, outage: float = 0) -> None:
        self.stop()
        time.sleep(outage)
        self.start()
