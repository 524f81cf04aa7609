from . import lib
from . import tools
from . import models
from . import wizard
from . import api
from . import operations
from . import controllers
from . import server
from .hooks import post_init_hook, pre_init_hook, uninstall_hook
from .lib import redact

redact.protect_logs()
