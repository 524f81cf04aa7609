import ast
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.tools.outbox import Outbox
from odoo.exceptions import AccessError
from odoo.modules.module import Manifest, get_module_path
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import file_open
from odoo.tools.mail import email_normalize_all

from .common import NOON, SalonCase
from .test_reactivation import ReactivationCase

JANA, EVA, ADAM = "+420601000001", "+420601000002", "+420601000003"
NIGHT = datetime(2026, 11, 20, 22, 0)  # 23:00 in Prague
NEXT_MORNING = datetime(2026, 11, 21, 7, 0)


class SendingCase(SalonCase):
    """Jana has refused everything; Eva and Adam have not. All three are contacts as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salon._klientbox_settings().write({"daily_cap": 0, "days_between": 0, "lang": "en_US"})
        jana = {"name": "Jana Nováková", "phone": JANA, "email": "jana@example.com", "company_id": cls.salon.id}
        cls.jana = cls.env["klientbox.client"].create(jana)
        cls.jana._opt_out("sms", "stop")
        cls.jana._opt_out("email", "unsubscribe")
        country = {"country_id": cls.env.ref("base.cz").id}
        cls.people = cls.env["res.partner"].create(
            [
                {"name": "Jana", "phone": "601 000 001", "email": "Jana@Example.com", **country},
                {"name": "Eva", "phone": EVA, "email": "eva@example.com", **country},
                {"name": "Adam", "phone": ADAM, "email": "adam@example.com", **country},
            ]
        )
        cls.stranger, cls.reader, cls.system = (
            new_test_user(
                cls.env,
                login=f"kb_{login}",
                groups=groups,
                company_id=cls.salon.id,
                company_ids=[Command.set(cls.salon.ids)],
            )
            for login, groups in (
                ("stranger", "base.group_user,base.group_partner_manager"),
                ("portal", "base.group_portal"),
                ("system", "base.group_system,base.group_partner_manager"),
            )
        )
        for user in (cls.receptionist, cls.manager):
            user.group_ids |= cls.env.ref("base.group_partner_manager")

    def sms_of(self, *numbers):
        """(number, state, failure type) of Odoo's SMS since the test began, in the order of the numbers."""
        rows = self.env["sms.sms"].search([("number", "in", numbers)], order="id")
        return [(sms.number, sms.state, sms.failure_type) for sms in rows]

    def queued(self):
        """(address, purpose, state) of queued messages in the outbox."""
        return [
            (message.address, message.purpose, message.state)
            for message in self.env["klientbox.message"].search([("sms_uuid", "!=", False)], order="id")
        ]


