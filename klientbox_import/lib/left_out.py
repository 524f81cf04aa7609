"""The probable content of columns without a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import consent_headers, vocabulary
from .header_words import spaced
from .values import Unreadable

# A cell that can only be a phone or an e-mail.
_PHONE_CELL = re.compile(r"'?(?:\+|00)?[0-9][0-9 ()/.\u00a0-]{7,17}")
_DATE_CELL = re.compile(r"[0-9]{1,4}[./-] ?[0-9]{1,2}[./-] ?[0-9]{1,4}.*")
_EMAIL_CELL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")


def looks_like(header: str, cells: Iterable[str]) -> str:
    """The probable content of an unknown column: "consent", "phone", "email" or "", from its header and some cells."""
    cells = [cell.strip() for cell in cells if cell.strip()]
    words = spaced(header)
    is_channel = consent_headers.names_channel(words)
    if consent_headers.is_about_consent(header) or (is_channel and cells and all(map(_is_answer, cells))):
        return "consent"
    for kind, is_one in (("email", _EMAIL_CELL.fullmatch), ("phone", _is_phone_cell)):
        if cells and sum(bool(is_one(cell)) for cell in cells) >= 0.6 * len(cells):
            return kind
    return ""


def _is_answer(cell: str) -> bool:
    try:
        vocabulary.consent(cell)
    except Unreadable:
        return False
    return True


def _is_phone_cell(cell: str) -> bool:
    digits = sum(char.isdigit() for char in cell)
    return bool(9 <= digits <= 13 and _PHONE_CELL.fullmatch(cell) and not _DATE_CELL.fullmatch(cell))
