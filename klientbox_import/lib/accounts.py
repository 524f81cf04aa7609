"""An account at another vendor as a table: the members of its records, their treatment, and the progress of fetching.

A vendor's addon makes a `Source` of its own: a table of members, how to request a page, and how to read an answer. The
resulting rows are then checked and imported like those of a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timezone
from typing import Any, NamedTuple

from odoo.addons.klientbox.lib import clock

from . import cell_words, values
from .cells import writable
from .column_headers import FIELDS
from .limits import MAX_COLUMNS

# The treatment of a member, for the report; a member without one is imported.
NOTED, OWN, REFUSAL, OPPOSITE = "noted", "own", "refusal", "opposite"
LAST_VISIT, COUNTED, NO_PLACE, IMAGE, UNKNOWN = "last_visit", "counted", "no_place", "image", "unknown"
TREATMENTS = (NOTED, OWN, REFUSAL, OPPOSITE, LAST_VISIT, COUNTED, NO_PLACE, IMAGE, UNKNOWN)
LONGEST_ID = 255
MOST_NUMBER = 10**9
# An unknown member that is longer than this is probably an image, not a text.
LONGEST_UNKNOWN = 1_000
# The members with the name of an object inside a record.
NAMES = ("name", "nombre", "title", "id")
# How often an account is fetched again because rows appeared or vanished meanwhile, and how often a page back is read.
PASSES, STEPS_BACK = 3, 20


# A value of JSON, as a vendor wrote it.
Json = Any


class Unreadable(Exception):
    """An answer is not in this vendor's format."""


class PageRequest(NamedTuple):
    """A request for a page. Secrets are in `params` or `headers`, never in `url`."""

    url: str
    params: dict[str, str | int]
    headers: dict[str, str]


class Page(NamedTuple):
    """A page of an account; `total` is the number of records that it reports, None where it reports none."""

    records: list[Json]
    total: int | None
    is_last: bool


@dataclass(frozen=True)
class Member:
    """One member of a vendor's record: the field (see column_headers.FIELDS) that it fills, or "", and its treatment.

    `own` is a field of clients in the vendor's addon, for data without a field in KlientBox: the member is stored there
    unless the user assigns it another field. `read(record)` returns the text of its cell; None: unchanged. One that
    `is_bulky` is counted, never stored.
    """

    name: str
    field: str = ""
    treatment: str = ""
    own: str = ""
    read: Callable[[dict[str, Json]], str] | None = None
    is_bulky: bool = False

    def cell(self, record: Json) -> str:
        """The text of the cell."""
        if self.is_bulky:
            return ""
        return writable(self.read(record) if self.read else text_of(record.get(self.name)))


@dataclass(frozen=True)
class Source:
    """A vendor whose accounts can be fetched. Subclasses define requests and answers.

    `name` is the external_source of its clients, `path` that of their list, `credentials` the names of the credentials,
    `closed` the statuses by which the vendor rejects them.
    """

    name: str
    path: str
    id_member: str
    credentials: tuple[str, ...]
    members: tuple[Member, ...]
    page_size: int = 50
    closed: tuple[int, ...] = (401, 403)
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wrong = [member.name for member in self.members if member.field not in ("", *FIELDS)]
        wrong += [member.name for member in self.members if member.treatment not in ("", *TREATMENTS)]
        wrong += [member.name for member in self.members if bool(member.own) != (member.treatment == OWN)]
        if wrong:
            raise ValueError(f"{self.name}: no such field or treatment: {wrong}")

    @property
    def own(self) -> dict[str, str]:
        """{member: field of the vendor's addon that stores it}."""
        return {member.name: member.own for member in self.members if member.own}

    def page_request(self, address: str, credentials: dict[str, str], offset: int, limit: int) -> PageRequest:
        """The request for `limit` records from `offset` on."""
        raise NotImplementedError

    def page_of(self, answer: Json, limit: int) -> Page:
        """The content of a parsed answer. Raises Unreadable."""
        raise NotImplementedError

    def url(self, address: str) -> str:
        """The address of the list of clients, whether it was typed with its path or without."""
        return address.strip().rstrip("/").removesuffix(self.path.rstrip("/")) + self.path

    def external_id(self, record: Json) -> str | None:
        """The vendor's number of a record, None where it has none."""
        number = record.get(self.id_member) if isinstance(record, dict) else None
        if isinstance(number, bool) or not isinstance(number, (int, str)):
            return None
        number = writable(str(number)).strip()
        return number if number and len(number) <= LONGEST_ID else None

    def key(self, record: Json) -> str:
        """The unique key of a record: its number, or for junk without one its content."""
        number = self.external_id(record)
        if number is not None:
            return number
        return "?" + hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


