"""Files of rows: an uploaded file becomes rows of text, and rows of text become a file.

The type of a file is detected by its content, never by its name. Nothing in it is evaluated, and a file that can't be
read for certain is refused (BadFile) rather than guessed at.

XLSX is read by expat straight from the archive, in one pass and with limits on everything: openpyxl builds a tree
of every part first, fails on a damaged style, reads strings with control characters inexactly and takes a minute for
a small file that unpacks to much. Dates and formats of numbers are left to openpyxl's own functions.

Written files are read back exactly, under these rules:

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

import csv
import io
import itertools
import math
import posixpath
import re
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, TYPE_CHECKING, BinaryIO, Generic, NamedTuple, TypeVar
from xml.parsers import expat

import xlsxwriter
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from . import amounts, encodings, fields, vcards
from .values import UNSAVED

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_BYTES = 32 * 2**20  # of a file
MAX_UNPACKED = 400 * 2**20  # of an XLSX
MAX_ROWS = 100_000  # below the header; as many as a job imports in about a minute
MAX_COLUMNS = 200
MAX_CELL = 32_767  # characters, as in Excel
MAX_ROW_TEXT = 100_000  # characters of all cells of a row
# Characters of all cells of a file, as many as a CSV of the maximum size can have. In an XLSX one text may be in a
# million cells: without this limit a file of 100 kB is gigabytes as soon as its rows are stored.
MAX_TEXT = MAX_BYTES

BAD_FILES = {
    "empty": "The file is empty.",
    "no_header": "The file has no row of headers. Add a first row with the names of the columns.",
    "no_rows": "The file has headers, but no rows below them.",
    "too_big": f"The file is larger than {MAX_BYTES // 2**20} MB. Split it into several files.",
    "too_many_rows": f"The file has more than {MAX_ROWS:,} rows. Split it into several files.",
    "too_many_columns": f"The file has more than {MAX_COLUMNS} columns.",
    "too_many_cells": "The sheet has too many cells, most of them empty. Copy what you need into a new file.",
    "binary": "This is not a table: the file is an image, a PDF, a program or other binary data.",
    "markup": "This is a web page or an XML file. Open it in a spreadsheet and save it as XLSX.",
    "other_zip": "This is an archive or a document of another kind. Save it as XLSX or CSV.",
    "old_excel": "This is a file of an old version of Excel (XLS). Save it as XLSX.",
    "encrypted": "The file is protected by a password. Save it without one.",
    "macros": "The file has macros. Save it as XLSX, without macros.",
    "zip_bomb": "The file unpacks to far more than a table needs.",
    "long_cell": (
        f"Row {{row}}: a cell has more than {MAX_CELL:,} characters. Shorten it; in CSV check for an open quote."
    ),
    "long_row": f"Row {{row}}: the cells have more than {MAX_ROW_TEXT:,} characters in all. Shorten them.",
    "too_much_text": (
        f"From row {{row}} on the file has more than {MAX_TEXT // 10**6} million characters. "
        "Split it into several files."
    ),
    "broken_csv": "Row {row} can't be read: a quote is not closed, or the row is too long.",
    "broken_xlsx": "The file is damaged. Open it in a spreadsheet and save it as XLSX again.",
    "no_such_sheet": "The file has no visible sheet of this name.",
    "wrong_encoding": "The file can't be read in this encoding. Save it as CSV UTF-8.",
    "wrong_separator": "The separator must be a semicolon, a comma, a tab or a vertical bar.",
}

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", *encodings.ONE_BYTE)
SEPARATORS = (";", ",", "\t", "|")

# A row with the number that a spreadsheet shows; the attributes of a tag; what a handler collects.
_Row = tuple[int, list[str]]
_Attributes = Mapping[str, str]
_Seen = TypeVar("_Seen")

_BOMS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MARKUP = re.compile(rb"\s*<(?:!doctype|\?xml|html|head|meta|table|body)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class BadFile(ValueError):
    """The file can't be read; `code` is a key of BAD_FILES, `row` the number of the row with the error."""

    def __init__(self, code: str, row: int | None = None) -> None:
        super().__init__(BAD_FILES[code].format(row=row))
        self.code = code
        self.row = row


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
        book = _Book(content)
        sheet = sheet or book.first_sheet()
        return Layout("xlsx", sheet=sheet, header=_header(book.rows(sheet)))
    encoding = encoding or _encoding(content)
    if kind == "vcard":
        return Layout("vcard", encoding)
    told, text = _without_sep_line(_text(content, encoding))
    separator = separator or told or _separator(text)
    return Layout("csv", encoding, separator, header=_header(_records(text, separator)))


