from datetime import timedelta
from email import message_from_string
from smtplib import SMTPRecipientsRefused, SMTPSenderRefused

from odoo import SUPERUSER_ID, api
from odoo.addons.klientbox.lib import failure_reasons, mail_reports
from odoo.addons.klientbox.tools import odoo_mail, odoo_sms
from odoo.addons.klientbox.tools.outbox import Outbox
from odoo.addons.klientbox.tools.outcome import REFUSED, SENT, UNKNOWN, Outcome, OutgoingMessage
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import NOON
from .test_reactivation import TODAY, ReactivationCase

PHONE, EMAIL = "+420601000061", "jana@example.com"


class UndeliverableCase(ReactivationCase):
    def setUp(self):
        super().setUp()
        self.jana = self.absent(61)
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)
        self.outbox = Outbox(self.env.registry)

    def sent(self, day=0, address=PHONE, channel="sms", client=None, **vals):
        """A message that was sent this many days from now."""
        moment = NOON + timedelta(days=day)
        message = self.env["klientbox.message"].create(
            {
                "company_id": self.salon.id,
                "client_id": (client or self.jana).id,
                "channel": channel,
                "purpose": "transactional",
                "address": address,
                "state": "sent",
                "tried_at": moment,
                "day": moment.date(),
                **vals,
            }
        )
        self.env.flush_all()
        return message

    def report(self, message, state, reason=None):
        self.outbox.report(message.id, state, reason)
        self.env.invalidate_all()

    def fail(self, reason, day=0, **vals):
        message = self.sent(day, **vals)
        self.report(message, "failed", reason)
        return message

    def start_next(self, lane):
        """The message_sender's processing of the next message of a lane: the sent text, or None."""
        [claim] = self.outbox.claim(lane, 5)
        key = self.env["klientbox.consent.event"]._hash(claim.channel, claim.address)
        outgoing = self.outbox.start(claim, key, 60)
        self.env.invalidate_all()
        return outgoing

    def set_aside(self, company=None):
        rows = self.env["klientbox.undeliverable"].search(
            [("company_id", "=", (company or self.salon).root_id.id), ("used_again_at", "=", False)], order="id"
        )
        return [(row.channel, row.address, row.reason) for row in rows]


