import psycopg2
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.tests.common import SalonCase
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import numbering


@tagged("post_install", "-at_install")
class TestNumbering(SalonCase):
    def setUp(self):
        super().setUp()
        for company in self.salon | self.other:
            # A test's rollback does not reset a counter.
            self.env.cr.execute(f"ALTER SEQUENCE klientbox_koibox_number_{company.id} RESTART")

    def test_numbers_count_up_in_each_company(self):
        ours = [self.client(f"Client {number}").koibox_code for number in range(3)]
        self.assertEqual(ours, [1, 2, 3])
        self.assertEqual(self.client("Karel", company=self.other).koibox_code, 1)

    def test_a_number_can_be_taken_when_it_is_free(self):
        jana = self.client(koibox_code=2)
        self.assertEqual([self.client("Eva").koibox_code, self.client("Ivo").koibox_code], [1, 3])
        for taken in (1, 3):
            with self.assertRaises(FieldError) as refusal:
                jana.koibox_code = taken
            [(name, code, _message)] = refusal.exception.problems
            self.assertEqual((name, code), ("koibox_code", "code_taken"))
        jana.koibox_code = 2
        jana.koibox_code = 70
        self.assertEqual(self.client("Ota").koibox_code, 4)

    def test_an_archived_client_keeps_the_number(self):
        self.client().action_archive()
        with self.assertRaises(FieldError):
            self.client("Eva", koibox_code=1)

    def test_two_of_one_call_cannot_have_one_number(self):
        with self.assertRaises(FieldError):
            self.env["klientbox.client"].create(
                [{"name": name, "company_id": self.salon.id, "koibox_code": 9} for name in ("Eva", "Ivo")]
            )

    def test_the_other_company_s_numbers_are_free(self):
        self.client(company=self.other, koibox_code=7)
        self.assertEqual(self.client(koibox_code=7).koibox_code, 7)

    def test_a_plain_number_of_the_salon_s_own_is_taken_over(self):
        codes = {code: self.client(code=code).koibox_code for code in ("57", "A-12", "007", "58", "4294967296", "0")}
        self.assertEqual(codes, {"57": 57, "A-12": 1, "007": 2, "58": 58, "4294967296": 3, "0": 4})
        self.assertEqual(self.client(koibox_code=60).koibox_code, 60)
        self.assertEqual(self.client(code="60").koibox_code, 5)

    def test_no_number_below_one(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation):
            self.client(koibox_code=-1)

    def test_clients_inserted_by_sql_get_a_number_too(self):
        self.client()
        self.env.cr.execute(
            "INSERT INTO klientbox_client (name, company_id, status, active) SELECT 'C' || n, %s, 'new', true"
            "  FROM generate_series(1, 3) n RETURNING koibox_code, koibox_registered IS NOT NULL",
            [self.salon.id],
        )
        self.assertEqual(self.env.cr.fetchall(), [(2, True), (3, True), (4, True)])

    def test_existing_clients_are_numbered_in_order(self):
        clients = self.env["klientbox.client"].create(
            [{"name": f"C{number}", "company_id": self.salon.id, "code": code} for number, code in enumerate("a2bc")]
        )
        self.env.cr.execute("UPDATE klientbox_client SET koibox_code = NULL")
        numbering.number_all(self.env.cr)
        clients.invalidate_recordset()
        self.assertEqual(clients.mapped("koibox_code"), [1, 2, 3, 4])

    def test_uninstalled_it_leaves_nothing_that_refuses_clients(self):
        numbering.uninstall(self.env.cr)
        self.client()
        self.env.cr.execute("SELECT count(*) FROM pg_sequences WHERE sequencename LIKE 'klientbox_koibox_number%'")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_a_copy_has_a_number_of_its_own(self):
        jana = self.client()
        self.assertEqual(jana.copy().koibox_code, jana.koibox_code + 1)
