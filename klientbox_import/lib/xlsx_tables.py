"""XLSX: a workbook as rows, within bounds, and rows as a workbook."""

from __future__ import annotations

import io
import posixpath
import re
import string
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, BinaryIO, NamedTuple
from xml.parsers import expat

import xlsxwriter
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from . import column_headers, consent_headers
from .cells import kept_apostrophe, writable
from .header_row import find_header, is_blank
from .limits import MAX_TEXT, BadFile, Row, refuse_long
from .xlsx_parts import EXCEL_ROWS, Attributes, CellNotesHandler, SheetHandler, StringsHandler, elements, parse
from .xlsx_values import iso_date_text, kind_of_format, number_text, pattern_of_format, serial_text

# The header of a column that a sheet itself does not have: the notes on its cells.
CELL_NOTES = "Notes on cells"
_LETTERS_AND_SIGNS = "$" + string.ascii_letters
MAX_UNPACKED = 400 * 2**20  # of an XLSX

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


_MAX_MEMBERS = 10_000
_MAX_PART = 20 * 2**20  # of a part that is no sheet and no strings
_MAX_RATIO = 200
_MAX_SHEETS = 1_000
_LOOKED_AT = 50  # sheets
_MAX_STYLES = 65_536  # of cells, as in Excel
_DAMAGED = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, LookupError, OSError, RuntimeError, ValueError)
_WORKBOOK_TYPE = re.compile(rb"spreadsheetml\.(?:sheet|template)\.main\+xml")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]{0,100}?\bref=\"([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})\"")
_MAX_MERGED, _LONGEST_MERGED = 100_000, 256
_LONGEST_REPEATED = 255  # characters of a merged cell that counts for all of its rows: enough for a name


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
            if number >= EXCEL_ROWS:
                raise BadFile("too_many_rows")
            for column, cell in enumerate(row):
                _write_string(sheet, number, column, kept_apostrophe(writable(cell)), plain)
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


@contextmanager
def _refusing_damage() -> Iterator[None]:
    try:
        yield
    except BadFile:
        raise
    except _DAMAGED as error:
        raise BadFile("broken_xlsx") from error


