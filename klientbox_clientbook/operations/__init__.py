"""What Client Book's API does, operation by operation."""

from .facade import clientbook

__all__ = ["clientbook"]
