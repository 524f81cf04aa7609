import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import clock, webhook
from odoo.addons.klientbox.models.webhooks import klientbox_webhook
from odoo.addons.klientbox.tools import heartbeat
from odoo.addons.klientbox.tools.webhook_deliveries import Deliveries, DeliveryResult
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import NOON, SalonCase

URL = "https://shop.example/hook"
OK = DeliveryResult(204, None, 12)
FAILED = DeliveryResult(500, "http_500", 34)
GONE = DeliveryResult(410, "http_410", 5)
# A snapshot in which the transactions before 100, and 101 to 109 except 105, had ended.
SEEN = "100:110:105"


class WebhookCase(SalonCase):
    def setUp(self):
        super().setUp()
        self.hook = self.make()

    def make(self, company=None, **vals):
        company = company or self.salon
        return self.env["klientbox.webhook"].create({"name": "Shop", "url": URL, "company_id": company.id, **vals})

    def keys(self, *names, **vals):
        return [self.env["klientbox.api.key"]._generate(self.salon, name, **vals)[0] for name in names]

    def deliveries(self, hook=None):
        return self.env["klientbox.webhook.delivery"].search([("webhook_id", "=", (hook or self.hook).id)], order="id")

    def types(self, hook=None):
        return self.deliveries(hook).mapped("type")

    def point_feed_at(self, snapshot, hook=None, last_id=0):
        self.env.cr.execute(
            "UPDATE klientbox_webhook_feed SET seen = %s, target = NULL, done_id = 0, last_id = %s"
            " WHERE webhook_id = %s",
            [snapshot, last_id, (hook or self.hook).id],
        )

    def log(self, txid, record, kind="update", was="true", became="true"):
        """A row of the change log, as a transaction of this number would have left it; its id."""
        self.env.cr.execute(
            """
            INSERT INTO klientbox_change (model, res_id, company_id, kind, was, became, txid, oldest_txid, at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
            """,
            [record._name, record.id, record.company_id.id, kind, was, became, txid, txid, NOON],
        )
        return self.env.cr.fetchone()[0]

    def fan_out(self):
        stuck = set()
        self.env.flush_all()
        self.env["klientbox.webhook"]._work(stuck)
        self.env.invalidate_all()
        self.assertEqual(stuck, set())


