from odoo import fields, models


class KlientboxKoiboxHeard(models.Model):
    """How a client found the salon the first time."""

    _name = "klientbox.koibox.heard"
    _description = "How clients heard about us"
    _inherit = ["klientbox.named"]

    name = fields.Char(required=True)

    _name_unique = models.UniqueIndex("(company_id, name)", "There is an answer of this name already.")
