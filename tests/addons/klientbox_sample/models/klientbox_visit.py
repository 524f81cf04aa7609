from odoo import fields, models


class KlientboxVisit(models.Model):
    _inherit = "klientbox.visit"

    sample_room = fields.Integer("Room", required=True, default=7)
