from odoo import api, fields, models
from odoo.exceptions import AccessError


class KlientboxOwned(models.AbstractModel):
    """Records that stay in one company.

    Odoo checks the company rules before a write, not after it: without this, a user who may write a record could move
    it into a company that they have no access to.
    """

    _name = "klientbox.owned"
    _description = "Record of one company"
    _inherit = ["klientbox.single.line"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )

    @api.model
    def _unique_problems(self):
        """{unique index: (field, code, message)}: the error for the loser of a race for a value. Addons add
        those of their indexes."""
        return {}

    def write(self, vals):
        """Refuse another company."""
        if "company_id" in vals and any(record.company_id.id != vals["company_id"] for record in self):
            raise AccessError(self.env._("A record can't be moved to another company."))
        return super().write(vals)
