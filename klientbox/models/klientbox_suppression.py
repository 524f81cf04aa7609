from collections import defaultdict

from odoo import api, fields, models

from ..lib.address import EMAIL, SMS
from .klientbox_consent_event import OWN_REFUSALS


class KlientboxSuppression(models.Model):
    """Addresses that must not be written to, as the consent events leave them. Kept without the person's data."""

    _name = "klientbox.suppression"
    _description = "Suppressed address"
    _rec_name = "channel"

    company_id = fields.Many2one("res.company", "Root company", required=True, readonly=True, ondelete="restrict")
    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], required=True, readonly=True)
    address_hash = fields.Char(required=True, readonly=True)
    event_id = fields.Many2one("klientbox.consent.event", required=True, readonly=True, ondelete="restrict")
    source = fields.Selection(related="event_id.source")

    _address_unique = models.UniqueIndex("(company_id, channel, address_hash)", "This address is suppressed already.")

    @api.model
    def _apply(self, events):
        """Bring the list and the clients' flags in line with new events, in their order."""
        # Nobody writes this list by hand, and whoever may record a consent must see it take effect.
        suppressions_sudo = self.sudo()
        clients = events.client_id
        for event in events.sorted("id"):
            if event.address_hash:
                key = [
                    ("company_id", "=", event.company_id.id),
                    ("channel", "=", event.channel),
                    ("address_hash", "=", event.address_hash),
                ]
                known_sudo = suppressions_sudo.search(key)
                if event.kind != "withdrawn":
                    known_sudo.unlink()
                elif not known_sudo:
                    suppressions_sudo.create({name: value for name, _is, value in key} | {"event_id": event.id})
                elif known_sudo.source not in OWN_REFUSALS:
                    known_sudo.event_id = event
            clients |= self.env["klientbox.client"]._find_by_address(event)
        clients._recompute_opt_outs()

    @api.model
    def _find(self, company, hashes_by_channel):
        """{(channel, hash): suppression} of one company's root for the hashes asked for."""
        found = defaultdict(self.browse)
        root = company.root_id
        for channel, hashes in hashes_by_channel.items():
            rows = self.search(
                [("company_id", "=", root.id), ("channel", "=", channel), ("address_hash", "in", list(hashes))]
            )
            for row in rows:
                found[channel, row.address_hash] = row
        return found
