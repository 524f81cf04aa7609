from collections import defaultdict

from odoo import Command, models
from odoo.addons.klientbox.lib import names, text
from odoo.addons.klientbox.lib.visit import SCHEDULED
from odoo.addons.klientbox.models.visits.klientbox_visit import DEFAULT_MINUTES
from odoo.tools import SQL

from ..klientbox_import_row import DUPLICATE, as_json
from .services import new_services, services_of

VISIT_COLUMNS = ("duration", "stop", "staff_id", "amount")
# Columns that the statement below writes and no field computes.
VISIT_INSERTED = {"company_id", "client_id", "state", "start", "note", "external_ref", "version", "imported_version"}
LINE_INSERTED = {"visit_id", "sequence", "service_id"}
LINE_COLUMNS = ("company_id", "staff_name", "start", "duration", "price")
# No statement here joins rows of unknown number: with a wrong estimate of the planner that is quadratic.
NUMBER_FURTHER_LINES = """
    UPDATE klientbox_import_row AS row SET made_visit = first.made_visit
      FROM klientbox_import_row AS first
     WHERE row.import_id = %(import)s AND row.visit_row <> row.number AND row.refused IS NOT TRUE
       AND row.known_visit IS NULL AND first.import_id = row.import_id AND first.number = row.visit_row
    """
# Values that the model computes for a visit and its lines, for many at once (klientbox_visit.py,
# klientbox_visit_line.py); a past visit has the file's amount, a planned one the price of its service.
INSERT_VISITS = """
    WITH entries AS (
        SELECT number, row.made_visit AS visit_id, coalesce(row.known_client, row.made_client) AS client_id,
               (visit ->> 'start')::timestamp AS start, visit ->> 'state' AS state, visit ->> 'visit_ref' AS ref,
               visit ->> 'visit_note' AS note, service.id AS service_id, staff.id AS staff_id,
               CASE WHEN staff.id IS NOT NULL THEN staff.name ELSE visit ->> 'staff' END AS staff_name,
               -- Of several services in one cell the first has the values of all.
               CASE WHEN NOT visit ? 'duration' THEN coalesce(service.duration, 0)
                    WHEN place = 1 THEN (visit ->> 'duration')::int ELSE 0 END AS duration,
               CASE WHEN visit ? 'amount' THEN CASE WHEN place = 1 THEN (visit ->> 'amount')::numeric ELSE 0 END
                    WHEN visit ->> 'state' = %(scheduled)s THEN coalesce(service.price, 0) ELSE 0 END AS price,
               visit ?| ARRAY['service', 'staff', 'duration', 'amount'] AS has_line,
               coalesce((visit ->> 'line')::int, 1) AS line, place
          FROM klientbox_import_row AS row
         CROSS JOIN LATERAL jsonb_array_elements(
                        coalesce(visit -> 'services',
                                 jsonb_build_array(jsonb_build_object('key', visit ->> 'service_key')))
                    ) WITH ORDINALITY AS part(service, place)
          LEFT JOIN klientbox_service AS service
                 ON service.id = (%(services)s::jsonb ->> (part.service ->> 'key'))::int
          LEFT JOIN klientbox_staff AS staff ON staff.id = (%(staff)s::jsonb ->> (visit ->> 'staff_key'))::int
         WHERE row.import_id = %(import)s AND row.made_visit IS NOT NULL AND row.refused IS NOT TRUE
           AND NOT coalesce(row.notes ? %(duplicate)s, false)
    ), whole AS (
        SELECT visit_id, min(client_id) AS client_id,
               (array_agg(start ORDER BY line, start, number))[1] AS start,
               (array_agg(state ORDER BY line, start, number))[1] AS state,
               (array_agg(ref ORDER BY line, start, number))[1] AS ref,
               (array_agg(staff_id ORDER BY line, start, number))[1] AS staff_id,
               string_agg(DISTINCT note, E'\n') AS note,
               coalesce(nullif(sum(duration), 0), %(minutes)s) AS duration, sum(price) AS amount
          FROM entries GROUP BY visit_id
    ), visits AS (
        INSERT INTO klientbox_visit (id, company_id, client_id, state, start, duration, stop, note, external_ref,
                                     staff_id, amount, version, imported_version, create_uid, write_uid,
                                     create_date, write_date %(visit_columns)s)
        SELECT visit_id, %(company)s, client_id, state, start, duration, start + duration * interval '1 minute', note,
               ref, staff_id, amount, 1, 1, %(user)s, %(user)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
               %(visit_values)s
          FROM whole ORDER BY visit_id
    )
    INSERT INTO klientbox_visit_line (visit_id, company_id, sequence, service_id, staff_id, staff_name, start, duration,
                                      price, create_uid, write_uid, create_date, write_date %(line_columns)s)
    SELECT visit_id, %(company)s, 10, service_id, staff_id, staff_name,
           greatest(start, first_value(start) OVER lines
                           + coalesce(sum(duration) OVER earlier, 0) * interval '1 minute'),
           duration, price,
           %(user)s, %(user)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' %(line_values)s
      FROM entries WHERE has_line
    WINDOW lines AS (PARTITION BY visit_id ORDER BY line, start, number, place),
           earlier AS (lines ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
     ORDER BY visit_id, line, start, number, place
    """