@tagged("post_install", "-at_install")
class TestSmsRefused(SendingCase):
    """However an SMS to many is composed, recipients who have refused get none, and the others get theirs."""

    LEFT_OUT = [(JANA, "canceled", "sms_optout"), (EVA, "process", False)]
    SENT = [(EVA, "marketing", "queued")]

    def compose(self, user=None, **vals):
        composer = self.env["sms.composer"].with_user(user or self.manager).create({"body": "Sleva", **vals})
        return composer, composer.action_send_sms()

    def check(self, action=None):
        self.assertEqual((self.sms_of(JANA, EVA), self.queued()), (self.LEFT_OUT, self.SENT))
        if action:
            self.assertEqual(action["params"]["message"], "1 left out: they have refused SMS.")

    def test_numbers(self):
        _composer, action = self.compose(composition_mode="numbers", numbers=f"601000001,{EVA}")
        self.check(action)

    def test_mass(self):
        vals = {"composition_mode": "mass", "res_model": "res.partner", "res_ids": str(self.people[:2].ids)}
        composer, action = self.compose(**vals)
        self.assertEqual(action["params"]["message"], "1 left out: they have refused SMS.")
        self.assertEqual(self.sms_of(JANA, EVA), [(JANA, "canceled", "sms_optout"), (EVA, "outgoing", False)])
        self.env["sms.sms"].search([("number", "=", EVA)])._send()
        self.check()
        self.assertTrue(composer)

    def test_mass_now(self):
        vals = {"composition_mode": "mass", "res_model": "res.partner", "res_ids": str(self.people[:2].ids)}
        composer = self.env["sms.composer"].with_user(self.manager).create({"body": "Sleva", **vals})
        self.check(composer.action_send_sms_mass_now())

    def test_comments_on_several_documents(self):
        vals = {"composition_mode": "comment", "res_model": "res.partner", "res_ids": str(self.people[:2].ids)}
        _composer, action = self.compose(**vals)
        self.check(action)
        notifications = self.people[:2].message_ids.notification_ids.sorted("id")
        self.assertEqual(
            [(known.notification_status, known.failure_type) for known in notifications],
            [("canceled", "sms_optout"), ("process", False)],
        )

    def test_one_document_for_several_numbers(self):
        vals = {"composition_mode": "comment", "res_model": "res.partner", "res_ids": str(self.people[2:].ids)}
        self.compose(numbers=f"{JANA},{EVA}", **vals)
        self.check()

    def test_a_posted_message(self):
        for numbers in ({"sms_numbers": [JANA, EVA]}, {"partner_ids": self.people[:2].ids}):
            with self.subTest(numbers=numbers), self.cr.savepoint() as savepoint:
                self.people[2].with_user(self.manager).message_post(body="Sleva", message_type="sms", **numbers)
                self.check()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_notification(self):
        self.people[2].with_user(self.manager).message_notify(
            body="Sleva", partner_ids=self.people[2].ids, sms_numbers=[JANA, EVA]
        )
        self.check()

    def test_a_message_for_later_sent_by_the_job(self):
        self.people[2].with_user(self.manager).message_post(
            body="Sleva",
            message_type="sms",
            partner_ids=self.people[:2].ids,
            scheduled_date=NOON + timedelta(days=400),
        )
        schedule = self.env["mail.message.schedule"].search([], order="id desc", limit=1)
        schedule.with_user(SUPERUSER_ID)._send_notifications()
        self.check()

    def test_an_automation(self):
        template = self.env["sms.template"].create(
            {"name": "Sleva", "model_id": self.env["ir.model"]._get_id("res.partner"), "body": "Sleva"}
        )
        action = self.env["ir.actions.server"].create(
            {
                "name": "Sleva",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "sms",
                "sms_template_id": template.id,
                "sms_method": "comment",
            }
        )
        action.with_user(self.stranger).with_context(
            active_model="res.partner", active_ids=self.people[:2].ids, active_id=self.people[0].id
        ).run()
        self.check()

    def test_rows_of_its_own(self):
        rows = [{"number": number, "body": "Sleva"} for number in (JANA, EVA)]
        self.env["sms.sms"].create(rows).send()
        self.check()

    def test_another_spelling_is_the_same_phone(self):
        numbers = ("601 000 001", "00420601000001", "+420 601-000-001")
        self.env["sms.sms"].create([{"number": number, "body": "Sleva"} for number in numbers]).send()
        self.assertEqual(self.queued(), [])

    def test_a_company_asks_its_own_list(self):
        rows = [{"number": number, "body": "Sleva"} for number in (JANA, EVA)]
        self.env["sms.sms"].with_company(self.other).create(rows).send()
        self.assertEqual(self.queued(), [(JANA, "marketing", "queued"), (EVA, "marketing", "queued")])

    def test_a_branch_asks_its_root_s_list(self):
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        rows = [{"number": number, "body": "Sleva"} for number in (JANA, EVA)]
        self.env["sms.sms"].with_company(branch).create(rows).send()
        self.assertEqual(self.queued(), self.SENT)


@tagged("post_install", "-at_install")
class TestSmsSingle(SendingCase):
    """A single SMS is also sent to recipients who have refused, after a warning; nothing delays it."""

    def composer(self, **vals):
        return self.env["sms.composer"].with_user(self.receptionist).create({"body": "Zítra v 10", **vals})

    def test_the_writer_is_warned_and_it_goes(self):
        for vals in (
            {"composition_mode": "numbers", "numbers": "601000001"},
            {"composition_mode": "comment", "res_model": "res.partner", "res_id": self.people[0].id},
        ):
            with self.subTest(vals=vals), self.cr.savepoint() as savepoint, clock.as_of(NIGHT):
                composer = self.composer(**vals)
                number = "+420601000001"
                self.assertEqual(
                    composer.klientbox_warning,
                    f"{number}: SMS refused. Send only what they need to know about their visit.",
                )
                self.assertFalse(composer.action_send_sms())
                self.assertEqual(self.queued(), [(JANA, "transactional", "queued")])
                [message] = self.env["klientbox.message"].search([("sms_uuid", "!=", False)])
                self.assertEqual((message.due_at, message.expires_at), (NIGHT, False))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_another_client_s_refusal_shows_no_warning(self):
        composer = self.composer(composition_mode="comment", res_model="res.partner", res_id=self.people[1].id)
        self.assertFalse(composer.klientbox_warning)

    def test_another_app_s_message_is_queued_for_any_user(self):
        """As a delivery's or a reminder's: the user who confirms it need not have a role."""
        self.people[0].with_user(self.stranger)._message_sms("Balík dorazí zítra")
        self.assertEqual(self.queued(), [(JANA, "transactional", "queued")])
        self.people[2].with_user(SUPERUSER_ID)._message_sms("Zítra v 10", partner_ids=self.people.ids)
        self.assertEqual(
            [row[:2] for row in self.queued()], [(number, "transactional") for number in (JANA, JANA, EVA, ADAM)]
        )


