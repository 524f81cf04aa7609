"""Parts of a workbook, read by expat within bounds: sheets, shared strings and small ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Generic, TypeVar
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

from .cells import UNWRITABLE, without_guard
from .limits import MAX_CELL, MAX_COLUMNS, MAX_ROW_TEXT, MAX_TEXT, BadFile, Row
from .values import UNSAVED

EXCEL_ROWS = 1_048_576
_MAX_EMPTY = 4_000_000  # tags of a sheet beside those of non-empty cells
_MAX_TOKEN = 2**18  # bytes of a tag or comment: expat begins an unfinished one anew with each piece that it gets
_MAX_STRING_TAGS = 6_000_000  # of the shared strings, two or more for each
_MAX_SMALL_TAGS = 500_000  # of a part that is no sheet and no strings
_MAX_DEPTH = 64  # of tags in tags
# Replaces a text that is longer than a cell may be and is not kept; refused where a row has it.
_TOO_LONG = "x" * (MAX_CELL + 1)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CELL_NOTES = frozenset(("comment", "threadedComment"))
_TEXTS = frozenset(("s", "str", "inlineStr"))


Attributes = Mapping[str, str]
_Seen = TypeVar("_Seen")


def elements(part: IO[bytes]) -> Iterator[tuple[str, Attributes]]:
    """(tag, attributes) of every element of a small part, without prefixes of tags."""
    handler = _ElementsHandler(_MAX_SMALL_TAGS)
    with part:
        for _piece in parse(part, handler):
            yield from handler.taken()


def parse(
    part: IO[bytes], handler: _ElementsHandler | StringsHandler | SheetHandler | CellNotesHandler
) -> Iterator[None]:
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


class _ElementsHandler(_Handler[tuple[str, Attributes]]):
    def start(self, tag: str, attributes: Attributes) -> None:
        self.seen.append((self.opened(tag), attributes))

    def end(self, tag: str) -> None:
        self.closed(tag)


class StringsHandler(_Handler[str]):
    """Shared strings. The pronunciation in East Asian texts is left out."""

    def __init__(self) -> None:
        super().__init__(_MAX_STRING_TAGS)
        self.text: list[str] = []
        self.is_pronunciation = False
        self.room = MAX_TEXT

    def start(self, tag: str, _attributes: Attributes) -> None:
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


class CellNotesHandler(_Handler[tuple[str, str]]):
    """(name of the cell, text) of the notes on the cells of a sheet, or of their comments in threads."""

    def __init__(self) -> None:
        super().__init__(_MAX_SMALL_TAGS)
        self.cell = ""
        self.text: list[str] = []
        self.room = MAX_TEXT

    def start(self, tag: str, attributes: Attributes) -> None:
        tag = self.opened(tag)
        if tag in _CELL_NOTES:
            self.cell, self.text, self.length = attributes.get("ref", ""), [], 0
        elif tag == "text":
            self.parts = self.text

    def end(self, tag: str) -> None:
        tag = self.closed(tag)
        if tag == "text":
            self.parts = None
        elif tag in _CELL_NOTES and "".join(self.text).strip():
            text = _string_text("".join(self.text).strip())
            self.room -= len(text)
            if self.room < 0 or len(text) > MAX_CELL:
                raise BadFile("zip_bomb")
            self.seen.append((self.cell, text))


class SheetHandler(_Handler[Row]):
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

    def start(self, tag: str, attributes: Attributes) -> None:
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
        if not self.row < number <= EXCEL_ROWS:
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
        text = UNWRITABLE.sub("", _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text))
    text = without_guard(text)
    return text if len(text) <= MAX_CELL else _TOO_LONG
