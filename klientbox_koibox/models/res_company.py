from odoo import models

from ..tools import numbering


class ResCompany(models.Model):
    _inherit = "res.company"

    def _klientbox_prepare(self):
        """A new company numbers its own clients."""
        numbering.add_counters(self.env.cr, self.ids)
        return super()._klientbox_prepare()
