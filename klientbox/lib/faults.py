"""Points at which tests kill the process, like a power cut, or make it wait. They do nothing outside of such a test.

A process waits at the points named by files in the folder KLIENTBOX_WAIT. On its arrival it makes a file
`<point>.<thread>.<message>.here`, and continues when the file is deleted.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from pathlib import Path

POINTS = ("before_claim", "claimed", "judged", "sending", "answered", "done", "webhook_claimed", "webhook_answered")
PAUSE = 0.01

_point = os.environ.get("KLIENTBOX_FAULT")
_waits = os.environ.get("KLIENTBOX_WAIT")
if _point and _point not in POINTS:
    raise ValueError(f"KLIENTBOX_FAULT is one of {', '.join(POINTS)}.")
if _point:
    logging.getLogger(__name__).warning("KLIENTBOX_FAULT kills this process at '%s': for tests only.", _point)
if _waits:
    logging.getLogger(__name__).warning("KLIENTBOX_WAIT makes this process wait: for tests only.")


def point(name: str, message_id: int = 0) -> None:
    """Kill the process if its KLIENTBOX_FAULT is `name`; wait if the folder KLIENTBOX_WAIT has a file `name`."""
    if name == _point:
        os.kill(os.getpid(), signal.SIGKILL)
    if _waits and (Path(_waits) / name).exists():
        _wait_at(name, message_id)


def _wait_at(name: str, message_id: int) -> None:
    here = Path(_waits or "") / f"{name}.{threading.current_thread().name}.{message_id}.here"
    here.touch()
    while here.exists():
        time.sleep(PAUSE)
