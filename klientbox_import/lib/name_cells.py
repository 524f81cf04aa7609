"""Cells of names: words that are a name as well as a word for nothing, and rows that are about no person."""

from __future__ import annotations

import re
from collections.abc import Mapping

from odoo.addons.klientbox.lib.text import clean, fold, listing, tidy

NAMES = ("name", "given_name", "family_name")
_PARTS = ("given_name", "family_name")
# Names of people that elsewhere mean an empty cell, folded.
_NAMES_TOO = listing("bez none null nil nan neni nema zadny zadna")
_LONGEST_NAME_TOO = max(map(len, _NAMES_TOO))
_TOTALS = re.compile(
    r"(?:(?:celkem|celkove|soucet|mezisoucet|suma|spolu|uhrn|uhrnem|(?:grand |sub ?)?total|sum|gesamt|summe"
    r"|zwischensumme|totale?s?|celkom|sucet|medzisucet) ?:?)"
    r"(?: (?:[0-9].*|(?:za|od|of|for) .*|klient.*|zakazni.*|osob.*|navstev.*|trzb.*|castka|clients?.*|customers?.*"
    r"|rows?|sales|amount|celkem|vse))?"
)
# A row of totals has none of these.
_PERSONAL = {"phone", "email", "external_id", "code", "birth_date", "date"}


def name_text(text: str) -> str:
    """`clean`, but for words that may be a name."""
    tidied: str = tidy(text)
    return tidied if _is_name_too(tidied) else clean(tidied)


def real_names(names: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """(the names of a row, whether one of them may mean an empty cell). "Bez" is one where another part of the name is
    written in the same case: beside "Eva" "Bez" is a name, "bez" and "BEZ" are none."""
    doubtful = {name for name, text in names.items() if _is_name_too(text)}
    if not doubtful:
        return dict(names), False
    cases = {_case(text) for name, text in names.items() if name not in doubtful and name in _PARTS}
    kept = {name: text for name, text in names.items() if name not in doubtful or _case(text) in cases}
    return kept, bool(doubtful & kept.keys())


def _is_name_too(text: str) -> bool:
    return len(text) <= _LONGEST_NAME_TOO and fold(text) in _NAMES_TOO


def _case(text: str) -> str:
    return "upper" if text.isupper() else "lower" if text.islower() else "title"


def is_of_totals(texts: Mapping[str, object]) -> bool:
    """Whether a row holds the totals of the others: it has their name and nothing of a person."""
    names = [str(texts[name]) for name in NAMES if name in texts]
    return len(names) == 1 and not _PERSONAL & texts.keys() and bool(_TOTALS.fullmatch(fold(names[0])))
