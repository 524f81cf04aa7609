"""Dates and times of day as people and booking systems write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.lib.text import fold

from .values import Unreadable, filled

DMY, MDY, MIXED = "dmy", "mdy", "mixed"
# The same for dates with dots, and for those with the year first. They have a usual order, the first of each pair.
_DOTS_DMY, _DOTS_MDY, _YMD, _YDM = "d.m.y", "m.d.y", "ymd", "ydm"
_SLASHES, _DOTS, _YEAR_FIRST = (DMY, MDY), (_DOTS_DMY, _DOTS_MDY), (_YMD, _YDM)

# Excel counts days from here: right from March 1900 on.
_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_001)
_LAST_SECOND = 24 * 60 * 60 - 1
_FURTHEST_OFFSET = timedelta(hours=14)
_LONGEST = 60

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "leden ledna led january jan i",
            "unor unora uno february feb ii",
            "brezen brezna bre march mar iii",
            "duben dubna dub april apr iv",
            "kveten kvetna kve may v",
            "cerven cervna cvn cen june jun vi",
            "cervenec cervence cvc cec july jul vii",
            "srpen srpna srp august aug viii",
            "zari zar september sept sep ix",
            "rijen rijna rij october oct x",
            "listopad listopadu lis november nov xi",
            "prosinec prosince pro december dec xii",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = (
    "pondeli|utery|streda|stredu|ctvrtek|patek|sobota|sobotu|nedele|nedeli|po|ut|st|ct|pa|so|ne"
    "|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
)
_WEEKDAY_BEFORE = re.compile(rf"^(?:{_WEEKDAYS})\b[., ]*")
_WEEKDAY_ASIDE = re.compile(rf" ?\((?:{_WEEKDAYS})\.?\)")
_SERIAL = re.compile(r"([0-9]{5})(?:[.,]([0-9]+))?")
_ISO = re.compile(r"(?P<year>[0-9]{4})(?: ?([-./]) ?)(?P<month>[0-9]{1,2}) ?\2 ?(?P<day>[0-9]{1,2})(?![0-9])")
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?=$|[ ,t]|[0-9]{4}$|[0-9]{6}$)")
_YEAR_LAST = r"(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
_NUMBERS = re.compile(rf"(?P<day>[0-9]{{1,2}}) ?(?P<mark>[-./,]) ?(?P<month>[0-9]{{1,2}}) ?(?P=mark) ?{_YEAR_LAST}")
_ORDINAL = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_DAY_NAME = re.compile(rf"{_ORDINAL}[-./ ]*(?P<name>[a-z]+)[-.,/ ]*{_YEAR_LAST}")
_NAME_DAY = re.compile(rf"(?P<name>[a-z]{{1,20}})[. ]*{_ORDINAL}[, ]+(?P<year>[0-9]{{4}})(?![0-9])")
_DAY_OF_MONTH = re.compile(rf"{_ORDINAL}[-./ ]*(?P<name>[a-z]{{1,20}})\.?")
_MONTH_DAY = re.compile(rf"(?P<name>[a-z]{{1,20}})[. ]*{_ORDINAL}")
_FORMS = (_NUMBERS, _ISO, _COMPACT, _DAY_NAME, _NAME_DAY)
_BEFORE_TIME = re.compile(r"[., ]*(?:t|ve?|at|od?|-|–)?[. ]*")


class _Written(NamedTuple):
    """A date as written in a cell. With `orders` `day` and `month` may be the other way round: in the second order."""

    day: int
    month: int
    year: int
    is_short: bool = False
    orders: tuple[str, ...] = ()
    hour: time | None = None
    offset: timedelta | None = None


@dataclass(frozen=True)
class Dates:
    """The format of the dates of one column, learned from all of its cells.

    `order` is "dmy" or "mdy" for ambiguous dates with slashes or hyphens; "mixed" where the column has both, so that
    "1/2/2024" is ambiguous. `dots` and `year_first` are the orders of the others, or "mixed". Days and times are local
    in `zone`: a moment with an offset of its own ("2024-12-31T23:30:00Z") is converted, everything else stays as
    written.
    """

    order: str = DMY
    zone: str = "UTC"
    dots: str = _DOTS_DMY
    year_first: str = _YMD

    @classmethod
    def learn(cls, texts: Iterable[str], preferred: str = DMY, zone: str = "UTC") -> Dates:
        """Reads once through `texts`; `preferred` is the order of a column without an unambiguous date."""
        shown = cls.orders_shown(texts)
        return cls._of_column(shown, shown, preferred, zone)

    @classmethod
    def of_file(cls, shown: list[set[str]], preferred: str = "", zone: str = "UTC") -> list[Dates]:
        """The Dates of all columns of a file by the orders that each shows. A column without one has that of the
        others: a file is written by one program. Where no column has one and the user has chosen none, ambiguous dates
        are refused."""
        together = set().union(*shown)
        return [cls._of_column(orders, together, preferred, zone) for orders in shown]

    @classmethod
    def _of_column(cls, shown: set[str], together: set[str], preferred: str, zone: str) -> Dates:
        """By the orders that a column shows, that all columns show, and that the user prefers."""
        slashes = shown & {*_SLASHES} or together & {*_SLASHES} or {preferred or MIXED}
        dots, year_first = (_usual_of(shown, together, orders, preferred) for orders in (_DOTS, _YEAR_FIRST))
        return cls(_one_of(slashes), zone, dots, year_first)

    @staticmethod
    def orders_shown(texts: Iterable[str]) -> set[str]:
        """The orders of a column's unambiguous cells."""
        shown = set()
        for text in texts:
            try:
                shown.add(_order_shown(_written(text)))
            except Unreadable:
                continue
        return {order for order in shown if order}

    def parse(self, text: str) -> tuple[date, time | None]:
        """The day and, where the cell has one, the time. Midnight is a time: "1.3.2024 0:00" has one."""
        written = _written(text)
        day = self._day(written)
        if written.offset is None:
            return day, written.hour
        wall = clock.local(datetime.combine(day, written.hour or time()) - written.offset, self.zone)
        return _in_range(wall.date()), wall.time()

    def day(self, text: str, birth: bool = False) -> date:
        """The day alone. A two-digit year of a birth is the last one that is not in the future."""
        written = _written(text)
        if written.offset is not None:
            return self.parse(text)[0]
        return self._day(written, birth)

    def _day(self, written: _Written, birth: bool = False) -> date:
        day, month = written.day, written.month
        if written.orders and day != month:
            order = self._order_of(written)
            if order == MIXED:
                raise Unreadable("ambiguous_date")
            if order == written.orders[1]:
                day, month = month, day
        year = self._whole_year(written.year, month, day, birth) if written.is_short else written.year
        return _day_of(year, month, day)

    def _order_of(self, written: _Written) -> str:
        """A slashed date may show its order itself. Where the others have another than the column, it is impossible."""
        if written.orders is _SLASHES:
            return _order_shown(written) or self.order
        order = self.dots if written.orders is _DOTS else self.year_first
        return written.orders[0] if order == MIXED and _order_shown(written) else order

    def _whole_year(self, short: int, month: int, day: int, birth: bool) -> int:
        if not birth:
            return short + (2000 if short < 69 else 1900)
        today = clock.today(self.zone)
        return 2000 + short - (100 if (2000 + short, month, day) > (today.year, today.month, today.day) else 0)


