from odoo import api, fields, models

from ..lib.address import EMAIL, SMS
from ..models.clients.klientbox_client import ADDRESS_FIELDS


class KlientboxConsentRecord(models.TransientModel):
    """Records a client's consent given at the reception, on the phone or on paper: the only way on screen to end a
    STOP."""

    _name = "klientbox.consent.record"
    _description = "Record consent"
    _inherit = ["klientbox.client.dialog"]

    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], "Messages by", required=True, default=SMS)
    address = fields.Char(compute="_compute_address")
    how = fields.Selection(
        [("in_person", "In person"), ("phone", "By phone"), ("written", "In writing")],
        "Form of the statement",
        required=True,
        default="in_person",
    )
    said_on = fields.Date(
        "Statement date", required=True, default=lambda self: self.env.company._klientbox_settings()._today()
    )
    text = fields.Text("The client's words", required=True, help="Exactly as the client said or signed them.")

    @api.depends("client_id", "channel")
    def _compute_address(self):
        for dialog in self:
            dialog.address = dialog.client_id[ADDRESS_FIELDS[dialog.channel]] if dialog.channel else False

    def action_record(self):
        """Store the proof; messages that were refused before are allowed from now on."""
        self.ensure_one()
        self.client_id.check_access("write")
        self.client_id._consent(self.channel, self.text, self.said_on, self.how)
        # The proof contains the words; a second copy would have to be erased as well.
        self.unlink()
        return {"type": "ir.actions.act_window_close"}
