"""Files of rows: an uploaded file becomes rows of text, and rows of text become a file.

A file is judged by its content, never by its name. Nothing in it is evaluated, and what can't be read for certain is
refused (BadFile) rather than guessed at.

XLSX is read by expat straight from the archive, in one pass and with a bound on everything: openpyxl builds a tree
of every part first, fails on a damaged style, reads strings with control characters inexactly and takes a minute for
a small file that unpacks to much. Dates and formats of numbers are left to openpyxl's own functions.

What is written is read back exactly, under these rules:

- Rows of text as wide as the header, none of them blank; a cell has at most MAX_CELL characters, of which an emoji
  counts as two in XLSX (longer ones are cut), a row at most MAX_ROW_TEXT and a table at most MAX_TEXT.
- Characters no file can hold (control characters but tab and line ends, halves of surrogate pairs) are left out.
- Line ends within a cell stay as they are: CR, LF and CRLF are three different texts.
- CSV: a cell that a spreadsheet could take for a formula gets a leading apostrophe, and reading takes it away. A cell
  that begins with apostrophes and such a sign gets one more, so that none of its own is lost. Phones in E.164 need no
  apostrophe.
- XLSX: every cell is a string cell, so there are no formulas to guard against. Reading takes an apostrophe away here
  too (of a CSV of ours that was saved as XLSX), hence a cell that begins with one and a sign gets one more here too.
"""

from __future__ import annotations

import itertools
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from . import vcards
from .csv_tables import decode, detect_encoding, detect_separator, other_lines, records, without_sep_line, write_csv
from .header_row import below_header, find_header
from .limits import BadFile, Row, refuse_too_big
from .xlsx_tables import Book, write_xlsx

_WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MARKUP = re.compile(rb"\s*<(?:!doctype|\?xml|html|head|meta|table|body)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """The format of a file; plain values, so that it can be stored and a user can change it."""

    kind: str  # "csv", "xlsx" or "vcard"
    encoding: str = ""  # CSV and vCard: one of ENCODINGS
    separator: str = ""  # CSV: one of SEPARATORS
    sheet: str = ""  # XLSX
    header: int = 1  # number of the row with the headers, as a spreadsheet shows it


def detect(content: bytes, encoding: str = "", separator: str = "", sheet: str = "") -> Layout:
    """The Layout of a file; a user's choices are used unchanged. Raises BadFile."""
    kind = _kind(content)
    if kind == "xlsx":
        book = Book(content)
        sheet = sheet or book.first_sheet()
        return Layout("xlsx", sheet=sheet, header=find_header(book.rows(sheet)))
    encoding = encoding or detect_encoding(content)
    if kind == "vcard":
        return Layout("vcard", encoding)
    written, text = without_sep_line(decode(content, encoding))
    separator = separator or written or detect_separator(text)
    return Layout("csv", encoding, separator, header=find_header(records(text, separator)))


def read(content: bytes, layout: Layout) -> Iterator[Row]:
    """Rows of a file as (number that a spreadsheet shows, cells as text): the header, then every row that is not blank.

    Every row is at least as wide as the header. A generator: it raises BadFile when it reaches the error.
    """
    if layout.kind == "xlsx":
        refuse_too_big(content)
        book = Book(content)
        sheet = layout.sheet or book.first_sheet()
        rows = book.with_merged(sheet, book.rows(sheet), layout.header)
        rows = book.with_cell_notes(sheet, rows, layout.header)
    elif layout.kind == "vcard":
        refuse_too_big(content)
        rows = vcards.rows(decode(content, layout.encoding))
    else:
        _kind(content)
        rows = records(without_sep_line(decode(content, layout.encoding))[1], layout.separator)
    yield from below_header(rows, layout.header)


def titles(content: bytes, layout: Layout) -> list[str]:
    """The texts above the headers, and notes on cells there: they count for the whole table. Raises BadFile."""
    if layout.kind == "vcard":
        return []
    notes: list[str] = []
    if layout.kind == "xlsx":
        book = Book(content)
        rows: Iterable[Row] = book.rows(layout.sheet)
        notes = [text for row, texts in book.cell_notes(layout.sheet).items() if row <= layout.header for text in texts]
    else:
        rows = records(without_sep_line(decode(content, layout.encoding))[1], layout.separator)
    above = itertools.takewhile(lambda row: row[0] < layout.header, rows)
    return [*(cell.strip() for _number, cells in above for cell in cells if cell.strip()), *notes]


def has_cell_notes(content: bytes, layout: Layout) -> bool:
    """Whether the last column of the table is CELL_NOTES, which the sheet itself does not have."""
    return layout.kind == "xlsx" and any(row > layout.header for row in Book(content).cell_notes(layout.sheet))


def lines_in_other_encoding(content: bytes, layout: Layout) -> list[int]:
    """The numbers of the lines of a file in UTF-8 that are in another encoding: their letters are guessed."""
    return other_lines(content) if layout.encoding == "utf-8" else []


def other_sheets(content: bytes, sheet: str) -> list[str]:
    """Names of the worksheets with headers about persons or a name of refusals, hidden ones too, except the one that is
    read; none for CSV."""
    return [name for name in Book(content).sheets_of_persons() if name != sheet] if _kind(content) == "xlsx" else []


def sheets(content: bytes) -> list[str]:
    """Names of the visible worksheets; none for CSV. Raises BadFile."""
    return list(Book(content).sheets) if _kind(content) == "xlsx" else []


def write(rows: Iterable[Sequence[str]], file: BinaryIO, kind: str) -> None:
    """Write rows of text, the header first, as a file of this kind: "csv" or "xlsx"."""
    _WRITERS[kind](rows, file)


def _kind(content: bytes) -> str:
    """ "csv", "xlsx" or "vcard"; a file that is certainly none of them is refused."""
    refuse_too_big(content)
    if not content:
        raise BadFile("empty")
    if content.startswith(_ZIP):
        return "xlsx"
    if content.startswith(_OLE):
        # An XLSX with a password is a container of the same format as old files.
        raise BadFile("encrypted" if "EncryptedPackage".encode("utf-16-le") in content else "old_excel")
    if content.startswith(_BINARY):
        raise BadFile("binary")
    if _MARKUP.match(content.removeprefix(BOM_UTF8)):
        raise BadFile("markup")
    return "vcard" if vcards.BEGIN.match(content) else "csv"
