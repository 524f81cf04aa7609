from odoo import fields, models


class KlientboxTag(models.Model):
    _name = "klientbox.tag"
    _description = "Client tag"
    _inherit = ["klientbox.named"]

    name = fields.Char(required=True)
    color = fields.Integer()

    _name_unique = models.UniqueIndex("(company_id, name)", "There is a tag of this name already.")