def read(content: bytes, layout: Layout) -> Iterator[_Row]:
    """Rows of a file as (number that a spreadsheet shows, cells as text): the header, then every row that is not blank.

    Every row is at least as wide as the header. A generator: it raises BadFile when it reaches the error.
    """
    if layout.kind == "xlsx":
        _refuse_too_big(content)
        book = _Book(content)
        sheet = layout.sheet or book.first_sheet()
        rows = book.with_merged(sheet, book.rows(sheet), layout.header)
    elif layout.kind == "vcard":
        _refuse_too_big(content)
        rows = vcards.rows(_text(content, layout.encoding))
    else:
        _kind(content)
        rows = _records(_without_sep_line(_text(content, layout.encoding))[1], layout.separator)
    yield from _below_header(rows, layout.header)


def sheets(content: bytes) -> list[str]:
    """Names of the visible worksheets; none for CSV. Raises BadFile."""
    return list(_Book(content).sheets) if _kind(content) == "xlsx" else []


def write_csv(rows: Iterable[Sequence[str]], file: BinaryIO) -> None:
    """Write rows of text, the header first, as CSV that Excel opens by a double click."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_guarded(writable(cell)) for cell in row] for row in rows)
    text.detach()  # flushes; the file stays open


def write_xlsx(rows: Iterable[Sequence[str]], file: BinaryIO) -> None:
    """Write rows of text, the header first, as the only sheet of a workbook. Only one row at a time is in memory."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet, plain = book.add_worksheet(), book.add_format()
        sheet.freeze_panes(1, 0)
        widths: dict[int, int] = {}
        for number, row in enumerate(rows):
            if number >= _EXCEL_ROWS:
                raise BadFile("too_many_rows")
            for column, cell in enumerate(row):
                _write_string(sheet, number, column, _kept_apostrophe(writable(cell)), plain)
                if number < 100:
                    widths[column] = max(widths.get(column, 0), len(cell))
        for column, width in widths.items():
            sheet.set_column(column, column, min(max(width + 2, 8), 60))


def _write_string(sheet: Worksheet, row: int, column: int, text: str, plain: Format) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter treats such a text as its own finished markup; in two pieces it is text.
        sheet.write_rich_string(row, column, text[:1], plain, text[1:])
    else:
        sheet.write_string(row, column, text)


# Rows of either kind

_LETTER = re.compile(r"[^\W\d_]")
_AMOUNT = re.compile(r"[-+]?[\d\s.,]+(?:Kč|CZK|EUR|€|%|-)?", re.IGNORECASE)
_DATA = re.compile(
    r"""
    [^\s@]+@[^\s@.]+\.\S+                                           # e-mail
    | [+(]*(?:\d[\s()./-]*){9,15}                                   # phone
    | \d{1,4}\s?[-./]\s?\d{1,2}\s?[-./]\s?\d{2,4}(?:[T\s].*)?       # date, with a time or without
    """,
    re.VERBOSE,
)


def _below_header(rows: Iterable[_Row], header: int) -> Iterator[_Row]:
    width = count = 0
    blank = True
    for number, cells in rows:
        if _is_blank(cells):
            continue
        blank = False
        if number < header:
            continue
        if not width:
            if number > header:
                break
            width = len(cells)
        else:
            count += 1
            if count > MAX_ROWS:
                raise BadFile("too_many_rows")
            _fit(cells, width)
        yield number, cells
    if not width:
        raise BadFile("empty" if blank else "no_header")


def _is_blank(cells: list[str]) -> bool:
    return not any(map(str.strip, cells))


def _fit(cells: list[str], width: int) -> None:
    """As wide as the header; wider only where there is a text."""
    if len(cells) < width:
        cells.extend([""] * (width - len(cells)))
    while len(cells) > width and not cells[-1]:
        cells.pop()


