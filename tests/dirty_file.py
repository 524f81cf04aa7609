"""A salon's untidy file of three thousand rows, and the expected result of every one.

First people and their visits are invented, then each row is written as people write: five spellings of phones, three
orders of dates, prices with crowns and dashes, repetitions, formulas, gaps. The expected result follows from the
invented data, never from reading the rows again; nothing of the addon is imported. ``python3 -m tests.dirty_file
FOLDER`` writes the files for people to look at.
"""

from __future__ import annotations

import io
import random
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import xlsxwriter

NOW = datetime(2026, 6, 15, 10)  # noon in Prague
TODAY = NOW.date()
ROWS = 3000
# Days since the last visit, the limit included; above the last one the client is lost.
STATUSES = ((60, "active"), (90, "warning"), (180, "inactive"))

HEADERS = {
    "number": "Číslo klienta",
    "name": "Jméno a příjmení",
    "phone": "Telefon",
    "email": "E-mail",
    "birth": "Datum narození",
    "tags": "Štítky",
    "notes": "Poznámka",
    "consent": "Souhlas",
    "consent_at": "Datum souhlasu",
    "consent_text": "Text souhlasu",
    "sms": "Posílat SMS",
    "ref": "Číslo rezervace",
    "line": "Řádek návštěvy",
    "date": "Datum",
    "time": "Čas",
    "service": "Služba",
    "staff": "Kadeřnice",
    "amount": "Cena",
    "state": "Stav",
    "visit_note": "Poznámka k návštěvě",
}
FIRST_NAMES = """
    Jana Eva Hana Lenka Kateřina Lucie Věra Alena Petra Veronika Martina Jitka Ludmila Michaela Helena Zdeňka Ivana
    Jarmila Monika Jiřina Markéta Božena Zuzana Tereza Marcela Dagmar Barbora Šárka Žaneta Ňurka Ďula Řehořka
    """
LAST_NAMES = """
    Nováková Svobodová Novotná Dvořáková Černá Procházková Kučerová Veselá Horáková Němcová Marková Pokorná Pospíšilová
    Hájková Jelínková Králová Růžičková Benešová Fialová Sedláčková Doležalová Zemanová Kolářová Navrátilová Čermáková
    Vaňková Urbanová Blažková Křížová Kovářová Bartošová Vlčková Říhová Šťastná Úlehlová Žáková
    """
SERVICES = ("Střih dámský", "Střih pánský", "Barvení", "Melír; přeliv", "Foukaná", "Manikúra")
SERVICE_HERE = "Manikúra"
STAFF = ("Petra", "Kamila", "")
EMOJI = "💇"
FORMULAS = ("=1+1", '=HYPERLINK("http://example.com";"Klikni")', "@SUM(A1:A9)", "+1+cmd|' /C calc'!A0", "-2+3", "=A1")
PAST_WORDS = {
    "done": ("dorazila", "dokončeno", "Hotovo", "PROBĚHLO", "potvrzeno", "zaplaceno", "", "x"),
    "no_show": ("nepřišla", "Nedorazil/a", "no-show"),
    "cancelled": ("zrušeno", "STORNO", "Zrušeno klientem"),
    "scheduled": ("naplánováno",),
    # Visits that are long over have any other state.
    "arrived": ("arrived",),
}
FUTURE_WORDS = ("potvrzeno", "naplánováno", "", "Nová rezervace")
PROOF = "Souhlasím se zasíláním novinek; kdykoli jej mohu odvolat."
# Beside the own phone of some rows.
SECOND_PHONE = "777 888 999"


@dataclass(eq=False)
class Person:
    """A person in the file; with `here` they are an existing client, identified by this value."""

    name: str
    phone: str = ""
    email: str = ""
    number: str = ""
    notes: str = ""
    here: str = ""
    values_here: dict = field(default_factory=dict)


