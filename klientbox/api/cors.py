"""Calls from web pages of other origins: allowed are only origins that the key's company has listed, none by
default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo.http import Request

ALLOWED_HEADERS = "Content-Type, Idempotency-Key, If-Match, {key_header}, X-Request-Id"
EXPOSED_HEADERS = (
    "Content-Location, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Limit, RateLimit-Policy, "
    "RateLimit-Remaining, "
    "RateLimit-Reset, Retry-After, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    "X-Request-Id"
)
KEEP_SECONDS = "600"


def preflight_headers(request: Request, methods: Iterable[str], key_header: str) -> list[tuple[str, str]]:
    """The browser's preflight request. It has no key, so an origin listed by any company is allowed."""
    origin = request.httprequest.headers.get("Origin")
    keys = request.env.get("klientbox.api.key")
    if not origin or keys is None or not keys._is_origin_allowed(origin):
        return []
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Methods", ", ".join(methods)),
        ("Access-Control-Allow-Headers", ALLOWED_HEADERS.format(key_header=key_header)),
        ("Access-Control-Max-Age", KEEP_SECONDS),
    ]


def answer_headers(request: Request) -> list[tuple[str, str]]:
    """Whether the page may read this answer: only if the key's company has listed its origin."""
    admission = getattr(request, "klientbox_admission", None)
    origin = request.httprequest.headers.get("Origin")
    if not admission or origin not in admission.origins:
        return []
    return [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", EXPOSED_HEADERS)]
