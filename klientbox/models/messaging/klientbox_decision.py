from odoo import fields, models

from ...tools.retired_gateway import GATEWAY_RETIRED

REASONS = [
    ("no_address", "No address"),
    ("opted_out", "Opted out"),
    ("blacklisted", "On Odoo's blacklist"),
    ("no_mobile", "The phone can't get SMS"),
    ("undeliverable", "Messages can't be delivered there"),
    ("reply_unclear", "A reply must be read first"),
    ("booked", "Has a visit ahead"),
    ("visit_unmarked", "A past visit is marked neither as done nor as missed"),
    ("same_address", "Someone with the same address was contacted"),
    ("written_recently", "Contacted a few days ago"),
    ("rule_off", "The rule or its message was switched off"),
    ("bad_text", "The text needs correction"),
    ("daily_cap", "The daily limit was reached"),
    ("came_back", "Came back"),
    ("visits_changed", "The visits before the message were changed"),
    ("client_archived", "The client was archived"),
    ("client_erased", "The client's personal data were erased"),
    ("company_archived", "The company was archived"),
    (GATEWAY_RETIRED, "The app of the SMS gateway was uninstalled"),
    ("address_changed", "The address changed after the first attempt"),
    ("expired", "Waited too long"),
    ("restored", "May have been sent before a backup was restored"),
    ("by_hand", "Cancelled by hand"),
    ("rehearsal", "Rehearsal: would be contacted"),
    ("imported", "Was absent before an import"),
]

# Nothing would arrive: the client has no usable address.
OUT_OF_REACH = ("no_mobile", "undeliverable")


class KlientboxDecision(models.Model):
    """Why a client who was due was contacted or not: one row covers all days with the same reason.

    The night writes only changes, so its cost does not grow with clients who have been skipped for months.
    """

    _name = "klientbox.decision"
    _description = "Decision"
    _inherit = ["klientbox.owned"]
    _order = "day_from desc, id desc"
    _rec_name = "client_id"
    _check_company_auto = True

    company_id = fields.Many2one(ondelete="cascade")
    client_id = fields.Many2one("klientbox.client", required=True, readonly=True, ondelete="cascade", index=True)
    rule_id = fields.Many2one("klientbox.rule", required=True, readonly=True, ondelete="restrict")
    step = fields.Integer("Number in the rule", readonly=True)
    absence_since = fields.Date("Absent since", readonly=True, help="The last visit before this absence.")
    outcome = fields.Selection([("queued", "Contacted"), ("skipped", "Not contacted")], required=True, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    day_from = fields.Date("First day", required=True, readonly=True)
    day_to = fields.Date("Last day", readonly=True, help="Empty: still applies.")

    _open_unique = models.UniqueIndex(
        "(client_id, rule_id, step, absence_since) WHERE day_to IS NULL", "A client has one open decision per message."
    )
    _company_index = models.Index("(company_id, day_from)")
