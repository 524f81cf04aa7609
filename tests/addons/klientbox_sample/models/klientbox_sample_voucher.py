from odoo import api, fields, models
from odoo.addons.klientbox.exceptions import FieldError

NUMBER_TAKEN = ("number", "voucher_taken", "Another voucher has this code.")


class KlientboxSampleVoucher(models.Model):
    _name = "klientbox.sample.voucher"
    _description = "Voucher"
    _inherit = ["klientbox.owned"]
    _check_company_auto = True

    number = fields.Char(required=True)
    client_id = fields.Many2one("klientbox.client", required=True, ondelete="cascade", index=True, check_company=True)
    start = fields.Datetime("Valid from", required=True)

    _number_unique = models.UniqueIndex("(company_id, number)", NUMBER_TAKEN[2])

    @api.model
    def _unique_problems(self):
        return {**super()._unique_problems(), "klientbox_sample_voucher_number_unique": NUMBER_TAKEN}

    @api.constrains("start")
    def _check_start(self):
        if any(voucher.start.year < 2000 for voucher in self):
            raise FieldError(("start", "out_of_range", "A voucher of the last century can't be recorded."))

    @api.model
    def _issue(self, client_id, **vals):
        """A new voucher of a client. Raises FieldError."""
        client = self.env["klientbox.client"].search([("id", "=", client_id)])
        if not client:
            raise FieldError(("client_id", "not_found", "There is no such client."))
        return self.create({"client_id": client.id, **vals})
