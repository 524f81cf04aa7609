from contextlib import contextmanager, suppress
from email import message_from_string
from email.policy import default as default_policy

from odoo.addons.klientbox.lib import clock, mail_reports
from odoo.addons.klientbox.tools.outbox import Outbox
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from . import mails, mails_of_programs
from .common import NOON
from .test_reactivation import ReactivationCase

JANA = "+420601000061"


class Undone(Exception):
    """Raised for a rollback."""


REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: bounce@salon.example
Subject: Report
Message-ID: <report@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

About your mail.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{blocks}

{original}--b--
"""
ORIGINAL = """\
--b
Content-Type: text/rfc822-headers; charset=utf-8

From: salon@example.com
To: jana@example.com
Message-ID: {message_id}

"""
MAIL = """\
From: {sender}
To: salon@example.com
Subject: {subject}
Message-ID: <{number}@example.com>
In-Reply-To: {message_id}
{headers}MIME-Version: 1.0
Content-Type: {kind}; charset=utf-8

{body}
"""


def block(action, recipient="jana@example.com"):
    return f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: 5.0.0\n"


class RepliesReceivedCase(ReactivationCase):
    def setUp(self):
        super().setUp()
        self.jana = self.absent(61, email="jana@example.com")

    def use_outbox(self):
        """The outbox has connections of its own: here they see the test's uncommitted data."""
        self.env.flush_all()
        if not self._registry_patched:
            mode = self.enter_registry_test_mode()
            mode.__enter__()
            self.addCleanup(mode.__exit__, None, None, None)
        return Outbox(self.env.registry)

    @contextmanager
    def undone(self):
        """Changes inside are rolled back."""
        with suppress(Undone), self.env.cr.savepoint():
            yield
            raise Undone
        self.env.invalidate_all()

    def receive_sms(self, text, number=JANA):
        replied_to = self.env["klientbox.message"]
        self.env["klientbox.message"]._receive_reply(self.use_outbox(), self.salon, "sms", number, text, replied_to)

    def replies(self):
        return self.env["klientbox.message"].search(
            [("company_id", "=", self.salon.id), ("direction", "=", "in")], order="id"
        )


@tagged("post_install", "-at_install")
class TestUnclearReplies(RepliesReceivedCase):
    def test_a_clear_refusal_counts_at_once_without_a_review(self):
        self.receive_sms("Prosím, už mi nepište")
        self.assertRecordValues(self.jana, [{"sms_opt_out": True, "email_opt_out": False}])
        self.assertRecordValues(self.replies(), [{"reply_class": "refusal", "needs_review": False}])

    def test_an_answer_about_a_visit_refuses_nothing(self):
        self.receive_sms("Nechci v pondělí, raději v úterý")
        self.assertFalse(self.jana.sms_opt_out)
        self.assertRecordValues(self.replies(), [{"reply_class": "visit", "needs_review": False}])
        self.assertEqual(self.night(), 1)

    def test_a_refusal_beside_a_greeting_or_a_time_is_no_reply_about_a_visit(self):
        for words, expected in (
            ("Vymažte mě prosím, pěkný večer", ("refusal", False, True, 0)),
            ("Please delete my number today", ("refusal", False, True, 0)),
            ("Nechci SMS večer", ("unclear", True, False, 0)),
            ("Smažte mé údaje ještě dnes", ("unclear", True, False, 0)),
            ("🚫", ("unclear", True, False, 0)),
            ("Smažte to prosím", ("unclear", True, False, 0)),
            ("Nechci barvení, jen stříhání", ("visit", False, False, 1)),
        ):
            with self.subTest(words=words), self.undone():
                self.receive_sms(words)
                [reply] = self.replies()
                queued = self.night()
                self.jana.invalidate_recordset()
                self.assertEqual((reply.reply_class, reply.needs_review, self.jana.sms_opt_out, queued), expected)

    def test_while_an_unclear_reply_waits_nothing_commercial_is_queued(self):
        self.receive_sms("Nemám zájem")
        self.assertRecordValues(self.replies(), [{"reply_class": "unclear", "needs_review": True}])
        self.assertEqual(self.night(), 0)
        self.assertEqual(self.reason(self.jana), "reply_unclear")

    def test_what_was_queued_before_an_unclear_reply_is_not_sent(self):
        self.night()
        message = self.messages(self.jana)
        outbox = self.use_outbox()
        [claim] = outbox.claim(message.lane, 5)
        self.receive_sms("Stop, přijdu až v pátek")
        self.env.flush_all()
        self.assertIsNone(outbox.start(claim, message.address_hash, 60))
        message.invalidate_recordset()
        self.assertRecordValues(message, [{"state": "cancelled", "reason": "reply_unclear"}])

    def test_a_receptionist_decides_that_it_is_a_refusal(self):
        self.receive_sms("Ne, děkuji")
        self.replies().with_user(self.receptionist).action_confirm_refusal()
        self.assertRecordValues(
            self.replies(),
            [{"needs_review": False, "reviewed_by_id": self.receptionist.id, "reviewed_at": clock.now()}],
        )
        self.assertTrue(self.jana.sms_opt_out)
        event = self.env["klientbox.consent.event"].search([("client_id", "=", self.jana.id)], limit=1)
        self.assertRecordValues(event, [{"kind": "withdrawn", "source": "stop", "text": "Ne, děkuji"}])

    def test_a_receptionist_decides_that_it_is_no_refusal_and_the_night_continues(self):
        self.receive_sms("Ne, děkuji")
        self.replies().with_user(self.receptionist).action_confirm_no_refusal()
        self.assertFalse(self.jana.sms_opt_out)
        self.assertEqual(self.night(), 1)

    def test_only_the_salon_s_staff_decide_on_a_reply_and_only_once(self):
        self.receive_sms("Ne, děkuji")
        stranger = new_test_user(
            self.env,
            login="kb_stranger",
            groups="klientbox.group_receptionist",
            company_id=self.other.id,
            company_ids=[(6, 0, self.other.ids)],
        )
        internal = new_test_user(self.env, login="kb_internal", groups="base.group_user", company_id=self.salon.id)
        for user in (stranger, internal):
            with self.assertRaises(AccessError):
                self.replies().with_user(user).action_confirm_no_refusal()
        self.replies().with_user(self.receptionist).action_confirm_no_refusal()
        with self.assertRaisesRegex(UserError, "wait to be read"):
            self.replies().with_user(self.receptionist).action_confirm_refusal()
        self.assertFalse(self.jana.sms_opt_out)


