"""`updated_since`: all changes since a time or the last answer, without gaps.

A walk over the changed records, by their ids. `since` is the number of a transaction: all records with a change of that
or a later one are returned. `until`, the oldest transaction that was still running when the walk began, is where the
next one starts: transactions that commit late have that number or a later one. So a record may be returned twice, and
none is missed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from odoo.fields import Domain
from pydantic import BeforeValidator, WithJsonSchema

from .errors import invalid
from .paging import fetch_page
from .shapes import MOMENT_PATTERN, Query, moment, optional

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from .shapes import Answer

TOKEN_PATTERN = r"^s1_[A-Za-z0-9_-]{16,160}$"
_TOKEN = re.compile(TOKEN_PATTERN[:-1], re.ASCII)
_MARK = 8
# Numbers as `Position.token` writes them: of transactions and how many, and of a record.
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})")
_LARGEST_ID = 2**31 - 1
# Any other parameter would return only part of the changes, and the rest would never come.
WITH_SINCE = {"updated_since", "per_page", "fields"}


def _since(written: object, info: Any) -> datetime | str:
    return written if isinstance(written, str) and _TOKEN.fullmatch(written) else moment(written, info)


Since = Annotated[
    datetime | str,
    BeforeValidator(_since),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": MOMENT_PATTERN}, {"type": "string", "pattern": TOKEN_PATTERN}]}
    ),
]


class Polled(Query):
    """The query string of a list that can return its changes."""

    updated_since: Since = optional(
        description="Return changes since a time, or since the previous response: its `next_updated_since`. Only"
        " `per_page` and `fields` can be combined with it."
    )


class Position(NamedTuple):
    """The position of a walk: all from `since` on, after the record `last`. Without `until` it has not begun.

    `total` is the number of records at its beginning. Numbers of transactions are valid within one `numbering` only.
    """

    since: int
    numbering: str
    until: int = 0
    last: int = 0
    total: int = 0

    def token(self, about: str) -> str:
        """The position as a text for one list of one company (`about`).

        The checksum finds mistakes: a forged one reveals nothing that the key may not read anyway.
        """
        written = ".".join(str(part) for part in self).encode()
        return "s1_" + base64.urlsafe_b64encode(_mark(written, about) + written).decode().rstrip("=")


def _mark(written: bytes, about: str) -> bytes:
    return hashlib.blake2s(f"{about}|".encode() + written, digest_size=_MARK).digest()


def _number(written: str) -> int:
    if not _NUMBER.fullmatch(written):
        raise ValueError(written)
    return int(written)


def _position(token: str, about: str) -> Position:
    """The Position of a token; raises ApiError."""
    try:
        raw = base64.urlsafe_b64decode(token.removeprefix("s1_") + "==")
        mark, written = raw[:_MARK], raw[_MARK:]
        since, numbering, *rest = written.decode().split(".")
        if mark != _mark(written, about):
            raise ValueError(token)
        position = Position(_number(since), numbering, *map(_number, rest))
        if position.last > _LARGEST_ID:
            raise ValueError(token)
        return position
    except (ValueError, TypeError, binascii.Error) as error:
        message = "updated_since must be a time, or next_updated_since of this list, unchanged"
        raise invalid([("updated_since", "invalid_token", message)]) from error


def changes_of(model: BaseModel, query: Any, shape: type[Answer]) -> dict[str, Any]:
    """The changes of the company's records of `model`, by `query` (a Polled page)."""
    others = [name for name in type(query).model_fields if name in query.model_fields_set - WITH_SINCE]
    # Generated clients send every default along; and page 1 is returned.
    if "page" in others and query.page == 1:
        others.remove("page")
    if others:
        reason = "can't go together with updated_since, which returns all changes"
        raise invalid([(name, "not_with_updated_since", f"{name} {reason}") for name in others])
    about = f"{model.env.company.id}/{model._name}"
    log = model.env["klientbox.change"]
    walk = _begin(log, model._name, query.updated_since, about)
    ids = log._changed_since(model._name, walk.since, walk.last, query.per_page + 1)
    has_more = len(ids) > query.per_page
    ids = ids[: query.per_page]
    rows, _total = fetch_page(model, Domain("id", "in", ids), shape, "id", 0, len(ids))
    visible = {row["id"] for row in rows}
    following = walk._replace(last=ids[-1]) if has_more else Position(walk.until, walk.numbering)
    return {
        "data": rows,
        "total": walk.total,
        "page": 1,
        "per_page": query.per_page,
        "next_updated_since": following.token(about),
        "has_more": has_more,
        "deleted": tombstones(model, [gone for gone in ids if gone not in visible]),
    }


def tombstones(model: BaseModel, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The tombstones of deleted records: [{"id", "merged_into"}]."""
    merged = model.browse(ids)._merged_into() if ids else {}
    return [{"id": gone, "merged_into": merged[gone]} for gone in ids]


def _begin(log: BaseModel, name: str, since: datetime | str, about: str) -> Position:
    """The walk to continue, or a new one from a time, or from where the last one began to end."""
    oldest, numbering = log._oldest_running()
    if isinstance(since, datetime):
        walk = Position(log._watermark(since, oldest), numbering)
    else:
        walk = _position(since, about)
    if walk.numbering != numbering:
        # The database was restored, or copied to another server: changes by these numbers could be missed.
        walk = Position(0, numbering)
    if walk.until:
        return walk
    return walk._replace(until=oldest, total=log._count_changed(name, walk.since))
