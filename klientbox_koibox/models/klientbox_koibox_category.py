from odoo import fields, models


class KlientboxKoiboxCategory(models.Model):
    """Koibox assigns each client one category; our tags can be several, and are not part of its API."""

    _name = "klientbox.koibox.category"
    _description = "Client category"
    _inherit = ["klientbox.named"]

    name = fields.Char(required=True)

    _name_unique = models.UniqueIndex("(company_id, name)", "There is a category of this name already.")
