from odoo import api, models

OF_A_CLIENT = ("klientbox.repair", "klientbox.special.order", "klientbox.wishlist.item", "klientbox.purchase")


class KlientboxClientMerge(models.TransientModel):
    _inherit = "klientbox.client.merge"

    @api.model
    def _merged_fields(self):
        """Addresses, sizes, the partner: what Client Book keeps."""
        fields = self.env["klientbox.client"]._fields.values()
        mine = (field.name for field in fields if field.name.startswith("clientbook_") and field.store)
        return (*super()._merged_fields(), *mine)

    @api.model
    def _moved_models(self):
        return (*super()._moved_models(), *OF_A_CLIENT)