@tagged("post_install", "-at_install")
class TestWebhookFeed(WebhookCase):
    """From the change log to deliveries. The log of real transactions is walked in the tests from outside."""

    def setUp(self):
        super().setUp()
        self.people = [self.client(f"Client {number}") for number in range(6)]
        self.env.flush_all()
        self.point_feed_at(SEEN)
        # Rows of this test's own transaction belong to one that has not ended.
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)

    def ids_in_deliveries(self, hook=None):
        return [person.id for person in self.people for row in self.deliveries(hook) if row.res_id == person.id]

    def test_a_late_commit_of_a_long_transaction_is_delivered_once(self):
        for txid, person in zip((99, 104, 105, 109, 110, 250), self.people, strict=True):
            self.log(txid, person)
        self.fan_out()
        late, new, newest = self.people[2], self.people[4], self.people[5]
        self.assertEqual(self.ids_in_deliveries(), [late.id, new.id, newest.id])
        self.fan_out()
        self.assertEqual(len(self.deliveries()), 3)

    def test_a_transaction_that_is_under_way_is_left_for_later(self):
        """This test's own transaction: its clients were created after the webhook."""
        self.fan_out()
        self.assertEqual(self.types(), [])

    def test_the_log_is_delivered_in_batches(self):
        for person in self.people:
            self.log(120, person)
        with patch.object(klientbox_webhook, "BATCH", 4):
            self.fan_out()
            self.assertEqual(len(self.deliveries()), 4)
            # A change between two sections is sent later.
            self.log(121, self.people[0])
            self.fan_out()
            self.fan_out()
        self.assertEqual([row.res_id for row in self.deliveries()], [*[p.id for p in self.people], self.people[0].id])

    def test_a_database_brought_from_another_server_tells_what_is_newer_than_the_last(self):
        last = self.log(10**12, self.people[0])
        self.point_feed_at(f"{10**12}:{10**12 + 5}:", last_id=last)
        self.log(10**12 + 1, self.people[1])
        self.log(120, self.people[2])
        self.fan_out()
        self.assertEqual(self.ids_in_deliveries(), [self.people[2].id])
        self.log(130, self.people[3])
        self.fan_out()
        self.assertEqual(self.ids_in_deliveries(), [self.people[2].id])

    def test_the_event_says_what_get_says(self):
        jana = self.people[0]
        jana.write({"email": "jana@example.com", "phone": "601000001"})
        self.env.flush_all()
        self.log(120, jana)
        self.fan_out()
        [delivery] = self.deliveries()
        self.assertEqual(
            json.loads(delivery.payload),
            {
                "type": "client.updated",
                "id": delivery.event_id,
                "timestamp": "2026-11-20T11:00:00Z",
                "company_id": self.salon.id,
                "sequence": 1,
                "data": self.env["klientbox.webhook"]
                .browse(self.hook.id)
                ._data_of("klientbox.client", jana.ids)[jana.id],
            },
        )
        data = json.loads(delivery.payload)["data"]
        self.assertEqual(
            (data["id"], data["name"], data["phone"], data["email"], data["status"]),
            (jana.id, "Client 0", "+420601000001", "jana@example.com", "new"),
        )
        self.assertRegex(delivery.event_id, r"^evt_[0-9a-f]{32}$")
        self.assertRecordValues(
            delivery, [{"state": "pending", "attempts": 0, "next_at": NOON, "company_id": self.salon.id}]
        )

    def test_changed_visits_and_messages_are_delivered_too(self):
        visit = self.visit(self.people[0])
        message = self.env["klientbox.message"].create({"client_id": self.people[0].id, "channel": "sms"})
        answer = message.copy({"direction": "in", "state": "replied"})
        self.env.flush_all()
        self.log(120, visit, "insert", None, "done")
        self.log(120, message, "update", "sending", "sent")
        self.log(120, answer, "insert", None, "replied")
        self.fan_out()
        self.assertEqual(self.types(), ["visit.created", "visit.done", "message.sent"])
        payloads = [json.loads(row.payload)["data"] for row in self.deliveries()]
        self.assertEqual([row["id"] for row in payloads], [visit.id, visit.id, message.id])
        self.assertEqual(payloads[0]["client_name"], "Client 0")

    def test_only_the_deletion_of_a_deleted_record_is_delivered(self):
        gone = self.people[0]
        gone.action_archive()
        self.env.flush_all()
        self.log(120, gone)
        self.fan_out()
        self.assertEqual(self.types(), [])
        self.point_feed_at("121:121:")
        self.log(121, gone, "update", "true", "false")
        self.fan_out()
        self.assertEqual(self.types(), ["client.deleted"])
        self.assertEqual(json.loads(self.deliveries().payload)["data"], {"id": gone.id, "merged_into": None})

    def test_a_webhook_gets_only_its_events_of_its_company(self):
        visits = self.make(events="visit.done client.deleted")
        theirs = self.make(self.other)
        for hook in (visits, theirs):
            self.point_feed_at(SEEN, hook)
        visit = self.visit(self.people[0])
        stranger = self.client("Petr", company=self.other)
        self.env.flush_all()
        self.log(120, self.people[0])
        self.log(120, visit, "update", "scheduled", "done")
        self.log(120, stranger)
        self.fan_out()
        self.assertEqual(self.types(visits), ["visit.done"])
        self.assertEqual(self.types(theirs), ["client.updated"])
        self.assertEqual(self.types(), ["client.updated", "visit.updated", "visit.done"])
        self.assertEqual(self.deliveries(theirs).res_id, stranger.id)
        self.assertEqual([row.sequence for row in self.deliveries()], [1, 2, 3])
        self.assertEqual(len(set(self.deliveries().mapped("event_id"))), 3)

    def test_a_key_s_webhook_gets_the_events_that_the_key_may_read(self):
        [key] = self.keys("E-shop", clients_access="none")
        self.hook.api_key_id = key
        self.point_feed_at(SEEN)
        client, visit = self.people[0], self.visit(self.people[0])
        self.log(120, client)
        self.log(120, visit, "insert", None, "done")
        self.fan_out()
        self.assertEqual(self.types(), ["visit.created", "visit.done"])
        self.assertIn("client.created", self.hook.withheld)
        self.assertNotIn("visit", self.hook.withheld)
        key.action_revoke()
        # The same changes once more.
        self.point_feed_at(SEEN)
        self.fan_out()
        self.assertEqual(self.types(), ["visit.created", "visit.done"])
        self.hook.with_user(self.owner).action_keep()
        self.assertFalse(self.hook.withheld)
        self.point_feed_at(SEEN)
        self.fan_out()
        self.assertEqual(self.types()[2:], ["client.updated", "visit.created", "visit.done"])

    def test_a_key_goes_with_its_webhooks_and_only_an_administrator_keeps_them(self):
        [key] = self.keys("E-shop", clients_access="none")
        self.hook.api_key_id = key
        for user in (self.receptionist, self.manager, self.env.ref("klientbox.user_api")):
            with self.assertRaises(AccessError):
                self.hook.with_user(user).with_context(allowed_company_ids=self.salon.ids).action_keep()
        for user in (self.owner, self.manager):
            with self.assertRaises(AccessError):
                self.hook.with_user(user).api_key_id = False
        new, _text = key.with_user(self.owner)._roll("now")
        self.assertEqual(self.hook.api_key_id, new)
        new.with_user(self.owner).action_revoke()
        with self.assertRaisesRegex(UserError, "It made webhooks.*Shop"):
            (new | key).with_user(self.owner).unlink()
        self.hook.unlink()
        (new | key).with_user(self.owner).unlink()

    def test_who_is_switched_off_hears_nothing_and_afterwards_only_what_is_new(self):
        self.hook.action_disable()
        self.log(120, self.people[0])
        self.fan_out()
        self.assertEqual(self.types(), [])
        self.hook.action_enable()
        self.fan_out()
        self.assertEqual(self.types(), [])

    def test_a_new_webhook_hears_nothing_of_the_past(self):
        self.log(120, self.people[0])
        late = self.make()
        self.fan_out()
        self.assertEqual((self.types(late), self.types()), ([], ["client.updated"]))

    def test_a_record_that_fails_for_one_webhook_reaches_the_others(self):
        other = self.make()
        for hook in (self.hook, other):
            self.point_feed_at(SEEN, hook)
            self.log(120, self.people[0])
        original = type(self.hook)._data_of

        def data_of(hook, model, ids):
            if hook == self.hook:
                raise ValueError
            return original(hook, model, ids)

        stuck = set()
        # The faulty record itself would be refused by the models.
        self.patch(type(self.hook), "_data_of", data_of)
        with self.assertLogs("odoo.addons.klientbox.models.webhooks.klientbox_webhook", "ERROR"):
            self.env["klientbox.webhook"]._work(stuck)
        self.env.invalidate_all()
        self.assertEqual((stuck, self.types(other)), ({self.hook.id}, ["client.updated"]))


