"""An SMS gateway that sends nothing: real HTTP on 127.0.0.1, with every way in which a real one lets its client down.

In a test's process ``with Simulator() as gateway: ...``; as a process ``python -m dev.simulator --port P --secret S``,
steered by ``/_sim/...``. Delivery reports and replies are posted to the ``callback`` that came with each message.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import heapq
import itertools
import json
import signal
import socket
import struct
import sys
import threading
import time
from collections import Counter, defaultdict
from datetime import datetime, timezone
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

HOST = "127.0.0.1"
SECRET = "simulator-secret"
HUGE = 2_000_000
DEFAULTS = {
    "mode": "ok",
    "modes_by_number": {},  # {phone: mode}; a phone named here takes nothing from the script
    "script": [],  # modes, one for each /send, before `mode` holds again
    "answer_delay": 0.0,
    "hang_seconds": 60.0,
    "report": "delivered",
    "report_by_number": {},
    "report_delay": 0.05,  # seconds after acceptance
    "report_times": 1,
    "report_first": False,  # the report is posted, and its answer awaited, before /send is answered
    "batch": False,  # reports wait for each other and go as one array
    "batch_size": 10,
    "batch_wait": 0.5,
    "reply": None,  # what the recipient of each message answers, after the report
    "reply_by_number": {},
    "reply_delay": 0.0,
    "idempotent": False,  # a known reference gets the first answer again, in any mode
    "status_query": True,
}


class Refusal(ValueError):
    """What the gateway does not take; over HTTP it becomes this status."""

    def __init__(self, status: int, error: str):
        super().__init__(error)
        self.status = status


class Answer(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str] = {}
    content_type: str = "application/json"


NOT_TAKING = {
    "refuse": Answer(422, {"error": "invalid_number"}),
    "busy": Answer(429, {"error": "busy"}, {"Retry-After": "1"}),
    "unavailable": Answer(503, {"error": "unavailable"}, {"Retry-After": "1"}),
    "redirect": Answer(302, {}, {"Location": "/send2"}),
    "hang_before": None,
}
MODES = {"ok", "repeat", "error", "hang", "reset", "html", "huge", *NOT_TAKING}
REPORTS = {"delivered", "failed", "none"}
WORDS = {
    **dict.fromkeys(("mode", "modes_by_number", "script"), MODES),
    **dict.fromkeys(("report", "report_by_number"), REPORTS),
}


class Courier:
    """Posts callbacks from a few threads; what found the salon's server away or broken comes again every second."""

    def __init__(self, workers: int = 8, tries: int = 30, pause: float = 1):
        self.workers, self.tries, self.pause = workers, tries, pause
        lock = threading.Lock()
        self._due, self._idle = threading.Condition(lock), threading.Condition(lock)
        self._numbers = itertools.count()  # of two jobs due at once the older goes first
        self._halted = threading.Event()
        self._running = 0
        self.forget()

    def start(self) -> None:
        """What was due while the gateway was away goes out now."""
        self._halted = threading.Event()
        for _ in range(self.workers):
            threading.Thread(target=self._work, args=(self._halted,), daemon=True).start()

    def stop(self) -> None:
        with self._due:
            self._halted.set()
            self._due.notify_all()

    def forget(self) -> None:
        with self._due:
            self._jobs: list[tuple] = []
            self._batches: dict[str, list] = defaultdict(list)
            self._results: Counter = Counter()
            self._errors: list[str] = []
            self._idle.notify_all()

    def after(self, delay: float, job) -> None:
        with self._due:
            heapq.heappush(self._jobs, (time.monotonic() + delay, next(self._numbers), job))
            self._due.notify()

    def post(self, url: str, payload, then=None, tried: int = 1) -> None:
        """One try in this thread. ``then`` is called once the callback has succeeded or was given up."""
        try:
            status = _post(url, payload)
            error, again = (f"status {status}" if status >= 300 else ""), status >= 500
        except Refusal as refusal:
            error, again = str(refusal), False
        except (OSError, HTTPException) as failure:
            error, again = type(failure).__name__, True
        again = again and tried < self.tries
        with self._due:
            self._results["repeated" if again else "failed" if error else "posted"] += 1
            if error and not again:
                self._errors.append(error)
        if again:
            self.after(self.pause, partial(self.post, url, payload, then, tried + 1))
        elif then:
            then()

    def collect(self, url: str, payload, size: int, wait: float, then=None) -> None:
        """Post this with what else goes to the same address, when so many are there or the time is over."""
        with self._due:
            self._batches[url].append(payload)
            collected = len(self._batches[url])
        if collected >= size:
            self._flush(url)
        elif collected == 1:
            self.after(wait, partial(self._flush, url))
        if then:
            then()

    def results(self) -> dict:
        with self._due:
            counts = {name: self._results[name] for name in ("posted", "failed", "repeated")}
            return {**counts, "waiting": len(self._jobs) + self._running, "errors": self._errors[-20:]}

    def settle(self, timeout: float) -> bool:
        with self._idle:
            return self._idle.wait_for(lambda: not self._jobs and not self._running, timeout)

    def _flush(self, url: str) -> None:
        with self._due:
            batch = self._batches.pop(url, None)
        if batch:
            self.post(url, batch)

    def _work(self, halted: threading.Event) -> None:
        while job := self._next(halted):
            try:
                job()
            finally:
                with self._idle:
                    self._running -= 1
                    self._idle.notify_all()

    def _next(self, halted: threading.Event):
        with self._due:
            while not halted.is_set():
                wait = self._jobs[0][0] - time.monotonic() if self._jobs else None
                if wait is not None and wait <= 0:
                    self._running += 1
                    return heapq.heappop(self._jobs)[2]
                self._due.wait(wait)
        return None