class Table:
    """The columns of a fetch: the vendor's members, then unknown ones in the order in which they came."""

    def __init__(self, source: Source, unknown: Iterable[str] = ()) -> None:
        self._source = source
        self._known = {member.name: member for member in source.members}
        self.unknown = list(unknown)

    @property
    def names(self) -> list[str]:
        """The members, in the order of the cells."""
        return [*self._known, *self.unknown]

    def learn(self, records: Iterable[Json]) -> None:
        """Add unknown members, up to the maximum number of columns of a table."""
        for record in records:
            if isinstance(record, dict):
                new = [writable(name)[:LONGEST_ID] for name in record if name not in self._known]
                self.unknown += [name for name in dict.fromkeys(new) if name and name not in self.unknown]
                del self.unknown[max(0, MAX_COLUMNS - len(self._known)) :]

    def cells(self, record: Json) -> list[str]:
        """A record as a row of text; an item that is not a record is an empty row."""
        if not isinstance(record, dict):
            return []
        cells = [member.cell(record) for member in self._source.members]
        if self._source.external_id(record) is None:
            cells[[*self._known].index(self._source.id_member)] = ""
        unknown = (writable(text_of(record.get(name))) for name in self.unknown)
        return [*cells, *(text if len(text) <= LONGEST_UNKNOWN else "" for text in unknown)]

    def said(self, record: Json) -> list[str]:
        """The members with a value in a record, whether it is kept or not."""
        return [name for name in self.names if isinstance(record, dict) and record.get(name) not in (None, "", [], {})]


@dataclass
class Cursor:
    """The progress of fetching. Plain values: it is stored with the rows, in one transaction.

    Each page begins with the last row of the one before. Where that place has an unknown row, or none, rows have
    vanished meanwhile and later ones have moved up: then it goes back, each time twice as far, until it reaches known
    rows. At the end of a pass the number of rows must be the one that the account reports, else it is fetched once
    more.
    """

    offset: int = 0
    passed: int = 0
    back: int = 0
    stride: int = 0
    page: str = ""
    is_done: bool = False

    @classmethod
    def load(cls, stored: dict[str, Json] | None) -> Cursor:
        """From the result of `store`, or new."""
        return cls(**(stored or {}))

    def store(self) -> dict[str, Json]:
        """Plain values."""
        return asdict(self)

    @property
    def start(self) -> int:
        """The offset of the next request."""
        return max(0, self.offset - 1)

    def steps_back(self, is_joined: bool, limit: int) -> bool:
        """Whether the page leaves a gap and must not be used; then the cursor has gone back.

        `is_joined` says that the first row of the page was known before.
        """
        if is_joined or not self.start or self.back >= STEPS_BACK:
            self.stride = 0
            return False
        self.back, self.stride = self.back + 1, 2 * self.stride or limit
        self.offset = max(0, self.start - self.stride + 2)
        return True

    def turn(self, keys: list[str], page: Page, here: int) -> None:
        """Advance after a page whose records have these keys; `here` is the number of them that are stored."""
        # A vendor that returns the same page for any offset would be requested forever.
        digest = hashlib.sha256("\0".join(keys).encode()).hexdigest()[:16]
        is_same, self.page = digest == self.page, digest
        if page.is_last or not keys or is_same:
            self._end_pass(page.total, here)
        else:
            self.offset = self.start + len(keys)

    def _end_pass(self, total: int | None, here: int) -> None:
        self.passed += 1
        self.is_done = self.passed >= PASSES or total is None or here >= total
        self.offset, self.page = 0, ""


def text_of(value: Json, depth: int = 3) -> str:
    """A JSON value as the text of a cell: of an object with a name its name, of a list its texts with commas."""
    if value is None or not depth:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return next((text_of(value[name], depth - 1) for name in NAMES if value.get(name)), "")
    if isinstance(value, list):
        return ", ".join(filter(None, (text_of(one, depth - 1) for one in value)))
    return str(value)


def own_value(kind: str, text: str, zone: str) -> str | bool | float | None:
    """The text of a cell as the value of a field of this type; None for an unreadable one, and for a number below zero.
    Dates are plain ISO, in their stored form."""
    try:
        if kind == "boolean":
            return cell_words.yes_no(text)
        if kind == "date":
            return date.fromisoformat(day_of(text)).isoformat()
        if kind == "datetime":
            moment = datetime.fromisoformat(text)
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None) if moment.tzinfo else clock.utc(moment, zone)
            return moment.replace(microsecond=0).isoformat(sep=" ")
        if kind in ("float", "monetary", "integer"):
            number = float(text)
            return number if 0 <= number < MOST_NUMBER else None
    except (ValueError, OverflowError, values.Unreadable):
        return None
    return text


def day_of(value: Json) -> str:
    """The day of a moment as "2024-03-01 10:00:00"; empty for one of zeros."""
    text = text_of(value).strip()[:10]
    return "" if text.startswith("0000") else text


def noted(label: str, *texts: Json) -> str:
    """A line for the notes, "" where there is none."""
    joined = ", ".join(text for text in map(str.strip, map(text_of, texts)) if text)
    return f"{label}: {joined}" if joined else ""
