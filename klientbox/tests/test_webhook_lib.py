from datetime import datetime, timedelta

from odoo.addons.klientbox.lib import webhook
from odoo.addons.klientbox.lib.webhook import CLIENT, MESSAGE, VISIT, Change
from odoo.tests import BaseCase

AT = datetime(2026, 11, 20, 11, 0)
# The example of the Standard Webhooks specification, as its libraries test it.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID, STAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


class TestWebhookLib(BaseCase):
    def events(self, *changes):
        """Types of the events of the changes (model, id, kind, was, became)."""
        rows = [Change(number, *change, AT + timedelta(seconds=number)) for number, change in enumerate(changes)]
        return [(event.type, event.res_id) for event in webhook.events_of(rows)]

    def test_the_signature_is_that_of_the_specification(self):
        self.assertEqual(webhook.signatures([SECRET], MESSAGE_ID, STAMP, BODY), SIGNED)

    def test_during_a_rotation_both_secrets_sign(self):
        other = webhook.new_secret()
        both = webhook.signatures([other, SECRET], MESSAGE_ID, STAMP, BODY).split(" ")
        self.assertEqual(both, [webhook.signatures([other], MESSAGE_ID, STAMP, BODY), SIGNED])

    def test_another_body_moment_or_id_is_another_signature(self):
        for arguments in ((MESSAGE_ID, STAMP, BODY + " "), (MESSAGE_ID, STAMP + 1, BODY), ("msg", STAMP, BODY)):
            self.assertNotEqual(webhook.signatures([SECRET], *arguments), SIGNED)

    def test_a_secret_is_32_random_bytes(self):
        made = {webhook.new_secret() for _ in range(20)}
        self.assertEqual(len(made), 20)
        for secret in made:
            self.assertRegex(secret, r"^whsec_[A-Za-z0-9+/]{43}=$")

    def test_eight_attempts_with_a_tenth_of_chance(self):
        planned = (5, 300, 1800, 7200, 18000, 36000, 36000)
        for attempts, seconds in enumerate(planned, 1):
            waits = [webhook.wait_after(attempts) for _ in range(50)]
            self.assertTrue(all(seconds * 0.9 <= wait <= seconds * 1.1 for wait in waits), (attempts, waits))
            self.assertGreater(len(set(waits)), 1)
        self.assertIsNone(webhook.wait_after(8))
        self.assertIsNone(webhook.wait_after(8, retry_after=60))

    def test_a_receiver_may_ask_for_patience_up_to_an_hour(self):
        self.assertEqual(webhook.wait_after(1, retry_after=60), 60)
        self.assertEqual(webhook.wait_after(1, retry_after=10**9), 3600)
        self.assertGreaterEqual(webhook.wait_after(7, retry_after=60), 32400)

    def test_a_choice_is_written_in_the_shortest_way(self):
        for names, written in (
            (["*", "client.created"], ["*"]),
            (["client.updated", "client.created"], ["client.created", "client.updated"]),
            (["client.deleted", "client.updated", "client.created"], ["client.*"]),
            (["message.*", "visit.done", "message.sent"], ["visit.done", "message.*"]),
            (list(webhook.EVENTS), ["client.*", "visit.*", "message.*"]),
            ([], []),
        ):
            self.assertEqual(webhook.canonical(names), written)
        for unknown in ("client", "client.", "client.*x", "visits.*", "Client.created", "webhook.test", "", "**"):
            with self.assertRaises(webhook.UnknownEvent):
                webhook.canonical(["client.created", unknown])

    def test_only_the_models_of_the_chosen_events_are_read(self):
        self.assertEqual(webhook.models_of(["visit.done"]), [VISIT])
        self.assertEqual(webhook.models_of(["message.sent", "client.*"]), [CLIENT, MESSAGE])
        self.assertEqual(webhook.models_of(["*"]), [CLIENT, VISIT, MESSAGE])

    def test_what_a_change_is_called(self):
        for change, event_types in (
            ((CLIENT, 1, "insert", None, "true"), ["client.created"]),
            ((CLIENT, 1, "insert", None, "false"), []),
            ((CLIENT, 1, "update", "true", "true"), ["client.updated"]),
            ((CLIENT, 1, "update", "true", "false"), ["client.deleted"]),
            ((CLIENT, 1, "update", "false", "false"), []),
            ((CLIENT, 1, "update", "false", "true"), ["client.updated"]),
            ((CLIENT, 1, "delete", "true", None), ["client.deleted"]),
            ((CLIENT, 1, "delete", "false", None), []),
            ((VISIT, 1, "insert", None, "scheduled"), ["visit.created"]),
            ((VISIT, 1, "insert", None, "done"), ["visit.created", "visit.done"]),
            ((VISIT, 1, "update", "scheduled", "scheduled"), ["visit.updated"]),
            ((VISIT, 1, "update", "scheduled", "arrived"), ["visit.updated"]),
            ((VISIT, 1, "update", "arrived", "done"), ["visit.updated", "visit.done"]),
            ((VISIT, 1, "update", "scheduled", "cancelled"), ["visit.updated", "visit.cancelled"]),
            ((VISIT, 1, "update", "scheduled", "no_show"), ["visit.updated", "visit.no_show"]),
            ((VISIT, 1, "update", "done", "done"), ["visit.updated"]),
            ((VISIT, 1, "delete", "done", None), ["visit.deleted"]),
            ((MESSAGE, 1, "insert", None, "queued"), ["message.queued"]),
            ((MESSAGE, 1, "update", "queued", "claimed"), []),
            ((MESSAGE, 1, "update", "claimed", "sending"), []),
            ((MESSAGE, 1, "update", "sending", "sent"), ["message.sent"]),
            ((MESSAGE, 1, "update", "sent", "sent"), []),
            ((MESSAGE, 1, "update", "sent", "delivered"), ["message.delivered"]),
            ((MESSAGE, 1, "update", "sending", "failed"), ["message.failed"]),
            ((MESSAGE, 1, "update", "delivered", "replied"), ["message.replied"]),
            ((MESSAGE, 1, "update", "unknown", "queued"), []),
        ):
            with self.subTest(change=change):
                self.assertEqual(self.events(change), [(event_type, 1) for event_type in event_types])

    def test_a_record_has_at_most_one_event_of_each_type(self):
        insert, update = (CLIENT, 1, "insert", None, "true"), (CLIENT, 1, "update", "true", "true")
        archive, back = (CLIENT, 1, "update", "true", "false"), (CLIENT, 1, "update", "false", "true")
        other = (CLIENT, 2, "update", "true", "true")
        self.assertEqual(self.events(insert, update, update), [("client.created", 1)])
        self.assertEqual(self.events(update, other, update), [("client.updated", 2), ("client.updated", 1)])
        self.assertEqual(self.events(insert, update, archive), [])
        self.assertEqual(self.events(update, archive), [("client.deleted", 1)])
        self.assertEqual(self.events(archive, back), [("client.updated", 1)])
        self.assertEqual(
            self.events((MESSAGE, 1, "update", "sending", "sent"), (MESSAGE, 1, "update", "sent", "delivered")),
            [("message.sent", 1), ("message.delivered", 1)],
        )

    def test_an_event_has_the_moment_of_its_last_change(self):
        rows = [Change(number, CLIENT, 1, "update", "true", "true", AT + timedelta(number)) for number in range(3)]
        self.assertEqual([event.at for event in webhook.events_of(rows)], [AT + timedelta(2)])
