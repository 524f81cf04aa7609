"""Limits of files, and the reasons why a file can't be imported."""

from __future__ import annotations

MAX_BYTES = 32 * 2**20  # of a file
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
    "too_many_cells": "The sheet has too many cells. Save the columns and rows you need as a new file.",
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


# A row of a table with its number.
Row = tuple[int, list[str]]


class BadFile(ValueError):
    """The file can't be read; `code` is a key of BAD_FILES, `row` the number of the row with the error."""

    def __init__(self, code: str, row: int | None = None) -> None:
        super().__init__(BAD_FILES[code].format(row=row))
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
