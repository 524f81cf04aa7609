"""Requests that are refused before Odoo handles them.

`Application.__call__` is wrapped with three refusals:

- A `Host` that is no host name: Odoo builds the request's address with it, outside of its error handling, and fails.
- The pages that create and drop databases, where `list_db` is off: Odoo takes half a second to render a page before it
  checks that, for any caller.
- A zero byte in a path that belongs to no API: Odoo searches the database for such a page, which accepts no zero byte.
"""

import functools
import re
import secrets

from odoo import http
from odoo.tools import config
from werkzeug.sansio.utils import get_current_url
from werkzeug.wrappers import Response

from ..api.errors import NOTHING_HERE, ApiError
from ..api.facade import owner_of

DATABASES = "/web/database"
TEXT = "text/plain; charset=utf-8"
BAD_HOST = "The header Host is no host name."
_HOST = re.compile(r"[A-Za-z0-9.:_\[\]\-]{1,300}")


def _is_readable(host):
    """Whether an address can be built with a host; without a host it can."""
    if not host:
        return True
    if not _HOST.fullmatch(host):
        return False
    try:
        get_current_url("http", host, "/", "/")
    except ValueError:
        # Includes UnicodeError: an invalid name in Punycode.
        return False
    return True


def _hosts(environ):
    """The hosts that Odoo reads from a request."""
    yield environ.get("HTTP_HOST", "")
    if config["proxy_mode"]:
        yield from (host.strip() for host in environ.get("HTTP_X_FORWARDED_HOST", "").split(","))


def _text(text, status):
    """A short answer, for callers that are no browsers."""
    return Response(
        f"{text}\n",
        status=status,
        content_type=TEXT,
        headers=[("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")],
    )


def _bad_host(path):
    facade = owner_of(path)
    if not facade:
        return _text(BAD_HOST, 400)
    request_id = secrets.token_hex(8)
    refusal = facade.refusal(ApiError(400, "bad_request", BAD_HOST), request_id)
    headers = [("X-Request-Id", request_id), ("Cache-Control", "no-store"), *refusal.headers]
    return Response(refusal.text, status=refusal.status, content_type=refusal.content_type, headers=headers)


def _refusal(environ):
    """The answer to a refused request, or None."""
    path = environ.get("PATH_INFO", "")
    if not all(map(_is_readable, _hosts(environ))):
        return _bad_host(path)
    is_of_databases = path == DATABASES or path.startswith(f"{DATABASES}/")
    if (is_of_databases and not config["list_db"]) or ("\0" in path and not owner_of(path)):
        return _text(NOTHING_HERE, 404)
    return None


def _refuse_first(call):
    @functools.wraps(call)
    def guarded(self, environ, start_response):
        refusal = _refusal(environ)
        return refusal(environ, start_response) if refusal else call(self, environ, start_response)

    return guarded


http.Application.__call__ = _refuse_first(http.Application.__call__)