@tagged("post_install", "-at_install")
class TestUndeliverable(UndeliverableCase):
    def test_what_says_nothing_of_the_address_sets_none_aside(self):
        for reason in ("refused", "rejected", "http_402", "unreachable", "twilio_30034", "by_hand", None):
            for day in (-2, -1):
                self.fail(reason, day)
        self.assertEqual(self.set_aside(), [])

    def test_an_address_that_fails_for_good_is_set_aside_at_once(self):
        for reason in failure_reasons.PERMANENT:
            with self.subTest(reason=reason):
                self.fail(reason)
                self.assertEqual(self.set_aside(), [("sms", PHONE, reason)])
                self.jana.action_use_phone_again()

    def test_one_temporary_failure_is_not_death_and_two_on_one_day_are_one(self):
        self.fail("undelivered", -3)
        self.fail("expired", -3)
        self.assertEqual(self.set_aside(), [])
        self.fail("undelivered", -2)
        self.assertEqual(self.set_aside(), [("sms", PHONE, "undelivered")])

    def test_a_delivery_or_an_answer_between_two_temporary_failures_proves_the_number_alive(self):
        self.fail("undelivered", -5)
        self.report(self.sent(-4), "delivered")
        self.fail("undelivered", -3)
        self.assertEqual(self.set_aside(), [])
        self.sent(direction="in", state="replied", tried_at=False, sent_at=NOON - timedelta(days=2, hours=12))
        self.fail("undelivered", -2)
        self.assertEqual(self.set_aside(), [])

    def test_what_arrives_later_or_comes_from_there_takes_the_address_back(self):
        for day, news in enumerate(
            (
                lambda day: self.report(self.sent(day + 0.5), "delivered"),
                lambda day: self.report(self.sent(day + 0.5), "replied"),
                lambda day: self.sent(direction="in", state="replied", tried_at=False, sent_at=NOON),
            )
        ):
            self.fail("invalid_number", day)
            self.assertEqual(len(self.set_aside()), 1)
            news(day)
            self.assertEqual(self.set_aside(), [])

    def test_late_reports_of_older_messages_change_nothing(self):
        older, newer = self.sent(-2), self.sent(-1)
        self.report(newer, "failed", "unknown_subscriber")
        self.report(older, "delivered")
        self.assertEqual(len(self.set_aside()), 1)
        self.report(self.sent(), "delivered")
        self.report(self.sent(-3), "failed", "invalid_number")
        self.assertEqual(self.set_aside(), [])

    def test_no_step_of_a_rule_writes_to_it_again(self):
        self.fail("unknown_subscriber")
        self.assertEqual((self.night(), self.reason(self.jana)), (0, "undeliverable"))
        self.assertEqual(self.night(TODAY + timedelta(days=30)), 0)
        self.jana.phone = "+420601000062"
        self.assertEqual(self.night(), 1)

    def test_an_e_mail_goes_instead_unless_it_came_back_as_well(self):
        self.jana.email = "Jana@Example.com"
        self.fail("unknown_subscriber")
        self.fail("bounced", address=EMAIL, channel="email")
        self.assertEqual((self.night(), self.reason(self.jana)), (0, "undeliverable"))
        self.jana.action_use_email_again()
        self.assertEqual(self.night(), 1)
        self.assertRecordValues(
            self.messages(self.jana)[-1], [{"channel": "email", "address": EMAIL, "state": "queued"}]
        )

    def test_a_rule_sends_no_e_mail_to_an_address_that_bounced(self):
        self.rule("warning").step_ids.write({"channel": "email"})
        self.jana.email = EMAIL
        self.fail("bounced", address="Jana@example.com", channel="email")
        self.assertEqual((self.night(), self.reason(self.jana)), (0, "undeliverable"))

    def test_branches_share_what_is_known_and_other_companies_know_nothing(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.salon.id})
        theirs = self.client(phone=PHONE, company=branch)
        strangers = self.client(phone=PHONE, company=self.other)
        self.fail("invalid_number", client=theirs, company_id=branch.id)
        self.assertEqual(self.set_aside(), [("sms", PHONE, "invalid_number")])
        found = self.env["klientbox.client"].search([("is_sms_set_aside", "=", True)])
        self.assertEqual(found, self.jana | theirs)
        self.assertFalse(strangers.is_sms_set_aside)
        self.assertNotIn(strangers, found)
        self.assertIn(strangers, self.env["klientbox.client"].search([("is_sms_set_aside", "=", False)]))

    def test_what_waits_is_cancelled_in_the_last_statement_before_the_call(self):
        self.assertEqual(self.night(), 1)
        message = self.messages(self.jana)
        self.env.flush_all()
        self.fail("invalid_number")
        self.assertIsNone(self.start_next(message.lane))
        self.assertRecordValues(message, [{"state": "cancelled", "reason": "undeliverable", "attempts": 0}])
        self.assertEqual(message.reason_text, "Messages can't be delivered there")

    def test_what_waits_for_a_phone_that_can_t_get_sms_is_cancelled_as_well(self):
        self.assertEqual(self.night(), 1)
        message = self.messages(self.jana)
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_client SET phone_kind = 'landline' WHERE id = %s", [self.jana.id])
        self.assertIsNone(self.start_next(message.lane))
        self.assertRecordValues(message, [{"state": "cancelled", "reason": "no_mobile"}])

    def test_a_single_message_goes_with_a_warning_and_to_many_it_does_not(self):
        self.fail("invalid_number")
        Message = self.env["klientbox.message"]
        self.assertEqual(
            Message._queue_odoo_sms(self.salon, PHONE, "Sale!", "1" * 32, purpose="marketing"), ("undeliverable", None)
        )
        self.assertEqual(Message._queue_odoo_sms(self.salon, PHONE, "See you at 10", "2" * 32), (None, NOON))
        composer = self.env["sms.composer"].with_user(self.receptionist)
        composer = composer.create({"composition_mode": "numbers", "numbers": PHONE, "body": "See you at 10"})
        self.assertEqual(composer.klientbox_warning, f"{PHONE}: the last messages could not be delivered there.")

    def test_the_client_shows_since_when_and_why_until_staff_use_it_again(self):
        self.fail("landline", -1)
        jana = self.jana.with_user(self.receptionist)
        self.assertRecordValues(
            jana,
            [
                {
                    "is_sms_set_aside": True,
                    "is_email_set_aside": False,
                    "sms_obstacle": "Undeliverable since 11/19/2026: The number is a landline, or its network can't be"
                    " reached",
                    "email_obstacle": False,
                }
            ],
        )
        jana.action_use_phone_again()
        self.assertRecordValues(jana, [{"is_sms_set_aside": False, "sms_obstacle": False}])
        self.assertEqual(self.night(), 1)

    def test_after_use_again_failures_count_anew(self):
        self.fail("undelivered", -5)
        self.fail("undelivered", -4)
        self.jana.action_use_phone_again()
        self.fail("undelivered", 1)
        self.assertEqual(self.set_aside(), [])
        self.fail("undelivered", 2)
        self.assertEqual(len(self.set_aside()), 1)

    def test_only_salon_staff_use_an_address_again_and_no_user_edits_the_list(self):
        self.fail("invalid_number")
        stranger = new_test_user(
            self.env,
            login="kb_elsewhere",
            groups="klientbox.group_receptionist",
            company_id=self.other.id,
            company_ids=[(6, 0, self.other.ids)],
        )
        internal = new_test_user(self.env, login="kb_internal", groups="base.group_user", company_id=self.salon.id)
        for user in (stranger, internal):
            with self.assertRaises(AccessError):
                self.jana.with_user(user).action_use_phone_again()
        row = self.env["klientbox.undeliverable"].search([("address", "=", PHONE)])
        for user in (self.owner, self.env.user):
            for sudo in (False, True):
                mine = row.with_user(user).sudo(sudo)
                for change in (
                    lambda mine: mine.write({"used_again_at": NOON}),
                    lambda mine: mine.unlink(),
                    lambda mine: mine.create({"company_id": self.salon.id, "channel": "sms", "address": "x"}),
                ):
                    with self.assertRaises(AccessError):
                        change(mine)
        with self.assertRaises(AccessError):
            row.with_user(stranger).read(["address"])

    def test_an_erasure_forgets_the_address_unless_another_client_has_it(self):
        self.jana.email = EMAIL
        self.client("Anna", email=EMAIL)
        self.fail("invalid_number")
        self.fail("bounced", address=EMAIL, channel="email")
        self.fail("invalid_number", address="+420601999999")
        self.env["klientbox.erasure"]._run(self.jana)
        self.assertEqual(self.set_aside(), [("email", EMAIL, "bounced")])

    def test_a_merge_shows_the_state_of_the_phone_that_is_taken_over(self):
        target = self.client("Jana")
        self.fail("invalid_number")
        self.merge(self.jana | target, target)
        self.env.invalidate_all()
        self.assertRecordValues(target, [{"phone": PHONE, "is_sms_set_aside": True}])

    def test_the_outbox_counts_who_is_due_and_out_of_reach(self):
        self.fail("invalid_number")
        self.absent(62, phone="+420222333444")
        self.absent(63)
        self.assertEqual(self.night(), 1)
        self.assertEqual(self.settings().out_of_reach_count, 2)
        action = self.settings().with_user(self.receptionist).action_out_of_reach()
        self.assertEqual(self.env["klientbox.decision"].search_count(action["domain"]), 2)


