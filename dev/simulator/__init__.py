"""An SMS gateway that sends nothing: real HTTP on 127.0.0.1, with every way in which a real one lets its client down.

In a test's process ``with Simulator() as gateway: ...``; as a process ``python -m dev.simulator --port P --secret S``,
steered by ``/_sim/...``. Delivery reports and replies are posted to the ``callback`` that came with each message.
"""

from .courier import Courier, Refusal
from .gateway import DEFAULTS, MODES, Gateway
from .server import SECRET, Simulator
