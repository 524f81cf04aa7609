from datetime import datetime, time, timedelta

from odoo import fields
from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.addons.klientbox.lib.purpose import MARKETING
from odoo.addons.klientbox.tools.outbox import Outbox
from odoo.addons.klientbox.tools.outcome import NOT_SENT, SENT, UNKNOWN, Outcome
from odoo.tests import tagged

from .common import NOON
from .test_reactivation import TODAY, ReactivationCase

NEW, OLD = "+420601777777", "+420601000061"


class LastStatementCase(ReactivationCase):
    """Something changes after a message was queued or claimed, and the last statement before the call notices it."""

    def setUp(self):
        super().setUp()
        self.outbox = Outbox(self.env.registry)
        self._is_shared = False

    def queue(self, days=61, **vals):
        """A client with this length of absence, and the message that a night has queued for them."""
        client = self.absent(days, **vals)
        self.night()
        return client, self.messages(client)

    def share_connection(self):
        """From here on the outbox's statements share the test's connection."""
        self.env.flush_all()
        if not self._is_shared:
            mode = self.enter_registry_test_mode()
            mode.__enter__()
            self.addCleanup(mode.__exit__, None, None, None)
            self._is_shared = True

    def claim(self, message):
        self.env.flush_all()
        [claim] = (claim for claim in self.outbox.claim(message.lane, 50) if claim.id == message.id)
        return claim

    def start(self, claim, **options):
        """The message_sender's processing of a claim; the address that it is sent to, or None."""
        self.env.flush_all()
        key = claim.address and self.env["klientbox.consent.event"]._hash(claim.channel, claim.address)
        message = self.outbox.start(claim, key, 60, **options)
        self.env.invalidate_all()
        return message and message.address

    def send(self, message, **options):
        return self.start(self.claim(message), **options)

    def assertCancelled(self, message, reason):  # noqa: N802 - like unittest's own
        self.env.invalidate_all()
        self.assertRecordValues(message, [{"state": "cancelled", "reason": reason, "attempts": 0, "day": False}])


