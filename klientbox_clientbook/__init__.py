from . import models
from . import operations
from . import controllers
