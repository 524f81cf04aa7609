"""The check of an API key and the count of its request, in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import compat
from ..lib import api_key, caller_address
from ..lib.api_key import KeyCheck

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

_STATEMENT = "SELECT * FROM klientbox_api_admit(%s, %s, %s, %s, %s)"
_WITH_SIGNALS = f"SELECT admitted.*, {compat.SIGNALS} FROM klientbox_api_admit(%s, %s, %s, %s, %s) AS admitted"
_COLUMNS = 9


def admit(cr: BaseCursor, key: str, address: str, audience: str) -> KeyCheck:
    """The KeyCheck of a request with this key.

    `address` is the caller's: requests with an invalid key are counted by it. `audience` is the requested API; a key of
    another one is refused. The database compares digests: no caller can control the bytes of one, so timing reveals
    nothing. Use an autocommit cursor: the count must persist.
    """
    cr.execute(_STATEMENT, _arguments(key, address, audience))
    return _key_check(cr.fetchone())


def admit_with_signals(cr: BaseCursor, key: str, address: str, audience: str) -> tuple[KeyCheck, compat.Signals]:
    """The KeyCheck, and the database's signals: whether models, rights or rules have changed."""
    cr.execute(_WITH_SIGNALS, _arguments(key, address, audience))
    row = cr.fetchone()
    return _key_check(row[:_COLUMNS]), row[_COLUMNS:]


def _arguments(key: str, address: str, audience: str) -> list[Any]:
    presented = api_key.recognise(key) or (None, None, None)
    return [*presented, caller_address.bucket(address), audience]


def _key_check(row: tuple[Any, ...]) -> KeyCheck:
    refusal, company_id, limit, remaining, retry_ms, key_id, scopes, origins, zone = row
    return KeyCheck(
        refusal,
        company_id,
        limit or 0,
        remaining or 0,
        retry_ms,
        key_id or 0,
        frozenset((scopes or "").split()),
        frozenset((origins or "").split()),
        zone,
    )
