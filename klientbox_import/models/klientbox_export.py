import io
from collections import defaultdict
from datetime import date, datetime

from odoo import api, fields, models
from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.exceptions import AccessError
from odoo.tools import SQL, split_every

from ..lib import tables
from ..lib.column_headers import CLIENT, VISIT, exported

CHUNK = 2_000


class KlientboxExport(models.TransientModel):
    """All clients and visits of a company as a table that the import reads back."""

    _name = "klientbox.export"
    _description = "Export of clients and visits"
    _inherit = ["klientbox.owned"]

    company_id = fields.Many2one(readonly=False)
    format = fields.Selection([("xlsx", "Excel"), ("csv", "CSV")], required=True, default="xlsx")

    def action_export(self):
        """Download the file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/klientbox/export/{self.company_id.id}.{self.format}",
            "target": "download",
        }

    @api.model
    def _file(self, company, kind):
        """The bytes of a file of this kind ("csv" or "xlsx")."""
        if not self.env.user.has_group("klientbox.group_manager"):
            raise AccessError(self.env._("Only KlientBox managers can export."))
        file = io.BytesIO()
        tables.write(self._rows(company), file, kind)
        return file.getvalue()

    @api.model
    def _rows(self, company):
        """The headers, then a row for each service of each visit; a client without visits has one row."""
        labels = dict(self.env["klientbox.import.column"]._labels())
        columns = exported(self.env["klientbox.import"]._file_fields())
        yield [labels[name] for name in columns]
        clients = self.env["klientbox.client"].with_context(active_test=False)
        clients = clients.search([("company_id", "=", company.id)], order="id")
        zone = company._klientbox_settings().timezone
        number = 0
        for chunk in split_every(CHUNK, clients.ids, clients.browse):
            visits = self._visits(chunk, zone)
            # A refused address counts in every branch; the words of the refusal are exported only where they are the
            # client's own.
            consents = {channel: chunk.sudo()._last_consents(channel) for channel in (SMS, EMAIL)}
            for client in chunk:
                number += 1
                # Numbered anew in each file: the number only distinguishes clients in it.
                client_cells = {"client_number": str(number), **self._client_cells(client)}
                client_cells |= self._added_cells(CLIENT, client, zone)
                for channel, last in consents.items():
                    client_cells |= self._consent_cells(channel, last.get(client), company, zone)
                for visit in visits.get(client.id) or [None]:
                    cells = client_cells | self._visit_cells(visit, zone) if visit else client_cells
                    yield [cells.get(name) or "" for name in columns]
            self.env.invalidate_all()

    def _added_cells(self, about, record, zone):
        """{field: cell} of the fields that other addons have added."""
        added = self.env["klientbox.import"]._added_fields()
        return {
            name: self._cell(field, record, name, zone)
            for name, field in added.items()
            if field.about == about and field.is_exported
        }

    def _cell(self, field, record, name, zone):
        """A value as the import reads it."""
        value = record[name]
        if record._fields[name].type == "boolean":
            return "yes" if value else "no"
        if value is False or value is None:
            return ""
        if field.write:
            return field.write(value)
        if isinstance(value, datetime):
            return clock.local(value, zone).isoformat(sep=" ")
        if isinstance(value, date):
            return value.isoformat()
        return value.display_name or "" if isinstance(value, models.BaseModel) else str(value)

    def _client_cells(self, client):
        return {
            **{name: client[name] for name in ("external_id", "external_source", "code", "name", "phone", "email")},
            **{name: client[name] for name in ("given_name", "family_name", "gender", "lang", "notes")},
            "birth_date": client.birth_date and client.birth_date.isoformat(),
            "is_vip": client.is_vip and "yes",
            "archived": not client.active and "yes",
            "tags": "\n".join(client.tag_ids.mapped("name")),
        }

    def _consent_cells(self, channel, event, company, zone):
        """The last consent event of a channel, with its proof; a lifted block is no statement of the client's."""
        if not event or event.kind == "lifted":
            return {}
        return {
            f"{channel}_consent": "yes" if event.kind == "given" else "no",
            f"{channel}_consent_at": (event.said_on or clock.local(event.at, zone).date()).isoformat(),
            f"{channel}_consent_source": event.source,
            f"{channel}_consent_text": (event.client_id.company_id or event.company_id) == company and event.text,
        }

    def _visits(self, clients, zone):
        """{client's id: rows of their visits' services, the earliest first}."""
        self.env["klientbox.visit"].flush_model()
        self.env["klientbox.visit.line"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT visit.id, visit.client_id, visit.external_ref, visit.start, visit.state, visit.note,
                       service.name AS service, line.staff_name, line.duration, line.price,
                       row_number() OVER whole AS line, count(*) OVER (PARTITION BY visit.id) AS lines
                  FROM klientbox_visit visit
                  LEFT JOIN klientbox_visit_line line ON line.visit_id = visit.id
                  LEFT JOIN klientbox_service service ON service.id = line.service_id
                 WHERE visit.client_id = ANY(%s)
                WINDOW whole AS (PARTITION BY visit.id ORDER BY line.sequence, line.id)
                 ORDER BY visit.start, visit.id, line
                """,
                clients.ids,
            )
        )
        at_one_moment = defaultdict(set)
        visits = defaultdict(list)
        for row in rows:
            at_one_moment[row["client_id"], row["start"]].add(row["id"])
            visits[row["client_id"]].append(row)
        records = self.env["klientbox.visit"].browse({row["id"] for row in rows})
        added = {visit.id: self._added_cells(VISIT, visit, zone) for visit in records}
        for row in rows:
            row["added"] = added[row["id"]]
            # Without it two visits at the same time would be taken for duplicates.
            row["numbered"] = row["lines"] > 1 or len(at_one_moment[row["client_id"], row["start"]]) > 1
        return visits

    def _visit_cells(self, visit, zone):
        start = clock.local(visit["start"], zone)
        return {
            "visit_ref": visit["external_ref"],
            "line": visit["numbered"] and str(visit["line"]),
            "date": start.date().isoformat(),
            "time": f"{start:%H:%M:%S}" if start.second else f"{start:%H:%M}",
            "service": visit["service"],
            "staff": visit["staff_name"],
            "duration": visit["duration"] is not None and str(visit["duration"]),
            "amount": visit["price"] is not None and str(visit["price"]),
            "state": visit["state"],
            "visit_note": visit["note"],
            **visit["added"],
        }
