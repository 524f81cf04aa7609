"""The gateway's callbacks: reports and replies, posted until they are accepted."""

from __future__ import annotations

import heapq
import itertools
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

HOST = "127.0.0.1"


class Refusal(ValueError):
    """The gateway refuses the request; over HTTP it becomes this status."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


class Callbacks:
    """Posts callbacks from a few threads; a failed one is repeated every second while the salon's server is
    unavailable."""

    def __init__(self, workers: int = 8, tries: int = 30, pause: float = 1) -> None:
        self.workers, self.tries, self.pause = workers, tries, pause
        lock = threading.Lock()
        self._due, self._idle = threading.Condition(lock), threading.Condition(lock)
        self._numbers = itertools.count()  # of two jobs due at once the older goes first
        self._halted = threading.Event()
        self._running = 0
        self.forget()

    def start(self) -> None:
        """Callbacks that were due while the gateway was stopped are sent now."""
        self._halted = threading.Event()
        for _ in range(self.workers):
            threading.Thread(target=self._work, args=(self._halted,), daemon=True).start()

    def stop(self) -> None:
        with self._due:
            self._halted.set()
            self._due.notify_all()

    def forget(self) -> None:
        with self._due:
            self._jobs: list[tuple[float, int, Callable[[], object]]] = []
            self._batches: dict[str, list[object]] = defaultdict(list)
            self._results: Counter[str] = Counter()
            self._errors: list[str] = []
            self._idle.notify_all()

    def after(self, delay: float, job: Callable[[], object]) -> None:
        with self._due:
            heapq.heappush(self._jobs, (time.monotonic() + delay, next(self._numbers), job))
            self._due.notify()

    def post(self, url: str, payload: object, then: Callable[[], object] | None = None, tried: int = 1) -> None:
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

    def collect(
        self, url: str, payload: object, size: int, wait: float, then: Callable[[], object] | None = None
    ) -> None:
        """Post this with other callbacks to the same address, when there are enough or the time is over."""
        with self._due:
            self._batches[url].append(payload)
            collected = len(self._batches[url])
        if collected >= size:
            self._flush(url)
        elif collected == 1:
            self.after(wait, partial(self._flush, url))
        if then:
            then()

    def results(self) -> dict[str, Any]:
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

    def _next(self, halted: threading.Event) -> Callable[[], object] | None:
        with self._due:
            while not halted.is_set():
                wait = self._jobs[0][0] - time.monotonic() if self._jobs else None
                if wait is not None and wait <= 0:
                    self._running += 1
                    return heapq.heappop(self._jobs)[2]
                self._due.wait(wait)
        return None


def _post(url: str, payload: object) -> int:
    """Post JSON and return the status; to this machine only, without a proxy of the environment."""
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
