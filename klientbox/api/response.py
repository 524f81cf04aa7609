"""Common parts of all answers."""

from __future__ import annotations

import gzip
import logging
import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from odoo.http import Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from ..lib import redact
from . import cors

if TYPE_CHECKING:
    from odoo.http import HTTPRequest, Request

_REQUEST_ID = re.compile(r"[0-9A-Za-z._\-]{1,64}")
# Below this size the headers cost more than compression saves.
WORTH_PACKING = 1024
PACKING_LEVEL = 4
_logger = logging.getLogger(__name__)


def make_response(
    request: Request, text: str, status: int, content_type: str, headers: Iterable[tuple[str, str]] = ()
) -> Response:
    """An answer to this request."""
    return Response(
        text,
        status=status,
        content_type=content_type,
        headers=[("X-Request-Id", request_id(request)), *headers],
    )


def finish(request: Request, response: Response) -> None:
    """Common headers of all answers, compression, and a line in the log."""
    headers = response.headers
    headers.setdefault("X-Request-Id", request_id(request))
    headers["Cache-Control"] = "no-store"
    headers.extend([*_limit_headers(request), *cors.answer_headers(request)])
    _pack(request.httprequest, response)
    admission = getattr(request, "klientbox_admission", None)
    _logger.info(
        "%s %s %s key=%s request=%s",
        request.httprequest.method,
        redact.address(request.httprequest.path),
        response.status_code,
        admission.key_id if admission else None,
        request_id(request),
    )


def request_id(request: Request) -> str:
    """The caller's own id of this request, or one of ours."""
    if not hasattr(request, "klientbox_request_id"):
        value = request.httprequest.headers.get("X-Request-Id", "")
        request.klientbox_request_id = value if _REQUEST_ID.fullmatch(value) else secrets.token_hex(8)
    known: str = request.klientbox_request_id
    return known


def _limit_headers(request: Request) -> list[tuple[str, str]]:
    """The rest of the key's limit: in the headers of the draft standard, of an earlier draft, and of older conventions.
    Most clients know one of the latter two."""
    admission = getattr(request, "klientbox_admission", None)
    if not admission or not admission.limit:
        return []
    reset = str(-(-admission.retry_ms // 1000))
    return [
        ("RateLimit-Policy", f'"default";q={admission.limit};w=60'),
        ("RateLimit", f'"default";r={admission.remaining};t={reset}'),
        *(
            (f"{prefix}{name}", value)
            for prefix in ("RateLimit-", "X-RateLimit-")
            for name, value in (
                ("Limit", str(admission.limit)),
                ("Remaining", str(admission.remaining)),
                ("Reset", reset),
            )
        ),
    ]


def _understands_gzip(httprequest: HTTPRequest) -> bool:
    accepted = parse_accept_header(httprequest.headers.get("Accept-Encoding"), Accept)
    return accepted.quality("gzip") > 0


def _pack(httprequest: HTTPRequest, response: Response) -> None:
    """Compress long answers, for callers that accept it."""
    response.headers.add("Vary", "Accept-Encoding, Origin")
    if response.status_code == 204 or not _understands_gzip(httprequest):
        return
    body = response.get_data()
    if len(body) >= WORTH_PACKING:
        response.set_data(gzip.compress(body, PACKING_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
