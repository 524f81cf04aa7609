"""One small function per API operation: it reads the shapes, calls the models, and contains no business rules."""

from . import v1
