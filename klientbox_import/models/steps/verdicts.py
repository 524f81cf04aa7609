"""The rows of an import during one matching."""

from dataclasses import dataclass
from datetime import date, datetime

from odoo.tools import SQL

from ...lib.people import Marks, Person
from ..klientbox_import_row import JUDGED_NOTES, as_json


def unique_fields(record):
    """The fields of a client whose value a second client can't have, beside phone and external number."""
    return ["code", *(name for name, field in record._added_fields().items() if field.is_unique)]


@dataclass(slots=True, eq=False)
class RowToMatch:
    """The person and visit data of a row, and its match results."""

    number: int
    marks: Marks
    unique: dict | None
    start: datetime | None
    day: date | None
    ref: str | None
    amount: float
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

    def __init__(self, record):
        self._record, self._env = record, record.env
        self._forget()
        self.rows = [RowToMatch.load(*values, notes=notes) for *values, notes in self._env.execute_query(self._load())]

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
                   %(unique)s, (visit ->> 'start')::timestamp,
                   (visit ->> 'day')::date, visit ->> 'visit_ref', coalesce((visit ->> 'amount')::numeric, 0),
                   (visit - 'start' - 'day' - 'visit_ref' - 'line' - 'services' - 'has_state')::text,
                   (visit ->> 'line')::int, CASE WHEN visit ? 'has_state' THEN visit ->> 'state' END,
                   coalesce(visit ? 'amount', false), notes
              FROM klientbox_import_row
             WHERE import_id = %(import)s AND refused IS NOT TRUE
             ORDER BY number
            """,
            unique=self._unique_values(),
            **{"import": self._record.id},
        )

    def _unique_values(self):
        """{field: value} of what only one client can have, NULL for nothing."""
        pairs = SQL(", ").join(SQL("%s::text, client -> %s", name, name) for name in unique_fields(self._record))
        return SQL("nullif(jsonb_strip_nulls(jsonb_build_object(%s)), '{}')", pairs)

    def store(self):
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