def _header(rows: Iterable[_Row]) -> int:
    """Number of the row with the headers: the first one nearly as wide as the table, when it looks like labels.

    Titles above it are narrower, or separated by a blank row. A row of data in its place means that there is no header:
    else one of the rows below would be lost as a header.
    """
    filled = ((number, [cell for cell in map(str.strip, cells) if cell]) for number, cells in rows)
    sample = list(itertools.islice((row for row in filled if row[1]), 50))
    if not sample:
        raise BadFile("empty")
    widths = sorted(len(cells) for _number, cells in sample)
    usual = widths[math.ceil(0.9 * (len(widths) - 1))]  # a row broken into too many cells must not count
    for place, (number, cells) in enumerate(sample[:20]):
        if len(cells) < 0.6 * usual:
            continue
        set_apart = sample[place + 1 : place + 2] and sample[place + 1][0] > number + 1
        if _are_labels(cells) and not (usual == 1 and set_apart and _is_header_with_data(sample[place + 1 :])):
            if place == len(sample) - 1:
                raise BadFile("no_rows")
            return number
        if not set_apart:
            break
    raise BadFile("no_header")


def _is_header_with_data(rows: Sequence[_Row]) -> bool:
    """In a table of one column only the next rows distinguish a title from a header."""
    return len(rows) > 1 and _are_labels(rows[0][1]) and not _are_labels(rows[1][1])


def _are_labels(cells: list[str]) -> bool:
    """No header is an e-mail, a phone, a date or a long text, and few are numbers."""
    if any(len(cell) > 255 or _DATA.fullmatch(cell) for cell in cells):
        return False
    labels = [cell for cell in cells if _LETTER.search(cell) and not _AMOUNT.fullmatch(cell)]
    return 2 * len(labels) > len(cells)


# Apostrophes before a text that a spreadsheet would read as a formula, or as the line that names the separator

_SIGNS = r"(?:[=+\-@\t\r\n]|sep=)"
_GUARDED = re.compile(f"'+{_SIGNS}", re.IGNORECASE)
_TO_GUARD = re.compile(f"'*{_SIGNS}", re.IGNORECASE)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EXCEL_TEXT = re.compile(r'="((?:[^"]|"")*)"')  # the CSV syntax that makes Excel read digits as text


def writable(text: str) -> str:
    """`text` without characters that no table can contain, cut to the length of a cell."""
    return _UNWRITABLE.sub("", text)[:MAX_CELL]


def _guarded(text: str) -> str:
    return "'" + text if _TO_GUARD.match(text) and not _E164.fullmatch(text) else text


def _kept_apostrophe(text: str) -> str:
    return "'" + text if _GUARDED.match(text) else text


def _without_guard(text: str) -> str:
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def _without_wrapping(text: str) -> str:
    """A cell of a CSV without its protection against a spreadsheet."""
    if text[:1] == "=" and (wrapped := _EXCEL_TEXT.fullmatch(text)):
        return wrapped[1].replace('""', '"')
    return _without_guard(text)


# CSV

