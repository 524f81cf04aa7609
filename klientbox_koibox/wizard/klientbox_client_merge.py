from odoo import api, models

from ..models.klientbox_client import CONSENT_FIELDS

MERGED_FIELDS = (
    "koibox_national_id",
    "koibox_landline",
    "koibox_street",
    "koibox_city",
    "koibox_zip",
    "koibox_state_id",
    "koibox_category_id",
    "koibox_heard_id",
    "koibox_origin",
    "koibox_discount",
)


class KlientboxClientMerge(models.TransientModel):
    _inherit = "klientbox.client.merge"

    @api.model
    def _merged_fields(self):
        return (*super()._merged_fields(), *MERGED_FIELDS)

    @api.model
    def _merge(self, clients, target):
        """The consents of both are those of the one who is left."""
        result = super()._merge(clients, target)
        for name in CONSENT_FIELDS:
            self.env.add_to_compute(target._fields[name], target)
        return result