@tagged("post_install", "-at_install")
class TestAddressChanges(LastStatementCase):
    def setUp(self):
        super().setUp()
        self.jana, self.message = self.queue(email="jana@example.com")
        self.assertEqual(self.message.address, OLD)
        self.share_connection()

    def key(self, address, channel=SMS):
        return self.env["klientbox.consent.event"]._hash(channel, address)

    def test_a_phone_that_was_corrected_while_the_message_waits_gets_it(self):
        self.jana.phone = NEW
        self.assertEqual(self.send(self.message), NEW)
        self.assertRecordValues(self.message, [{"state": "sending", "address": NEW, "address_hash": self.key(NEW)}])

    def test_a_phone_that_was_corrected_after_the_claim_gets_it_with_the_next_claim(self):
        claim = self.claim(self.message)
        self.jana.phone = NEW
        self.assertIsNone(self.start(claim))
        self.assertRecordValues(
            self.message,
            [{"state": "queued", "reason": False, "attempts": 0, "claim_token": False, "due_at": NOON, "address": OLD}],
        )
        self.assertEqual(self.send(self.message), NEW)

    def test_an_e_mail_follows_as_well_and_its_case_is_no_change(self):
        self.message.write({"channel": EMAIL, "address": "jana@example.com", "address_hash": "x"})
        claim = self.claim(self.message)
        self.jana.email = "Jana@Example.com"
        self.assertEqual(self.start(claim), "jana@example.com")
        self.env.cr.execute("UPDATE klientbox_message SET state = 'queued' WHERE id = %s", [self.message.id])
        self.jana.email = "Nova@Example.com"
        self.assertEqual(self.send(self.message), "nova@example.com")
        self.assertEqual(self.message.address_hash, self.key("nova@example.com", EMAIL))

    def test_where_no_address_is_left_nothing_goes_to_the_old_one(self):
        for moment in ("queued", "claimed"):
            with self.subTest(moment=moment):
                self.env.cr.execute(
                    "UPDATE klientbox_message SET state = 'queued', reason = NULL WHERE id = %s", [self.message.id]
                )
                self.jana.phone = OLD
                claim = self.claim(self.message) if moment == "claimed" else None
                self.jana.phone = False
                self.assertIsNone(self.start(claim or self.claim(self.message)))
                self.assertCancelled(self.message, "no_address")

    def test_a_new_phone_that_has_refused_gets_no_message(self):
        eva = self.client("Eva", phone=NEW)
        eva._opt_out(SMS, "stop")
        eva.phone = False
        # As another program would: the client's flag is not updated.
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_client SET phone = %s WHERE id = %s", [NEW, self.jana.id])
        self.assertIsNone(self.send(self.message))
        self.assertCancelled(self.message, "opted_out")

    def test_a_new_phone_on_odoo_s_blacklist_gets_no_message(self):
        self.env["phone.blacklist"].create({"number": NEW})
        self.jana.phone = NEW
        self.assertIsNone(self.send(self.message))
        self.assertCancelled(self.message, "blacklisted")

    def test_a_refusal_that_was_carried_over_to_the_new_address_counts(self):
        self.jana._opt_out(SMS, "stop")
        self.jana.phone = NEW
        self.assertIsNone(self.send(self.message))
        self.assertCancelled(self.message, "opted_out")

    def test_a_single_sms_keeps_the_number_chosen_for_it(self):
        self.env["klientbox.message"]._queue_odoo_sms(self.salon, OLD, "Přijďte dřív", "uuid-1")
        single = self.env["klientbox.message"].search([("sms_uuid", "=", "uuid-1")])
        self.assertEqual(single.client_id, self.jana)
        self.jana.phone = NEW
        self.assertEqual(self.send(single), OLD)

    def test_a_message_to_a_client_without_a_rule_follows_them_too(self):
        self.message.write({"purpose": "transactional", "rule_id": False})
        self.jana.phone = NEW
        self.assertEqual(self.send(self.message), NEW)

    def test_nothing_goes_to_a_client_who_was_archived_but_what_a_document_has_named(self):
        self.message.write({"purpose": "transactional", "rule_id": False})
        self.jana.active = False
        self.assertIsNone(self.send(self.message))
        self.assertCancelled(self.message, "client_archived")
        self.env["klientbox.message"]._queue_odoo_sms(self.salon, OLD, "Přijďte dřív", "uuid-1")
        single = self.env["klientbox.message"].search([("sms_uuid", "=", "uuid-1")])
        self.assertEqual(self.send(single), OLD)

    def test_a_reply_that_waits_in_a_sister_company_holds_the_message_back(self):
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        self.env["klientbox.message"].create(
            {
                "company_id": branch.id,
                "direction": "in",
                "channel": SMS,
                "state": "replied",
                "address": OLD,
                "needs_review": True,
            }
        )
        self.assertIsNone(self.send(self.message))
        self.assertCancelled(self.message, "reply_unclear")

    def test_what_is_tried_again_goes_to_the_new_phone(self):
        claim = self.claim(self.message)
        message = self.outbox.start(claim, self.key(OLD), 60)
        self.outbox.finish(message, Outcome(NOT_SENT, reason="unreachable"), NOON)
        self.jana.phone = NEW
        self.assertEqual(self.send(self.message), NEW)

    def test_an_idempotent_gateway_gets_no_second_phone_for_a_reference(self):
        message = self.outbox.start(self.claim(self.message), self.key(OLD), 60)
        self.outbox.finish(message, Outcome(UNKNOWN, reason="timeout"), NOON)
        self.outbox.requeue(message, believe=0)
        self.jana.phone = NEW
        self.assertIsNone(self.send(self.message, once=True))
        self.assertRecordValues(self.message, [{"state": "cancelled", "reason": "address_changed", "address": OLD}])

    def test_a_phone_that_was_contacted_for_the_same_absence_is_not_contacted_again(self):
        self.settings().days_between = 0
        eva, _message = self.queue(61, phone=NEW)
        eva.phone = False
        self.jana.phone = NEW
        self.assertIsNone(self.send(self.message))
        self.assertCancelled(self.message, "same_address")


