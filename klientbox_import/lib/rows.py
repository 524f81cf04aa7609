"""One row of a table as values of a client and of a visit, or as errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from odoo.addons.klientbox.lib import clock, names, phone
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.addons.klientbox.lib.text import clean, clean_lines, fold, tidy
from odoo.addons.klientbox.lib.visit import ARRIVED, DONE, SCHEDULED

from . import added_fields, values, vocabulary
from .added_fields import AddedField
from .amounts import Amounts, currencies, duration, with_currency
from .column_headers import CLIENT, FIELDS, JOINED, VISIT, Field, about_visits
from .dates import MIXED, Dates, time_of_day
from .header_words import fold_header
from .refusals import holds_refusal
from .values import BROKEN, ERRORS, UNSAVED, Unreadable

LONGEST = 255
LONGEST_NOTE = 10_000
# Line ends are part of these.
LINES = ("notes", "visit_note", "tags", "sms_consent_text", "email_consent_text", "consent_text")
# In these a cross is an answer, elsewhere it means an empty value.
# All columns of consents and refusals count: one refusal is enough.
CONSENTS = ("consent", "sms_consent", "email_consent", "no_sms", "no_email", "no_contact")
ANSWERS = ("is_vip", "archived", *CONSENTS)
# Left empty where unreadable: the client is valid without it.
OPTIONAL = ("birth_date", "gender", "lang", "is_vip", "tags", "notes", "visit_note")
NAME_PARTS = {"given": "given_name", "family": "family_name"}
TEXTS = ("client_number", "name", "given_name", "family_name", "code", "external_id", "external_source")
# {field: text}; of phones, consents and refusals all texts.
_Texts = dict[str, Any]
# "--03-07" and "7. 3.": a birthday without its year.
_NO_YEAR = re.compile(r"--\d\d-?\d\d|\d{1,2}\. ?\d{1,2}\.?")
_LETTER = re.compile(r"[^\W\d_]")
_OPEN_DATE = re.compile(r"\s*[0-9]{1,2} ?[/-] ?[0-9]{1,2} ?[/-] ?[0-9]{2}")
DATE_FIELDS = ("date", "birth_date", "sms_consent_at", "email_consent_at", "consent_at")
# Notes on a row that is accepted nevertheless. UNREAD is followed by the field that was left empty.
PHONE_MENDED, NO_PROOF, TOOK_PLACE = "phone_mended", "consent_without_proof", "took_place"
PHONE_DUMMY, PHONE_DOUBTFUL, PHONE_NO_SMS, UNREAD = "phone_dummy", "phone_doubtful", "phone_no_sms", "unread:"
UNCLEAR_REFUSAL, NO_VISIT, UNKNOWN_STATE = "unclear_refusal", "no_visit", "unknown_state"
REFUSAL_IN_WORDS = "refusal_in_words"
# An answer that is neither yes nor no.
UNCLEAR = "unclear"
# Cell contents that mean a value is missing in the file.
_LOST = {UNSAVED: "formula_unsaved", BROKEN: "broken_card", **dict.fromkeys(ERRORS, "spreadsheet_error")}


@dataclass
class Reading:
    """The values of a row. `client` and `visit` have only filled fields; with a problem the row is refused."""

    client: dict[str, Any] = field(default_factory=dict)
    visit: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Setting:
    """The context of reading a file: country of phones, time zone of visits, the present moment (naive UTC), languages
    to choose from, the name of the system whose numbers clients have where no column names it, words with a meaning in
    that system alone ({field: {folded text: value}}), and the code of the company's currency ("" for a table whose
    amounts are in it by definition)."""

    region: str
    zone: str
    now: datetime
    languages: tuple[str, ...] = ()
    source: str = "import"
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    currency: str = ""

    @property
    def today(self) -> date:
        today: date = clock.local(self.now, self.zone).date()
        return today


class RowReader:
    """Reads the rows of one file.

    `columns` has the field of each column, "" for none, `headers` the texts above it. `texts_of(column number)` returns
    the cells of a column, from which the format of dates, amounts and names in it is learned. `order` ("dmy" or "mdy")
    is that of dates which no column of the file shows; without it such dates are refused.
    """

    def __init__(
        self,
        columns: list[str],
        texts_of: Callable[[int], Iterable[str]],
        setting: Setting,
        order: str = "",
        headers: Iterable[str] = (),
        fields: Mapping[str, Field] | None = None,
    ) -> None:
        fields = FIELDS if fields is None else fields
        if unknown := set(columns) - {"", *fields}:
            raise ValueError(f"no such field: {sorted(unknown)}")
        self._visit_fields = about_visits(fields)
        self._added = {name: added for name, added in fields.items() if isinstance(added, AddedField)}
        self._optional = {*OPTIONAL, *(name for name, added in self._added.items() if added.is_optional)}
        self._cleaners = {
            **_CLEANERS,
            **{name: _KIND_CLEANERS.get(added.kind, clean) for name, added in self._added.items()},
        }
        # Without a date there is no visit, whatever other values it has.
        left_out = set() if "date" in columns else self._visit_fields
        self._columns = [(place, name) for place, name in enumerate(columns) if name and name not in left_out]
        self._setting = setting
        self._headers = [*headers, *[""] * len(columns)]
        self._dates = self._learn_dates(columns, texts_of, order)
        self._amounts = {
            name: Amounts.learn(text for place in self._places(name) for text in texts_of(place))
            for name in ("amount", *self._added_of_kind(added_fields.AMOUNT))
        }
        self._names = self._learn_names(texts_of)

    def _learn_dates(
        self, columns: list[str], texts_of: Callable[[int], Iterable[str]], order: str
    ) -> dict[str, Dates]:
        """{field: Dates}. An order that no column of a known field shows may come from a column without a meaning."""
        fields = (*DATE_FIELDS, *self._added_of_kind(added_fields.DAY))
        by_field = [[text for place in self._places(name) for text in texts_of(place)] for name in fields]
        shown = [Dates.orders_shown(texts) for texts in by_field]
        if not any(shown) and any(map(_has_open_date, by_field)):
            unknown = (place for place, name in enumerate(columns) if not name)
            elsewhere = set().union(*(Dates.orders_shown(texts_of(place)) for place in unknown))
            order = elsewhere.pop() if len(elsewhere) == 1 else MIXED if elsewhere else order
        return dict(zip(fields, Dates.of_file(shown, order, self._setting.zone), strict=True))

    def _learn_names(self, texts_of: Callable[[int], Iterable[str]]) -> names.Order | None:
        """The order of whole names; None where the file has given and family names apart, or is an export of ours."""
        fields = {name for _place, name in self._columns}
        if fields & {"given_name", "family_name", "client_number"} or "name" not in fields:
            return None
        place = self._places("name")[0]
        return names.Order.learn(fold_header(self._headers[place]), texts_of(place))

    def _added_of_kind(self, kind: str) -> list[str]:
        return [name for name, added in self._added.items() if added.kind == kind]

    def _places(self, name: str) -> list[int]:
        return [place for place, other in self._columns if other == name]

    def reading(self, cells: list[str]) -> Reading:
        """The Reading of a row. It lists every problem, not only the first."""
        reading = Reading()
        texts = self._collect(cells, reading)
        self._read_client(texts, reading)
        # A currency alone makes no visit: every row has it.
        if (texts.keys() - {"currency"}) & self._visit_fields:
            self._read_visit(texts, reading)
        return reading

    def _collect(self, cells: list[str], reading: Reading) -> _Texts:
        """{field: text} of the non-empty cells; of phones, consents and refusals all texts."""
        texts: _Texts = {}
        for place, name in self._columns:
            text = cells[place] if place < len(cells) else ""
            if text in _LOST:
                self._note_lost(name, _LOST[text], reading)
                continue
            text = self._cleaners.get(name, clean)(text)
            if not text:
                continue
            if name == "phone" or name in CONSENTS:
                # Before it was cleaned: line breaks separate two phones.
                texts[name] = (*texts.get(name, ()), cells[place] if name == "phone" else text)
            elif name in JOINED and name in texts:
                texts[name] += "\n" + text
            elif name not in texts:
                texts[name] = with_currency(text, self._headers[place]) if name in self._amounts else text
        return texts

    def _note_lost(self, name: str, code: str, reading: Reading) -> None:
        if name in self._optional:
            reading.notes.append(UNREAD + name)
        else:
            reading.problems.append((name, code))

    # -- the client -------------------------------------------------------------

    def _read_client(self, texts: _Texts, reading: Reading) -> None:
        for name in TEXTS:
            self._take(reading, reading.client, name, texts.get(name), _short)
        self._take_name_apart(reading)
        self._take(reading, reading.client, "notes", texts.get("notes"), _note)
        self._take(reading, reading.client, "email", texts.get("email"), values.email)
        self._take(reading, reading.client, "birth_date", texts.get("birth_date"), self._birth_date)
        self._take(reading, reading.client, "gender", texts.get("gender"), self._gender)
        self._take(reading, reading.client, "tags", texts.get("tags"), _tags)
        if any(map(holds_refusal, (reading.client.get("notes", ""), *reading.client.get("tags", ())))):
            reading.notes.append(REFUSAL_IN_WORDS)
        for name in ("is_vip", "archived"):
            self._take(reading, reading.client, name, texts.get(name), lambda text: vocabulary.yes_no(text) or None)
        self._read_added(CLIENT, texts, reading, reading.client)
        self._read_phone(texts, reading)
        self._read_lang(texts, reading)
        for channel in (SMS, EMAIL):
            self._read_consent(channel, texts, reading)
        if "external_id" in reading.client:
            reading.client.setdefault("external_source", self._setting.source)

    def _take(
        self, reading: Reading, into: dict[str, Any], name: str, text: str | None, read: Callable[[str], object]
    ) -> None:
        """Read one cell into its field, or note its error. An optional field is left empty where it can't be read."""
        if text is None:
            return
        try:
            value = read(text)
        except Unreadable as error:
            if name in self._optional:
                reading.notes.append(UNREAD + name)
            else:
                reading.problems.append((name, error.code))
        else:
            if value is not None:
                into[name] = value

    def _read_added(self, about: str, texts: _Texts, reading: Reading, into: dict[str, Any]) -> None:
        """The values of other addons' fields."""
        for name, added in self._added.items():
            if added.about == about:
                self._take(reading, into, name, texts.get(name), added.read or self._reader_of(name, added.kind))

    def _reader_of(self, name: str, kind: str) -> Callable[[str], object]:
        readers: dict[str, Callable[[str], object]] = {
            added_fields.TEXT: _short,
            added_fields.LINES: _note,
            added_fields.YES_NO: vocabulary.yes_no,
            added_fields.NUMBER: values.whole_number,
            added_fields.AMOUNT: lambda text: float(self._amounts[name].parse(text, self._setting.currency)),
            added_fields.DAY: lambda text: self._dates[name].day(text).isoformat(),
        }
        return readers[kind]

    def _take_name_apart(self, reading: Reading) -> None:
        """Given and family name of a whole one, and the whole in spoken order."""
        if self._names is None or "name" not in reading.client:
            return
        name = names.split(reading.client["name"], self._names)
        reading.client["name"] = name.whole or reading.client["name"]
        for part, field_name in NAME_PARTS.items():
            if getattr(name, part):
                reading.client[field_name] = getattr(name, part)

    def _birth_date(self, text: str) -> str | None:
        if _NO_YEAR.fullmatch(text):
            return None
        day = self._dates["birth_date"].day(text, birth=True)
        if day > self._setting.today:
            raise Unreadable("day_out_of_range")
        return day.isoformat()

    def _gender(self, text: str) -> str | None:
        return self._setting.words.get("gender", {}).get(fold(text)) or vocabulary.gender(text)

    def _read_phone(self, texts: _Texts, reading: Reading) -> None:
        """The first phone that can get an SMS, else the first readable one. An unreadable one is never dropped
        silently: it refuses the row where there is no other phone, and is noted where there is."""
        numbers, problems = [], []
        for text in texts.get("phone", ()):
            try:
                number, mended = phone.mend(text, self._setting.region)
            except phone.InvalidPhone as error:
                problems.append(error.reason)
                continue
            if not number:
                reading.notes += [UNREAD + "phone"] if _LETTER.search(clean(text)) else []
            elif phone.is_dummy(number):
                reading.notes.append(PHONE_DUMMY)
            else:
                numbers.append((number, mended, text))
        if problems and not numbers:
            # A number that is too long is another error than a text.
            reading.problems.append(("phone", "too_long_phone" if problems[0] == "too_long" else problems[0]))
        elif numbers:
            mobile = (each for each in numbers if phone.is_mobile(each[0]))
            number, mended, text = numbers[0] if len(numbers) == 1 else next(mobile, numbers[0])
            reading.client["phone"] = number
            reading.notes += [UNREAD + "phone"] if problems else []
            reading.notes += [PHONE_MENDED] if mended else []
            if phone.is_doubtful(number, text, self._setting.region):
                reading.notes.append(PHONE_DOUBTFUL)
            if not phone.is_mobile(number):
                reading.notes.append(PHONE_NO_SMS)

    def _read_lang(self, texts: _Texts, reading: Reading) -> None:
        """A language unknown to this server is replaced by the company's."""
        wanted = texts.get("lang", "").lower()[:2]
        found = [code for code in self._setting.languages if wanted and code.lower().startswith(wanted)]
        if found:
            reading.client["lang"] = found[0]

    def _read_consent(self, channel: str, texts: _Texts, reading: Reading) -> None:
        """A refusal always takes effect, whichever column it is in; a consent only with its date and its words or
        source, else it is ignored."""
        own = f"{channel}_consent"
        refusal = self._read_refusal((f"no_{channel}", "no_contact"), texts, reading)
        for name in (own, "consent"):
            for text in texts.get(name, ()):
                said_yes = self._read_answer(name, text, reading)
                if said_yes is False:
                    refusal = refusal or {"given": False, **self._proof(name, texts, reading)}
                elif said_yes is UNCLEAR:
                    refusal = refusal or {"given": False, "text": text[:LONGEST]}
        if refusal:
            reading.client[own] = refusal
            return
        name = own if own in texts else "consent"
        if not any(self._read_answer(name, text, reading) is True for text in texts.get(name, ())):
            return
        proof = self._proof(name, texts, reading)
        if not (proof.get("at") and (proof.get("text") or proof.get("source"))):
            reading.notes.append(NO_PROOF)
            return
        reading.client[own] = {"given": True, **proof}

    def _read_answer(self, name: str, text: str, reading: Reading) -> bool | str | None:
        """True, False, None for neither, or UNCLEAR: such an answer refuses its row, and counts as a refusal meanwhile,
        as it may be one in other words ("nikdy"). A date is no refusal: someone has consented on it."""
        try:
            return vocabulary.consent(text)
        except Unreadable as error:
            # A consent for both channels is read for each.
            if (name, error.code) not in reading.problems:
                reading.problems.append((name, error.code))
        with suppress(Unreadable):
            Dates(MIXED, self._setting.zone).day(text)
            return None
        return UNCLEAR

    def _read_refusal(self, fields: Iterable[str], texts: _Texts, reading: Reading) -> dict[str, Any] | None:
        """The refusal in columns with "yes", a date or words; None where there is none."""
        for name in fields:
            for text in texts.get(name, ()):
                refusal = self._refusal_of(text, reading)
                if refusal:
                    return refusal
        return None

    def _refusal_of(self, text: str, reading: Reading) -> dict[str, Any] | None:
        """The refusal in a cell of a refusal column: none where it says no, else one, with its date or words."""
        with suppress(Unreadable):
            return {"given": False} if vocabulary.yes_no(text) else None
        with suppress(Unreadable):
            return {"given": False, "at": self._past_day(Dates(MIXED, self._setting.zone).day(text))}
        # Any text here means that the person must not be contacted.
        if UNCLEAR_REFUSAL not in reading.notes:
            reading.notes.append(UNCLEAR_REFUSAL)
        return {"given": False, "text": text[:LONGEST]}

    def _proof(self, name: str, texts: _Texts, reading: Reading) -> dict[str, str]:
        """Date, words and source of a consent or refusal, as far as the row has them."""
        proof = {"text": texts.get(f"{name}_text"), "source": texts.get(f"{name}_source")}
        if f"{name}_at" in texts:
            try:
                proof["at"] = self._consent_day(name, texts[f"{name}_at"])
            except Unreadable:
                if f"{UNREAD}{name}_at" not in reading.notes:
                    reading.notes.append(f"{UNREAD}{name}_at")
        return {key: value for key, value in proof.items() if value}

    def _consent_day(self, name: str, text: str) -> str:
        return self._past_day(self._dates[f"{name}_at"].parse(text)[0])

    def _past_day(self, day: date) -> str:
        if day > self._setting.today:
            raise Unreadable("day_out_of_range")
        return day.isoformat()

    # -- the visit --------------------------------------------------------------

    def _read_visit(self, texts: _Texts, reading: Reading) -> None:
        visit = reading.visit
        for name in ("visit_ref", "service", "staff"):
            self._take(reading, visit, name, texts.get(name), _short)
        self._take(reading, visit, "visit_note", texts.get("visit_note"), _note)
        self._take(reading, visit, "duration", texts.get("duration"), duration)
        self._take(reading, visit, "line", texts.get("line"), _line)
        self._take(reading, visit, "amount", texts.get("amount"), self._amount)
        self._read_added(VISIT, texts, reading, visit)
        self._check_currency(texts, reading)
        start = self._read_start(texts, reading)
        self._read_state(texts, start, reading)

    def _amount(self, text: str) -> str:
        return str(self._amounts["amount"].parse(text, self._setting.currency))

    def _check_currency(self, texts: _Texts, reading: Reading) -> None:
        """An amount whose currency is in a column of its own is refused like one that shows it itself."""
        currency, own = texts.get("currency"), self._setting.currency
        if not (currency and own and Decimal(reading.visit.get("amount", 0))) or currency.upper() == own:
            return
        try:
            if own not in currencies(currency):
                reading.problems.append(("amount", "foreign_currency"))
        except Unreadable as error:
            reading.problems.append(("currency", error.code))

    def _read_start(self, texts: _Texts, reading: Reading) -> datetime | None:
        if "date" not in texts:
            reading.problems.append(("date", "missing"))
            return None
        try:
            day, hour = self._dates["date"].parse(texts["date"])
        except Unreadable as error:
            reading.problems.append(("date", error.code))
            return None
        if "time" in texts:
            try:
                hour = time_of_day(texts["time"])
            except Unreadable as error:
                reading.problems.append(("time", error.code))
                return None
        start: datetime = clock.utc(datetime.combine(day, hour or time.min), self._setting.zone)
        reading.visit["start"] = start.isoformat(sep=" ")
        if hour is None:
            reading.visit["day"] = day.isoformat()
        return start

    def _read_state(self, texts: _Texts, start: datetime | None, reading: Reading) -> None:
        """Without a state a visit took place if its time has passed; so did one that was only ever confirmed."""
        state, sure = None, False
        if "state" in texts:
            try:
                state, sure = vocabulary.state(texts["state"])
            except Unreadable:
                # The client is valid, whatever the state of the visit.
                reading.notes.append(NO_VISIT if vocabulary.is_no_visit(texts["state"]) else UNKNOWN_STATE)
                reading.visit.clear()
                return
        if start is None:
            return
        past = start <= self._setting.now
        # Only in our own words it means that the visit is still going on.
        sure = sure and (state != ARRIVED or texts["state"] == ARRIVED)
        if not sure and past and state in (None, SCHEDULED, ARRIVED):
            if state:
                reading.notes.append(TOOK_PLACE)
            state = DONE
        state = state or SCHEDULED
        if state == DONE and not past:
            reading.problems.append(("date", "done_in_future"))
        reading.visit["state"] = state
        if "state" in texts:
            reading.visit["has_state"] = True


def _answer(text: str) -> str:
    return clean(text) or (tidy(text) if tidy(text).casefold() in ("x", "xx", "✓") else "")


_CLEANERS: dict[str, Callable[[str], str]] = {**dict.fromkeys(LINES, clean_lines), **dict.fromkeys(ANSWERS, _answer)}
_KIND_CLEANERS: dict[str, Callable[[str], str]] = {added_fields.LINES: clean_lines, added_fields.YES_NO: _answer}


def _has_open_date(texts: Iterable[str]) -> bool:
    """Whether a column has dates with an ambiguous order."""
    return any(_OPEN_DATE.match(text) for text in texts)


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise Unreadable("too_long")
    return text


def _line(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise Unreadable("unreadable_number")
    return int(text)


def _note(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        raise Unreadable("too_long")
    return text


def _tags(text: str) -> list[str] | None:
    return values.words(text) or None
