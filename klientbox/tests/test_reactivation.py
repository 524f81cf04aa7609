from datetime import date, datetime, timedelta

from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import clock
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import NOON, SalonCase

TODAY = date(2026, 11, 20)


class ReactivationCase(SalonCase):
    """The three rules of Salon Jana are on; a message a day to every client who is due."""

    def setUp(self):
        super().setUp()
        self.settings().write({"daily_cap": 0, "lang": "en_US"})
        self.rules = self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)])
        self.rules.enabled = True

    def rule(self, trigger):
        return self.rules.filtered(lambda rule: rule.trigger == trigger)

    def absent(self, days, name="Jana Nováková", phone=None, **vals):
        """A client whose last visit was this many days ago."""
        client = self.client(name, phone=phone or f"+420601{days:06}", **vals)
        self.visit(client, start=NOON - timedelta(days=days))
        return client

    def night(self, today=TODAY, **options):
        """The decisions at noon of a day; between the days the clock runs."""
        with clock.as_of(clock.now() + (today - clock.today("Europe/Prague"))):
            return self.settings()._reactivate(today, **options)

    def messages(self, client=None):
        domain = [("client_id", "=", client.id)] if client else [("company_id", "=", self.salon.id)]
        return self.env["klientbox.message"].search(domain, order="id")

    def merge(self, client, target):
        self.env["klientbox.client.merge"]._merge(client, target)

    def reason(self, client):
        """The reason of the client's open decision."""
        return self.env["klientbox.decision"].search([("client_id", "=", client.id), ("day_to", "=", False)]).reason


