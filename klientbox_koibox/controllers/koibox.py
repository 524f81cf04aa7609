from odoo import http

from ..operations import koibox


class KlientboxKoibox(http.Controller):
    """The route of Koibox's API. It gets all paths of the facade; the dispatcher knows the operations."""

    @koibox.http_route()
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
