from collections import defaultdict

from odoo import api, fields, models

from ...lib.address import EMAIL, SMS
from .klientbox_consent_event import OWN_REFUSALS


class KlientboxSuppression(models.Model):
    """Addresses that must get no messages, derived from consent events. Kept without personal data."""

    _name = "klientbox.suppression"
    _description = "Suppressed address"
    _inherit = ["klientbox.sealed"]
    _rec_name = "channel"

    company_id = fields.Many2one("res.company", "Root company", required=True, readonly=True, ondelete="restrict")
    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], required=True, readonly=True)
    address_hash = fields.Char("Address hash", required=True, readonly=True)
    event_id = fields.Many2one("klientbox.consent.event", required=True, readonly=True, ondelete="restrict")
    source = fields.Selection(related="event_id.source")

    _address_unique = models.UniqueIndex("(company_id, channel, address_hash)", "This address is suppressed already.")

    @api.model
    def _apply(self, events):
        """Update the list and the clients' flags from new events, in their order."""
        clients = events.client_id
        for (company, channel), group in (
            events.sorted("id").grouped(lambda event: (event.company_id, event.channel)).items()
        ):
            with self._unseal():
                self._list(company, channel, group.filtered("address_hash"))
            addresses = [address for address in group.mapped("address") if address]
            clients |= self.env["klientbox.client"]._find_by_address(company, channel, addresses)
        clients._recompute_opt_outs()

    def _list(self, company, channel, events):
        """Add addresses to the list or remove them; of two refusals the client's own one counts.

        That one ends by a new consent alone: not by a flag, nor by a consent in a file.
        """
        # No user writes this list, and the user who records a consent must see its effect.
        suppressions_sudo = self.sudo()
        key = {"company_id": company.id, "channel": channel}
        known_sudo = suppressions_sudo.search(
            [
                *((name, "=", value) for name, value in key.items()),
                ("address_hash", "in", events.mapped("address_hash")),
            ]
        )
        listed_sudo = {row.address_hash: row for row in known_sudo}
        reasons = {row.address_hash: row.event_id for row in known_sudo}
        for event in events:
            is_own = reasons.get(event.address_hash, self.env["klientbox.consent.event"]).source in OWN_REFUSALS
            if event.kind == "withdrawn" and not is_own:
                reasons[event.address_hash] = event
            elif event.kind == "given" and not event.is_imported or event.kind == "lifted" and not is_own:
                reasons.pop(event.address_hash, None)
        suppressions_sudo.union(*(row for known, row in listed_sudo.items() if known not in reasons)).unlink()
        for known, row_sudo in listed_sudo.items():
            if known in reasons and row_sudo.event_id != reasons[known]:
                row_sudo.event_id = reasons[known]
        suppressions_sudo.create(
            [
                {**key, "address_hash": address_hash, "event_id": event.id}
                for address_hash, event in reasons.items()
                if address_hash not in listed_sudo
            ]
        )

    @api.model
    def _find(self, company, hashes_by_channel):
        """{(channel, hash): suppression} of one company's root for these hashes."""
        found = defaultdict(self.browse)
        root = company.root_id
        for channel, hashes in hashes_by_channel.items():
            rows = self.search(
                [("company_id", "=", root.id), ("channel", "=", channel), ("address_hash", "in", list(hashes))]
            )
            for row in rows:
                found[channel, row.address_hash] = row
        return found
