from odoo import http

from ..operations.v1 import v1


class KlientboxV1(http.Controller):
    """The door of v1. All paths below the prefix come here; the dispatcher knows the operations."""

    @v1.door()
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
