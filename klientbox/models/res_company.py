from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    klientbox_settings_ids = fields.One2many("klientbox.settings", "company_id", groups="klientbox.group_administrator")
    klientbox_api_key_ids = fields.One2many(
        "klientbox.api.key", "company_id", "API keys", groups="klientbox.group_administrator"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new company has its settings from the start, and the API's user may act in it."""
        companies = super().create(vals_list)
        companies._klientbox_prepare()
        return companies

    def action_klientbox_generate_api_key(self):
        """Open the dialog that makes a key of this company and shows it once."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_api_key_generate_action")
        return {**action, "context": {"default_company_id": self.id}}

    def _klientbox_settings(self):
        """The settings of this company."""
        self.ensure_one()
        return self.env["klientbox.settings"]._of(self)

    def _klientbox_region(self):
        """The country whose phones are written without a prefix here."""
        self.ensure_one()
        return self.country_id.code or "CZ"

    def _klientbox_prepare(self):
        # Whoever may create a company gets its settings with it, whatever rights in KlientBox.
        self.env["klientbox.settings"].sudo().create(
            [
                {"company_id": company.id, "lang": company.partner_id.lang or self.env.lang or "en_US"}
                for company in self
            ]
        )
        api_user_sudo = self.env.ref("klientbox.user_api").sudo()
        api_user_sudo.company_ids |= self
        self.env["klientbox.rule"].sudo()._prepare_for(self)
