from datetime import date, timedelta

from odoo.addons.klientbox.tests.common import NOON, SalonCase
from odoo.fields import Command
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSalesOfApps(SalonCase):
    """With the apps that a salon may have installed; without them the tests are skipped."""

    def setUp(self):
        super().setUp()
        if "account.move" not in self.env:
            self.skipTest("Invoicing is not installed")
        self.env["account.chart.template"].try_loading("generic_coa", company=self.salon, install_demo=False)
        self.jana = self.client(phone="601234567")
        self.partner = self.jana._make_partner()

    def invoice(self, amount, day, kind="out_invoice"):
        line = {"name": "Cut", "price_unit": amount, "tax_ids": False}
        move = (
            self.env["account.move"]
            .with_company(self.salon)
            .create(
                {
                    "move_type": kind,
                    "partner_id": self.partner.id,
                    "invoice_date": day,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
        )
        move.action_post()
        return move

    def figures(self):
        jana = self.jana
        return jana.koibox_sales, jana.koibox_sales_amount, jana.koibox_last_sale, jana.koibox_debt

    def test_a_posted_invoice_is_a_sale_and_owed_until_it_is_paid(self):
        invoice = self.invoice(250, date(2026, 11, 2))
        self.assertEqual(self.figures(), (1, 250, date(2026, 11, 2), 250))
        refund = self.invoice(100, date(2026, 11, 3), "out_refund")
        self.assertEqual(self.figures(), (1, 150, date(2026, 11, 2), 150))
        (invoice | refund).line_ids.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(self.figures(), (1, 150, date(2026, 11, 2), 150))
        invoice.button_draft()
        self.assertEqual(self.figures(), (0, -100, False, 0))

    def test_invoices_of_the_contact_of_a_merged_entry_are_the_client_s_sales(self):
        self.invoice(100, date(2026, 11, 2))
        twin, jana_s = self.client("Jana again"), self.partner
        self.partner = twin._make_partner()
        invoice = self.invoice(250, date(2026, 11, 3))
        self.env["klientbox.client.merge"]._merge(self.jana | twin, self.jana)
        self.assertEqual((self.jana.partner_id, self.jana.alias_ids.partner_id), (jana_s, self.partner))
        self.assertEqual(self.figures(), (2, 350, date(2026, 11, 3), 350))
        invoice.button_draft()
        self.assertEqual(self.figures(), (1, 100, date(2026, 11, 2), 100))

    def test_a_visit_that_was_invoiced_is_one_sale(self):
        service = self.env["klientbox.service"].create({"name": "Cut", "price": 250, "company_id": self.salon.id})
        for days in (2, 1):
            self.visit(self.jana, NOON - timedelta(days=days), line_ids=[Command.create({"service_id": service.id})])
        self.assertEqual(self.figures(), (2, 500, date(2026, 11, 19), 0))
        self.invoice(300, date(2026, 11, 19))
        self.assertEqual(self.figures(), (2, 550, date(2026, 11, 19), 300))

    def test_an_order_of_the_point_of_sale_is_a_sale_and_its_invoice_no_other(self):
        if "pos.order" not in self.env:
            self.skipTest("The point of sale is not installed")
        config = self.env["pos.config"].with_company(self.salon).create({"name": "Till"})
        config.open_ui()
        order = self.env["pos.order"].create(
            {
                "company_id": self.salon.id,
                "session_id": config.current_session_id.id,
                "partner_id": self.partner.id,
                "date_order": NOON,
                "amount_total": 80,
                "amount_tax": 0,
                "amount_paid": 80,
                "amount_return": 0,
            }
        )
        self.assertEqual(self.figures(), (0, 0, False, 0))
        order.state = "paid"
        self.assertEqual(self.figures(), (1, 80, date(2026, 11, 20), 0))
        order.account_move = self.invoice(80, date(2026, 11, 20))
        self.assertEqual(self.figures()[:3], (1, 80, date(2026, 11, 20)))
