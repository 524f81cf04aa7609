"""Building blocks of the shapes: each name in the API is written once, on a pydantic model made of these.

Values are read and written with a context: `zone` (time zone of the company), `region` (a function that returns the
country of its phones), `today` (its local day).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, NoReturn, TypeVar, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from ..lib import client_status, clock, phone
from ..lib.address import is_email
from ..lib.reasons import INVALID_EMAIL
from .strict_json import is_storable

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from .errors import Problem

T = TypeVar("T")
LOCAL_PATTERN = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"
MOMENT_PATTERN = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:?\d{2})?$"
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d{1,6})?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
MOST_NUMBER = 10**18 - 1
YEARS = range(1900, 2201)
# pydantic's error types, as our stable codes.
_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_short": "required",
    "too_short": "required",
    "string_too_long": "too_long",
    "enum": "invalid_choice",
    "literal_error": "invalid_choice",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "string_type": "invalid_type",
    "int_type": "invalid_type",
    "int_from_float": "invalid_type",
    "float_type": "invalid_type",
    "bool_type": "invalid_type",
    "list_type": "invalid_type",
    "model_attributes_type": "invalid_type",
    "model_type": "invalid_type",
}


# pydantic's ValidationInfo. By its type there may be no context; our shapes are always validated with one.
_Info = Any


class Shape(BaseModel):
    """A request body: no unknown members, no guessing of types, text trimmed."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    def sent(self) -> dict[str, Any]:
        """The members that were sent, by name."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


class Query(BaseModel):
    """A query string: everything comes as text."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def included(self) -> dict[str, Any] | None:
        """The requested members of the answer, as in pydantic's `include`; None is all."""


class Answer(BaseModel):
    """A response body, read from records or dictionaries."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def field_names(cls) -> list[str]:
        """The attributes of a record that this answer reads."""
        return [attribute_of(name, field) for name, field in cls.model_fields.items()]

    @classmethod
    def wire_names(cls) -> dict[str, str]:
        """{attribute of a record: the member that shows it}."""
        members = {attribute_of(name, field): name for name, field in reversed(cls.model_fields.items())}
        return {**members, **{name: name for name in members.keys() & cls.model_fields.keys()}}

    @classmethod
    def column_names(cls) -> list[str]:
        """The same, with the part of a reference that is read, as in "client_id.id" and "client_id.name"."""
        return [attribute_of(name, field) + _part_of_reference(field) for name, field in cls.model_fields.items()]


class Deleted(Answer):
    """A record that is no longer in use."""

    deleted: Literal[True]
    id: int


def attribute_of(name: str, member: FieldInfo) -> str:
    """The attribute of a record that a member is read off."""
    return member.validation_alias if isinstance(member.validation_alias, str) else name


class Reference(NamedTuple):
    """A reference in a row of columns (api/rows); a part that the shape does not read is None."""

    id: int | None = None
    name: str | None = None


def _part_of_reference(member: FieldInfo) -> str:
    """The part of a reference that a member shows, as a suffix; none for other members."""
    for validator in member.metadata:
        if isinstance(validator, BeforeValidator) and validator.func in _PARTS:
            return _PARTS[validator.func]
    return ""


def optional(**described: Any) -> Any:
    """The default of an optional member without a default value; the document shows none."""
    return Field(default_factory=lambda: None, **described)


def is_list(member: FieldInfo) -> bool:
    """Whether a member of a query shape is a list."""
    return get_origin(member.annotation) is list


def problems(error: ValidationError) -> Iterator[Problem]:
    """(field, code, message) of all problems of a body or a query string."""
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(str(part) for part in problem["loc"]) or "body"
        code = _CODES.get(problem["type"], problem["type"])
        if code == "required":
            message = f"{name} is required"
        elif code == "unknown_field":
            message = f"{name} is not known here"
        else:
            message = f"{name}: {problem['msg']}"
        yield name, code, message


def _storable(text: str) -> str:
    if not is_storable(text):
        raise PydanticCustomError("invalid_character", "contains a character that can't be stored")
    return text


def _one_line(text: str) -> str:
    """Also without control characters: a text shown in one line must not move a cursor."""
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise PydanticCustomError("invalid_character", "contains a control character")
    return _storable(text)


def _email(text: str) -> str | None:
    if not text:
        return None
    if not is_email(text):
        raise PydanticCustomError("invalid_email", INVALID_EMAIL)
    return text


def _phone(text: str, info: _Info) -> str:
    try:
        return phone.e164(text, info.context["region"]())
    except phone.InvalidPhone as error:
        raise _invalid_phone(error) from error


def _of_person(number: str, info: _Info) -> str:
    try:
        return phone.of_person(number, info.context["region"]())
    except phone.InvalidPhone as error:
        raise _invalid_phone(error) from error


def _invalid_phone(error: phone.InvalidPhone) -> PydanticCustomError:
    return PydanticCustomError("invalid_phone", "{reason}", {"reason": str(error)})


def whole(value: object) -> object:
    """JSON knows one kind of numbers, and some languages write each of theirs with a decimal point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(text: object) -> object:
    if not isinstance(text, str):
        return text
    if not _DIGITS.fullmatch(text):
        raise PydanticCustomError("invalid_number", "must be a whole number of at least 1")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else _refuse_day()
    except ValueError as error:
        raise PydanticCustomError("invalid_date", "must be a date such as 2026-04-15") from error