_SEP_LINE = re.compile(r"(\"?)sep=(.)\1(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_MAX_RECORD = 2 * MAX_ROW_TEXT + 2**16  # characters, quotes and separators too; an open quote makes more
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def _refuse_too_big(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise BadFile("too_big")


def _kind(content: bytes) -> str:
    """ "csv", "xlsx" or "vcard"; a file that is certainly none of them is refused."""
    _refuse_too_big(content)
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


def _encoding(content: bytes) -> str:
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
        return encodings.best(content)
    return "utf-8"


def _text(content: bytes, encoding: str) -> str:
    if encoding not in ENCODINGS:
        raise BadFile("wrong_encoding")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        is_binary = not encoding.startswith("utf-16") and _CONTROL_BYTE.search(content)
        raise BadFile("binary" if is_binary else "wrong_encoding") from error
    if _CONTROL.search(text):
        raise BadFile("binary")
    return text.removeprefix("\ufeff")


def _without_sep_line(text: str) -> tuple[str, str]:
    """(separator, rest) of a text that begins with Excel's line "sep=;", else ("", text)."""
    line = _SEP_LINE.match(text)
    if not line:
        return "", text
    return line[2] if line[2] in SEPARATORS else "", text[line.end() :]


def _separator(text: str) -> str:
    """The separator that splits the first records most evenly into most columns; a semicolon when none does."""
    scores = {separator: _evenness(text, separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=scores.__getitem__)


def _evenness(text: str, separator: str) -> float:
    try:
        widths = [len(cells) for _number, cells in itertools.islice(_records(text, separator), 50) if any(cells)]
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


def _records(text: str, separator: str) -> Iterator[_Row]:
    """(number, cells) of every record, blank ones too."""
    if separator not in SEPARATORS:
        raise BadFile("wrong_separator")
    lines = _Lines(text)
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=separator), 1):
            if lines.ended:  # the record needs another line: its quote is open
                raise BadFile("broken_csv", number)
            cells = [_without_wrapping(cell) if cell[:1] in ("'", "=") else cell for cell in record]
            if lines.length > MAX_CELL:
                _refuse_long(number, cells)
            if len(cells) > MAX_COLUMNS:
                _fit(cells, MAX_COLUMNS)
                if len(cells) > MAX_COLUMNS:
                    raise BadFile("too_many_columns")
            lines.length, lines.number = 0, number + 1
            yield number, cells
    except csv.Error as error:
        raise BadFile("broken_csv", lines.number) from error


def _refuse_long(number: int, cells: list[str]) -> None:
    if max(map(len, cells)) > MAX_CELL:
        raise BadFile("long_cell", number)
    if sum(map(len, cells)) > MAX_ROW_TEXT:
        raise BadFile("long_row", number)


# XLSX

_EXCEL_ROWS = 1_048_576
_MAX_MEMBERS = 10_000
_MAX_PART = 20 * 2**20  # of a part that is no sheet and no strings
_MAX_RATIO = 200
_MAX_EMPTY = 4_000_000  # tags of a sheet beside those of non-empty cells
_MAX_TOKEN = 2**18  # bytes of a tag or comment: expat begins an unfinished one anew with each piece that it gets
_MAX_STRING_TAGS = 6_000_000  # of the shared strings, two or more for each
_MAX_SMALL_TAGS = 500_000  # of a part that is no sheet and no strings
_MAX_SHEETS = 1_000
_MAX_STYLES, _MAX_FORMAT = 65_536, 255  # of cells, and the characters of a format of numbers, as in Excel
_MAX_DEPTH = 64  # of tags in tags
# Replaces a text that is longer than a cell may be and is not kept; refused where a row has it.
_TOO_LONG = "x" * (MAX_CELL + 1)
_DAMAGED = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, LookupError, OSError, RuntimeError, ValueError)
_WORKBOOK_TYPE = re.compile(rb"spreadsheetml\.(?:sheet|template)\.main\+xml")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_TEXTS = frozenset(("s", "str", "inlineStr"))
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]{0,100}?\bref=\"([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})\"")
_MAX_MERGED, _LONGEST_MERGED = 100_000, 256
_LONGEST_REPEATED = 255  # characters of a merged cell that counts for all of its rows: a name, not a story
# A fixed number of digits, after a text: of a phone "+420 ", or nothing.
_DIGITS_FORMAT = re.compile(r"(?:\"([+0-9 ]*)\")?(0[0 ]*0)")


@contextmanager
def _refusing_damage() -> Iterator[None]:
    try:
        yield
    except BadFile:
        raise
    except _DAMAGED as error:
        raise BadFile("broken_xlsx") from error