@tagged("post_install", "-at_install")
class TestReactivation(ReactivationCase):
    def test_each_trigger_writes_to_its_own_once(self):
        clients = {days: self.absent(days) for days in (60, 61, 90, 91, 180, 181)}
        self.client("New", phone="601999999")
        self.assertEqual(self.night(), 5)
        self.assertEqual(
            [(message.client_id, message.trigger) for message in self.messages()],
            [
                (clients[61], "warning"),
                (clients[90], "warning"),
                (clients[91], "inactive"),
                (clients[180], "inactive"),
                (clients[181], "lost"),
            ],
        )
        self.assertRecordValues(
            self.messages(clients[61]),
            [
                {
                    "state": "queued",
                    "channel": "sms",
                    "address": "+420601000061",
                    "step": 1,
                    "absence_since": date(2026, 9, 20),
                    "queued_day": TODAY,
                    "due_at": NOON,
                    "attempts": 0,
                    "parts": 1,
                    "lane": f"odoo:{self.salon.id}",
                    "body": "Hello Jana, you have not been to Salon Jana for 61 days. Shall we find you a time?"
                    " No more? Reply STOP.",
                }
            ],
        )
        self.assertEqual(self.night(), 0)

    def test_no_client_is_contacted_while_a_rule_is_off(self):
        self.absent(61)
        self.rule("warning").enabled = False
        self.assertEqual(self.night(), 0)
        self.rule("warning").write({"enabled": True, "active": False})
        self.assertEqual(self.night(), 0)

    def test_an_excluded_client_gets_no_message_and_a_recorded_reason(self):
        phoneless = self.absent(61)
        phoneless.phone = False
        refused = self.absent(62, sms_opt_out=True)
        blacklisted = self.absent(63)
        self.env["phone.blacklist"].create({"number": blacklisted.phone})
        booked = self.absent(64)
        self.visit(booked, start=NOON + timedelta(days=3), state="scheduled")
        here = self.absent(65)
        self.visit(here, start=NOON, state="arrived")
        unmarked = self.absent(68)
        self.visit(unmarked, start=NOON - timedelta(hours=1), state="scheduled")
        long_ago = self.absent(69)
        self.visit(long_ago, start=NOON - timedelta(days=62), state="scheduled")
        missed = self.absent(66)
        self.visit(missed, start=NOON + timedelta(days=3), state="cancelled")
        gone = self.absent(67)
        gone.action_archive()
        self.assertEqual(self.night(), 2)
        self.assertEqual(self.messages().client_id, missed | long_ago)
        self.assertEqual(
            [self.reason(client) for client in (phoneless, refused, blacklisted, booked, here, unmarked, missed, gone)],
            ["no_address", "opted_out", "blacklisted", "booked", "booked", "visit_unmarked", False, False],
        )

    def test_the_ledger_grows_only_when_something_changes(self):
        refused = self.absent(61, sms_opt_out=True)
        for day in range(3):
            self.night(TODAY + timedelta(days=day))
        refused.sms_opt_out = False
        self.night(TODAY + timedelta(days=3))
        self.assertRecordValues(
            self.env["klientbox.decision"].search([("client_id", "=", refused.id)], order="id"),
            [
                {
                    "outcome": "skipped",
                    "reason": "opted_out",
                    "day_from": TODAY,
                    "day_to": TODAY + timedelta(days=2),
                },
                {
                    "outcome": "queued",
                    "reason": False,
                    "day_from": TODAY + timedelta(days=3),
                    "day_to": TODAY + timedelta(days=3),
                },
            ],
        )

    def test_the_day_s_limit_takes_the_most_recent_absences_first(self):
        clients = [self.absent(days) for days in (300, 62, 61, 100, 200)]
        self.settings().daily_cap = 2
        self.assertEqual(self.night(), 2)
        self.assertEqual(self.messages().client_id, clients[2] | clients[1])
        self.assertEqual({self.reason(clients[place]) for place in (0, 3, 4)}, {"daily_cap"})
        self.assertEqual(self.night(), 0)
        self.assertEqual(self.night(TODAY + timedelta(days=1)), 2)
        self.assertEqual(self.messages()[2:].client_id, clients[3] | clients[4])

    def test_nights_before_a_day_of_rest_queue_for_one_day(self):
        """From Christmas Eve to the Sunday after it: four nights, one sending day, one day's limit."""
        self.settings().daily_cap = 2
        for days in range(61, 67):
            self.absent(days)
        queued = []
        for day in range(24, 29):
            self.set_clock(datetime(2026, 12, day, 0, 30))
            self.env["klientbox.client"].search([("company_id", "=", self.salon.id)])._move_statuses(
                self.settings(), date(2026, 12, day)
            )
            queued.append(self.night(date(2026, 12, day)))
        self.assertEqual(queued, [2, 0, 0, 0, 0])
        self.assertEqual(set(self.messages().mapped("due_at")), {datetime(2026, 12, 28, 7, 0)})
        self.assertEqual(set(self.messages().mapped("expires_at")), {datetime(2026, 12, 31, 7, 0)})

    def test_branches_share_their_root_s_limit(self):
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        self.settings(branch).daily_cap = self.settings().daily_cap = 1
        self.env["klientbox.rule"].search([("company_id", "=", branch.id)]).enabled = True
        self.absent(61)
        self.absent(62, company=branch)
        self.assertEqual(self.night(), 1)
        self.assertEqual(self.settings(branch)._reactivate(TODAY), 0)

    def test_one_address_is_contacted_once(self):
        mother = self.absent(61, "Jana", phone="601000001", email="doma@example.com")
        child = self.absent(61, "Anna", phone="601000002", email="Doma@example.com")
        self.rules.step_ids.write({"channel": "email", "subject": "Ahoj"})
        self.assertEqual(self.night(), 1)
        self.assertEqual(self.messages().client_id, mother)
        self.assertEqual(self.reason(child), "same_address")
        self.settings().daily_cap = 1
        other = self.absent(62, phone="601000003", email="jina@example.com")
        self.assertEqual(self.night(TODAY + timedelta(days=1)), 1, "a client left out takes no place of the daily cap")
        self.assertEqual((self.messages()[1:].client_id, self.messages()[1:].address), (other, "jina@example.com"))

    def test_no_client_is_contacted_again_within_the_days_between(self):
        jana = self.absent(90)
        self.night()
        self.settings().active_days, self.settings().days_between = 50, 7
        for day, expected in ((1, 0), (6, 0), (7, 1)):
            jana._move_statuses(self.settings(), TODAY + timedelta(days=day))
            self.assertEqual(self.night(TODAY + timedelta(days=day)), expected)
        self.assertEqual(self.messages(jana).mapped("trigger"), ["warning", "inactive"])

    def test_a_new_visit_and_a_new_absence_are_a_new_episode(self):
        jana = self.absent(61)
        self.night()
        self.visit(jana, start=NOON)
        self.assertEqual(jana.status, "active")
        later = TODAY + timedelta(days=61)
        self.set_clock(NOON + timedelta(days=61))
        jana._move_statuses(self.settings(), later)
        self.assertEqual(self.night(later), 1)
        self.assertEqual(
            self.messages(jana).mapped("absence_since"), [TODAY - timedelta(days=61), TODAY], "one each episode"
        )

    def test_the_same_history_under_another_client_is_the_same_episode(self):
        jana = self.absent(61, phone="601000001")
        self.night()
        jana.action_archive()
        again = self.absent(61, phone="601000001")
        self.assertEqual(self.night(), 0)
        self.assertEqual(self.reason(again), "same_address")

    def test_two_entries_merged_are_one_person_with_one_message_an_episode(self):
        first, second = self.absent(61, phone="601000001"), self.absent(61, phone="601000002")
        second.write({"email": "jana@example.com", "notes": "Káva bez cukru"})
        self.night()
        self.assertEqual(len(self.messages()), 2)
        self.merge(second, first)
        self.assertFalse(second.exists())
        self.assertEqual(self.messages(first).mapped("queued_for"), [first.id, second.id])
        noted = "Káva bez cukru\nMerged entry of 11/20/2026: Jana Nováková; Phone: +420 601 000 002"
        self.assertEqual((first.total_visits, first.email, first.notes), (2, "jana@example.com", noted))
        self.assertEqual((first.phone, first.status, self.night()), ("+420601000001", "warning", 0))
        late = self.absent(100, phone="601000003")
        self.merge(first, late)
        self.assertEqual((late.status, late.last_visit_date), ("warning", TODAY - timedelta(days=61)))

    def test_a_merge_keeps_what_either_has_refused(self):
        first, second = self.absent(61, phone="601000001"), self.absent(61, phone="601000002")
        second._opt_out("sms", "stop")
        self.merge(second, first)
        self.assertTrue(first.sms_opt_out)
        with self.assertRaises(FieldError):
            first.sms_opt_out = False
        with self.assertRaises(ValidationError):
            self.merge(self.client(company=self.other), first)

    def test_later_steps_follow_their_step_before(self):
        rule = self.rule("warning")
        rule.step_ids.delay = 2
        self.env["klientbox.rule.step"].create(
            {"rule_id": rule.id, "delay": 12, "channel": "email", "subject": "{salon}", "body": "{salon} {stop}"}
        )
        jana = self.absent(75, email="jana@example.com")
        self.assertEqual(self.night(), 1, "the backlog begins with the first step")
        self.assertEqual(self.night(TODAY + timedelta(days=9)), 0)
        self.assertEqual(self.night(TODAY + timedelta(days=10)), 1)
        self.assertRecordValues(
            self.messages(jana),
            [{"step": 1, "channel": "sms", "subject": False}, {"step": 2, "channel": "email", "subject": "Salon Jana"}],
        )

    def test_a_step_waits_its_days_after_the_trigger(self):
        self.rule("warning").step_ids.delay = 3
        self.absent(63)
        self.assertEqual(self.night(), 0)
        self.assertEqual(self.night(TODAY + timedelta(days=1)), 1)

    def test_messages_wait_for_the_morning_and_for_monday(self):
        for moment, due_at in (
            (datetime(2026, 11, 20, 22, 0), datetime(2026, 11, 21, 7, 0)),  # Friday night: Saturday, 8:00
            (datetime(2026, 11, 21, 19, 0), datetime(2026, 11, 23, 7, 0)),  # Saturday, 20:00: Monday, 8:00
        ):
            self.set_clock(moment)
            jana = self.absent(70, phone=f"+4206010000{moment:%d}")
            self.night(moment.date())
            self.assertEqual(self.messages(jana).due_at, due_at)

    def test_a_client_reads_her_own_language(self):
        self.env["res.lang"]._activate_lang("cs_CZ")
        step = self.rule("warning").step_ids
        step.with_context(lang="cs_CZ").body = "Dobrý den, {first_name}, čeká Vás {salon}. {stop}"
        jana = self.absent(61, lang="cs_CZ")
        self.settings().plain_sms = False
        self.night()
        self.assertTrue(self.messages(jana).body.startswith("Dobrý den, Jana, čeká Vás Salon Jana."))

    def test_an_sms_is_plain_unless_the_salon_wants_diacritics(self):
        self.rule("warning").step_ids.body = "Příliš žluťoučký kůň, „{name}“ – {salon} {stop}"
        jana = self.absent(61, "Žofie Ďurišová")
        self.night()
        self.assertEqual(
            self.messages(jana).body,
            'Prilis zlutoucky kun, "Zofie Durisova" - Salon Jana No more? Reply STOP.',
        )

    def test_what_a_name_holds_is_text(self):
        self.rule("warning").step_ids.body = "{first_name}: {salon} {stop}"
        jana = self.absent(61, "{salon} {object.env} {{7*7}}")
        jana.given_name = "{salon}"
        self.night()
        self.assertEqual(self.messages(jana).body, "{salon}: Salon Jana No more? Reply STOP.")

    def test_after_a_restored_backup_all_that_may_have_gone_out_is_closed(self):
        jana, waiting = self.absent(61), self.absent(62)
        self.night()
        self.settings().write({"held_since": NOON, "held_reason": "gap", "daily_cap": 1})
        later = self.absent(63)
        self.settings().action_restored()
        self.assertEqual(
            [(message.client_id, message.state, message.reason) for message in self.messages()],
            [(client, "cancelled", "restored") for client in (jana, waiting, later)],
        )
        self.assertFalse(self.settings().held_since)
        self.assertEqual(self.night(), 0)


