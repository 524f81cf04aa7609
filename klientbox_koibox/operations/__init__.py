"""The operations of Koibox's API."""

from . import api_key, clientes
from .facade import koibox

__all__ = ["api_key", "clientes", "koibox"]
