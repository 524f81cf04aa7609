"""Timers that call a function after some seconds: one timer a name, however often it is set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_timers: dict[str, _Timer] = {}
_lock = threading.Lock()


class _Timer(threading.Timer):
    def __init__(self, seconds: float, function: Callable[[], object]) -> None:
        super().__init__(seconds, function)
        self.daemon = True
        self.due_at = time.monotonic() + seconds


def call_in(seconds: float, name: str, function: Callable[[], object]) -> None:
    """Call the function in a thread of its own after this many seconds, unless a timer of this name fires before."""
    with _lock:
        present = _timers.get(name)
        if present and present.is_alive():
            if present.due_at <= time.monotonic() + seconds:
                return
            present.cancel()
        _timers[name] = _Timer(seconds, function)
        _timers[name].start()
