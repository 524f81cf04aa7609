from odoo import fields, models


class KlientboxService(models.Model):
    _name = "klientbox.service"
    _description = "Service"
    _inherit = ["klientbox.named", "klientbox.versioned"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    duration = fields.Integer(required=True, default=30, help="Minutes in the chair.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary()
    color = fields.Integer()

    _duration_positive = models.Constraint("CHECK(duration > 0)", "A service lasts at least one minute.")
    _price_not_negative = models.Constraint("CHECK(price >= 0)", "A price can't be negative.")
