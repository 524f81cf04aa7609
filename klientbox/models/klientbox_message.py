from odoo import fields, models

from ..lib.address import EMAIL, SMS
from ..lib.status import DUE

HANDED_OVER = ("sent", "delivered", "replied", "failed")


class KlientboxMessage(models.Model):
    """An SMS or e-mail, kept as evidence."""

    _name = "klientbox.message"
    _description = "Message"
    _inherit = ["klientbox.owned"]
    _order = "id desc"
    _rec_name = "channel"
    _check_company_auto = True

    client_id = fields.Many2one("klientbox.client", readonly=True, ondelete="restrict", index=True, check_company=True)
    direction = fields.Selection([("out", "Outgoing"), ("in", "Incoming")], required=True, readonly=True, default="out")
    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], required=True, readonly=True)
    trigger = fields.Selection(
        [("warning", "Warning"), ("inactive", "Inactive"), ("lost", "Lost")],
        readonly=True,
        help="The status that made the client due, as it was then.",
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("replied", "Replied"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    day = fields.Date(readonly=True, help="The local day on which it was handed over or, if that failed, tried.")

    _report_index = models.Index("(company_id, day, trigger, state) WHERE direction = 'out'")

    def _count_handed_over(self, company, date_from, date_to):
        """How many outgoing messages left in these local days, both included."""
        return self.search_count(self._get_handed_over_domain(company, date_from, date_to))

    def _reactivation_results(self, company, date_from, date_to):
        """{trigger: {"sent", "delivered", "replied", "failed"}} for these local days, both included.

        Delivered includes replied: who answers has received.
        """
        domain = self._get_handed_over_domain(company, date_from, date_to) & fields.Domain("trigger", "in", DUE)
        counts = {
            (trigger, state): count
            for trigger, state, count in self._read_group(domain, ["trigger", "state"], ["__count"])
        }
        return {
            trigger: {
                "sent": sum(counts.get((trigger, state), 0) for state in HANDED_OVER),
                "delivered": sum(counts.get((trigger, state), 0) for state in ("delivered", "replied")),
                "replied": counts.get((trigger, "replied"), 0),
                "failed": counts.get((trigger, "failed"), 0),
            }
            for trigger in DUE
        }

    def _get_handed_over_domain(self, company, date_from, date_to):
        return fields.Domain(
            [
                ("company_id", "=", company.id),
                ("direction", "=", "out"),
                ("state", "in", HANDED_OVER),
                ("day", ">=", date_from),
                ("day", "<=", date_to),
            ]
        )
