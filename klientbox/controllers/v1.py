from odoo import http

from ..operations.v1 import v1


class KlientboxV1(http.Controller):
    """The route of v1. It gets all paths below the prefix; the dispatcher knows the operations."""

    @v1.http_route()
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
