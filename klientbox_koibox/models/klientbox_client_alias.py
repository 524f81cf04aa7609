from odoo import fields, models


class KlientboxClientAlias(models.Model):
    """Each entry has a number at Koibox, so it is stored here and not in the notes."""

    _inherit = "klientbox.client.alias"

    koibox_code = fields.Integer("Koibox number", readonly=True, aggregator=None)
