from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """A vendor is a contact of one company, marked as such."""

    _name = "res.partner"
    _inherit = ["res.partner", "klientbox.clientbook.record"]
    _clientbook_texts = ("name", "email", "phone", "city", "clientbook_account")

    klientbox_is_vendor = fields.Boolean("Vendor (KlientBox)", index="btree_not_null")
    clientbook_added_by_id = fields.Many2one(check_company=False)
    clientbook_account = fields.Char("Our account there")
    clientbook_contact = fields.Char("Contact person")
    clientbook_fax = fields.Char("Fax")
    clientbook_state = fields.Char("Region")
    clientbook_note = fields.Text("Note")

    @api.model
    def _clientbook_domain(self, asked):
        """The company's vendors, no other contacts."""
        return super()._clientbook_domain(asked) & Domain("klientbox_is_vendor", "=", True)

    def _clientbook_prepare(self, vals):
        """A vendor belongs to the company, and is one."""
        if self:
            return vals
        return {**vals, "klientbox_is_vendor": True, "is_company": True, "company_id": self.env.company.id}

    def _clientbook_fields(self):
        return super()._clientbook_fields() if any(partner.klientbox_is_vendor for partner in self) else set()
