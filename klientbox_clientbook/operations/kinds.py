"""Kinds of members: how a value of ours is written for Client Book, and how one of theirs is read. All are text."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from odoo.addons.klientbox.api.errors import invalid
from odoo.addons.klientbox.api.shapes import Email, Line, Note, Text, check_year, moment
from odoo.addons.klientbox.lib import clock
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

MOMENT_PATTERN = r"^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})?$"
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})( \d{2}:\d{2}(:\d{2})?)?", re.ASCII)
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
# PHP's notation for an empty time.
NO_TIME = ("", "0000-00-00", "0000-00-00 00:00:00")


@dataclass(frozen=True)
class Kind:
    """`out` is the type that writes a field's value, `into` the type that reads one; `meant` then resolves a reference:
    it gets (env, name of the member, text)."""

    out: Any
    into: Any
    meant: Any = None


def _written(function, schema=None):
    """The text of a value by a function."""
    kind = Annotated[str, BeforeValidator(function)]
    return Annotated[kind, WithJsonSchema({"type": "string", **schema})] if schema else kind


def _read(function, schema=None):
    """The value of a text by a function."""
    return Annotated[Any, BeforeValidator(function), WithJsonSchema({"type": "string", **(schema or {})})]


def _moment_text(value, info):
    return clock.local(value, info.context["zone"]).strftime("%Y-%m-%d %H:%M:%S") if value else ""


def _moment_of(text, info):
    if text in NO_TIME:
        return False
    try:
        return moment(text, info)
    except PydanticCustomError as error:
        if error.type == "out_of_range":
            raise
        raise PydanticCustomError("invalid_datetime", "must be a time such as 2026-04-15 14:00:00") from error


def _day_text(value):
    return f"{value:%Y-%m-%d} 00:00:00" if value else ""


def _day_of(text):
    if text in NO_TIME:
        return False
    match = _DAY.fullmatch(text) if isinstance(text, str) else None
    try:
        day = date.fromisoformat(match[1]) if match and datetime.fromisoformat(text) else None
    except ValueError:
        day = None
    if not day:
        raise PydanticCustomError("invalid_date", "must be a day such as 2026-04-15 00:00:00")
    check_year(day)
    return day


def _amount_of(text):
    if text == "":
        return 0.0
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        raise PydanticCustomError("invalid_number", "must be an amount such as 120.00")
    return float(text)


def choices(ours, none=False, **more):
    """A kind for {our value: theirs}; `none` is the value for an empty one, `more` are values that are read but
    never written."""
    theirs = {choice: value for value, choice in ours.items()} | more
    allowed = [*ours.values()]

    def write(value):
        return ours.get(value, ours.get(none))

    def read(text):
        if not isinstance(text, str) or text not in theirs:
            raise PydanticCustomError("enum", "{allowed}", {"allowed": f"must be one of {', '.join(allowed)}"})
        return theirs[text]

    return Kind(_written(write, {"enum": allowed}), _read(read, {"enum": allowed}))


def _tags_of(text):
    if not isinstance(text, str) or len(text) > 2000 or "\0" in text:
        raise PydanticCustomError("invalid_text", "must be a text such as: rings, silver")
    return [name for part in text.split(",") if (name := " ".join(part.split())[:255])]


def reference(model, called):
    """A kind for a record of another family, by its number here or the integration's."""

    def meant(env, name, text):
        if not text:
            return False
        found = env[model]._clientbook_find(text)
        if not found:
            raise invalid([(name, f"unknown_{called}", f"There is no such {called}.")])
        return found.id

    return Kind(_written(lambda record: str(record.id or "")), Line, meant)


def _own_store(env, name, text):
    """Not writable: a token belongs to one store."""
    if text and text != str(env.company.id):
        raise invalid([(name, "unknown_store", "There is no such store, or the token is not for it.")])


def _said(value):
    return "" if value is None or value is False else str(value)


TEXT = Kind(_written(_said), Line)
LONG_TEXT = Kind(_written(_said), Note)
LINK = Kind(_written(_said), Annotated[Text, Field(max_length=2000)])
EMAIL = Kind(_written(_said), Email)
NUMBER = Kind(_written(_said), Line)
MONEY = Kind(_written(lambda value: f"{value or 0:.2f}"), _read(_amount_of))
MOMENT = Kind(_written(_moment_text, {"pattern": MOMENT_PATTERN}), _read(_moment_of, {"pattern": MOMENT_PATTERN}))
DAY = Kind(_written(_day_text, {"pattern": MOMENT_PATTERN}), _read(_day_of, {"pattern": MOMENT_PATTERN}))
TAGS = Kind(_written(lambda tags: ", ".join(tags.mapped("name"))), _read(_tags_of))
GENDER = choices({"male": "male", "female": "female", False: "unknown"})
ONE_OR_ZERO = choices({True: "1", False: "0"}, Y=True, N=False)
ZERO_IF_ACTIVE = choices({True: "0", False: "1"}, N=True, Y=False)
YES_OR_NO = choices({True: "Y", False: "N"})
NO_IF_ACTIVE = choices({True: "N", False: "Y"})
ENABLE = choices({True: "enable", False: "disable"})
CLIENT = reference("klientbox.client", "client")
EMPLOYEE = reference("klientbox.staff", "employee")
VENDOR = reference("res.partner", "vendor")
STORE = Kind(_written(lambda company: str(company.id)), Line, _own_store)
# No read returns a password, and nothing of the present one is stored.
PASSWORD = Kind(_written(lambda _value: ""), Text)
