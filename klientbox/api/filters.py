"""Filters, order and choice of members of a list, in Django's syntax (`total_visits__gte=3`).

They are made from the row's shape: a `Column` in a member's annotation lists its lookups. The field of a column must be
stored, so that PostgreSQL finds and sorts by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, cast, get_args

from odoo.fields import Domain
from odoo.tools import SQL, escape_psql
from pydantic import BeforeValidator, Field, create_model
from pydantic_core import PydanticCustomError

from ..lib import text
from .errors import invalid
from .shapes import Day, Moment, Number, Phone, Query, Text, attribute_of, optional

if TYPE_CHECKING:
    from odoo.models import BaseModel
    from odoo.tools import Query as OdooQuery
    from pydantic import BaseModel as Shape
    from pydantic.fields import FieldInfo

MOST_VALUES = 200
_WHOLE = re.compile(r"\d{1,10}", re.ASCII)
MOST_AMOUNT = 10**15 - 1
_AMOUNT = re.compile(r"[+-]?\d{1,15}(\.\d{1,17})?([eE][+-]?\d{1,3})?", re.ASCII)
_SECOND = timedelta(seconds=1)
_OPERATORS = {"": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "in": "in"}
_EQUAL, _RANGE = ("", "in"), ("lt", "lte", "gt", "gte")
_DESCRIPTIONS = {
    "in": f"Any of these, separated by commas; at most {MOST_VALUES}.",
    "isnull": "true: without a value; false: with a value.",
    "icontains": "Contains this text; case is ignored.",
    "istartswith": "Begins with this text; case is ignored.",
    "lt": "Less than, or before.",
    "lte": "At most, or not after.",
    "gt": "More than, or after.",
    "gte": "At least, or not before.",
}


def check_days(date_from: date | None, date_to: date | None) -> None:
    """Raise ApiError 400 for days in the wrong order; either may be missing."""
    if date_from and date_to and date_from > date_to:
        raise invalid([("date_to", "out_of_range", "date_to is before date_from")])


def not_whole() -> PydanticCustomError:
    """The error of a value that is no whole number."""
    return PydanticCustomError("invalid_number", "must be a whole number")


def neither_true_nor_false() -> PydanticCustomError:
    """The error of a value that is neither true nor false."""
    return PydanticCustomError("invalid_boolean", "must be true or false")


def _count(written: object) -> int:
    if not isinstance(written, str) or not _WHOLE.fullmatch(written):
        raise not_whole()
    return int(written)


def _amount(written: object) -> float:
    if not isinstance(written, str) or not _AMOUNT.fullmatch(written):
        raise PydanticCustomError("invalid_number", "must be a number such as 490.50")
    return float(written)


def _flag(written: str) -> bool:
    try:
        return {"true": True, "false": False}[written]
    except KeyError as error:
        raise neither_true_nor_false() from error


def _split(written: str) -> list[str]:
    return [part.strip() for part in written.split(",")] if written else []


Count = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_count)]
Amount = Annotated[float, Field(ge=-MOST_AMOUNT, le=MOST_AMOUNT, allow_inf_nan=False), BeforeValidator(_amount)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Part = Annotated[Text, Field(min_length=1, max_length=255)]


@dataclass(frozen=True)
class Kind:
    """A kind of values: its format in a query string, and its lookups."""

    value: Any
    lookups: tuple[str, ...]


ID = Kind(Number, (*_EQUAL, *_RANGE))
REF = Kind(Number, _EQUAL)
COUNT = Kind(Count, (*_EQUAL, *_RANGE))
AMOUNT = Kind(Amount, ("", *_RANGE))
DAY = Kind(Day, ("", *_RANGE))
TIME = Kind(Moment, ("", *_RANGE))
FLAG = Kind(Flag, ("",))
TEXT = Kind(Part, (*_EQUAL, "icontains", "istartswith"))
PHONE = Kind(Phone, TEXT.lookups)
# Its values are those of the member's own enumeration.
CHOICE = Kind(Enum, _EQUAL)


@dataclass(frozen=True)
class Column:
    """The field that a list is filtered and sorted by; part of the annotation of a member of the row's shape.

    `folded_in` is a field that contains the member's text folded (lib/text), beside others', and has a trigram index: a
    text can only match if its folded text is in there. `is_lowered` says that there is an index of the field's text in
    lower case. `merged_by` names the field of a merged entry (klientbox.client.alias) whose value, in a filter, means
    the remaining client.
    """

    kind: Kind
    folded_in: str | None = None
    is_lowered: bool = False
    merged_by: str = ""
    field: str = ""
    is_nullable: bool = False

    def of_member(self, name: str, member: FieldInfo) -> Column:
        """This column with the properties of the member."""
        types = get_args(member.annotation)
        kind = self.kind
        if kind is CHOICE:
            values: type[Enum]
            [values] = [
                each for each in (member.annotation, *types) if isinstance(each, type) and issubclass(each, Enum)
            ]
            kind = replace(CHOICE, value=values)
        return replace(self, kind=kind, field=attribute_of(name, member), is_nullable=NoneType in types)

    def lookups(self) -> Iterator[tuple[str, Any]]:
        """(lookup, type of its value) of all available lookups."""
        for lookup in self.kind.lookups:
            value: Any = Part if lookup in ("icontains", "istartswith") else self.kind.value
            if lookup == "in":
                value = Annotated[list[value], BeforeValidator(_split), Field(min_length=1, max_length=MOST_VALUES)]
            yield lookup, value
        if self.is_nullable:
            yield "isnull", Flag

    def domain(self, lookup: str, value: Any) -> Domain:
        """The domain of a lookup."""
        if lookup == "isnull":
            return Domain(self.field, "=" if value else "!=", False)
        if lookup == "icontains":
            return Domain(self.field, "ilike", escape_psql(value)) & self._folded([value])
        if lookup == "istartswith":
            return Domain(self.field, "=ilike", f"{escape_psql(value)}%") & self._folded([value])
        if self.kind is TIME:
            return self._seconds(lookup, value)
        values = [each.value if isinstance(each, Enum) else each for each in (value if lookup == "in" else [value])]
        found = Domain(self.field, _OPERATORS[lookup], values if lookup == "in" else values[0]) & self._narrowed(values)
        if self.merged_by and lookup in _EQUAL:
            return found | self._merged_domain(values)
        return found

    def is_pattern(self, lookup: str) -> bool:
        """Whether a lookup uses an index for parts of texts."""
        return bool(self.folded_in) and (
            lookup in ("icontains", "istartswith") or (lookup in _EQUAL and self.kind is TEXT and not self.is_lowered)
        )

    def _narrowed(self, values: list[Any]) -> Domain:
        """The domain of the records that have one of the values."""
        if self.is_lowered:
            return Domain.custom(to_sql=lambda model, alias, query: self._lowered(model, alias, query, values))
        if self.kind is TEXT:
            return self._folded(values)
        # For Odoo an empty number is 0.
        return Domain(self.field, "!=", False) if self.is_nullable and self.kind in (COUNT, AMOUNT) else Domain.TRUE

    def _merged_domain(self, values: list[Any]) -> Domain:
        return Domain.custom(to_sql=lambda model, alias, query: self._merged(model, alias, query, values))

    def _merged(self, model: BaseModel, alias: str, query: OdooQuery, values: list[Any]) -> SQL:
        """The domain of clients into which an entry with one of the values was merged.

        The clients are found first, so that the index of their column is used; the rules of `model` decide which of
        them the caller may see. A value that a client has as well is that client's.
        """
        column, is_own = SQL.identifier(self.merged_by), SQL("FALSE")
        if self.field == self.merged_by:
            is_own = SQL(
                "EXISTS (SELECT FROM klientbox_client own WHERE own.company_id = entry.company_id AND own.%s = entry.%s"
                " AND own.active IS TRUE)",
                column,
                column,
            )
        return SQL(
            "%s = ANY(ARRAY(SELECT client_id FROM klientbox_client_alias entry WHERE entry.%s = ANY(%s) AND NOT %s))",
            model._field_to_sql(alias, "id" if model._name == "klientbox.client" else self.field, query),
            column,
            values,
            is_own,
        )

    def _lowered(self, model: BaseModel, alias: str, query: OdooQuery, values: list[Any]) -> SQL:
        lowered = SQL(", ").join(SQL("lower(%s)", value) for value in values)
        return SQL("lower(%s) IN (%s)", model._field_to_sql(alias, self.field, query), lowered)

    def _folded(self, values: list[Any]) -> Domain:
        if not self.folded_in:
            return Domain.TRUE
        keys = [text.fold(each).lstrip("+") for each in values]
        return Domain.OR([Domain(self.folded_in, "like", escape_psql(key)) if key else Domain.TRUE for key in keys])

    def _seconds(self, lookup: str, value: datetime) -> Domain:
        """Answers show whole seconds, so fractions are cut off."""
        following = value + _SECOND
        return {
            "": Domain(self.field, ">=", value) & Domain(self.field, "<", following),
            "lt": Domain(self.field, "<", value),
            "lte": Domain(self.field, "<", following),
            "gt": Domain(self.field, ">=", following),
            "gte": Domain(self.field, ">=", value),
        }[lookup]

    def order(self, is_descending: bool) -> str:
        """A term of an ORDER BY; empty values sort as the least. A reference is sorted by its number."""
        term = f"{self.field}.id" if self.kind is REF else self.field
        nulls = (" nulls last" if is_descending else " nulls first") if self.is_nullable else ""
        return f"{term} {'desc' if is_descending else 'asc'}{nulls}"


def columns_of(row: type[Shape]) -> dict[str, Column]:
    """{name in the API: Column} of a row's shape."""
    return {
        name: column.of_member(name, member)
        for name, member in row.model_fields.items()
        for column in member.metadata
        if isinstance(column, Column)
    }


