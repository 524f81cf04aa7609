from odoo import http

from ..operations import clientbook


class KlientboxClientBook(http.Controller):
    """The route of Client Book's API. It gets all paths of the facade; the dispatcher knows the operations."""

    @clientbook.http_route()
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
