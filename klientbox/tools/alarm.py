"""Timers that start a function after some seconds: one timer a name, however often it is set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_alarms: dict[str, _Alarm] = {}
_lock = threading.Lock()


class _Alarm(threading.Timer):
    def __init__(self, seconds: float, ring: Callable[[], object]) -> None:
        super().__init__(seconds, ring)
        self.daemon = True
        self.at = time.monotonic() + seconds


def ring_in(seconds: float, name: str, ring: Callable[[], object]) -> None:
    """Call `ring` in a thread of its own after this many seconds, unless a timer of this name fires before."""
    with _lock:
        present = _alarms.get(name)
        if present and present.is_alive():
            if present.at <= time.monotonic() + seconds:
                return
            present.cancel()
        _alarms[name] = _Alarm(seconds, ring)
        _alarms[name].start()
