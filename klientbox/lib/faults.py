"""Points at which tests kill the process, as a power cut would. Outside of such a test nothing happens here."""

import logging
import os
import signal

POINTS = ("before_claim", "claimed", "sending", "answered", "done", "webhook_claimed", "webhook_answered")

_point = os.environ.get("KLIENTBOX_FAULT")
if _point and _point not in POINTS:
    raise ValueError(f"KLIENTBOX_FAULT is one of {', '.join(POINTS)}.")
if _point:
    logging.getLogger(__name__).warning("KLIENTBOX_FAULT kills this process at '%s': for tests only.", _point)


def point(name):
    """Here ends the process whose KLIENTBOX_FAULT is `name`."""
    if name == _point:
        os.kill(os.getpid(), signal.SIGKILL)
