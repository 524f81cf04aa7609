from odoo import models
from odoo.exceptions import AccessError


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    def write(self, vals):
        """The resource of a member of staff stays in its company: staff have its company, and follow it."""
        if "company_id" in vals and not self.env.su:
            moved = self.filtered(lambda resource: resource.company_id.id != (vals["company_id"] or False))
            if moved._klientbox_belongs_to_staff():
                raise AccessError(self.env._("Staff can't be moved to another company."))
        return super().write(vals)

    def _klientbox_is_part_of_ours(self):
        """What is written here is shown as the member of staff's own: their user, their working hours."""
        return super()._klientbox_is_part_of_ours() or self._klientbox_belongs_to_staff()

    def _klientbox_belongs_to_staff(self):
        # Staff of another company as well; the caller learns nothing about them.
        staff_sudo = self.env["klientbox.staff"].sudo().with_context(active_test=False)
        return bool(self.ids and staff_sudo.search_count([("resource_id", "in", self.ids)], limit=1))
