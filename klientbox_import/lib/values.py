"""Cleaning of every cell of a spreadsheet, and the kinds of values that need no learning.

Dates are read in `dates`, prices and durations in `amounts`, words for a choice in `vocabulary`, phones in `lib.phone`.
"""

from __future__ import annotations

import re

from odoo.addons.klientbox.lib.text import clean, fold

REASONS = {
    "empty": "the cell is empty",
    "too_long": "the text is too long",
    "unreadable_date": "this is not a date",
    "ambiguous_date": "day and month can't be told apart here",
    "day_out_of_range": "there is no such day from 1900 to 2200",
    "unreadable_time": "this is not a time of day",
    "unreadable_amount": "this is not an amount",
    "ambiguous_amount": "thousands and decimals can't be told apart here",
    "negative_amount": "an amount can't be negative",
    "foreign_currency": "this amount is in another currency than the company's",
    "unknown_currency": "this is not a known currency",
    "formula_unsaved": "the formula has no saved value",
    "spreadsheet_error": "the spreadsheet shows an error here",
    "broken_card": "this contact can't be read",
    "unreadable_number": "this is not a number",
    "unreadable_duration": "this is not a duration of at most a day",
    "unknown_state": "this is not a known state of a visit",
    "unreadable_yes_no": "this is neither yes nor no",
    "unknown_gender": "this is not a known gender",
    "invalid_email": "this is not an e-mail address",
}
LONGEST_EMAIL = 254
# Contents of a cell whose value is not in the file: of a formula that was never computed, of an unreadable contact, and
# of a spreadsheet's error ("#N/A" means an empty value).
UNSAVED, BROKEN = "#FORMULA!", "#CONTACT!"
ERRORS = (
    *("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
    *("#ODKAZ!", "#HODNOTA!", "#NÁZEV?", "#DĚLENÍ_NULOU!", "#ČÍSLO!"),
)


class Unreadable(ValueError):
    """A cell can't be read as its type; `code`, a key of REASONS, is the reason, without the text."""

    def __init__(self, code: str) -> None:
        super().__init__(REASONS[code])
        self.code = code


def filled(text: str) -> str:
    """`clean`; raises Unreadable for a cell with nothing in it."""
    text = clean(text)
    if not text:
        raise Unreadable("empty")
    return text


# The rule of Odoo (odoo.tools.single_email_re) in our words: ASCII letters, digits and a few signs before the @; after
# it letters, digits, dots and hyphens that end in a dot and 2 to 63 letters. An address that passes here passes there.
_EMAIL = re.compile(r"([a-z0-9._%+-]{1,64})@([a-z0-9.-]{1,190}\.[a-z]{2,63})", re.IGNORECASE | re.ASCII)
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
    match = _EMAIL.fullmatch(address)
    if not match:
        raise Unreadable("invalid_email")
    return f"{match[1]}@{match[2].lower()}"


_SEVERAL_WORDS = re.compile(r" ::: |[,;|\r\n]")


def words(text: str) -> list[str]:
    """The tags in a cell, each once in its first spelling. Google's own groups ("* myContacts") are no tags."""
    found: dict[str, str] = {}
    for part in _SEVERAL_WORDS.split(text):
        word = clean(part)
        if word and not word.startswith("* "):
            found.setdefault(fold(word), word)
    return list(found.values())
