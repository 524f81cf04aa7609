from odoo import api, fields, models


class BaseModuleUninstall(models.TransientModel):
    """Odoo's confirmation before a module is uninstalled, with losses beyond its tables: the proof of consent."""

    _inherit = "base.module.uninstall"

    klientbox_event_count = fields.Integer("Consent events to be deleted", compute="_compute_klientbox_event_count")

    @api.depends("module_ids")
    def _compute_klientbox_event_count(self):
        # A user who may uninstall loses those of every company, including companies that they may not see.
        events_sudo = self.env["klientbox.consent.event"].sudo()
        for wizard in self:
            is_ours = "klientbox" in wizard._get_modules().mapped("name")
            wizard.klientbox_event_count = events_sudo.search_count([]) if is_ours else 0
