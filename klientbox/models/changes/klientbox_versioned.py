from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import sql_files


class KlientboxVersioned(models.AbstractModel):
    """Logged records that integrators copy: a trigger increments `version` at each change."""

    _name = "klientbox.versioned"
    _description = "Versioned record"
    _inherit = ["klientbox.logged"]

    version = fields.Integer(default=1, readonly=True, copy=False)

    def init(self):
        """Install the trigger on every table that inherits this."""
        super().init()
        if self._abstract:
            return
        sql_files.run(self.env.cr, "versions")
        self._create_trigger(
            "klientbox_count_version",
            SQL("BEFORE UPDATE"),
            SQL(
                "FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW AND %s) EXECUTE FUNCTION klientbox_count_version()",
                self._is_noted(),
            ),
        )

    def _merged_into(self):
        """{id: id of the record remaining after a merge, or None} of these ids, which may no longer exist."""
        return dict.fromkeys(self.ids)

    @api.model
    def _survivor(self, former_id):
        """The remaining record where the one of this id was merged away, or none."""
        return self.browse()
