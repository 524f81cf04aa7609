from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import NOON
from .test_replies_received import RepliesReceivedCase

MAIL = """\
From: {sender}
To: salon@example.com
Subject: Hello
Message-ID: <{number}@attacker.example>
In-Reply-To: {reply_to}

{body}
"""
REPORT = """\
From: MAILER-DAEMON@attacker.example
To: bounce@salon.example
Subject: Undelivered
Message-ID: <report@attacker.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; jana@example.com
Action: failed
Status: 5.1.1

--b--
"""
# Any of them finds the method of the mail gateway.
MODELS = ("mail.thread", "klientbox.client", "res.partner", "discuss.channel", "mail.blacklist")


@tagged("post_install", "-at_install")
class TestMailServer(RepliesReceivedCase):
    """Who passes incoming mails to Odoo, and what a mail can write."""

    def setUp(self):
        super().setUp()
        self.rule("warning").step_ids[:1].write({"channel": "email", "subject": "Hello"})
        self.night()
        self.message = self.messages(self.jana)
        self.env.cr.execute(
            "UPDATE klientbox_message SET state = 'sent', attempts = 1, tried_at = %s, day = %s WHERE id = %s",
            [NOON, NOON.date(), self.message.id],
        )
        self.petr = self.client("Petr", company=self.other, phone="601234567", notes="untouched")
        self.theirs = self.visit(self.petr)
        self.env.invalidate_all()
        self.use_outbox()
        company = {"company_id": self.salon.id, "company_ids": [(6, 0, self.salon.ids)]}
        self.internal, self.portal, self.server = (
            new_test_user(self.env, login=f"kb_{name}", groups=group, **company)
            for name, group in (
                ("internal", "base.group_user"),
                ("portal", "base.group_portal"),
                ("server", "klientbox.group_mail_server"),
            )
        )

    def stop(self):
        message_id = self.env["klientbox.message"]._message_id(self.message.reference)
        return MAIL.format(sender="jana@example.com", number="stop", reply_to=message_id, body="STOP")

    def hello(self):
        return MAIL.format(sender="petr@example.com", number="hello", reply_to="<none@example.com>", body="Hello")

    def call(self, user, model, method, *arguments, **options):
        """A call as a request makes it."""
        options["context"] = {"allowed_company_ids": self.salon.ids}
        return call_kw(self.env[model].with_user(user), method, list(arguments), options)

    def forged_values(self):
        """Ways to write into another company by a mail."""
        simple = {"name": "Forged", "company_id": self.other.id, "phone": "+420777555111"}
        return [
            simple,
            {**simple, "visit_ids": [[4, self.theirs.id]]},
            {**simple, "visit_ids": [[1, self.theirs.id, {"note": "forged"}]]},
            {**simple, "visit_ids": [[2, self.theirs.id]]},
            {**simple, "message_log_ids": [[4, self.message.id]]},
            {**simple, "message_log_ids": [[0, 0, {"channel": "sms", "address": "+420777555111", "body": "Forged"}]]},
        ]

    def assert_nothing_has_happened(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertRecordValues(self.jana, [{"email_opt_out": False, "is_email_set_aside": False}])
        self.assertRecordValues(self.message, [{"state": "sent", "client_id": self.jana.id}])
        self.assertRecordValues(self.theirs, [{"client_id": self.petr.id, "note": False}])
        self.assertEqual(self.petr.notes, "untouched")
        self.assertFalse(self.env["klientbox.client"].search([("name", "=", "Forged")]))
        self.assertFalse(self.env["klientbox.consent.event"].search([("client_id", "in", (self.jana | self.petr).ids)]))
        self.assertFalse(self.petr.message_ids.filtered(lambda note: note.message_type == "email"))

    def test_no_role_passes_a_mail_to_odoo(self):
        for user in (self.receptionist, self.manager, self.owner, self.internal, self.portal):
            for model in MODELS:
                attempts = [
                    (False, self.stop(), {}),
                    (False, REPORT, {}),
                    ("klientbox.client", self.hello(), {"thread_id": self.petr.id}),
                    *(("klientbox.client", self.hello(), {"custom_values": vals}) for vals in self.forged_values()),
                ]
                for target, mail, options in attempts:
                    named = self.subTest(user=user.login, model=model, options=options)
                    with named, self.assertRaises(AccessError), self.env.cr.savepoint():
                        self.call(user, model, "message_process", target, mail, **options)
        self.assert_nothing_has_happened()

    def test_no_request_calls_the_steps_of_the_mail_gateway(self):
        for user in (self.owner, self.env.ref("base.user_admin"), self.server):
            for model in MODELS[:3]:
                for method, arguments in (
                    ("message_route", ["mail", {}]),
                    ("message_new", [{"subject": "Forged"}]),
                    ("message_update", [self.petr.ids, {}, {"notes": "forged"}]),
                ):
                    named = self.subTest(user=user.login, model=model, method=method)
                    with named, self.assertRaisesRegex(AccessError, "Private methods"):
                        self.call(user, model, method, *arguments)
        self.assert_nothing_has_happened()

    def test_a_mail_server_chooses_no_record_of_ours(self):
        for user in (self.server, self.env.ref("base.user_admin")):
            for options in ({"thread_id": self.petr.id}, *({"custom_values": vals} for vals in self.forged_values())):
                named = self.subTest(user=user.login, options=options)
                with named, self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.call(user, "mail.thread", "message_process", "klientbox.client", self.hello(), **options)
        self.assert_nothing_has_happened()

    def test_a_mail_server_passes_a_stop(self):
        self.call(self.server, "mail.thread", "message_process", False, self.stop())
        self.env.invalidate_all()
        self.assertTrue(self.jana.email_opt_out)

    def test_no_mail_writes_linked_records_whichever_user_made_its_alias(self):
        gateway = self.env["mail.thread"]
        for vals in self.forged_values()[1:]:
            with self.subTest(vals=vals), self.assertRaises(AccessError), self.env.cr.savepoint():
                gateway.message_process("klientbox.client", self.hello(), vals)
        self.petr.message_update({}, {"notes": "forged"})
        self.assert_nothing_has_happened()

    def test_only_who_decides_on_a_message_reads_its_number(self):
        message = self.message.with_user(self.receptionist)
        for name in ("reference", "provider_ref", "claim_token"):
            with self.subTest(field=name):
                with self.assertRaises(AccessError):
                    message.read([name])
                with self.assertRaises(AccessError):
                    message.search([(name, "!=", False)])
        self.assertEqual(message.with_user(self.manager).reference, self.message.reference)
        with self.assertRaises(AccessError):
            message.with_user(self.owner).read(["claim_token"])

    def test_a_receptionist_cannot_compute_the_number_of_a_message_that_they_wrote(self):
        mine = self.jana.with_user(self.receptionist)
        reference = mine._writing_reference("attempt")
        self.assertEqual(mine._writing_reference("attempt"), reference)
        self.env["ir.config_parameter"].set_param("klientbox.address_salt", "another")
        self.assertNotEqual(mine._writing_reference("attempt"), reference)
