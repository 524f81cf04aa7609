"""Callbacks of gateways: authentication, completeness, and storage."""

import re

import psycopg2
from odoo import http
from odoo.sql_db import PoolError
from werkzeug.exceptions import NotFound, RequestEntityTooLarge, ServiceUnavailable, Unauthorized, UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from ..lib import gateway_format

MAX_CALLBACK = 64 * 1024
STORING = ("GET", "POST")
MOST_PARTS = 1000
_TOKEN = re.compile(r"([0-9]{1,9})-([\w\-]{20,100})", re.ASCII)
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def take(request, token):
    """Store a callback. `token` is the end of the path; a body without a valid one is not read.

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
        sender = inbound._sender(int(known[1]), known[2])
        if not sender:
            raise NotFound()
        is_stored = request.httprequest.method in STORING and _store(inbound, sender, request.httprequest)
    except (psycopg2.OperationalError, psycopg2.InterfaceError, PoolError) as error:
        raise ServiceUnavailable() from error
    if is_stored:
        inbound._wake_job()


def _names_ours(asked):
    """Whether this server has the database of a request; also the one meant by a request that names none."""
    named = asked.headers.get("X-Odoo-Database")
    return not named or bool(http.db_filter([named], host=asked.environ.get("HTTP_HOST", "")))


def _raw_path(asked):
    """The path as requested: the server decodes an encoded slash."""
    return asked.environ.get("RAW_URI", "").partition("?")[0].lower()


def _store(inbound, sender, asked):
    raw = _query(asked) if asked.method == "GET" else _body(asked)
    if not sender.signature.is_right(raw, asked.headers):
        raise Unauthorized()
    if asked.method == "GET" and not raw:
        # Someone checks whether the address exists.
        return False
    if asked.method == "GET":
        text, is_form = gateway_format.body_text(raw, True), True
    else:
        text, is_form = _as_text(asked, raw)
        if not sender.signature.header:
            # The address is not part of the signed data: anyone could change it.
            text, is_form = gateway_format.with_query(text, is_form, _query(asked))
    inbound._receive(sender, text, is_form)
    return True


def _query(asked):
    raw = asked.query_string
    if len(raw) > MAX_CALLBACK:
        raise RequestEntityTooLarge()
    return raw


def _body(asked):
    """The bytes of the body; raises errors for too many or too few.

    Werkzeug silently cuts a chunked body at `max_content_length`, hence one byte more.
    """
    if asked.headers.get("Content-Encoding", "").lower() not in ("", "identity"):
        raise UnsupportedMediaType()
    asked.max_content_length = MAX_CALLBACK + 1
    # Cached, as the framework may run this again after a serialization failure.
    raw = asked.get_data(cache=True)
    if len(raw) > MAX_CALLBACK:
        raise RequestEntityTooLarge()
    return raw


def _as_text(asked, raw):
    """(text of the body in its stored form, whether it is a form)."""
    charset = asked.mimetype_params.get("charset")
    if asked.mimetype == _MULTIPART:
        try:
            return gateway_format.form_text(_parts(raw, asked.mimetype_params.get("boundary", ""), charset)), True
        except ValueError:
            return gateway_format.body_text(raw, False, charset), False
    is_form = asked.mimetype == _FORM
    return gateway_format.body_text(raw, is_form, charset), is_form


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
