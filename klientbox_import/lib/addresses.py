"""The phones and e-mails of a row: the one that the client gets, and the others, which are kept in the notes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from odoo.addons.klientbox.lib import phone
from odoo.addons.klientbox.lib.text import clean

from . import values
from .refusals import reads_like_refusal
from .values import Unreadable

# What is to be said of a row's phones; texts are in models/texts.py.
MENDED, DUMMY, DOUBTFUL, NO_SMS = "phone_mended", "phone_dummy", "phone_doubtful", "phone_no_sms"
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"[^\W\d_][^\d+(]*")
# It begins a word: else each letter of a long word would be tried as its beginning.
_ADDRESS = re.compile(r"(?<![^\s<>;,|()])[^\s<>;,|()@]{1,320}@[^\s<>;,|()]+")
# Kinds of numbers that a column without a meaning certainly holds as phones: an account's number may be any other.
_ASSIGNED = (phone.MOBILE, phone.LANDLINE)


@dataclass
class Found:
    """What was found in the cells of one kind. `others` are readable addresses beside the first, `unread` the texts
    that are none, `problem` the code of the error where there is no address at all."""

    first: str | None = None
    others: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problem: str = ""


class Cell(NamedTuple):
    """A cell of a phone, with the one that has its prefix."""

    text: str
    prefix: str = ""


def apart(cells: Iterable[Cell]) -> tuple[list[Cell], list[str]]:
    """(the cells of phones without e-mails, the e-mails in them)."""
    phone_cells: list[Cell] = []
    found: list[str] = []
    for cell in cells:
        written = spare_emails("; ".join(_ADDRESS.findall(cell.text))) if "@" in cell.text else []
        found += written
        text = _ADDRESS.sub(" ", cell.text) if written else cell.text
        if not written or _DIGIT.search(text) or _LETTER.search(text):
            phone_cells.append(Cell(text, cell.prefix))
    return phone_cells, found


def phones(cells: Iterable[Cell], region: str) -> Found:
    """The first phone that can get an SMS, else the first readable one. None is dropped silently: an unreadable one is
    the row's problem where there is no other phone."""
    found, problems = Found(), []
    numbers: list[tuple[str, bool, str]] = []
    for cell in cells:
        text = _joined(cell, region, found)
        try:
            number, mended = phone.mend(text, region)
        except phone.InvalidPhone as error:
            problems.append(error.reason)
            found.unread.append(cell.text)
            continue
        if not number:
            found.unread += [cell.text] if _LETTER.search(clean(text)) else []
        elif phone.is_dummy(number):
            found.remarks.append(DUMMY)
        else:
            numbers.append((number, mended, text))
            if mended and _take_further(text, region, numbers):
                found.unread.append(cell.text)
    if numbers:
        _choose(found, numbers, region)
    elif problems:
        # A number that is too long is another error than a text.
        found.problem = "too_long_phone" if problems[0] == "too_long" else problems[0]
    return found


def _joined(cell: Cell, region: str, found: Found) -> str:
    """The text of a phone with its prefix, and without words of refusal beside it."""
    text = cell.text
    if _LETTER.search(text) and _DIGIT.search(text) and reads_like_refusal(text):
        text = _WORDS.sub(" ", text)
    if not (cell.prefix and _DIGIT.search(text)):
        return text
    joined = phone.with_prefix(text, cell.prefix, region)
    if joined is None:
        found.remarks.append(DOUBTFUL)
    return joined or text


def _take_further(text: str, region: str, numbers: list[tuple[str, bool, str]]) -> bool:
    """Add the other numbers of a cell; returns whether it has more that can't be read."""
    first = numbers[-1][0]
    further, unread = phone.every(text, region)
    numbers += [(each, False, each) for each in further if each != first and not phone.is_dummy(each)]
    return bool(unread)


def _choose(found: Found, numbers: list[tuple[str, bool, str]], region: str) -> None:
    mobile = (each for each in numbers if phone.is_mobile(each[0]))
    number, mended, text = numbers[0] if len(numbers) == 1 else next(mobile, numbers[0])
    found.first = number
    found.others = [other for other in dict.fromkeys(each[0] for each in numbers) if other != number]
    found.remarks += [MENDED] if mended else []
    if phone.is_doubtful(number, text, region):
        found.remarks.append(DOUBTFUL)
    if not phone.is_mobile(number):
        found.remarks.append(NO_SMS)


def emails(cells: Iterable[str]) -> Found:
    """The first e-mail. An unreadable one is the row's problem where there is no other."""
    found, problems = Found(), []
    addresses: list[str] = []
    for text in cells:
        cell = _without_refusal(text)
        if not cell:
            continue
        try:
            addresses.append(values.email(cell))
        except Unreadable as error:
            problems.append(error.code)
            found.unread.append(text)
            continue
        addresses += values.further_emails(cell)
    if addresses:
        found.first, *found.others = dict.fromkeys(addresses)
    elif problems:
        found.problem = problems[0]
    return found


def _without_refusal(text: str) -> str:
    """The address of a cell that also reads like a refusal; "" where it has none."""
    if not reads_like_refusal(text):
        return text
    return "; ".join(_ADDRESS.findall(text))


def spare_phones(text: str, region: str) -> list[str]:
    """The certain phones in a column without a meaning."""
    numbers, _unread = phone.every(text, region)
    return [number for number in numbers if phone.kind(number) in _ASSIGNED and not phone.is_dummy(number)]


def spare_emails(text: str) -> list[str]:
    """The e-mails in a column without a meaning."""
    found = emails([text])
    return [address for address in (found.first, *found.others) if address]