@tagged("post_install", "-at_install")
class TestRule(ReactivationCase):
    def refusal(self, change):
        with self.assertRaises(FieldError) as refused:
            change()
        return refused.exception.problems[0][:2]

    def test_every_company_has_its_three_rules_switched_off(self):
        company = self.env["res.company"].create({"name": "Nový salon"})
        rules = self.env["klientbox.rule"].search([("company_id", "=", company.id)])
        self.assertEqual(
            [(rule.trigger, rule.enabled, len(rule.step_ids)) for rule in rules],
            [("warning", False, 1), ("inactive", False, 1), ("lost", False, 1)],
        )

    def test_a_text_must_say_who_writes_and_how_to_refuse(self):
        step = self.rule("warning").step_ids
        for body, problem in (
            ("Ahoj {stop}", "placeholder_missing"),
            ("Ahoj {salon}", "placeholder_missing"),
            ("{salon} {stop} {object.env}", "placeholder_unknown"),
            ("{salon} {stop} {{7*7}}", "placeholder_unknown"),
            ("{salon} {stop} {phone}", "placeholder_unknown"),
            ("{salon} {stop} " + "x" * 1000, "too_long"),
        ):
            with self.subTest(body=body[:40]):
                self.assertEqual(self.refusal(lambda body=body: step.write({"body": body})), ("body", problem))

    def test_an_email_needs_a_subject(self):
        step = self.rule("warning").step_ids
        self.assertEqual(
            self.refusal(lambda: step.write({"channel": "email", "subject": False})), ("subject", "required")
        )

    def test_what_was_sent_is_archived_not_deleted(self):
        self.absent(61)
        self.night()
        rule = self.rule("warning")
        for record in (rule, rule.step_ids):
            with self.assertRaises(UserError):
                record.unlink()
        rule.action_archive()
        self.assertEqual(self.messages().rule_id, rule)

    def test_numbers_of_steps_are_never_used_again(self):
        rule = self.rule("lost")
        text = {"body": "{salon} {stop}", "rule_id": rule.id}
        second = rule.step_ids.create(text)
        second.active = False
        third = rule.step_ids.create(text)
        self.assertEqual([rule.step_ids[:1].number, second.number, third.number], [1, 2, 3])

    def test_only_a_manager_changes_rules_and_starts_a_night(self):
        rule = self.rule("warning")
        with self.assertRaises(AccessError):
            rule.with_user(self.receptionist).enabled = False
        with self.assertRaises(AccessError):
            rule.with_user(self.receptionist).action_run_now()
        self.absent(61)
        notice = rule.with_user(self.manager).action_run_now()["params"]["message"]
        self.assertIn("1 messages queued", notice)


