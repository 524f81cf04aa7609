from odoo import http
from odoo.http import request

from ..operations import callback


class KlientboxGateway(http.Controller):
    """The route for reports and replies from gateways. The path is the secret; callbacks are stored raw and answered at
    once."""

    @http.route(
        "/klientbox/gateway/<string:token>",
        type="klientbox_raw",
        auth="none",
        methods=["GET", "HEAD", "POST", "OPTIONS"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def receive(self, token):
        """Answers any callback of the right gateway as its provider expects."""
        response = callback.take(request, token)
        headers = [("Content-Type", response.content_type), ("Cache-Control", "no-store")]
        if request.httprequest.method == "OPTIONS":
            return request.make_response("", status=204, headers=[*headers, ("Allow", "GET, HEAD, OPTIONS, POST")])
        return request.make_response(response.body, status=response.status, headers=headers)