@tagged("post_install", "-at_install")
class TestSmsRole(SendingCase):
    """One SMS needs a receptionist, several a manager; a user without a role gets an error message."""

    def ways(self, numbers):
        """Every start by a remote call, {name: function of a user}."""
        people = self.people[1 : 1 + len(numbers)]
        joined = ",".join(numbers)

        def compose(**vals):
            def by(user):
                return self.env["sms.composer"].with_user(user).create({"body": "Ahoj", **vals}).action_send_sms()

            return by

        def post(**vals):
            return lambda user: people[0].with_user(user).message_post(body="Ahoj", message_type="sms", **vals)

        ways = {
            "numbers": compose(composition_mode="numbers", numbers=joined),
            "comment": compose(composition_mode="comment", res_model="res.partner", res_ids=str(people.ids)),
            "post numbers": post(sms_numbers=list(numbers)),
            "post partners": post(partner_ids=people.ids),
            "post later": post(partner_ids=people.ids, scheduled_date=NOON + timedelta(days=400)),
            "notify": lambda user: (
                people[0].with_user(user).message_notify(body="Ahoj", partner_ids=people.ids, sms_numbers=list(numbers))
            ),
        }
        if len(numbers) > 1:
            ways["mass"] = compose(composition_mode="mass", res_model="res.partner", res_ids=str(people.ids))
        return ways

    def test_several_numbers_in_one_are_several_people_and_no_phone(self):
        for separator in (",", ";", " ", "\n", " / ", ", ", "|"):
            for first, second in ((JANA, EVA), ("601000001", "+420601000002")):
                joined = f"{first}{separator}{second}"
                with self.subTest(joined=joined), self.cr.savepoint() as savepoint:
                    post = {"body": "Sleva", "message_type": "sms", "sms_numbers": [joined]}
                    with self.assertRaises(AccessError) as refused, self.cr.savepoint():
                        self.people[2].with_user(self.receptionist).message_post(**post)
                    self.assertIn("Only KlientBox managers", str(refused.exception))
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        self.people[2].with_user(self.receptionist).message_post(
                            scheduled_date=NOON + timedelta(days=400), **post
                        )
                    message = self.people[2].with_user(self.manager).message_post(**post)
                    self.assertEqual(self.queued(), [])
                    self.assertEqual(self.sms_of(joined), [(joined, "error", "sms_number_format")])
                    [known] = message.sudo().notification_ids
                    self.assertEqual(
                        (known.notification_status, known.failure_type), ("exception", "sms_number_format")
                    )
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_what_is_no_number_is_not_sent_and_a_short_one_is(self):
        for number, expected in (("Eva", []), ("+420", []), ("1188", [("1188", "transactional", "queued")])):
            with self.subTest(number=number):
                self.env["sms.sms"].create({"number": number, "body": "Ahoj"}).with_user(self.manager).sudo().send()
                self.assertEqual(self.queued(), expected)

    def rows(self, user):
        return self.env["sms.sms"].with_user(user).create([{"number": EVA, "body": "Ahoj"}])

    def test_users_without_a_role_are_refused_by_every_way(self):
        for numbers in ((EVA,), (EVA, ADAM)):
            for name, by in self.ways(numbers).items():
                for user in (self.stranger, self.reader, self.system):
                    with self.subTest(way=name, user=user.login, numbers=len(numbers)):
                        with self.assertRaises(AccessError) as refused, self.cr.savepoint():
                            by(user)
                        if user != self.reader:
                            self.assertIn("KlientBox", str(refused.exception))
        self.assertEqual((self.sms_of(EVA, ADAM), self.queued()), ([], []))

    def test_a_receptionist_sends_one_and_a_manager_several(self):
        for name, by in self.ways((EVA, ADAM)).items():
            with self.subTest(way=name):
                with self.assertRaises(AccessError) as refused, self.cr.savepoint():
                    by(self.receptionist)
                self.assertIn("Only KlientBox managers", str(refused.exception))
                with self.cr.savepoint() as savepoint:
                    by(self.manager)
                    savepoint.rollback()
                    self.env.invalidate_all()
        for name, by in self.ways((EVA,)).items():
            with self.subTest(way=name), self.cr.savepoint() as savepoint:
                by(self.receptionist)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_context_does_not_vouch(self):
        for forged in ("transactional", "SINGLE", {"value": "transactional"}, ["transactional"]):
            sms = self.env["sms.sms"].with_context(klientbox_purpose=forged)
            with self.assertRaises(AccessError), self.cr.savepoint():
                sms.with_user(self.system).create({"number": EVA, "body": "Ahoj"})
            rows = [{"number": number, "body": "Sleva", "klientbox_purpose": "transactional"} for number in (JANA, EVA)]
            self.assertEqual(sms.create(rows).mapped("klientbox_purpose"), ["marketing", "marketing"])

    def test_odoo_s_administrator_without_a_role_neither_makes_nor_sends_rows(self):
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.rows(self.system)
        sms = self.env["sms.sms"].create({"number": EVA, "body": "Ahoj", "state": "error"})
        for change in (
            lambda: sms.with_user(self.system).resend_failed(),
            lambda: sms.with_user(self.system).send(),
            lambda: sms.with_user(self.system).action_set_outgoing(),
            lambda: sms.with_user(self.system).write({"number": ADAM}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                change()
        self.assertEqual(self.queued(), [])

    def test_no_user_sends_in_the_name_of_another_company(self):
        """By a message that claims to belong to the other company's document."""
        self.people[1].with_user(self.receptionist).message_post(
            body="Ahoj", message_type="sms", sms_numbers=[EVA], record_company_id=self.other.id
        )
        self.assertEqual(self.env["klientbox.message"].search([("sms_uuid", "!=", False)]).company_id, self.salon)


@tagged("post_install", "-at_install")
class TestSmsLimits(SendingCase):
    """SMS to many respect the sending hours and the limits of reactivation."""

    def send(self, *numbers, user=None):
        vals = {"composition_mode": "numbers", "numbers": ",".join(numbers), "body": "Sleva"}
        return self.env["sms.composer"].with_user(user or self.manager).create(vals).action_send_sms()

    def due(self):
        return {
            message.address: message.due_at
            for message in self.env["klientbox.message"].search([("sms_uuid", "!=", False)])
        }

    def test_at_night_they_wait_for_the_morning(self):
        with clock.as_of(NIGHT):
            action = self.send(EVA, ADAM)
        self.assertEqual(self.due(), {EVA: NEXT_MORNING, ADAM: NEXT_MORNING})
        self.assertEqual(
            action["params"]["message"],
            "2 wait for sending hours or the daily limit, the last one until 11/21/2026 08:00.",
        )

    def test_above_the_day_s_limit_they_wait_for_the_next_day_that_has_room(self):
        self.settings().daily_cap = 1
        self.env["klientbox.message"]._insert([self.sent_by_a_rule(day=NOON.date() + timedelta(days=1))])
        self.send(EVA, ADAM)
        # Tomorrow is full, the day after it is a Sunday.
        self.assertEqual(self.due(), {EVA: NOON, ADAM: NOON + timedelta(days=2, hours=20)})

    def sent_by_a_rule(self, day):
        return {
            "company_id": self.salon.id,
            "direction": "out",
            "channel": "sms",
            "purpose": "marketing",
            "state": "sent",
            "queued_day": day,
        }

    def test_no_number_gets_two_messages_within_the_days_between(self):
        self.settings().days_between = 7
        self.send(EVA, ADAM)
        with clock.as_of(NOON + timedelta(days=6)):
            action = self.send(EVA, "+420601000004")
        self.assertEqual(action["params"]["message"], "1 left out: their number was contacted a few days ago.")
        self.assertEqual(
            self.sms_of(EVA), [(EVA, "process", False), (EVA, "canceled", "sms_duplicate")], "Odoo's word for it"
        )
        with clock.as_of(NOON + timedelta(days=7)):
            self.send(EVA, "+420601000005")
        self.assertEqual(len(self.sms_of(EVA)), 3)
        self.assertEqual(self.sms_of(EVA)[2], (EVA, "process", False))

    def test_a_night_counts_what_was_sent_to_many(self):
        self.settings().write({"daily_cap": 2, "days_between": 7})
        self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)]).enabled = True
        eva = self.client("Eva", phone=EVA)
        olga, petr = self.client("Olga", phone="+420601000008"), self.client("Petr", phone="+420601000009")
        for place, client in enumerate((eva, olga, petr)):
            self.visit(client, start=NOON - timedelta(days=61 + place))
        self.send(EVA, ADAM)
        self.assertEqual(self.settings()._reactivate(NOON.date()), 0)
        reasons = {
            decision.client_id: decision.reason
            for decision in self.env["klientbox.decision"].search([("company_id", "=", self.salon.id)])
        }
        self.assertEqual(reasons, {eva: "written_recently", olga: "daily_cap", petr: "daily_cap"})

    def test_what_waits_too_long_is_not_sent(self):
        self.send(EVA, ADAM)
        self.assertEqual(
            self.env["klientbox.message"].search([("address", "=", EVA)]).expires_at, NOON + timedelta(hours=72)
        )


