from datetime import date, datetime, timedelta

from odoo.addons.klientbox.tests.common import NOON, SalonCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSales(SalonCase):
    def setUp(self):
        super().setUp()
        self.cut, self.advice = self.env["klientbox.service"].create(
            [
                {"name": name, "price": price, "company_id": self.salon.id}
                for name, price in (("Cut", 490.5), ("Advice", 0))
            ]
        )
        self.jana = self.client(phone="601234567")

    def came(self, days_ago=1, service=None, **vals):
        line = {"service_id": (service or self.cut).id}
        return self.visit(self.jana, NOON - timedelta(days=days_ago), line_ids=[(0, 0, line)], **vals)

    def figures(self):
        jana = self.jana
        return jana.koibox_sales, jana.koibox_sales_amount, jana.koibox_last_sale, jana.koibox_debt

    def test_a_new_client_has_bought_nothing(self):
        self.assertEqual(self.figures(), (0, 0, False, 0))

    def test_visits_that_are_done_and_cost_something_are_sales(self):
        self.came(days_ago=10)
        self.came(days_ago=5)
        self.came(days_ago=4, service=self.advice)
        self.came(days_ago=3, state="no_show")
        self.came(days_ago=-3, state="scheduled")
        self.assertEqual(self.figures(), (2, 981, date(2026, 11, 15), 0))
        self.assertEqual(self.jana.total_visits, 3)

    def test_what_is_corrected_is_counted_anew(self):
        visit = self.came()
        visit.line_ids.price = 100
        self.assertEqual(self.figures(), (1, 100, date(2026, 11, 19), 0))
        visit.action_reset()
        self.assertEqual(self.figures(), (0, 0, False, 0))

    def test_the_day_is_the_salon_s(self):
        visit = self.came()
        visit.start = datetime(2026, 11, 17, 23, 30)
        self.assertEqual(self.jana.koibox_last_sale, date(2026, 11, 18))
        self.settings().timezone = "America/New_York"
        self.assertEqual(self.jana.koibox_last_sale, date(2026, 11, 17))

    def test_merged_clients_have_bought_both(self):
        self.came()
        other = self.client("Jana again")
        self.env["klientbox.client.merge"]._merge(self.jana | other, other)
        self.assertEqual((other.koibox_sales, other.koibox_sales_amount), (1, 490.5))
