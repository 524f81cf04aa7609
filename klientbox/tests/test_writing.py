from datetime import datetime, timedelta

from odoo.addons.klientbox.exceptions import FieldError
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import NOON, SalonCase

PHONE, EMAIL = "+420601234567", "jana@example.com"
NIGHT = datetime(2026, 11, 20, 22, 0)  # 23:00 in Prague
NEXT_MORNING = datetime(2026, 11, 21, 7, 0)


class WritingCase(SalonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salon._klientbox_settings().write({"daily_cap": 0, "days_between": 0})
        cls.salon.currency_id = cls.env.ref("base.CZK")
        jana = {"name": "Jana Nováková", "phone": PHONE, "email": EMAIL, "company_id": cls.salon.id}
        cls.jana = cls.env["klientbox.client"].create(jana)
        cls.gateway = cls.env["klientbox.gateway"].create(
            {"name": "Gateway", "company_id": cls.salon.id, "url": "https://gateway.example/send", "part_price": 0.95}
        )

    def use_gateway(self):
        self.settings().sms_gateway_id = self.gateway

    def dialog(self, user=None, client=None, **vals):
        """The dialog as a receptionist fills it in."""
        dialogs = self.env["klientbox.message.write"].with_user(user or self.receptionist)
        dialogs = dialogs.with_context(
            allowed_company_ids=self.salon.ids, default_client_id=(client or self.jana).id, lang="en_US"
        )
        return dialogs.create({"channel": "sms", "purpose": "transactional", "body": "Zítra v 10.", **vals})

    def offer(self, **vals):
        return self.dialog(purpose="marketing", **{"body": "Sleva v {salon}", **vals})

    def messages(self, client=None):
        return self.env["klientbox.message"].search([("client_id", "=", (client or self.jana).id)], order="id")

    def refused(self, dialog):
        """The error text of a dialog, on the screen and when it is sent nevertheless; nothing is queued."""
        before = self.env["klientbox.message"].search_count([])
        with self.assertRaises(FieldError) as refused, self.cr.savepoint():
            dialog.action_send()
        self.assertEqual(self.env["klientbox.message"].search_count([]), before)
        self.assertEqual(dialog.objection, str(refused.exception).split("\n")[0])
        self.assertFalse(dialog.when)
        return dialog.objection


@tagged("post_install", "-at_install")
class TestWritingRefused(WritingCase):
    """A message that can't be sent is refused with a text, on the screen and on the server."""

    def test_an_offer_to_a_client_who_has_refused(self):
        self.jana._opt_out("sms", "stop")
        self.jana._opt_out("email", "unsubscribe")
        for channel, words in (("sms", "The client has refused SMS."), ("email", "The client has refused e-mails.")):
            dialog = self.offer(channel=channel, subject="Sleva")
            self.assertEqual(self.refused(dialog), words)
            self.assertEqual(dialog.purpose_reasons, {"marketing": words})

    def test_an_offer_to_an_address_on_the_blacklist_of_odoo(self):
        self.env["phone.blacklist"].create({"number": PHONE})
        self.env["mail.blacklist"].create({"email": EMAIL})
        for channel in ("sms", "email"):
            self.assertEqual(
                self.refused(self.offer(channel=channel, subject="Sleva")), "The address is on Odoo's blacklist."
            )
            self.assertFalse(self.dialog(channel=channel, subject="Termín").objection)

    def test_an_offer_while_a_reply_waits_to_be_read(self):
        self.env["klientbox.message"]._insert(
            [
                {
                    "company_id": self.salon.id,
                    "client_id": self.jana.id,
                    "direction": "in",
                    "channel": "sms",
                    "state": "delivered",
                    "address": PHONE,
                    "needs_review": True,
                }
            ]
        )
        words = "A reply from the client is waiting to be read in Messages. It may be a refusal."
        self.assertEqual(self.refused(self.offer()), words)
        dialog = self.dialog()
        self.assertEqual((dialog.warning, dialog.objection), (words, False))
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        branch._klientbox_settings().write({"daily_cap": 0, "days_between": 0})
        sister = self.client("Jana", company=branch, phone=PHONE)
        with self.assertRaisesRegex(FieldError, "is waiting to be read"):
            sister._queue_writing("sms", "marketing", False, "Sleva v {salon}", "1")

    def test_an_offer_that_failed_does_not_count_for_the_days_between_two(self):
        self.settings().days_between = 7
        self.offer().action_send()
        self.cr.execute("UPDATE klientbox_message SET state = 'failed' WHERE id = %s", [self.messages().id])
        self.env.invalidate_all()
        self.assertFalse(self.offer().objection)

    def test_an_offer_within_the_days_between_two(self):
        self.settings().days_between = 7
        self.offer().action_send()
        self.set_clock(NOON + timedelta(days=3))
        words = "The last offer was sent on 11/20/2026. The next one can be sent from 11/27/2026."
        self.assertEqual(self.refused(self.offer()), words)
        self.assertFalse(self.dialog().objection)
        self.set_clock(NOON + timedelta(days=7))
        self.assertFalse(self.offer().objection)

    def test_a_sister_s_offer_counts_for_the_days_between_two(self):
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        branch._klientbox_settings().write({"daily_cap": 0, "days_between": 7})
        self.settings().days_between = 7
        sister = self.client("Jana", company=branch, phone=PHONE)
        sister._queue_writing("sms", "marketing", False, "Sleva v {salon}", "1")
        self.assertIn("The last offer was sent on", self.refused(self.offer()))

    def test_an_offer_by_the_other_channel_within_the_days_between_two(self):
        self.settings().days_between = 7
        self.offer(channel="email", subject="Sleva").action_send()
        self.assertIn("The last offer was sent on", self.refused(self.offer()))

    def test_an_offer_to_an_address_at_which_nothing_arrives(self):
        self.jana.phone = "+420222123456"
        offer = self.offer()
        self.assertEqual(self.refused(offer), "Landline: can't get SMS")
        self.assertEqual(offer.purpose_reasons, {"marketing": "Landline: can't get SMS"})
        about_visit = self.dialog()
        self.assertEqual((about_visit.objection, about_visit.warning), (False, "Landline: can't get SMS"))
        about_visit.action_send()
        self.assertRecordValues(self.messages(), [{"purpose": "transactional", "address": "+420222123456"}])

    def test_a_client_without_the_address(self):
        self.jana.write({"phone": False})
        dialog = self.dialog()
        self.assertEqual(self.refused(dialog), "The client has no phone.")
        self.assertEqual(dialog.channel_reasons, {"sms": "The client has no phone."})
        self.jana.write({"email": False})
        dialog = self.dialog(channel="email", subject="Termín")
        self.assertEqual(self.refused(dialog), "The client has no e-mail.")

    def test_an_archived_client(self):
        dialog = self.dialog()
        self.jana.action_archive()
        dialog.invalidate_recordset()
        self.assertEqual(self.refused(dialog), "The client is archived. Restore the client first.")

    def test_an_erased_client_and_an_open_dialog(self):
        dialog = self.dialog()
        self.env["klientbox.erasure"]._run(self.jana)
        self.assertFalse(dialog.exists())
        with self.assertRaises(FieldError) as refused, self.cr.savepoint():
            self.dialog()
        self.assertIn("permanently erased", str(refused.exception))

    def test_texts_that_would_not_arrive_as_they_are_meant(self):
        for vals, words in (
            ({"body": "  "}, "Write the text."),
            ({"body": "Ahoj {jmeno}"}, "There is no {jmeno}. Available:"),
            ({"body": "Ahoj {{first_name}}"}, "Write placeholders in single braces, and no other braces:"),
            ({"body": "Ahoj {first_name {salon}"}, "Write placeholders in single braces, and no other braces:"),
            (
                {"channel": "email", "body": "Ahoj", "subject": "first_name}"},
                "Write placeholders in single braces, and no other braces:",
            ),
            ({"body": "Naposledy {last_visit}"}, "The client has no visit yet. Remove {last_visit} and {days}."),
            ({"body": "a" * 1001}, "An SMS has at most 1000 characters."),
            ({"channel": "email", "body": "Ahoj"}, "An e-mail needs a subject."),
            ({"channel": "email", "body": "Ahoj", "subject": "{jmeno}"}, "There is no {jmeno}. Available:"),
            ({"purpose": "marketing", "body": "Sleva"}, "An offer must name your company"),
            ({"purpose": False}, "Choose the purpose."),
        ):
            with self.subTest(vals=vals):
                self.assertIn(words, self.refused(self.dialog(**vals)))

    def test_users_without_a_role_or_access_to_the_client_are_refused(self):
        stranger = new_test_user(self.env, login="kb_stranger", groups="base.group_user", company_id=self.salon.id)
        eva = self.client("Eva", company=self.other, phone="+420601000002")
        for user, client in (
            (stranger, self.jana),
            (self.env.ref("klientbox.user_api"), self.jana),
            (self.receptionist, eva),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.dialog(user=user, client=client)
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.dialog().with_user(stranger).action_send()
        self.assertFalse(self.messages() | self.messages(eva))


@tagged("post_install", "-at_install")
class TestWriting(WritingCase):
    def test_an_sms_is_queued_and_listed_in_the_client_s_messages(self):
        self.use_gateway()
        action = self.dialog(body="Dobrý den, {first_name}, čekáme v {salon}.").action_send()
        self.assertEqual(action["params"]["message"], "The message to Jana Nováková is on its way.")
        self.assertRecordValues(
            self.messages(),
            [
                {
                    "channel": "sms",
                    "purpose": "transactional",
                    "state": "queued",
                    "queued_for": self.jana.id,
                    "address": PHONE,
                    "address_hash": self.env["klientbox.consent.event"]._hash("sms", PHONE),
                    "subject": False,
                    "body": "Dobry den, Jana, cekame v Salon Jana.",
                    "parts": 1,
                    "part_price": 0.95,
                    "gateway_id": self.gateway.id,
                    "lane": f"gateway:{self.gateway.id}",
                    "due_at": NOON,
                    "expires_at": False,
                    "queued_day": NOON.date(),
                    "rule_id": False,
                    "create_uid": self.receptionist.id,
                }
            ],
        )
        self.assertEqual(self.jana.message_log_ids, self.messages())
        self.assertFalse(self.jana.message_ids.filtered("body"))

    def test_an_e_mail_keeps_its_letters_and_its_subject_is_one_line(self):
        self.dialog(channel="email", subject="Termín\nzítra, {first_name}", body="Dobrý den,\n\n{name}!").action_send()
        [message] = self.messages()
        self.assertEqual(
            (message.address, message.subject, message.body, message.lane, message.parts),
            (EMAIL, "Termín zítra, Jana", "Dobrý den,\n\nJana Nováková!", f"mail:{self.salon.id}", 0),
        )

    def test_without_a_gateway_odoo_s_provider_sends_and_reports(self):
        self.dialog().action_send()
        [message] = self.messages()
        self.assertEqual(message.lane, f"odoo:{self.salon.id}")
        self.assertTrue(self.env["sms.tracker"].search([("sms_uuid", "=", message.reference)]))

    def test_about_a_visit_goes_to_a_client_who_has_refused_after_a_warning(self):
        self.jana._opt_out("sms", "stop")
        dialog = self.dialog()
        self.assertEqual(
            (dialog.warning, dialog.objection, dialog.when),
            (
                "Jana Nováková: SMS refused. Send only what they need to know about their visit.",
                False,
                "Will be sent at once.",
            ),
        )
        dialog.action_send()
        self.assertEqual(self.messages().purpose, "transactional")

    def test_an_offer_says_how_to_refuse_in_the_client_s_language(self):
        self.offer().action_send()
        self.assertEqual(self.messages().body, "Sleva v Salon Jana No more? Reply STOP.")
        self.offer(body="{stop} Sleva v salon jana").action_send()
        self.assertEqual(self.messages()[1].body, "No more? Reply STOP. Sleva v salon jana")
        self.offer(channel="email", subject="Sleva", body="Sleva v {salon}\n").action_send()
        self.assertEqual(self.messages()[2].body, "Sleva v Salon Jana\n\nNo more? Reply STOP.")

    def test_an_offer_at_night_waits_for_the_morning_and_about_a_visit_does_not(self):
        self.set_clock(NIGHT)
        offer, visit = self.offer(), self.dialog()
        self.assertEqual(
            offer.when,
            "Will be sent on 11/21/2026 at 08:00: offers follow sending hours and the daily limit.",
        )
        self.assertEqual(visit.when, "Will be sent at once, although it is 23:00.")
        action = offer.action_send()
        self.assertEqual(action["params"]["message"], "The message to Jana Nováková will be sent on 11/21/2026 08:00.")
        visit.action_send()
        self.assertEqual(
            [(each.purpose, each.due_at, each.expires_at) for each in self.messages()],
            [("marketing", NEXT_MORNING, NEXT_MORNING + timedelta(hours=72)), ("transactional", NIGHT, False)],
        )

    def test_an_offer_above_the_day_s_limit_waits_for_the_next_day(self):
        self.settings().daily_cap = 1
        eva = self.client("Eva", phone="+420601000002")
        self.dialog(client=eva, purpose="marketing", body="Sleva v {salon}").action_send()
        self.offer().action_send()
        self.assertEqual(self.messages().due_at, NEXT_MORNING)

    def test_one_dialog_sends_once_however_often_it_is_pressed(self):
        first = self.dialog(attempt="1")
        actions = [first.action_send(), first.action_send(), self.dialog(attempt="1").action_send()]
        self.assertEqual(actions, [actions[0]] * 3)
        self.assertEqual(len(self.messages()), 1)
        self.dialog(attempt="2").action_send()
        self.assertEqual(len(self.messages()), 2)

    def test_the_same_attempt_of_another_user_sends_a_second_message(self):
        self.dialog(attempt="1").action_send()
        self.dialog(attempt="1", user=self.manager).action_send()
        self.assertEqual(len(self.messages()), 2)

    def test_the_dialog_keeps_no_copy_of_what_it_has_sent(self):
        dialog = self.dialog(channel="email", subject="Termín")
        dialog.action_send()
        dialog.write({"body": "Něco jiného", "channel": "sms"})
        self.assertEqual((dialog.subject, dialog.body, dialog.channel), (False, False, "email"))

    def test_nothing_of_a_test_company_leaves_and_the_dialog_says_so(self):
        self.settings().test_of_id = self.other
        dialog = self.dialog()
        self.assertEqual(dialog.notice, "Test data: the message is recorded, nothing is sent.")
        action = dialog.action_send()
        self.assertEqual(action["params"]["message"], "The message is recorded. These are test data: nothing is sent.")
        self.assertEqual(self.messages().lane, f"test:{self.salon.id}")

    def test_the_dialog_says_that_messages_are_held(self):
        self.settings()._as_system().held_since = NOON
        dialog = self.dialog()
        self.assertIn("Messages are held", dialog.notice)
        self.assertIn("Messages are held".lower(), dialog.action_send()["params"]["message"])


@tagged("post_install", "-at_install")
class TestWritingScreen(WritingCase):
    def form(self, client=None, **context):
        client = client or self.jana
        dialogs = self.env["klientbox.message.write"].with_user(self.receptionist)
        return Form(dialogs.with_context(allowed_company_ids=self.salon.ids, default_client_id=client.id, **context))

    def test_the_preview_follows_text_channel_and_purpose(self):
        self.use_gateway()
        form = self.form()
        self.assertEqual(
            (form.channel, form.address, form.objection), ("sms", "+420 601 234 567", "Choose the purpose.")
        )
        form.purpose = "transactional"
        self.assertEqual(form.objection, "Write the text.")
        form.body = "Příště {first_name}"
        self.assertEqual((form.preview, form.parts, form.left), ("Priste Jana", 1, 149))
        self.assertEqual(form.price, "0.95\xa0Kč")
        self.settings().plain_sms = False
        form.body = "Příště" * 20
        self.assertEqual((form.parts, form.left), (2, 14))
        self.assertEqual(form.price, "1.90\xa0Kč")
        form.purpose = "marketing"
        self.assertIn("An offer must name your company", form.objection)
        form.body = "Příště v {salon}"
        self.assertEqual(form.preview, "Příště v Salon Jana No more? Reply STOP.")
        self.assertEqual(form.when, "Will be sent at once.")
        form.channel = "email"
        self.assertEqual((form.address, form.parts, form.price), (EMAIL, 0, False))
        self.assertEqual(form.objection, "An e-mail needs a subject.")
        form.subject = "Pro {name}"
        self.assertEqual((form.preview_subject, form.objection), ("Pro Jana Nováková", False))

    def test_an_unknown_price_is_shown_as_unknown(self):
        form = self.form()
        form.body = "Ahoj"
        self.assertEqual(form.price, "price not known")

    def test_the_channel_is_the_one_that_the_client_has(self):
        eva = self.client("Eva", email="eva@example.com")
        self.assertEqual(self.form(eva).channel, "email")
        self.assertEqual(self.form(self.client("Adam")).channel, "sms")

    def test_from_a_visit_it_is_about_the_visit(self):
        self.assertEqual(self.form(default_purpose="transactional").objection, "Write the text.")
