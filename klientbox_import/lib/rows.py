"""One row of a table as values of a client and of a visit, or as errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from odoo.addons.klientbox.lib import clock, names
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.addons.klientbox.lib.text import clean, clean_lines, fold, tidy
from odoo.addons.klientbox.lib.visit import ARRIVED, CANCELLED, DONE, NO_SHOW, SCHEDULED

from . import added_fields, addresses, amounts, cell_words, refusals, values
from .added_fields import AddedField
from .amounts import UNKNOWN, Amounts, currencies, duration, shown_currencies, with_currency
from .column_headers import CLIENT, CONSENTS, FIELDS, JOINED, VISIT, Field, about_visits
from .dates import DMY, MDY, MIXED, Dates, has_no_year, time_of_day
from .header_words import fold_header
from .left_out import EMAIL as EMAIL_COLUMN
from .left_out import PHONE as PHONE_COLUMN
from .name_cells import NAMES, is_of_totals, name_text, real_names
from .refusals import reads_like_refusal
from .values import BROKEN, ERRORS, NO_PERSON, UNSAVED, Unreadable

LONGEST = 255
LONGEST_NOTE = 10_000
# Line ends are part of these.
LINES = ("notes", "visit_note", "tags", "sms_consent_text", "email_consent_text", "consent_text")
# In these a cross is an answer, elsewhere it means an empty value. In refusals a question mark is one, too.
REFUSALS = ("no_sms", "no_email", "no_contact")
ANSWERS = ("is_vip", "archived", "is_active", "cancelled", "no_show", *CONSENTS)
# Of these all filled cells of a row count.
MANY = ("phone", "email", *CONSENTS)
# Texts in which a user may have written that a client wants no messages. Names of services and staff are no such.
WORDED = ("name", "given_name", "family_name", "tags", "notes", "visit_note", "phone", "email")
# Left empty where unreadable: the client is valid without it.
OPTIONAL = ("birth_date", "gender", "lang", "is_vip", "tags", "notes", "visit_note")
NAME_PARTS = {"given": "given_name", "family": "family_name"}
# Columns with the answer whether a visit has this state.
ANSWERED_STATES = {"cancelled": CANCELLED, "no_show": NO_SHOW}
TEXTS = ("client_number", "name", "given_name", "family_name", "code", "external_id", "external_source")
# {field: text}; of the fields in MANY all texts.
_Texts = dict[str, Any]
# A spreadsheet's mark of digits that are text.
_APOSTROPHE = re.compile("'[0-9]")
_QUESTION = re.compile(r"[?\s]+")
_OPEN_DATE = re.compile(r"\s*[0-9]{1,2} ?[/-] ?[0-9]{1,2} ?[/-] ?[0-9]{2}")
DATE_FIELDS = ("date", "birth_date", "sms_consent_at", "email_consent_at", "consent_at")
# Notes on a row that is accepted nevertheless. UNREAD is followed by the field that was left empty.
PHONE_MENDED, PHONE_NO_SMS = addresses.MENDED, addresses.NO_SMS
NO_PROOF, TOOK_PLACE, UNREAD = "consent_without_proof", "took_place", "unread:"
UNCLEAR_REFUSAL, NO_VISIT, UNKNOWN_STATE = "unclear_refusal", "no_visit", "unknown_state"
REFUSAL_IN_WORDS, REFUSAL_IN_STATE, NAME_WORD, NO_YEAR = "refusal_in_words", "refusal_in_state", "name_word", "no_year"
INACTIVE_STATE = "inactive_state"
# Further phones and e-mails of a row, or such texts, that the notes keep.
KEPT_ADDRESS = "kept_address"
# An answer that is neither yes nor no.
UNCLEAR = "unclear"
# Cell contents that mean a value is missing in the file.
_LOST = {
    UNSAVED: "formula_unsaved",
    BROKEN: "broken_card",
    NO_PERSON: "no_person",
    **dict.fromkeys(ERRORS, "spreadsheet_error"),
}


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
    that system alone ({field: {folded text: value}}), the code of the company's currency ("" for a table whose amounts
    are in it by definition), and another currency that a title above the table names."""

    region: str
    zone: str
    now: datetime
    languages: tuple[str, ...] = ()
    source: str = "import"
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    currency: str = ""
    title_currency: str = ""

    @property
    def today(self) -> date:
        today: date = clock.local(self.now, self.zone).date()
        return today


