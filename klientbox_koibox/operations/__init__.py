"""What Koibox's API does, operation by operation."""

from . import api_key, clientes
from .facade import koibox

__all__ = ["api_key", "clientes", "koibox"]
