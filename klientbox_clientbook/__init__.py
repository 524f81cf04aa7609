from . import models
from . import operations
from . import controllers
from .hooks import uninstall_hook