@tagged("post_install", "-at_install")
class TestSmsRace(SendingCase):
    """A refusal between composing and sending counts."""

    def setUp(self):
        super().setUp()
        vals = {"composition_mode": "comment", "res_model": "res.partner", "res_ids": str(self.people[1:].ids)}
        self.env["sms.composer"].with_user(self.manager).create({"body": "Sleva", **vals}).action_send_sms()
        self.env.flush_all()
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)
        self.outbox = Outbox(self.env.registry)

    def start_all(self):
        lane = f"odoo:{self.salon.id}"
        return [
            self.outbox.start(claim, self.env["klientbox.consent.event"]._hash(claim.channel, claim.address), 60)
            for claim in self.outbox.claim(lane, 9)
        ]

    def test_a_stop_after_composing(self):
        eva = self.client("Eva", phone=EVA)
        eva._opt_out("sms", "stop")
        self.env.flush_all()
        started = self.start_all()
        self.assertEqual([outgoing and outgoing.address for outgoing in started], [None, ADAM])
        self.env.invalidate_all()
        message = self.env["klientbox.message"].search([("address", "=", EVA)])
        self.assertEqual((message.state, message.reason), ("cancelled", "opted_out"))
        self.env["klientbox.message"]._write_odoo_states(self.outbox.changed_for_odoo())
        self.env.invalidate_all()
        self.assertEqual(
            [
                (known.notification_status, known.failure_type)
                for known in self.people[1:].message_ids.notification_ids.sorted("id")
            ],
            [("canceled", "sms_optout"), ("process", False)],
        )

    def test_they_are_claimed_as_commercial(self):
        claims = self.outbox.claim(f"odoo:{self.salon.id}", 9)
        self.assertEqual([claim.is_commercial for claim in claims], [True, True])


