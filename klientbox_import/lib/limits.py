"""Limits of files, and the codes of the reasons why one can't be imported."""

from __future__ import annotations

MAX_BYTES = 32 * 2**20  # of a file
MAX_ROWS = 100_000  # below the header; as many as a job imports in about a minute
MAX_COLUMNS = 200
MAX_CELL = 32_767  # characters, as in Excel
MAX_ROW_TEXT = 100_000  # characters of all cells of a row
# Characters of all cells of a file, as many as a CSV of the maximum size can have. In an XLSX one text may be in a
# million cells: without this limit a file of 100 kB is gigabytes as soon as its rows are stored.
MAX_TEXT = MAX_BYTES

# Reasons why a file can't be imported; their texts are in models/texts.py.
CODES = frozenset(
    {
        "empty",
        "no_header",
        "no_rows",
        "too_big",
        "too_many_rows",
        "too_many_columns",
        "too_many_cells",
        "binary",
        "markup",
        "other_zip",
        "old_excel",
        "encrypted",
        "macros",
        "zip_bomb",
        "long_cell",
        "long_row",
        "too_much_text",
        "broken_csv",
        "broken_xlsx",
        "no_such_sheet",
        "wrong_encoding",
        "wrong_separator",
    }
)


# A row of a table with its number.
Row = tuple[int, list[str]]


class BadFile(ValueError):
    """The file can't be read; `code` is one of CODES, `row` the number of the row with the error."""

    def __init__(self, code: str, row: int | None = None) -> None:
        super().__init__(code, row)
        self.code = code
        self.row = row


def refuse_too_big(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise BadFile("too_big")


def refuse_long(number: int, cells: list[str]) -> None:
    if max(map(len, cells)) > MAX_CELL:
        raise BadFile("long_cell", number)
    if sum(map(len, cells)) > MAX_ROW_TEXT:
        raise BadFile("long_row", number)
