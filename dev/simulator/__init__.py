"""An SMS gateway that sends nothing: real HTTP on 127.0.0.1, with every failure that real ones have.

In a test's process ``with Simulator() as gateway: ...``; as a process ``python -m dev.simulator --port P --secret S``,
controlled by ``/_sim/...``. Delivery reports and replies are posted to the ``callback`` of each message.
"""

from .callbacks import Callbacks, Refusal
from .gateway import DEFAULTS, MODES, Gateway
from .server import SECRET, Simulator
