from odoo import fields, models


class KlientboxKoiboxCategory(models.Model):
    """Koibox sorts each client into one category; our tags are many, and have no part in its API."""

    _name = "klientbox.koibox.category"
    _description = "Client category"
    _inherit = ["klientbox.named"]

    name = fields.Char(required=True)

    _name_unique = models.UniqueIndex("(company_id, name)", "There is a category of this name already.")
