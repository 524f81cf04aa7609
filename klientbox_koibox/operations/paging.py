"""Koibox's pages: a number of rows from an offset on, with the addresses of the next and previous page."""

from typing import Annotated
from urllib.parse import urlencode

from odoo.addons.klientbox.api.paging import MOST_OFFSET
from odoo.addons.klientbox.api.rows import page_of_rows
from odoo.addons.klientbox.api.shapes import Answer, Query
from pydantic import BeforeValidator, Field

USUAL, MOST = 20, 50


def _number(written, least, most, otherwise):
    """An invalid value counts as missing."""
    written = written.strip()
    if not (written.isascii() and written.isdecimal()) or int(written[:20]) < least:
        return otherwise
    return min(int(written[:20]), most)


Limit = Annotated[int, BeforeValidator(lambda written: _number(written, 1, MOST, USUAL))]
Offset = Annotated[int, BeforeValidator(lambda written: _number(written, 0, MOST_OFFSET, 0))]


class Window(Query):
    """The section of a list."""

    limit: Limit = USUAL
    offset: Offset = 0


def window_of(model, domain, query, shape, by_pattern=False):
    """The section of the records of `model` that `query`, a Window, names, by id; for an answer of `Windowed`.

    `by_pattern`: the domain looks for parts of texts.
    """
    names = tuple(shape.field_names())
    rows, count = page_of_rows(model, domain, names, "id", query.offset, query.limit, by_pattern)
    return {"count": count, "results": rows, "limit": query.limit, "offset": query.offset}


class Windowed(Answer):
    """The envelope of a list."""

    count: int = Field(ge=0)
    next: str | None
    previous: str | None


def with_neighbours(page, address, parameters):
    """The result of `window_of`, with the addresses of the sections before and after.

    `address` is that of the request, without its query; `parameters` are the (name, value) of that.
    """
    before, after = page["offset"] - page["limit"], page["offset"] + page["limit"]
    kept = [(name, value) for name, value in parameters if name not in ("limit", "offset")]

    def at(offset):
        """The same request with another offset; without one for the beginning."""
        query = [*kept, ("limit", page["limit"]), *([("offset", offset)] if offset > 0 else [])]
        return f"{address}?{urlencode(query)}"

    return {
        **page,
        "next": at(after) if after < page["count"] else None,
        "previous": at(before) if page["offset"] else None,
    }
