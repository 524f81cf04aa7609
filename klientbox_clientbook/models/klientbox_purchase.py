from odoo import fields, models
from odoo.addons.klientbox.lib import clock


class KlientboxPurchase(models.Model):
    """Something that a client has bought.

    No visit: a visit counts for the client's status, rhythm and totals, and nobody was there because an integration
    brings a receipt.
    """

    _name = "klientbox.purchase"
    _description = "Purchase"
    _inherit = ["klientbox.clientbook.item"]
    _order = "date desc, id desc"

    date = fields.Datetime(required=True, default=lambda self: clock.now())