@tagged("post_install", "-at_install")
class TestRefusalsAtTheProvider(UndeliverableCase):
    def events(self):
        events = self.env["klientbox.consent.event"].search([("company_id", "=", self.salon.id)], order="id")
        return [(event.kind, event.source, event.channel, event.address, event.client_id.id) for event in events]

    def record(self):
        with self.env.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["klientbox.undeliverable"]._record_refusals()
        self.env.invalidate_all()

    def test_it_counts_at_once_and_is_recorded_once(self):
        self.jana.email = EMAIL
        message = self.fail("unsubscribed")
        self.assertEqual((self.night(), self.reason(self.jana)), (0, "opted_out"))
        self.assertFalse(self.jana.is_email_set_aside)
        for _again in range(2):
            self.record()
        self.assertEqual(self.events(), [("withdrawn", "provider", "sms", PHONE, self.jana.id)])
        self.assertEqual(self.set_aside(), [])
        self.assertTrue(self.jana.sms_opt_out)
        self.assertEqual((self.night(), self.reason(self.jana)), (0, "opted_out"))
        self.assertEqual(message.reason_text, "The recipient has refused messages at the provider")

    def test_only_a_new_consent_ends_it(self):
        self.fail("unsubscribed")
        self.record()
        with self.assertRaisesRegex(Exception, "Only a new consent"):
            self.jana.with_user(self.receptionist).sms_opt_out = False
        self.jana._consent("sms", "You may write to me again", TODAY, "in_person")
        self.assertFalse(self.jana.sms_opt_out)

    def test_neither_a_delivery_nor_another_failure_takes_it_away(self):
        self.fail("unsubscribed", -1)
        self.report(self.sent(), "delivered")
        self.fail("invalid_number", 1)
        self.record()
        self.assertTrue(self.jana.sms_opt_out)

    def test_what_waits_is_cancelled_before_it_is_recorded(self):
        self.night()
        message = self.messages(self.jana)
        self.env.flush_all()
        self.fail("unsubscribed")
        self.assertIsNone(self.start_next(message.lane))
        self.assertRecordValues(message, [{"state": "cancelled", "reason": "opted_out"}])