@tagged("post_install", "-at_install")
class TestWebhookDeliveries(WebhookCase):
    """The statements of delivering, one by one."""

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)
        self.outgoing = Deliveries(self.env.registry)
        self.queue(3)

    def queue(self, count, hook=None):
        items = [("client.deleted", webhook.CLIENT, number, NOON, {"id": number}) for number in range(1, count + 1)]
        (hook or self.hook)._queue(items)
        self.env.flush_all()

    def rows(self, *names):
        self.env.invalidate_all()
        return [tuple(row[name] for name in names) for row in self.deliveries()]

    def claim(self):
        return self.outgoing.claim(self.hook.id)

    def fail(self, result=FAILED, wait=5):
        event = self.claim()
        self.outgoing.finish(event, result, clock.now() + timedelta(seconds=wait) if wait else None)
        self.outgoing.failed(self.hook.id, result.status == 410)

    def test_one_at_a_time_in_the_order_of_the_events(self):
        first = self.claim()
        self.assertEqual(self.claim(), None)
        self.assertEqual(self.outgoing.lanes(), [])
        self.outgoing.finish(first, OK, None)
        second = self.claim()
        self.assertEqual([json.loads(event.payload)["sequence"] for event in (first, second)], [1, 2])

    def test_what_was_delivered_says_so(self):
        event = self.claim()
        self.assertEqual(self.rows("state", "attempts")[0], ("sending", 1))
        self.assertTrue(self.outgoing.finish(event, OK, None))
        self.assertEqual(
            self.rows("state", "attempts", "last_status", "last_error", "duration", "finished_at", "log")[0],
            ("delivered", 1, 204, False, 12, NOON, "2026-11-20 11:00:00 204 ok 12 ms"),
        )

    def test_what_fails_waits_for_its_turn_and_lets_others_go_first(self):
        self.fail()
        self.assertEqual(
            self.rows("state", "next_at", "last_error")[0], ("pending", NOON + timedelta(seconds=5), "http_500")
        )
        self.assertEqual(json.loads(self.claim().payload)["sequence"], 2)

    def test_after_the_last_attempt_it_is_given_up(self):
        self.fail(wait=None)
        self.assertEqual(self.rows("state", "next_at", "finished_at")[0], ("dead", False, NOON))

    def test_a_worker_whose_lease_ran_out_overwrites_nothing(self):
        lost = self.claim()
        self.env.cr.execute("UPDATE klientbox_webhook_delivery SET lease_until = now() - interval '1 s'")
        self.assertEqual(self.outgoing.recover(), 1)
        self.assertEqual(self.rows("state", "attempts", "last_error")[0], ("pending", 1, "interrupted"))
        again = self.claim()
        self.assertEqual((again.id, again.event_id, again.attempts), (lost.id, lost.event_id, 2))
        self.assertFalse(self.outgoing.finish(lost, OK, None))
        self.assertEqual(self.rows("state")[0], ("sending",))

    def test_a_worker_that_dies_at_the_last_attempt_leaves_it_given_up(self):
        self.claim()
        self.env.cr.execute(
            "UPDATE klientbox_webhook_delivery SET attempts = 8, lease_until = now() - interval '1 s'"
            " WHERE state = 'sending'"
        )
        self.outgoing.recover()
        self.assertEqual(self.rows("state", "next_at")[0], ("dead", False))

    def test_nothing_leaves_while_it_is_off_held_or_a_copy(self):
        self.assertEqual((self.outgoing.lanes(), self.outgoing.count()), ([self.hook.id], 3))
        self.hook.action_disable()
        self.env.flush_all()
        self.assertEqual((self.outgoing.lanes(), self.outgoing.count(), self.claim()), ([], 0, None))
        self.hook.action_enable()
        self.settings().held_since = NOON
        self.env.flush_all()
        self.assertEqual((self.outgoing.lanes(), self.outgoing.count(), self.claim()), ([], 0, None))
        self.settings().held_since = False
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        self.env.flush_all()
        self.assertEqual((self.outgoing.lanes(), self.outgoing.count(), self.claim()), ([], 0, None))

    def test_a_key_s_webhook_delivers_what_the_key_may_read_now(self):
        [key] = self.keys("E-shop")
        self.hook.api_key_id = key
        self.hook._queue([("visit.done", webhook.VISIT, 1, NOON, {"id": 1}), (webhook.TEST, None, 0, NOON, {})])
        for vals, count in (
            ({}, 5),
            ({"clients_access": "none"}, 2),
            ({"visits_access": "none"}, 1),
            ({"clients_access": "read", "visits_access": "read"}, 5),
            ({"expires_at": fields.Datetime.now() - timedelta(hours=1)}, 0),
            ({"expires_at": fields.Datetime.now() + timedelta(hours=1)}, 5),
        ):
            with self.subTest(vals=vals):
                key.write(vals)
                self.env.flush_all()
                self.assertEqual(self.outgoing.count(), count)
        key.action_revoke()
        self.env.flush_all()
        self.assertEqual((self.outgoing.lanes(), self.outgoing.count(), self.claim()), ([], 0, None))
        self.assertFalse(self.outgoing.seconds_to_next())
        self.hook.with_user(self.owner).action_keep()
        self.env.flush_all()
        self.assertEqual(self.outgoing.count(), 5)

    def test_when_another_look_is_worth_it(self):
        self.assertIsNone(self.outgoing.seconds_to_next())
        self.fail(wait=7)
        self.assertEqual(self.outgoing.seconds_to_next(), 7)

    def test_410_switches_off_at_once_and_what_waits_stays(self):
        self.fail(GONE, wait=None)
        self.env.invalidate_all()
        self.assertRecordValues(
            self.hook, [{"enabled": False, "disabled_reason": "gone", "waiting_count": 2, "dead_count": 1}]
        )
        self.assertEqual(self.outgoing.lanes(), [])

    def test_five_days_of_failures_alone_switch_off(self):
        self.fail()
        self.env.invalidate_all()
        self.assertRecordValues(self.hook, [{"enabled": True, "failing_since": NOON, "disabled_reason": False}])
        for days, enabled in ((timedelta(days=5, seconds=-1), True), (timedelta(days=5), False)):
            with clock.as_of(NOON + days):
                self.fail()
            self.env.invalidate_all()
            self.assertEqual(self.hook.enabled, enabled)
        self.assertRecordValues(self.hook, [{"failing_since": NOON, "disabled_reason": "failing"}])

    def test_one_success_makes_up_for_all(self):
        self.fail()
        self.outgoing.succeeded(self.hook.id)
        self.env.invalidate_all()
        self.assertFalse(self.hook.failing_since)

    def test_all_of_a_webhook_rests_and_another_s_goes_on(self):
        other = self.make()
        self.queue(1, other)
        self.outgoing.rest(self.hook.id, NOON + timedelta(seconds=60))
        self.assertEqual(self.outgoing.lanes(), [other.id])

    def test_both_secrets_sign_for_a_day_after_a_rotation(self):
        old = self.hook.sudo().secret
        new = self.hook._rotate()
        self.env.flush_all()
        self.assertNotEqual(old, new)
        self.assertEqual(self.claim().secrets, [new, old])
        self.env.cr.execute("UPDATE klientbox_webhook_delivery SET state = 'pending'")
        with clock.as_of(NOON + timedelta(hours=24)):
            self.assertEqual(self.claim().secrets, [new])

    def test_what_was_given_up_is_sent_again_with_its_own_id(self):
        before = self.rows("event_id", "sequence")
        self.fail(wait=None)
        self.env.invalidate_all()
        self.hook.action_replay_dead()
        self.assertEqual(self.rows("state", "attempts", "next_at", "finished_at")[0], ("pending", 0, NOON, False))
        self.assertEqual(self.rows("event_id", "sequence"), before)
        self.claim()
        self.deliveries().action_replay()
        self.assertEqual([state for [state] in self.rows("state")], ["sending", "pending", "pending"])

    def test_who_is_off_sends_nothing_again_and_no_test(self):
        self.hook.action_disable()
        for action in (self.hook.action_test, self.hook.action_replay_dead, self.deliveries().action_replay):
            with self.assertRaises(UserError):
                action()

    def test_a_restored_backup_gives_up_what_waited(self):
        self.settings().action_restored()
        self.assertEqual(set(self.rows("state", "last_error")), {("dead", "restored")})

    def test_a_gap_holds_companies_with_waiting_messages_and_a_copy_those_with_a_webhook(self):
        quiet = self.make(self.other)
        self.env.flush_all()
        for statement, held in (
            ("UPDATE klientbox_heartbeat SET at = now() - interval '16 min'", [True, False]),
            ("UPDATE klientbox_heartbeat SET database_uuid = 'another'", [True, True]),
        ):
            heartbeat.beat(self.env.registry)
            self.env.cr.execute("UPDATE klientbox_settings SET held_since = NULL, held_reason = NULL")
            self.env.cr.execute(statement)
            heartbeat.beat(self.env.registry)
            self.env.invalidate_all()
            companies = (self.salon, quiet.company_id)
            self.assertEqual([bool(self.settings(company).held_since) for company in companies], held)

    def test_a_neutralized_copy_sends_no_deliveries(self):
        secret = self.hook.sudo().secret
        with file_open("klientbox/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assertFalse(self.hook.enabled)
        self.assertNotEqual(self.hook.sudo().secret, secret)
        self.assertRegex(self.hook.sudo().secret, r"^whsec_[A-Za-z0-9+/]{43}=$")
        self.assertEqual({state for [state] in self.rows("state")}, {"dead"})

    def test_old_deliveries_go(self):
        for state, days in (("delivered", 29), ("delivered", 31), ("dead", 31), ("dead", 91)):
            self.queue(1)
            self.env.cr.execute(
                "UPDATE klientbox_webhook_delivery SET state = %s, create_date = %s WHERE id = (SELECT max(id) FROM"
                " klientbox_webhook_delivery)",
                [state, NOON - timedelta(days=days)],
            )
        self.env.invalidate_all()
        self.env["klientbox.webhook.delivery"]._gc_deliveries()
        self.assertEqual([state for [state] in self.rows("state")], ["pending"] * 3 + ["delivered", "dead"])


@tagged("post_install", "-at_install")
class TestWebhook(WebhookCase):
    def test_only_an_administrator_has_webhooks(self):
        for user in (self.receptionist, self.manager):
            with self.assertRaises(AccessError):
                self.hook.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.env["klientbox.webhook"].with_user(user).create({"name": "x", "url": URL})
        mine = self.env["klientbox.webhook"].with_user(self.owner).create({"name": "x", "url": URL})
        self.assertEqual(mine.company_id, self.salon)
        for action in ("action_test", "action_rotate", "action_disable", "action_enable"):
            with self.assertRaises(AccessError):
                getattr(self.hook.with_user(self.manager), action)()
            getattr(self.hook.with_user(self.owner), action)()

    def test_no_user_writes_deliveries(self):
        delivery = self.hook.with_user(self.owner)._test()
        self.assertEqual(delivery.state, "pending")
        for method, arguments in (("write", ({"state": "delivered"},)), ("unlink", ()), ("copy", ())):
            with self.assertRaises(AccessError):
                getattr(delivery, method)(*arguments)

    def test_no_user_reads_the_secret_and_it_is_shown_once(self):
        hook = self.hook.with_user(self.owner)
        for name in ("secret", "previous_secret"):
            with self.assertRaises(AccessError):
                hook.read([name])
            self.assertNotIn(name, hook.read()[0])
        shown = hook.action_show_secret()["context"]["default_secret"]
        self.assertEqual(shown, self.hook.sudo().secret)
        with self.assertRaises(UserError):
            hook.action_show_secret()
        again = hook.action_rotate()["context"]["default_secret"]
        self.assertNotEqual(again, shown)
        self.assertEqual(self.hook.sudo().previous_secret, shown)
        self.assertEqual(hook.previous_until, NOON + timedelta(hours=24))
        self.assertFalse(self.env["klientbox.webhook.show"].create({"secret": "x"}))

    def test_addresses_are_looked_at_when_they_are_saved(self):
        for url, code in (
            ("http://shop.example/", "https_only"),
            ("https://127.0.0.1/", "forbidden_address"),
            ("https://user:word@shop.example/", "user_in_url"),
            ("https://shop.example:25/", "forbidden_port"),
            ("shop.example", "invalid_url"),
        ):
            with self.subTest(url=url), self.assertRaises(FieldError) as caught:
                self.hook.url = url
            self.assertEqual([problem[:2] for problem in caught.exception.problems], [("url", code)])
        self.env["ir.config_parameter"].set_param("klientbox.private_networks", "127.0.0.0/8")
        self.hook.with_user(self.owner).url = "http://127.0.0.1:8069/hook"

    def test_the_boxes_of_the_form_and_the_names_of_the_api_are_one_choice(self):
        self.assertTrue(all(self.hook[flag] for flag in ("everything", *klientbox_webhook.FLAGS.values())))
        self.hook.write({"everything": False, "on_visit_created": False})
        self.assertEqual(
            self.hook.events,
            "client.* visit.updated visit.done visit.cancelled visit.no_show visit.deleted message.*",
        )
        self.hook._change({"events": ["visit.done", "client.created"]})
        self.assertEqual(self.hook.events, "client.created visit.done")
        self.assertEqual(
            [event for event, flag in klientbox_webhook.FLAGS.items() if self.hook[flag]],
            ["client.created", "visit.done"],
        )
        self.hook.on_client_created = False
        with self.assertRaises(FieldError) as caught:
            self.hook.on_visit_done = False
        self.assertEqual(caught.exception.problems[0][:2], ("events", "required"))
        with self.assertRaises(FieldError) as caught:
            self.hook._change({"events": ["visit.done", "visit.finished"]})
        self.assertEqual(caught.exception.problems[0][:2], ("events", "unknown_event"))
        with self.assertRaises(FieldError):
            self.hook.events = "nonsense"

    def test_twenty_are_enough_for_a_company(self):
        for _ in range(19):
            self.make()
        with self.assertRaises(UserError):
            self.make()
        self.make(self.other)

    def test_a_test_event_says_so(self):
        delivery = self.hook._test()
        self.assertEqual(
            json.loads(delivery.payload),
            {
                "type": "webhook.test",
                "id": delivery.event_id,
                "timestamp": "2026-11-20T11:00:00Z",
                "company_id": self.salon.id,
                "sequence": 1,
                "data": {"webhook_id": self.hook.id},
            },
        )

    def test_administrators_learn_that_a_webhook_was_switched_off(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_webhook SET enabled = false, disabled_reason = 'failing'")
        self.env.invalidate_all()
        Message = self.env["mail.message"]
        before = Message.search([])
        with self.enter_registry_test_mode():
            self.env["klientbox.webhook"]._work(set())
            self.env["klientbox.webhook"]._work(set())
        self.env.invalidate_all()
        notices = Message.search([]) - before
        self.assertEqual(set(notices.mapped("subject")), {"Webhook Shop was switched off"})
        self.assertIn(self.owner.partner_id, notices.notified_partner_ids)
        self.assertNotIn(self.manager.partner_id, notices.notified_partner_ids)
        self.assertEqual(
            len(notices.filtered(lambda message: self.owner.partner_id in message.notified_partner_ids)), 1
        )
        self.assertNotIn("whsec_", "".join(notices.mapped("body")))

    def test_switched_on_again_the_past_is_forgotten(self):
        self.hook.write({"enabled": False})
        self.assertEqual(self.hook.disabled_reason, "by_hand")
        self.hook.failing_since = NOON
        self.hook.action_enable()
        self.assertRecordValues(self.hook, [{"enabled": True, "disabled_reason": False, "failing_since": False}])

    def test_a_change_wakes_the_job_once_where_a_webhook_listens(self):
        job = self.env.ref("klientbox.cron_messages")
        Trigger = self.env["ir.cron.trigger"]

        def woken(company):
            before = Trigger.search_count([("cron_id", "=", job.id)])
            self.client(company=company)
            self.client("Another", company=company)
            self.env.cr.flush()
            return Trigger.search_count([("cron_id", "=", job.id)]) - before

        self.env.cr.flush()
        # One transaction is all there is here, so its first change decides for good: the silent company comes first.
        self.env.cr.execute("DELETE FROM klientbox_change")
        self.assertEqual((woken(self.other), woken(self.salon)), (0, 1))
