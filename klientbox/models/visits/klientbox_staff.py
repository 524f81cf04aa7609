from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...lib import text


class KlientboxStaff(models.Model):
    """A member of staff; a resource of Odoo's, so that schedules and holidays can follow."""

    _name = "klientbox.staff"
    _description = "Staff"
    _inherit = ["klientbox.named", "resource.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char("Staff name", related="resource_id.name", store=True, readonly=False, required=True)
    # The name of a resource, which is created first.
    name_order = fields.Char("Sort key", compute="_compute_name_order", precompute=False)
    company_id = fields.Many2one(related="resource_id.company_id", precompute=True, store=True, readonly=False)
    active = fields.Boolean(related="resource_id.active", store=True, readonly=False, default=True)
    user_id = fields.Many2one(related="resource_id.user_id", store=True, readonly=False)
    color = fields.Integer()

    def write(self, vals):
        """A member of staff keeps their resource: another one may belong to another company, or to none."""
        if "resource_id" in vals and any(staff.resource_id.id != vals["resource_id"] for staff in self):
            raise AccessError(self.env._("Staff keep their resource."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        """Staff have the time zone of their company, not that of the user who creates them."""
        self._klientbox_check_named(vals_list)
        for vals in vals_list:
            if not vals.get("tz") and not vals.get("resource_id"):
                company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
                vals["tz"] = company._klientbox_settings().timezone
        return super().create(vals_list)

    @api.model
    def _find_by_name(self, name, known=None):
        """The one member of staff of this name, ignoring case and diacritics; empty where there are two or none.

        `known` is the result of `_by_name`, for repeated calls.
        """
        if not name:
            return self.browse()
        found = (self._by_name() if known is None else known).get(text.fold(name), self.browse())
        return found if len(found) == 1 else self.browse()

    @api.model
    def _by_name(self, company=None):
        """{folded name: all staff of this name}, of one company or in this recordset."""
        return self.search([("company_id", "=", company.id)] if company else []).grouped(
            lambda staff: text.fold(staff.name)
        )