def _post(url: str, payload) -> int:
    """Post JSON and return the status; to this machine only, and past any proxy of the environment."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError as error:
        raise Refusal(400, "the callback is no address") from error
    if parts.scheme != "http" or parts.hostname not in (HOST, "localhost"):
        raise Refusal(400, "a callback goes to http on this machine only")
    connection = HTTPConnection(parts.hostname, port, timeout=30)
    try:
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("POST", target, json.dumps(payload).encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


class Gateway:
    """What the gateway knows: how to behave, what it accepted and how often, what it has yet to tell the salon."""

    def __init__(self, journal: Path | None = None):
        self.courier = Courier()
        self._journal = journal
        self._changed = threading.Condition()
        self._ids, self._events = itertools.count(1), itertools.count(1)  # go on when all is forgotten
        self.reset()

    def reset(self) -> None:
        """The defaults again, and all messages forgotten."""
        with self._changed:
            self._config = copy.deepcopy(DEFAULTS)
        self.forget()

    def forget(self) -> None:
        with self._changed:
            self._messages: list[dict] = []
            self.refused: list[dict] = []
            self._first: dict[str, dict] = {}  # the first message of each reference
            self._counts: Counter = Counter()
        self.courier.forget()

    def config(self) -> dict:
        with self._changed:
            return copy.deepcopy(self._config)

    def configure(self, /, **members) -> dict:
        """Change these members of the configuration (see ``DEFAULTS``), all or none."""
        if unknown := sorted(members.keys() - DEFAULTS.keys()):
            raise Refusal(400, f"unknown: {', '.join(unknown)}")
        if wrong := sorted(name for name, value in members.items() if not _fits(name, value)):
            raise Refusal(400, f"wrong value: {', '.join(wrong)}")
        with self._changed:
            self._config.update(copy.deepcopy(members))
        return self.config()

    def take(self, fields: dict) -> tuple[str, dict, dict | None]:
        """Accept a message, or not: returns the mode to answer in, the configuration that held, and the message."""
        with self._changed:
            config, script, known = dict(self._config), self._config["script"], self._first.get(fields["reference"])
            mode = config["modes_by_number"].get(fields["to"]) or (script.pop(0) if script else config["mode"])
            if known and (mode == "repeat" or config["idempotent"]):
                return "known", config, known
            entry = {**fields, "at": time.time(), "mode": mode}
            if mode == "refuse":
                self.refused.append(entry)
            if mode in NOT_TAKING:
                return mode, config, None
            message = self._record({"id": f"sim-{next(self._ids)}", **entry, "state": "accepted"})
            told = threading.Event()
            delay = 0 if config["report_first"] else config["report_delay"]
            self.courier.after(delay, partial(self._tell, message, config, told))
        if config["report_first"]:
            told.wait(60)
        return mode, config, message

    def message(self, reference: str) -> dict:
        """The first message accepted under this reference."""
        with self._changed:
            if reference not in self._first:
                raise Refusal(404, "not_found")
            return self._first[reference]

    def messages(self, limit: int | None = None, to: str | None = None, reference: str | None = None) -> list[dict]:
        """Accepted messages, the newest last; of this number, this reference, and only so many of the newest."""
        with self._changed:
            found = [
                dict(message)
                for message in self._messages
                if to in (None, message["to"]) and reference in (None, message["reference"])
            ]
        return found if limit is None else found[max(0, len(found) - limit) :]

    def counts(self) -> dict[str, int]:
        with self._changed:
            return dict(self._counts)

    def count(self, reference: str) -> int:
        return self.counts().get(reference, 0)

    def max_count(self) -> int:
        """How often the most repeated reference was accepted: above 1, somebody got a message twice."""
        return max(self.counts().values(), default=0)

    def summary(self, **filters) -> dict:
        """What ``GET /_sim/messages`` shows; the numbers are those of all messages."""
        counts = self.counts()
        return {
            "total": sum(counts.values()),
            "references": counts,
            "max_count": max(counts.values(), default=0),
            "messages": self.messages(**filters),
            "refused": len(self.refused),
            "callbacks": self.courier.results(),
        }

    def report(self, reference: str, state: str) -> None:
        """Report this state now, whatever was reported before."""
        message = self.message(reference)
        message["state"] = state  # a status query that comes before the report says the same
        self.courier.after(0, partial(self._report, message, state, DEFAULTS))

    def reply(self, number: str, text: str, in_reply_to: str = "", callback: str = "", event_id: str = "") -> str:
        """Reply from a phone now, to its last message unless told otherwise; with a known event_id, once more."""
        last = (self.messages(limit=1, to=number) or [{"callback": "", "reference": None}])[0]
        url = callback or last["callback"]
        if not url:
            raise Refusal(404, "not_found")
        event_id = event_id or f"in-{next(self._events)}"
        reply = {"event_id": event_id, "from": number, "text": text, "in_reply_to": in_reply_to or last["reference"]}
        self.courier.after(0, partial(self.courier.post, url, reply))
        return event_id

    def wait_for(self, count: int, timeout: float = 10) -> list[dict]:
        """Return the messages once so many are accepted."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._messages) >= count, timeout):
                raise TimeoutError(f"{len(self._messages)} of {count} messages after {timeout:g} s")
        return self.messages()

    def settle(self, timeout: float = 10) -> dict:
        """Return the callbacks' results once none is waiting."""
        if not self.courier.settle(timeout):
            raise TimeoutError(f"callbacks still waiting after {timeout:g} s: {self.courier.results()}")
        return self.courier.results()

    def _record(self, message: dict) -> dict:
        self._messages.append(message)
        self._first.setdefault(message["reference"], message)
        self._counts[message["reference"]] += 1
        if self._journal:
            with self._journal.open("a") as file:
                file.write(json.dumps(message) + "\n")
        self._changed.notify_all()
        return message

    def _tell(self, message: dict, config: dict, told: threading.Event) -> None:
        """Report how the message fared, then let its recipient reply."""
        number, reference, url = message["to"], message["reference"], message["callback"]
        state = config["report_by_number"].get(number, config["report"])
        text = config["reply_by_number"].get(number, config["reply"])

        def then():
            if text is not None and url:
                self.courier.after(config["reply_delay"], partial(self.reply, number, text, reference, url))

        if state == "none":
            then()
        else:
            self._report(message, state, config, then)
        told.set()

    def _report(self, message: dict, state: str, config: dict, then=None) -> None:
        message["state"] = state
        url = message["callback"]
        if not url:
            return
        at = datetime.now(timezone.utc).isoformat()
        report = {"reference": message["reference"], "id": message["id"], "state": state, "at": at}
        post = partial(self.courier.post, url, report)
        if config["batch"] and not config["report_first"]:
            post = partial(self.courier.collect, url, report, config["batch_size"], config["batch_wait"])
        for _ in range(config["report_times"] - 1):
            self.courier.after(0, post)
        post(then=then)


