from odoo.addons.klientbox.lib import names, text
from odoo.tools import SQL, split_every

from ...lib import accounts
from ...lib.column_headers import CLIENT
from ...lib.states import CONTACTS
from ..klientbox_import_row import OTHERS_NUMBER, as_json
from .further_addresses import FurtherAddresses
from .verdicts import unique_fields

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


class Clients:
    """Creates the new clients of an import as in a form, and fills empty fields of existing ones."""

    def __init__(self, record):
        self.record, self.env = record, record.env

    def run(self):
        """Create and fill; returns the ids of the tags that were created."""
        tags, made = self._make_tags()
        self._make(tags)
        self._fill(tags)
        return made

    def _persons(self, known):
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
                self.record.id,
                SQL("known_client IS NOT NULL") if known else SQL("known_client IS NULL"),
            )
        )
        if self.record.kind == CONTACTS:
            for _person, _client, values in rows:
                # Without their number they were matched with another client; the link stays as it is.
                if "external_id" in values:
                    values["partner_id"] = int(values["external_id"])
        return rows

    def _make(self, tags):
        made = []
        further = FurtherAddresses(self.record)
        for persons in split_every(CHUNK, self._persons(known=False), list):
            clients = self.env["klientbox.client"].create(
                [
                    further.with_notes(person, values, self._prepare_client_vals(values, tags))
                    for person, _client, values in persons
                ]
            )
            made += zip((person for person, *_rest in persons), clients.ids, strict=True)
            self.env.flush_all()
            self.env.invalidate_all()
        self.env["klientbox.import.row"]._write_persons(self.record, "made_client", made)

    def _prepare_client_vals(self, values, tags):
        return {
            "company_id": self.record.company_id.id,
            **{name: values[name] for name in CLIENT_COLUMNS if name in values},
            **self._own_vals(values),
            **self.record._prepare_added_vals(CLIENT, values),
            "active": not values.get("archived"),
            "tag_ids": [(6, 0, [tags[text.fold(name)] for name in values.get("tags", ())])],
        }

    def _own_vals(self, values):
        """Values of the vendor addon's fields, for data that KlientBox itself has no field for."""
        known = self.env["klientbox.client"]._fields
        zone = self.record.company_id._klientbox_settings().timezone
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

    def _fill(self, tags):
        """Fill the empty fields of an existing client; present values stay as they are."""
        filled = []
        persons = self._persons(known=True)
        clients = self.env["klientbox.client"].browse(client for _person, client, _said in persons)
        taken, further = self._taken_marks(), FurtherAddresses(self.record)
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
            others = self._own_vals(values) | self.record._prepare_added_vals(CLIENT, values)
            vals |= {
                name: value
                for name, value in others.items()
                if not isinstance(value, bool) and not client[name] and (name, value) not in taken
            }
            if "external_id" in vals:
                vals["external_source"] = values["external_source"]
            vals = further.with_notes(person, values, vals, client)
            before = {"notes_before": client.notes} if client.notes and "notes" in vals else {}
            new_tags = [tags[text.fold(name)] for name in values.get("tags", ())]
            new_tags = [tag for tag in new_tags if tag not in client.tag_ids.ids]
            if vals or new_tags:
                # The parts of a name don't change it.
                kept = {"name": client.name} if NAME_PARTS & vals.keys() else {}
                client.write({**vals, **kept, "tag_ids": [(4, tag) for tag in new_tags]})
                filled.append((person, {**vals, **before, "tag_ids": new_tags}))
        self.env.flush_all()
        self.env["klientbox.import.row"]._write_persons(
            self.record, "filled", [(person, as_json(vals)) for person, vals in filled], "jsonb"
        )

    def _taken_marks(self):
        """Values that must be unique among clients: other clients don't get them."""
        columns = SQL(", ").join(map(SQL.identifier, ("phone", "external_id", *unique_fields(self.record))))
        clients = self.env.execute_query_dict(
            SQL(
                "SELECT %(columns)s FROM klientbox_client"
                " WHERE company_id = %(company)s AND num_nonnulls(%(columns)s) > 0",
                columns=columns,
                company=self.record.company_id.id,
            )
        )
        merged = self.env.execute_query_dict(
            SQL(
                "SELECT external_id FROM klientbox_client_alias WHERE company_id = %s AND external_id IS NOT NULL",
                self.record.company_id.id,
            )
        )
        return {mark for client in clients + merged for mark in client.items() if mark[1]}

    def _make_tags(self):
        """{folded name: id} of all tags in the rows, and the ids of those that had to be created."""
        Tag = self.env["klientbox.tag"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT tag FROM klientbox_import_row, jsonb_array_elements_text(client -> 'tags') AS tag
                 WHERE import_id = %s AND refused IS NOT TRUE AND client ? 'tags' ORDER BY tag
                """,
                self.record.id,
            )
        )
        made = []
        tags = {text.fold(tag.name): tag.id for tag in Tag.search([("company_id", "=", self.record.company_id.id)])}
        for [name] in rows:
            if text.fold(name) not in tags:
                tag = Tag.create({"name": name, "company_id": self.record.company_id.id})
                tags[text.fold(name)] = tag.id
                made.append(tag.id)
        return tags, made
