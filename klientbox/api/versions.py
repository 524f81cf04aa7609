"""ETag and If-Match: a change can name the version of the record that it is based on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg2
from odoo import models
from odoo.tools import SQL

from .errors import ApiError

if TYPE_CHECKING:
    from odoo.http import HTTPRequest

READING = ("GET", "HEAD")


def tag_of(result: Any, has_changed: bool) -> str | None:
    """The ETag of an operation's result, or None where it is no versioned record."""
    if not isinstance(result, models.BaseModel) or "version" not in result._fields or len(result) != 1:
        return None
    if has_changed:
        # The database counts, when the change reaches it.
        result.env.flush_all()
        result.invalidate_recordset(["version"], flush=False)
    return f'"{result.version}"'


def tag(version: int) -> tuple[str, str]:
    """The header of an answer with a record of this version."""
    return ("ETag", f'"{version}"')


def require_match(httprequest: HTTPRequest, record: models.BaseModel) -> None:
    """Raise ApiError 412 when the request is about another version of the record; else lock the record.

    Waits for concurrent changes of it.
    """
    if httprequest.method in READING or "If-Match" not in httprequest.headers or "version" not in record._fields:
        return
    if httprequest.if_match.star_tag:
        # Any version will do, and the record exists.
        return
    statement = SQL("SELECT version FROM %s WHERE id = %s FOR NO KEY UPDATE", SQL.identifier(record._table), record.id)
    try:
        record.env.cr.execute(statement, log_exceptions=False)
        [[version]] = record.env.cr.fetchall()
    except psycopg2.errors.SerializationFailure as error:
        # Changed since this transaction began, hence another version.
        raise _stale() from error
    if not httprequest.if_match.contains(str(version)):
        raise _stale()


def _stale() -> ApiError:
    return ApiError(412, "precondition_failed")
