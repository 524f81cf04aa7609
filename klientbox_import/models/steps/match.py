from collections import Counter, defaultdict

from odoo.addons.klientbox.lib import clock, names
from odoo.tools import SQL

from ...lib.people import Marks, People
from ...lib.visits import Known, RowVisit, differences, group, match
from ..klientbox_import_row import (
    AMBIGUOUS_NAME,
    CLIENT_ARCHIVED,
    DUPLICATE,
    JOINED_BY_NAME,
    NAMELESS,
    OTHER_EMAIL,
    OTHER_NAME,
    OTHER_PHONE,
    OTHERS_NUMBER,
    SHARED_ADDRESS,
    TAKEN,
    VISIT_DIFFERS,
    VISIT_UPDATED,
)
from .counts import count
from .services import split_cells
from .verdicts import Verdicts, unique_fields


def known_people(company):
    """The clients of a company and the entries that were merged into them, to be met by rows."""
    company.env["klientbox.client"].flush_model()
    people = People()
    for client, name, phone, email, source, external, archived in company.env.execute_query(
        SQL(
            """
            SELECT id, name, phone, lower(email), external_source, external_id, active IS NOT TRUE
              FROM klientbox_client WHERE company_id = %s ORDER BY active IS NOT TRUE, id
            """,
            company.id,
        )
    ):
        people.know(client, Marks(name, phone, email, external and (source or "", external), archived))
    for client, name, phone, email, source, external in company.env.execute_query(
        SQL(
            """
            SELECT client_id, name, phone, lower(email), external_source, external_id
              FROM klientbox_client_alias WHERE company_id = %s ORDER BY id
            """,
            company.id,
        )
    ):
        people.know_merged(client, Marks(name, phone, email, external and (source or "", external)))
    return people


