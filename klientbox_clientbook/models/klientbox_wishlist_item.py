from odoo import fields, models


class KlientboxWishlistItem(models.Model):
    """An article that a client would like to have: a suggestion for presents and for the next visit."""

    _name = "klientbox.wishlist.item"
    _description = "Wish"
    _inherit = ["klientbox.clientbook.item"]
    _order = "id desc"

    lead = fields.Char(readonly=True, help="As sent by the integration.")

    def _prepare_erasure_vals(self):
        return super()._prepare_erasure_vals() | {"lead": False}