class TwilioLike:
    """Answers like sms_twilio's class: one error name for many of Twilio's codes."""

    def __init__(self, code):
        self.code = code

    def _set_company(self, company):
        pass

    def _send_sms_batch(self, batch, delivery_reports_url):
        [number] = batch[0]["numbers"]
        if not self.code:
            return [{"uuid": number["uuid"], "state": "sent", "sms_twilio_sid": "SM1"}]
        return [{"uuid": number["uuid"], "state": self._twilio_error_code_to_odoo_state({"code": self.code})}]

    def _twilio_error_code_to_odoo_state(self, answer):
        return "wrong_number_format" if answer["code"] in (21211, 21614, 21265) else "unknown"


@tagged("post_install", "-at_install")
class TestTwilio(UndeliverableCase):
    def test_each_twilio_error_code_has_its_outcome(self):
        message = self.sent()
        outgoing = outgoing_odoo_sms(message)
        for code, outcome in (
            (None, Outcome(SENT, provider_ref="SM1")),
            (21610, Outcome(REFUSED, reason="unsubscribed")),
            (21211, Outcome(REFUSED, reason="invalid_number")),
            (21614, Outcome(REFUSED, reason="landline")),
            (21265, Outcome(REFUSED, reason="invalid_number")),
            (30034, Outcome(UNKNOWN, reason="unknown")),
        ):
            with self.subTest(code=code):
                self.patch(
                    type(self.salon), "_get_sms_api_class", lambda _self, code=code: lambda _env: TwilioLike(code)
                )
                self.assertEqual(odoo_sms.OdooSms(self.env.registry, self.salon.id).send(outgoing), outcome)

    def test_a_report_s_code_says_whether_the_number_is_invalid(self):
        cases = {
            "21610": ("unsubscribed", True),
            "30003": ("undelivered", False),
            "30005": ("unknown_subscriber", True),
            "30006": ("landline", True),
            "30008": ("undelivered", False),
            "30007": ("twilio_30007", False),
            "30034": ("twilio_30034", False),
        }
        for number, (code, (reason, is_aside)) in enumerate(cases.items()):
            with self.subTest(code=code):
                message = self.sent(address=f"+42060222{number:04}", reference=f"{number:032}")
                tracker = self.env["sms.tracker"].create({"sms_uuid": message.reference})
                # The calls of sms_twilio's method, with our hook's values in the context.
                tracker = tracker.with_context(klientbox_twilio_code=code)
                tracker._action_update_from_provider_error(
                    "invalid_destination" if code == "30003" else "not_delivered"
                )
                self.env.invalidate_all()
                self.assertRecordValues(message, [{"state": "failed", "reason": reason}])
                self.assertEqual(
                    message.address in [address for _channel, address, _reason in self.set_aside()], is_aside
                )

    def test_reports_of_iap_have_words_of_ours(self):
        for number, (code, reason) in enumerate(
            {
                "invalid_destination": "unknown_subscriber",
                "not_delivered": "undelivered",
                "expired": "expired",
                "rejected": "rejected",
                "not_allowed": "rejected",
            }.items()
        ):
            with self.subTest(code=code):
                message = self.sent(reference=f"{number:032}")
                self.env["sms.tracker"].create({"sms_uuid": message.reference})._action_update_from_provider_error(code)
                self.env.invalidate_all()
                self.assertRecordValues(message, [{"state": "failed", "reason": reason}])

    def test_the_hook_keeps_the_code_of_sms_twilio_s_method(self):
        calls = []
        model = self.env.registry["sms.tracker"]

        def from_twilio(tracker, status, code, message):
            calls.append((status, tracker.env.context.get("klientbox_twilio_code")))

        had = getattr(model, "_action_update_from_twilio_error", None)
        model._action_update_from_twilio_error = from_twilio
        try:
            for _again in range(2):
                self.env["sms.tracker"]._register_hook()
            self.env["sms.tracker"]._action_update_from_twilio_error("undelivered", "30005", None)
        finally:
            if had:
                model._action_update_from_twilio_error = had
            else:
                del model._action_update_from_twilio_error
        self.assertEqual(calls, [("undelivered", "30005")])