@tagged("post_install", "-at_install")
class TestIncomingMail(RepliesReceivedCase):
    def setUp(self):
        super().setUp()
        self.rule("warning").step_ids[:1].write({"channel": "email", "subject": "Hello"})
        self.night()
        self.message = self.messages(self.jana)
        self.message_id = self.env["klientbox.message"]._message_id(self.message.reference)
        self.env.cr.execute(
            """
            UPDATE klientbox_message SET state = 'sent', attempts = 1, tried_at = %s, day = %s, body = %s WHERE id = %s
            """,
            [NOON, NOON.date(), mails.OURS, self.message.id],
        )
        self.env.invalidate_all()
        self.use_outbox()

    def take(self, raw):
        """Pass a mail to Odoo as its mail gateway does."""
        self.env["mail.thread"].message_process(False, raw)
        self.env.invalidate_all()

    def mail(self, body, sender="jana@example.com", subject="Re: Hello", headers="", kind="text/plain"):
        self.take(
            MAIL.format(
                sender=sender,
                subject=subject,
                headers=headers,
                kind=kind,
                body=body,
                number=self.id(),
                message_id=self.message_id,
            )
        )

    def report(self, *blocks, names_the_mail=True):
        original = ORIGINAL.format(message_id=self.message_id) if names_the_mail else ""
        self.take(REPORT.format(blocks="\n".join(blocks), original=original))

    def test_a_mail_refused_for_its_sender_or_content_sets_no_address_aside(self):
        for status, words in (
            ("5.1.8", "bad sender"),
            ("5.6.0", "content"),
            ("5.3.4", "too large"),
            ("5.4.6", "loop"),
            ("5.0.0", "rejected as SPAM"),
            ("5.5.0", "blocked by Spamhaus"),
        ):
            with self.subTest(status=status), self.undone():
                self.report(block("failed").replace("5.0.0", f"{status}\nDiagnostic-Code: smtp; 550 {words}"))
                self.assertRecordValues(self.message, [{"state": "failed", "reason": "rejected"}])
                self.assertFalse(self.env["klientbox.undeliverable"].search([("address", "=", "jana@example.com")]))

    def test_a_quoted_line_about_stop_refuses_nothing(self):
        self.mail("Děkuji, přijdu v pátek\n\nDne 20. 11. 26 v 12:00 Salon Jana napsal(a):\n> Odpovězte STOP")
        self.assertFalse(self.jana.email_opt_out)
        self.assertRecordValues(self.replies(), [{"reply_class": "visit"}])
        self.assertEqual(self.message.state, "replied")

    def test_a_stop_below_the_quotation_refuses(self):
        self.mail("Dne 20. 11. 26 v 12:00 Salon Jana napsal(a):\n> Přijďte zase.\n> Odpovězte STOP\n\nSTOP\n")
        self.assertTrue(self.jana.email_opt_out)

    def test_of_an_html_mail_what_is_quoted_does_not_count(self):
        for body, refused in (
            ("<div>Přijdu v pátek</div><blockquote>Odpovězte <b>STOP</b></blockquote>", False),
            ('<div>Děkuji</div><div class="gmail_quote">po 20. 11. napsal:<blockquote>STOP</blockquote></div>', False),
            ("<p>Odhlaste mě prosím</p><blockquote>Přijďte zase</blockquote>", True),
        ):
            with self.subTest(body=body):
                self.mail(body, kind="text/html")
                self.assertEqual(self.jana.email_opt_out, refused)

    def test_an_out_of_office_mail_is_no_reply(self):
        for headers in (
            "Auto-Submitted: auto-replied (vacation)\n",
            "X-Autoreply: yes\n",
            "X-Auto-Response-Suppress: All\n",
            "Precedence: auto_reply\n",
        ):
            with self.subTest(headers=headers):
                self.mail("Jsem na dovolené. STOP", headers=headers)
                self.assertEqual((self.message.state, len(self.replies())), ("sent", 0))
                self.assertFalse(self.jana.email_opt_out)

    def test_a_program_that_uses_the_address_to_unsubscribe_is_heard(self):
        self.mail("", subject=f"STOP {self.message.reference}", headers="Auto-Submitted: auto-generated\n")
        self.assertTrue(self.jana.email_opt_out)

    def test_only_a_failure_for_good_fails_the_message(self):
        for action in ("delayed", "relayed", "delivered", "expanded"):
            with self.subTest(action=action):
                self.report(block(action))
                self.assertEqual(self.message.state, "sent")
        self.report(block("failed (no such user)"))
        self.assertRecordValues(self.message, [{"state": "failed", "reason": "bounced"}])

    def test_an_expired_message_has_failed(self):
        self.report(block("expired"))
        self.assertEqual(self.message.state, "failed")

    def test_of_several_recipients_only_ours_counts(self):
        self.report(block("delivered"), block("failed", "petr@example.com"))
        self.assertEqual(self.message.state, "sent")
        self.report(block("delivered", "petr@example.com"), block("failed"))
        self.assertEqual(self.message.state, "failed")

    def test_a_forwarded_address_that_failed_is_ours(self):
        self.report(block("failed", "jana.private@example.net"))
        self.assertEqual(self.message.state, "failed")

    def test_a_report_without_the_mail_goes_before_a_person_and_fails_nothing(self):
        self.report(block("failed", "petr@example.com"), names_the_mail=False)
        self.assertFalse(self.jana.activity_ids)
        for _attempt in range(2):
            self.report(block("failed"), names_the_mail=False)
        self.assertEqual(self.message.state, "sent")
        self.assertFalse(self.jana.is_email_set_aside)
        check = self.env.ref("klientbox.activity_check_address")
        self.assertRecordValues(self.jana.activity_ids, [{"activity_type_id": check.id, "user_id": self.owner.id}])
        self.assertIn("jana@example.com", self.jana.activity_ids.note)

    def test_the_number_of_an_sms_names_no_e_mail(self):
        self.env.cr.execute("UPDATE klientbox_message SET channel = 'sms' WHERE id = %s", [self.message.id])
        self.env.invalidate_all()
        self.report(block("failed"))
        self.assertEqual(self.message.state, "sent")

    def test_a_refusal_from_another_address_waits_for_a_person(self):
        petr = self.client("Petr", email="petr@example.com")
        self.mail("STOP", sender="Petr <petr@example.com>")
        self.assertRecordValues(self.replies(), [{"reply_class": "refusal", "needs_review": True}])
        self.assertRecordValues(self.jana | petr, [{"email_opt_out": False}] * 2)
        self.assertFalse(self.env["klientbox.consent.event"].search([("source", "=", "stop")]))
        # The decision is about the address that we wrote to.
        self.replies().with_user(self.receptionist).action_confirm_refusal()
        self.assertRecordValues(self.jana | petr, [{"email_opt_out": True}, {"email_opt_out": False}])
        event = self.env["klientbox.consent.event"].search([("source", "=", "stop")])
        self.assertRecordValues(
            event, [{"address": "jana@example.com", "client_id": self.jana.id, "kind": "withdrawn"}]
        )

    def test_the_same_address_in_another_spelling_is_the_recipient(self):
        self.mail("STOP", sender='"Jana" <JANA@Example.com>')
        self.assertTrue(self.jana.email_opt_out)
        self.assertRecordValues(self.replies(), [{"needs_review": False}])

    def test_a_read_receipt_is_neither_a_reply_nor_a_failure(self):
        self.take(
            "From: jana@example.com\nTo: salon@example.com\nSubject: Read: Hello\nMessage-ID: <r@example.com>\n"
            f"In-Reply-To: {self.message_id}\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nYour mail was read.\n\n"
            "--b\nContent-Type: message/disposition-notification\n\n"
            f"Final-Recipient: rfc822; jana@example.com\nOriginal-Message-ID: {self.message_id}\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"
        )
        self.assertEqual((self.message.state, len(self.replies())), ("sent", 0))

    def test_each_kind_of_mail_has_its_class(self):
        self.assertGreaterEqual(len(mails.MAILS), 88)
        self.check_classes(mails.MAILS)

    def test_the_same_reply_has_its_class_in_each_mail_program(self):
        self.assertGreaterEqual(len(mails_of_programs.MAILS), 200)
        self.check_classes(mails_of_programs.MAILS)

    def check_classes(self, cases):
        for name, expected, build in cases:
            with self.subTest(mail=name), self.undone():
                self.take(build(self.message_id))
                self.assertEqual(self.kind_of_mail(), expected)

    def test_a_refusal_within_the_quotation_is_kept_with_its_words(self):
        [build] = [
            build
            for name, _kind, build in mails_of_programs.MAILS
            if name == "HTML, Outlook, a sentence within the quotation"
        ]
        self.take(build(self.message_id))
        self.assertIn("Už mi nepište, chodím jinam.", self.replies().body)

    def test_a_complaint_is_a_refusal_of_the_address(self):
        [build] = [build for name, _kind, build in mails.MAILS if name == "a complaint"]
        for _time in range(2):
            self.take(build(self.message_id))
        event = self.env["klientbox.consent.event"].search([("client_id", "=", self.jana.id)])
        self.assertRecordValues(
            event,
            [
                {
                    "kind": "withdrawn",
                    "source": "provider",
                    "channel": "email",
                    "address": "jana@example.com",
                    "text": "The recipient has marked an e-mail as spam.",
                }
            ],
        )
        self.assertRecordValues(self.jana, [{"email_opt_out": True, "sms_opt_out": False}])

    def test_a_report_that_no_one_understands_waits_to_be_read(self):
        [build] = [build for name, _kind, build in mails.MAILS if name == "words that no one knows"]
        for _time in range(2):
            self.take(build(self.message_id))
        self.assertRecordValues(
            self.replies(),
            [
                {
                    "client_id": self.jana.id,
                    "address": "mailer-daemon@mx.example",
                    "body": "Zpráva\n\nO vaší zprávě vám dáváme vědět.",
                    "reply_class": "unclear",
                    "needs_review": True,
                    "reply_to_id": self.message.id,
                }
            ],
        )
        self.assertEqual(self.message.state, "sent")

    def kind_of_mail(self):
        """The result of the mail: the class of the reply, or the new state of our e-mail."""
        reply = self.replies()
        if reply and self.message.state == "sent":
            self.assertEqual((len(reply), reply.needs_review, self.jana.email_opt_out), (1, True, False))
            return mails.KEPT
        if reply:
            self.assertEqual((len(reply), self.message.state), (1, "replied"))
            self.assertEqual(self.jana.email_opt_out, reply.reply_class == "refusal")
            self.assertEqual(reply.needs_review, reply.reply_class == "unclear")
            return reply.reply_class
        if self.jana.email_opt_out:
            return mails.COMPLAINT
        return mails.NO_REPLY if self.message.state == "sent" else self.message.state


@tagged("post_install", "-at_install")
class TestKindsOfMail(RepliesReceivedCase):
    def test_reports_of_servers_that_follow_no_standard(self):
        raw = (
            "From: MAILER-DAEMON@mx.example\nTo: salon@example.com\nSubject: failure notice\n\n"
            "Hi. This is the qmail-send program at mx.example.\n"
            "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
            "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            "<jana@example.com>:\n192.0.2.1 does not like recipient.\n"
            "Remote host said: 550 no such user\nGiving up on 192.0.2.1.\n\n"
            "--- Below this line is a copy of the message.\n\nSubject: Hello\n"
        )
        mail = message_from_string(raw, policy=default_policy)
        self.assertEqual(mail_reports.recipients(mail), ({"jana@example.com"}, set()))
