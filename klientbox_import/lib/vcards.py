"""Contacts as phones export them (vCard 2.1, 3.0, 4.0) as a table. Parsed by vobject."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import vobject
from vobject.base import VObjectError

from .consent_headers import is_about_consent
from .values import BROKEN, NO_PERSON

if TYPE_CHECKING:
    from vobject.base import ContentLine

BEGIN = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\0?B\0?E\0?G\0?I\0?N\0?:\0?V\0?C\0?A\0?R\0?D", re.IGNORECASE
)
# Our own names of fields, so that no user needs to choose the meaning of columns.
HEADERS = ("name", "given_name", "family_name", "phone", "phone", "phone", "email", "birth_date", "notes", "tags")
_PHONES = HEADERS.count("phone")
_LONGEST_CARD = 2**18  # characters beside pictures
_PICTURE = re.compile(
    r"^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:].*?(?=^[\w.-]+[;:]|\Z)", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_NO_FAX = ("fax", "pager")
# The lines of a card by their names.
_Contents = Mapping[str, "Sequence[ContentLine]"]
# The year of birthdays without one, on Apple's phones.
_NO_YEAR = "1604"
_YEAR = re.compile(r"^[0-9]{4}-?")


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of the headers and of each contact. One that can't be read has BROKEN in place of its phone, a
    group or a company NO_PERSON."""
    yield 1, list(HEADERS)
    for number, card in enumerate(_cards(text), 2):
        yield number, _cells(_PICTURE.sub("", card))


def _cards(text: str) -> Iterator[str]:
    """The texts from BEGIN:VCARD to END:VCARD, or as far as a contact without an end goes; in one pass."""
    lines: list[str] = []
    for line in io.StringIO(text):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            if lines:
                yield "".join(lines)
            lines = [line]
        elif lines:
            lines.append(line)
        if word == "END:VCARD" and lines:
            yield "".join(lines)
            lines = []
    if lines:
        yield "".join(lines)


def _cells(text: str) -> list[str]:
    try:
        if len(text) > _LONGEST_CARD or not text.rstrip().upper().endswith("END:VCARD"):
            raise ValueError("this is no contact")
        card = vobject.readOne(text, transform=True, allowQP=True)
        return _of_card(card.contents)
    except (VObjectError, ValueError, LookupError, AttributeError, TypeError):
        name = re.search(r"^FN[^:\r\n]*:(.*?)\r?$", text, re.IGNORECASE | re.MULTILINE)
        return _without_person(name[1] if name else "", BROKEN)


def _without_person(name: str, reason: str) -> list[str]:
    return [name, "", "", reason, *[""] * (len(HEADERS) - 4)]


def _of_card(contents: _Contents) -> list[str]:
    named = contents["n"][0].value if "n" in contents else None
    given = _joined(named.given, named.additional) if named else ""
    family = _joined(named.family) if named else ""
    full = _text(contents, "fn") or _text(contents, "nickname") or _text(contents, "org")
    if _is_no_person(contents, bool(given or family)):
        return _without_person(full, NO_PERSON)
    phones = [_address(line, "tel:") for line in sorted(contents.get("tel", ()), key=_rank)]
    emails = [_address(line, "mailto:") for line in sorted(contents.get("email", ()), key=_rank)]
    phones = list(dict.fromkeys(filter(None, phones)))
    # The last column has all that are left.
    phones = [*phones[: _PHONES - 1], "\n".join(phones[_PHONES - 1 :])]
    return [
        "" if given or family else full,
        given,
        family,
        *phones,
        *[""] * (_PHONES - len(phones)),
        "; ".join(dict.fromkeys(filter(None, emails))),
        _birthday(contents),
        "\n".join([*(line.value for line in contents.get("note", ())), *_answers(contents)]),
        ", ".join(part for line in contents.get("categories", ()) for part in _listed(line.value)),
    ]


def _is_no_person(contents: _Contents, has_name: bool) -> bool:
    """Whether a contact is a group or a company: it says so, or has no name but that of a company."""
    kind = _text(contents, "kind") or _text(contents, "x-addressbookserver-kind") or "individual"
    if kind.lower() != "individual" or _text(contents, "x-abshowas").upper() == "COMPANY":
        return True
    return not has_name and bool(_text(contents, "org")) and _text(contents, "fn") in ("", _text(contents, "org"))


def _answers(contents: _Contents) -> Iterator[str]:
    """Fields of programs that may be about refusals, as lines of a note: "X-NO-SMS:1"."""
    for name, lines in contents.items():
        label = name.removeprefix("x-").replace("-", " ")
        if name.startswith("x-") and is_about_consent(label):
            yield from (f"{label}: {_joined(line.value)}" for line in lines)


def _text(contents: _Contents, name: str) -> str:
    return _joined(contents[name][0].value) if name in contents else ""


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _joined(*values: str | list[str]) -> str:
    """Texts and lists of texts in one."""
    parts = [part for value in values for part in _listed(value)]
    return " ".join(part.strip() for part in map(str, filter(None, parts)) if part.strip())


def _types(line: ContentLine) -> list[str]:
    types = [kind.lower() for kinds in (line.params.get("TYPE", ()), line.singletonparams) for kind in kinds]
    return [part for kind in types for part in kind.split(",")]


def _rank(line: ContentLine) -> tuple[bool, bool, bool]:
    """Mobile phones first, preferred ones before others; a fax is no phone."""
    types = _types(line)
    is_preferred = "pref" in types or "PREF" in line.params
    return "fax" in types or "pager" in types, not {"cell", "mobile", "iphone"} & {*types}, not is_preferred


def _address(line: ContentLine, scheme: str) -> str:
    """The text after "tel:" and "mailto:", without parameters; "" for a fax."""
    if any(kind in _NO_FAX for kind in _types(line)):
        return ""
    value = _joined(line.value)
    return value[len(scheme) :].partition(";")[0] if value.lower().startswith(scheme) else value


def _birthday(contents: _Contents) -> str:
    """The day as ISO, "--05-16" of one without its year."""
    if "bday" not in contents:
        return ""
    line = contents["bday"][0]
    value = _joined(line.value).partition("T")[0]
    omitted = line.params.get("X-APPLE-OMIT-YEAR") or [_NO_YEAR]
    return _YEAR.sub("--", value) if value[:4] in (_NO_YEAR, *omitted) else value
