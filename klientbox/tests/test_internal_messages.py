from datetime import timedelta

from odoo import SUPERUSER_ID, Command, fields
from odoo.addons.klientbox.lib.purpose import OUTBOX
from odoo.addons.sms.tools.sms_api import SmsApi
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools.mail import email_normalize_all

from .test_sending import EVA, SendingCase

WRITE = "use the Write button"


class InternalMessagesCase(SendingCase):
    """Eva is a client whose contact may get messages; messages about a client still stay internal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vals = {"name": "Eva", "phone": EVA, "email": "eva@example.com", "company_id": cls.salon.id}
        cls.eva = cls.env["klientbox.client"].create(vals)
        cls.contact = cls.people[1]
        cls.eva._as_system().partner_id = cls.contact
        visit = {"client_id": cls.eva.id, "company_id": cls.salon.id, "start": "2026-11-20 10:00:00"}
        cls.planned = cls.env["klientbox.visit"].create(visit)
        for user in (cls.receptionist, cls.manager):
            user.write({"email": f"{user.login}@salon.example", "notification_type": "email"})
        cls.templates = cls.env["mail.template"].create(
            [
                {
                    "name": "Sleva",
                    "model_id": cls.env["ir.model"]._get_id(model),
                    "subject": "Sleva",
                    "body_html": "<p>Sleva</p>",
                    "email_to": "eva@example.com",
                    "use_default_to": False,
                    "auto_delete": False,
                }
                for model in ("klientbox.client", "klientbox.visit")
            ]
        )
        cls.last_mail = cls.env["mail.mail"].search([], order="id desc", limit=1).id or 0

    def mailed(self):
        """Recipients of an e-mail of Odoo's, as the queue has them."""
        mails = self.env["mail.mail"].search([("id", ">", self.last_mail)], order="id")
        mails._send()
        going = mails.filtered(lambda mail: mail.state == "outgoing")
        written = {
            email for mail in going for email in email_normalize_all(f"{mail.email_to or ''},{mail.email_cc or ''}")
        }
        return sorted(written | set(going.recipient_ids.mapped("email_normalized")))

    def texted(self):
        return self.env["klientbox.message"].search_count([("sms_uuid", "!=", False)])