class _Book:
    """The parts of a workbook that contain its rows."""

    def __init__(self, content: bytes) -> None:
        if content.count(b"PK\x01\x02") > _MAX_MEMBERS:  # before each of them costs time
            raise BadFile("zip_bomb")
        with _refusing_damage():
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            self._members = {member.filename.replace("\\", "/").lower(): member for member in self._archive.infolist()}
            self._refuse_dangerous()
            self.is_1904 = self.is_uncomputed = False
            self.sheets: dict[str, str] = {}  # visible worksheets: name -> name of the part
            self._read_workbook()
            self._moments: dict[str, str] = {}
            self._patterns: dict[str, Callable[[str], str]] = {}
            self._read_styles()
        self._strings: list[str] | None = None

    def _refuse_dangerous(self) -> None:
        members = self._archive.infolist()
        if sum(member.file_size for member in members) > MAX_UNPACKED or any(map(_is_bomb, members)):
            raise BadFile("zip_bomb")
        if any(member.flag_bits & 1 for member in members):
            raise BadFile("encrypted")
        if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in self._members):
            raise BadFile("macros")
        if "[content_types].xml" not in self._members or "xl/workbook.bin" in self._members:
            raise BadFile("other_zip")
        types = self._part("[content_types].xml").read()
        if b"macroenabled" in types.lower():
            raise BadFile("macros")
        if not _WORKBOOK_TYPE.search(types):
            raise BadFile("other_zip")

    def _part(self, name: str, is_large: bool = False) -> IO[bytes]:
        member = self._members[name.lower()]
        if member.file_size > _MAX_PART and not is_large:
            raise BadFile("zip_bomb")
        return self._archive.open(member)

    def _read_workbook(self) -> None:
        root = self._relations("_rels/.rels", "")
        name = next((part for kind, part in root.values() if kind == "officeDocument"), "xl/workbook.xml")
        folder, file = posixpath.split(name)
        relations = self._relations(f"{folder}/_rels/{file}.rels", folder)
        self._strings_part = next((part for kind, part in relations.values() if kind == "sharedStrings"), None)
        self._styles_part = next((part for kind, part in relations.values() if kind == "styles"), None)
        for tag, attributes in _elements(self._part(name)):
            if tag == "workbookPr":
                self.is_1904 = attributes.get("date1904") in ("1", "true")
            elif tag == "calcPr":
                # Programs that compute nothing themselves request it when the file is opened, and save zeros.
                self.is_uncomputed = attributes.get("fullCalcOnLoad") in ("1", "true")
            elif tag == "sheet" and attributes.get("state", "visible") == "visible":
                kind, part = relations.get(_relation_id(attributes), ("", ""))
                if kind == "worksheet" and part.lower() in self._members:
                    self.sheets[attributes.get("name", "")] = part
                if len(self.sheets) > _MAX_SHEETS:
                    raise BadFile("broken_xlsx")

    def _relations(self, name: str, folder: str) -> dict[str | None, tuple[str, str]]:
        """Id -> (last segment of the type, name of the part) of a file of relations."""
        return {
            attributes.get("Id"): (
                posixpath.basename(attributes.get("Type", "")),
                posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "").replace("\\", "/")))[1:],
            )
            for tag, attributes in _elements(self._part(name))
            if tag == "Relationship" and attributes.get("TargetMode") != "External"
        }

    def _read_styles(self) -> None:
        """Which styles of cells show a number as a moment or a duration, with a currency, or with a fixed number of
        digits."""
        if not self._styles_part or self._styles_part.lower() not in self._members:
            return
        formats: dict[int, str | None] = dict(BUILTIN_FORMATS)
        styles: list[str | None] = []
        in_cells = False
        for tag, attributes in _elements(self._part(self._styles_part)):
            if tag == "numFmt":
                formats[int(attributes["numFmtId"])] = attributes.get("formatCode")
            elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                in_cells = tag == "cellXfs"
            elif tag == "xf" and in_cells:
                styles.append(formats.get(int(attributes.get("numFmtId", 0))))
            if len(styles) > _MAX_STYLES:
                raise BadFile("broken_xlsx")
        readings = {style: (_kind_of_format(style), _pattern(style)) for style in set(styles)}
        for place, style in enumerate(styles):
            kind, pattern = readings[style]
            if kind:
                self._moments[str(place)] = kind
            elif pattern:
                self._patterns[str(place)] = pattern

    def first_sheet(self) -> str:
        """The first visible worksheet whose headers are about persons, else the first with headers, else with anything:
        a cover sheet may come before the table."""
        found: dict[bool, str] = {}
        for name in self.sheets:
            with suppress(BadFile):
                number = _header(self.rows(name))
                headers = next(cells for row, cells in self.rows(name) if row == number)
                found.setdefault(bool(set(fields.guess(headers)) & set(fields.MARKS)), name)
                if True in found:
                    break
        if found:
            return found[True] if True in found else found[False]
        for name in self.sheets:
            if any(not _is_blank(cells) for _number, cells in self.rows(name)):
                return name
        raise BadFile("empty")

    def with_merged(self, sheet: str, rows: Iterable[_Row], header: int) -> Iterable[_Row]:
        """`rows`, where a cell that is merged over several rows below the headers counts for each of them."""
        merged = [area for area in self._merged(sheet) if area.top > header and area.bottom > area.top]
        if not merged:
            return rows
        return _with_merged(rows, sorted(merged))

    def _merged(self, sheet: str) -> list[_Area]:
        """Areas of merged cells. They come after the cells in the file, so they are read in advance."""
        if sheet not in self.sheets:
            raise BadFile("no_such_sheet")
        areas, rest = [], b""
        with _refusing_damage(), self._part(self.sheets[sheet], is_large=True) as part:
            while piece := part.read(2**20):
                text = rest + piece
                areas += [_Area.named(*match.groups()) for match in _MERGED.finditer(text)]
                if len(areas) > _MAX_MERGED:
                    raise BadFile("too_many_cells")
                last = max((match.end() for match in _MERGED.finditer(text)), default=0)
                rest = text[max(last, len(text) - _LONGEST_MERGED) :]
        return areas

    def rows(self, sheet: str) -> Iterator[_Row]:
        """(number, cells) of the rows that are in the file; blank ones mostly are not."""
        if sheet not in self.sheets:
            raise BadFile("no_such_sheet")
        handler = _SheetHandler(self._string, self._cell_text, self.is_uncomputed)
        with _refusing_damage(), self._part(self.sheets[sheet], is_large=True) as part:
            for _chunk in _parse(part, handler):
                yield from handler.taken()

    def _string(self, place: int) -> str:
        """A shared string; they are read as far as rows need them, so that reading the first rows is quick."""
        if self._strings is None:
            self._strings, self._more_strings = [], self._shared_strings()
        if place < 0:
            raise BadFile("broken_xlsx")
        while place >= len(self._strings):
            more = next(self._more_strings, None)
            if more is None:
                raise BadFile("broken_xlsx")
            self._strings.extend(more)
        return self._strings[place]

    def _shared_strings(self) -> Iterator[list[str]]:
        handler = _StringsHandler()
        with self._part(self._strings_part or "", is_large=True) as part:
            for _chunk in _parse(part, handler):
                yield handler.taken()

    def _cell_text(self, kind: str, style: str | None, text: str) -> str:
        """The value of a cell without a text."""
        if kind == "b":
            return "no" if text in ("0", "false") else "yes"
        if kind == "e":
            return "" if text == "#N/A" else text
        if kind == "d":
            return _iso_date_text(text)
        if style in self._moments:
            return _serial_text(text, self._moments[style], MAC_EPOCH if self.is_1904 else WINDOWS_EPOCH)
        return self._patterns[style](_number_text(text)) if style in self._patterns else _number_text(text)


