"""CSV: text in some encoding, with some separator, as rows and back."""

from __future__ import annotations

import csv
import io
import itertools
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from . import encodings
from .cells import guarded, without_wrapping, writable
from .header_row import fit
from .limits import MAX_CELL, MAX_COLUMNS, MAX_ROW_TEXT, BadFile, Row, refuse_long

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", *encodings.ONE_BYTE)
SEPARATORS = (";", ",", "\t", "|")

# Neither Latin letters nor punctuation.
_UNUSUAL = re.compile("[^\x00-\u024f\u2000-\u2122]")
# Lines in another encoding for each line in UTF-8.
_MOST_OTHERS = 4
_BOMS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SEP_LINE = re.compile(r"(\"?)sep=(.)\1(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_MAX_RECORD = 2 * MAX_ROW_TEXT + 2**16  # characters, quotes and separators too; an open quote makes more
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def write_csv(rows: Iterable[Sequence[str]], file: BinaryIO) -> None:
    """Write rows of text, the header first, as CSV that Excel opens by a double click."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([guarded(writable(cell)) for cell in row] for row in rows)
    text.detach()  # flushes; the file stays open


def detect_encoding(content: bytes) -> str:
    for bom, name in _BOMS.items():
        if content.startswith(bom):
            return name
    sample = content[:4096]
    half = len(sample) / 2
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if second > 0.3 * half and first < 0.05 * half:
        return "utf-16-le"
    if first > 0.3 * half and second < 0.05 * half:
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-8" if other_lines(content) else encodings.best(content)
    return "utf-8"


def other_lines(content: bytes) -> list[int]:
    """The numbers of lines that are not UTF-8 in a file that otherwise is, as where lines of another file were added to
    it. Empty where nearly all lines with special letters are not UTF-8, or all are. In another encoding few lines are
    UTF-8 by chance, and hardly one of them in Latin letters."""
    own, others = 0, []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.isascii():
            try:
                own += not _UNUSUAL.search(line.decode("utf-8"))
            except UnicodeDecodeError:
                others.append(number)
    return others if own * _MOST_OTHERS >= len(others) else []


def decode(content: bytes, encoding: str) -> str:
    if encoding not in ENCODINGS:
        raise BadFile("wrong_encoding")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        is_binary = not encoding.startswith("utf-16") and _CONTROL_BYTE.search(content)
        others = other_lines(content) if encoding == "utf-8" and not is_binary else []
        if not others:
            raise BadFile("binary" if is_binary else "wrong_encoding") from error
        text = _decode_by_lines(content, frozenset(others))
    if _CONTROL.search(text):
        raise BadFile("binary")
    return text.removeprefix("\ufeff")


def _decode_by_lines(content: bytes, others: frozenset[int]) -> str:
    """A text in UTF-8 whose `others` are each in the encoding of one byte that fits."""
    lines = content.splitlines(keepends=True)
    return "".join(
        line.decode(encodings.best(line) if number in others else "utf-8", errors="replace")
        for number, line in enumerate(lines, 1)
    )


def without_sep_line(text: str) -> tuple[str, str]:
    """(separator, rest) of a text that begins with Excel's line "sep=;", else ("", text)."""
    line = _SEP_LINE.match(text)
    if not line:
        return "", text
    return line[2] if line[2] in SEPARATORS else "", text[line.end() :]


def detect_separator(text: str) -> str:
    """The separator that splits the first records most evenly into most columns; a semicolon when none does."""
    scores = {separator: _evenness(text, separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=scores.__getitem__)


def _evenness(text: str, separator: str) -> float:
    try:
        widths = [len(cells) for _number, cells in itertools.islice(records(text, separator), 50) if any(cells)]
    except BadFile:
        return 0
    table = list(itertools.dropwhile(lambda width: width == 1, widths))  # titles above the table are no part of it
    [(width, count)] = Counter(width for width in table if width > 1).most_common(1) or [(1, 0)]
    if not count or count < 0.3 * len(widths):
        return 0  # a comma here and there in a single column
    return (count / len(table)) ** 2 * (1 - 1 / width) * len(table) / len(widths)


class _Lines:
    """Lines for the csv module, with a check for a quote that never closes.

    (The module has a limit of its own, but for the whole process, and Odoo sets it to 500 MB.)
    """

    def __init__(self, text: str) -> None:
        # Lines end with CR, LF or CRLF and keep it; a StringIO would take four bytes for each character.
        self._lines = _LINE.finditer(text)
        self.length = 0  # of the lines of the current record
        self.number = 1  # of the current record
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        found = next(self._lines, None)
        if found is None:
            self.ended = True
            raise StopIteration
        self.length += found.end() - found.start()
        if self.length > _MAX_RECORD:
            raise BadFile("broken_csv", self.number)
        return found[0]


def records(text: str, separator: str) -> Iterator[Row]:
    """(number, cells) of every record, blank ones too."""
    if separator not in SEPARATORS:
        raise BadFile("wrong_separator")
    lines = _Lines(text)
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=separator), 1):
            if lines.ended:  # the record needs another line: its quote is open
                raise BadFile("broken_csv", number)
            cells = [without_wrapping(cell) if cell[:1] in ("'", "=") else cell for cell in record]
            if lines.length > MAX_CELL:
                refuse_long(number, cells)
            if len(cells) > MAX_COLUMNS:
                fit(cells, MAX_COLUMNS)
                if len(cells) > MAX_COLUMNS:
                    raise BadFile("too_many_columns")
            lines.length, lines.number = 0, number + 1
            yield number, cells
    except csv.Error as error:
        raise BadFile("broken_csv", lines.number) from error