@tagged("post_install", "-at_install")
class TestInternalMessagesRefused(InternalMessagesCase):
    """A user is referred to Write, in whichever other way of Odoo's they try to contact a client."""

    def composer(self, user, **vals):
        vals = {"model": "klientbox.client", "subject": "Sleva", "body": "Sleva", **vals}
        return self.env["mail.compose.message"].with_user(user).create(vals).action_send_mail()

    def sms(self, user, **vals):
        return self.env["sms.composer"].with_user(user).create({"body": "Sleva", **vals}).action_send_sms()

    def schedule(self, user, **vals):
        vals = {
            "model": "klientbox.client",
            "res_id": self.eva.id,
            "author_id": user.partner_id.id,
            "body": "Sleva",
            "scheduled_date": fields.Datetime.now() + timedelta(days=1),
            **vals,
        }
        return self.env["mail.scheduled.message"].with_user(user).create(vals)

    def act(self, user, **vals):
        model = {"model_id": self.env["ir.model"]._get_id("klientbox.client")}
        action = self.env["ir.actions.server"].create({"name": "Sleva", **model, **vals})
        about = {"active_model": "klientbox.client", "active_ids": self.eva.ids, "active_id": self.eva.id}
        return action.with_user(user).with_context(**about).run()

    def ways(self):
        """{name: function of a user} of every start by a remote call or another app."""
        partners, to_many = self.contact.ids, str((self.eva | self.jana).ids)
        eva = self.eva.with_user
        note = {"is_note": True}
        mail, visit_mail = self.templates
        sms_template = self.env["sms.template"].create(
            {"name": "Sleva", "model_id": self.env["ir.model"]._get_id("klientbox.client"), "body": "Sleva"}
        )
        followers = {
            "res_model": "klientbox.client",
            "res_ids": str(self.eva.ids),
            "partner_ids": [Command.set(partners)],
        }
        sms_about = {"res_model": "klientbox.client", "res_id": self.eva.id}
        return {
            "comment": lambda user: eva(user).message_post(
                body="Sleva", message_type="comment", subtype_xmlid="mail.mt_comment"
            ),
            "note to a client": lambda user: eva(user).message_post(
                body="Sleva", message_type="comment", partner_ids=partners
            ),
            "notification to a client": lambda user: eva(user).message_post(body="Sleva", partner_ids=partners),
            "addresses": lambda user: eva(user).message_post(body="Sleva", outgoing_email_to="eva@example.com"),
            "SMS": lambda user: eva(user).message_post(body="Sleva", message_type="sms"),
            "SMS to numbers": lambda user: eva(user).message_post(body="Sleva", sms_numbers=[EVA]),
            "an app's SMS": lambda user: eva(user)._message_sms("Sleva", sms_numbers=[EVA]),
            "notify": lambda user: eva(user).message_notify(body="Sleva", partner_ids=partners),
            "notify beside": lambda user: (
                self.env["mail.thread"]
                .with_user(user)
                .message_notify(body="Sleva", partner_ids=partners, model="klientbox.visit", res_id=self.planned.id)
            ),
            "template": lambda user: mail.with_user(user).send_mail(self.eva.id),
            "template about a visit": lambda user: visit_mail.with_user(user).send_mail(self.planned.id),
            "template as a comment": lambda user: eva(user).message_post_with_source(
                mail, subtype_xmlid="mail.mt_comment", message_type="comment"
            ),
            "template to many": lambda user: eva(user).message_mail_with_source(mail),
            "template of an activity": lambda user: eva(user).activity_send_mail(mail.id),
            "follow": lambda user: eva(user).message_subscribe(partners),
            "invite": lambda user: (
                self.env["mail.followers.edit"].with_user(user).create({**followers, "notify": True}).edit_followers()
            ),
            "composer": lambda user: self.composer(
                user, res_ids=str(self.eva.ids), partner_ids=[Command.set(partners)]
            ),
            "composer of a visit": lambda user: self.composer(
                user, model="klientbox.visit", res_ids=str(self.planned.ids), partner_ids=[Command.set(partners)]
            ),
            "composer to many": lambda user: self.composer(user, composition_mode="mass_mail", res_ids=to_many),
            "SMS composer": lambda user: self.sms(user, composition_mode="comment", **sms_about),
            "SMS composer to many": lambda user: self.sms(
                user, composition_mode="mass", res_model="klientbox.client", res_ids=to_many
            ),
            "scheduled": self.schedule,
            "scheduled note to a client": lambda user: self.schedule(user, partner_ids=[Command.set(partners)], **note),
            "scheduled, then changed": lambda user: self.schedule(user, **note).write(
                {"partner_ids": [Command.set(partners)]}
            ),
            "action": lambda user: self.act(user, state="mail_post", template_id=mail.id, mail_post_method="email"),
            "action's comment": lambda user: self.act(
                user, state="mail_post", template_id=mail.id, mail_post_method="comment"
            ),
            "action's SMS": lambda user: self.act(
                user, state="sms", sms_template_id=sms_template.id, sms_method="comment"
            ),
        }

    def test_every_other_way_points_to_the_write_button(self):
        for name, begin in self.ways().items():
            with self.subTest(way=name):
                with self.assertRaises(UserError) as refused, self.cr.savepoint():
                    begin(self.manager)
                self.assertIn(WRITE, str(refused.exception))
        self.assertEqual((self.mailed(), self.texted()), ([], 0))

    def test_the_dialogs_of_odoo_say_so_before_anything_is_written(self):
        about = {"default_model": "klientbox.client", "default_res_ids": self.eva.ids}
        for dialog, context in (
            ("mail.compose.message", about),
            ("mail.compose.message", {**about, "default_subtype_xmlid": "mail.mt_comment"}),
            ("mail.compose.message", {**about, "default_composition_mode": "mass_mail"}),
            ("sms.composer", {"default_res_model": "klientbox.client", "default_res_id": self.eva.id}),
        ):
            with self.subTest(dialog=dialog, context=context), self.assertRaises(UserError) as refused:
                Form(self.env[dialog].with_user(self.manager).with_context(**context))
            self.assertIn(WRITE, str(refused.exception))


