from unittest.mock import patch

from odoo.addons.klientbox.api import rows
from odoo.fields import Domain
from odoo.tests import tagged

from .common import SalonCase

NAMES = ("id", "name", "email", "sms_opt_out", "total_visits")


@tagged("post_install", "-at_install")
class TestRows(SalonCase):
    """A page of plain columns equals the ORM's, whichever statement finds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = cls.env["klientbox.client"].create(
            [{"name": f"Jana {number}", "company_id": cls.salon.id} for number in range(7)]
        )
        cls.env["klientbox.client"].create({"name": "Jana elsewhere", "company_id": cls.other.id})

    def page(self, search="", order="id", offset=0, limit=3):
        clients = self.env["klientbox.client"].with_user(self.receptionist)
        found, total = rows.page_of_rows(
            clients, clients._get_search_domain(search), NAMES, order, offset, limit, bool(search)
        )
        return [row["id"] for row in found], total

    def test_a_pattern_gives_page_and_total_alike_however_many_match(self):
        ids = self.clients.ids
        for few in (2_000, 7, 6, 0):
            with patch.object(rows, "FEW", few), self.subTest(few=few):
                self.assertEqual(self.page("jana"), (ids[:3], 7))
                self.assertEqual(self.page("jana", offset=6), (ids[6:], 7))
                self.assertEqual(self.page("jana", offset=7), ([], 7))
                self.assertEqual(self.page("jana", order="id desc"), (ids[:3:-1], 7))
                self.assertEqual(self.page("jana 5"), ([ids[5]], 1))
                self.assertEqual(self.page("no-match"), ([], 0))

    def test_pages_without_a_pattern_are_of_the_own_company_and_know_what_is_not_yet_written(self):
        ids = self.clients.ids
        self.assertEqual(self.page(), (ids[:3], 7))
        self.assertEqual(self.page(offset=9), ([], 7))
        self.clients[0].active = False
        self.assertEqual(self.page(), (ids[1:4], 6))

    def test_what_is_empty_is_none_and_numbers_and_flags_never_are(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE klientbox_client SET sms_opt_out = NULL, total_visits = NULL WHERE id = %s", self.clients[0].ids
        )
        clients = self.env["klientbox.client"].with_user(self.receptionist)
        [row], _total = rows.page_of_rows(clients, Domain("id", "=", self.clients[0].id), NAMES, "id", 0, 1)
        expected = (self.clients[0].id, "Jana 0", None, False, 0)
        self.assertEqual(row, dict(zip(NAMES, expected, strict=True)))

    def test_shapes_that_ask_for_more_than_columns_are_left_to_the_orm(self):
        self.assertTrue(rows.are_columns(self.clients, NAMES))
        self.assertFalse(rows.are_columns(self.clients, ("name", "company_id")))
        self.assertFalse(rows.are_columns(self.clients, ("name", "days_since_visit")))
