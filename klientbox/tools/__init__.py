from . import cursors
