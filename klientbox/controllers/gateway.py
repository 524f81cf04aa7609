from odoo import http
from odoo.http import request

from ..operations import callback


class KlientboxGateway(http.Controller):
    """Where gateways post reports and answers. The path is the secret; what comes is stored raw, answered at once."""

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
        """200 for whatever the right gateway says."""
        callback.take(request, token)
        headers = [("Content-Type", "text/plain"), ("Cache-Control", "no-store")]
        if request.httprequest.method == "OPTIONS":
            return request.make_response("", status=204, headers=[*headers, ("Allow", "GET, HEAD, OPTIONS, POST")])
        return request.make_response("OK", headers=headers)
