from odoo.tests import tagged

from .common import SalonCase


@tagged("post_install", "-at_install")
class TestChange(SalonCase):
    """Which rows of the change log are kept, and for how long."""

    def setUp(self):
        super().setUp()
        self.changes = self.env["klientbox.change"]
        self.env.cr.execute("DELETE FROM klientbox_change WHERE company_id = %s", [self.salon.id])

    def log(self, *rows):
        """Write rows of the log: (id of the record, its transaction, days ago)."""
        for res_id, txid, days in rows:
            self.env.cr.execute(
                """
                INSERT INTO klientbox_change (model, res_id, company_id, kind, txid, oldest_txid, at)
                VALUES ('klientbox.client', %s, %s, 'update', %s, %s,
                        now() AT TIME ZONE 'UTC' - make_interval(days => %s))
                """,
                [res_id, self.salon.id, txid, txid, days],
            )

    def kept(self):
        self.env.cr.execute(
            "SELECT res_id, txid FROM klientbox_change WHERE company_id = %s ORDER BY id", [self.salon.id]
        )
        return self.env.cr.fetchall()

    def test_of_each_record_the_last_row_stays_for_good(self):
        self.log((1, 10, 90), (1, 11, 80), (2, 12, 70), (1, 13, 60), (3, 14, 50))
        self.changes._forget()
        self.assertEqual(self.kept(), [(2, 12), (1, 13), (3, 14)])
        self.changes._forget()
        self.assertEqual(self.kept(), [(2, 12), (1, 13), (3, 14)])

    def test_what_is_younger_than_30_days_stays(self):
        self.log((1, 10, 31), (1, 11, 29), (1, 12, 28))
        self.changes._forget()
        self.assertEqual(self.kept(), [(1, 11), (1, 12)])

    def test_a_later_row_of_an_earlier_transaction_does_not_take_the_place(self):
        self.log((1, 20, 90), (1, 15, 80))
        self.changes._forget()
        self.assertEqual(self.kept(), [(1, 20), (1, 15)])

    def test_every_query_finds_the_same_records_as_before(self):
        self.log((1, 10, 90), (2, 11, 85), (1, 12, 80), (3, 13, 70), (2, 14, 60), (3, 15, 5))
        changes = self.changes.with_company(self.salon)
        before = {txid: changes._changed_since("klientbox.client", txid, 0, 9) for txid in range(9, 17)}
        self.assertEqual(before[13], [2, 3])
        self.changes._forget()
        self.assertEqual(
            {txid: changes._changed_since("klientbox.client", txid, 0, 9) for txid in range(9, 17)}, before
        )

    def test_numbers_of_another_server_are_of_long_ago(self):
        self.log((1, 10, 1), (2, 2**60, 1))
        self.changes._forget()
        self.assertEqual(self.kept(), [(1, 10), (2, 0)])

    def test_changed_lines_count_as_one_change_of_their_visit(self):
        visit = self.visit(self.client(), line_ids=[(0, 0, {"staff_name": "Ota"}), (0, 0, {"staff_name": "Eva"})])
        self.env.flush_all()

        def kinds():
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT kind FROM klientbox_change WHERE model = 'klientbox.visit' AND res_id = %s ORDER BY id",
                [visit.id],
            )
            return [kind for [kind] in self.env.cr.fetchall()]

        self.assertEqual(kinds(), ["insert"])
        # As if it had been another transaction.
        self.env.cr.execute("UPDATE klientbox_change SET txid = txid - 1 WHERE company_id = %s", [self.salon.id])
        visit.line_ids[0].staff_name = "Petr"
        self.env.flush_all()
        visit.line_ids[0].staff_name = "Pavel"
        self.assertEqual(kinds(), ["insert", "update"])
        visit.invalidate_recordset(["version"])
        self.assertEqual(visit.version, 2)
