"""Pages of a list: numbered from 1, at most 200 rows, always with the total."""

from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from pydantic import AfterValidator, Field

from .rows import are_columns, page_of_rows
from .shapes import Answer, Number, Query

T = TypeVar("T")
MOST = 200

PageSize = Annotated[Number, AfterValidator(lambda size: min(size, MOST))]


class Page(Query):
    """Which page of a list."""

    page: Number = 1
    per_page: PageSize = Field(50, description=f"Above {MOST} it is served, and echoed, as {MOST}.")


class Paged(Answer, Generic[T]):
    """A list's answer: the rows of one page, and where it stands."""

    data: list[T]
    total: int = Field(ge=0, description="Matches over all pages.")
    page: int = Field(ge=1)
    per_page: int = Field(ge=1, le=MOST)


def page_of(model, domain, asked, shape, order="id"):
    """The page of `model`'s records that `asked` (a Page) names.

    `shape` says which fields will be read. `order` must end in id.
    """
    offset = (asked.page - 1) * asked.per_page
    rows, total = fetch_page(model, domain, shape.field_names(), order, offset, asked.per_page)
    return {"data": rows, "total": total, "page": asked.page, "per_page": asked.per_page}


def fetch_page(model, domain, names, order, offset, limit):
    """(what has the names as attributes, number of all that match)."""
    names = tuple(dict.fromkeys(names))
    if are_columns(model, names):
        return page_of_rows(model, domain, names, order, offset, limit)
    total = model.search_count(domain)
    if offset >= total:
        return model, total
    stored = [name for name in names if name in model._fields]
    return model.search_fetch(domain, stored, offset=offset, limit=limit, order=order), total


def links(asked, answer):
    """The header Link (RFC 8288) of a page: where its neighbours, the first and the last are; none for others."""
    if not isinstance(answer, Paged):
        return []
    last = max(-(-answer.total // answer.per_page), 1)
    pages = {"first": 1, "prev": min(answer.page - 1, last), "next": answer.page + 1, "last": last}
    query = asked.args.to_dict()
    found = [
        f'<{asked.path}?{urlencode({**query, "page": page})}>; rel="{name}"'
        for name, page in pages.items()
        if 1 <= page <= last
    ]
    return [("Link", ", ".join(found))]
