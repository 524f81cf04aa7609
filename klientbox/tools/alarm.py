"""Wakes somebody after some seconds: one alarm a name, whoever sets it how often."""

import threading
import time

_alarms = {}
_lock = threading.Lock()


class _Alarm(threading.Timer):
    def __init__(self, seconds, ring):
        super().__init__(seconds, ring)
        self.daemon = True
        self.at = time.monotonic() + seconds


def ring_in(seconds, name, ring):
    """Call `ring` in a thread of its own after so many seconds, unless an alarm of this name rings before."""
    with _lock:
        present = _alarms.get(name)
        if present and present.is_alive():
            if present.at <= time.monotonic() + seconds:
                return
            present.cancel()
        _alarms[name] = _Alarm(seconds, ring)
        _alarms[name].start()
