from collections import defaultdict
from datetime import datetime, time

from odoo import Command, api, models
from odoo.addons.klientbox.lib import clock, names, text
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.addons.klientbox.lib.visit import SCHEDULED
from odoo.addons.klientbox.models.clients.klientbox_client import ADDRESS_FIELDS, FLAG_FIELDS
from odoo.addons.klientbox.models.visits.klientbox_visit import DEFAULT_MINUTES
from odoo.tools import SQL, split_every

from ..lib import accounts
from .klientbox_import import DONE
from .klientbox_import_row import DUPLICATE, OTHERS_NUMBER, as_json

# Clients that are created or updated at once.
CHUNK = 2_000
CLIENT_COLUMNS = (
    "name",
    "given_name",
    "family_name",
    "phone",
    "email",
    "birth_date",
    "gender",
    "lang",
    "is_vip",
    "notes",
    "code",
    "external_id",
    "external_source",
    "partner_id",
)
# Fields of an existing client that an import may fill where they are empty.
FILLED_COLUMNS = tuple(name for name in CLIENT_COLUMNS if name not in ("name", "is_vip", "external_source"))
NAME_PARTS = {"given_name", "family_name"}
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
EVENT_SOURCES = ("staff", "api", "import", "form", "stop", "unsubscribe", "provider", "erasure")


