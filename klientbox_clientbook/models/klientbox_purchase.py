from odoo import fields, models
from odoo.addons.klientbox.lib import clock


class KlientboxPurchase(models.Model):
    """A purchase of a client.

    Not a visit: a visit counts in the client's status, interval and totals, and a receipt from an integration proves no
    visit.
    """

    _name = "klientbox.purchase"
    _description = "Purchase"
    _inherit = ["klientbox.clientbook.item"]
    _order = "date desc, id desc"

    date = fields.Datetime(required=True, default=lambda self: clock.now())
