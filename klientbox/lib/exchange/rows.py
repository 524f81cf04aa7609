"""One row of a table as what it says of a client and of a visit, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from .. import clock, phone
from ..address import EMAIL, SMS
from ..text import fold
from ..visit import ARRIVED, DONE, SCHEDULED
from . import values, vocabulary
from .amounts import Amounts, duration
from .dates import Dates, time_of_day
from .fields import JOINED, VISIT_FIELDS
from .values import Unreadable

LONGEST = 255
LONGEST_NOTE = 10_000
# Line ends are part of these.
LINES = ("notes", "visit_note", "tags", "sms_consent_text", "email_consent_text", "consent_text")
# In these a cross is an answer, elsewhere it stands for nothing.
ANSWERS = ("is_vip", "archived", "consent", "sms_consent", "email_consent")
TEXTS = ("client_number", "name", "given_name", "family_name", "code", "external_id", "external_source")
# "--03-07" and "7. 3.": a birthday without its year.
_NO_YEAR = re.compile(r"--\d\d-?\d\d|\d{1,2}\. ?\d{1,2}\.?")
DATE_FIELDS = ("date", "birth_date", "sms_consent_at", "email_consent_at", "consent_at")
# Notes on a row that is taken nevertheless.
PHONE_MENDED, NO_PROOF, TOOK_PLACE = "phone_mended", "consent_without_proof", "took_place"


@dataclass
class Reading:
    """What a row says. Only what is filled stands in `client` and `visit`; with a problem the row is refused."""

    client: dict = field(default_factory=dict)
    visit: dict = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Setting:
    """Where and when a file is read: country of phones, time zone of visits, the present moment (naive UTC),
    languages that may be chosen, the name of the system whose numbers clients have where no column says so, and what
    words mean in that system alone ({field: {folded text: value}})."""

    region: str
    zone: str
    now: datetime
    languages: tuple[str, ...] = ()
    source: str = "import"
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return clock.local(self.now, self.zone).date()


class RowReader:
    """Reads the rows of one file.

    `columns` has the field of each column, "" for none. `texts_of(column number)` gives the cells of a column, of which
    it is learned how dates and amounts are written in it.
    """

    def __init__(self, columns: list[str], texts_of: Callable[[int], Iterable[str]], setting: Setting, order="dmy"):
        # Without a date nothing is known of a visit, whatever else is told of it.
        left_out = set() if "date" in columns else VISIT_FIELDS
        self._columns = [(place, name) for place, name in enumerate(columns) if name and name not in left_out]
        self._setting = setting
        self._dates = {
            name: Dates.learn((text for place in self._places(name) for text in texts_of(place)), order, setting.zone)
            for name in DATE_FIELDS
        }
        self._amounts = Amounts.learn(text for place in self._places("amount") for text in texts_of(place))

    def _places(self, name):
        return [place for place, other in self._columns if other == name]

    def reading(self, cells: list[str]) -> Reading:
        """What a row says. Every problem is named, not only the first."""
        reading = Reading()
        given = self._collect(cells)
        self._read_client(given, reading)
        if given.keys() & VISIT_FIELDS:
            self._read_visit(given, reading)
        return reading

    def _collect(self, cells):
        """{field: text} of the cells that say something."""
        given = {}
        for place, name in self._columns:
            text = cells[place] if place < len(cells) else ""
            text = _CLEANERS.get(name, values.clean)(text)
            if not text:
                continue
            if name in JOINED and name in given:
                given[name] += "\n" + text
            else:
                given.setdefault(name, text)
        return given

    # -- the client -------------------------------------------------------------

    def _read_client(self, given, reading):
        for name in TEXTS:
            self._take(reading, reading.client, name, given.get(name), _short)
        self._take(reading, reading.client, "notes", given.get("notes"), _note)
        self._take(reading, reading.client, "email", given.get("email"), values.email)
        self._take(reading, reading.client, "birth_date", given.get("birth_date"), self._birth_date)
        self._take(reading, reading.client, "gender", given.get("gender"), self._gender)
        self._take(reading, reading.client, "tags", given.get("tags"), _tags)
        for name in ("is_vip", "archived"):
            self._take(reading, reading.client, name, given.get(name), lambda text: vocabulary.yes_no(text) or None)
        self._read_phone(given, reading)
        self._read_lang(given, reading)
        for channel in (SMS, EMAIL):
            self._read_consent(channel, given, reading)
        if "external_id" in reading.client:
            reading.client.setdefault("external_source", self._setting.source)

    def _take(self, reading, into, name, text, read):
        """Read one cell into its place, or note what is wrong with it."""
        if text is None:
            return
        try:
            value = read(text)
        except Unreadable as error:
            reading.problems.append((name, error.code))
        else:
            if value is not None:
                into[name] = value

    def _birth_date(self, text):
        if _NO_YEAR.fullmatch(text):
            return None
        day = self._dates["birth_date"].day(text, birth=True)
        if day > self._setting.today:
            raise Unreadable("day_out_of_range")
        return day.isoformat()

    def _gender(self, text):
        return self._setting.words.get("gender", {}).get(fold(text)) or vocabulary.gender(text)

    def _read_phone(self, given, reading):
        if "phone" not in given:
            return
        try:
            number, mended = phone.mend(given["phone"], self._setting.region)
        except phone.InvalidPhone as error:
            # A number that is too long is another matter than a text.
            reading.problems.append(("phone", "too_long_phone" if error.reason == "too_long" else error.reason))
            return
        if number:
            reading.client["phone"] = number
        if mended:
            reading.notes.append(PHONE_MENDED)

    def _read_lang(self, given, reading):
        """A language that this server does not speak is the company's."""
        asked = given.get("lang", "").lower()[:2]
        found = [code for code in self._setting.languages if asked and code.lower().startswith(asked)]
        if found:
            reading.client["lang"] = found[0]

    def _read_consent(self, channel, given, reading):
        """A refusal always counts; a consent only with its date and its words or source, else it is none."""
        own = f"{channel}_consent"
        name = own if own in given else "consent"
        if name not in given:
            return
        try:
            said_yes = vocabulary.yes_no(given[name])
            at = given.get(f"{name}_at")
            at = at and self._consent_day(name, at)
        except Unreadable as error:
            # A consent for both channels is read for each.
            if (name, error.code) not in reading.problems:
                reading.problems.append((name, error.code))
            return
        words, source = given.get(f"{name}_text"), given.get(f"{name}_source")
        if said_yes and not (at and (words or source)):
            reading.notes.append(NO_PROOF)
            return
        said = {"given": said_yes, "at": at, "text": words, "source": source}
        reading.client[own] = {key: value for key, value in said.items() if value is not None}

    def _consent_day(self, name, text):
        day, _hour = self._dates[f"{name}_at"].parse(text)
        if day > self._setting.today:
            raise Unreadable("day_out_of_range")
        return day.isoformat()

    # -- the visit --------------------------------------------------------------

    def _read_visit(self, given, reading):
        visit = reading.visit
        for name in ("visit_ref", "service", "staff"):
            self._take(reading, visit, name, given.get(name), _short)
        self._take(reading, visit, "visit_note", given.get("visit_note"), _note)
        self._take(reading, visit, "duration", given.get("duration"), duration)
        self._take(reading, visit, "line", given.get("line"), _line)
        self._take(reading, visit, "amount", given.get("amount"), lambda text: str(self._amounts.parse(text)))
        start = self._read_start(given, reading)
        self._read_state(given, start, reading)

    def _read_start(self, given, reading):
        if "date" not in given:
            reading.problems.append(("date", "missing"))
            return None
        try:
            day, hour = self._dates["date"].parse(given["date"])
        except Unreadable as error:
            reading.problems.append(("date", error.code))
            return None
        if "time" in given:
            try:
                hour = time_of_day(given["time"])
            except Unreadable as error:
                reading.problems.append(("time", error.code))
                return None
        start = clock.utc(datetime.combine(day, hour or time.min), self._setting.zone)
        reading.visit["start"] = start.isoformat(sep=" ")
        if hour is None:
            reading.visit["day"] = day.isoformat()
        return start

    def _read_state(self, given, start, reading):
        """Without a state a visit took place if its time has come; so did one that was only ever confirmed."""
        state, sure = None, False
        if "state" in given:
            try:
                state, sure = vocabulary.state(given["state"])
            except Unreadable as error:
                reading.problems.append(("state", error.code))
                return
        if start is None:
            return
        past = start <= self._setting.now
        # Only as we write it ourselves it says that the visit is still going on.
        sure = sure and (state != ARRIVED or given["state"] == ARRIVED)
        if not sure and past and state in (None, SCHEDULED, ARRIVED):
            if state:
                reading.notes.append(TOOK_PLACE)
            state = DONE
        state = state or SCHEDULED
        if state == DONE and not past:
            reading.problems.append(("date", "done_in_future"))
        reading.visit["state"] = state


def _answer(text):
    return values.clean(text) or (values.tidy(text) if values.tidy(text).casefold() in ("x", "xx", "✓") else "")


_CLEANERS = {**dict.fromkeys(LINES, values.clean_lines), **dict.fromkeys(ANSWERS, _answer)}


def _short(text):
    if len(text) > LONGEST:
        raise Unreadable("too_long")
    return text


def _line(text):
    if not text.isdecimal() or len(text) > 3:
        raise Unreadable("unreadable_number")
    return int(text)


def _note(text):
    if len(text) > LONGEST_NOTE:
        raise Unreadable("too_long")
    return text


def _tags(text):
    return values.words(text) or None