@tagged("post_install", "-at_install")
class TestOneMessage(LastStatementCase):
    """Two messages to one person within the minimum days between two."""

    def setUp(self):
        super().setUp()
        # One by SMS, one by e-mail: two lanes.
        self.jana, self.text = self.queue(61)
        self.rule("inactive").step_ids.write({"channel": "email", "subject": "Ahoj"})
        self.twin, self.mail = self.queue(100, phone="+420601000002", email="jana@example.com")
        self.assertEqual((self.text.channel, self.mail.channel), (SMS, EMAIL))
        self.assertNotEqual(self.text.lane, self.mail.lane)

    def same_absence(self):
        """Both are for the same absence, so none is cancelled for it."""
        for message in self.text | self.mail:
            message.absence_since = self.jana.last_visit_date

    def both(self):
        return [(message.state, message.reason) for message in self.text | self.mail]

    def test_without_a_merge_both_go(self):
        self.share_connection()
        self.assertEqual((self.send(self.text), self.send(self.mail)), (OLD, "jana@example.com"))

    def test_after_a_merge_the_older_one_goes_whichever_lane_is_quicker(self):
        for first, second in ((self.text, self.mail), (self.mail, self.text)):
            self.merge(self.twin, self.jana) if self.twin.exists() else None
            self.same_absence()
            self.share_connection()
            claims = [self.claim(message) for message in (first, second)]
            for claim in claims:
                self.start(claim)
            self.assertEqual(self.both(), [("sending", False), ("cancelled", "written_recently")])
            self.env.cr.execute(
                "UPDATE klientbox_message SET state = 'queued', reason = NULL, attempts = 0 WHERE id = ANY(%s)",
                [(self.text | self.mail).ids],
            )
            self.env.invalidate_all()

    def test_what_went_first_counts_whatever_is_known_of_it(self):
        self.share_connection()
        self.send(self.mail)
        self.merge(self.twin, self.jana)
        self.same_absence()
        for state in ("sending", "unknown", "sent", "delivered", "replied"):
            with self.subTest(state=state):
                self.env.cr.execute("UPDATE klientbox_message SET state = %s WHERE id = %s", [state, self.mail.id])
                self.env.cr.execute(
                    "UPDATE klientbox_message SET state = 'queued', reason = NULL WHERE id = %s", [self.text.id]
                )
                self.env.invalidate_all()
                self.assertIsNone(self.send(self.text))
                self.assertCancelled(self.text, "written_recently")

    def test_what_was_never_received_does_not_count(self):
        self.merge(self.twin, self.jana)
        self.same_absence()
        self.share_connection()
        for state in ("cancelled", "failed"):
            self.env.cr.execute(
                "UPDATE klientbox_message SET state = %s WHERE id = %s; UPDATE klientbox_message SET state = 'queued',"
                " reason = NULL WHERE id = %s",
                [state, self.text.id, self.mail.id],
            )
            self.env.invalidate_all()
            self.assertEqual(self.send(self.mail), "jana@example.com")

    def test_a_message_of_a_merged_entry_goes_to_the_address_of_the_one_that_is_kept(self):
        self.text._settle_by_hand({"queued"}, "cancelled", "by_hand")
        kept = self.client("Jana", email="kept@example.com")
        self.share_connection()
        claim = self.claim(self.mail)
        self.merge(self.twin, kept)
        self.assertIsNone(self.start(claim))
        self.assertEqual(self.mail.state, "queued")
        self.assertEqual(self.send(self.mail), "kept@example.com")

    def test_after_the_days_between_both_go(self):
        self.merge(self.twin, self.jana)
        self.same_absence()
        self.settings().days_between = 7
        for days, goes in ((6, None), (7, "jana@example.com")):
            self.env.cr.execute(
                "UPDATE klientbox_message SET queued_day = %s, state = 'queued' WHERE id = %s",
                [TODAY + timedelta(days=days), self.mail.id],
            )
            self.env.invalidate_all()
            self.share_connection()
            self.assertEqual(self.send(self.mail), goes)

    def test_without_days_between_the_same_message_still_goes_once(self):
        self.settings().days_between = 0
        self.merge(self.twin, self.jana)
        self.same_absence()
        self.share_connection()
        self.assertEqual(self.send(self.mail), "jana@example.com", "another rule's")
        self.env.cr.execute(
            "UPDATE klientbox_message SET state = 'queued', rule_id = %s, step = %s WHERE id = %s",
            [self.text.rule_id.id, self.text.step, self.mail.id],
        )
        self.env.invalidate_all()
        self.assertIsNone(self.send(self.mail))
        self.assertEqual(self.mail.reason, "written_recently")

    def test_one_phone_in_two_branches_gets_one(self):
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        self.env["klientbox.rule"].search([("company_id", "=", branch.id)]).enabled = True
        self.settings(branch).write({"daily_cap": 0, "lang": "en_US"})
        there = self.absent(61, phone="+420601000077", company=branch)
        self.settings(branch)._reactivate(TODAY)
        theirs = self.messages(there)
        # The same person adds the same number to both, after both nights.
        there.phone = self.jana.phone
        self.share_connection()
        self.assertEqual(self.send(self.text), OLD)
        self.assertIsNone(self.send(theirs))
        self.assertCancelled(theirs, "written_recently")

    def test_the_night_counts_every_channel_of_a_client(self):
        self.settings().active_days = 50
        self.rule("inactive").step_ids.delay = 0
        self.set_clock(NOON + timedelta(days=3))
        self.twin.phone = False
        eva = self.absent(58, email="eva@example.com", phone="+420601000003")
        self.message = self.messages(self.twin)
        self.env["klientbox.message"].search([("client_id", "=", eva.id)])
        self.rule("lost").step_ids.write({"channel": "sms", "delay": 0})
        self.twin.phone = "+420601000002"
        self.settings().write({"warning_days": 60, "inactive_days": 95})
        self.twin._move_statuses(self.settings(), TODAY + timedelta(days=3))
        self.assertEqual(self.twin.status, "lost")
        self.night(TODAY + timedelta(days=3))
        self.assertEqual((self.messages(self.twin), self.reason(self.twin)), (self.mail, "written_recently"))

    def test_a_mass_sms_leaves_out_clients_a_rule_has_just_e_mailed(self):
        self.assertEqual(
            self.env["klientbox.message"]._queue_odoo_sms(
                self.salon, self.twin.phone, "Sleva", "u1", purpose=MARKETING
            ),
            ("written_recently", None),
        )