@dataclass(eq=False)
class Visit:
    """A visit, in local time; `services` are (service, staff, amount) of its lines."""

    person: Person
    start: datetime
    state: str
    services: list[tuple[str, str, Decimal]]
    note: str = ""
    ref: str = ""
    here: bool = False

    @property
    def amount(self):
        """Its revenue; existing visits were free."""
        return Decimal(0) if self.here else sum(amount for _service, _staff, amount in self.services)


@dataclass(eq=False)
class Row:
    """One row: its cells, its visit, and either its error or its remark."""

    cells: dict[str, str]
    person: Person | None = None
    visit: Visit | None = None
    line: int = 0
    reason: str = ""
    mended: bool = False
    unproved: bool = False
    consent: str = ""
    number: int = 0


class DirtyFile:
    """The rows in their order, the existing clients, and the expected records afterwards."""

    def __init__(self, seed=20260615):
        self._random = random.Random(seed)
        names = [f"{first} {last}" for first in FIRST_NAMES.split() for last in LAST_NAMES.split()]
        self._random.shuffle(names)
        self._names = iter(names)
        self._numbers = iter(range(601_000_000, 609_000_000, 997))
        self._refs = iter(range(1000, 9999))
        self._days = defaultdict(set)
        self._silenced: set[Person] = set()  # with an unreadable answer about a consent
        self.people_here: list[Person] = []  # existing clients, in the file or not
        self.visits: list[Visit] = []  # expected afterwards
        self.rows: list[Row] = []
        self._make()

    # -- people and visits ----------------------------------------------------------

    def _make(self):
        self._make_people_here()
        self._make_strange_names()
        self._make_consents()
        self._make_several_rows_for_one()
        self._make_refused()
        regular = [self._person() for _each in range(400)]
        for person in regular[:60]:
            self._tell(self._visit(person, "scheduled", ahead=True))
        for person in regular[60:70]:
            self._tell(self._visit(person, "scheduled"))
            self._tell(self._visit(person, "arrived"))
        self._tell_again()
        while len(self.rows) < ROWS:
            self._tell(self._visit(self._random.choice(regular)))
        self._mend_phones()
        self._random.shuffle(self.rows)
        # The headers are row 1; some rows are blank, which only affects the numbers.
        number = 1
        for row in self.rows:
            number += 1 if self._random.random() > 0.005 else 2
            row.number = number

    def _person(self, **values):
        phone = f"+420{next(self._numbers)}"
        person = Person(values.pop("name", None) or next(self._names), values.pop("phone", phone), **values)
        if person.here:
            self.people_here.append(person)
        return person

    def _email(self, name):
        plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()
        return f"{plain.replace(' ', '.')}@example.cz"

    def _visit(self, person, state="", services=1, ahead=False, is_expected=True, **values):
        """A visit of a person on a day without another one; not `is_expected` when its row is refused."""
        state = state or self._random.choice(("done",) * 12 + ("no_show", "cancelled"))
        day = TODAY
        while day == TODAY or day in self._days[person]:
            day = TODAY + timedelta(days=self._random.randint(1, 900)) * (1 if ahead else -1)
        self._days[person].add(day)
        start = datetime(day.year, day.month, day.day, self._random.randint(8, 19), self._random.choice((0, 15, 30)))
        lines = [
            (self._random.choice(SERVICES), self._random.choice(STAFF), self._amount()) for _line in range(services)
        ]
        visit = Visit(person, start, state, lines, **values)
        if is_expected:
            self.visits.append(visit)
        return visit

    def _amount(self):
        return Decimal(self._random.choice((350, 590, 1200, 2350, 10500))) + Decimal(self._random.choice(("0", "0.5")))

    def _make_people_here(self):
        for place in range(30):
            person = self._person(here="phone")
            person.values_here = {"name": person.name, "phone": person.phone}
            if place % 3 == 0:
                # Their name has changed meanwhile; the salon's counts.
                person.values_here["name"] = f"{person.name} Stará"
            if place % 3 == 1:
                person.email = self._email(person.name)
            if place % 5 == 0:
                person.values_here["notes"] = "Poznámka salonu"
                person.notes = "Poznámka ze souboru"
            for there in (True, False):
                self._tell(self._visit(person, state="done", here=there))
        for _each in range(15):
            # The file has another phone or none; the name is the same.
            person = self._person(here="email")
            person.email = self._email(person.name)
            person.values_here = {"name": person.name, "phone": person.phone, "email": person.email}
            person.phone = f"+420{next(self._numbers)}" if self._random.random() < 0.5 else ""
            self._tell(self._visit(person))
        for place in range(15):
            person = self._person(here="number", number=f"K{place + 1}")
            person.values_here = {"name": person.name, "external_id": person.number, "external_source": "import"}
            # Half of them get their phone from the file.
            if place % 2:
                person.phone = ""
            self._tell(self._visit(person))
        for place in range(10):
            person = self._person(here="archived")
            person.values_here = {"name": person.name, "phone": person.phone, "active": False}
            if place % 2:
                self._tell_client(person)
            else:
                self._refuse("Name: this client is archived", person, self._visit_refused(person))
        # They are in no row, but others claim the number of their visit.
        owner = self._person(here="phone")
        owner.values_here = {"name": owner.name, "phone": owner.phone}
        self._visit(owner, "done", here=True, ref="R-1")
        for _each in range(3):
            other = self._person()
            self._tell(self._visit(other))
            self._refuse("Visit number: already used by another client", other, self._visit_refused(other), ref="R-1")

    def _make_strange_names(self):
        for formula in FORMULAS:
            for _visit in range(3):
                person = self._person(name=formula)
                self._tell(self._visit(person))
                self._tell(self._visit(person, note='=HYPERLINK("http://example.com")'))
        for place in range(20):
            self._tell(self._visit(self._person(name=f"Emoji {EMOJI} {place}")))
        for place in range(5):
            name = f"Dlouhá {place} "
            self._tell(self._visit(self._person(name=name + "á" * (255 - len(name)))))
            name = f"Delší {place} "
            stranger = Person(name + "é" * (300 - len(name)), f"+420{next(self._numbers)}")
            self._refuse("Name: is too long", stranger, self._visit_refused(stranger))
        for place in range(10):
            person = self._person(notes=f'První řádek\nDruhý; s "uvozovkami" {place}')
            self._tell(self._visit(person))

    def _make_consents(self):
        for _each in range(40):
            person = self._person()
            person.email = self._email(person.name) if self._random.random() < 0.5 else ""
            row = self._tell(self._visit(person))
            row.consent = "given"
            row.cells |= {"consent": self._random.choice(("ano", "ANO", "x", "souhlasí")), "consent_text": PROOF}
            row.cells["consent_at"] = self._random.choice(("1.3.2025", "2025-03-01", "01.03.2025"))
        for place in range(60):
            row = self._tell(self._visit(self._person()))
            row.unproved = True
            row.cells |= ({"consent": "ano"}, {"consent": "ano", "consent_at": "1.3.2025"}, {"sms": "ano"})[place % 3]
        for _each in range(40):
            person = self._person()
            person.email = self._email(person.name) if self._random.random() < 0.5 else ""
            row = self._tell(self._visit(person))
            row.consent = "refused"
            row.cells["consent"] = self._random.choice(("ne", "NE", "nesouhlasí", "nechce"))
        for _each in range(20):
            row = self._tell(self._visit(self._person()))
            row.consent = "sms_refused"
            row.cells["sms"] = "ne"
        for _each in range(10):
            # One row has a consent, another a refusal: the refusal counts.
            person = self._person()
            row = self._tell(self._visit(person))
            row.cells |= {"consent": "ano", "consent_at": "2.1.2025", "consent_text": PROOF}
            row.consent = "given"
            row = self._tell(self._visit(person))
            row.cells["consent"] = "ne"
            row.consent = "refused"

    def _make_several_rows_for_one(self):
        for _each in range(40):
            # Nothing but a name, which only one person has: it is them.
            person = self._person()
            self._tell(self._visit(person))
            self._tell(self._visit(person)).cells |= {"phone": self._random.choice(("", "-", "neuvedeno", "0", "nemá"))}
        for _each in range(40):
            # Without a name, but with a known phone.
            person = self._person()
            self._tell(self._visit(person))
            self._tell(self._visit(person)).cells["name"] = self._random.choice(("", "-", "neuvedeno"))
        for _each in range(5):
            name = next(self._names)
            for _namesake in range(2):
                self._tell(self._visit(self._person(name=name)))
            nameless = Person(name)
            reason = "Name: several clients have this name; add a phone or an e-mail to identify the client"
            self._refuse(reason, nameless, self._visit_refused(nameless))
        for _each in range(10):
            # A mother and her daughter with one e-mail are two.
            email = self._email(next(self._names))
            for _member in range(2):
                self._tell(self._visit(self._person(email=email)))
        for place in range(10):
            # Identified by their number in another system, without a phone.
            person = self._person(phone="", number=f"N{place + 1}")
            self._tell(self._visit(person))
            self._tell(self._visit(person))
        for _each in range(60):
            self._tell_client(self._person())
        for _each in range(40):
            visit = self._visit(self._person(), services=self._random.choice((2, 3)), ref=f"V-{next(self._refs)}")
            for line in range(len(visit.services)):
                self._tell(visit, line)
        for _each in range(40):
            self._tell(self._visit(self._person(), ref=f"V-{next(self._refs)}"))

    def _visit_refused(self, person):
        """A visit that is only in a refused row."""
        visit = self._visit(person, "done", is_expected=False)
        visit.services = [("Tajná služba", "", Decimal(100))]
        return visit

    def _make_refused(self):
        known = [self._person() for _each in range(20)]
        for person in known:
            self._tell(self._visit(person))
        cases = [
            ("Name: is missing", {"name": ""}, False),
            ("Name: is missing", {"name": " - "}, False),
            ("Name: is missing", {"name": "neuvedeno", "phone": ""}, False),
            ("Phone: a phone has no letters", {"phone": "klapka 12"}, True),
            ("Phone: the spreadsheet has lost digits of this number", {"phone": "6,01235E+08"}, True),
            ("Phone: the number is too short", {"phone": "12345"}, True),
            ("Phone: the number is too long", {"phone": "601234567890123"}, True),
            ("E-mail: this is not an e-mail address", {"email": "jana@@example"}, True),
            ("E-mail: this is not an e-mail address", {"email": "jana novak@example.cz"}, True),
            ("Marketing consent: this is neither yes nor no", {"consent": "možná"}, True),
            ("SMS consent: this is neither yes nor no", {"sms": "2x ročně"}, True),
            ("Date: this day is not possible here", {"date": "31.2.2025", "time": ""}, True),
            ("Date: this is not a date", {"date": "brzy", "time": ""}, True),
            ("Date: is missing", {"date": "", "time": ""}, True),
            ("Date: a visit that is done can't be in the future", {"date": "1.7.2026", "state": "dokončeno"}, True),
            ("Time: this is not a time of day", {"date": "1.7.2025", "time": "25:99"}, True),
            ("Amount: an amount can't be negative", {"amount": "-500 Kč"}, True),
            ("Amount: an amount can't be negative", {"amount": "(1 234,50)"}, True),
            ("Amount: this is not an amount", {"amount": "hodně"}, True),
            ("Amount: this amount is in another currency than the company's", {"amount": "35 €"}, True),
            ("Amount: this amount is in another currency than the company's", {"amount": "$20"}, True),
            ("Amount: the spreadsheet shows an error here", {"amount": "#REF!"}, True),
            ("Phone: the spreadsheet shows an error here", {"phone": "#NAME?"}, True),
            ("Line of the visit: this is not a number", {"line": "druhý"}, True),
            (
                "Phone: the spreadsheet has lost digits of this number; Amount: an amount can't be negative",
                {"phone": "6,01E+08", "amount": "-1"},
                True,
            ),
        ]
        for reason, cells, is_known in cases:
            for _each in range(6):
                person = self._random.choice(known) if is_known else Person("Cizí", f"+420{next(self._numbers)}")
                row = self._refuse(reason, person, self._visit_refused(person))
                row.cells.update(cells)
                if cells.keys() & {"consent", "sms"}:
                    # Of both channels only the phone is known.
                    row.consent = "refused" if "consent" in cells else "sms_refused"
                    self._silenced.add(person)

    # -- rows ---------------------------------------------------------------------------

    def _tell(self, visit, line=0):
        """Add a row with a visit, or with one line of it."""
        row = Row({**self._person_cells(visit.person), **self._visit_cells(visit, line)}, visit.person, visit, line)
        self.rows.append(row)
        return row

    def _tell_client(self, person):
        row = Row(self._person_cells(person), person)
        self.rows.append(row)
        return row

    def _refuse(self, reason, person, visit, **cells):
        row = Row({**self._person_cells(person), **self._visit_cells(visit, 0), **cells}, reason=reason)
        self.rows.append(row)
        return row

    def _tell_again(self):
        """Rows that repeat another row in another spelling."""
        plain = [row for row in self.rows if not row.reason and row.cells["name"] and not row.mended]
        for row in self._random.sample([row for row in plain if row.visit], 120):
            again = Row(dict(row.cells), row.person, row.visit, row.line, "", row.mended, row.unproved, row.consent)
            again.cells |= self._when(row.visit.start)
            again.cells["amount"] = self._spell_amount(row.visit.services[row.line][2])
            if len(row.cells["phone"]) > 8:
                again.cells["phone"] = self._spell_phone(row.person.phone)
            self.rows.append(again)
        for row in self._random.sample([row for row in plain if not row.visit], 20):
            self.rows.append(Row(dict(row.cells), row.person))

    def _mend_phones(self):
        """Some phones need more than a change of spelling."""
        # A person identified by a phone must have one in the row; a row without a name has nothing else.
        rows = [row for row in self.rows if not row.reason and row.person.phone and len(row.cells["phone"]) > 8]
        for place, row in enumerate(self._random.sample(rows, 150)):
            digits = row.person.phone.removeprefix("+420")
            grouped = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
            row.cells["phone"] = (
                f"tel.: {grouped}",
                f"{digits}.0",
                f"{digits[0]}O{digits[2:]}" if digits[1] == "0" else f"mobil {grouped}",
                f"{grouped}, {SECOND_PHONE}",
                f"{grouped} (maminka)",
            )[place % 5]
            row.mended = True

    def _person_cells(self, person):
        return {
            **dict.fromkeys(HEADERS, ""),
            "number": person.number,
            "name": person.name,
            "phone": self._spell_phone(person.phone),
            "email": self._spell_email(person),
            "notes": person.notes,
        }

    def _visit_cells(self, visit, line):
        service, staff, amount = visit.services[line]
        words = PAST_WORDS[visit.state] if visit.start < NOW else FUTURE_WORDS
        # All rows of a visit have one state; systems with several lines have several rows of the same state.
        word = words[visit.start.toordinal() % len(words)]
        return {
            **self._when(visit.start),
            "ref": visit.ref,
            "line": str(line + 1) if len(visit.services) > 1 else "",
            "service": service,
            "staff": staff,
            "amount": self._spell_amount(amount),
            "state": word,
            "visit_note": visit.note,
        }

    def _when(self, start):
        day = self._random.choice(
            (f"{start:%d.%m.%Y}", f"{start.day}. {start.month}. {start.year}", f"{start:%Y-%m-%d}", f"{start:%m/%d/%Y}")
        )
        if self._random.random() < 0.3:
            return {"date": f"{day} {start:%H:%M}", "time": ""}
        return {"date": day, "time": self._random.choice((f"{start:%H:%M}", f"{start:%H.%M}", f"{start:%H:%M:%S}"))}

    def _spell_phone(self, number):
        if not number:
            return ""
        digits = number.removeprefix("+420")
        return self._random.choice(
            (
                f"{digits[:3]} {digits[3:6]} {digits[6:]}",
                f"+420 {digits[:3]} {digits[3:6]} {digits[6:]}",
                f"00420{digits}",
                f"420{digits}",
                f'="{digits}"',
            )
        )

    def _spell_email(self, person):
        if not person.email:
            return ""
        if person.here == "email" and self._random.random() < 0.5:
            return person.email.upper()
        return self._random.choice(("{}", " {} ", "mailto:{}", "Klientka <{}>")).format(person.email)

    def _spell_amount(self, amount):
        whole, cents = int(amount), int(amount * 100) % 100
        spaced = f"{whole:,}"
        ways = [
            f"{spaced.replace(',', ' ')},{cents:02} Kč",
            f"{spaced.replace(',', chr(160))},{cents:02}{chr(160)}Kč",
            f"{spaced.replace(',', '.')},{cents:02}",
            f"{whole},{cents // 10}",
        ]
        if not cents:
            ways += [str(whole), f"{whole},-", f"{whole} CZK"]
        return self._random.choice(ways)

    # -- expected results ------------------------------------------------------------------

    @property
    def taken(self):
        """The rows that are not refused, in their order."""
        return [row for row in self.rows if not row.reason]

    @property
    def report(self):
        """The expected output of the command."""
        taken = self.taken
        visits = {row.visit for row in taken if row.visit}
        people = {row.person for row in taken}
        said = Counter((row.person, row.visit, row.line) for row in taken)
        services = {row.visit.services[row.line][0] for row in taken if row.visit and not row.visit.here}
        repeated_visits = sum(count - 1 for (_person, visit, _line), count in said.items() if visit)
        return {
            "rows": len(self.rows),
            "clients_created": sum(not person.here for person in people),
            "clients_matched": sum(bool(person.here) for person in people),
            "visits_created": sum(not visit.here for visit in visits),
            "visits_existing": sum(visit.here for visit in visits) + repeated_visits,
            "visits_updated": 0,
            "visits_differing": 0,
            "refused": [{"row": row.number, "reason": row.reason} for row in self.rows if row.reason],
            "duplicates": sum(count - 1 for count in said.values()),
            "phones_mended": sum(row.mended for row in taken),
            "consents_without_proof": sum(row.unproved for row in taken),
            "sms_refusals": sum(row.consent in ("refused", "sms_refused") for row in self.rows),
            "email_refusals": sum(row.consent == "refused" for row in self.rows),
            "services_created": len(services - {SERVICE_HERE}),
        }

    @property
    def clients(self):
        """The expected clients afterwards, in no order; none of the archived ones."""
        said, visits = defaultdict(set), defaultdict(list)
        for row in self.taken:
            said[row.person].add(row.consent)
        for visit in self.visits:
            if visit.state == "done":
                visits[visit.person].append(visit)
        for person in self._silenced:
            said[person].add("sms_refused")
        people = dict.fromkeys([*said, *self.people_here])
        return [self._client(person, said[person], visits[person]) for person in people if person.here != "archived"]

    def _client(self, person, said, visits):
        here = person.values_here
        last = max((visit.start.date() for visit in visits), default=None)
        return {
            "name": here.get("name") or person.name,
            "phone": here.get("phone") or person.phone or None,
            "email": here.get("email") or person.email or None,
            "notes": self._notes(person),
            "sms_opt_out": bool({"refused", "sms_refused"} & said),
            "email_opt_out": "refused" in said,
            "last_visit_date": last and last.isoformat(),
            "total_visits": len(visits),
            "total_spent": float(sum(visit.amount for visit in visits)),
            "status": status_of(last),
        }

    def _notes(self, person):
        """The notes here, or those of the file; and the addresses of the file that the client does not get."""
        rows = [row.cells for row in self.taken if row.person is person]
        here = person.values_here
        phones = [person.phone] if here.get("phone") not in (None, "", person.phone) and person.phone else []
        phones += [f"+420{SECOND_PHONE.replace(' ', '')}"] * any(SECOND_PHONE in cells["phone"] for cells in rows)
        emails = [person.email] if here.get("email") not in (None, "", person.email) and person.email else []
        lines = [here.get("notes") or person.notes]
        if phones and rows:
            shown = ", ".join(f"+420 {phone[4:7]} {phone[7:10]} {phone[10:]}" for phone in phones)
            lines.append(f"Phones also in the imported file: {shown}")
        if emails and rows:
            lines.append(f"E-mails also in the imported file: {', '.join(emails)}")
        return "\n".join(filter(None, lines)) or None

    @property
    def consents(self):
        """How many persons have a consent with its proof, and no refusal."""
        said = defaultdict(set)
        for row in self.taken:
            said[row.person].add(row.consent)
        return sum("given" in words and "refused" not in words for words in said.values())

    @property
    def api_visits(self):
        """The expected visits in the API afterwards, in no order."""
        return [
            {
                "client_name": visit.person.values_here.get("name") or visit.person.name,
                "date": visit.start.isoformat(),
                "state": visit.state,
                "service_name": None if visit.here else visit.services[0][0],
                "staff_name": None if visit.here else visit.services[0][1] or None,
                "note": visit.note or None,
            }
            for visit in self.visits
        ]

    # -- files ------------------------------------------------------------------------------

    def table(self):
        """All rows of cells, the headers first; a blank one is empty."""
        table = [list(HEADERS.values())]
        for row in self.rows:
            while len(table) + 1 < row.number:
                table.append([])
            table.append([row.cells[name] for name in HEADERS])
        return table

    def cp1250(self):
        """As Czech Excel saves CSV; a character outside Windows's charset is a question mark."""
        return _as_csv(self.table(), ";").encode("cp1250", "replace")

    def utf_16(self):
        """As Excel saves "Unicode text"."""
        return ("\ufeff" + _as_csv(self.table(), "\t")).encode("utf-16-le")

    def xlsx(self):
        """A workbook with real dates, numbers and formulas where a cell is one."""
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet("Klientky")
            day = book.add_format({"num_format": "d.m.yyyy"})
            for place, cells in enumerate(self.table()):
                for column, cell in enumerate(cells):
                    _write_cell(sheet, place, column, cell, day)
        return file.getvalue()