@tagged("post_install", "-at_install")
class TestMail(SendingCase):
    """An e-mail to many is sent to no one who has refused, in any way of Odoo's; a single one is sent."""

    def setUp(self):
        super().setUp()
        self.first = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0

    def mails(self):
        """Mails since the test began, as the queue has them: {remaining recipients: (state, failure type)}."""
        mails = self.env["mail.mail"].search([("id", ">", self.first)], order="id")
        mails._send()
        return [(self.recipients(mail), mail.state, mail.failure_type) for mail in mails]

    def recipients(self, mail):
        written = f"{mail.email_to or ''},{mail.email_cc or ''}"
        return sorted({*email_normalize_all(written), *mail.recipient_ids.mapped("email_normalized")})

    def compose(self, user=None, **vals):
        vals = {"model": "res.partner", "subject": "Sleva", "body": "<p>Sleva</p>", "auto_delete": False, **vals}
        composer = self.env["mail.compose.message"].with_user(user or self.manager).create(vals)
        return composer, composer.action_send_mail()

    def test_mass_passes_over_unread_replies_and_undeliverable_addresses(self):
        eva = self.client("Eva", email="eva@example.com")
        reply = {"direction": "in", "channel": "email", "state": "replied", "address": "other@example.com"}
        self.env["klientbox.message"].create(
            {**reply, "company_id": self.salon.id, "client_id": eva.id, "needs_review": True}
        )
        self.env.cr.execute(
            "INSERT INTO klientbox_undeliverable (company_id, channel, address, reason, day)"
            " VALUES (%s, 'email', 'adam@example.com', 'bounced', '2026-01-01')",
            [self.salon.id],
        )
        self.compose(composition_mode="mass_mail", res_ids=str(self.people.ids))
        self.assertEqual({(state, reason) for _emails, state, reason in self.mails()}, {("cancel", "mail_optout")})

    LEFT_OUT = (
        "1 left out: they have refused e-mails, their reply has not been read yet, or their address is undeliverable."
    )

    def test_mass(self):
        _composer, action = self.compose(composition_mode="mass_mail", res_ids=str(self.people.ids))
        self.assertEqual(action["params"]["message"], self.LEFT_OUT)
        self.assertEqual(
            self.mails(),
            [
                (["jana@example.com"], "cancel", "mail_optout"),
                (["eva@example.com"], "outgoing", False),
                (["adam@example.com"], "outgoing", False),
            ],
        )

    def test_comments_on_several_documents(self):
        firms = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        firms.message_subscribe(self.people.ids)
        _composer, action = self.compose(composition_mode="comment", res_ids=str(firms.ids))
        self.assertEqual(action["params"]["message"], self.LEFT_OUT)
        self.assertEqual(
            {(email, state) for emails, state, _failure in self.mails() for email in emails},
            {("eva@example.com", "outgoing"), ("adam@example.com", "outgoing")},
        )
        self.assertEqual(
            {
                (known.res_partner_id.name, known.notification_status, known.failure_type)
                for known in firms.message_ids.notification_ids
            },
            {("Jana", "canceled", "mail_optout"), ("Eva", "ready", False), ("Adam", "ready", False)},
        )

    def test_a_message_to_several_people(self):
        firm = self.env["res.partner"].create({"name": "Firma"})
        for user in (self.manager, self.stranger):
            firm.with_user(user).message_post(
                body="Sleva", partner_ids=self.people.ids, subtype_xmlid="mail.mt_comment", mail_auto_delete=False
            )
        self.assertEqual(self.mails(), [(["adam@example.com", "eva@example.com"], "outgoing", False)] * 2)

    def test_followers_from_outside_are_several_people_as_well(self):
        firm = self.env["res.partner"].create({"name": "Firma"})
        firm.message_subscribe(self.people.ids)
        firm.with_user(self.manager).message_post(body="Sleva", subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.mails(), [(["adam@example.com", "eva@example.com"], "outgoing", False)])

    def test_a_template_to_many_addresses(self):
        template = self.env["mail.template"].create(
            {
                "name": "Sleva",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Sleva",
                "body_html": "<p>Sleva</p>",
                "auto_delete": False,
            }
        )
        for values in (
            {"email_to": "Jana <jana@EXAMPLE.com>, Eva <eva@example.com>"},
            {"email_to": "eva@example.com", "email_cc": "jana@example.com"},
            {"email_to": "eva@example.com, jana@example.com", "klientbox_purpose": "transactional"},
            {
                "email_to": "eva@example.com, jana@example.com",
                "klientbox_company_id": self.other.id,
                "record_company_id": self.other.id,
            },
        ):
            with self.subTest(values=values), self.cr.savepoint() as savepoint:
                template.with_user(self.stranger).send_mail(
                    self.people[2].id, email_values={"recipient_ids": [], **values}
                )
                self.assertEqual(self.mails(), [(["eva@example.com"], "outgoing", False)])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_something_sent_for_several_documents_at_once(self):
        model = {"model_id": self.env["ir.model"]._get_id("res.partner")}
        template = self.env["mail.template"].create(
            {
                "name": "Sleva",
                "subject": "Sleva",
                "body_html": "<p>Sleva</p>",
                "auto_delete": False,
                "partner_to": "{{ object.id }}",
                **model,
            }
        )
        actions = self.env["ir.actions.server"].create(
            [
                {"name": method, "state": "mail_post", "template_id": template.id, "mail_post_method": method, **model}
                for method in ("email", "comment")
            ]
        )
        people = self.people[:2]
        chosen = {"active_model": "res.partner", "active_ids": people.ids, "active_id": people[0].id}
        for name, send in {
            "email": lambda: actions[0].with_user(self.manager).with_context(**chosen).run(),
            "comment": lambda: actions[1].with_user(self.manager).with_context(**chosen).run(),
            "batch": lambda: template.with_user(self.manager).send_mail_batch(people.ids),
            "source": lambda: people.with_user(self.manager).message_post_with_source(
                template, subtype_xmlid="mail.mt_comment"
            ),
            "rows": lambda: (
                self.env["mail.mail"]
                .with_user(self.system)
                .create([{"subject": "Sleva", "email_to": each.email} for each in people])
            ),
        }.items():
            with self.subTest(way=name), self.cr.savepoint() as savepoint:
                send()
                self.assertEqual(
                    self.mails(),
                    [(["jana@example.com"], "cancel", "mail_optout"), (["eva@example.com"], "outgoing", False)],
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_mail_written_as_a_row(self):
        mails = self.env["mail.mail"].with_user(self.system)
        mails.create({"subject": "Sleva", "email_to": "jana@example.com, eva@example.com"})
        mail = mails.create({"subject": "Sleva", "email_to": "eva@example.com"})
        mail.email_to = "jana@example.com, adam@example.com"
        with self.assertRaises(FieldError), self.cr.savepoint():
            mail.klientbox_purpose = "transactional"
        self.assertEqual(
            self.mails(), [(["eva@example.com"], "outgoing", False), (["adam@example.com"], "outgoing", False)]
        )

    def test_what_is_refused_after_composing_counts(self):
        self.client("Eva", email="eva@example.com")
        self.compose(composition_mode="mass_mail", res_ids=str(self.people[1:].ids))
        self.env["klientbox.client"].search([("email", "=", "eva@example.com")])._opt_out("email", "unsubscribe")
        self.assertEqual(
            self.mails(),
            [(["eva@example.com"], "cancel", "mail_optout"), (["adam@example.com"], "outgoing", False)],
        )
        [known] = self.people[1].message_ids.notification_ids
        self.assertEqual((known.notification_status, known.failure_type), ("canceled", "mail_optout"))

    def test_a_single_message_goes_after_a_warning(self):
        vals = {"composition_mode": "comment", "res_ids": str(self.people[:1].ids)}
        composer, action = self.compose(user=self.receptionist, partner_ids=[Command.set(self.people[:1].ids)], **vals)
        self.assertEqual(
            composer.klientbox_warning, "Jana: e-mails refused. Send only what they need to know about their visit."
        )
        self.assertEqual(action, {"type": "ir.actions.act_window_close"})
        self.assertEqual(self.mails(), [(["jana@example.com"], "outgoing", False)])
        others, _action = self.compose(user=self.receptionist, partner_ids=[Command.set(self.people[1:2].ids)], **vals)
        self.assertFalse(others.klientbox_warning)

    def test_a_customer_who_has_refused_gets_messages_about_their_document(self):
        """An invoice goes to its customer, also with another recipient in copy."""
        self.people[0].with_user(self.manager).message_post(
            body="Faktura", partner_ids=self.people.ids, subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(
            self.mails(), [(["adam@example.com", "eva@example.com", "jana@example.com"], "outgoing", False)]
        )

    def test_several_persons_of_one_document_are_an_audience(self):
        """The attendees of an event are no customers of it: who has refused gets nothing that a person writes."""
        event = self.env["res.partner"].create({"name": "Event"})
        self.client("Eva", email="eva@example.com")
        self.client("Adam", email="adam@example.com")
        post = {"body": "Sleva", "subtype_xmlid": "mail.mt_comment", "mail_auto_delete": False}
        template = self.env["mail.template"].create(
            {
                "name": "Sleva",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Sleva",
                "body_html": "<p>Sleva</p>",
                "auto_delete": False,
                "partner_to": ",".join(map(str, self.people.ids)),
                "use_default_to": False,
            }
        )
        ways = {
            "post": lambda user: event.with_user(user).message_post(partner_ids=self.people.ids, **post),
            "composer": lambda user: self.compose(
                user=user,
                composition_mode="comment",
                res_ids=str(event.ids),
                partner_ids=[Command.set(self.people.ids)],
                subtype_id=self.env.ref("mail.mt_comment").id,
            ),
            "template": lambda user: template.with_user(user).send_mail(event.id),
        }
        attendees = patch.object(
            type(event), "_mail_get_partners", lambda records, **_options: dict.fromkeys(records.ids, self.people)
        )
        for name, send in ways.items():
            with self.subTest(way=name), attendees:
                with self.assertRaises(AccessError), self.cr.savepoint():
                    send(self.receptionist)
                with self.cr.savepoint() as savepoint:
                    self.assertEqual(self.mails(), [])
                    send(self.manager)
                    self.assertEqual(self.mails(), [(["adam@example.com", "eva@example.com"], "outgoing", False)])
                    savepoint.rollback()
                    self.env.invalidate_all()
        with attendees:
            # What an app sends to each of them is about their own appointment.
            event.with_user(self.receptionist).sudo().message_notify(body="Pozvánka", partner_ids=self.people[0].ids)
            self.assertEqual(self.mails(), [(["jana@example.com"], "outgoing", False)])

    def test_the_house_hears_whatever_its_people_refuse_as_clients(self):
        self.receptionist.partner_id.email = "jana@example.com"
        self.receptionist.notification_type = "email"
        firm = self.env["res.partner"].create({"name": "Firma"})
        firm.with_user(self.manager).message_post(
            body="Porada",
            partner_ids=(self.receptionist.partner_id | self.people[1:]).ids,
            subtype_xmlid="mail.mt_comment",
        )
        recipients = {email for emails, _state, _failure in self.mails() for email in emails}
        self.assertEqual(recipients, {"jana@example.com", "eva@example.com", "adam@example.com"})

    def test_what_a_job_sends_about_a_document_goes(self):
        self.people[2].with_user(SUPERUSER_ID).message_post(
            body="Připomínka", partner_ids=self.people.ids, subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(
            self.mails(), [(["adam@example.com", "eva@example.com", "jana@example.com"], "outgoing", False)]
        )

    def test_only_a_manager_sends_a_mass_mail_to_clients(self):
        self.people.message_subscribe(self.people.ids)
        for user in (self.receptionist, self.stranger):
            for mode in ("mass_mail", "comment"):
                with self.subTest(user=user.login, mode=mode):
                    with self.assertRaises(AccessError) as refused, self.cr.savepoint():
                        self.compose(user=user, composition_mode=mode, res_ids=str(self.people.ids))
                    self.assertIn("Only KlientBox managers", str(refused.exception))
        self.assertEqual(self.mails(), [])
        # None of these is a client: Odoo's own apps work as before.
        self.compose(user=self.stranger, composition_mode="mass_mail", res_ids=str(self.people[1:].ids))
        self.assertEqual(len(self.mails()), 2)

    def test_only_a_manager_writes_one_mail_to_several_clients(self):
        chosen = self.people[1:]
        for partner in chosen:
            self.client(partner.name, email=partner.email)
        firm = self.env["res.partner"].create({"name": "Firma"})
        to = ", ".join(chosen.mapped("email"))
        vals = {
            "name": "Sleva",
            "subject": "Sleva",
            "body_html": "<p>Sleva</p>",
            "auto_delete": False,
            "model_id": self.env["ir.model"]._get_id("res.partner"),
        }
        single, several = self.env["mail.template"].create(
            [{**vals, "partner_to": "{{ object.id }}"}, {**vals, "email_to": to, "use_default_to": False}]
        )
        post = {"body": "Sleva", "subtype_xmlid": "mail.mt_comment", "mail_auto_delete": False}
        later = NOON + timedelta(days=400)
        ways = {
            "post": lambda user: firm.with_user(user).message_post(partner_ids=chosen.ids, **post),
            "later": lambda user: firm.with_user(user).message_post(
                partner_ids=chosen.ids, scheduled_date=later, **post
            ),
            "addresses": lambda user: firm.with_user(user).message_post(outgoing_email_to=to, **post),
            "notify": lambda user: firm.with_user(user).message_notify(body="Sleva", partner_ids=chosen.ids),
            "composer": lambda user: self.compose(
                user=user,
                composition_mode="comment",
                res_ids=str(firm.ids),
                partner_ids=[Command.set(chosen.ids)],
                subtype_id=self.env.ref("mail.mt_comment").id,
            ),
            "batch": lambda user: single.with_user(user).send_mail_batch(chosen.ids),
            "batch now": lambda user: single.with_user(user).send_mail_batch(chosen.ids, force_send=True),
            "values": lambda user: single.with_user(user).send_mail(
                firm.id, email_values={"recipient_ids": [], "email_to": to}
            ),
            "copy": lambda user: single.with_user(user).send_mail(
                firm.id,
                email_values={"recipient_ids": [], "email_to": chosen[0].email, "email_cc": chosen[1].email},
            ),
            "template": lambda user: several.with_user(user).send_mail(firm.id, force_send=True),
        }
        for name, send in ways.items():
            for user in (self.receptionist, self.stranger):
                with self.subTest(way=name, user=user.login):
                    with self.assertRaises(AccessError) as refused, self.cr.savepoint():
                        send(user)
                    self.assertIn("Only KlientBox managers", str(refused.exception))
            with self.subTest(way=name), self.cr.savepoint() as savepoint:
                self.assertEqual(self.mails(), [])
                send(self.manager)
                recipients = {email for emails, _state, _failure in self.mails() for email in emails}
                self.assertEqual(recipients, set() if name == "later" else set(chosen.mapped("email")))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_invitations_to_a_channel_are_to_several(self):
        channel = (
            self.env["discuss.channel"].with_user(self.stranger).create({"name": "Sleva", "channel_type": "group"})
        )
        channel.invite_by_email(["Jana <jana@EXAMPLE.com>", "eva@example.com", "adam@example.com"])
        self.assertEqual(
            self.mails(), [(["eva@example.com"], "outgoing", False), (["adam@example.com"], "outgoing", False)]
        )
        self.client("Eva", email="eva@example.com")
        before = self.env["mail.mail"].search_count([])
        with self.assertRaises(AccessError) as refused, self.cr.savepoint():
            channel.invite_by_email(["jana@example.com", "eva@example.com", "adam@example.com"])
        self.assertIn("Only KlientBox managers", str(refused.exception))
        self.assertEqual(self.env["mail.mail"].search_count([]), before)


@tagged("post_install", "-at_install")
class TestMigration(ReactivationCase):
    def test_the_migration_sets_the_purpose_and_logs_no_change(self):
        self.absent(61)
        self.night()
        of_rule = self.messages()
        self.env["sms.sms"].create({"number": EVA, "body": "Ahoj"}).send()
        single = self.env["klientbox.message"].search([("sms_uuid", "!=", False)])
        incoming = {"company_id": self.salon.id, "direction": "in", "channel": "sms", "state": "delivered"}
        self.env["klientbox.message"]._insert([incoming])
        self.env.flush_all()
        self.cr.execute("ALTER TABLE klientbox_message DROP CONSTRAINT klientbox_message_rule_is_marketing")
        self.cr.execute("UPDATE klientbox_message SET purpose = NULL")
        changes = self.env["klientbox.change"].search_count([])
        with file_open("klientbox/migrations/19.0.1.4.0/pre-purpose.py") as script:
            steps = {}
            exec(script.read(), steps)  # noqa: S102 - a file of ours whose name is none for an import
        steps["migrate"](self.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        self.assertEqual((of_rule.purpose, single.purpose), ("marketing", "transactional"))
        self.assertEqual(self.env["klientbox.message"].search([("purpose", "=", False)]).mapped("direction"), ["in"])
        self.assertEqual(self.env["klientbox.change"].search_count([]), changes)


# Where Odoo's own code, of the apps we depend on, creates or sends an SMS or e-mail: (module, class, method). All of it
# passes `sms.sms._send_with_api` or `mail.mail._send`; a new entry must be reviewed.
SENDERS = {
    ("base", "IrMail_Server", "send_email"),
    ("mail", "DiscussChannel", "invite_by_email"),
    ("mail", "MailComposeMessage", "_action_send_mail_mass_mail"),
    ("mail", "MailMail", "_send"),
    ("mail", "MailMail", "create"),
    ("mail", "MailTemplate", "send_mail_batch"),
    ("mail", "MailThread", "_notify_thread_by_email"),
    ("mail", "MailThread", "_routing_create_bounce_email"),
    ("mail", "MailThread", "message_mail_with_source"),
    ("mail", "ResUsers", "_notify_security_setting_update"),
    ("sms", "MailThread", "_notify_thread_by_sms"),
    ("sms", "SmsComposer", "_action_send_sms_numbers"),
    ("sms", "SmsComposer", "_prepare_mass_sms"),
    ("sms", "SmsSms", "_send_with_api"),
}


class TestSenders(BaseCase):
    CALLS = {"send_email", "_send_sms_batch", "_build_email__", "sendmail", "send_message"}

    def test_every_sender_of_odoo_is_known(self):
        modules, todo = set(), ["klientbox"]
        while todo:
            module = todo.pop()
            modules.add(module)
            todo += set(Manifest.for_addon(module)["depends"]) - modules
        found = set()
        for module in modules - {"klientbox"}:
            root = Path(get_module_path(module))
            for path in root.rglob("*.py"):
                if "tests" not in path.relative_to(root).parts:
                    found |= {(module, *place) for place in self.senders(path)}
        self.assertEqual(sorted(found - SENDERS), [])
        self.assertEqual(sorted(SENDERS - found), [])

    def senders(self, path):
        """(class, method) of a file in which a mail or SMS is created or sent."""
        for owner in ast.walk(ast.parse(path.read_text())):
            if not isinstance(owner, ast.ClassDef):
                continue
            for method in owner.body:
                if isinstance(method, ast.FunctionDef) and self.sends(method):
                    yield owner.name, method.name

    def sends(self, method):
        nodes = list(ast.walk(method))
        called = {
            node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        named = {node.value for node in nodes if isinstance(node, ast.Constant)}
        return bool(called & self.CALLS) or ("create" in called and bool(named & {"mail.mail", "sms.sms"}))