@tagged("post_install", "-at_install")
class TestInternalMessages(InternalMessagesCase):
    """Internal messages and incoming ones work as before; no external recipient is notified."""

    def setUp(self):
        super().setUp()
        # As it may exist from before, or by another app's own code.
        self.eva._message_subscribe((self.contact | self.receptionist.partner_id).ids)
        self.eva.message_follower_ids.subtype_ids = self.env["mail.message.subtype"].search([])

    def test_a_note_reaches_a_colleague_who_is_named_in_it(self):
        note = self.eva.with_user(self.receptionist).message_post(
            body="Zavolej jí", message_type="comment", partner_ids=self.manager.partner_id.ids
        )
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        self.assertEqual(self.mailed(), ["kb_manager@salon.example"])

    def test_a_note_for_later_and_from_the_large_dialog(self):
        composer = self.env["mail.compose.message"].with_user(self.receptionist)
        context = {
            "default_model": "klientbox.client",
            "default_res_ids": self.eva.ids,
            "default_subtype_xmlid": "mail.mt_note",
        }
        dialog = Form(composer.with_context(**context))
        dialog.body = "Zavolat"
        dialog.save().action_send_mail()
        self.assertIn("Zavolat", self.eva.message_ids[0].body)
        self.assertNotIn("eva@example.com", self.mailed())

    def test_an_activity_reaches_the_colleague_who_has_it(self):
        self.eva.with_user(self.receptionist).activity_schedule(
            "mail.mail_activity_data_todo", summary="Zavolat", user_id=self.manager.id
        )
        self.eva.activity_ids.with_user(self.manager).action_feedback("Hotovo")
        self.assertNotIn("eva@example.com", self.mailed())

    def test_an_incoming_mail_notifies_colleagues_and_no_one_outside(self):
        thread = self.eva.message_post(body="Zítra?", message_type="notification")
        mail = (
            "From: Adam <adam@example.com>\nTo: salon@salon.example, eva@example.com\nSubject: Re: visit\n"
            f"Message-ID: <1@example.com>\nIn-Reply-To: {thread.message_id}\n\nAno, zitra.\n"
        )
        self.env["mail.thread"].with_user(SUPERUSER_ID).message_process("klientbox.client", mail, thread_id=self.eva.id)
        self.assertEqual(self.eva.message_ids[0].message_type, "email")
        self.assertIn("Ano, zitra.", self.eva.message_ids[0].body)
        self.assertEqual(self.mailed(), ["kb_receptionist@salon.example"])

    def test_a_follower_from_outside_hears_nothing_of_comments_and_tracking(self):
        self.eva.with_user(SUPERUSER_ID).message_post(body="Změna", subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.mailed(), ["kb_receptionist@salon.example"])

    def test_what_a_job_would_send_about_a_client_is_cancelled(self):
        mail, visit_mail = (template.with_user(SUPERUSER_ID) for template in self.templates)
        mail.send_mail(self.eva.id)
        visit_mail.send_mail(self.planned.id)
        mail.send_mail(self.eva.id, email_values={"email_to": "eva@example.com, kb_manager@salon.example"})
        composer = {"model": "klientbox.client", "res_ids": str((self.eva | self.jana).ids), "subject": "Sleva"}
        self.env["mail.compose.message"].with_user(SUPERUSER_ID).create(
            {**composer, "composition_mode": "mass_mail", "body": "Sleva"}
        )._action_send_mail()
        self.assertEqual(self.mailed(), ["kb_manager@salon.example"])
        texts = {"composition_mode": "mass", "res_model": "klientbox.client", "body": "Sleva"}
        self.env["sms.composer"].with_user(SUPERUSER_ID).create(
            {**texts, "res_ids": str((self.eva | self.jana).ids), "mass_force_send": True}
        )._action_send_sms()
        self.assertEqual(self.texted(), 0)

    def test_other_documents_work_as_before(self):
        firm = self.env["res.partner"].create({"name": "Firma"})
        firm.with_user(self.manager).message_post(
            body="Faktura", partner_ids=self.contact.ids, subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.mailed(), ["eva@example.com"])


@tagged("post_install", "-at_install")
class TestProvider(SendingCase):
    """Code of Odoo's that requests the SMS provider itself, as the test of a mailing does, gets the outbox."""

    def send(self, *numbers):
        api = self.salon._get_sms_api_class()(self.env(user=self.manager))
        recipients = [{"number": number, "uuid": f"test-{place}"} for place, number in enumerate(numbers)]
        return api._send_sms_batch([{"content": "Sleva", "numbers": recipients}])

    def test_opted_out_recipients_get_none_and_others_get_theirs_at_once(self):
        results = self.send("+420601000001", EVA, "Eva")
        self.assertEqual(
            [(result["state"], result["failure_reason"]) for result in results],
            [("opted_out", "SMS refused."), ("success", False), ("wrong_number_format", False)],
        )
        self.assertEqual(self.queued(), [(EVA, "transactional", "queued")])

    def test_the_outbox_alone_gets_the_provider_that_was_chosen(self):
        self.assertIs(self.salon.with_context(klientbox_outbox=OUTBOX)._get_sms_api_class(), SmsApi)
        for forged in (True, "OUTBOX", {}):
            self.assertIsNot(self.salon.with_context(klientbox_outbox=forged)._get_sms_api_class(), SmsApi)
