from odoo import models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def module_uninstall(self):
        """Keys lose the scopes of an uninstalled addon, so that a later installation does not give them back."""
        addons = self.mapped("name")
        if "klientbox" not in addons:
            self.env["klientbox.api.key"]._forget_access(addons)
        return super().module_uninstall()
