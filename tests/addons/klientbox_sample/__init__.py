from . import models, operations, tools
