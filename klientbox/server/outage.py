"""Web pages and calls of Odoo's web client while PostgreSQL is unavailable.

Odoo treats an unreachable database like a missing one: it deletes the browser's session and answers 404 or redirects to
the database selector. `Request._serve_db` is wrapped: it refuses with the actual reason, asks the caller to retry and
keeps the session. Requests below the prefix of an API are refused by its facade.
"""

import functools
import json
import logging
import re
from contextlib import closing
from http import HTTPStatus
from string import Template

import psycopg2
from odoo import sql_db
from odoo.http import Response
from odoo.tools.translate import LazyTranslate

from .. import compat
from ..api.errors import MESSAGES
from ..api.facade import owner_of
from ..lib import database, redact

RETRY_SECONDS = 5
# Health checks of the process, and on request of the database: Odoo answers these itself.
HEALTH = "/web/health"
# Callbacks of gateways, in any format: their senders read the status and try again.
GATEWAY = "/klientbox/gateway/"
HEADERS = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
JSON_TYPES = ("application/json", "application/json-rpc")
_lt = LazyTranslate(__name__, default_lang="en_US")
_logger = logging.getLogger(__name__)

MESSAGE = _lt("The database is temporarily unavailable. Please try again.")
TITLE = _lt("The database is temporarily unavailable")
ADVICE = _lt(
    "You are still logged in. This page reloads automatically every few seconds. If you have just saved something,"
    " check afterwards that it was saved."
)
PAGE = Template("""<!DOCTYPE html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="$seconds">
<title>$title</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; color: #212529; background: #f8f9fa; margin: 20vh auto; padding: 0 1rem;
       max-width: 34rem; }
h1 { font-size: 1.5rem; }
</style>
</head>
<body><h1>$title</h1><p>$advice</p></body>
</html>
""")


def _serve_or_report_outage(serve_db):
    @functools.wraps(serve_db)
    def served(self):
        try:
            return serve_db(self)
        except Exception as error:
            if owner_of(self.httprequest.path) or not database.has_gone_away(error) or _is_dropped(self.db):
                raise
            _logger.warning("%s: the database is away: %s", redact.address(self.httprequest.path), error)
            # Neither written nor sent again: the browser keeps its cookie.
            self.session.can_save = False
            if self.httprequest.path == HEALTH:
                self.db = None
                return compat.serve_nodb(self)
            return _refuse(self)

    return served


def _is_dropped(name):
    """Whether the server is reachable, and certainly has no database of this name: then Odoo's own answer is right."""
    try:
        with closing(sql_db.db_connect("postgres").cursor()) as cr:
            cr.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            return not cr.rowcount
    except psycopg2.Error:
        return False


def _refuse(request):
    httprequest = request.httprequest
    headers = [("Retry-After", str(RETRY_SECONDS)), *HEADERS]
    if re.sub(r"/{2,}", "/", httprequest.path).startswith(GATEWAY):
        text = f"{MESSAGES['unavailable']}\n"
        content_type = "text/plain; charset=utf-8"
        return Response(text, status=HTTPStatus.SERVICE_UNAVAILABLE, content_type=content_type, headers=headers)
    lang = (request.session.uid and request.session.context.get("lang")) or request.best_lang or "en_US"
    if httprequest.mimetype in JSON_TYPES:
        status, body = _json(httprequest, compat.translate(MESSAGE, lang))
        return Response(json.dumps(body), status=status, content_type="application/json", headers=headers)
    page = PAGE.substitute(
        lang=lang.partition("_")[0],
        seconds=RETRY_SECONDS,
        title=compat.translate(TITLE, lang),
        advice=compat.translate(ADVICE, lang),
    )
    headers.append(("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"))
    # A request by a script of the web client needs no page for people: the client takes only 502 as a lost connection.
    is_fetched = httprequest.headers.get("Sec-Fetch-Dest") == "empty"
    status = HTTPStatus.BAD_GATEWAY if is_fetched else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(page, status=status, content_type="text/html; charset=utf-8", headers=headers)


def _json(httprequest, message):
    """(status, body) of a refusal in Odoo's error format: of its API `/json/2`, else of JSON-RPC."""
    data = {
        "name": "psycopg2.OperationalError",
        "message": message,
        "arguments": [message],
        "context": {},
        "debug": "",
    }
    if httprequest.path.startswith("/json/"):
        return HTTPStatus.SERVICE_UNAVAILABLE, data
    error = {"code": int(HTTPStatus.SERVICE_UNAVAILABLE), "message": message, "data": data}
    # The web client takes this status as a lost connection: it shows that, and continues when the connection is back.
    return HTTPStatus.BAD_GATEWAY, {"jsonrpc": "2.0", "id": _number_of(httprequest), "error": error}


def _number_of(httprequest):
    """The caller's id of a JSON-RPC call, or None."""
    try:
        return json.loads(httprequest.get_data())["id"]
    except (ValueError, TypeError, KeyError):
        return None


compat.replace_serve_db(_serve_or_report_outage)