def _refuse_day() -> NoReturn:
    raise ValueError


def check_year(day: date) -> None:
    """Raise PydanticCustomError for a year that no record has."""
    if day.year not in YEARS:
        raise PydanticCustomError("out_of_range", "the year must lie between 1900 and 2200")


def moment(text: object, info: _Info) -> datetime:
    """A naive UTC moment from a text: without an offset it is the company's local time, a date alone is midnight."""
    match = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    try:
        wall, offset = _wall(match)
    except ValueError as error:
        raise PydanticCustomError("invalid_datetime", "must be a time such as 2026-04-15T14:00:00") from error
    check_year(wall)
    return clock.utc(wall, info.context["zone"]) if offset is None else wall - offset


def _wall(match: re.Match[str] | None) -> tuple[datetime, timedelta | None]:
    """(wall time, offset from UTC or None) of a match; raises ValueError for an invalid time."""
    if not match:
        raise ValueError
    day, minutes, seconds, offset = match.groups()
    wall = datetime.fromisoformat(f"{day}T{minutes or '00:00'}{seconds or ':00'}")
    if offset is None:
        return wall, None
    offset = "+00:00" if offset == "Z" else f"{offset[:3]}:{offset[-2:]}"
    return wall, datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").utcoffset()


def _local(moment: object, info: _Info) -> str | None:
    if not isinstance(moment, datetime):
        return None
    return clock.local(moment, info.context["zone"]).isoformat(timespec="seconds")


def _with_offset(moment: object, info: _Info) -> str | None:
    if not isinstance(moment, datetime):
        return None
    return clock.with_offset(moment, info.context["zone"]).isoformat(timespec="seconds")


def _none_if_empty(value: object) -> object:
    """Odoo's empty value is False; in JSON it is null."""
    return None if value is False or value == "" else value


def _days_since(day: date | None, info: _Info) -> int | None:
    return client_status.days_since(day, info.context["today"]) if day else None


def _id_of(value: Any) -> int | None:
    """From a record, a Reference, or an id itself."""
    return (value if value is None or isinstance(value, int) else value.id) or None


def _name_of(value: Any) -> str | None:
    """From a record or a Reference."""
    return value.name or None


_PARTS: dict[Any, str] = {_id_of: ".id", _name_of: ".name"}


# Lengths come first: after a function they would be missing in the document.
Text = Annotated[str, AfterValidator(_storable)]
Note = Annotated[str, Field(max_length=10_000), AfterValidator(_storable)]
Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_one_line)]
Line = Annotated[str, Field(max_length=255), AfterValidator(_one_line), AfterValidator(_none_if_empty)]
Phone = Annotated[Name, AfterValidator(_phone)]
# To be stored: a placeholder is searched for at most.
PersonPhone = Annotated[Phone, AfterValidator(_of_person)]
Email = Annotated[
    str,
    Field(max_length=255),
    AfterValidator(_one_line),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 255}),
]
Ref = Annotated[int, Field(ge=1), BeforeValidator(whole)]
Moment = Annotated[datetime, BeforeValidator(moment), WithJsonSchema({"type": "string", "pattern": MOMENT_PATTERN})]

Number = Annotated[int, Field(ge=1, le=MOST_NUMBER), BeforeValidator(_number)]
Day = Annotated[date, BeforeValidator(_day)]

Maybe = Annotated[T | None, BeforeValidator(_none_if_empty)]
LocalTime = Annotated[str, BeforeValidator(_local), WithJsonSchema({"type": "string", "pattern": LOCAL_PATTERN})]
OffsetTime = Annotated[str, BeforeValidator(_with_offset), WithJsonSchema({"type": "string", "format": "date-time"})]
DaysSince = Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_days_since)]
IdOf = Annotated[T, BeforeValidator(_id_of)]
NameOf = Annotated[T, BeforeValidator(_name_of)]

# The document lists the scopes of the installed addons in its place.
SCOPE = {"type": "string", "x-scope": True}
Scope = TypeAliasType("Scope", Annotated[str, WithJsonSchema(SCOPE)])
