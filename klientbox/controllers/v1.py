from odoo import http

from ..operations.v1 import v1


class KlientboxV1(http.Controller):
    """The door of v1. All paths below the prefix come here; the dispatcher knows the operations."""

    @http.route(
        v1.prefix,
        type="klientbox_api",
        auth="none",
        csrf=False,
        save_session=False,
        readonly=lambda self, rule, args: http.request.httprequest.method in ("GET", "HEAD"),
    )
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
