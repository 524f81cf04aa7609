from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import NOON, SalonCase


@tagged("post_install", "-at_install")
class TestCurrency(SalonCase):
    def setUp(self):
        super().setUp()
        self.euro, self.koruna = self.env.ref("base.EUR"), self.env.ref("base.CZK")
        (self.euro | self.koruna).active = True
        self.salon.currency_id = self.koruna

    def refused(self, company, currency=None):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            company.currency_id = currency or self.euro
        self.assertEqual(company.currency_id, self.koruna)
        return str(refusal.exception)

    def line(self, price):
        return {"line_ids": [Command.create({"price": price})]}

    def test_amounts_are_not_relabelled(self):
        self.visit(self.client(), NOON - timedelta(days=1), **self.line(450))
        self.visit(self.client("Eva"), NOON - timedelta(days=2), **self.line(0))
        self.env["klientbox.service"].create({"name": "Cut", "price": 450, "company_id": self.salon.id})
        self.assertEqual(
            self.refused(self.salon),
            "Salon Jana has amounts in CZK: Service (1), Visit (1). They would become amounts in EUR without being"
            " converted. Keep the currency. To use another one, create a new company, or delete the records with"
            " amounts and import them again in the new currency.",
        )
        self.salon.currency_id = self.koruna
        self.salon.write({"name": "Salon Jana 2", "currency_id": self.koruna.id})

    def test_each_kind_of_amount_holds_the_currency(self):
        company = {"company_id": self.salon.id}
        for model, vals in (
            ("klientbox.service", {"name": "Cut", "price": 450}),
            ("klientbox.gateway", {"name": "g", "part_price": 0.0045}),
            ("klientbox.message", {"channel": "sms", "state": "sent", "cost": 1.5}),
            ("klientbox.message", {"channel": "sms", "state": "queued", "part_price": 1.5}),
        ):
            with self.subTest(model), self.env.cr.savepoint() as savepoint:
                self.env[model].create({**vals, **company})
                self.assertIn(f"{self.env['ir.model']._get(model).name} (1)", self.refused(self.salon))
                savepoint.rollback()
        self.salon.currency_id = self.euro
        self.assertEqual(self.salon.currency_id, self.euro)

    def test_a_branch_s_amounts_hold_the_currency_of_the_whole_company(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.salon.id})
        self.env["klientbox.service"].create({"name": "Cut", "price": 450, "company_id": branch.id})
        self.assertIn("Branch has amounts in CZK: Service (1).", self.refused(self.salon))
        self.assertEqual(branch.currency_id, self.koruna)

    def test_amounts_of_another_company_do_not_hold_the_currency(self):
        self.env["klientbox.service"].create({"name": "Cut", "price": 450, "company_id": self.other.id})
        self.salon.currency_id = self.euro
        self.assertEqual(self.salon.currency_id, self.euro)