def _pattern(style: str | None) -> Callable[[str], str] | None:
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


class _Area(NamedTuple):
    """Merged cells, by numbers that a spreadsheet shows; columns from 0."""

    top: int
    left: int
    bottom: int

    @classmethod
    def named(cls, left: bytes, top: bytes, bottom: bytes) -> _Area:
        """From the pieces of "A2:B4"."""
        return cls(int(top), column_index_from_string(left.decode()) - 1, int(bottom))


def _with_merged(rows: Iterable[_Row], areas: Iterable[_Area]) -> Iterator[_Row]:
    """Each column has one open area at most: merged cells don't overlap, whatever a damaged file contains.

    A merged text counts in each of its rows, also against the limits: rows are stored one by one.
    """
    waiting, open_areas, room = deque(areas), {}, MAX_TEXT
    for number, cells in rows:
        while waiting and waiting[0].top <= number:
            area = waiting.popleft()
            text = cells[area.left] if area.top == number and area.left < len(cells) else ""
            if text and len(text) <= _LONGEST_REPEATED:
                open_areas[area.left] = (area.bottom, text)
        if not _is_blank(cells):
            for column, (bottom, text) in open_areas.items():
                if number <= bottom:
                    cells.extend([""] * (column + 1 - len(cells)))
                    cells[column] = cells[column] or text
            _refuse_long(number, cells)
            room -= sum(map(len, cells))
            if room < 0:
                raise BadFile("too_much_text", number)
        yield number, cells


def _kind_of_format(style: str | None) -> str | None:
    """ "moment", "duration" or None, for a format of numbers."""
    if not style or len(style) > _MAX_FORMAT or not is_date_format(style):
        return None
    return "duration" if is_timedelta_format(style) else "moment"


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _MAX_PART and member.file_size > _MAX_RATIO * member.compress_size


