from datetime import timedelta
from unittest.mock import patch

from odoo.addons.klientbox.api import rows
from odoo.addons.klientbox.api.paging import fetch_page
from odoo.addons.klientbox.operations.v1.visits import Visit
from odoo.fields import Domain
from odoo.tests import tagged

from .common import NOON, SalonCase

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
        self.assertTrue(rows.are_columns(self.clients, ("name", "company_id.id", "company_id.name")))
        self.assertFalse(rows.are_columns(self.clients, ("name", "tag_ids.name")))


@tagged("post_install", "-at_install")
class TestVisitRows(SalonCase):
    """A page of visits: one statement, with the names of client and service, and the first line's staff."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cut, cls.wash = cls.env["klientbox.service"].create(
            [{"name": name, "company_id": cls.salon.id} for name in ("Cut", "Wash")]
        )
        cls.eva = cls.env["klientbox.staff"].create({"name": "Eva", "company_id": cls.salon.id})

    def setUp(self):
        super().setUp()
        for number in range(6):
            lines = [
                {"service_id": self.wash.id, "staff_name": "Ivo", "sequence": 20},
                {"service_id": self.cut.id, "staff_id": self.eva.id, "sequence": 10},
            ]
            self.visit(
                self.client(f"Jana {number}"),
                start=NOON - timedelta(days=number),
                line_ids=[(0, 0, line) for line in lines[: number % 3]],
            )
        self.env.flush_all()
        self.visits = self.env["klientbox.visit"].with_user(self.receptionist)
        self.context = {"zone": "Europe/Prague", "today": NOON.date(), "region": None}

    def page(self, limit):
        self.env.invalidate_all()
        return fetch_page(self.visits, Domain("company_id", "=", self.salon.id), Visit, "start desc, id desc", 0, limit)

    def test_rows_equal_the_records(self):
        found, total = self.page(limit=50)
        rows_read = [Visit.model_validate(row, context=self.context) for row in found]
        records = self.visits.search([("company_id", "=", self.salon.id)])
        self.assertEqual(rows_read, [Visit.model_validate(record, context=self.context) for record in records])
        self.assertEqual([visit.staff_name for visit in rows_read], [None, "Ivo", "Eva"] * 2)
        self.assertEqual([visit.service_name for visit in rows_read], [None, "Wash", "Cut"] * 2)
        self.assertEqual(total, 6)

    def test_the_number_of_statements_does_not_depend_on_the_number_of_visits(self):
        def statements(read):
            before = self.env.cr.sql_log_count
            read()
            return self.env.cr.sql_log_count - before

        self.page(limit=1)
        self.assertEqual(statements(lambda: self.page(1)), 1)
        self.assertEqual(statements(lambda: self.page(6)), 1)

        def read(limit):
            self.env.invalidate_all()
            for visit in self.visits.search([("company_id", "=", self.salon.id)], limit=limit):
                Visit.model_validate(visit, context=self.context)

        read(6)
        self.assertEqual(statements(lambda: read(2)), statements(lambda: read(6)))