class KlientboxImportApply(models.AbstractModel):
    """Imports the rows in one transaction: all records become visible at once, or none.

    Clients are created as in a form. Visits are inserted by one statement: by the ORM a year of a salon's visits takes
    minutes, longer than a job may run.
    """

    _name = "klientbox.import.apply"
    _description = "Import of the checked rows"

    @api.model
    def _run(self, record):
        """Import all rows that were not refused. Messages wait for a rehearsal: an import alone contacts no client."""
        self.env["klientbox.import.check"]._judge(record)
        made = {"tags": [], "services": [], "events": []}
        tags = self._make_tags(record, made)
        self._make_clients(record, tags)
        self._fill_clients(record, tags)
        self._make_events(record, made)
        made["services"] = self._make_services(record)
        clients = self._make_visits(record) | self._update_visits(record)
        clients._recount_visits()
        done_at = clock.now()
        if record.clients_created or record.visits_created or record.visits_updated:
            record.company_id._klientbox_settings()._rehearse(done_at)
        record.write({"state": DONE, "done_at": done_at, "made": made})

    # -- clients ----------------------------------------------------------------

    def _persons(self, record, known):
        """(row of the person, existing client or None, the combined values of all their rows: the first value
        counts)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person, known_client, jsonb_object_agg(key, value ORDER BY number DESC)
                  FROM klientbox_import_row,
                       jsonb_each(CASE WHEN notes ? %s THEN client - 'external_id' - 'external_source'
                                       ELSE client END)
                 WHERE import_id = %s AND refused IS NOT TRUE AND %s
                 GROUP BY person, known_client ORDER BY person
                """,
                OTHERS_NUMBER,
                record.id,
                SQL("known_client IS NOT NULL") if known else SQL("known_client IS NULL"),
            )
        )
        if record.kind == "contacts":
            for _person, _client, values in rows:
                # Without their number they were matched with another client; the link stays as it is.
                if "external_id" in values:
                    values["partner_id"] = int(values["external_id"])
        return rows

    def _make_clients(self, record, tags):
        made = []
        for persons in split_every(CHUNK, self._persons(record, known=False), list):
            clients = self.env["klientbox.client"].create(
                [self._prepare_client_vals(record, values, tags) for _person, _client, values in persons]
            )
            made += zip((person for person, *_rest in persons), clients.ids, strict=True)
            self.env.flush_all()
            self.env.invalidate_all()
        self._write_back(record, "made_client", made)

    def _prepare_client_vals(self, record, values, tags):
        return {
            "company_id": record.company_id.id,
            **{name: values[name] for name in CLIENT_COLUMNS if name in values},
            **self._own_vals(record, values),
            "active": not values.get("archived"),
            "tag_ids": [(6, 0, [tags[text.fold(name)] for name in values.get("tags", ())])],
        }

    def _own_vals(self, record, values):
        """Values of the vendor addon's fields, for data that KlientBox itself has no field for."""
        known = self.env["klientbox.client"]._fields
        zone = record.company_id._klientbox_settings().timezone
        vals = {
            name: accounts.own_value(known[name].type, text, zone)
            for name, text in values.get("own", {}).items()
            if name in known
        }
        return {
            name: value
            for name, value in vals.items()
            if value is not None and (known[name].type != "selection" or value in known[name].get_values(self.env))
        }

    def _fill_clients(self, record, tags):
        """Fill the empty fields of an existing client; present values stay as they are."""
        filled = []
        persons = self._persons(record, known=True)
        clients = self.env["klientbox.client"].browse(client for _person, client, _said in persons)
        taken = self._taken_marks(record.company_id)
        for (person, _client, values), client in zip(persons, clients, strict=True):
            vals = {
                name: values[name]
                for name in FILLED_COLUMNS
                if name in values and not client[name] and (name, values[name]) not in taken
            }
            if names.key(client.name) != names.key(values.get("name") or client.name):
                # Parts of another name don't belong to this client.
                vals = {name: value for name, value in vals.items() if name not in NAME_PARTS}
            # A flag stays as it is: an unset one can't be distinguished from a deliberate no.
            own = {name: value for name, value in self._own_vals(record, values).items() if not isinstance(value, bool)}
            vals |= {name: value for name, value in own.items() if not client[name]}
            if "external_id" in vals:
                vals["external_source"] = values["external_source"]
            new_tags = [tags[text.fold(name)] for name in values.get("tags", ())]
            new_tags = [tag for tag in new_tags if tag not in client.tag_ids.ids]
            if vals or new_tags:
                # The parts of a name don't change it.
                kept = {"name": client.name} if NAME_PARTS & vals.keys() else {}
                client.write({**vals, **kept, "tag_ids": [(4, tag) for tag in new_tags]})
                filled.append((person, {**vals, "tag_ids": new_tags}))
        self.env.flush_all()
        self._write_back(record, "filled", [(person, as_json(vals)) for person, vals in filled], "jsonb")

    def _taken_marks(self, company):
        """Values that must be unique among clients: other clients don't get them."""
        rows = self.env.execute_query(
            SQL(
                "SELECT phone, external_id, code FROM klientbox_client WHERE company_id = %(company)s"
                " AND coalesce(phone, external_id, code) IS NOT NULL"
                " UNION ALL SELECT NULL, external_id, NULL FROM klientbox_client_alias"
                " WHERE company_id = %(company)s AND external_id IS NOT NULL",
                company=company.id,
            )
        )
        return {mark for row in rows for mark in zip(("phone", "external_id", "code"), row, strict=True) if mark[1]}

    def _make_tags(self, record, made):
        """{folded name: id} of all tags in the rows; new ones are created."""
        Tag = self.env["klientbox.tag"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT tag FROM klientbox_import_row, jsonb_array_elements_text(client -> 'tags') AS tag
                 WHERE import_id = %s AND refused IS NOT TRUE AND client ? 'tags' ORDER BY tag
                """,
                record.id,
            )
        )
        tags = {text.fold(tag.name): tag.id for tag in Tag.search([("company_id", "=", record.company_id.id)])}
        for [name] in rows:
            if text.fold(name) not in tags:
                tag = Tag.create({"name": name, "company_id": record.company_id.id})
                tags[text.fold(name)] = tag.id
                made["tags"].append(tag.id)
        return tags

    # -- consent ----------------------------------------------------------------

    def _make_events(self, record, made):
        """Refusals take effect at once; a proved consent is kept as proof, and never lifts a refusal in force."""
        for channel in (SMS, EMAIL):
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (person) coalesce(known_client, made_client), client -> %(name)s
                      FROM klientbox_import_row
                     WHERE import_id = %(import)s AND refused IS NOT TRUE AND client ? %(name)s
                     ORDER BY person, (client -> %(name)s ->> 'given')::boolean, number
                    """,
                    name=f"{channel}_consent",
                    **{"import": record.id},
                )
            )
            consents = dict(rows)
            for client, refusal in self._refusals_of_refused_rows(record, channel):
                if client not in consents or consents[client]["given"]:
                    consents[client] = refusal
            for chunk in split_every(CHUNK, consents.items(), list):
                for source, vals_list in self._prepare_events(record, channel, chunk).items():
                    made["events"] += self.env["klientbox.consent.event"]._record(source, vals_list).ids
            self._suppress_addresses(record, channel)

    def _refusals_of_refused_rows(self, record, channel):
        """(client, refusal) of the rows that are refused for another reason: their opt-outs still take effect for the
        address."""
        mark = ADDRESS_FIELDS[channel]
        return self.env.execute_query(
            SQL(
                """
                WITH client AS (
                    SELECT id, lower(%(field)s) AS address FROM klientbox_client
                     WHERE company_id = %(company)s AND %(field)s IS NOT NULL
                     UNION ALL
                    SELECT client_id, lower(%(field)s) FROM klientbox_client_alias
                     WHERE company_id = %(company)s AND %(field)s IS NOT NULL
                )
                SELECT DISTINCT ON (client.id) client.id, row.client -> %(consent)s
                  FROM klientbox_import_row AS row
                  JOIN client ON client.address = lower(row.client ->> %(mark)s)
                 WHERE row.import_id = %(import)s AND row.refused IS TRUE
                   AND row.client -> %(consent)s ->> 'given' = 'false'
                 ORDER BY client.id, row.number
                """,
                consent=f"{channel}_consent",
                company=record.company_id.id,
                field=SQL.identifier(mark),
                mark=mark,
                **{"import": record.id},
            )
        )

    def _suppress_addresses(self, record, channel):
        """A refusal takes effect for the address in its row, also where no client has it: the row may be refused, or
        the client may have another address here. A later client with this address gets no messages.

        These events have no client, so undoing the import leaves them in force.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (1) lower(client ->> %(mark)s), client ->> %(mark)s, client -> %(consent)s
                  FROM klientbox_import_row
                 WHERE import_id = %(import)s AND client ? %(mark)s AND client -> %(consent)s ->> 'given' = 'false'
                 ORDER BY 1, number
                """,
                consent=f"{channel}_consent",
                mark=ADDRESS_FIELDS[channel],
                **{"import": record.id},
            )
        )
        for chunk in split_every(CHUNK, rows, list):
            self._suppress_new(record, channel, [(address, refusal) for _key, address, refusal in chunk])

    def _suppress_new(self, record, channel, refusals):
        """Record those of (address, refusal) whose address is not suppressed yet."""
        Event = self.env["klientbox.consent.event"]
        hashes = {address: Event._hash(channel, address) for address, _refusal in refusals}
        known = self.env["klientbox.suppression"]._find(record.company_id, {channel: set(hashes.values())})
        prepared = defaultdict(list)
        for address, refusal in refusals:
            if (channel, hashes[address]) not in known:
                source, proof = self._prepare_proof(record, refusal)
                prepared[source].append(
                    {
                        "company_id": record.company_id.root_id.id,
                        "client_id": False,
                        "channel": channel,
                        "address": address,
                        **proof,
                    }
                )
        for source, vals_list in prepared.items():
            Event._record(source, vals_list)

    def _prepare_events(self, record, channel, consents):
        """{source: values} of the events that are a change. Sources are marked as those of a file."""
        clients = self.env["klientbox.client"].browse([client for client, _consent in consents])
        refusing = clients.filtered(FLAG_FIELDS[channel])
        # Only the consent is read, also that of a client of another branch with the same address.
        last = clients.sudo()._last_consents(channel)
        prepared = defaultdict(list)
        for client, (_id, consent) in zip(clients, consents, strict=True):
            if client in refusing or (consent["given"] and client in last and last[client].kind == "given"):
                continue
            source, proof = self._prepare_proof(record, consent)
            prepared[source].append({**client._prepare_consent_vals(channel), **proof})
        return prepared

    def _prepare_proof(self, record, consent):
        """(source, values) of an event from a row's consent or refusal, without its client."""
        at, source = consent.get("at"), consent.get("source") or "import"
        zone = record.company_id._klientbox_settings().timezone
        return source if source in EVENT_SOURCES else "import", {
            "kind": "given" if consent["given"] else "withdrawn",
            "is_imported": True,
            "basis": "consent" if consent["given"] else False,
            "text": consent.get("text") or (source not in EVENT_SOURCES and source),
            "at": clock.utc(datetime.combine(datetime.fromisoformat(at), time.min), zone) if at else clock.now(),
        }

    # -- visits -----------------------------------------------------------------

    def _make_services(self, record):
        """Create missing services of the rows; the price is the latest amount."""
        services = self.env["klientbox.service"].create(
            [
                {"name": name, "price": float(amount or 0), "company_id": record.company_id.id}
                for name, amount in self.env["klientbox.import.check"]._new_services(record).values()
            ]
        )
        return services.ids

    def _make_visits(self, record):
        """Insert the missing visits; returns their clients."""
        self.env.flush_all()
        arguments = {
            "import": record.id,
            "company": record.company_id.id,
            "user": self.env.uid,
            "services": as_json(self._services_by_name(record.company_id)),
            "staff": as_json(self._staff_by_name(record.company_id)),
            "duplicate": DUPLICATE,
            "scheduled": SCHEDULED,
            "minutes": DEFAULT_MINUTES,
        }
        self._number_visits(record)
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
        visits = self.env["klientbox.visit"].browse(record._made("visit"))
        self._compute_what_others_added(visits, VISIT_COLUMNS)
        self._compute_what_others_added(visits.line_ids, LINE_COLUMNS)
        self._mark_imported(visits)
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

    def _mark_imported(self, visits):
        """Record the version after the import, also where another addon has computed a field meanwhile."""
        self.env.flush_all()
        # This write itself increments the version.
        self.env.cr.execute(
            SQL(
                "UPDATE klientbox_visit SET imported_version = version + 1"
                " WHERE id = ANY(%s) AND imported_version IS DISTINCT FROM version",
                visits.ids,
            )
        )
        visits.invalidate_recordset(["version", "imported_version"], flush=False)

    def _update_visits(self, record):
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
                record.id,
                DUPLICATE,
            )
        )
        grouped = {}
        for _number, visit, first, known, changes in rows:
            grouped.setdefault((first, known, tuple(changes)), []).append(visit)
        services, staff = self._services_by_name(record.company_id), self._staff_by_name(record.company_id)
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
        self._mark_imported(visits)
        self._write_row(record, "visit_before", before)
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

    def _number_visits(self, record):
        """Give each new visit its id, in the order of the file: for visits at the same time the order is the only
        difference."""
        rows = self.env.execute_query(
            SQL(
                "SELECT number FROM klientbox_import_row WHERE import_id = %s AND refused IS NOT TRUE"
                " AND known_visit IS NULL AND visit_row = number ORDER BY number",
                record.id,
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
                record.id,
            )
        )

    def _write_row(self, record, column, values):
        """Store JSON on single rows; `values` are (number, JSON)."""
        self.env.cr.execute(
            SQL(
                "UPDATE klientbox_import_row AS row SET %s = new.value"
                " FROM unnest(%s::int[], %s::jsonb[]) AS new(number, value)"
                " WHERE row.import_id = %s AND row.number = new.number",
                SQL.identifier(column),
                [number for number, _value in values],
                [value for _number, value in values],
                record.id,
            )
        )
        self.env["klientbox.import.row"].invalidate_model()

    def _services_by_name(self, company):
        """{folded name: id}; of two with one name the one that is not archived."""
        services = self.env["klientbox.import.check"]._services(company)
        return {text.fold(service.name): service.id for service in services.sorted("active")}

    def _staff_by_name(self, company):
        """{key of a name: id} of the names, and of the parts of names, that only one member of staff has."""
        by_key = defaultdict(set)
        for staff in self.env["klientbox.staff"].search([("company_id", "=", company.id)]):
            key = names.key(staff.name)
            for word in {key, *(word for word in key.split() if len(word) > 1)}:
                by_key[word].add(staff.id)
        return {key: next(iter(ids)) for key, ids in by_key.items() if len(ids) == 1}

    def _compute_what_others_added(self, records, columns):
        """Compute stored fields of other addons on the visits as well."""
        for name, field in records._fields.items():
            if field.store and field.compute and name not in columns:
                self.env.add_to_compute(field, records)

    def _write_back(self, record, column, values, kind="int"):
        """Store the resulting client on all rows of a person; `values` are (row of the person, value)."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_import_row AS row SET %s = new.value
                  FROM unnest(%s::int[], %s) AS new(person, value)
                 WHERE row.import_id = %s AND row.person = new.person
                """,
                SQL.identifier(column),
                [person for person, _value in values],
                SQL("%s::jsonb[]" if kind == "jsonb" else "%s::int[]", [value for _person, value in values]),
                record.id,
            )
        )
        self.env["klientbox.import.row"].invalidate_model()
