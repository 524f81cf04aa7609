from odoo.addons.klientbox.tests.common import SalonCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestCurrency(SalonCase):
    def test_an_import_whose_amounts_were_read_waits_for_no_other_currency(self):
        euro, koruna = self.env.ref("base.EUR"), self.env.ref("base.CZK")
        (euro | koruna).active = True
        self.salon.currency_id = koruna
        record = self.env["klientbox.import"].create({"company_id": self.salon.id})
        row = {"import_id": record.id, "company_id": self.salon.id, "number": 2, "visit": {"amount": "450"}}
        self.env["klientbox.import.row"].sudo().create(row)
        record._as_system().state = "ready"
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            self.salon.currency_id = euro
        self.assertIn("Waiting imports (1)", str(refusal.exception))
        record._as_system().state = "failed"
        self.salon.currency_id = euro