@tagged("post_install", "-at_install")
class TestHoursChange(LastStatementCase):
    def setUp(self):
        super().setUp()
        self.jana, self.message = self.queue()
        self.share_connection()

    def test_hours_are_those_of_the_company(self):
        self.assertEqual(self.claim(self.message).hours, self.settings()._sending_hours())
        self.env.cr.execute("UPDATE klientbox_message SET state = 'queued'")
        self.salon.country_id = False
        self.settings().write({"timezone": "America/Vancouver", "opens": 1, "closes": 23, "rest_days": False})
        self.assertEqual(self.claim(self.message).hours, self.settings()._sending_hours())

    def test_hours_that_change_after_the_claim_are_judged_anew(self):
        for change in ({"closes": 12}, {"opens": 9}, {"rest_days": False}, {"timezone": "Asia/Tokyo"}):
            with self.subTest(change=change):
                claim = self.claim(self.message)
                self.settings().write(change)
                self.assertIsNone(self.start(claim))
                self.assertRecordValues(self.message, [{"state": "queued", "reason": False, "attempts": 0}])
                self.assertEqual(self.claim(self.message).hours, self.settings()._sending_hours())
                self.env.cr.execute("UPDATE klientbox_message SET state = 'queued'")

    def test_a_country_with_other_holidays_is_judged_anew(self):
        claim = self.claim(self.message)
        self.salon.country_id = self.env.ref("base.sk")
        self.assertIsNone(self.start(claim))
        self.assertEqual(self.message.state, "queued")


