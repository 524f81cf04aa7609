from odoo import api, fields, models


class KlientboxApiKeyRoll(models.TransientModel):
    _name = "klientbox.api.key.roll"
    _description = "Roll an API key"
    _inherit = ["klientbox.owned"]
    _check_company_auto = True
    _klientbox_initial = ("key_id",)

    key_id = fields.Many2one("klientbox.api.key", required=True, readonly=True, ondelete="cascade", check_company=True)
    overlap = fields.Selection(
        [("now", "Immediately"), ("hour", "In 1 hour"), ("day", "In 24 hours"), ("week", "In 7 days")],
        "The old key expires",
        required=True,
        default="day",
        help="Until then both keys work, so that nothing stops while you replace the old key.",
    )
    expires_at = fields.Datetime(
        "The new key expires", compute="_compute_expires_at", help="Same lifetime as the key it replaces."
    )

    @api.depends("key_id")
    def _compute_expires_at(self):
        for roll in self:
            roll.expires_at = roll.key_id._next_expiry()

    def action_roll(self):
        """Make the new key and show it once."""
        self.ensure_one()
        key, text = self.key_id._roll(self.overlap)
        return key._action_show(text)
