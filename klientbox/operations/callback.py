"""Callbacks of gateways: authentication, completeness, and storage."""

import re

import psycopg2
from odoo import http
from odoo.sql_db import PoolError
from werkzeug.exceptions import NotFound, RequestEntityTooLarge, ServiceUnavailable, Unauthorized, UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from ..lib import gateway_format
from ..lib.callback import FORM, CallbackRequest, CallbackResponse

MAX_CALLBACK = 64 * 1024
STORING = ("GET", "POST")
MOST_PARTS = 1000
# Limits of the headers that are kept; credentials are not.
MOST_HEADERS, LONGEST_HEADER = 50, 1000
_CREDENTIALS = re.compile(r"auth|cookie|key|password|secret|sign|token")
_TOKEN = re.compile(r"([0-9]{1,9})-([\w\-]{20,100})", re.ASCII)
_MULTIPART = "multipart/form-data"


def take(request, token):
    """Store a callback; returns the CallbackResponse. `token` is the end of the path, without a valid one no body is
    read.

    Raises the error: 404 for an unknown token, 401 for a wrong signature, 413 and 415 for a body that is too long or of
    another kind, 400 for an incomplete one, so that the gateway sends it again, 503 without a database. HEAD and
    OPTIONS store nothing.
    """
    known = _TOKEN.fullmatch(token)
    if not known or "%2f" in _raw_path(request.httprequest):
        raise NotFound()
    if request.env is None:
        if not _names_ours(request.httprequest):
            raise NotFound()
        # Without a database nothing can be stored: the gateway must try again.
        raise ServiceUnavailable()
    if "klientbox.inbound" not in request.env:
        # The addon is server-wide, and not installed in this database.
        raise NotFound()
    inbound = request.env["klientbox.inbound"]
    try:
        gateway = inbound._find_gateway(int(known[1]), known[2])
        if not gateway:
            raise NotFound()
        method = request.httprequest.method
        response = _store(inbound, gateway, request.httprequest) if method in STORING else CallbackResponse()
    except (psycopg2.OperationalError, psycopg2.InterfaceError, PoolError) as error:
        raise ServiceUnavailable() from error
    return response


def _names_ours(httprequest):
    """Whether this server has the database of a request; also the default one of a request without a name."""
    named = httprequest.headers.get("X-Odoo-Database")
    return not named or bool(http.db_filter([named], host=httprequest.environ.get("HTTP_HOST", "")))


def _raw_path(httprequest):
    """The path as requested: the server decodes an encoded slash."""
    return httprequest.environ.get("RAW_URI", "").partition("?")[0].lower()


def _store(inbound, gateway, httprequest):
    query = _query(httprequest)
    called = CallbackRequest(
        method=httprequest.method,
        headers={name.lower(): value for name, value in httprequest.headers.items()},
        query=query,
        body=b"" if httprequest.method == "GET" else _body(httprequest),
    )
    provider = gateway.provider
    if not provider.is_authentic(called):
        raise Unauthorized()
    headers = _without_credentials(called.headers)
    if httprequest.method == "GET":
        # Without a query, someone checks whether the address exists.
        if query:
            inbound._receive(gateway, headers, gateway_format.body_text(query, True), "")
            inbound._wake_job()
    else:
        headers["content-type"], text = _as_text(httprequest, called.body)
        members = gateway_format.query_text(query) if provider.covers_query() else ""
        inbound._receive(gateway, headers, members, text)
        inbound._wake_job()
    return provider.respond(called)


def _without_credentials(headers):
    kept = [(name, value[:LONGEST_HEADER]) for name, value in headers.items() if not _CREDENTIALS.search(name)]
    return dict(kept[:MOST_HEADERS])


def _query(httprequest):
    raw = httprequest.query_string
    if len(raw) > MAX_CALLBACK:
        raise RequestEntityTooLarge()
    return raw


def _body(httprequest):
    """The bytes of the body; raises errors for too many or too few.

    Werkzeug silently cuts a chunked body at `max_content_length`, hence one byte more.
    """
    if httprequest.headers.get("Content-Encoding", "").lower() not in ("", "identity"):
        raise UnsupportedMediaType()
    httprequest.max_content_length = MAX_CALLBACK + 1
    # Cached, as the framework may run this again after a serialization failure.
    raw = httprequest.get_data(cache=True)
    if len(raw) > MAX_CALLBACK:
        raise RequestEntityTooLarge()
    return raw


def _as_text(httprequest, raw):
    """(Content-Type, text) of the body in its stored form: a multipart form is stored as a URL-encoded one."""
    charset = httprequest.mimetype_params.get("charset")
    if httprequest.mimetype == _MULTIPART:
        try:
            return FORM, gateway_format.form_text(_parts(raw, httprequest.mimetype_params.get("boundary", ""), charset))
        except ValueError:
            return httprequest.mimetype, gateway_format.body_text(raw, False, charset)
    return httprequest.mimetype, gateway_format.body_text(raw, httprequest.mimetype == FORM, charset)


def _parts(raw, boundary, charset):
    """[(name, text)] of a multipart form, each part in the charset that it names. Raises ValueError for an invalid one.

    Werkzeug's own parser of forms knows UTF-8 and Latin-1 alone, and drops the bytes of others.
    """
    if not boundary:
        raise ValueError("a multipart form without a boundary")
    decoder = MultipartDecoder(boundary.encode(), max_parts=MOST_PARTS)
    decoder.receive_data(raw)
    decoder.receive_data(None)
    found = []
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, (Field, File)):
            _type, options = parse_options_header(event.headers.get("Content-Type", ""))
            found.append((event.name or "", bytearray(), options.get("charset", charset)))
        elif isinstance(event, Data):
            found[-1][1].extend(event.data)
    return [(name, gateway_format.decoded(bytes(content), encoding)) for name, content, encoding in found]
