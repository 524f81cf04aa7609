from collections import defaultdict

import psycopg2.errors
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...lib import clock
from ...lib.address import EMAIL, SMS
from ...lib.failure_reasons import UNSUBSCRIBED

# Reported refusals that one run of the job records.
BATCH = 100


class KlientboxUndeliverable(models.Model):
    """Addresses at which nothing arrives, by the latest messages to them: not used until that changes.

    Written by a trigger on messages, see tools/undeliverable. A row is deleted when something arrives at the address or
    comes from it, or when staff use it again; a client with another address is not affected. A row with the reason
    "unsubscribed" is a refusal that the provider has reported and the job has not recorded yet.
    """

    _name = "klientbox.undeliverable"
    _description = "Undeliverable address"
    _inherit = ["klientbox.sealed"]
    _order = "id desc"
    _rec_name = "channel"
    _log_access = False

    company_id = fields.Many2one("res.company", "Root company", required=True, readonly=True, ondelete="cascade")
    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], required=True, readonly=True)
    address = fields.Char(required=True, readonly=True, help="In lower case, as used for sending.")
    reason = fields.Char(
        required=True, readonly=True, help="Failure reason of the message that could not be delivered."
    )
    day = fields.Date("Since", readonly=True)
    tried_at = fields.Datetime("Time of the attempt", readonly=True)
    message_id = fields.Many2one("klientbox.message", readonly=True, ondelete="set null", index="btree_not_null")
    used_again_at = fields.Datetime(
        "Used again since", readonly=True, help="When staff started using the address again."
    )

    _address_unique = models.UniqueIndex("(company_id, channel, address)", "This address is listed already.")
    _refusal_index = models.Index(f"(id) WHERE reason = '{UNSUBSCRIBED}'")

    @api.model
    def _find(self, company, addresses_by_channel):
        """{(channel, address in lower case): row} of those of the addresses that a company and its branches have marked
        as undeliverable."""
        found = defaultdict(self.browse)
        for channel, addresses in addresses_by_channel.items():
            wanted = {address.lower() for address in addresses if address}
            for row in self.search(
                [
                    ("company_id", "=", company.root_id.id),
                    ("channel", "=", channel),
                    ("address", "in", list(wanted)),
                    ("used_again_at", "=", False),
                ]
            ):
                found[channel, row.address] = row
        return found

    def _obstacle_text(self):
        """A text with date and reason, for users."""
        self.ensure_one()
        reason = self.env["klientbox.message"]._reason_labels().get(self.reason, self.reason)
        if not self.day:
            return self.env._("Undeliverable: %(reason)s", reason=reason)
        return self.env._("Undeliverable since %(day)s: %(reason)s", day=format_date(self.env, self.day), reason=reason)

    def _use_again(self):
        """Use addresses again. A next failure counts anew."""
        with self._unseal():
            # The caller checks the rights; no user may write this list.
            self.sudo().write({"used_again_at": clock.now()})

    @api.model
    def _erase(self, company, addresses_by_channel):
        """Delete addresses of a company and its branches."""
        domain = Domain.OR(
            Domain("channel", "=", channel) & Domain("address", "in", [address.lower() for address in addresses])
            for channel, addresses in addresses_by_channel.items()
        )
        with self._unseal():
            # As above.
            self.sudo().search(Domain("company_id", "=", company.root_id.id) & domain).unlink()

    @api.model
    def _record_refusals(self):
        """Record the refusals that providers have reported, each in a transaction of its own."""
        for row in self.search([("reason", "=", UNSUBSCRIBED)], order="id", limit=BATCH):
            try:
                message = row.message_id
                self.env["klientbox.message"]._record_provider_refusal(
                    message.company_id or row.company_id, row.channel, row.address, message.client_id
                )
                with self._unseal():
                    row.unlink()
                self.env["ir.cron"]._commit_progress()
            except psycopg2.errors.SerializationFailure:
                # Someone writes the same client; the row remains for the next time.
                self.env.cr.rollback()
                self.env.invalidate_all()