def has_day(text: str) -> bool:
    """Whether a cell is a date, with a time or without."""
    try:
        _written(text)
    except Unreadable:
        return False
    return True


# "--03-07", "7. 3." and "3/7"; Apple's year 1604 means none.
_NO_YEAR = re.compile(
    r"--[0-9]{2}-?[0-9]{2}|(?:1604|0000)-?[0-9]{2}-?[0-9]{2}|[0-9]{1,2} ?\. ?[0-9]{1,2}\.?|[0-9]{1,2}/[0-9]{1,2}"
)


def has_no_year(text: str) -> bool:
    """Whether a cell is a day and a month alone."""
    cell = fold(text)
    if _NO_YEAR.fullmatch(cell):
        return True
    match = _DAY_OF_MONTH.fullmatch(cell) or _MONTH_DAY.fullmatch(cell)
    return match is not None and match["name"] in _MONTHS


def _one_of(orders: set[str]) -> str:
    return next(iter(orders)) if len(orders) == 1 else MIXED


def _order_shown(written: _Written) -> str | None:
    """The order that an ambiguous date shows itself: a number above 12 is no month."""
    if not written.orders:
        return None
    if written.day > 12 >= written.month:
        return written.orders[0]
    return written.orders[1] if written.month > 12 >= written.day else None


