from . import gateway, v1
