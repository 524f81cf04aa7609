"""Cells of a file as text: characters that are left out, and apostrophes before a text that a spreadsheet would take
for a formula, or for the line that names the separator. The rules are in `tables`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .limits import MAX_CELL

# Rows that are searched for examples, and how many different examples of a column are shown.
LOOKED_AT, SAMPLES = 50, 3

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SIGNS = r"(?:[=+\-@\t\r\n]|sep=)"
_GUARDED = re.compile(f"'+{_SIGNS}", re.IGNORECASE)
_TO_GUARD = re.compile(f"'*{_SIGNS}", re.IGNORECASE)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EXCEL_TEXT = re.compile(r'="((?:[^"]|"")*)"')  # the CSV syntax that makes Excel read digits as text


def writable(text: str) -> str:
    """`text` without characters that no table can contain, cut to the length of a cell."""
    return UNWRITABLE.sub("", text)[:MAX_CELL]


def sample(cells: Iterable[str]) -> str:
    """The first few different non-empty cells of a column."""
    return " · ".join(list(dict.fromkeys(filter(None, cells)))[:SAMPLES])[:80]


def guarded(text: str) -> str:
    return "'" + text if _TO_GUARD.match(text) and not _E164.fullmatch(text) else text


def kept_apostrophe(text: str) -> str:
    return "'" + text if _GUARDED.match(text) else text


def without_guard(text: str) -> str:
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def without_wrapping(text: str) -> str:
    """A cell of a CSV without its protection against a spreadsheet."""
    if text[:1] == "=" and (wrapped := _EXCEL_TEXT.fullmatch(text)):
        return wrapped[1].replace('""', '"')
    return without_guard(text)
