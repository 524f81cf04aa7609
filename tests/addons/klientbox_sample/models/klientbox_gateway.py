from odoo import fields, models
from odoo.addons.klientbox.models.messaging.klientbox_gateway import retire_gateways
from odoo.addons.klientbox.models.mixins.url_check import allowed_networks

from ..tools.sample_gateway import SampleGateway


class KlientboxGateway(models.Model):
    _inherit = "klientbox.gateway"

    kind = fields.Selection(selection_add=[("sample", "Sample")], ondelete={"sample": retire_gateways})

    def _sample_provider(self):
        return SampleGateway(url=self.url, password=self.secret, allowed=allowed_networks(self.env))
