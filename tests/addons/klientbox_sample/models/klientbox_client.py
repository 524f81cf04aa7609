from odoo import api, fields, models

CARD_TAKEN = ("sample_card", "card_taken", "Another client has this card.")


class KlientboxClient(models.Model):
    _inherit = "klientbox.client"

    sample_card = fields.Char("Card", copy=False)
    sample_card_length = fields.Integer("Length of the card", compute="_compute_sample_card_length", store=True)

    _sample_card_unique = models.UniqueIndex("(company_id, sample_card) WHERE sample_card IS NOT NULL", CARD_TAKEN[2])

    @api.depends("sample_card")
    def _compute_sample_card_length(self):
        for client in self:
            client.sample_card_length = len(client.sample_card or "")

    @api.model
    def _unique_problems(self):
        return {**super()._unique_problems(), "klientbox_client_sample_card_unique": CARD_TAKEN}
