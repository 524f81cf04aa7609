from odoo import api, fields, models

from ..lib.source import KOIBOX


class KlientboxImport(models.Model):
    _inherit = "klientbox.import"

    kind = fields.Selection(selection_add=[("koibox", "Koibox")], ondelete={"koibox": "cascade"})
    koibox_key = fields.Char(
        "Koibox API key", compute="_compute_credentials", inverse="_inverse_credentials", help="Never shown again."
    )

    @api.model
    def _sources(self):
        """Koibox as well."""
        return {**super()._sources(), "koibox": KOIBOX}