def outgoing_odoo_sms(message):
    return OutgoingMessage(
        message.id, "t", message.company_id.id, "sms", message.address, None, "Hi", "0" * 32, None, 1
    )


REPORT = """\
From: MAILER-DAEMON@example.com
To: salon@example.com
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {address}
Action: failed
{status}
--b--
"""


# {reason of a permanent failure: codes without their first digit}
CODES = {
    "bounced": "1.0 1.1 1.2 1.3 1.4 1.6 1.10 2.1 4.1 4.4 7.17 7.18",
    # The mailbox or its server; on two days in a row it sets the address aside.
    "undelivered": "0.0 2.0 2.2 2.4 4.0 4.2 4.3 4.5 4.7",
    # The sender, the content, the protocol, the systems, security and policy.
    "rejected": (
        "1.5 1.7 1.8 1.9 2.3 3.0 3.1 3.2 3.3 3.4 3.5 3.6 4.6 5.0 5.1 5.2 5.3 5.4 5.5 5.6 6.0 6.1 6.2 6.3 6.4 6.5 6.6"
        " 6.7 6.8 6.9 6.10 7.0 7.1 7.2 7.3 7.4 7.5 7.6 7.7 7.8 7.9 7.10 7.11 7.12 7.13 7.14 7.15 7.16 7.19 7.20 7.21"
        " 7.22 7.23 7.24 7.25 7.26 7.27 7.28 7.29 7.30"
    ),
}


