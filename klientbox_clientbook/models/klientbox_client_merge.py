from odoo import api, models
from odoo.tools import SQL

OF_A_CLIENT = ("klientbox.repair", "klientbox.special.order", "klientbox.wishlist.item", "klientbox.purchase")


class KlientboxClientMerge(models.TransientModel):
    _inherit = "klientbox.client.merge"

    @api.model
    def _repoint(self, others, target):
        """Repairs, orders, wishes and purchases move along."""
        for model in OF_A_CLIENT:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET client_id = %s WHERE client_id = ANY(%s)",
                    SQL.identifier(self.env[model]._table),
                    target.id,
                    others.ids,
                )
            )
        return super()._repoint(others, target)