class Book:
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
            self.hidden: dict[str, str] = {}
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
        for tag, attributes in elements(self._part(name)):
            if tag == "workbookPr":
                self.is_1904 = attributes.get("date1904") in ("1", "true")
            elif tag == "calcPr":
                # Programs that compute nothing themselves request it when the file is opened, and save zeros.
                self.is_uncomputed = attributes.get("fullCalcOnLoad") in ("1", "true")
            elif tag == "sheet":
                kind, part = relations.get(_relation_id(attributes), ("", ""))
                sheets = self.sheets if attributes.get("state", "visible") == "visible" else self.hidden
                if kind == "worksheet" and part.lower() in self._members:
                    sheets[attributes.get("name", "")] = part
                if len(sheets) > _MAX_SHEETS:
                    raise BadFile("broken_xlsx")

    def _relations(self, name: str, folder: str) -> dict[str | None, tuple[str, str]]:
        """Id -> (last segment of the type, name of the part) of a file of relations."""
        return {
            attributes.get("Id"): (
                posixpath.basename(attributes.get("Type", "")),
                posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "").replace("\\", "/")))[1:],
            )
            for tag, attributes in elements(self._part(name))
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
        for tag, attributes in elements(self._part(self._styles_part)):
            if tag == "numFmt":
                formats[int(attributes["numFmtId"])] = attributes.get("formatCode")
            elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                in_cells = tag == "cellXfs"
            elif tag == "xf" and in_cells:
                styles.append(formats.get(int(attributes.get("numFmtId", 0))))
            if len(styles) > _MAX_STYLES:
                raise BadFile("broken_xlsx")
        readings = {style: (kind_of_format(style), pattern_of_format(style)) for style in set(styles)}
        for place, style in enumerate(styles):
            kind, pattern = readings[style]
            if kind:
                self._moments[str(place)] = kind
            elif pattern:
                self._patterns[str(place)] = pattern

    def first_sheet(self) -> str:
        """The first visible worksheet whose headers are about persons, else the first with headers, else with anything:
        a cover sheet may come before the table. A list of those who have refused comes after one of clients."""
        found: dict[bool, list[str]] = {True: [], False: []}
        for name in self.sheets:
            is_of_persons = self._is_of_persons(name)
            if is_of_persons is not None:
                found[is_of_persons].append(name)
            if is_of_persons and not consent_headers.is_list_of_refusals(name):
                return name
        if found[True] or found[False]:
            return (found[True] or found[False])[0]
        for name in self.sheets:
            if self._has_rows(name):
                return name
        raise BadFile("empty")

    def sheets_of_persons(self) -> list[str]:
        """The worksheets whose headers are about persons, as far as they are looked at, and those that are named like
        lists of refusals. A hidden one counts, too: its refusals would be lost."""
        names = [*self.sheets, *self.hidden]
        found = [name for name in names[:_LOOKED_AT] if self._is_of_persons(name)]
        return [*found, *(name for name in names if name not in found and self._is_list_of_refusals(name))]

    def _is_list_of_refusals(self, sheet: str) -> bool:
        return consent_headers.is_list_of_refusals(sheet) and self._has_rows(sheet)

    def _has_rows(self, sheet: str) -> bool:
        with suppress(BadFile):
            return any(not is_blank(cells) for _number, cells in self._rows_of(self._part_of(sheet)))
        return True

    def _part_of(self, sheet: str) -> str:
        return self.sheets[sheet] if sheet in self.sheets else self.hidden[sheet]

    def _is_of_persons(self, sheet: str) -> bool | None:
        """Whether a worksheet has headers about persons; None for one without headers."""
        with suppress(BadFile):
            part = self._part_of(sheet)
            number = find_header(self._rows_of(part))
            headers = next(cells for row, cells in self._rows_of(part) if row == number)
            return bool(set(column_headers.guess(headers)) & set(column_headers.MARKS))
        return None

    def with_merged(self, sheet: str, rows: Iterable[Row], header: int) -> Iterable[Row]:
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

    def rows(self, sheet: str) -> Iterator[Row]:
        """(number, cells) of the rows that are in the file; blank ones mostly are not."""
        if sheet not in self.sheets:
            raise BadFile("no_such_sheet")
        return self._rows_of(self.sheets[sheet])

    def _rows_of(self, name: str) -> Iterator[Row]:
        handler = SheetHandler(self._string, self._cell_text, self.is_uncomputed)
        with _refusing_damage(), self._part(name, is_large=True) as part:
            for _chunk in parse(part, handler):
                yield from handler.taken()

    def cell_notes(self, sheet: str) -> dict[int, list[str]]:
        """{number of a row: the texts of the notes on its cells}, in the order of the rows. A thread of comments has a
        note beside it that says only this."""
        if sheet not in self.sheets:
            raise BadFile("no_such_sheet")
        folder, file = posixpath.split(self.sheets[sheet])
        relations = f"{folder}/_rels/{file}.rels"
        with _refusing_damage():
            if relations.lower() not in self._members:
                return {}
            found: dict[str, list[tuple[str, str]]] = {"threadedComment": [], "comments": []}
            for kind, part in self._relations(relations, folder).values():
                if kind in found and part.lower() in self._members:
                    found[kind] += self._notes_in(part)
            in_threads = {cell for cell, _text in found["threadedComment"]}
            notes = [*found["threadedComment"], *(note for note in found["comments"] if note[0] not in in_threads)]
            rows: dict[int, list[str]] = {}
            for cell, text in notes:
                rows.setdefault(int(cell.lstrip(_LETTERS_AND_SIGNS)), []).append(text)
        return dict(sorted(rows.items()))

    def _notes_in(self, name: str) -> Iterator[tuple[str, str]]:
        handler = CellNotesHandler()
        with self._part(name) as part:
            for _chunk in parse(part, handler):
                yield from handler.taken()

    def with_cell_notes(self, sheet: str, rows: Iterable[Row], header: int) -> Iterable[Row]:
        """`rows` with a further column of the notes on their cells, where some cell below the headers has one: a salon
        writes there what no column has, also "do not text"."""
        notes = {row: "\n".join(texts) for row, texts in self.cell_notes(sheet).items() if row > header}
        return _with_cell_notes(rows, notes, header) if notes else rows

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
        handler = StringsHandler()
        with self._part(self._strings_part or "", is_large=True) as part:
            for _chunk in parse(part, handler):
                yield handler.taken()

    def _cell_text(self, kind: str, style: str | None, text: str) -> str:
        """The value of a cell without a text."""
        if kind == "b":
            return "no" if text in ("0", "false") else "yes"
        if kind == "e":
            return "" if text == "#N/A" else text
        if kind == "d":
            return iso_date_text(text)
        if style in self._moments:
            return serial_text(text, self._moments[style], MAC_EPOCH if self.is_1904 else WINDOWS_EPOCH)
        return self._patterns[style](number_text(text)) if style in self._patterns else number_text(text)


class _Area(NamedTuple):
    """Merged cells, by numbers that a spreadsheet shows; columns from 0."""

    top: int
    left: int
    bottom: int

    @classmethod
    def named(cls, left: bytes, top: bytes, bottom: bytes) -> _Area:
        """From the pieces of "A2:B4"."""
        return cls(int(top), column_index_from_string(left.decode()) - 1, int(bottom))


def _with_merged(rows: Iterable[Row], areas: Iterable[_Area]) -> Iterator[Row]:
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
        if not is_blank(cells):
            for column, (bottom, text) in open_areas.items():
                if number <= bottom:
                    cells.extend([""] * (column + 1 - len(cells)))
                    cells[column] = cells[column] or text
            refuse_long(number, cells)
            room -= sum(map(len, cells))
            if room < 0:
                raise BadFile("too_much_text", number)
        yield number, cells


def _with_cell_notes(rows: Iterable[Row], notes: dict[int, str], header: int) -> Iterator[Row]:
    """A note on a blank row is a row of its own."""
    waiting, width = deque(notes.items()), 0
    for number, cells in rows:
        if number == header:
            width = len(cells)
            cells.append(CELL_NOTES)
        elif width:
            while waiting and waiting[0][0] < number:
                yield _row_of_note(waiting.popleft(), width)
            note = waiting.popleft()[1] if waiting and waiting[0][0] == number else ""
            cells[width:width] = [*[""] * (width - len(cells)), note]
            refuse_long(number, cells)
        yield number, cells
    for note_alone in waiting:
        yield _row_of_note(note_alone, width)


def _row_of_note(note: tuple[int, str], width: int) -> Row:
    return note[0], [*[""] * width, note[1]]


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _MAX_PART and member.file_size > _MAX_RATIO * member.compress_size


def _relation_id(attributes: Attributes) -> str | None:
    return next((value for name, value in attributes.items() if name.endswith(":id")), None)
