from . import models, operations, tools
from . import controllers
from .hooks import uninstall_hook
