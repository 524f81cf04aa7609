"""An account at another vendor as a table: which members its records have, what becomes of each, and how far a
fetching has come.

A vendor's addon makes a `Source` of its own: a table of members, how a page is asked for, and how an answer is read.
The rows that come of it are then looked at and taken over as those of a file are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timezone
from typing import Any, NamedTuple

from .. import clock
from . import values, vocabulary
from .fields import FIELDS
from .tables import MAX_COLUMNS, writable

# What becomes of a member, for the report; a member without one is simply taken over.
NOTED, OWN, REFUSAL, OPPOSITE = "noted", "own", "refusal", "opposite"
LAST_VISIT, COUNTED, NO_PLACE, IMAGE, UNKNOWN = "last_visit", "counted", "no_place", "image", "unknown"
FATES = (NOTED, OWN, REFUSAL, OPPOSITE, LAST_VISIT, COUNTED, NO_PLACE, IMAGE, UNKNOWN)
LONGEST_ID = 255
MOST_NUMBER = 10**9
# Of a member that nobody knows, what is longer is rather a picture than a word.
LONGEST_UNKNOWN = 1_000
# The members by which an object inside of a record is called.
NAMES = ("name", "nombre", "title", "id")
# So often an account is gone through when rows appeared or vanished meanwhile, and so often a page back is taken.
PASSES, STEPS_BACK = 3, 20


class Unreadable(Exception):
    """An answer is not what this vendor answers."""


class Asked(NamedTuple):
    """A request for a page. What is secret stands in `params` or `headers`, never in `url`."""

    url: str
    params: dict
    headers: dict


class Page(NamedTuple):
    """A page of an account; `total` is how many records it says to have, None where it does not say."""

    records: list
    total: int | None
    is_last: bool


@dataclass(frozen=True)
class Member:
    """One member of a vendor's record: the field (see fields.FIELDS) that it fills, or "", and what becomes of it.

    `own` is a field of clients that the vendor's addon has for it, for what KlientBox itself has no place: there it is
    kept as long as nobody gives it another meaning. `read(record)` gives the text of its cell; None: as it stands.
    One that `is_bulky` is counted, never kept.
    """

    name: str
    field: str = ""
    fate: str = ""
    own: str = ""
    read: Callable[[dict], str] | None = None
    is_bulky: bool = False

    def cell(self, record) -> str:
        """What a row holds of it."""
        if self.is_bulky:
            return ""
        return writable(self.read(record) if self.read else text_of(record.get(self.name)))


@dataclass(frozen=True)
class Source:
    """A vendor whose accounts can be fetched. Subclasses say how to ask and how to read.

    `name` is the external_source of its clients, `path` that of their list, `credentials` the names of what the account
    is opened with, `closed` the statuses by which the vendor says that they do not open it.
    """

    name: str
    path: str
    id_member: str
    credentials: tuple[str, ...]
    members: tuple[Member, ...]
    page_size: int = 50
    closed: tuple[int, ...] = (401, 403)
    words: dict = field(default_factory=dict)

    def __post_init__(self):
        wrong = [member.name for member in self.members if member.field not in ("", *FIELDS)]
        wrong += [member.name for member in self.members if member.fate not in ("", *FATES)]
        wrong += [member.name for member in self.members if bool(member.own) != (member.fate == OWN)]
        if wrong:
            raise ValueError(f"{self.name}: no such field or fate: {wrong}")

    @property
    def own(self) -> dict[str, str]:
        """{member: field of the vendor's addon that keeps it}."""
        return {member.name: member.own for member in self.members if member.own}

    def ask(self, address: str, credentials: dict, offset: int, limit: int) -> Asked:
        """The request for `limit` records from `offset` on."""
        raise NotImplementedError

    def page_of(self, answer: Any, limit: int) -> Page:
        """What a parsed answer says. Raises Unreadable."""
        raise NotImplementedError

    def url(self, address: str) -> str:
        """Where the list of clients is asked for, whether the address was typed with its path or without."""
        return address.strip().rstrip("/").removesuffix(self.path.rstrip("/")) + self.path

    def external_id(self, record) -> str | None:
        """The vendor's number of a record, None for what has none."""
        number = record.get(self.id_member) if isinstance(record, dict) else None
        if isinstance(number, bool) or not isinstance(number, (int, str)):
            return None
        number = writable(str(number)).strip()
        return number if number and len(number) <= LONGEST_ID else None

    def key(self, record) -> str:
        """What tells a record of an account from all others: its number, of junk without one its content."""
        number = self.external_id(record)
        if number is not None:
            return number
        return "?" + hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


class Table:
    """The columns of a fetching: the vendor's members, then what nobody knows in the order in which it came."""

    def __init__(self, source: Source, unknown=()):
        self._source = source
        self._known = {member.name: member for member in source.members}
        self.unknown = list(unknown)

    @property
    def names(self):
        """The members, in the order of the cells."""
        return [*self._known, *self.unknown]

    def learn(self, records):
        """Take in the members that nobody knows, as many as a table may have columns."""
        for record in records:
            if isinstance(record, dict):
                new = [writable(name)[:LONGEST_ID] for name in record if name not in self._known]
                self.unknown += [name for name in dict.fromkeys(new) if name and name not in self.unknown]
                del self.unknown[max(0, MAX_COLUMNS - len(self._known)) :]

    def cells(self, record) -> list[str]:
        """A record as a row of text; what is no record is a row of nothing."""
        if not isinstance(record, dict):
            return []
        cells = [member.cell(record) for member in self._source.members]
        if self._source.external_id(record) is None:
            cells[[*self._known].index(self._source.id_member)] = ""
        unknown = (writable(text_of(record.get(name))) for name in self.unknown)
        return [*cells, *(text if len(text) <= LONGEST_UNKNOWN else "" for text in unknown)]

    def said(self, record) -> list[str]:
        """The members that say something in a record, whether it is kept or not."""
        return [name for name in self.names if isinstance(record, dict) and record.get(name) not in (None, "", [], {})]


@dataclass
class Cursor:
    """How far a fetching has come. Plain values: it is stored beside the rows, in one transaction with them.

    Each page begins with the last row of the one before. Where a row stands there that nobody has seen yet, or none,
    rows have vanished meanwhile and those behind have moved up: then it goes back, each time twice as far, until it is
    among rows that are known. At the end of a pass as many rows must be here as the account says to have, else it is
    gone through once more.
    """

    offset: int = 0
    passed: int = 0
    back: int = 0
    stride: int = 0
    page: str = ""
    is_done: bool = False

    @classmethod
    def load(cls, stored):
        """From what `store` has given, or anew."""
        return cls(**(stored or {}))

    def store(self):
        """Plain values."""
        return asdict(self)

    @property
    def start(self) -> int:
        """From where on the next page is asked for."""
        return max(0, self.offset - 1)

    def steps_back(self, is_joined: bool, limit: int) -> bool:
        """Whether the page leaves a gap and is not to be taken; then the cursor has gone back.

        `is_joined` says that the first row of the page was here before.
        """
        if is_joined or not self.start or self.back >= STEPS_BACK:
            self.stride = 0
            return False
        self.back, self.stride = self.back + 1, 2 * self.stride or limit
        self.offset = max(0, self.start - self.stride + 2)
        return True

    def turn(self, keys, page: Page, here: int) -> None:
        """Go on behind a page whose records have these keys; `here` is how many rows are here with it."""
        # A vendor that gives the same page for whatever offset would be asked for ever.
        digest = hashlib.sha256("\0".join(keys).encode()).hexdigest()[:16]
        is_same, self.page = digest == self.page, digest
        if page.is_last or not keys or is_same:
            self._end_pass(page.total, here)
        else:
            self.offset = self.start + len(keys)

    def _end_pass(self, total, here):
        self.passed += 1
        self.is_done = self.passed >= PASSES or total is None or here >= total
        self.offset, self.page = 0, ""


def text_of(value, depth=3) -> str:
    """A value of JSON as the text of a cell: of what has a name its name, of a list its texts with commas."""
    if value is None or not depth:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return next((text_of(value[name], depth - 1) for name in NAMES if value.get(name)), "")
    if isinstance(value, list):
        return ", ".join(filter(None, (text_of(one, depth - 1) for one in value)))
    return str(value)


def own_value(kind: str, text: str, zone: str):
    """The text of a cell as the value of a field of this type; None for what can't be read, and for a number below
    zero. Dates are plain ISO, as they are stored again."""
    try:
        if kind == "boolean":
            return vocabulary.yes_no(text)
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


def day_of(value) -> str:
    """The day of a moment as "2024-03-01 10:00:00"; nothing for one of zeros."""
    text = text_of(value).strip()[:10]
    return "" if text.startswith("0000") else text


def noted(label, *texts) -> str:
    """A line for the notes, "" where there is nothing to tell."""
    told = ", ".join(text for text in map(str.strip, map(text_of, texts)) if text)
    return f"{label}: {told}" if told else ""
