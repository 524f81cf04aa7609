from odoo import api, fields, models

from ..lib.source import CLIENTBOOK

TYPED = {"compute": "_compute_credentials", "inverse": "_inverse_credentials", "help": "Never shown again."}


class KlientboxImport(models.Model):
    _inherit = "klientbox.import"

    kind = fields.Selection(selection_add=[("clientbook", "Client Book")], ondelete={"clientbook": "cascade"})
    clientbook_app_id = fields.Char("Application ID", **TYPED)
    clientbook_app_key = fields.Char("Application key", **TYPED)
    clientbook_token = fields.Char("Token", **TYPED)
    clientbook_secret = fields.Char("Secret", **TYPED)

    @api.model
    def _sources(self):
        """Client Book as well."""
        return {**super()._sources(), "clientbook": CLIENTBOOK}
