from odoo import models

from .klientbox_clientbook_integration import ROLE_ACCESS

# A change of these may take a role away.
TELLING_FIELDS = {"active", "group_ids", "company_ids"}


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Whoever leaves takes the tokens along that were made with the password."""
        result = super().write(vals)
        if TELLING_FIELDS & vals.keys():
            # Who changes users need not be allowed to see API keys.
            keys_sudo = self.env["klientbox.api.key"].sudo().search([("clientbook_user_id", "in", self.ids)])
            keys_sudo._clientbook_revoke_orphans()
        return result

    def _klientbox_clientbook_access(self, company):
        """{resource: level} that the user's role in KlientBox is worth to an integration of a company; empty: none."""
        self.ensure_one()
        if not self.active or company not in self.company_ids:
            return {}
        return next((ROLE_ACCESS[role] for role in ROLE_ACCESS if self.has_group(f"klientbox.group_{role}")), {})