class Filters(Query):
    """What `filtered` adds to the query string of a list."""

    columns: ClassVar[dict[str, Column]] = {}
    lookups: ClassVar[dict[str, tuple[str, str]]] = {}

    def domain(self) -> Domain:
        """The domain of all requested lookups."""
        return Domain.AND(
            [
                self.columns[name].domain(lookup, getattr(self, wire))
                for wire, (name, lookup) in self.lookups.items()
                if wire in self.model_fields_set
            ]
        )

    def has_patterns(self) -> bool:
        """Whether one of the requested lookups uses an index for parts of texts."""
        return any(
            self.columns[name].is_pattern(lookup)
            for wire, (name, lookup) in self.lookups.items()
            if wire in self.model_fields_set
        )

    def order(self, default: str) -> str:
        """The requested order, or the list's own; it always ends in id, so that pages can't overlap."""
        sort: list[str] | None = getattr(self, "sort", None)
        if not sort:
            return default
        directions: dict[str, bool] = {}
        for item in sort:
            directions.setdefault(item.removeprefix("-"), item.startswith("-"))
        terms = [self.columns[name].order(is_descending) for name, is_descending in directions.items()]
        return ", ".join(terms if "id" in directions else [*terms, "id"])

    def included(self) -> dict[str, Any] | None:
        """The requested members of the rows; members beside the rows stay."""
        fields: list[str] | None = getattr(self, "fields", None)
        if not fields:
            return None
        beside = ("total", "page", "per_page", "next_updated_since", "has_more", "deleted")
        return {"data": {"__all__": set(fields)}, **dict.fromkeys(beside, True)}


