"""The meaning of a number in a workbook: a date, a duration, an amount with its currency, digits of a fixed length."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601

from . import amounts

_MAX_FORMAT = 255  # characters of a format of numbers, as in Excel
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
# A fixed number of digits, after a text: of a phone "+420 ", or nothing.
_DIGITS_FORMAT = re.compile(r"(?:\"([+0-9 ]*)\")?(0[0 ]*0)")


def pattern_of_format(style: str | None) -> Callable[[str], str] | None:
    """A formatted number, where the format adds to its digits; None for all others."""
    if not style or len(style) > _MAX_FORMAT:
        return None
    currency = amounts.currency_of_format(style)
    if currency:
        return lambda text: f"{text} {currency}"
    digits = _DIGITS_FORMAT.fullmatch(style)
    if not digits:
        return None
    prefix, length = digits[1] or "", digits[2].count("0")
    return lambda text: prefix + text.zfill(length) if text.isdecimal() else text


def kind_of_format(style: str | None) -> str | None:
    """ "moment", "duration" or None, for a format of numbers."""
    if not style or len(style) > _MAX_FORMAT or not is_date_format(style):
        return None
    return "duration" if is_timedelta_format(style) else "moment"


def number_text(text: str) -> str:
    """A number in its usual notation, with the 15 digits that Excel keeps; other texts stay unchanged."""
    if (text.isascii() and text.isdigit()) or not _NUMBER.fullmatch(text):
        return text
    number = float(text)
    if math.isinf(number):
        return text
    return format(Decimal(f"{number:.15g}"), "f")


def serial_text(text: str, kind: str, epoch: datetime) -> str:
    """A date, a time or a duration that the file stores as a number of days. A value that can't be one stays a
    number."""
    try:
        days = float(text)
        if days < 0 and kind == "moment":
            return number_text(text)
        return _moment_text(from_excel(days, epoch, timedelta=kind == "duration"))
    except (OverflowError, ValueError):
        return number_text(text)


def iso_date_text(text: str) -> str:
    try:
        return _moment_text(from_ISO8601(text))
    except (OverflowError, TypeError, ValueError):
        return text


def _moment_text(moment: datetime | date | time | timedelta) -> str:
    """To whole seconds: a minute is no round number of days, so files are a little off."""
    if isinstance(moment, datetime):
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        return moment.isoformat() if moment.time() != time() else moment.date().isoformat()
    if isinstance(moment, date):
        return moment.isoformat()
    if isinstance(moment, time):
        moment = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second + moment.microsecond / 1e6)
    seconds = round(moment.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    text = f"{'-' if seconds < 0 else ''}{hours:02}:{rest // 60:02}"
    return f"{text}:{rest % 60:02}" if rest % 60 else text
