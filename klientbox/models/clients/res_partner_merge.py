from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Clients keep their own data.

        A client whose contact became another company's is unlinked from it and gets a new one when needed.
        """
        # The merge ignores record rules and changes every company's rows; so must the correction.
        clients_sudo = self.env["klientbox.client"].sudo().with_context(active_test=False)
        clients_sudo = clients_sudo.search([("partner_id", "in", partner_ids)])
        entries_sudo = self.env["klientbox.client.alias"].sudo().search([("partner_id", "in", partner_ids)])
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        clients_sudo.invalidate_recordset(["partner_id"])
        strangers = clients_sudo.filtered(
            lambda client: client.partner_id.company_id and client.partner_id.company_id != client.company_id
        )
        strangers.partner_id = False
        entries_sudo.invalidate_recordset(["partner_id"])
        entries_sudo.filtered(
            lambda entry: entry.partner_id.company_id and entry.partner_id.company_id != entry.company_id
        )._clear_contacts()
        return result
