"""The probable content of columns without a meaning: what an import would lose with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from odoo.addons.klientbox.lib.text import fold, listing

from . import amounts, cell_words, consent_headers
from .header_words import spaced
from .limits import Row
from .refusals import reads_like_refusal
from .values import Unreadable

CONSENT, EMAIL, PHONE, AMOUNT = "consent", "email", "phone", "amount"
# The part of a column's cells that must be of a kind.
_MOST = 0.6
# A cell that can only be a phone or an e-mail.
_PHONE_CELL = re.compile(r"'?(?:\+|00)?[0-9][0-9 ()/.\u00a0-]{7,17}")
_DATE_CELL = re.compile(r"[0-9]{1,4}[./-] ?[0-9]{1,2}[./-] ?[0-9]{1,4}.*")
_EMAIL_CELL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
_LETTER = re.compile(r"[^\W\d_]")
_ANSWER, _DIGIT_ANSWER, _NO, _REFUSAL, _DAY, _NONE = "answer", "digit_answer", "no", "refusal", "day", "none"
_ZERO = "zero"
_DIGIT_ANSWERS = {"0": (_DIGIT_ANSWER, _ZERO), "0.0": (_DIGIT_ANSWER, _ZERO)} | dict.fromkeys(
    ("1", "1.0"), (_DIGIT_ANSWER,)
)
_DASHES = re.compile(r"[-–—. ]*")
# Folded.
_NO_CHANNEL = listing("zadna zadny zadne zadnym ziadna ziadny nijak none nothing keine keiner geen")


class Column:
    """One column without a meaning, learned cell by cell."""

    def __init__(self, header: str) -> None:
        words = spaced(header)
        self._is_about_consent = consent_headers.is_about_consent(header)
        self._names_channel = consent_headers.names_channel(words)
        # The day of a refusal. One of a message that was sent has a word for it.
        self._may_have_day = self._names_channel and not consent_headers.names_day(words)
        self._names_messages = self._names_channel or consent_headers.names_messages(words)
        self._counts_messages = consent_headers.counts_messages(words)
        self._asks_for_channel = consent_headers.asks_for_channel(words)
        self._may_be_price = amounts.is_about_money(header)
        self._filled = 0
        self._kinds: Counter[str] = Counter()

    def look(self, cell: str) -> None:
        """Learn from a cell."""
        cell = cell.strip()
        if not _DASHES.fullmatch(cell):
            self._filled += 1
            self._kinds.update(_kinds_of(cell))

    @property
    def hint(self) -> str:
        """CONSENT, EMAIL, PHONE, AMOUNT or "". One cell is enough for a refusal, most of them must be the rest."""
        for kind in (EMAIL, PHONE):
            if self._mostly(kind) and not self._kinds[_REFUSAL]:
                return kind
        if self._filled and (self._is_about_consent or self._kinds[_REFUSAL] or self._is_answered()):
            return CONSENT
        return AMOUNT if self._may_be_price and self._mostly(AMOUNT) else ""

    def _mostly(self, kind: str) -> bool:
        return bool(self._filled) and self._kinds[kind] >= _MOST * self._filled

    def _is_answered(self) -> bool:
        """Whether a cell answers what the header may ask: under the name of a channel any answer, under another word
        for messages a no. A 1 may be a number: it counts where all others are answers, too."""
        are_answers = self._kinds[_ANSWER] + self._kinds[_DIGIT_ANSWER] == self._filled
        if self._names_channel and (self._kinds[_ANSWER] or are_answers):
            return True
        if self._may_have_day and self._kinds[_DAY]:
            return True
        if self._asks_for_channel and self._kinds[_NONE]:
            return True
        is_zero_a_no = are_answers and not self._counts_messages
        return self._names_messages and bool(self._kinds[_NO] or (is_zero_a_no and self._kinds[_ZERO]))


def watched(rows: Iterable[Row], columns: Mapping[int, Column]) -> Iterator[Row]:
    """The rows, learned from on the way: `columns` by their places."""
    for number, cells in rows:
        for place, column in columns.items():
            if place < len(cells) and cells[place]:
                column.look(cells[place])
        yield number, cells


def looks_like(header: str, cells: Iterable[str]) -> str:
    """The probable content of an unknown column, from its header and some cells."""
    column = Column(header)
    for cell in cells:
        column.look(cell)
    return column.hint


def holds_addresses(cells: Iterable[str]) -> bool:
    """Whether most of these cells are phones or e-mails."""
    return looks_like("", cells) in (EMAIL, PHONE)


@lru_cache(16_384)
def _kinds_of(cell: str) -> tuple[str, ...]:
    """What a cell may be."""
    if _EMAIL_CELL.fullmatch(cell):
        return (EMAIL,)
    if not _LETTER.search(cell):
        kinds = [PHONE] if _is_phone_cell(cell) else []
        kinds += _DIGIT_ANSWERS.get(cell) or _answers_of(cell)
        kinds += [_DAY] if _DATE_CELL.fullmatch(cell) else []
        return (*kinds, *([AMOUNT] if amounts.is_amount(cell) else []))
    found = [_NONE] if fold(cell) in _NO_CHANNEL else []
    if reads_like_refusal(cell):
        found += [_REFUSAL, _ANSWER, _NO]
    elif answers := _answers_of(cell):
        found += answers
    elif amounts.is_amount(cell):
        found.append(AMOUNT)
    return tuple(found)


def _answers_of(cell: str) -> list[str]:
    """_ANSWER for a yes or a no, and _NO for a no."""
    try:
        answer = cell_words.consent(cell)
    except Unreadable:
        return []
    return [] if answer is None else [_ANSWER] if answer else [_ANSWER, _NO]


def _is_phone_cell(cell: str) -> bool:
    digits = sum(char.isdigit() for char in cell)
    return bool(9 <= digits <= 13 and _PHONE_CELL.fullmatch(cell) and not _DATE_CELL.fullmatch(cell))
