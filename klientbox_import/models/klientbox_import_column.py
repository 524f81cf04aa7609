from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.column_headers import FIELDS
from . import texts


class KlientboxImportColumn(models.Model):
    """The meaning of one column of a file."""

    _name = "klientbox.import.column"
    _description = "Column of an import"
    _order = "import_id, position"
    _rec_name = "header"

    import_id = fields.Many2one("klientbox.import", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="import_id.company_id", store=True, precompute=True)
    position = fields.Integer(readonly=True)
    header = fields.Char("Column", readonly=True)
    sample = fields.Char("For example", readonly=True)
    filled = fields.Integer(
        readonly=True, help="Number of records of the account that have a value here.", aggregator=None
    )
    treatment = fields.Char(readonly=True, help="Treatment of this column.")
    hint = fields.Char(readonly=True, help="Probable content according to header and cells.")
    remark = fields.Char(compute="_compute_remark", help="How the column is imported.")
    field = fields.Selection(
        [(name, field.label) for name, field in FIELDS.items()], "Meaning", help="Empty: left out."
    )

    @api.depends("treatment", "hint", "field")
    def _compute_remark(self):
        treatments, hints = texts.of_treatments(self.env), texts.of_columns(self.env)
        for column in self:
            column.remark = treatments.get(column.treatment, "" if column.field else hints.get(column.hint, ""))

    def write(self, vals):
        """A column stays in its import; else it could be moved to another company's."""
        for name in {"import_id", "company_id"} & vals.keys():
            if any(column[name].id != vals[name] for column in self):
                raise UserError(self.env._("A column can't be moved to another import."))
        return super().write(vals)

    @api.model
    def _labels(self):
        """(field, label in the language of the environment)."""
        return self._fields["field"]._description_selection(self.env)
