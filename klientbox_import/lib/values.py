"""Cleaning of every cell of a spreadsheet, and the kinds of values that need no learning.

Dates are read in `dates`, prices and durations in `amounts`, words for a choice in `cell_words`, phones in `lib.phone`.
"""

from __future__ import annotations

import re

from odoo.addons.klientbox.lib.address import is_email
from odoo.addons.klientbox.lib.text import clean, fold

# Reasons why a cell can't be read; their texts are in models/texts.py.
CODES = frozenset(
    {
        "empty",
        "too_long",
        "unreadable_date",
        "ambiguous_date",
        "day_out_of_range",
        "unreadable_time",
        "unreadable_amount",
        "ambiguous_amount",
        "negative_amount",
        "foreign_currency",
        "unknown_currency",
        "unclear_currency",
        "formula_unsaved",
        "spreadsheet_error",
        "broken_card",
        "unreadable_number",
        "unreadable_duration",
        "unknown_state",
        "unreadable_yes_no",
        "unknown_gender",
        "unknown_language",
        "invalid_email",
        "no_person",
        "totals",
    }
)
LONGEST_EMAIL = 254
# Contents of a cell whose value is not in the file: of a formula that was never computed, of an unreadable contact, and
# of a spreadsheet's error ("#N/A" means an empty value).
UNSAVED, BROKEN = "#FORMULA!", "#CONTACT!"
# Of a contact that is a group or a company.
NO_PERSON = "#GROUP!"
ERRORS = (
    *("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
    *("#ODKAZ!", "#HODNOTA!", "#NÁZEV?", "#DĚLENÍ_NULOU!", "#ČÍSLO!"),
)


class Unreadable(ValueError):
    """A cell can't be read as its type; `code`, one of CODES, is the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def filled(text: str) -> str:
    """`clean`; raises Unreadable for a cell with nothing in it."""
    text = clean(text)
    if not text:
        raise Unreadable("empty")
    return text


_IN_ANGLES = re.compile(r"<([^<>@]*@[^<>]*)>")
_SEVERAL_EMAILS = re.compile(r" ::: |[;,/|]")


def email(text: str) -> str:
    """The address in a cell, the first of several; its domain in lower case.

    A text beside an address must be another address or a name outside of angle brackets: in "jana novak@seznam.cz" the
    space is probably a lost dot, and a mail to the second half would reach a stranger.
    """
    text = filled(text)
    framed = _IN_ANGLES.search(text)
    first = framed[1] if framed else next(filter(clean, _SEVERAL_EMAILS.split(text)), "")
    addresses = first.split()
    if not addresses or not all("@" in address for address in addresses):
        raise Unreadable("invalid_email")
    address = re.sub("^mailto:", "", addresses[0].strip("'\""), flags=re.IGNORECASE).partition("?")[0].rstrip(".")
    if len(address) > LONGEST_EMAIL:
        raise Unreadable("too_long")
    if not is_email(address):
        raise Unreadable("invalid_email")
    local_part, _sign, domain = address.partition("@")
    return f"{local_part}@{domain.lower()}"


_WHOLE = re.compile(r"-?[0-9]{1,3}(?: ?[0-9]{3}){0,2}(?:[.,]0{1,2})?")


def whole_number(text: str) -> int:
    """A whole number of at most nine digits, which a spreadsheet may write with decimals: "1 200", "12.0"."""
    if not _WHOLE.fullmatch(text):
        raise Unreadable("unreadable_number")
    return int(re.split("[.,]", text)[0].replace(" ", ""))


def further_emails(text: str) -> list[str]:
    """The other addresses of a cell beside the one that `email` returns."""
    found = []
    for part in _SEVERAL_EMAILS.split(text):
        for piece in part.split() if part.count("@") > 1 else [part]:
            try:
                found.append(email(piece))
            except Unreadable:
                continue
    return list(dict.fromkeys(found))


_SEVERAL_WORDS = re.compile(r" ::: |[,;|\r\n]")


def words(text: str) -> list[str]:
    """The tags in a cell, each once in its first spelling. Google's own groups ("* myContacts") are no tags."""
    found: dict[str, str] = {}
    for part in _SEVERAL_WORDS.split(text):
        word = clean(part)
        if word and not word.startswith("* "):
            found.setdefault(fold(word), word)
    return list(found.values())
