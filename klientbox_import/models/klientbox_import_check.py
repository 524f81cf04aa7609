from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from odoo import api, models
from odoo.addons.klientbox.lib import clock, names, text
from odoo.tools import SQL

from ..lib import services, systems, tables
from ..lib.column_headers import fold_header
from ..lib.people import Marks, People, Person
from ..lib.rows import NO_PROOF, PHONE_MENDED, PHONE_NO_SMS, RowReader, Setting
from ..lib.visits import Known, RowVisit, differences, group, match
from .klientbox_import import READY
from .klientbox_import_row import (
    AMBIGUOUS_NAME,
    CLIENT_ARCHIVED,
    COMMON_NOTES,
    DUPLICATE,
    JOINED_BY_NAME,
    JUDGED_NOTES,
    NAMELESS,
    OTHER_NAME,
    OTHERS_NUMBER,
    SHARED_ADDRESS,
    TAKEN,
    VISIT_DIFFERS,
    VISIT_UPDATED,
    as_json,
)

# Rows that are staged or read in one transaction of the job: about two seconds.
CHUNK = 5_000
# Maximum characters of such rows, unless a single row has more: several copies are in memory on the way to the
# database.
CHUNK_TEXT = 2_000_000


def _chunks(rows):
    """Lists of (number, cells as JSON), with at most CHUNK rows and about CHUNK_TEXT characters each."""
    chunk, length = [], 0
    for number, cells in rows:
        chunk.append((number, as_json(cells)))
        length += len(chunk[-1][1])
        if len(chunk) == CHUNK or length >= CHUNK_TEXT:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk


