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
# Preferences of a client: one entry's yes is not valid for the other, so it is only noted.
WISHES = ("koibox_newsletter", "koibox_surveys", "koibox_sms_notices", "koibox_email_notices")


class KlientboxClientMerge(models.TransientModel):
    _inherit = "klientbox.client.merge"

    @api.model
    def _merged_fields(self):
        return (*super()._merged_fields(), *MERGED_FIELDS)

    @api.model
    def _noted_fields(self):
        return (*super()._noted_fields(), *WISHES)

    @api.model
    def _prepare_alias_vals(self, other, target, missing):
        return {**super()._prepare_alias_vals(other, target, missing), "koibox_code": other.koibox_code}

    @api.model
    def _name_parts(self):
        return (*super()._name_parts(), "koibox_second_family_name")

    @api.model
    def _merge(self, clients, target):
        """The remaining client gets the consents and prohibitions of all entries, and their earliest date."""
        registered = [moment for moment in (clients | target).mapped("koibox_registered") if moment]
        forbidden = {
            "koibox_online_booking": all((clients | target).mapped("koibox_online_booking")),
            "koibox_no_online_payments": any((clients | target).mapped("koibox_no_online_payments")),
        }
        result = super()._merge(clients, target)
        target._as_system().write(forbidden | ({"koibox_registered": min(registered)} if registered else {}))
        for name in CONSENT_FIELDS:
            self.env.add_to_compute(target._fields[name], target)
        return result