def mark_imported(visits):
    """Record the version after the import, also where another addon has computed a field meanwhile."""
    visits.env.flush_all()
    # This write itself increments the version.
    visits.env.cr.execute(
        SQL(
            "UPDATE klientbox_visit SET imported_version = version + 1"
            " WHERE id = ANY(%s) AND imported_version IS DISTINCT FROM version",
            visits.ids,
        )
    )
    visits.invalidate_recordset(["version", "imported_version"], flush=False)


class Visits:
    """Inserts the new visits of an import, and updates existing ones that the file names by number.

    Inserted by one statement: by the ORM a year of a salon's visits takes minutes, longer than a job may run.
    """

    def __init__(self, record):
        self.record, self.env = record, record.env

    def run(self):
        """Insert and update; returns the clients of these visits, and the ids of the services that were created."""
        services = self._make_services()
        return self._make() | self._update(), services

    def _make_services(self):
        """Create missing services of the rows; the price is the latest amount."""
        services = self.env["klientbox.service"].create(
            [
                {"name": name, "price": float(amount or 0), "company_id": self.record.company_id.id}
                for name, amount in new_services(self.record).values()
            ]
        )
        return services.ids

    def _make(self):
        """Insert the missing visits; returns their clients."""
        self.env.flush_all()
        arguments = {
            "import": self.record.id,
            "company": self.record.company_id.id,
            "user": self.env.uid,
            "services": as_json(self._services_by_name()),
            "staff": as_json(self._staff_by_name()),
            "duplicate": DUPLICATE,
            "scheduled": SCHEDULED,
            "minutes": DEFAULT_MINUTES,
        }
        self._number_visits()
        self.env.cr.execute(SQL(NUMBER_FURTHER_LINES, **arguments))
        for name, model, known in (
            ("visit", "klientbox.visit", VISIT_INSERTED),
            ("line", "klientbox.visit.line", LINE_INSERTED),
        ):
            defaults = self._defaults_of_others(self.env[model], known)
            arguments[f"{name}_columns"] = SQL("").join(SQL(", %s", SQL.identifier(column)) for column in defaults)
            arguments[f"{name}_values"] = SQL("").join(SQL(", %s", value) for value in defaults.values())
        self.env.cr.execute(SQL(INSERT_VISITS, **arguments))
        self.env.invalidate_all()
        visits = self.env["klientbox.visit"].browse(self.record._made("visit"))
        self._compute_what_others_added(visits, VISIT_COLUMNS)
        self._compute_what_others_added(visits.line_ids, LINE_COLUMNS)
        mark_imported(visits)
        return visits.client_id

    def _defaults_of_others(self, model, known):
        """{column: value} of the fields that other addons have added to a model: defaults of a new record."""
        names = [
            name
            for name, field in model._fields.items()
            if field.store and field.column_type and not (field.compute or field.company_dependent)
            if name not in known and name not in models.MAGIC_COLUMNS
        ]
        defaults = model.default_get(names)
        return {
            name: model._fields[name].convert_to_column_insert(defaults[name], model)
            for name in names
            if name in defaults
        }

    def _update(self):
        """Update the visits that the file names by number and that were not edited here; returns their clients."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT row.number, row.visit, first.number, first.known_visit, first.changes
                  FROM klientbox_import_row AS first
                  JOIN klientbox_import_row AS row
                    ON row.import_id = first.import_id AND row.visit_row = first.number AND row.refused IS NOT TRUE
                 WHERE first.import_id = %s AND first.changes IS NOT NULL AND first.refused IS NOT TRUE
                   AND NOT coalesce(row.notes ? %s, false)
                 ORDER BY first.number, (row.visit ->> 'line')::int NULLS FIRST, row.visit ->> 'start', row.number
                """,
                self.record.id,
                DUPLICATE,
            )
        )
        grouped = {}
        for _number, visit, first, known, changes in rows:
            grouped.setdefault((first, known, tuple(changes)), []).append(visit)
        services, staff = self._services_by_name(), self._staff_by_name()
        visits = self.env["klientbox.visit"].browse(known for _first, known, _changes in grouped)
        before = []
        for (first, known, changes), rows in grouped.items():
            visit = visits.browse(known)
            before.append((first, as_json(self._state_of(visit))))
            vals = {name: rows[0][name] for name in ("start", "state") if name in changes}
            if "amount" in changes:
                lines = [line for row in rows for line in self._prepare_lines(row, services, staff)]
                vals["line_ids"] = [Command.clear(), *map(Command.create, lines)]
            visit.write(vals)
        mark_imported(visits)
        self.env["klientbox.import.row"]._write_each(self.record, "visit_before", before)
        return visits.client_id

    def _state_of(self, visit):
        """The previous values of a visit, for undoing."""
        plain = ("staff_name", "duration", "price", "sequence")
        return {
            "state": visit.state,
            "start": visit.start.isoformat(sep=" "),
            "lines": [
                {"service_id": line.service_id.id, "staff_id": line.staff_id.id, **{name: line[name] for name in plain}}
                for line in visit.line_ids
            ],
        }

    def _prepare_lines(self, visit, services, staff):
        """Values of the lines in a row; the first has the values of all."""
        keys = [part["key"] for part in visit.get("services", ())] or [visit.get("service_key")]
        staff_id = staff.get(visit.get("staff_key"))
        for place, key in enumerate(keys):
            vals = {
                "service_id": services.get(key),
                "staff_id": staff_id,
                "price": 0 if place else float(visit.get("amount", 0)),
            }
            if "duration" in visit:
                vals["duration"] = 0 if place else visit["duration"]
            if visit.get("staff") and not staff_id:
                vals["staff_name"] = visit["staff"]
            yield vals

    def _number_visits(self):
        """Give each new visit its id, in the order of the file: for visits at the same time the order is the only
        difference."""
        rows = self.env.execute_query(
            SQL(
                "SELECT number FROM klientbox_import_row WHERE import_id = %s AND refused IS NOT TRUE"
                " AND known_visit IS NULL AND visit_row = number ORDER BY number",
                self.record.id,
            )
        )
        ids = self.env.execute_query(
            SQL("SELECT nextval('klientbox_visit_id_seq') FROM generate_series(1, %s)", len(rows))
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_import_row AS row SET made_visit = new.id
                  FROM unnest(%s::int[], %s::int[]) AS new(number, id)
                 WHERE row.import_id = %s AND row.number = new.number
                """,
                [number for [number] in rows],
                [new for [new] in ids],
                self.record.id,
            )
        )

    def _services_by_name(self):
        """{folded name: id}; of two with one name the one that is not archived."""
        services = services_of(self.record.company_id)
        return {text.fold(service.name): service.id for service in services.sorted("active")}

    def _staff_by_name(self):
        """{key of a name: id} of the names, and of the parts of names, that only one member of staff has."""
        by_key = defaultdict(set)
        for staff in self.env["klientbox.staff"].search([("company_id", "=", self.record.company_id.id)]):
            key = names.key(staff.name)
            for word in {key, *(word for word in key.split() if len(word) > 1)}:
                by_key[word].add(staff.id)
        return {key: next(iter(ids)) for key, ids in by_key.items() if len(ids) == 1}

    def _compute_what_others_added(self, records, columns):
        """Compute stored fields of other addons on the visits as well."""
        for name, field in records._fields.items():
            if field.store and field.compute and name not in columns:
                self.env.add_to_compute(field, records)