@tagged("post_install", "-at_install")
class TestVisitsChange(LastStatementCase):
    def setUp(self):
        super().setUp()
        self.jana, self.message = self.queue()
        self.share_connection()
        self.claimed = self.claim(self.message)

    def test_a_visit_of_the_same_second_is_a_return(self):
        self.visit(self.jana, start=clock.now())
        self.assertIsNone(self.start(self.claimed))
        self.assertCancelled(self.message, "came_back")

    def test_a_visit_that_is_cancelled_again_is_no_booking(self):
        ahead = self.visit(self.jana, start=NOON + timedelta(days=3), state="scheduled")
        ahead._cancel()
        self.assertEqual(self.start(self.claimed), OLD)

    def test_a_past_visit_without_a_result_may_have_taken_place(self):
        """In the chair at this moment, or this week without a mark; one that would change nothing is no reason."""
        now = clock.now()
        for start, sent in (
            (now - timedelta(minutes=30), None),
            (now - timedelta(days=6), None),
            (now - timedelta(days=62), OLD),
        ):
            with self.subTest(start=start), self.env.cr.savepoint() as savepoint:
                self.visit(self.jana, start=start, state="scheduled")
                self.assertEqual(self.start(self.claimed), sent)
                if not sent:
                    self.assertCancelled(self.message, "visit_unmarked")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_nothing_is_sent_for_a_rule_or_text_that_was_switched_off(self):
        rule = self.message.rule_id
        for record, field in ((rule, "enabled"), (rule, "active"), (self.message.step_id, "active")):
            with self.subTest(field=f"{record._name}.{field}"), self.env.cr.savepoint() as savepoint:
                record[field] = False
                self.env.flush_all()
                self.assertIsNone(self.start(self.claimed))
                self.assertCancelled(self.message, "rule_off")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_booking_that_is_deleted_is_none(self):
        self.visit(self.jana, start=NOON + timedelta(days=3), state="scheduled").unlink()
        self.assertEqual(self.start(self.claimed), OLD)

    def test_a_visit_that_was_another_client_s_takes_its_message_along(self):
        eva = self.client("Eva", phone="+420601000062")
        self.jana.visit_ids.client_id = eva
        self.assertFalse(self.jana.last_visit_date)
        self.assertEqual(eva.last_visit_date, fields.Date.to_date("2026-09-20"))
        self.assertIsNone(self.start(self.claimed))
        self.assertCancelled(self.message, "visits_changed")

    def test_a_visit_moved_from_another_client_counts_as_a_return(self):
        eva = self.client("Eva", phone="+420601000062")
        self.visit(eva, start=NOON - timedelta(days=1)).client_id = self.jana
        self.assertIsNone(self.start(self.claimed))
        self.assertCancelled(self.message, "came_back")

    def test_without_the_visit_that_was_the_last_the_message_speaks_of_nothing(self):
        self.visit(self.jana, start=datetime.combine(TODAY - timedelta(days=90), time(10)))
        self.jana.visit_ids.filtered(lambda visit: visit.start.date() == self.message.absence_since).unlink()
        self.assertIsNone(self.start(self.claimed))
        self.assertCancelled(self.message, "visits_changed")
        self.assertEqual(self.night(), 1, "and the night looks anew")

    def test_a_sent_message_stays_what_it_is(self):
        self.start(self.claimed)
        message = self.outbox.start(self.claimed, None, 60)
        self.assertIsNone(message)
        self.visit(self.jana, start=clock.now())
        self.env.cr.execute("SELECT claim_token FROM klientbox_message WHERE id = %s", [self.message.id])
        self.assertEqual(self.env.cr.fetchone(), (self.claimed.token,))
        self.assertTrue(self.outbox.report(self.message.id, SENT))
