"""Parallel work: a thread a lane, so that a hanging lane blocks no other."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextvars import copy_context
from typing import Protocol

_logger = logging.getLogger(__name__)

# Seconds between two searches for lanes with work, and between two calls of the job's other work.
PAUSE, WORK_EVERY = 0.04, 0.2


class Sender(Protocol):
    """A queue with lanes, see `Lanes`."""

    @property
    def most(self) -> int: ...
    def lanes(self) -> list[str]: ...
    def serve(self, lane: str, closing: threading.Event) -> bool: ...


class FinishedCounter:
    """The number of items that all the threads of a queue have finished."""

    def __init__(self) -> None:
        # Among Python's counters the one that needs no lock.
        self._finished = itertools.count()
        self._counted = 0

    def add(self) -> None:
        """Add one."""
        next(self._finished)

    def take(self) -> int:
        """How many were finished since the last call."""
        total = next(self._finished)
        # The call counts as well.
        finished, self._counted = total - self._counted, total + 1
        return finished


class Lanes:
    """One round of work.

    `senders` are the queues with lanes: `lanes()` returns those with work now, `serve(lane, closing)` works on one
    until it is empty or the event `closing` is set, and returns whether it may be served again in this round; `most` is
    the maximum of a queue's lanes at once, so that one queue never takes the threads of another. `between()` is called
    repeatedly in the calling thread while the lanes run and returns how many seconds are left for new work.
    """

    def __init__(self, senders: Sequence[Sender], between: Callable[[], float]) -> None:
        self._senders = senders
        self._between = between
        self._running: dict[str, _Runner] = {}
        self._resting: set[str] = set()

    def run(self) -> None:
        """Serve all lanes until no work is left or the time is up. Lanes that still run then are waited for, and the
        others are served meanwhile."""
        hung: list[_Runner] | None = None
        next_work = 0.0
        try:
            while True:
                self._running = {lane: runner for lane, runner in self._running.items() if runner.is_alive()}
                if time.monotonic() >= next_work:
                    left = self._between()
                    next_work = time.monotonic() + WORK_EVERY
                    if left <= 0 and hung is None:
                        hung = list(self._running.values())
                        _ask_to_stop(hung)
                if hung is not None and not any(runner.is_alive() for runner in hung):
                    break
                if not self._start_lanes() and not self._running:
                    break
                time.sleep(PAUSE)
        finally:
            # After any error here: sends in progress are finished and recorded.
            _ask_to_stop(self._running.values())
            for runner in self._running.values():
                runner.join()

    def _start_lanes(self) -> bool:
        """Start a thread for each lane with work that has none; returns whether there was any."""
        found = False
        for sender in self._senders:
            waiting = [lane for lane in sender.lanes() if lane not in self._running and lane not in self._resting]
            free = sender.most - sum(runner.sender is sender for runner in self._running.values())
            for lane in waiting[: max(free, 0)]:
                self._running[lane] = _Runner(self._serve, sender, lane)
                self._running[lane].start()
            found = found or bool(waiting)
        return found

    def _serve(self, sender: Sender, lane: str, closing: threading.Event) -> None:
        try:
            may_go_on = sender.serve(lane, closing)
        except Exception:
            # Its claims are released when they expire.
            _logger.exception("The lane %s stopped.", lane)
            may_go_on = False
        if not may_go_on:
            self._resting.add(lane)


class _Runner(threading.Thread):
    """The thread of a lane, which can be stopped after its current item."""

    def __init__(self, serve: Callable[[Sender, str, threading.Event], None], sender: Sender, lane: str) -> None:
        self.sender = sender
        self.closing = threading.Event()
        # The frozen clock of a test is passed on to the thread.
        super().__init__(target=copy_context().run, args=(serve, sender, lane, self.closing), name=f"klientbox-{lane}")


def _ask_to_stop(runners: Iterable[_Runner]) -> None:
    for runner in runners:
        runner.closing.set()
