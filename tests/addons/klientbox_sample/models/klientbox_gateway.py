from odoo import fields, models

from ..tools.sample_gateway import SampleGateway


class KlientboxGateway(models.Model):
    _inherit = "klientbox.gateway"

    kind = fields.Selection(selection_add=[("sample", "Sample")], ondelete={"sample": "cascade"})

    def _sample_provider(self):
        return SampleGateway(url=self.url, password=self.secret, allowed=self.env["klientbox.outbound"]._networks())