def filtered(row: type[Shape], filters_only: bool = False) -> Callable[[type[Query]], type[Filters]]:
    """A decorator of a list's query shape: adds filters, `sort` and `fields` by the row's shape.

    `filters_only`: for an API that has neither `sort` nor `fields`.
    """
    columns = columns_of(row)
    lookups = {
        f"{name}__{lookup}" if lookup else name: (name, lookup, value)
        for name, column in columns.items()
        for lookup, value in column.lookups()
    }
    members: dict[str, Any] = {
        wire: (value, optional(**({"description": _DESCRIPTIONS[lookup]} if lookup else {})))
        for wire, (_name, lookup, value) in lookups.items()
    }
    if not filters_only:
        members |= _choices(row, columns)

    def extend(shape: type[Query]) -> type[Filters]:
        made = cast(
            "type[Filters]",
            create_model(
                shape.__name__, __base__=(shape, Filters), __doc__=shape.__doc__, __module__=shape.__module__, **members
            ),
        )
        made.columns = columns
        made.lookups = {wire: (name, lookup) for wire, (name, lookup, _value) in lookups.items()}
        return made

    return extend


def _choices(row: type[Shape], columns: Mapping[str, Column]) -> dict[str, Any]:
    """`sort` and `fields`."""
    sortable = {f"{sign}{name}": f"{name}{suffix}" for name in columns for sign, suffix in (("", ""), ("-", "_desc"))}
    return {
        "sort": (
            _choice_list(sortable),
            optional(
                description="Members to sort by, separated by commas; `-` for descending. Empty values sort lowest."
            ),
        ),
        "fields": (
            _choice_list({name: name for name in row.model_fields}),
            optional(description="The members to return, separated by commas; default all."),
        ),
    }


def _choice_list(names: Mapping[str, str]) -> Any:
    """A list of some of these values; `names` are their names in generated clients."""
    known: dict[str, Any] = {"x-enum-varnames": [name.upper() for name in names.values()]}
    choice: Any = Annotated[Literal[tuple(names)], Field(json_schema_extra=known)]
    return Annotated[list[choice], BeforeValidator(_split), Field(min_length=1)]