def status_of(last, today=TODAY):
    """A client's status by their last visit."""
    if last is None:
        return "new"
    return next((status for bound, status in STATUSES if (today - last).days <= bound), "lost")


def _as_csv(table, separator):
    return "".join(separator.join(_csv_cell(cell, separator) for cell in row) + "\r\n" for row in table)


def _csv_cell(cell, separator):
    # Digits that a spreadsheet should not convert are written as a formula, and without quotes around it.
    if re.fullmatch(r'="\d+"', cell) or not re.search(rf'["\r\n{separator}]', cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def _write_cell(sheet, row, column, cell, day):
    digits = re.fullmatch(r'="(\d+)"', cell)
    if digits:
        sheet.write_formula(row, column, cell, None, digits[1])
    elif re.fullmatch(r"[1-9]\d{2,11}", cell):
        sheet.write_number(row, column, int(cell))
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        sheet.write_datetime(row, column, date.fromisoformat(cell), day)
    elif cell:
        sheet.write_string(row, column, cell)


if __name__ == "__main__":
    made = DirtyFile()
    for name, content in (("cp1250.csv", made.cp1250()), ("utf-16.txt", made.utf_16()), ("book.xlsx", made.xlsx())):
        (Path(sys.argv[1]) / name).write_bytes(content)
