"""Rows of a file of any kind: which one holds the headers, and the rows below it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence

from .limits import MAX_ROWS, BadFile, Row

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


def below_header(rows: Iterable[Row], header: int) -> Iterator[Row]:
    width = count = 0
    blank = True
    for number, cells in rows:
        if is_blank(cells):
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
            fit(cells, width)
        yield number, cells
    if not width:
        raise BadFile("empty" if blank else "no_header")


def is_blank(cells: list[str]) -> bool:
    return not any(map(str.strip, cells))


def fit(cells: list[str], width: int) -> None:
    """As wide as the header; wider only where there is a text."""
    if len(cells) < width:
        cells.extend([""] * (width - len(cells)))
    while len(cells) > width and not cells[-1]:
        cells.pop()


def find_header(rows: Iterable[Row]) -> int:
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


def _is_header_with_data(rows: Sequence[Row]) -> bool:
    """In a table of one column only the next rows distinguish a title from a header."""
    return len(rows) > 1 and _are_labels(rows[0][1]) and not _are_labels(rows[1][1])


def _are_labels(cells: list[str]) -> bool:
    """No header is an e-mail, a phone, a date or a long text, and few are numbers."""
    if any(len(cell) > 255 or _DATA.fullmatch(cell) for cell in cells):
        return False
    labels = [cell for cell in cells if _LETTER.search(cell) and not _AMOUNT.fullmatch(cell)]
    return 2 * len(labels) > len(cells)
