from odoo import api, fields, models

CARD_TAKEN = ("sample_card", "card_taken", "Another client has this card.")


class KlientboxClient(models.Model):
    _inherit = "klientbox.client"

    sample_card = fields.Char("Card", copy=False)

    _sample_card_unique = models.UniqueIndex("(company_id, sample_card) WHERE sample_card IS NOT NULL", CARD_TAKEN[2])

    @api.model
    def _unique_problems(self):
        return {**super()._unique_problems(), "klientbox_client_sample_card_unique": CARD_TAKEN}
