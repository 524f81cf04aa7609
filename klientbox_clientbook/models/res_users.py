from odoo import models

from .klientbox_clientbook_integration import ROLE_ACCESS

# A change of these may remove a role.
ACCESS_FIELDS = {"active", "group_ids", "company_ids"}


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """When a user leaves, their tokens made with the password are revoked."""
        result = super().write(vals)
        if ACCESS_FIELDS & vals.keys():
            # A user who manages users need not have access to API keys.
            keys_sudo = self.env["klientbox.api.key"].sudo().search([("clientbook_user_id", "in", self.ids)])
            keys_sudo._clientbook_revoke_orphans()
        return result

    def _klientbox_clientbook_access(self, company):
        """{resource: level} of the user's role in KlientBox for an integration of a company; empty: none."""
        self.ensure_one()
        if not self.active or company not in self.company_ids:
            return {}
        return next((ROLE_ACCESS[role] for role in ROLE_ACCESS if self.has_group(f"klientbox.group_{role}")), {})
