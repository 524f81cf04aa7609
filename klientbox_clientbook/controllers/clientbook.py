from odoo import http

from ..operations import clientbook


class KlientboxClientBook(http.Controller):
    """The door of Client Book's API. All paths of the facade come here; the dispatcher knows the operations."""

    @http.route(
        clientbook.prefix,
        type="klientbox_api",
        auth="none",
        csrf=False,
        save_session=False,
        readonly=lambda self, rule, args: http.request.httprequest.method in ("GET", "HEAD"),
    )
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