class RowReader:
    """Reads the rows of one file.

    `columns` has the field of each column, "" for none, `headers` the texts above it. `texts_of(column number)` returns
    the cells of a column, from which the format of dates, amounts and names in it is learned. `order` ("dmy" or "mdy")
    is that of dates which no column of the file shows; without it such dates are refused. `hints` has the probable
    content of each column, see `left_out`: texts without a meaning are only searched in a file that has them.
    """

    def __init__(
        self,
        columns: list[str],
        texts_of: Callable[[int], Iterable[str]],
        setting: Setting,
        order: str = "",
        headers: Iterable[str] = (),
        fields: Mapping[str, Field] | None = None,
        hints: Iterable[str] = (),
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
        self._has_visits = "date" in columns
        left_out = set() if self._has_visits else self._visit_fields
        self._headers = [*headers, *[""] * len(columns)]
        self._columns = [(place, name) for place, name in enumerate(columns) if name and name not in left_out]
        # Of several prices that which the client paid, wherever it is.
        self._columns.sort(key=lambda column: amounts.rank(self._headers[column[0]]) if column[1] == "amount" else -1)
        self._states = [place for place, name in enumerate(columns) if name == "state"]
        hints = list(hints)
        self._width = len(hints)
        hinted = [(place, hint) for place, (name, hint) in enumerate(zip(columns, hints, strict=False)) if not name]
        self._spare = [(place, hint) for place, hint in hinted if hint in (PHONE_COLUMN, EMAIL_COLUMN)]
        worded = [place for place, name in enumerate(columns) if name in WORDED]
        self._worded = [*worded, *(place for place, hint in hinted if hint not in (PHONE_COLUMN, EMAIL_COLUMN))]
        self._prefix_of = _prefixes(columns)
        self._setting = setting
        self._dates = self._learn_dates(columns, texts_of, order)
        texts = {
            name: [text for place in self._places(name) for text in texts_of(place)]
            for name in ("amount", *self._added_of_kind(added_fields.AMOUNT))
        }
        self._amounts = {name: Amounts.learn(column) for name, column in texts.items()}
        self._is_bare_unknown = self._has_foreign_currency(texts["amount"], texts_of)
        self._names = self._learn_names(texts_of)

    def _learn_dates(
        self, columns: list[str], texts_of: Callable[[int], Iterable[str]], order: str
    ) -> dict[str, Dates]:
        """{field: Dates}. An order that no column of a known field shows may come from a column without a meaning."""
        fields = (*DATE_FIELDS, *self._added_of_kind(added_fields.DAY))
        by_field = [[text for place in self._places(name) for text in texts_of(place)] for name in fields]
        shown = [Dates.orders_shown(texts) for texts in by_field]
        if not {DMY, MDY} & set().union(*shown) and any(map(_has_open_date, by_field)):
            unknown = (place for place, name in enumerate(columns) if not name)
            elsewhere = {DMY, MDY} & set().union(*(Dates.orders_shown(texts_of(place)) for place in unknown))
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

    def _has_foreign_currency(self, texts: list[str], texts_of: Callable[[int], Iterable[str]]) -> bool:
        """Whether an amount without a currency may be in another one: the column of currencies names one somewhere, or
        most amounts show one."""
        own = self._setting.currency
        if not own:
            return False
        for place in self._places("currency"):
            if any(_is_foreign(text, own) for text in texts_of(place)):
                return True
        shown = [codes for codes in map(shown_currencies, texts) if codes]
        return bool(shown) and not any(own in codes for codes in shown) and 2 * len(shown) >= len(texts)

    def _places(self, name: str) -> list[int]:
        return [place for place, other in self._columns if other == name]

    def reading(self, cells: list[str]) -> Reading:
        """The Reading of a row. It lists every problem, not only the first."""
        reading = Reading()
        texts = self._collect(cells, reading)
        if is_of_totals(texts):
            return Reading(problems=[("name", "totals")])
        self._read_client(texts, reading)
        self._read_addresses(cells, texts, reading)
        self._read_inactive_state(cells, reading)
        self._read_consents(cells, texts, reading)
        self._note_words(cells, reading)
        # A currency alone makes no visit: every row has it.
        if (texts.keys() - {"currency"}) & self._visit_fields:
            self._read_visit(texts, reading)
        return reading

    def _collect(self, cells: list[str], reading: Reading) -> _Texts:
        """{field: text} of the non-empty cells; of the fields in MANY all texts."""
        texts: _Texts = {}
        by_method = False
        for place, name in self._columns:
            text = cells[place] if place < len(cells) else ""
            if text in _LOST:
                self._note_lost(name, _LOST[text], reading)
                continue
            if name not in LINES and _APOSTROPHE.match(text):
                text = text[1:]
            text = self._cleaners.get(name, clean)(text)
            if not text:
                continue
            if name in MANY:
                texts[name] = (*texts.get(name, ()), self._phone(cells, place) if name == "phone" else text)
            elif name in JOINED and name in texts:
                texts[name] += "\n" + text
            elif name == "amount" and name in texts and self._is_by_method(place) and by_method:
                texts["further_amounts"] = (
                    *texts.get("further_amounts", ()),
                    with_currency(text, self._headers[place]),
                )
            elif name == "amount" and name in texts:
                texts.setdefault("next_amount", with_currency(text, self._headers[place]))
            elif name not in texts:
                by_method = by_method or (name == "amount" and self._is_by_method(place))
                texts[name] = with_currency(text, self._headers[place]) if name in self._amounts else text
        return texts

    def _is_by_method(self, place: int) -> bool:
        return amounts.rank(self._headers[place]) == amounts.BY_METHOD

    def _phone(self, cells: list[str], place: int) -> addresses.Cell:
        """As it was before it was cleaned: line breaks separate two phones."""
        prefix = self._prefix_of.get(place)
        return addresses.Cell(cells[place], clean(cells[prefix]) if prefix is not None and prefix < len(cells) else "")

    def _note_lost(self, name: str, code: str, reading: Reading) -> None:
        if name in self._optional:
            reading.notes.append(UNREAD + name)
        else:
            reading.problems.append((name, code))

    # -- the client -------------------------------------------------------------

    def _read_client(self, texts: _Texts, reading: Reading) -> None:
        for name in TEXTS:
            self._take(reading, reading.client, name, texts.get(name), _short)
        self._read_names(texts, reading)
        self._take(reading, reading.client, "notes", texts.get("notes"), _note)
        self._read_birth_date(texts, reading)
        self._take(reading, reading.client, "gender", texts.get("gender"), self._gender)
        self._take(reading, reading.client, "tags", texts.get("tags"), _tags)
        self._take(reading, reading.client, "is_vip", texts.get("is_vip"), lambda text: cell_words.yes_no(text) or None)
        self._take(reading, reading.client, "archived", texts.get("archived"), _is_archived)
        self._take(reading, reading.client, "archived", texts.get("is_active"), _is_not_active, "is_active")
        self._read_added(CLIENT, texts, reading, reading.client)
        self._take(reading, reading.client, "lang", texts.get("lang"), self._lang)
        if "external_id" in reading.client:
            reading.client.setdefault("external_source", self._setting.source)

    def _take(
        self,
        reading: Reading,
        into: dict[str, Any],
        name: str,
        text: str | None,
        read: Callable[[str], object],
        column: str = "",
    ) -> None:
        """Read one cell into its field, or note its error. An optional field is left empty where it can't be read.

        `column` is the meaning of the cell where it is not the name of the field.
        """
        if text is None:
            return
        try:
            value = read(text)
        except Unreadable as error:
            if name in self._optional:
                reading.notes.append(UNREAD + name)
            else:
                reading.problems.append((column or name, error.code))
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
            added_fields.YES_NO: cell_words.yes_no,
            added_fields.NUMBER: values.whole_number,
            added_fields.AMOUNT: lambda text: float(self._amounts[name].parse(text, self._setting.currency)),
            added_fields.DAY: lambda text: self._dates[name].day(text).isoformat(),
        }
        return readers[kind]

    def _read_names(self, texts: _Texts, reading: Reading) -> None:
        """Without words for nothing, and taken apart. A name with words of refusal is in no greeting."""
        kept, is_doubtful = real_names({name: reading.client.pop(name) for name in NAMES if name in reading.client})
        reading.client.update(kept)
        reading.notes += [NAME_WORD] if is_doubtful else []
        self._take_name_apart(reading)
        if any(reads_like_refusal(texts[name]) for name in NAMES if name in texts):
            parts = [reading.client.pop(part) for part in NAME_PARTS.values() if part in reading.client]
            if parts:
                reading.client.setdefault("name", " ".join(parts))

    def _take_name_apart(self, reading: Reading) -> None:
        """Given and family name of a whole one, and the whole in spoken order."""
        if self._names is None or "name" not in reading.client:
            return
        name = names.split(reading.client["name"], self._names)
        reading.client["name"] = name.whole or reading.client["name"]
        for part, field_name in NAME_PARTS.items():
            if getattr(name, part):
                reading.client[field_name] = getattr(name, part)

    def _read_birth_date(self, texts: _Texts, reading: Reading) -> None:
        text = texts.get("birth_date")
        if text and has_no_year(text):
            reading.notes.append(NO_YEAR)
            return
        self._take(reading, reading.client, "birth_date", text, self._birth_date)

    def _birth_date(self, text: str) -> str:
        day = self._dates["birth_date"].day(text, birth=True)
        if day > self._setting.today:
            raise Unreadable("day_out_of_range")
        return day.isoformat()

    def _gender(self, text: str) -> str | None:
        return self._setting.words.get("gender", {}).get(fold(text)) or cell_words.gender(text)

    def _read_addresses(self, cells: list[str], texts: _Texts, reading: Reading) -> None:
        """Phone and e-mail, and all others of the row: a refusal holds for each, and the notes keep them."""
        region = self._setting.region
        found = {}
        # A column "Kontakt" may hold phones and e-mails.
        phones, misplaced = addresses.apart(texts.get("phone", ()))
        if phones:
            found["phone"] = addresses.phones(phones, region)
        if "email" in texts or misplaced:
            found["email"] = addresses.emails([*texts.get("email", ()), *misplaced])
        for place, hint in self._spare:
            if place < len(cells) and cells[place]:
                spare = cells[place]
                more = addresses.spare_phones(spare, region) if hint == PHONE_COLUMN else addresses.spare_emails(spare)
                found.setdefault(hint, addresses.Found()).others += more
        for name, each in found.items():
            reading.problems += [(name, each.problem)] if each.problem else []
            reading.notes += each.remarks
            if each.first:
                reading.client[name] = each.first
            others = [other for other in dict.fromkeys(each.others) if other != each.first]
            unread = [] if each.problem else each.unread
            reading.notes += [UNREAD + name] if unread else []
            reading.notes += [KEPT_ADDRESS] if others and KEPT_ADDRESS not in reading.notes else []
            if others or unread:
                reading.client[f"further_{name}s"] = [*others, *map(_short_text, unread)]

    def _lang(self, text: str) -> str:
        """A language that this server has. For another one, the client gets the company's, with a remark."""
        wanted = cell_words.language(text)
        for code in self._setting.languages:
            if code.split("_")[0].lower() == wanted:
                return code
        raise Unreadable("unknown_language")

    def _read_consents(self, cells: list[str], texts: _Texts, reading: Reading) -> None:
        state = self._refusal_in_state(cells, reading)
        for channel in (SMS, EMAIL):
            self._read_consent(channel, texts, reading)
            own = f"{channel}_consent"
            if state and state["field"] in (f"no_{channel}", "no_contact") and not self._is_refused(own, reading):
                reading.client[own] = {"given": False, "text": state["text"]}

    def _refusal_in_state(self, cells: list[str], reading: Reading) -> dict[str, str] | None:
        """The refusal in a column of states, with visits or without: "Odhlášen", "Unsubscribed"."""
        for place in self._states:
            text = clean(cells[place]) if place < len(cells) else ""
            refused = refusals.in_state(text) if text else ""
            if refused:
                reading.notes.append(REFUSAL_IN_STATE)
                return {"field": refused, "text": text[:LONGEST]}
        return None

    def _read_inactive_state(self, cells: list[str], reading: Reading) -> None:
        """A client whose state is "inactive", "blocked" or the like is archived. In a file of visits "deleted" is the
        state of a visit."""
        texts = [clean(cells[place]) for place in self._states if place < len(cells)]
        if any(
            cell_words.is_inactive(text) and not (self._has_visits and refusals.is_state_of_visit(text))
            for text in texts
        ):
            reading.client["archived"] = True
            reading.notes.append(INACTIVE_STATE)

    def _is_refused(self, own: str, reading: Reading) -> bool:
        return own in reading.client and not reading.client[own]["given"]

    def _note_words(self, cells: list[str], reading: Reading) -> None:
        """Remark a row in which a text reads like a refusal that no column of refusals records."""
        if all(self._is_refused(f"{channel}_consent", reading) for channel in (SMS, EMAIL)):
            return
        worded = (cells[place] for place in self._worded if place < len(cells))
        # A row may be wider than its headers.
        beside = cells[self._width :] if self._width else ()
        if any(cell and reads_like_refusal(cell) for cell in (*worded, *beside)):
            reading.notes.append(REFUSAL_IN_WORDS)

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
            return cell_words.consent(text)
        except Unreadable as error:
            if reads_like_refusal(text):
                return False
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
            return {"given": False} if cell_words.refuses(text) else None
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
        further = texts.get("further_amounts", ())
        self._take(reading, visit, "amount", texts.get("amount"), lambda text: self._amount(text, further))
        self._read_added(VISIT, texts, reading, visit)
        self._check_currency(texts, reading)
        start = self._read_start(texts, reading)
        self._read_state(texts, start, reading)
        # For a visit that has not taken place nothing was paid yet: its price counts.
        is_unpaid = not Decimal(visit.get("amount", 0)) and visit.get("state", DONE) != DONE
        if is_unpaid and "next_amount" in texts:
            texts["amount"] = texts["next_amount"]
            self._take(reading, visit, "amount", texts["amount"], self._amount)
            self._check_currency(texts, reading)

    def _amount(self, text: str, further: Iterable[str] = ()) -> str:
        """The amount of a visit, or the sum of its parts by the method of payment."""
        return str(sum(self._amounts["amount"].parse(part, self._setting.currency) for part in (text, *further)))

    def _check_currency(self, texts: _Texts, reading: Reading) -> None:
        """An amount whose currency is in a column of its own, or above the table, is refused like one that shows it
        itself; so is one without a currency where the others are in another one."""
        currency, own = texts.get("currency"), self._setting.currency
        if not own or not Decimal(reading.visit.get("amount", 0)) or (currency or "").upper() == own:
            return
        try:
            if currency and own not in currencies(currency):
                reading.problems.append(("amount", "foreign_currency"))
        except Unreadable as error:
            reading.problems.append(("currency", error.code))
        if currency or shown_currencies(texts["amount"]):
            return
        if self._is_bare_unknown or self._setting.title_currency == UNKNOWN:
            reading.problems.append(("amount", "unclear_currency"))
        elif self._setting.title_currency:
            reading.problems.append(("amount", "foreign_currency"))

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
        try:
            state, sure = _state_of(texts)
        except Unreadable:
            # The client is valid, whatever the state of the visit.
            reading.notes.append(NO_VISIT if cell_words.is_no_visit(texts.get("state", "")) else UNKNOWN_STATE)
            reading.visit.clear()
            return
        if start is None:
            return
        past = start <= self._setting.now
        # Only in our own words it means that the visit is still going on.
        sure = sure and (state != ARRIVED or texts.get("state") == ARRIVED)
        if not sure and past and state in (None, SCHEDULED, ARRIVED):
            if state:
                reading.notes.append(TOOK_PLACE)
            state = DONE
        state = state or SCHEDULED
        if state == DONE and not past:
            reading.problems.append(("date", "done_in_future"))
        reading.visit["state"] = state
        if "state" in texts or state in ANSWERED_STATES.values():
            reading.visit["has_state"] = True


