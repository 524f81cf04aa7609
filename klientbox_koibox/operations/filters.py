"""Filters of Koibox's list: the lookups of Django's filters, on the columns of a client.

A value that can't occur in the column (a reference that is no id, a phone that is none) finds nothing; a value of the
wrong type is refused.
"""

import re
from dataclasses import dataclass, replace
from typing import Annotated

from odoo.addons.klientbox.api.filters import AMOUNT, DAY, TIME, Column, Kind, neither_true_nor_false, not_whole
from odoo.addons.klientbox.api.shapes import MOST_NUMBER, Text
from odoo.addons.klientbox.lib import phone
from odoo.fields import Domain
from pydantic import AfterValidator, BeforeValidator, Field

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_RANGE = ("", "lt", "lte", "gt", "gte")


def _whole(written):
    if not _WHOLE.fullmatch(written.strip()):
        raise not_whole()
    return int(written)


def _flag(written):
    try:
        return _FLAGS[written.strip().lower()]
    except KeyError as error:
        raise neither_true_nor_false() from error


def _reference(number):
    return number if number > 0 else None


def _e164(written, info):
    try:
        return phone.e164(written, info.context["region"]())
    except phone.InvalidPhone:
        return None


Whole = Annotated[int, Field(ge=-MOST_NUMBER, le=MOST_NUMBER), BeforeValidator(_whole)]
Reference = Annotated[Whole, AfterValidator(_reference)]
Flag = Annotated[bool, BeforeValidator(_flag)]
AnyPhone = Annotated[Text, AfterValidator(_e164)]

IDS = Kind(Reference, ("in",))
REFERENCE = Kind(Reference, ("", "in"))
VALUE = Kind(Text, ("", "in"))
EXACT = Kind(Text, ("",))
PART = Kind(Text, ("icontains",))
PHONE = Kind(AnyPhone, ("", "in"))
NUMBER = Kind(Whole, _RANGE)
FLAG = Kind(Flag, ("",))
__all__ = ["AMOUNT", "DAY", "EXACT", "FLAG", "IDS", "NUMBER", "PART", "PHONE", "REFERENCE", "TIME", "VALUE", "Filter"]


def _split(written):
    return [part.strip() for part in written.split(",") if part.strip()]


@dataclass(frozen=True)
class Filter(Column):
    """A column of the list's filters."""

    words: tuple = ()

    def spelt(self, words):
        """The same with names for the values; pairs of (name, value)."""
        return replace(self, words=words)

    def of_member(self, name, member):
        """Koibox has no lookup for empty values."""
        return replace(super().of_member(name, member), is_nullable=False)

    def lookups(self):
        """A list of values up to the length of an address; blank ones are ignored."""
        for lookup, value in super().lookups():
            yield lookup, Annotated[list[self.kind.value], BeforeValidator(_split)] if lookup == "in" else value

    def domain(self, lookup, value):
        """The domain of a lookup."""
        if lookup not in ("", "in") or self.kind in (TIME, DAY, AMOUNT, NUMBER):
            return super().domain(lookup, value)
        values = value if lookup == "in" else [value]
        if self.words:
            values = [dict(self.words).get(each) for each in values]
        values = [each for each in values if each is not None]
        found = Domain(self.field, "in", values)
        return found | self._merged_domain(values) if self.merged_by else found