class Match:
    """Matches every row with its person and with existing clients and visits, and counts."""

    def __init__(self, record):
        self.record, self.env, self.company = record, record.env, record.company_id

    def run(self):
        """Match and count. Repeated at the import: someone may have recorded the same client meanwhile."""
        split_cells(self.record)
        verdicts = Verdicts(self.record)
        self._match_clients(verdicts)
        self._match_visits(verdicts)
        self._find_repeated(verdicts)
        verdicts.store()
        count(self.record)

    def _match_clients(self, verdicts):
        people = known_people(self.company)
        for row in verdicts.rows:
            if row.marks:
                row.person = people.meet(row.marks)
        # Persons with nothing but a name are matched after everyone else.
        for row in verdicts.rows:
            if not row.marks:
                self._meet_by_name(people, row)
        for row in verdicts.accepted():
            row.person = row.person.whole()
        self._note_shared(verdicts)
        self._note_joined_by_name(verdicts)
        for row in verdicts.accepted():
            if row.marks.external and people.owner(row.marks.external, row.marks) is not row.person:
                row.notes.add(OTHERS_NUMBER)
        self._refuse_persons(verdicts)
        self._note_other_addresses(verdicts)

    def _note_other_addresses(self, verdicts):
        """A phone or an e-mail that its client does not get, because they have another one: the first row with it."""
        met = set()
        for row in verdicts.accepted():
            for mark, note in (("phone", OTHER_PHONE), ("email", OTHER_EMAIL)):
                address = getattr(row.marks, mark)
                if address and getattr(row.person, mark) not in (None, address) and (row.person, address) not in met:
                    met.add((row.person, address))
                    row.notes.add(note)

    def _note_shared(self, verdicts):
        """A phone or an e-mail with names that differ: shared by a family or a reception, or invented."""
        for mark in ("phone", "email"):
            named = defaultdict(dict)
            for row in verdicts.accepted():
                if getattr(row.marks, mark) and row.marks.name:
                    named[getattr(row.marks, mark)].setdefault(row.marks.key, []).append(row)
            for by_name in named.values():
                first = next(iter(by_name))
                if not all(names.alike(first, other) for other in by_name):
                    for row in (row for rows in by_name.values() for row in rows):
                        row.notes.add(SHARED_ADDRESS)

    def _note_joined_by_name(self, verdicts):
        """Rows that only a name assigns to one person, in the file or among existing clients."""
        rows = Counter(row.person for row in verdicts.accepted())
        for row in verdicts.accepted():
            if not row.marks and not row.marks.number and (rows[row.person] > 1 or row.person.client):
                row.notes.add(JOINED_BY_NAME)

    def _meet_by_name(self, people, row):
        if not row.marks.name:
            row.refuse("name", NAMELESS)
            return
        try:
            row.person = people.meet_by_name(row.marks)
        except LookupError:
            row.refuse("name", AMBIGUOUS_NAME)

    def _refuse_persons(self, verdicts):
        """The error of a person: no name in any of their rows, or a code that belongs to another client."""
        named = {row.person for row in verdicts.accepted() if row.marks.name}
        owners = {name: self._owners(name) for name in unique_fields(self.record)}
        for row in verdicts.accepted():
            person = row.person
            if not person.client and person not in named:
                row.refuse("name", NAMELESS)
            elif taken := self._taken(row, owners):
                row.refuse(taken, TAKEN)
            elif row.marks.name and person.client and row.marks.key not in person.names_here:
                row.notes.add(OTHER_NAME)

    def _taken(self, row, owners):
        """The first field of a row whose value another client has; all others are this person's from now on."""
        person = row.person
        for name, value in (row.unique or {}).items():
            if owners[name].setdefault(value, person.client or person) not in (person, person.client):
                return name
        return None

    def _owners(self, name):
        """{value: id of the client who has it} of a field."""
        column = SQL.identifier(name)
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT %(column)s, id FROM klientbox_client WHERE company_id = %(company)s"
                    " AND %(column)s IS NOT NULL",
                    column=column,
                    company=self.company.id,
                )
            )
        )

    def _match_visits(self, verdicts):
        by_number = {
            row.number: RowVisit(
                row.number,
                row.person,
                row.start,
                row.day,
                row.ref,
                row.amount,
                row.services,
                row.line,
                state=row.state,
                has_amount=row.has_amount,
            )
            for row in verdicts.accepted()
            if row.start
        }
        visits = group(by_number.values())
        here = {visit.id: visit for visit in self._known_visits({row.client for row in by_number.values()})}
        known = match(visits, here.values())
        changes = {number: differences(visits[number], here[visit]) for number, visit in known.items()}
        owners = dict.fromkeys(self._ref_owners({row.ref for row in by_number.values() if row.ref}))
        for row in verdicts.accepted():
            if row.number not in by_number:
                continue
            row.visit_row = by_number[row.number].visit_row
            row.known_visit = known.get(row.visit_row)
            if changes.get(row.number):
                untouched = here[row.known_visit].is_untouched
                row.notes.add(VISIT_UPDATED if untouched else VISIT_DIFFERS)
                row.changes = sorted(changes[row.number]) if untouched else None
            if by_number[row.number].duplicate:
                row.notes.add(DUPLICATE)
            elif not row.known_visit and not self._may_have(row.person, visits[row.visit_row][0].ref, owners):
                row.refuse("visit_ref", TAKEN)
            elif not row.known_visit and row.person.client and row.person.archived:
                row.refuse("name", CLIENT_ARCHIVED)

    def _may_have(self, person, ref, owners):
        """Whether a visit's number is free or already this person's; afterwards it is theirs."""
        return not ref or owners.setdefault(ref, person) is person

    def _find_repeated(self, verdicts):
        """A row with client data alone adds nothing to an earlier one of the same client."""
        met = set()
        for row in verdicts.accepted():
            if not row.start and row.person in met:
                row.notes.add(DUPLICATE)
            met.add(row.person)

    def _known_visits(self, persons):
        """Existing visits of the clients in the rows."""
        by_client = {person.client: person for person in persons if person.client}
        zone = self.company._klientbox_settings().timezone
        self.env["klientbox.visit"].flush_model()
        for visit, client, start, *values in self.env.execute_query(
            SQL(
                "SELECT id, client_id, start, external_ref, coalesce(amount, 0), state, version = imported_version"
                " FROM klientbox_visit WHERE client_id = ANY(%s) ORDER BY id",
                list(by_client),
            )
        ):
            yield Known(visit, by_client[client], start, clock.local(start, zone).date(), *values)

    def _ref_owners(self, refs):
        """Numbers of visits that are used in the company."""
        rows = self.env.execute_query(
            SQL(
                "SELECT external_ref FROM klientbox_visit WHERE company_id = %s AND external_ref = ANY(%s)",
                self.company.id,
                list(refs),
            )
        )
        return {ref for [ref] in rows}
