from odoo import fields, models


class KlientboxTag(models.Model):
    _name = "klientbox.tag"
    _description = "Client tag"
    _order = "name, id"

    name = fields.Char(required=True)
    color = fields.Integer()
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)

    _name_unique = models.UniqueIndex("(company_id, name)", "There is a tag of this name already.")
