from datetime import datetime

from odoo import Command
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.addons.klientbox.models.clients.klientbox_client import FLAG_FIELDS
from odoo.addons.klientbox.models.clients.klientbox_consent_event import OWN_REFUSALS
from odoo.tools import SQL, split_every

from ...lib.states import DONE, UNDONE
from .clients import CHUNK
from .visits import mark_imported


class Undo:
    """Removes the records of an import, in one transaction, and nothing that was added since.

    A client who has had other visits or messages meanwhile stays, without the imported visits. The client's own
    refusals stay in force.
    """

    def __init__(self, record):
        self.record, self.env = record, record.env

    def run(self):
        """Undo, count the clients that stay, and mark the import as undone."""
        made = self.record.made or {}
        touched = self._remove_visits() | self._restore_visits()
        self._lift_refusals(self._own("klientbox.consent.event", self.record.company_id.root_id, made.get("events")))
        kept = self._remove_clients()
        self._empty_filled()
        services = self._own("klientbox.service", self.record.company_id, made.get("services"))
        self._remove_unused(services, "klientbox_visit_line", "service_id")
        tags = self._own("klientbox.tag", self.record.company_id, made.get("tags"))
        self._remove_unused(tags, "klientbox_client_klientbox_tag_rel", "klientbox_tag_id")
        touched.exists()._recount_visits()
        self._end_rehearsal()
        self.record.write({"state": UNDONE, "kept_count": len(kept)})

    def _own(self, model, company, ids):
        """The records of these ids that are this company's: the stored ids may have been manipulated."""
        return self.env[model].search([("id", "in", ids or []), ("company_id", "=", company.id)])

    def _remove_visits(self):
        """Delete the visits that the import has created, whichever client has them now; returns their clients."""
        visits = self.env["klientbox.visit"].browse(self.record._made("visit")).exists()
        clients = visits.client_id
        self.env.flush_all()
        # Deleted as rows: the ORM would recompute every client's totals visit by visit.
        self.env.cr.execute(SQL("DELETE FROM klientbox_visit WHERE id = ANY(%s)", visits.ids))
        self.env.invalidate_all()
        return clients

    def _restore_visits(self):
        """Restore the previous values of visits that no user has changed since; returns their clients."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT visit.id, row.visit_before
                  FROM klientbox_import_row AS row
                  JOIN klientbox_visit AS visit ON visit.id = row.known_visit
                 WHERE row.import_id = %s AND row.visit_before IS NOT NULL AND visit.company_id = %s
                   AND visit.version = visit.imported_version
                """,
                self.record.id,
                self.record.company_id.id,
            )
        )
        visits = self.env["klientbox.visit"].browse(visit for visit, _before in rows)
        for visit, (_id, before) in zip(visits, rows, strict=True):
            lines = [Command.clear(), *map(Command.create, before["lines"])]
            visit.write({"state": before["state"], "start": before["start"], "line_ids": lines})
        mark_imported(visits)
        return visits.client_id

    def _remove_clients(self):
        """Delete the clients that the import has created; returns those that stay because of later records, also those
        into which one of them was merged."""
        numbers = self.record._made("client")
        made = self.env["klientbox.client"].browse(numbers).exists()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM klientbox_client client WHERE id = ANY(%s)
                   AND (EXISTS (SELECT FROM klientbox_visit WHERE client_id = client.id)
                        OR EXISTS (SELECT FROM klientbox_message WHERE client_id = client.id)
                        OR EXISTS (SELECT FROM klientbox_client_alias
                                    WHERE client_id = client.id AND former_id <> ALL(%s)))
                """,
                made.ids,
                numbers,
            )
        )
        kept = made.browse(client for [client] in rows)
        for chunk in split_every(CHUNK, (made - kept).ids, made.browse):
            chunk.unlink()
        return kept.union(*made.with_context(active_test=False)._survivors(numbers).values())

    def _lift_refusals(self, events):
        """End refusals of this import, unless the file marked them as the client's own."""
        events = events.filtered(lambda event: event.kind == "withdrawn" and event.source not in OWN_REFUSALS)
        for channel in (SMS, EMAIL):
            brought = events.filtered(lambda event, channel=channel: event.channel == channel)
            last = brought.client_id._last_consents(channel)
            clients = brought.client_id.filtered(
                lambda client, last=last, brought=brought, channel=channel: (
                    client[FLAG_FIELDS[channel]] and last.get(client) in brought
                )
            )
            clients._record_consent("lifted", channel, "import", text=self.env._("The import was undone."))

    def _empty_filled(self):
        """Empty the fields that the import has filled and no user has changed since."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT known_client, filled FROM klientbox_import_row"
                " WHERE import_id = %s AND filled IS NOT NULL",
                self.record.id,
            )
        )
        clients = self.env["klientbox.client"].browse(client for client, _filled in rows).exists()
        for client_id, filled in rows:
            client = clients.browse(client_id)
            if client not in clients:
                continue
            tags = filled.pop("tag_ids", [])
            source = filled.pop("external_source", None)
            before = {"notes": filled.pop("notes_before", False)}
            vals = {
                name: before.get(name, False) for name, value in filled.items() if self._plain(client[name]) == value
            }
            if source and "external_id" in vals:
                vals["external_source"] = False
            client.write({**vals, "tag_ids": [(3, tag) for tag in tags]})
        self.env.flush_all()

    def _plain(self, value):
        """A field's value as the import had stored it."""
        if isinstance(value, datetime):
            return value.isoformat(sep=" ")
        return value.isoformat() if hasattr(value, "isoformat") else getattr(value, "id", value)

    def _remove_unused(self, records, table, column):
        """Delete other created records, where nothing else uses them by now."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %(column)s FROM %(table)s WHERE %(column)s = ANY(%(ids)s)",
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                ids=records.ids,
            )
        )
        (records - records.browse(used for [used] in rows)).unlink()

    def _end_rehearsal(self):
        """Without its cause there is nothing to rehearse; another import's rehearsal continues."""
        settings = self.record.company_id._klientbox_settings()
        since = settings.rehearsal_since
        if since and self.record.done_at and since <= self.record.done_at:
            others = [("company_id", "=", self.record.company_id.id), ("state", "=", DONE), ("done_at", ">=", since)]
            if not self.record.search_count([*others, ("id", "!=", self.record.id)], limit=1):
                settings.rehearsal_since = False