def _relation_id(attributes: _Attributes) -> str | None:
    return next((value for name, value in attributes.items() if name.endswith(":id")), None)


def _parse(part: IO[bytes], handler: _ElementsHandler | _StringsHandler | _SheetHandler) -> Iterator[None]:
    """Let the handler read a part; stops after each piece of it, so that its results can be removed."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype  # no entities without one
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.characters
    size = 0
    while piece := part.read(2**16):
        parser.Parse(piece, False)
        size += len(piece)
        if size - parser.CurrentByteIndex > _MAX_TOKEN:
            raise BadFile("broken_xlsx")
        yield
    parser.Parse(b"", True)
    yield


def _refuse_doctype(*_args: object) -> None:
    raise BadFile("broken_xlsx")


def _elements(part: IO[bytes]) -> Iterator[tuple[str, _Attributes]]:
    """(tag, attributes) of every element of a small part, without prefixes of tags."""
    handler = _ElementsHandler(_MAX_SMALL_TAGS)
    with part:
        for _piece in _parse(part, handler):
            yield from handler.taken()


class _Handler(Generic[_Seen]):
    """The handler collects expat's events in `seen` until they are removed. Prefixes of tags are cut off."""

    def __init__(self, most: int) -> None:
        self.seen: list[_Seen] = []
        self.left = most  # tags
        self.depth = 0
        self.parts: list[str] | None = None  # pieces of the text that is being read
        self.length = 0

    def taken(self) -> list[_Seen]:
        seen, self.seen = self.seen, []
        return seen

    def opened(self, tag: str) -> str:
        """The tag without its prefix. Work is limited by the number of tags, memory by their depth."""
        self.left -= 1
        self.depth += 1
        if self.left < 0:
            raise BadFile("too_many_cells")
        if self.depth > _MAX_DEPTH:
            raise BadFile("broken_xlsx")
        return tag.rpartition(":")[2] if ":" in tag else tag

    def closed(self, tag: str) -> str:
        self.depth -= 1
        return tag.rpartition(":")[2] if ":" in tag else tag

    def characters(self, text: str) -> None:
        if self.parts is not None:
            self.length += len(text)
            if self.length <= 7 * MAX_CELL:  # each character may be written as _xHHHH_
                self.parts.append(text)
            else:
                self.parts[:] = [_TOO_LONG]


class _ElementsHandler(_Handler[tuple[str, _Attributes]]):
    def start(self, tag: str, attributes: _Attributes) -> None:
        self.seen.append((self.opened(tag), attributes))

    def end(self, tag: str) -> None:
        self.closed(tag)


class _StringsHandler(_Handler[str]):
    """Shared strings. The pronunciation in East Asian texts is left out."""

    def __init__(self) -> None:
        super().__init__(_MAX_STRING_TAGS)
        self.text: list[str] = []
        self.is_pronunciation = False
        self.room = MAX_TEXT

    def start(self, tag: str, _attributes: _Attributes) -> None:
        tag = self.opened(tag)
        if tag == "t" and not self.is_pronunciation:
            self.parts = self.text
        elif tag == "si":
            self.text, self.length = [], 0
        elif tag == "rPh":
            self.is_pronunciation = True

    def end(self, tag: str) -> None:
        tag = self.closed(tag)
        if tag == "t":
            self.parts = None
        elif tag == "si":
            text = _string_text("".join(self.text))
            self.room -= len(text)
            if self.room < 0:
                raise BadFile("zip_bomb")
            self.seen.append(text)
        elif tag == "rPh":
            self.is_pronunciation = False


