from . import exchange, gateway, v1
