from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from odoo import Command
from odoo.addons.klientbox.lib import names, text
from odoo.addons.klientbox.lib.visit import SCHEDULED
from odoo.addons.klientbox.models.mixins.bulk_insert import insert
from odoo.addons.klientbox.models.visits.klientbox_visit import DEFAULT_MINUTES
from odoo.tools import SQL, split_every

from ...lib.column_headers import VISIT, about_visits
from ..klientbox_import_row import DUPLICATE, as_json
from .services import new_services, services_of

# Visits that are inserted at once.
CHUNK = 5_000
# A row with one of these has a service.
LINE_CELLS = {"service", "staff", "duration", "amount"}
# No statement here joins rows of unknown number: with a wrong estimate of the planner that is quadratic.
NUMBER_FURTHER_LINES = """
    UPDATE klientbox_import_row AS row SET made_visit = first.made_visit
      FROM klientbox_import_row AS first
     WHERE row.import_id = %(import)s AND row.visit_row <> row.number AND row.refused IS NOT TRUE
       AND row.known_visit IS NULL AND first.import_id = row.import_id AND first.number = row.visit_row
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

    Inserted by statements over many: by the ORM a year of a salon's visits takes minutes, longer than a job may run.
    """

    def __init__(self, record):
        self.record, self.env, self.company = record, record.env, record.company_id

    def run(self):
        """Insert and update; returns the ids of the services that were created."""
        made = self._make_services()
        services = services_of(self.company).sorted("active")
        # Of two with one name the one that is not archived.
        self._services = {text.fold(service.name): service for service in services}
        self._staff = self._staff_by_name()
        self._has_added = bool(about_visits(self.record._added_fields()))
        self._make()
        self._update()
        return made

    def _make_services(self):
        """Create missing services of the rows; the price is the latest amount."""
        services = self.env["klientbox.service"].create(
            [
                {"name": name, "price": float(amount or 0), "company_id": self.company.id}
                for name, amount in new_services(self.record).values()
            ]
        )
        return services.ids

    def _make(self):
        """Insert the missing visits."""
        self.env.flush_all()
        numbers = self._number_visits()
        self.env.cr.execute(SQL(NUMBER_FURTHER_LINES, **{"import": self.record.id}))
        for some in split_every(CHUNK, numbers, list):
            self._insert([self._prepare_visit(*entry) for entry in self._entries(some)])
        mark_imported(self.env["klientbox.visit"].browse(numbers))

    def _entries(self, numbers):
        """(id, client's id, data of its rows in their order) of the visits with these ids."""
        return self.env.execute_query(
            SQL(
                """
                SELECT made_visit, min(coalesce(known_client, made_client)),
                       jsonb_agg(visit ORDER BY coalesce((visit ->> 'line')::int, 1), visit ->> 'start', number)
                  FROM klientbox_import_row
                 WHERE import_id = %s AND made_visit = ANY(%s) AND refused IS NOT TRUE
                   AND NOT coalesce(notes ? %s, false)
                 GROUP BY made_visit ORDER BY made_visit
                """,
                self.record.id,
                numbers,
                DUPLICATE,
            )
        )

    def _insert(self, rows):
        """Insert visits with their services."""
        visits = self.env["klientbox.visit"]
        insert(visits, rows)
        company = {"company_id": self.company.id}
        lines = [{"visit_id": row["id"], **company, **line} for row in rows for _create, _id, line in row["line_ids"]]
        inserted = defaultdict(list)
        for row in rows:
            for name in row:
                inserted[name].append(row["id"])
        # What a visit has of its lines is in its row already.
        with self.env.protecting([([visits._fields[name]], visits.browse(ids)) for name, ids in inserted.items()]):
            insert(self.env["klientbox.visit.line"], lines)

    def _prepare_visit(self, number, client_id, parts):
        """The row of a visit, with what the model computes from its lines."""
        start, lines = datetime.fromisoformat(parts[0]["start"]), list(self._new_lines(parts))
        duration = sum(line["duration"] for line in lines) or DEFAULT_MINUTES
        return {
            "id": number,
            "company_id": self.company.id,
            "client_id": client_id,
            "state": parts[0]["state"],
            "start": start,
            "duration": duration,
            "stop": start + timedelta(minutes=duration),
            "note": "\n".join(sorted({part["visit_note"] for part in parts if "visit_note" in part})) or None,
            "external_ref": parts[0].get("visit_ref"),
            "staff_id": lines[0]["staff_id"] if lines else None,
            "amount": sum(line["price"] for line in lines),
            "version": 1,
            "imported_version": 1,
            "line_ids": [Command.create(line) for line in lines],
            **self._added_columns(parts),
        }

    def _added_columns(self, parts):
        """The columns of other addons' fields; of several rows the first value counts."""
        if not self._has_added:
            return {}
        values = {name: value for part in reversed(parts) for name, value in part.items()}
        visits = self.env["klientbox.visit"]
        return {
            name: visits._fields[name].convert_to_column_insert(value, visits)
            for name, value in self.record._prepare_added_vals(VISIT, values).items()
        }

    def _new_lines(self, parts):
        """The rows of a visit's services. They follow each other, unless the file has a later time.

        A past visit has the file's amount, a planned one the price of its service.
        """
        first, minutes = None, 0
        for part in parts:
            if not LINE_CELLS & part.keys():
                continue
            own = datetime.fromisoformat(part["start"])
            first = first or own
            for line in self._prepare_lines(part):
                service = self.env["klientbox.service"].browse(line["service_id"])
                if "amount" not in part and part["state"] == SCHEDULED:
                    line["price"] = Decimal(str(service.price))
                start = max(own, first + timedelta(minutes=minutes))
                line = {"duration": service.duration, **line, "sequence": 10, "start": start}
                minutes += line["duration"]
                yield line

    def _update(self):
        """Update the visits that the file names by number and that were not edited here."""
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
        visits = self.env["klientbox.visit"].browse(known for _first, known, _changes in grouped)
        before = []
        for (first, known, changes), rows in grouped.items():
            visit = visits.browse(known)
            before.append((first, as_json(self._state_of(visit))))
            vals = {name: rows[0][name] for name in ("start", "state") if name in changes}
            if "amount" in changes:
                lines = [line for row in rows for line in self._prepare_lines(row)]
                vals["line_ids"] = [Command.clear(), *map(Command.create, lines)]
            visit.write(vals)
        mark_imported(visits)
        self.env["klientbox.import.row"]._write_each(self.record, "visit_before", before)

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

    def _prepare_lines(self, visit):
        """Values of the lines in a row; the first has the values of all."""
        keys = [part["key"] for part in visit.get("services", ())] or [visit.get("service_key")]
        staff = self._staff.get(visit.get("staff_key"))
        for place, key in enumerate(keys):
            vals = {
                "service_id": self._services[key].id if key in self._services else None,
                "staff_id": staff and staff.id,
                "staff_name": staff.name if staff else visit.get("staff"),
                "price": 0 if place else Decimal(visit.get("amount", 0)),
            }
            if "duration" in visit:
                vals["duration"] = 0 if place else visit["duration"]
            yield vals

    def _number_visits(self):
        """Give each new visit its id, in the order of the file: for visits at the same time the order is the only
        difference. Returns the ids."""
        rows = self.env.execute_query(
            SQL(
                "SELECT number FROM klientbox_import_row WHERE import_id = %s AND refused IS NOT TRUE"
                " AND known_visit IS NULL AND visit_row = number ORDER BY number",
                self.record.id,
            )
        )
        ids = [
            number
            for [number] in self.env.execute_query(
                SQL("SELECT nextval('klientbox_visit_id_seq') FROM generate_series(1, %s)", len(rows))
            )
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_import_row AS row SET made_visit = new.id
                  FROM unnest(%s::int[], %s::int[]) AS new(number, id)
                 WHERE row.import_id = %s AND row.number = new.number
                """,
                [number for [number] in rows],
                ids,
                self.record.id,
            )
        )
        return ids

    def _staff_by_name(self):
        """{key: member of staff} of the names, and of the parts of names, that only one of them has."""
        by_key = defaultdict(set)
        for staff in self.env["klientbox.staff"].search([("company_id", "=", self.company.id)]):
            key = names.key(staff.name)
            for word in {key, *(word for word in key.split() if len(word) > 1)}:
                by_key[word].add(staff)
        return {key: next(iter(found)) for key, found in by_key.items() if len(found) == 1}
