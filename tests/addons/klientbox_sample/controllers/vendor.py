from odoo import http

from ..operations.facade import vendor


class KlientboxSample(http.Controller):
    """The route of the vendor's API."""

    @vendor.http_route()
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
