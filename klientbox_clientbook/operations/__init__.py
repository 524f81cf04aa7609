"""The operations of Client Book's API."""

from . import employees, families, license
from .facade import clientbook

__all__ = ["clientbook"]
