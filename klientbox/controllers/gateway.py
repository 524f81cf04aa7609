import re
from urllib.parse import urlencode

import psycopg2
from odoo import http
from odoo.http import request
from odoo.sql_db import PoolError
from werkzeug.exceptions import NotFound, ServiceUnavailable

MAX_CALLBACK = 64 * 1024
_TOKEN = re.compile(r"(\d{1,9})-([\w\-]{20,100})")


class KlientboxGateway(http.Controller):
    """Where gateways post reports and answers. The path is the secret; what comes is stored raw, answered at once."""

    @http.route(
        "/klientbox/gateway/<string:token>",
        type="http",
        auth="none",
        methods=["GET", "POST"],
        csrf=False,
        max_content_length=MAX_CALLBACK,
        save_session=False,
        readonly=False,
    )
    def receive(self, token, **_parameters):
        """200 for whatever the right gateway says, 404 for a stranger."""
        asked = request.httprequest
        known = _TOKEN.fullmatch(token)
        is_form = asked.method == "GET" or asked.mimetype == "application/x-www-form-urlencoded"
        if asked.method == "GET":
            body = asked.query_string.decode(errors="replace")
        else:
            body = asked.get_data(cache=True, as_text=True) or _form(asked)
        if not known:
            raise NotFound()
        if request.env is None:
            # Without a database nothing can be kept: the gateway must come again.
            raise ServiceUnavailable()
        try:
            heard = request.env["klientbox.inbound"]._receive(int(known[1]), known[2], body.replace("\0", ""), is_form)
        except (psycopg2.OperationalError, psycopg2.InterfaceError, PoolError) as error:
            raise ServiceUnavailable() from error
        if not heard:
            raise NotFound()
        request.env["klientbox.inbound"]._wake_job()
        return request.make_response("OK", headers=[("Content-Type", "text/plain"), ("Cache-Control", "no-store")])


def _form(asked):
    """Werkzeug has read a form's body already."""
    return urlencode(list(asked.form.items(multi=True)))