def _state_of(texts: _Texts) -> tuple[str | None, bool]:
    """(state, whether it is sure) of a visit; (None, False) where the row has none. Columns that answer whether a visit
    was cancelled come before the state: systems keep it as "confirmed"."""
    for name, answered in ANSWERED_STATES.items():
        if name in texts and _says_yes(texts[name]):
            return answered, True
    return cell_words.state(texts["state"]) if "state" in texts else (None, False)


def _is_archived(text: str) -> bool | None:
    """A day is that since when they are archived, a word may be that of the header: "Smazáno"."""
    if cell_words.is_inactive(text):
        return True
    try:
        return _says_yes(text) or None
    except Unreadable as error:
        raise Unreadable("unreadable_yes_no") from error


def _is_not_active(text: str) -> bool | None:
    return cell_words.is_inactive(text) or not cell_words.yes_no(text) or None


def _says_yes(text: str) -> bool:
    """A yes, or the day on which it happened."""
    try:
        return cell_words.yes_no(text)
    except Unreadable:
        Dates(MIXED).day(text)
        return True


def _answer(text: str) -> str:
    return clean(text) or (tidy(text) if tidy(text).casefold() in ("x", "xx", "✓") else "")


def _refusal(text: str) -> str:
    return _answer(text) or _with_question(text)


