from datetime import date, datetime, timedelta

from odoo.addons.klientbox.lib import clock
from odoo.tests import tagged

from .common import NOON, SalonCase

MIDNIGHT = datetime(2026, 11, 20, 23, 0)  # 00:00 of the 21st in Prague


@tagged("post_install", "-at_install")
class TestStatus(SalonCase):
    def setUp(self):
        super().setUp()
        self.cron = self.env.ref("klientbox.cron_night")
        self.clients = {days: self.client(f"Client {days}") for days in (59, 60, 61, 89, 90, 180, 300)}
        for days, client in self.clients.items():
            self.visit(client, start=NOON - timedelta(days=days))
        self.env["klientbox.settings"].search([]).status_day = date(2026, 11, 20)

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def statuses(self):
        return {days: client.status for days, client in self.clients.items()}

    def moves(self):
        changes = self.env["klientbox.status.change"].search([("company_id", "=", self.salon.id)])
        return [
            (change.client_id.name, change.old_status, change.new_status, str(change.day))
            for change in changes.sorted(lambda change: change.client_id.id)
        ]

    def test_the_night_moves_only_clients_who_crossed_a_threshold_today(self):
        before = self.statuses()
        self.set_clock(MIDNIGHT)
        self.run_cron()
        expected = [
            ("Client 60", "active", "warning", "2026-11-21"),
            ("Client 90", "warning", "inactive", "2026-11-21"),
            ("Client 180", "inactive", "lost", "2026-11-21"),
        ]
        self.assertEqual(self.moves(), expected)
        self.assertEqual(self.statuses(), {**before, 60: "warning", 90: "inactive", 180: "lost"})
        self.assertEqual(self.settings().status_day, date(2026, 11, 21))
        self.run_cron()
        self.assertEqual(self.moves(), expected)

    def test_nothing_moves_before_the_salon_s_midnight_nor_when_the_clock_goes_back(self):
        self.set_clock(MIDNIGHT - timedelta(minutes=15))
        self.run_cron()
        self.assertEqual(self.moves(), [])
        self.set_clock(MIDNIGHT)
        self.run_cron()
        self.set_clock(MIDNIGHT - timedelta(hours=1))
        self.run_cron()
        self.assertEqual(len(self.moves()), 3)
        self.assertEqual(self.settings().status_day, date(2026, 11, 21))

    def test_each_salon_has_its_own_midnight(self):
        self.settings(self.other).timezone = "America/New_York"
        self.env["klientbox.settings"].search([]).status_day = date(2026, 11, 20)
        self.set_clock(MIDNIGHT)
        self.run_cron()
        days = [str(self.settings(company).status_day) for company in (self.salon, self.other)]
        self.assertEqual(days, ["2026-11-21", "2026-11-20"])

    def test_each_local_day_is_done_once_on_both_daylight_saving_days(self):
        """Ten-minute steps from 21:00 UTC over the nights of 2026-10-25 (25 hours) and 2027-03-28 (23 hours)."""
        settings = self.settings()
        for first, turns in (
            (datetime(2026, 10, 24, 21, 0), ["2026-10-24 23:00", "2026-10-25 00:00", "2026-10-26 00:00"]),
            (datetime(2027, 3, 27, 21, 0), ["2027-03-27 22:00", "2027-03-28 00:00", "2027-03-29 00:00"]),
        ):
            self.env["klientbox.settings"].search([]).status_day = date(2020, 1, 1)
            seen = []
            for step in range(27 * 6):
                moment = first + timedelta(minutes=10 * step)
                before = settings.status_day
                with clock.as_of(moment):
                    self.run_cron()
                if settings.status_day != before:
                    seen.append(f"{clock.local(moment, 'Europe/Prague'):%Y-%m-%d %H:%M}")
            self.assertEqual(seen, turns)

    def test_one_salon_s_trouble_is_not_the_others(self):
        """The first salon's client has an invalid language, which no form would accept."""
        rules = self.env["klientbox.rule"].search([("company_id", "in", (self.salon | self.other).ids)])
        rules.enabled = True
        for company in (self.salon, self.other):
            lost = self.client("Lost", company=company, phone="601000001")
            self.visit(lost, start=NOON - timedelta(days=61))
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_client SET lang = 'xx_XX' WHERE company_id = %s", [self.salon.id])
        self.env.invalidate_all()
        self.set_clock(MIDNIGHT)
        with self.assertLogs("odoo.addons.klientbox.models.messaging.nightly_job", "ERROR"):
            self.run_cron()
        messages = self.env["klientbox.message"].search([("company_id", "in", (self.salon | self.other).ids)])
        self.assertEqual(messages.company_id, self.other)
        self.assertEqual(
            [self.settings(company).night_day for company in (self.salon, self.other)], [False, date(2026, 11, 21)]
        )

    def test_a_missed_night_is_made_up(self):
        self.set_clock(MIDNIGHT + timedelta(days=40))
        self.run_cron()
        self.assertEqual(
            self.statuses(),
            {59: "inactive", 60: "inactive", 61: "inactive", 89: "inactive", 90: "inactive", 180: "lost", 300: "lost"},
        )

    def test_new_thresholds_count_at_once(self):
        self.settings().write({"active_days": 50, "warning_days": 60, "inactive_days": 400})
        self.assertEqual(
            self.statuses(),
            {59: "warning", 60: "warning", **dict.fromkeys((61, 89, 90, 180, 300), "inactive")},
        )

    def test_an_archived_client_moves_too(self):
        self.clients[60].action_archive()
        self.set_clock(MIDNIGHT)
        self.run_cron()
        self.assertEqual(self.clients[60].status, "warning")

    def test_a_visit_after_midnight_is_right_before_the_night_job(self):
        self.set_clock(MIDNIGHT + timedelta(minutes=5))
        self.visit(self.clients[300], start=MIDNIGHT)
        self.assertEqual(self.clients[300].status, "active")
        self.run_cron()
        self.assertNotIn("Client 300", [move[0] for move in self.moves()])