@tagged("post_install", "-at_install")
class TestMessage(ReactivationCase):
    def message(self, state):
        jana = self.absent(61)
        self.night()
        message = self.messages(jana)
        self.env.cr.execute("UPDATE klientbox_message SET state = %s WHERE id = %s", [state, message.id])
        message.invalidate_recordset()
        return message

    def test_a_manager_settles_what_is_unknown(self):
        for action, state in (
            ("action_mark_sent", "sent"),
            ("action_mark_failed", "failed"),
            ("action_send_again", "queued"),
        ):
            message = self.message("unknown")
            with self.assertRaises(AccessError):
                getattr(message.with_user(self.receptionist), action)()
            getattr(message.with_user(self.manager), action)()
            self.assertEqual(message.state, state)
            self.env.cr.execute("DELETE FROM klientbox_message")
            message.client_id.unlink() if not message.client_id.visit_ids else message.client_id.action_archive()

    def test_only_what_waits_can_be_cancelled(self):
        message = self.message("sent")
        with self.assertRaises(UserError):
            message.with_user(self.manager).action_cancel()
        self.assertEqual(message.state, "sent")

    def test_no_user_changes_or_deletes_a_message(self):
        message = self.message("queued")
        for user in (self.receptionist, self.manager, self.owner):
            with self.assertRaises(AccessError):
                message.with_user(user).write({"state": "sent"})
            with self.assertRaises(AccessError):
                message.with_user(user).unlink()

    def test_an_sms_of_odoo_s_own_goes_into_the_outbox_once(self):
        sms = self.env["sms.sms"].create({"number": "+420601999999", "body": "Přijďte dřív"})
        other = self.env["sms.sms"].with_company(self.other).create({"number": "+420601888888", "body": "Ahoj"})
        (sms | other).send()
        (sms | other).write({"state": "outgoing", "to_delete": False})
        (sms | other)._send()
        self.assertRecordValues(
            self.env["klientbox.message"].search([("sms_uuid", "!=", False)], order="id"),
            [
                {"company_id": self.salon.id, "address": "+420601999999", "body": "Přijďte dřív", "state": "queued"},
                {"company_id": self.other.id, "address": "+420601888888", "body": "Ahoj", "state": "queued"},
            ],
        )
        self.assertEqual((sms | other).mapped("state"), ["process", "process"])