def _with_question(text: str) -> str:
    """A question mark is no empty cell where any text counts."""
    return clean(text) or (tidy(text) if "?" in text and _QUESTION.fullmatch(text) else "")


_CLEANERS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(LINES, clean_lines),
    **dict.fromkeys(ANSWERS, _answer),
    **dict.fromkeys(REFUSALS, _refusal),
    **dict.fromkeys(NAMES, name_text),
    "currency": _with_question,
}
_KIND_CLEANERS: dict[str, Callable[[str], str]] = {added_fields.LINES: clean_lines, added_fields.YES_NO: _answer}


def _prefixes(columns: list[str]) -> dict[int, int]:
    """{column of phones: the column of its prefix}: the next one after the prefix, else the last one before it."""
    phones = [place for place, name in enumerate(columns) if name == "phone"]
    found: dict[int, int] = {}
    for place in (place for place, name in enumerate(columns) if name == "phone_prefix"):
        after, before = [each for each in phones if each > place], [each for each in phones if each < place]
        nearest = next(iter([*after, *reversed(before)]), None)
        if nearest is not None:
            found.setdefault(nearest, place)
    return found


def _is_foreign(text: str, own: str) -> bool:
    """Whether a cell of a currency column names another currency than the own one, or several."""
    try:
        return own not in currencies(text)
    except Unreadable as error:
        return error.code != "empty"


def _has_open_date(texts: Iterable[str]) -> bool:
    """Whether a column has dates with an ambiguous order."""
    return any(_OPEN_DATE.match(text) for text in texts)


def _short_text(text: str) -> str:
    short: str = tidy(text)[:LONGEST]
    return short


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