def _fits(name: str, value) -> bool:
    """Whether a member of the configuration may have this value."""
    default = DEFAULTS[name]
    if default is None:
        return value is None or isinstance(value, str)
    if isinstance(default, float):
        return type(value) in (int, float) and value >= 0
    if type(value) is not type(default):
        return False
    if isinstance(default, (bool, int)):
        return isinstance(default, bool) or value > 0
    words = [value] if isinstance(value, str) else value.values() if isinstance(value, dict) else value
    return all(isinstance(word, str) and word in WORDS.get(name, {word}) for word in words)


class _Server(ThreadingHTTPServer):
    request_queue_size = 256

    def __init__(self, gateway: Simulator, port: int):
        self.gateway = gateway
        self.halted = threading.Event()
        self._connections: set[socket.socket] = set()
        super().__init__((HOST, port), _Handler)

    def process_request(self, request, client_address) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        """Only close: shutting down first would announce the end that a reset must not announce."""
        self._connections.discard(request)
        self.close_request(request)

    def handle_error(self, request, client_address) -> None:
        """A client that left is what these tests are about."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def halt(self) -> None:
        """Let nobody in and hang up on everybody, also on who holds a connection for later."""
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

    def log_message(self, *_arguments) -> None:
        """A log would hold phones."""

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

    def _fields(self) -> dict:
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

    def _send(self, fields: dict) -> Answer | None:
        _texts(fields, "reference", "to", "text")
        known = {name: str(fields.get(name) or "") for name in ("reference", "to", "text", "sender", "callback")}
        mode, config, message = self.server.gateway.take(known)
        wait = config["answer_delay"] + (config["hang_seconds"] if mode.startswith("hang") else 0)
        if self.server.halted.wait(wait) or mode in NOT_TAKING:
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


def _texts(fields: dict, *names: str) -> list[str]:
    """These members, which must be texts and not empty."""
    if missing := [name for name in names if not fields.get(name) or not isinstance(fields[name], str)]:
        raise Refusal(400, f"missing: {', '.join(missing)}")
    return [fields[name] for name in names]


def _filters(query: str) -> dict:
    given = dict(parse_qsl(query))
    limit = given.get("limit")
    if limit and not limit.isdigit():
        raise Refusal(400, "wrong value: limit")
    return {"limit": limit and int(limit), "to": given.get("to"), "reference": given.get("reference")}


class Simulator(Gateway):
    """The gateway on the network; use it as a context manager, or call ``start`` and ``stop``."""

    def __init__(self, port: int = 0, secret: str = SECRET, journal: Path | None = None, sink=None):
        super().__init__(journal)
        self.secret = secret
        self.sink = sink
        self._port = port
        self._server: _Server | None = None

    def __enter__(self) -> Simulator:
        self.start()
        return self

    def __exit__(self, *_exception) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Serve, on the same port as before if it was stopped."""
        self._server = _Server(self, self._port)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.courier.start()

    def stop(self) -> None:
        """End all connections, answered or not; the memory stays, and callbacks wait for the next start."""
        if self._server:
            self.courier.stop()
            self._server.halt()
            self._server = None

    def restart(self, outage: float = 0) -> None:
        self.stop()
        time.sleep(outage)
        self.start()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.simulator", description="An SMS gateway that sends nothing.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--secret", default=SECRET)
    parser.add_argument("--smtp-port", type=int, help="also keep mails, see GET /_sim/mails")
    parser.add_argument("--journal", type=Path, help="a file that gets each accepted message as a line of JSON")
    given = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before there are threads, for `sigwait` to be asked alone
    with contextlib.ExitStack() as stack:
        sink = None
        if given.smtp_port is not None:
            from .mail_sink import MailSink

            sink = stack.enter_context(MailSink(given.smtp_port))
            print(f"SMTP sink on {sink.host}:{sink.port}", flush=True)
        simulator = stack.enter_context(Simulator(given.port, given.secret, given.journal, sink))
        print(f"SMS gateway on {simulator.url}", flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
