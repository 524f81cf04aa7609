"""Idempotency-Key, as in Stripe's API: a repeated call with the same key takes effect once and gets the same answer.

The first answer is repeated, byte for byte, for 24 hours; also an error, once the operation itself was running. Earlier
errors (a bad field, an unknown id, the limit) are not kept: correct the call and use the same key. The same key with
another call is 422, and 409 while the first is still running.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from typing import TYPE_CHECKING, Any

import psycopg2
from odoo.http import Response

from ..tools import idempotency
from ..tools.cursors import kept_open_cursor
from .errors import ApiError, invalid

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.http import HTTPRequest, Request

    from .facade import Admission

METHODS = ("POST", "PUT", "PATCH")
REPLAYED = ("Idempotency-Replayed", "true")
# These headers belong to the first answer; all others to the repeated request.
_KEPT_HEADERS = ("Content-Location", "Content-Type", "ETag", "Location", "X-Request-Id")
_NAME = re.compile(r"[\x21-\x7e]{1,255}")
_logger = logging.getLogger(__name__)


class Call:
    """A request with a key, from its claim to its answer."""

    def __init__(self, key_id: int, name: str, members: Any, httprequest: HTTPRequest) -> None:
        self.key_id = key_id
        self.name = name
        self.fingerprint = _fingerprint(httprequest, members)
        self.token = secrets.token_hex(8)
        # Whether the operation was called; whether its answer was written into its transaction.
        self.is_at_work = self.is_answered = False

    def keep(self, env: Environment, response: Response) -> None:
        """Store the answer in the transaction; raises ApiError 409 when another process has answered meanwhile."""
        self.is_answered = True
        if not idempotency.keep(env.cr, self.key_id, self.name, self.fingerprint, *_contents(response)):
            raise _busy()

    def end(self, env: Environment, response: Response) -> None:
        """After a failed call: keep an error of the operation itself, else release the claim.

        On a cursor of its own: the transaction of the call is rolled back.
        """
        try:
            with kept_open_cursor(env.registry) as cr:
                if self.is_at_work and not self.is_answered and 400 <= response.status_code < 500:
                    idempotency.keep(cr, self.key_id, self.name, self.fingerprint, *_contents(response))
                else:
                    idempotency.release(cr, self.key_id, self.name, self.token)
        except psycopg2.Error:
            # The database connection was lost with the call. The claim expires by itself.
            _logger.info("The claim of an idempotent call could not be released.")


def begin(request: Request, admission: Admission, members: Any) -> Response | None:
    """Claim the call of a request with an Idempotency-Key; None without one.

    The Call is stored on the request. Returns the first answer as a response where there is one. Raises ApiError 400,
    409 or 422.
    """
    httprequest = request.httprequest
    name = httprequest.headers.get("Idempotency-Key")
    if name is None or httprequest.method not in METHODS:
        return None
    if hasattr(request, "klientbox_call"):
        # The framework runs the request again after a serialization failure.
        request.klientbox_call.is_at_work = request.klientbox_call.is_answered = False
        return None
    if not _NAME.fullmatch(name):
        message = "Idempotency-Key has 1 to 255 printable ASCII characters, without spaces"
        raise invalid([("Idempotency-Key", "invalid_idempotency_key", message)])
    call = Call(admission.key_id, name, members, httprequest)
    with kept_open_cursor(request.env.registry) as cr:
        verdict = idempotency.begin(cr, call.key_id, name, call.fingerprint, call.token)
    if verdict.state == "replay":
        return Response(verdict.body, status=verdict.status, headers=[*json.loads(verdict.headers or "[]"), REPLAYED])
    if verdict.state == "reused":
        raise ApiError(422, "idempotency_key_reused")
    if verdict.state == "busy":
        raise _busy()
    request.klientbox_call = call
    return None


def _busy() -> ApiError:
    return ApiError(409, "idempotency_in_progress", headers=[("Retry-After", "1")])


def _fingerprint(httprequest: HTTPRequest, members: Any) -> str:
    """The identity of a call: method, address and body, in any order of its members."""
    body = json.dumps(members, sort_keys=True)
    return hashlib.sha256(f"{httprequest.method} {httprequest.full_path}\n{body}".encode()).hexdigest()


def _contents(response: Response) -> tuple[int, str, str]:
    headers = [[name, response.headers[name]] for name in _KEPT_HEADERS if name in response.headers]
    return response.status_code, json.dumps(headers), response.get_data(as_text=True)