class _SheetHandler(_Handler[_Row]):
    """Rows of a sheet, each as (number, cells). Without a number or a name, rows and cells follow one another."""

    def __init__(
        self,
        string: Callable[[int], str],
        cell_text: Callable[[str, str | None, str], str],
        is_uncomputed: bool = False,
    ) -> None:
        super().__init__(_MAX_EMPTY)
        self.string, self.cell_text, self.is_uncomputed = string, cell_text, is_uncomputed
        self.has_formula = False
        self.columns: dict[str, int] = {}  # letters -> number
        self.row = self.column = 0
        self.cells: list[str] = []
        # Characters that the row and the sheet may still have; blank rows count, as they take time.
        self.room, self.sheet_room = MAX_ROW_TEXT, MAX_TEXT
        self.kind = "n"
        self.style: str | None = None
        self.text: list[str] = []
        self.is_pronunciation = False

    def start(self, tag: str, attributes: _Attributes) -> None:
        tag = self.opened(tag)
        if tag == "c":
            self.start_cell(attributes.get("r"))
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s")
            self.text, self.length, self.has_formula = [], 0, False
        elif tag == "f":
            self.has_formula = True
        elif tag == "v" or (tag == "t" and not self.is_pronunciation):
            self.parts = self.text
        elif tag == "row":
            self.start_row(attributes.get("r"))
        elif tag == "rPh":
            self.is_pronunciation = True

    def start_row(self, name: str | None) -> None:
        number = int(name) if name else self.row + 1
        if not self.row < number <= _EXCEL_ROWS:
            raise BadFile("broken_xlsx")
        self.row, self.column, self.cells, self.room = number, 0, [], MAX_ROW_TEXT

    def start_cell(self, name: str | None) -> None:
        column = self.column_of(name) if name else self.column + 1
        if column <= self.column:
            raise BadFile("broken_xlsx")
        self.column = column

    def column_of(self, name: str) -> int:
        letters = name.rstrip("0123456789")
        if letters not in self.columns:
            self.columns[letters] = column_index_from_string(letters)
        return self.columns[letters]

    def end(self, tag: str) -> None:
        tag = self.closed(tag)
        if tag == "c":
            self.end_cell()
        elif tag in ("v", "t"):
            self.parts = None
        elif tag == "row" and self.cells:
            self.seen.append((self.row, self.cells))
        elif tag == "rPh":
            self.is_pronunciation = False

    def end_cell(self) -> None:
        kind = self.kind
        if not self.text and kind not in _TEXTS and not self.has_formula:
            return  # a colour or a border is no cell; an empty text is one
        text = "".join(self.text)
        if self.has_formula and kind not in _TEXTS and (not text or (self.is_uncomputed and text == "0")):
            text = UNSAVED
        elif kind == "s":
            text = self.string(int(text)) if text else ""
        elif kind in _TEXTS:
            text = _string_text(text)
        else:
            text = self.cell_text(kind, self.style, text)
        if self.column > MAX_COLUMNS:
            if text.strip():
                raise BadFile("too_many_columns")
            return
        if text:
            self.left += 4  # the tags of such a cell are no waste
            self.refuse_long(text)
        missing = self.column - len(self.cells)
        if missing > 0:
            self.cells.extend([""] * missing)
        self.cells[self.column - 1] = text

    def refuse_long(self, text: str) -> None:
        """A text that many cells share counts for each: rows are stored one by one."""
        if len(text) > MAX_CELL:
            raise BadFile("long_cell", self.row)
        self.room -= len(text)
        if self.room < 0:
            raise BadFile("long_row", self.row)
        self.sheet_room -= len(text)
        if self.sheet_room < 0:
            raise BadFile("too_much_text", self.row)


def _string_text(text: str) -> str:
    """The text of a string cell: characters that XML can't contain are written as _xHHHH_."""
    if "_x" in text:
        text = _UNWRITABLE.sub("", _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text))
    text = _without_guard(text)
    return text if len(text) <= MAX_CELL else _TOO_LONG


def _number_text(text: str) -> str:
    """A number in its usual notation, with the 15 digits that Excel keeps; other texts stay unchanged."""
    if (text.isascii() and text.isdigit()) or not _NUMBER.fullmatch(text):
        return text
    number = float(text)
    if math.isinf(number):
        return text
    return format(Decimal(f"{number:.15g}"), "f")


def _serial_text(text: str, kind: str, epoch: datetime) -> str:
    """A date, a time or a duration that the file stores as a number of days. A value that can't be one stays a
    number."""
    try:
        days = float(text)
        if days < 0 and kind == "moment":
            return _number_text(text)
        return _moment_text(from_excel(days, epoch, timedelta=kind == "duration"))
    except (OverflowError, ValueError):
        return _number_text(text)


def _iso_date_text(text: str) -> str:
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
