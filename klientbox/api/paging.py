"""Pages of a list: numbered from 1, at most 200 rows, always with the total."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Generic, NamedTuple, TypeVar, get_args
from urllib.parse import urlencode

from odoo.fields import Domain
from pydantic import AfterValidator, Field, create_model, model_validator

from .filters import Filters
from .rows import Statement, are_columns, page_of_rows, statement_of_page
from .shapes import Answer, Number, Query, optional

if TYPE_CHECKING:
    from odoo.http import HTTPRequest
    from odoo.models import BaseModel as OdooModel
    from pydantic import ModelWrapValidatorHandler, ValidationInfo
    from pydantic.fields import FieldInfo

T = TypeVar("T")
MOST = 200
# PostgreSQL's maximum; no list is that long.
MOST_OFFSET = 2**63 - 1

PageSize = Annotated[Number, AfterValidator(lambda size: min(size, MOST))]


class Page(Query):
    """The page of a list."""

    page: Number = 1
    per_page: PageSize = Field(50, description=f"Rows on a page; a value above {MOST} is reduced to {MOST}.")


class Paged(Answer, Generic[T]):
    """One page of a list."""

    data: list[T]
    total: int = Field(ge=0, description="Number of matches on all pages.")
    page: int = Field(ge=1)
    per_page: int = Field(ge=1, le=MOST)

    @model_validator(mode="wrap")
    @classmethod
    def _form(cls, value: Any, handler: ModelWrapValidatorHandler[Paged[T]], info: ValidationInfo) -> Paged[T]:
        """A response to `updated_since` has the members of `changes_form` as well."""
        if isinstance(value, dict) and "next_updated_since" in value and not issubclass(cls, Changes):
            form: Any = changes_form(cls)
            changed: Paged[T] = form.model_validate(value, context=info.context)
            return changed
        return handler(value)

    def neighbours(self) -> dict[str, dict[str, Any]]:
        """{relation: parameters} of the pages around this one."""
        last = max(-(-self.total // self.per_page), 1)
        pages = {"first": 1, "prev": min(self.page - 1, last), "next": self.page + 1, "last": last}
        return {name: {"page": page} for name, page in pages.items() if 1 <= page <= last}


class Tombstone(Answer):
    """A record that was archived, removed or merged."""

    id: int
    merged_into: int | None = Field(description="For a merged client: the id of the remaining client.")


class Changes(Answer):
    """Additional members of a response to `updated_since`."""

    next_updated_since: str = Field(description="The value of `updated_since` for the next request.")
    has_more: bool = Field(description="Whether more changes are available now.")
    deleted: list[Tombstone] = Field(description="Records of this page to remove from your copy.")

    def neighbours(self) -> dict[str, dict[str, Any]]:
        """No page before."""
        return {"next": {"updated_since": self.next_updated_since}} if self.has_more else {}


@cache
def changes_form(gives: type[Answer]) -> type[Answer]:
    """The shape of a list's response to `updated_since`."""
    name, doc = gives.__name__.removesuffix("List"), gives.__doc__ or ""
    rows = doc.removeprefix("A page of ") if doc.startswith("A page of ") else f"rows of {gives.__name__}."
    return create_model(f"{name}Changes", __base__=(Changes, gives), __doc__=f"Changed {rows}", __module__=__name__)


@cache
def partial_form(gives: type[Answer]) -> type[Answer]:
    """The shape of a list's response to `fields`: only some members of each row."""
    [row] = get_args(gives.model_fields["data"].annotation)
    members: dict[str, Any] = {name: (_annotated(member), optional()) for name, member in row.model_fields.items()}
    some = create_model(
        f"Partial{row.__name__}",
        __base__=Answer,
        __doc__=f"Some members of {row.__name__}.",
        __module__=__name__,
        **members,
    )
    return create_model(
        f"Partial{gives.__name__}",
        __base__=Paged[some],  # type: ignore[valid-type]  # A shape that was made just now.
        __doc__=f"{gives.__name__} with the requested members of each row.",
        __module__=__name__,
    )


def _annotated(member: FieldInfo) -> Any:
    """The type of a member with the metadata of its annotation."""
    parts: Any = (member.annotation, *member.metadata)
    return Annotated[parts] if member.metadata else member.annotation


class Listing(NamedTuple):
    """How a list was made, without filters."""

    model: OdooModel
    domain: Domain
    shape: type[Answer]
    order: str

    def statement(self) -> Statement | None:
        """The statement of all its pages."""
        return statement_of_page(self.model, self.domain, self.shape, self.order)


def offset_of(query: Page) -> int:
    """The number of rows before a page."""
    return min((query.page - 1) * query.per_page, MOST_OFFSET)


def page_of(
    model: OdooModel, domain: Domain, query: Page, shape: type[Answer], order: str = "id", by_pattern: bool = False
) -> dict[str, Any]:
    """The page of `model`'s records for `query` (a Page).

    `shape` says which fields will be read. `order` must end in id. `by_pattern`: the domain looks for parts of texts.
    """
    if isinstance(query, Filters):
        by_pattern = by_pattern or query.has_patterns()
        domain = Domain(domain) & query.domain()
        order = query.order(order)
    rows, total = fetch_page(model, domain, shape, order, offset_of(query), query.per_page, by_pattern)
    listing = Listing(model, domain, shape, order)
    return {"data": rows, "total": total, "page": query.page, "per_page": query.per_page, "listing": listing}


def fetch_page(
    model: OdooModel,
    domain: Domain,
    shape: type[Answer],
    order: str,
    offset: int,
    limit: int,
    by_pattern: bool = False,
) -> tuple[OdooModel | list[dict[str, Any]], int]:
    """(records or dictionaries that the shape reads, number of all that match). `by_pattern` as in page_of."""
    names = tuple(dict.fromkeys(shape.column_names()))
    if are_columns(model, names):
        return page_of_rows(model, domain, names, order, offset, limit, by_pattern)
    total = model.search_count(domain)
    if offset >= total:
        return model, total
    stored = [name for name in dict.fromkeys(shape.field_names()) if name in model._fields]
    return model.search_fetch(domain, stored, offset=offset, limit=limit, order=order), total


def links(httprequest: HTTPRequest, answer: Answer) -> list[tuple[str, str]]:
    """The header Link (RFC 8288) of a page: links to its neighbours, the first and the last; none for other answers."""
    if not isinstance(answer, Paged):
        return []
    query = httprequest.args.to_dict()
    found = [
        f'<{httprequest.path}?{urlencode({**query, **parameters})}>; rel="{name}"'
        for name, parameters in answer.neighbours().items()
    ]
    return [("Link", ", ".join(found))] if found else []
