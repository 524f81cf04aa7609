"""What Client Book's API does, operation by operation."""

from . import employees, families, license
from .facade import clientbook

__all__ = ["clientbook"]
