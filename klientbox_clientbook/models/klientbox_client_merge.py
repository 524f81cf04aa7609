from odoo import api, models

NUMBERS = ("clientbook_new_id", "clientbook_old_id")
OF_A_CLIENT = ("klientbox.repair", "klientbox.special.order", "klientbox.wishlist.item", "klientbox.purchase")


class KlientboxClientMerge(models.TransientModel):
    _inherit = "klientbox.client.merge"

    @api.model
    def _merged_fields(self):
        """Addresses, sizes, the partner: Client Book's fields."""
        fields = self.env["klientbox.client"]._fields.values()
        mine = (field.name for field in fields if field.name.startswith("clientbook_") and field.store)
        return (*super()._merged_fields(), *(name for name in mine if name not in NUMBERS))

    @api.model
    def _missing_vals(self, others, target):
        """The integration's number leads to the target, of which it has no copy yet."""
        missing = super()._missing_vals(others, target)
        numbers = [other[name] for other in others for name in NUMBERS if other[name]]
        if numbers and not any(target[name] for name in NUMBERS):
            missing["clientbook_old_id"] = numbers[0]
        return missing

    @api.model
    def _prepare_alias_vals(self, other, target, missing):
        """The integration's numbers lead to the target as well."""
        return {**super()._prepare_alias_vals(other, target, missing), **{name: other[name] for name in NUMBERS}}

    @api.model
    def _moved_models(self):
        return (*super()._moved_models(), *OF_A_CLIENT)