@tagged("post_install", "-at_install")
class TestMailFailures(ReactivationCase):
    def test_a_report_says_whether_the_mailbox_exists(self):
        for status, reason in (
            ("Status: 5.1.1", "bounced"),
            ("Status: 5.1.10 (no such user)", "bounced"),
            ("Status: 5.4.1", "bounced"),
            ("", "bounced"),
            ("Status: 4.4.7", "undelivered"),
            ("Status: 4.2.2", "undelivered"),
            ("Status: 5.2.2 (mailbox full)", "undelivered"),
            ("Status: 5.7.1 (spam)", "rejected"),
        ):
            with self.subTest(status=status):
                mail = message_from_string(REPORT.format(address="Jana@example.com", status=status))
                self.assertEqual(mail_reports.recipients(mail), ({EMAIL}, set()))
                self.assertEqual(mail_reports.failure_reason(mail, EMAIL), reason)

    def test_each_code_of_the_registry_has_its_reason(self):
        """Where no words say more, whether the server will try again or not. IANA, SMTP Enhanced Status Codes."""
        for reason, codes in CODES.items():
            for code in codes.split():
                for kind in ("4", "5"):
                    expected = "undelivered" if (kind, reason) == ("4", "bounced") else reason
                    with self.subTest(code=f"{kind}.{code}"):
                        self.assertEqual(self.reason_of(f"Status: {kind}.{code}\nDiagnostic-Code: smtp; no"), expected)
                        self.assertEqual(
                            mail_reports.reason_in_words(f"{kind}50 {kind}.{code} no"),
                            (True, expected if kind == "5" else None),
                        )

    def test_words_about_the_sender_or_the_content_say_nothing_of_the_address(self):
        for status, words, reason in (
            ("5.0.0", "550 rejected as SPAM", "rejected"),
            ("5.0.0", "550 SPF check failed", "rejected"),
            ("5.0.0", "550 5.7.1 no", "rejected"),
            ("5.0.0", "550 Domain of sender address salon@example.com does not exist", "rejected"),
            ("5.0.0", "550 no such user here", "bounced"),
            ("5.0.0", "550 returned to sender: user unknown", "bounced"),
            ("5.0.0", "550 Access denied", "undelivered"),
            ("4.0.0", "450 no such user here", "undelivered"),
            ("5.5.0", "550 blocked by Spamhaus", "rejected"),
            ("5.5.0", "550 Requested action not taken: mailbox unavailable", "bounced"),
            ("5.1.0", "550 Sender address rejected: Domain not found", "rejected"),
            ("5.1.1", "550 listed at Spamhaus", "rejected"),
            ("5.1.1", "550 <spam@example.com>: user unknown", "bounced"),
            ("5.2.1", "550 mailbox is blocked", "bounced"),
            ("5.4.1", "550 Recipient address rejected: Access denied", "bounced"),
        ):
            with self.subTest(status=status, words=words):
                self.assertEqual(self.reason_of(f"Status: {status}\nDiagnostic-Code: smtp; {words}"), reason)

    def test_without_a_diagnosis_the_text_of_the_report_decides(self):
        mail = message_from_string(REPORT.format(address=EMAIL, status="Status: 5.0.0"))
        for said, reason in (
            ("It was rejected as spam.", "rejected"),
            ("About your mail.", "bounced"),
            ("", "bounced"),
        ):
            with self.subTest(said=said):
                self.assertEqual(mail_reports.failure_reason(mail, EMAIL, said), reason)

    def test_reports_without_a_standard_say_so_by_their_words(self):
        for words, reason in (
            ("Nedoručeno: zpráva byla odmítnuta jako spam", "rejected"),
            ("Vaše zpráva nemohla být doručena.\n552 message too large", "rejected"),
            ("Message could not be delivered: 550 blocked using blacklist", "rejected"),
            ("Message could not be delivered: 550 user unknown", "bounced"),
            ("Nedoručeno: 550", "undelivered"),
        ):
            with self.subTest(words=words):
                self.assertEqual(mail_reports.reason_in_words(words), (True, reason))
        mail = message_from_string("From: MAILER-DAEMON@mx.example\n\nx")
        for words, reason in (
            ("550 SPF check failed\n\n--- Below this line is a copy of the message.\n\nno such user", "rejected"),
            ("550 no such user\n\n------ This is a copy of the message, with headers. ------\n\nX-Spam: no", "bounced"),
            ("Unrouteable address", "bounced"),
            ("554 5.6.0 content", "rejected"),
            ("", "bounced"),
        ):
            with self.subTest(words=words):
                self.assertEqual(mail_reports.failure_reason(mail, EMAIL, words), reason)

    def reason_of(self, status):
        mail = message_from_string(REPORT.format(address=EMAIL, status=status))
        return mail_reports.failure_reason(mail, EMAIL)

    def test_a_server_that_does_not_know_the_mailbox_says_so_at_once(self):
        for error, reason in (
            (SMTPRecipientsRefused({EMAIL: (550, b"5.1.1 <jana@example.com>: user unknown")}), "unknown_recipient"),
            (SMTPRecipientsRefused({EMAIL: (550, b"5.7.1 relaying denied")}), "smtp_550"),
            (SMTPRecipientsRefused({EMAIL: (550, b"5.1.8 bad sender")}), "smtp_550"),
            (SMTPRecipientsRefused({EMAIL: (550, b"5.1.7 bad sender")}), "smtp_550"),
            (SMTPRecipientsRefused({EMAIL: (550, b"5.1.10 null MX")}), "unknown_recipient"),
            (SMTPRecipientsRefused({EMAIL: (550, b"5.1.0 Sender address rejected")}), "smtp_550"),
            (SMTPRecipientsRefused({EMAIL: (550, b"no")}), "smtp_550"),
            (SMTPSenderRefused(550, b"5.1.8 bad sender", "salon@example.com"), "smtp_550"),
        ):
            with self.subTest(error=error):
                outcome = odoo_mail._of_exception(error)
                self.assertEqual((outcome.kind, outcome.reason), (REFUSED, reason))
