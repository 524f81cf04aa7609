from datetime import timedelta

from odoo import Command
from odoo.addons.klientbox.models.mixins.bulk_insert import insert
from odoo.tests import tagged

from .common import NOON, SalonCase

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestBulkInsert(SalonCase):
    def setUp(self):
        super().setUp()
        self.jana = self.client("Jana")
        self.visits = self.env["klientbox.visit"]

    def row(self, **more):
        return {"company_id": self.salon.id, "client_id": self.jana.id, "start": NOON - DAY, "state": "done", **more}

    def message(self, reference, **more):
        settings, gateway = self.settings(), self.env["klientbox.gateway"]
        prepared = self.env["klientbox.message"]._prepare_row(settings, "sms", "+420601000001", reference, gateway)
        return {**prepared, **more}

    # -- refusals -----------------------------------------------------------------

    def test_without_rows_nothing_happens(self):
        with self.assertQueryCount(0):
            self.assertEqual(insert(self.visits, []), [])

    def test_what_an_index_refuses_is_not_returned(self):
        rows = [self.message(reference) for reference in ("a", "b", "a")]
        self.assertEqual(self.env["klientbox.message"]._insert(rows), ["a", "b"])
        self.assertEqual(self.env["klientbox.message"]._insert(rows[1:] + [self.message("c")]), ["c"])

    def test_a_default_of_an_open_form_is_not_a_value(self):
        form = self.env["klientbox.message"].with_context(default_attempts=7, default_subject="Form")
        form._insert([self.message("a")])
        message = self.env["klientbox.message"].search([("reference", "=", "a")])
        self.assertRecordValues(message, [{"attempts": 0, "subject": False}])

    # -- as `create` -----------------------------------------------------------------

    def test_a_row_has_the_values_that_create_gives(self):
        created = self.visits.create(self.row())
        inserted = self.visits.browse(insert(self.visits, [self.row()]))
        left_out = {"id", "display_name", "same_time"}
        names = [name for name in self.visits.fields_get() if name not in left_out]
        [expected], [values] = created.read(names), inserted.read(names)
        self.assertEqual({**values, "id": 0}, {**expected, "id": 0})

    def test_precomputed_values_follow_lines_that_are_only_drafts(self):
        lines = [Command.create({"price": price, "duration": 20}) for price in (300, 150)]
        [number] = insert(self.visits, [self.row(line_ids=lines)])
        self.env.cr.execute("SELECT amount, duration, stop FROM klientbox_visit WHERE id = %s", [number])
        self.assertEqual(self.env.cr.fetchone(), (450, 40, NOON - DAY + timedelta(minutes=40)))

    def test_values_of_a_row_are_not_computed_again(self):
        [number] = insert(self.visits, [self.row(amount=70, duration=5)])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertRecordValues(self.visits.browse(number), [{"amount": 70, "duration": 5}])

    def test_what_depends_on_the_rows_is_computed_again(self):
        self.assertEqual(self.jana.total_visits, 0)
        insert(self.visits, [self.row(amount=70), self.row(amount=30, start=NOON - 2 * DAY)])
        self.assertRecordValues(
            self.jana, [{"total_visits": 2, "total_spent": 100, "last_visit_date": (NOON - DAY).date()}]
        )

    def test_rows_may_have_different_names(self):
        rows = [self.row(), self.row(note="late", start=NOON - 2 * DAY), self.row(amount=5)]
        visits = self.visits.browse(insert(self.visits, rows)).sorted(lambda visit: (visit.start, visit.amount))
        self.assertEqual(visits.mapped("note"), ["late", False, False])
        self.assertEqual(visits.mapped("amount"), [0, 0, 5])

    def test_times_and_texts_are_stored_as_they_are(self):
        text = "Příliš 'žluťoučký' %s {}"
        visit = self.visits.browse(insert(self.visits, [self.row(note=text)]))
        self.assertRecordValues(visit, [{"start": NOON - DAY, "note": text, "create_uid": self.env.uid}])
        self.assertEqual((visit.create_date, visit.write_date), (self.env.cr.now(), self.env.cr.now()))
