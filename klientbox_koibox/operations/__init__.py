"""What Koibox's API does, operation by operation."""

from .facade import koibox

__all__ = ["koibox"]