def _usual_of(shown: set[str], together: set[str], orders: tuple[str, str], preferred: str) -> str:
    """The order of dates that have a usual one. A date that is impossible in it contradicts: without a date that needs
    it, the rest is ambiguous, unless the user has chosen the month first."""
    found = shown & {*orders} or together & {*orders}
    if found != {orders[1]}:
        return orders[0]
    return orders[1] if preferred == MDY else MIXED


def _day_of(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise Unreadable("day_out_of_range") from error
    return _in_range(found)


def _in_range(day: date) -> date:
    if not clock.FIRST_DAY <= day <= clock.LAST_DAY:
        raise Unreadable("day_out_of_range")
    return day


@lru_cache(4096)
def _written(text: str) -> _Written:
    """The date and time of a cell, before anything is known of its column."""
    cell = fold(filled(text))
    if len(cell) > _LONGEST:
        raise Unreadable("unreadable_date")
    serial = _SERIAL.fullmatch(cell)
    if serial:
        return _from_excel(int(serial[1]), serial[2])
    cell = _WEEKDAY_ASIDE.sub("", _WEEKDAY_BEFORE.sub("", cell))
    match = next(filter(None, (form.match(cell) for form in _FORMS)), None)
    if not match:
        raise Unreadable("unreadable_date")
    hour, offset = _time_after(cell[match.end() :], match.re is _COMPACT)
    part = match.groupdict()
    month = int(part["month"]) if "month" in part else _MONTHS.get(part["name"])
    if not month:
        raise Unreadable("unreadable_date")
    orders = _SLASHES if part.get("mark") in ("/", "-") else _DOTS if part.get("mark") else ()
    if match.re in (_ISO, _COMPACT):
        orders = _YEAR_FIRST
    return _Written(int(part["day"]), month, int(part["year"]), len(part["year"]) == 2, orders, hour, offset)


def _from_excel(days: int, fraction: str | None) -> _Written:
    if days not in _EXCEL_DAYS:
        raise Unreadable("unreadable_date")
    day = _EXCEL_ZERO + timedelta(days=days)
    return _Written(day.day, day.month, day.year, hour=_part_of_day(fraction) if fraction and int(fraction) else None)


def _time_after(text: str, is_compact: bool) -> tuple[time | None, timedelta | None]:
    """(time, offset) after a date; a bare number there is a time only where the date is unambiguous."""
    text = _BEFORE_TIME.sub("", text, count=1)
    if not text:
        return None, None
    if text.isdecimal() and not is_compact:
        raise Unreadable("unreadable_time")
    text, offset = _split_offset(text)
    return _time(text), offset


# A plus always begins an offset, a hyphen only after seconds: "14:00-15:30" is from and to.
_SECONDS = ":[0-9]{2}:[0-9]{2}"
_OFFSET = re.compile(
    rf"(.*[0-9m]) ?(?:z|utc|gmt|(?:utc|gmt)?(\+|(?<={_SECONDS})-|(?<={_SECONDS} )-)([0-9]{{2}}):?([0-9]{{2}})?)"
)
_PART_OF_SECOND = re.compile(f"({_SECONDS})[.,][0-9]+")


def _split_offset(text: str) -> tuple[str, timedelta | None]:
    text = _PART_OF_SECOND.sub(r"\1", text)
    match = _OFFSET.fullmatch(text)
    if not match:
        return text, None
    offset = timedelta(hours=int(match[3] or 0), minutes=int(match[4] or 0))
    if offset > _FURTHEST_OFFSET:
        raise Unreadable("unreadable_time")
    return match[1], -offset if match[2] == "-" else offset


_UNTIL = re.compile(r" ?(?:[-–—]| do | az | to ) ?")
_HOUR_WORD = r"(?:h(?:od(?:in[ay]?)?)?\.?)"
_CLOCK = re.compile(
    rf"(?P<hour>[0-9]{{1,2}})(?: ?(?:[:.,]|{_HOUR_WORD}) ?(?P<minute>[0-9]{{2}})(?:[:.](?P<second>[0-9]{{2}}))?"
    rf"(?: ?min\.?)?)?(?: ?{_HOUR_WORD})?(?: ?(?P<half>[ap])\.? ?m\.?)?"
)
_DIGITS = re.compile(r"(?P<hour>[0-9]{1,2})(?P<minute>[0-9]{2})|(?P<h>[0-9]{2})(?P<m>[0-9]{2})(?P<s>[0-9]{2})")
_PART_OF_DAY = re.compile(r"0[.,]([0-9]+)")
# A cell with a time alone may come with the first day of Excel's calendar.
_DAY_BEFORE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[t ](?=[0-9])")
_AT = re.compile(r"(?:ve?|at|od?|t) ?(?=[0-9])")


@lru_cache(4096)
def time_of_day(text: str) -> time:
    """A time alone; of "9:00 - 10:30" the first. Of "0.604166", Excel's part of a day, the nearest second."""
    cell = fold(filled(text))
    if len(cell) > _LONGEST:
        raise Unreadable("unreadable_time")
    part = _PART_OF_DAY.fullmatch(cell)
    if part:
        return _part_of_day(part[1])
    cell = _AT.sub("", _DAY_BEFORE.sub("", cell, count=1), count=1)
    return _time(_PART_OF_SECOND.sub(r"\1", cell))


def _part_of_day(decimals: str) -> time:
    seconds = min(round(float(f"0.{decimals}") * (_LAST_SECOND + 1)), _LAST_SECOND)
    return (datetime.min + timedelta(seconds=seconds)).time()


def _time(text: str) -> time:
    """The time, or the first of two. "2 - 3 PM" does not say which half of the day the first is in."""
    start, *end = _UNTIL.split(text, maxsplit=1)
    start_time, start_half = _one_time(start)
    if end and end[0]:
        _end_time, end_half = _one_time(end[0])
        if end_half and not start_half:
            raise Unreadable("unreadable_time")
    return start_time


def _one_time(text: str) -> tuple[time, str | None]:
    """(time, "a" or "p" of AM and PM, or None)."""
    match = _CLOCK.fullmatch(text)
    if match:
        hour, minute, second, half = match.groups()
    else:
        match = _DIGITS.fullmatch(text)
        if not match:
            raise Unreadable("unreadable_time")
        hour, minute, second, half = match["hour"] or match["h"], match["minute"] or match["m"], match["s"], None
    hour, minute, second = int(hour), int(minute or 0), int(second or 0)
    # "14:30 PM" is redundant; "14:30 AM" and "0:30 PM" are contradictory.
    if hour > 23 or minute > 59 or second > 59 or (half == "a" and hour > 12) or (half == "p" and hour == 0):
        raise Unreadable("unreadable_time")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute, second), half