class KlientboxImportCheck(models.AbstractModel):
    """The check before an import: stage the rows, read them, and match persons and visits with existing records."""

    _name = "klientbox.import.check"
    _description = "Check of an import"

    @api.model
    def _step(self, record):
        """Stage all rows, or read the next chunk of them, or, when all are read, match and finish."""
        Row = self.env["klientbox.import.row"]
        if not record.progress:
            self._stage(record)
            record.progress = 1
            return
        unread = self._unread(record)
        if unread:
            self._read(record, unread)
            done = Row.search_count([("import_id", "=", record.id), ("is_read", "=", True)])
            record.progress = max(1, 95 * done // record.row_count)
        else:
            self._judge(record)
            record.write({"state": READY, "progress": 100})

    # -- stage ------------------------------------------------------------------

    def _stage(self, record):
        """Store the table in the database unchanged; rows staged before are deleted, except fetched ones."""
        Row = self.env["klientbox.import.row"]
        if record.is_account:
            self.env.cr.execute(SQL("UPDATE klientbox_import_row SET is_read = false WHERE import_id = %s", record.id))
            record.row_count = record.fetched_count
            return
        self.env.cr.execute(SQL("DELETE FROM klientbox_import_row WHERE import_id = %s", record.id))
        count = 0
        for chunk in _chunks(self._table_rows(record)):
            Row._stage(record, chunk)
            count += len(chunk)
        record.row_count = count

    def _table_rows(self, record):
        """(number, cells) of every row below the headers."""
        if record.kind == "contacts":
            # With the rights of the user who started it: a domain reveals more than the records it finds.
            return self.env["klientbox.import.contacts"].with_user(record.create_uid)._rows(record)
        rows = tables.read(record._content(), record._layout())
        next(rows)
        return rows

    # -- read -------------------------------------------------------------------

    def _unread(self, record):
        """(number, cells) of the next rows: at most CHUNK rows and CHUNK_TEXT characters, or a single longer row."""
        return self.env.execute_query(
            SQL(
                """
                SELECT number, cells
                  FROM (SELECT number, cells, sum(length(cells::text)) OVER (ORDER BY number) AS length,
                               row_number() OVER (ORDER BY number) AS place
                          FROM (SELECT number, cells FROM klientbox_import_row
                                 WHERE import_id = %s AND is_read IS NOT TRUE ORDER BY number LIMIT %s) AS next) AS next
                 WHERE length <= %s OR place = 1
                 ORDER BY number
                """,
                record.id,
                CHUNK,
                CHUNK_TEXT,
            )
        )

    def _read(self, record, rows):
        reader = self._reader(record)
        own = self._own_places(record)
        numbers, clients, visits, problems, notes = [], [], [], [], []
        for number, cells in rows:
            reading = reader.reading(cells)
            if "service" in reading.visit:
                reading.visit["service_key"] = text.fold(reading.visit["service"])
            if "staff" in reading.visit:
                reading.visit["staff_key"] = names.key(reading.visit["staff"])
            kept = {name: cells[place] for place, name in own.items() if place < len(cells) and cells[place]}
            if kept:
                reading.client["own"] = kept
            numbers.append(number)
            clients.append(as_json(reading.client))
            visits.append(as_json(reading.visit) if reading.visit else None)
            problems.append(as_json(reading.problems) if reading.problems else None)
            notes.append(as_json(reading.notes) if reading.notes else None)
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_import_row AS row
                   SET is_read = true, client = new.client, visit = new.visit, problems = new.problems,
                       notes = new.notes, refused = new.problems IS NOT NULL
                  FROM unnest(%s::int[], %s::jsonb[], %s::jsonb[], %s::jsonb[], %s::jsonb[])
                       AS new(number, client, visit, problems, notes)
                 WHERE row.import_id = %s AND row.number = new.number
                """,
                numbers,
                clients,
                visits,
                problems,
                notes,
                record.id,
            )
        )
        self.env["klientbox.import.row"].invalidate_model()

    def _own_places(self, record):
        """{number of a column: field of the vendor's addon that stores it}, except columns that mean something else."""
        own = record._source().own if record.is_account else {}
        return {
            column.position: own[column.header]
            for column in record.column_ids
            if column.header in own and not column.field
        }

    def _reader(self, record):
        def texts_of(place):
            rows = self.env.execute_query(
                SQL("SELECT DISTINCT cells ->> %s FROM klientbox_import_row WHERE import_id = %s", place, record.id)
            )
            return (cell for [cell] in rows if cell)

        settings = record.company_id._klientbox_settings()
        headers = {fold_header(column.header) for column in record.column_ids}
        system = record._source() or systems.find(headers)
        source = system.name if system else "odoo" if record.kind == "contacts" else "import"
        setting = Setting(
            region=record.company_id._klientbox_region(),
            zone=settings.timezone,
            now=clock.now(),
            languages=tuple(code for code, _name in self.env["res.lang"].get_installed()),
            source=source,
            words=system.words if system else {},
            currency=record.company_id.currency_id.name or "",
        )
        columns = record.column_ids.sorted("position")
        meant = [column.field or "" for column in columns]
        return RowReader(meant, texts_of, setting, record.date_order or "", columns.mapped("header"))

    # -- match ------------------------------------------------------------------

    def _judge(self, record):
        """Match every row with its person and with existing clients and visits, and count.

        Repeated at the import: someone may have recorded the same client meanwhile.
        """
        self._split_services(record)
        verdicts = Verdicts(self.env, record)
        self._judge_clients(record.company_id, verdicts)
        self._judge_visits(record.company_id, verdicts)
        self._find_repeated(verdicts)
        verdicts.put_down()
        self._count(record)

    def _split_services(self, record):
        """Mark the rows that have several services in one cell, or one with a remark."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT visit ->> 'service_key', visit ->> 'service' FROM klientbox_import_row"
                " WHERE import_id = %s AND refused IS NOT TRUE AND visit ? 'service' ORDER BY 1, 2",
                record.id,
            )
        )
        here = self._services(record.company_id).mapped("name")
        split = services.split_all(here, [name for _key, name in rows])
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_import_row AS row SET visit = visit || jsonb_build_object('services', new.services)
                  FROM unnest(%s::text[], %s::jsonb[]) AS new(key, services)
                 WHERE row.import_id = %s AND row.visit ->> 'service_key' = new.key
                   AND row.visit -> 'services' IS DISTINCT FROM new.services
                """,
                list(split),
                [as_json([{"key": text.fold(name), "name": name} for name in parts]) for parts in split.values()],
                record.id,
            )
        )

    def _judge_clients(self, company, verdicts):
        people = self._known_people(company)
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
        self._judge_persons(company, verdicts)

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

    def _judge_persons(self, company, verdicts):
        """The error of a person: no name in any of their rows, or a code that belongs to another client."""
        named = {row.person for row in verdicts.accepted() if row.marks.name}
        owners = self._code_owners(company)
        for row in verdicts.accepted():
            person = row.person
            if not person.client and person not in named:
                row.refuse("name", NAMELESS)
            elif row.code and owners.setdefault(row.code, person.client or person) not in (person, person.client):
                row.refuse("code", TAKEN)
            elif row.marks.name and person.client and row.marks.key not in person.names_here:
                row.notes.add(OTHER_NAME)

    def _known_people(self, company):
        self.env["klientbox.client"].flush_model()
        people = People()
        for client, name, phone, email, source, external, archived in self.env.execute_query(
            SQL(
                """
                SELECT id, name, phone, lower(email), external_source, external_id, active IS NOT TRUE
                  FROM klientbox_client WHERE company_id = %s ORDER BY active IS NOT TRUE, id
                """,
                company.id,
            )
        ):
            people.know(client, Marks(name, phone, email, external and (source or "", external), archived))
        for client, name, phone, email, source, external in self.env.execute_query(
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

    def _code_owners(self, company):
        return dict(
            self.env.execute_query(
                SQL("SELECT code, id FROM klientbox_client WHERE company_id = %s AND code IS NOT NULL", company.id)
            )
        )

    def _judge_visits(self, company, verdicts):
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
        here = {visit.id: visit for visit in self._known_visits(company, {row.client for row in by_number.values()})}
        known = match(visits, here.values())
        changes = {number: differences(visits[number], here[visit]) for number, visit in known.items()}
        owners = dict.fromkeys(self._ref_owners(company, {row.ref for row in by_number.values() if row.ref}))
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

    def _known_visits(self, company, persons):
        """Existing visits of the clients in the rows."""
        by_client = {person.client: person for person in persons if person.client}
        zone = company._klientbox_settings().timezone
        self.env["klientbox.visit"].flush_model()
        for visit, client, start, *values in self.env.execute_query(
            SQL(
                "SELECT id, client_id, start, external_ref, coalesce(amount, 0), state, version = imported_version"
                " FROM klientbox_visit WHERE client_id = ANY(%s) ORDER BY id",
                list(by_client),
            )
        ):
            yield Known(visit, by_client[client], start, clock.local(start, zone).date(), *values)

    def _ref_owners(self, company, refs):
        """Numbers of visits that are used in the company."""
        rows = self.env.execute_query(
            SQL(
                "SELECT external_ref FROM klientbox_visit WHERE company_id = %s AND external_ref = ANY(%s)",
                company.id,
                list(refs),
            )
        )
        return {ref for [ref] in rows}

    def _count(self, record):
        [counts] = self.env.execute_query_dict(
            SQL(
                """
                SELECT count(DISTINCT person) FILTER (WHERE known_client IS NULL) AS clients_created,
                       count(DISTINCT known_client) AS clients_matched,
                       count(DISTINCT visit_row) FILTER (WHERE known_visit IS NULL) AS visits_created,
                       count(DISTINCT visit_row) FILTER (WHERE known_visit IS NOT NULL)
                       + count(visit_row) FILTER (WHERE notes ? %(duplicate)s) AS visits_existing,
                       count(*) FILTER (WHERE notes ? %(duplicate)s) AS duplicate_count,
                       count(*) FILTER (WHERE notes ? %(mended)s) AS phones_mended,
                       count(DISTINCT person) FILTER (WHERE notes ? %(no_sms)s) AS phones_without_sms,
                       count(*) FILTER (WHERE notes ? %(no_proof)s) AS consents_unproved,
                       count(DISTINCT visit_row) FILTER (WHERE notes ? %(updated)s) AS visits_updated,
                       count(DISTINCT visit_row) FILTER (WHERE notes ? %(differs)s) AS visits_differing,
                       (SELECT count(*) FROM klientbox_import_row
                         WHERE import_id = %(import)s AND refused IS TRUE) AS refused_count,
                       (SELECT count(*) FROM klientbox_import_row
                         WHERE import_id = %(import)s
                           AND client -> 'sms_consent' ->> 'given' = 'false') AS sms_refusals,
                       (SELECT count(*) FROM klientbox_import_row
                         WHERE import_id = %(import)s
                           AND client -> 'email_consent' ->> 'given' = 'false') AS email_refusals
                  FROM klientbox_import_row WHERE import_id = %(import)s AND refused IS NOT TRUE
                """,
                duplicate=DUPLICATE,
                mended=PHONE_MENDED,
                no_sms=PHONE_NO_SMS,
                no_proof=NO_PROOF,
                updated=VISIT_UPDATED,
                differs=VISIT_DIFFERS,
                **{"import": record.id},
            )
        )
        counts["noted_count"] = self._mark_noted(record)
        record.write({**counts, "services_created": len(self._new_services(record))})

    def _mark_noted(self, record):
        """Mark the rows with a remark that a person should read, and count them."""
        [[count]] = self.env.execute_query(
            SQL(
                """
                WITH marked AS (
                    UPDATE klientbox_import_row AS row SET noted = true
                     WHERE import_id = %s AND refused IS NOT TRUE AND notes - %s::text[] <> '[]'::jsonb
                    RETURNING 1
                ) SELECT count(*) FROM marked
                """,
                record.id,
                list(COMMON_NOTES),
            )
        )
        return count

    def _new_services(self, record):
        """{folded name: (name, amount or None)} of services missing in the company; the latest amount."""
        here = {text.fold(name) for name in self._services(record.company_id).mapped("name")}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT key, array_agg(DISTINCT name), (array_agg(amount ORDER BY amount IS NULL, start DESC, number))[1]
                  FROM (SELECT coalesce(part ->> 'key', visit ->> 'service_key') AS key,
                               coalesce(part ->> 'name', visit ->> 'service') AS name,
                               CASE WHEN part IS NULL THEN visit ->> 'amount' END AS amount,
                               visit ->> 'start' AS start, number
                          FROM klientbox_import_row
                          LEFT JOIN LATERAL jsonb_array_elements(visit -> 'services') AS part ON true
                         WHERE import_id = %s AND refused IS NOT TRUE AND known_visit IS NULL AND visit ? 'service'
                       ) AS entries
                 GROUP BY key ORDER BY key
                """,
                record.id,
            )
        )
        return {key: (services.best_spelling(spellings), amount) for key, spellings, amount in rows if key not in here}

    def _services(self, company):
        """The company's services, including archived ones."""
        return self.env["klientbox.service"].with_context(active_test=False).search([("company_id", "=", company.id)])


@dataclass(slots=True, eq=False)
class _Row:
    """The person and visit data of a row, and its match results."""

    number: int
    marks: Marks
    code: str | None
    start: datetime | None
    day: date | None
    ref: str | None
    amount: Decimal
    services: str | None
    line: int | None
    state: str | None
    has_amount: bool
    notes: set
    person: Person | None = None
    visit_row: int | None = None
    known_visit: int | None = None
    problem: tuple[str, str] | None = None
    changes: list[str] | None = None

    @classmethod
    def load(cls, number, name, phone, email, source, external_id, archived, client_number, *values, notes):
        """A row as it is stored."""
        external = external_id and (source or "", external_id)
        marks = Marks(name, phone, email, external, bool(archived), client_number)
        return cls(number, marks, *values, notes=set(notes or ()) - JUDGED_NOTES)

    def refuse(self, name, code):
        self.problem = (name, code)


class Verdicts:
    """The readable rows of an import, in memory during one matching, with their results."""

    def __init__(self, env, record):
        self._env, self._record = env, record
        self._forget()
        self.rows = [_Row.load(*values, notes=notes) for *values, notes in env.execute_query(self._load())]

    def accepted(self):
        """The rows without an error so far."""
        return [row for row in self.rows if not row.problem]

    def _forget(self):
        """Errors of an earlier matching no longer count."""
        self._env.cr.execute(
            SQL(
                "UPDATE klientbox_import_row SET problems = CASE WHEN objected THEN NULL ELSE problems END,"
                " refused = refused AND objected IS NOT TRUE, objected = false, noted = false"
                " WHERE import_id = %s AND (objected IS TRUE OR noted IS TRUE)",
                self._record.id,
            )
        )

    def _load(self):
        return SQL(
            """
            SELECT number,
                   coalesce(client ->> 'name',
                            nullif(concat_ws(' ', client ->> 'given_name', client ->> 'family_name'), '')),
                   client ->> 'phone', lower(client ->> 'email'), client ->> 'external_source',
                   client ->> 'external_id', (client ->> 'archived')::boolean, client ->> 'client_number',
                   client ->> 'code', (visit ->> 'start')::timestamp,
                   (visit ->> 'day')::date, visit ->> 'visit_ref', coalesce((visit ->> 'amount')::numeric, 0),
                   (visit - 'start' - 'day' - 'visit_ref' - 'line' - 'services' - 'has_state')::text,
                   (visit ->> 'line')::int, CASE WHEN visit ? 'has_state' THEN visit ->> 'state' END,
                   coalesce(visit ? 'amount', false), notes
              FROM klientbox_import_row
             WHERE import_id = %s AND refused IS NOT TRUE
             ORDER BY number
            """,
            self._record.id,
        )

    def put_down(self):
        """Store the results; rows with the same result as before stay untouched."""
        rows, first_rows = self.rows, {}
        for row in self.accepted():
            first_rows.setdefault(row.person, row.number)
        self._env.cr.execute(
            SQL(
                """
                UPDATE klientbox_import_row AS row
                   SET person = new.person, known_client = new.known_client, visit_row = new.visit_row,
                       known_visit = new.known_visit, notes = new.notes, problems = new.problem, changes = new.changes,
                       refused = new.problem IS NOT NULL, objected = new.problem IS NOT NULL
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::jsonb[], %s::jsonb[],
                              %s::jsonb[])
                       AS new(number, person, known_client, visit_row, known_visit, notes, problem, changes)
                 WHERE row.import_id = %s AND row.number = new.number
                   AND (row.person, row.known_client, row.visit_row, row.known_visit, row.notes, row.problems,
                        row.changes)
                       IS DISTINCT FROM
                       (new.person, new.known_client, new.visit_row, new.known_visit, new.notes, new.problem,
                        new.changes)
                """,
                [row.number for row in rows],
                [None if row.problem else first_rows[row.person] for row in rows],
                [row.person and row.person.client for row in rows],
                [row.visit_row for row in rows],
                [row.known_visit for row in rows],
                [as_json(sorted(row.notes)) if row.notes else None for row in rows],
                [as_json([row.problem]) if row.problem else None for row in rows],
                [as_json(row.changes) if row.changes else None for row in rows],
                self._record.id,
            )
        )
        self._env["klientbox.import.row"].invalidate_model()
