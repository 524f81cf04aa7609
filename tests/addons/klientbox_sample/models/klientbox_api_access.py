from odoo import models
from odoo.addons.klientbox.models.access.klientbox_api_access import Access


class KlientboxApiAccess(models.AbstractModel):
    _inherit = "klientbox.api.access"

    vouchers_access = Access("Vouchers")
