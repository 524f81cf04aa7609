from datetime import datetime, timedelta

from odoo.addons.klientbox.exceptions import FieldError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import NOON, SalonCase


@tagged("post_install", "-at_install")
class TestVisit(SalonCase):
    def setUp(self):
        super().setUp()
        self.jana = self.client()

    def totals(self):
        return self.jana.status, self.jana.total_visits, str(self.jana.last_visit_date or ""), self.jana.total_spent

    def test_a_price_of_a_service_in_a_visit_is_not_negative(self):
        visit = self.visit(self.client())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            visit.line_ids = [(0, 0, {"price": -0.01})]
            self.env.flush_all()

    def test_only_done_visits_count_and_they_count_at_once(self):
        self.assertEqual(self.totals(), ("new", 0, "", 0))
        visit = self.visit(self.jana, state="scheduled", line_ids=[(0, 0, {"price": 450})])
        self.assertEqual(self.totals(), ("new", 0, "", 0))
        visit.action_arrive()
        self.assertEqual(self.totals(), ("new", 0, "", 0))
        visit.action_done()
        self.assertEqual(self.totals(), ("active", 1, "2026-11-20", 450))
        visit.line_ids.price = 500
        self.assertEqual(self.totals(), ("active", 1, "2026-11-20", 500))
        visit.action_no_show()
        self.assertEqual(self.totals(), ("new", 0, "", 0))
        visit.state = "done"
        visit.unlink()
        self.assertEqual(self.totals(), ("new", 0, "", 0))

    def test_a_visit_moved_to_another_client_counts_there(self):
        eva, visit = self.client("Eva"), self.visit(self.jana)
        visit.client_id = eva
        self.assertEqual(self.totals(), ("new", 0, "", 0))
        self.assertEqual((eva.status, eva.total_visits), ("active", 1))

    def test_the_day_of_a_visit_is_the_salon_s(self):
        self.visit(self.jana, start=datetime(2026, 11, 18, 23, 30))
        self.assertEqual(str(self.jana.last_visit_date), "2026-11-19")
        self.settings().timezone = "America/New_York"
        self.assertEqual(str(self.jana.last_visit_date), "2026-11-18")

    def test_the_last_visit_is_the_latest_done(self):
        for days, state in ((100, "done"), (70, "done"), (10, "cancelled"), (5, "no_show"), (200, "done")):
            self.visit(self.jana, start=NOON - timedelta(days=days), state=state)
        self.assertEqual(self.totals(), ("warning", 3, "2026-09-11", 0))

    def test_a_done_visit_lies_not_in_the_future(self):
        with self.assertRaises(FieldError) as refusal:
            self.visit(self.jana, start=NOON + timedelta(minutes=1))
        self.assertEqual(refusal.exception.problems[0][:2], ("start", "done_in_future"))

    def test_a_visit_that_ended_early_is_done_now(self):
        visit = self.visit(self.jana, start=NOON + timedelta(minutes=20), state="scheduled")
        visit.action_done()
        self.assertRecordValues(visit, [{"state": "done", "start": NOON}])

    def test_an_archived_client_gets_no_new_visits_and_keeps_the_old(self):
        visit = self.visit(self.jana, state="scheduled")
        self.jana.action_archive()
        with self.assertRaises(FieldError):
            self.visit(self.jana, state="scheduled")
        visit.action_done()
        self.assertEqual(self.jana.with_context(active_test=False).total_visits, 1)

    def test_lines_carry_service_staff_time_and_price(self):
        cut, dye = self.env["klientbox.service"].create(
            [
                {"name": "Střih", "duration": 45, "price": 650, "company_id": self.salon.id},
                {"name": "Barva", "duration": 90, "price": 1200, "company_id": self.salon.id},
            ]
        )
        eva = self.env["klientbox.staff"].create({"name": "Eva", "company_id": self.salon.id})
        visit = self.visit(
            self.jana,
            state="scheduled",
            line_ids=[(0, 0, {"service_id": cut.id, "staff_id": eva.id}), (0, 0, {"service_id": dye.id})],
        )
        self.assertRecordValues(
            visit.line_ids,
            [
                {"start": NOON, "duration": 45, "price": 650, "staff_name": "Eva"},
                {"start": NOON + timedelta(minutes=45), "duration": 90, "price": 1200, "staff_name": False},
            ],
        )
        self.assertRecordValues(
            visit,
            [
                {
                    "duration": 135,
                    "stop": NOON + timedelta(minutes=135),
                    "amount": 1850,
                    "service_id": cut.id,
                    "staff_id": eva.id,
                    "staff_name": "Eva",
                }
            ],
        )

    def test_staff_is_known_by_name_and_otherwise_kept_as_written(self):
        eva = self.env["klientbox.staff"].create({"name": "Eva Malá", "company_id": self.salon.id})
        visits = self.env["klientbox.visit"].with_context(allowed_company_ids=self.salon.ids)
        known = visits._record(self.jana.id, NOON, "done", staff_name="EVA MALA")
        self.assertEqual((known.staff_id, known.staff_name), (eva, "Eva Malá"))
        unknown = visits._record(self.jana.id, NOON, "done", staff_name="Dr. Svoboda")
        self.assertEqual((unknown.staff_id.id, unknown.staff_name), (False, "Dr. Svoboda"))

    def test_all_that_is_unknown_is_said_at_once(self):
        with self.assertRaises(FieldError) as refusal:
            self.env["klientbox.visit"]._record(0, NOON, "done", service_id=2**31)
        self.assertEqual([problem[1] for problem in refusal.exception.problems], ["unknown_client", "unknown_service"])

    def two_lines(self):
        """A visit with two services, the first with a price set by hand."""
        self.cut, self.dye, self.wash = self.env["klientbox.service"].create(
            [
                {"name": name, "duration": minutes, "price": price, "company_id": self.salon.id}
                for name, minutes, price in (("Střih", 45, 650), ("Barva", 90, 1200), ("Mytí", 10, 90))
            ]
        )
        lines = [{"service_id": self.cut.id, "price": 500, "staff_name": "Dr. Svoboda"}, {"service_id": self.dye.id}]
        visit = self.visit(self.jana, state="scheduled", line_ids=[(0, 0, line) for line in lines])
        return visit.with_context(allowed_company_ids=self.salon.ids)

    def test_what_comes_back_as_it_was_changes_nothing(self):
        visit = self.two_lines()
        self.cut.action_archive()
        visit._correct(service_id=self.cut.id, staff_name="Dr. Svoboda", note=None)
        self.assertRecordValues(
            visit.line_ids,
            [
                {"service_id": self.cut.id, "price": 500, "staff_name": "Dr. Svoboda"},
                {"service_id": self.dye.id, "price": 1200, "staff_name": False},
            ],
        )

    def test_a_correction_reaches_the_first_line_and_leaves_the_others(self):
        visit = self.two_lines()
        eva = self.env["klientbox.staff"].create({"name": "Eva Malá", "company_id": self.salon.id})
        visit._correct(service_id=self.wash.id, staff_name="eva mala", start=NOON - timedelta(days=1), state="done")
        self.assertRecordValues(
            visit.line_ids,
            [
                {"service_id": self.wash.id, "price": 90, "staff_id": eva.id, "staff_name": "Eva Malá"},
                {"service_id": self.dye.id, "price": 1200, "staff_id": False, "staff_name": False},
            ],
        )
        self.assertRecordValues(visit, [{"amount": 1290, "duration": 100, "staff_id": eva.id, "state": "done"}])
        self.assertEqual(self.totals(), ("active", 1, "2026-11-19", 1290))
        visit._correct(service_id=None, staff_name=None)
        self.assertRecordValues(
            visit.line_ids,
            [
                {"service_id": False, "price": 0, "staff_id": False, "staff_name": False},
                {"service_id": self.dye.id, "price": 1200, "staff_id": False, "staff_name": False},
            ],
        )

    def test_a_visit_without_services_gets_its_first_one(self):
        visit = self.visit(self.jana).with_context(allowed_company_ids=self.salon.ids)
        visit._correct(staff_name=None, service_id=None)
        self.assertFalse(visit.line_ids)
        visit._correct(staff_name="Dr. Svoboda")
        self.assertRecordValues(visit.line_ids, [{"service_id": False, "staff_name": "Dr. Svoboda"}])

    def test_a_service_that_is_none_is_refused(self):
        visit = self.two_lines().with_user(self.receptionist)
        foreign = self.env["klientbox.service"].create({"name": "Holení", "company_id": self.other.id})
        for service_id in (foreign.id, 2**40):
            with self.assertRaises(FieldError) as refusal:
                visit._correct(service_id=service_id)
            self.assertEqual(refusal.exception.problems[0][:2], ("service_id", "unknown_service"))

    def test_cancelling_twice_is_cancelling_once(self):
        visit = self.visit(self.jana)
        visit._cancel()
        self.env.flush_all()
        visit.invalidate_recordset(["version"])
        version = visit.version
        visit._cancel()
        self.env.flush_all()
        visit.invalidate_recordset(["version"])
        self.assertEqual((visit.state, visit.version), ("cancelled", version))
        self.assertEqual(self.totals(), ("new", 0, "", 0))

    def service(self, name, **vals):
        return self.env["klientbox.service"].create({"name": name, "company_id": self.salon.id, **vals})

    def staff(self, name):
        return self.env["klientbox.staff"].create({"name": name, "company_id": self.salon.id})

    def test_two_visits_of_a_client_at_the_same_minute_show_a_warning(self):
        cut = self.service("Cut")
        self.visit(self.jana, state="scheduled", line_ids=[(0, 0, {"service_id": cut.id})])
        form = self.new_visit()
        form.client_id = self.jana
        form.start = NOON.replace(second=30)
        warning = "Jana Nováková has another visit at 12:00: Jana Nováková · Cut."
        self.assertEqual(form.same_time, warning)
        values = {"client_id": self.jana.id, "start": NOON, "state": "scheduled", "company_id": self.salon.id}
        answer = self.env["klientbox.visit"].onchange(values, ["start"], {name: {} for name in values})
        self.assertEqual(answer["warning"]["message"], warning)
        form.start = NOON + timedelta(minutes=1)
        self.assertFalse(form.same_time)
        form.start = NOON
        # Both may be right.
        self.assertEqual(form.save().start, NOON)

    def new_visit(self):
        return Form(self.env["klientbox.visit"].with_user(self.receptionist))

    def test_two_visits_of_a_staff_member_at_the_same_minute_show_a_warning(self):
        eva, ivo = self.staff("Eva"), self.staff("Ivo")
        petra = self.client("Petra")
        lines = [
            (0, 0, {"staff_id": eva.id, "duration": 30, "sequence": 1}),
            (0, 0, {"staff_id": ivo.id, "duration": 30, "sequence": 2}),
        ]
        first = self.visit(self.jana, state="scheduled", line_ids=lines)
        form = self.new_visit()
        form.client_id = petra
        form.start = NOON + timedelta(minutes=30)
        with form.line_ids.new() as line:
            line.staff_id = ivo
        self.assertEqual(form.same_time, "Ivo has another visit at 12:30: Jana Nováková.")
        form.start = NOON
        self.assertFalse(form.same_time, "Ivo comes to it half an hour later")
        form.start = NOON + timedelta(minutes=30)
        second = form.save()
        self.assertEqual(first.same_time, "Ivo has another visit at 12:30: Petra.")
        for state in ("cancelled", "no_show"):
            second.state = state
            first.invalidate_recordset(["same_time"])
            self.assertFalse(first.same_time, state)
            self.assertFalse(second.same_time, state)

    def test_a_visit_of_another_company_shows_no_warning(self):
        self.visit(self.client("Jana Nováková", self.other), state="scheduled")
        self.assertFalse(self.visit(self.jana, state="scheduled").same_time)

    def test_the_total_of_a_day_leaves_out_what_did_not_take_place(self):
        for price, state in (
            (100, "done"),
            (200, "scheduled"),
            (400, "arrived"),
            (800, "cancelled"),
            (1600, "no_show"),
        ):
            self.visit(self.client(f"Client {price}"), state=state, line_ids=[(0, 0, {"price": price})])
        visits = self.env["klientbox.visit"].with_user(self.receptionist)
        found = visits.search([("company_id", "=", self.salon.id)])
        self.assertEqual(sum(found.mapped("counted_amount")), 700)
        groups = visits.formatted_read_group([("id", "in", found.ids)], ["start:day"], ["counted_amount:sum"])
        self.assertEqual([group["counted_amount:sum"] for group in groups], [700])
        self.assertEqual(visits.fields_get(["counted_amount"])["counted_amount"]["aggregator"], "sum")
        nothing = visits.formatted_read_group([("state", "=", "no_show")], [], ["counted_amount:sum"])
        self.assertEqual(nothing[0]["counted_amount:sum"], 0)

    def test_a_visit_shows_all_of_its_services_and_staff(self):
        eva, ivo = self.staff("Eva"), self.staff("Ivo")
        lines = [
            (0, 0, {"service_id": self.service(name).id, "staff_id": staff.id, "sequence": place})
            for place, (name, staff) in enumerate((("Wash", eva), ("Cut", ivo), ("Blow-dry", eva)))
        ]
        visit = self.visit(self.jana, line_ids=[*lines, (0, 0, {"staff_name": "Made Up", "sequence": 9})])
        self.assertEqual((visit.services, visit.all_staff), ("Wash, Cut, Blow-dry", "Eva, Ivo, Made Up"))
        bare = self.visit(self.jana)
        self.assertEqual((bare.services, bare.all_staff), (False, False))

    def test_a_walk_in_has_a_whole_time(self):
        self.set_clock(datetime(2026, 11, 20, 11, 8, 42))
        form = self.new_visit()
        form.client_id = self.jana
        visit = form.save()
        self.assertEqual(visit.start, datetime(2026, 11, 20, 11, 5))
        visit.start = datetime(2026, 11, 20, 15, 0)
        visit.action_done()
        self.assertEqual(visit.start, datetime(2026, 11, 20, 11, 5))

    def test_staff_have_the_clock_of_their_company(self):
        self.settings(self.other).timezone = "America/Vancouver"
        self.env.user.tz = "Asia/Tokyo"
        far, near = (
            self.env["klientbox.staff"].create({"name": "Eva", "company_id": company.id})
            for company in (self.other, self.salon)
        )
        chosen = self.env["klientbox.staff"].create({"name": "Ivo", "company_id": self.other.id, "tz": "Asia/Tokyo"})
        self.assertEqual((far.tz, near.tz, chosen.tz), ("America/Vancouver", "Europe/Prague", "Asia/Tokyo"))
        self.settings(self.other).timezone = "Europe/London"
        self.assertEqual((far.tz, near.tz, chosen.tz), ("Europe/London", "Europe/Prague", "Asia/Tokyo"))
