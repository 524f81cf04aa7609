"""Cells with the names of services: several in one, or one with its duration after it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from odoo.addons.klientbox.lib.text import fold

_SEPARATORS = re.compile(r"[,;+&/|\n]")
_LENGTH = re.compile(
    r"(?:[(\[]\s{0,2})?\b[0-9]{1,3}\s{0,2}(?:min(?:ut[ay]?)?|m|h|hod)\.?(?:\s{0,2}[)\]])?$", re.IGNORECASE
)


def split_all(here: Iterable[str], in_file: Iterable[str]) -> dict[str, list[str]]:
    """{folded text of a cell: services} of the cells that name known services, but not one of them alone.

    Known are those of the company (`here`), and names that are alone in another cell of the file. A cell is split only
    where each part is known.
    """
    in_file = list(in_file)
    company = {fold(name): name for name in here}
    known = {
        fold(name): name for name in in_file if not _SEPARATORS.search(name) and not _LENGTH.search(name)
    } | company
    found: dict[str, list[str]] = {}
    for name in in_file:
        if fold(name) in company or fold(name) in found:
            continue
        parts = [known.get(fold(_LENGTH.sub("", part)), "") for part in _parts(name, known)]
        if all(parts) and [fold(part) for part in parts] != [fold(name)]:
            found[fold(name)] = parts
    return found


def _parts(name: str, known: Container[str]) -> list[str]:
    if fold(_LENGTH.sub("", name)) in known:
        return [name]
    return [part for part in map(str.strip, _SEPARATORS.split(name)) if part]


def best_spelling(spellings: Iterable[str]) -> str:
    """The preferred spelling of a service: with its diacritics, and not in capitals."""
    return max(spellings, key=lambda name: (not name.isascii(), not name.isupper(), name[:1].isupper(), name))
