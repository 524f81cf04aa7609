"""What is refused before Odoo looks at a request.

`Application.__call__` is replaced by itself and three refusals:

- A `Host` that is no host name: Odoo builds the request's address with it, outside of what it handles, and fails.
- The pages on which databases are made and dropped, where `list_db` is off: Odoo renders a page of half a second before
  it finds that out, for everybody.
- A zero byte in a path that belongs to no API: Odoo asks the database for such a page, which takes none.
"""

import functools
import re
import secrets

from odoo import http
from odoo.tools import config
from werkzeug.sansio.utils import get_current_url
from werkzeug.wrappers import Response

from ..api.errors import ApiError
from ..api.facade import owner_of

DATABASES = "/web/database"
TEXT = "text/plain; charset=utf-8"
BAD_HOST = "The header Host is no host name."
_HOST = re.compile(r"[A-Za-z0-9.:_\[\]\-]{1,300}")


def _is_readable(host):
    """Whether an address can be made with a host; none at all can."""
    if not host:
        return True
    if not _HOST.fullmatch(host):
        return False
    try:
        get_current_url("http", host, "/", "/")
    except ValueError:
        # Among them UnicodeError: a name in Punycode that stands for no name.
        return False
    return True


def _hosts(environ):
    """The hosts that Odoo reads of a request."""
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
    """The answer to a request that goes no further, or None."""
    path = environ.get("PATH_INFO", "")
    if not all(map(_is_readable, _hosts(environ))):
        return _bad_host(path)
    is_of_databases = path == DATABASES or path.startswith(f"{DATABASES}/")
    if (is_of_databases and not config["list_db"]) or ("\0" in path and not owner_of(path)):
        return _text("There is nothing at this address.", 404)
    return None


def _refuse_first(call):
    @functools.wraps(call)
    def guarded(self, environ, start_response):
        refusal = _refusal(environ)
        return refusal(environ, start_response) if refusal else call(self, environ, start_response)

    return guarded


http.Application.__call__ = _refuse_first(http.Application.__call__)
