from odoo.tests import tagged

from .common import SalonCase


@tagged("post_install", "-at_install")
class TestVersioned(SalonCase):
    def log(self, record):
        self.env.flush_all()
        self.env["klientbox.change"].invalidate_model()
        changes = self.env["klientbox.change"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)], order="id"
        )
        return changes.mapped("kind")

    def version(self, record):
        self.env.flush_all()
        record.invalidate_recordset(["version"])
        return record.version

    def test_every_change_counts_up_and_is_logged_also_one_by_sql(self):
        service = self.env["klientbox.service"].create({"name": "Střih", "company_id": self.salon.id})
        self.assertEqual((self.version(service), self.log(service)), (1, ["insert"]))
        service.price = 450
        self.assertEqual((self.version(service), self.log(service)), (2, ["insert", "update"]))
        self.env.cr.execute("UPDATE klientbox_service SET price = price + 1 WHERE id = %s", [service.id])
        self.assertEqual((self.version(service), self.log(service)), (3, ["insert", "update", "update"]))
        service.unlink()
        self.assertEqual(self.log(service), ["insert", "update", "update", "delete"])

    def test_a_new_client_is_written_once(self):
        jana = self.client(phone="601234567")
        self.assertEqual((self.version(jana), self.log(jana)), (1, ["insert"]))

    def test_the_log_tells_what_became_of_the_record(self):
        visit = self.visit(self.client(), state="scheduled")
        visit.action_cancel()
        self.log(visit)
        changes = self.env["klientbox.change"].search(
            [("model", "=", "klientbox.visit"), ("res_id", "=", visit.id)], order="id"
        )
        self.assertRecordValues(
            changes,
            [{"was": False, "became": "scheduled"}, {"was": "scheduled", "became": "cancelled"}],
        )

    def test_the_log_knows_the_transaction(self):
        jana = self.client()
        self.env.flush_all()
        self.env.cr.execute("SELECT pg_current_xact_id()::text::bigint")
        [txid] = self.env.cr.fetchone()
        self.env.cr.execute(
            "SELECT txid FROM klientbox_change WHERE model = 'klientbox.client' AND res_id = %s", [jana.id]
        )
        self.assertEqual(self.env.cr.fetchall(), [(txid,)])
