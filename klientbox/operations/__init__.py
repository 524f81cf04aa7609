"""One small function per API operation: it reads the shapes, asks the models, and decides nothing of the business."""

from . import v1