@tagged("post_install", "-at_install")
class TestGateway(SalonCase):
    def gateway(self, **vals):
        return self.env["klientbox.gateway"].create(
            {"name": "Brána", "company_id": self.salon.id, "url": "https://gateway.example/send", **vals}
        )

    def test_a_secret_is_written_and_never_read(self):
        gateway = self.gateway(new_secret="tajné").with_user(self.owner)
        self.assertTrue(gateway.has_secret)
        self.assertFalse(gateway.new_secret)
        for name in ("secret", "callback_token"):
            with self.assertRaises(AccessError):
                gateway.read([name])
        self.assertNotIn("tajné", str(gateway.read()))
        self.assertEqual(gateway.sudo()._provider().secret, "tajné")
        self.assertNotIn("tajné", repr(gateway.sudo()._provider()))

    def test_only_an_administrator_sees_gateways(self):
        gateway = self.gateway()
        for user in (self.receptionist, self.manager):
            with self.assertRaises(AccessError):
                gateway.with_user(user).read(["name"])

    def test_what_can_t_work_is_refused_by_name(self):
        for vals, field in (
            ({"template": "{"}, "template"),
            ({"template": "[]"}, "template"),
            ({"template": '{"to": "{object}"}'}, "template"),
            ({"template": '{"to": ["{to}"]}', "body_format": "form"}, "template"),
            ({"url": "file:///etc/passwd"}, "url"),
            ({"status_url": "gateway.example"}, "status_url"),
        ):
            with self.subTest(vals=vals), self.assertRaises(FieldError) as refused:
                self.gateway(**vals)
            self.assertEqual(refused.exception.problems[0][0], field)

    def test_a_branch_sends_by_its_parent_s_gateway(self):
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        gateway = self.gateway()
        self.settings().sms_gateway_id = gateway
        self.assertEqual(self.settings(branch)._sms_gateway(), gateway)
        self.assertFalse(self.settings(self.other)._sms_gateway())
