from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib import clock
from ...lib.purpose import MARKETING

# A message that could not be sent for this long is obsolete.
VALID_HOURS = 72


class KlientboxSettings(models.Model):
    """Limits of commercial messages: sending hours, messages a day, days between two messages to one person."""

    _inherit = "klientbox.settings"

    def _lock_limits(self):
        """Transactions that count commercial messages of a company against its limit wait for each other."""
        self.env.cr.execute(
            SQL("SELECT FROM klientbox_settings WHERE id = %s FOR UPDATE", self.id), log_exceptions=False
        )

    def _left_on(self, day):
        """How many messages the limit allows for a local day, over all branches of the root company."""
        written = self.env["klientbox.message"].search_count(
            Domain("company_id", "in", self.company_id._klientbox_family().ids)
            & Domain("purpose", "=", MARKETING)
            & Domain("state", "!=", "cancelled")
            & Domain("queued_day", "=", day)
        )
        return max(self.daily_cap - written, 0)

    def _next_due(self, moment):
        """The first time from `moment` on at which one more commercial message may be sent: within the sending hours,
        on a day below the limit."""
        hours = self._sending_hours()
        while True:
            moment = hours.next_open(moment)
            day = clock.local(moment, self.timezone).date()
            if not self.daily_cap or self._left_on(day):
                return moment
            _first, moment = clock.day_bounds(day, self.timezone)

    def _was_contacted_recently(self, channel, address, day, client=None):
        """Whether an address, or the client by any channel, has had a commercial message within the minimum days
        between two, counted from a local day."""
        return bool(self._last_contact_day(channel, address, day, client))

    def _last_contact_day(self, channel, address, day, client=None):
        """The local day of the last commercial message to an address or client within those days, or False."""
        if not self.days_between:
            return False
        recent = Domain("purpose", "=", MARKETING) & Domain("queued_day", ">", day - timedelta(days=self.days_between))
        to_address = (
            Domain("company_id", "in", self.company_id._klientbox_family().ids)
            & Domain("channel", "=", channel)
            & Domain("address", "=", address)
        )
        to_client = Domain("client_id", "=", client.id)
        went = Domain("state", "not in", ("cancelled", "failed"))
        days = [
            self.env["klientbox.message"]._read_group(recent & went & written, [], ["queued_day:max"])[0][0]
            for written in ([to_address, to_client] if client else [to_address])
        ]
        return max(filter(None, days), default=False)
