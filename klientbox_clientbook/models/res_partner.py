from odoo import api, fields, models
from odoo.addons.klientbox.exceptions import FieldError
from odoo.fields import Domain


class ResPartner(models.Model):
    """A vendor is a contact of one company, marked as such."""

    _name = "res.partner"
    _inherit = ["res.partner", "klientbox.clientbook.record"]
    _clientbook_texts = ("name", "email", "phone", "city", "clientbook_account")

    klientbox_is_vendor = fields.Boolean("Vendor (KlientBox)", index="btree_not_null")
    clientbook_added_by_id = fields.Many2one(check_company=False)
    clientbook_account = fields.Char("Our account with the vendor")
    clientbook_contact = fields.Char("Contact person")
    clientbook_fax = fields.Char("Fax")
    clientbook_state = fields.Char("Region")
    clientbook_note = fields.Text("Note")

    @api.model_create_multi
    def create(self, vals_list):
        """A vendor is one company's."""
        return super().create(
            [
                {**vals, "company_id": vals.get("company_id") or self.env.company.id}
                if vals.get("klientbox_is_vendor", self.env.context.get("default_klientbox_is_vendor"))
                else vals
                for vals in vals_list
            ]
        )

    @api.model
    def _clientbook_domain(self, query):
        """The company's vendors, no other contacts."""
        return super()._clientbook_domain(query) & Domain("klientbox_is_vendor", "=", True)

    def _clientbook_prepare(self, vals):
        """A new vendor belongs to the company, and is marked as one."""
        if self:
            return vals
        return {**vals, "klientbox_is_vendor": True, "is_company": True}

    @api.model
    def _clientbook_add(self, vals):
        """Other apps link mails, users and more to a contact, and check rights to them at any write; the rights of the
        API are checked here."""
        self.check_access("create")
        partner_sudo = super(ResPartner, self.sudo())._clientbook_add(vals)
        return partner_sudo.sudo(self.env.su)

    def _clientbook_change(self, vals):
        """See _clientbook_add. A user's contact can't be changed from outside: its e-mail address leads to the
        account."""
        self._clientbook_require_own()
        return super(ResPartner, self.sudo())._clientbook_change(vals)

    def _clientbook_remove(self):
        """See _clientbook_change."""
        self._clientbook_require_own()
        return super(ResPartner, self.sudo())._clientbook_remove()

    def _clientbook_require_own(self):
        self.check_access("write")
        if self.sudo().with_context(active_test=False).user_ids:
            raise FieldError(
                ("id", "logs_in", self.env._("This vendor has a user account here and can only be changed by hand."))
            )

    def _clientbook_fields(self):
        return super()._clientbook_fields() if any(partner.klientbox_is_vendor for partner in self) else set()
