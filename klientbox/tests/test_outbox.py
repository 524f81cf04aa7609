import itertools
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.lib.message import STATES
from odoo.addons.klientbox.tools.outbox import Outbox
from odoo.addons.klientbox.tools.outcome import NOT_SENT, REFUSED, SENT, UNKNOWN, Outcome
from odoo.tests import tagged
from odoo.tools import file_open

from .common import NOON
from .test_reactivation import ReactivationCase

REPORTS = ("delivered", "failed", "replied")
RESULTS = {SENT: "sent", REFUSED: "failed", UNKNOWN: "unknown"}


@tagged("post_install", "-at_install")
class TestOutbox(ReactivationCase):
    """The outbox's statements one by one. Here they share one connection; processes meet in the tests from outside."""

    def setUp(self):
        super().setUp()
        self.jana = self.absent(61)
        self.night()
        self.message = self.messages(self.jana)
        self.lane = self.message.lane
        self.env.flush_all()
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)
        self.outbox = Outbox(self.env.registry)

    def now(self, *names):
        self.env.invalidate_all()
        return tuple(self.message[name] for name in names)

    def start(self):
        [claim] = self.outbox.claim(self.lane, 5)
        return self.send(claim)

    def send(self, claim, **options):
        """The last statement for a claim, as the MessageSender calls it."""
        key = claim.address and self.env["klientbox.consent.event"]._hash(claim.channel, claim.address)
        return self.outbox.start(claim, key, 60, **options)

    def reset(self):
        self.env.cr.execute(
            "UPDATE klientbox_message SET state = 'queued', claim_token = NULL, attempts = 0, reason = NULL,"
            " due_at = %s WHERE id = %s",
            [NOON, self.message.id],
        )

    def tell(self, message, news):
        if news in RESULTS:
            self.outbox.finish(message, Outcome(news), clock.now())
        else:
            self.outbox.report(message.id, news)

    def test_all_orders_of_result_and_reports_end_alike(self):
        for order in itertools.permutations((SENT, *REPORTS)):
            self.reset()
            message = self.start()
            for news in order:
                self.tell(message, news)
            self.assertEqual(self.now("state"), ("replied",), order)

    def test_any_news_in_any_order_and_number_leave_the_furthest_state(self):
        @settings(max_examples=200, deadline=None, database=None, derandomize=True)
        @given(st.lists(st.sampled_from(REPORTS), max_size=6), st.sampled_from(sorted(RESULTS)), st.integers(0, 6))
        def check(reports, result, place):
            self.reset()
            message = self.start()
            for news in [*reports[:place], result, *reports[place:]]:
                self.tell(message, news)
            furthest = max(["sending", RESULTS[result], *reports], key=STATES.index)
            # For an attempt with an unknown result, an earlier report is more reliable.
            self.assertEqual(self.now("state"), (furthest,))

        check()

    def test_the_database_ranks_states_as_python_does(self):
        self.env.cr.execute("SELECT klientbox_message_rank(s) FROM unnest(%s) AS s", [list(STATES)])
        self.assertEqual([row[0] for row in self.env.cr.fetchall()], list(range(1, len(STATES) + 1)))

    def test_a_message_is_claimed_once_and_only_by_its_lane_when_due(self):
        self.assertEqual(self.outbox.claim("gateway:0", 5), [])
        with clock.as_of(NOON - timedelta(seconds=1)):
            self.assertEqual(self.outbox.claim(self.lane, 5), [])
        self.assertEqual(len(self.outbox.claim(self.lane, 5)), 1)
        self.assertEqual(self.outbox.claim(self.lane, 5), [])

    def test_a_worker_whose_claim_ran_out_sends_nothing(self):
        [claim] = self.outbox.claim(self.lane, 5)
        self.env.cr.execute("UPDATE klientbox_message SET lease_until = now() - interval '1 s'")
        self.assertIsNone(self.send(claim))
        self.assertEqual(self.outbox.recover(), (1, 0))
        self.assertEqual(self.now("state", "attempts"), ("queued", 0))

    def test_an_expired_attempt_overwrites_no_newer_one(self):
        first = self.start()
        self.env.cr.execute("UPDATE klientbox_message SET lease_until = now() - interval '1 s'")
        self.assertEqual(self.outbox.recover(), (0, 1))
        self.assertEqual(self.now("state", "reason"), ("unknown", "interrupted"))
        with clock.as_of(NOON + timedelta(seconds=61)):
            self.outbox.requeue(first)
            second = self.start()
        self.assertEqual(second.attempts, 2)
        for news in (Outcome(SENT, provider_ref="late"), Outcome(NOT_SENT), Outcome(UNKNOWN)):
            self.outbox.finish(first, news, clock.now())
            self.assertEqual(self.now("state", "provider_ref"), ("sending", False))
        self.outbox.finish(second, Outcome(SENT, provider_ref="mine", parts=2), None)
        self.assertEqual(self.now("state", "provider_ref", "parts"), ("sent", "mine", 2))

    def test_an_unknown_message_is_sent_again_only_when_its_gateway_has_had_time(self):
        message = self.start()
        self.outbox.finish(message, Outcome(UNKNOWN, reason="timeout"), clock.now())
        with clock.as_of(NOON + timedelta(seconds=59)):
            self.outbox.requeue(message)
        self.assertEqual(self.now("state"), ("unknown",))
        with clock.as_of(NOON + timedelta(seconds=60)):
            self.outbox.requeue(message)
        self.assertEqual(self.now("state", "reason"), ("queued", "not_received"))

    def test_a_lane_rests_with_all_that_is_queued_in_it(self):
        self.outbox.rest(self.lane, NOON + timedelta(seconds=300))
        self.assertEqual((self.outbox.lanes(), self.now("due_at")), ([], (NOON + timedelta(seconds=300),)))

    def test_what_is_not_sent_thirty_times_has_failed(self):
        for attempt in range(1, 31):
            message = self.start()
            self.assertEqual(message.attempts, attempt)
            self.outbox.finish(message, Outcome(NOT_SENT, reason="unreachable"), clock.now())
        self.assertEqual(self.now("state", "reason"), ("failed", "unreachable"))

    def test_an_opt_out_after_the_claim_still_counts(self):
        [claim] = self.outbox.claim(self.lane, 5)
        self.jana._opt_out("sms", "stop")
        self.env.flush_all()
        self.assertIsNone(self.send(claim))
        self.assertEqual(self.now("state", "reason", "attempts", "day"), ("cancelled", "opted_out", 0, False))

    def unread(self, body, company=None):
        """A callback that has not been processed yet."""
        company = company or self.salon
        gateway = self.env["klientbox.gateway"].search([("company_id", "=", company.id)], limit=1)
        gateway = gateway or gateway.create({"name": "Brána", "company_id": company.id})
        row = self.env["klientbox.inbound"].create(
            {
                "company_id": company.id,
                "gateway_id": gateway.id,
                "received_at": NOON,
                "body": body,
                "digest": body,
            }
        )
        self.env.flush_all()
        return row

    def test_while_a_callback_that_names_its_phone_is_unread_nothing_commercial_is_sent(self):
        self.assertEqual(self.message.address, "+420601000061")
        for body in (
            '{"from": "+420601000061", "text": "STOP"}',
            '{"from": "601 000 061", "text": "STOP"}',
            r'{"from": "+420\u00a0601\u00a0000\u00a0061", "text": "STOP"}',
            "from=%2B420601000061&text=STOP",
            "from=%252B420%2520601%2F000%20061&text=STOP",
        ):
            with self.subTest(body=body):
                self.reset()
                row = self.unread(body)
                self.assertIsNone(self.start())
                self.assertEqual(
                    self.now("state", "reason", "attempts", "day", "claim_token", "due_at"),
                    ("queued", False, 0, False, False, NOON + timedelta(seconds=5)),
                )
                with clock.as_of(NOON + timedelta(seconds=5)):
                    self.assertIsNone(self.start())
                    row.state = "done"
                    self.env.flush_all()
                with clock.as_of(NOON + timedelta(seconds=10)):
                    self.assertEqual(self.start().attempts, 1)

    def test_an_unread_callback_holds_back_no_other_message(self):
        self.unread('{"from": "+420601000062", "text": "STOP"}')
        self.unread('{"from": "+420601000061", "text": "STOP"}', company=self.other)
        self.assertEqual(self.start().attempts, 1)
        self.reset()
        self.unread('{"from": "+420601000061", "text": "STOP"}')
        self.message.write({"purpose": "transactional", "rule_id": False})
        self.env.flush_all()
        self.assertEqual(self.start().attempts, 1)

    def test_nothing_is_claimed_while_held_or_in_a_copy(self):
        [claim] = self.outbox.claim(self.lane, 5)
        self.settings().write({"held_since": NOON, "held_reason": "paused"})
        self.env.flush_all()
        self.assertIsNone(self.send(claim))
        self.outbox.release([claim])
        self.assertEqual((self.outbox.lanes(), self.outbox.count(), self.outbox.claim(self.lane, 5)), ([], 0, []))
        self.settings().held_since = False
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        self.env.flush_all()
        self.assertEqual((self.outbox.lanes(), self.outbox.claim(self.lane, 5)), ([], []))

    def test_a_gateway_hears_of_its_own_messages_alone(self):
        gateway = self.env["klientbox.gateway"].create({"name": "Brána", "company_id": self.other.id})
        self.env.flush_all()
        self.assertIsNone(self.outbox.find(gateway.id, self.message.reference, None))
        self.assertEqual(self.outbox.find(None, self.message.reference, None), self.message.id)

    def test_a_neutralized_copy_neither_sends_nor_answers(self):
        with file_open("klientbox/data/neutralize.sql") as statements:
            self.env.cr.execute(statements.read())
        self.assertEqual(self.now("state", "reason"), ("cancelled", "restored"))
        self.env.invalidate_all()
        self.assertFalse(any(self.rules.mapped("enabled")))
