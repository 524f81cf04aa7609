from contextlib import suppress

import psycopg2
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import clock
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import NOON, SalonCase

PHONE, OTHER_PHONE = "+420601234567", "+420602234567"


@tagged("post_install", "-at_install")
class TestConsentProof(SalonCase):
    """A consent event is a proof: no user forges, changes or deletes one, not even an administrator of KlientBox."""

    def setUp(self):
        super().setUp()
        self.jana = self.client(phone=PHONE)
        self.jana._opt_out("sms", "stop", text="STOP")
        self.api_user = self.env.ref("klientbox.user_api")
        self.events = self.env["klientbox.consent.event"]
        self.forged = {
            "company_id": self.salon.id,
            "client_id": self.jana.id,
            "channel": "sms",
            "address": PHONE,
            "address_hash": self.events._hash("sms", PHONE),
            "kind": "given",
            "source": "form",
            "text": "Ano, pište mi.",
            "at": "2020-01-01 10:00:00",
        }
        self.env.flush_all()

    def proof(self):
        """All values of the events and the suppression list of the salon."""
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(t) FROM klientbox_consent_event t ORDER BY id")
        events = self.env.cr.fetchall()
        self.env.cr.execute("SELECT to_jsonb(t) FROM klientbox_suppression t ORDER BY id")
        return events, self.env.cr.fetchall()

    def people(self):
        return (self.receptionist, self.manager, self.owner, self.api_user, self.env.ref("base.user_admin"))

    def test_no_user_creates_changes_or_deletes_an_event(self):
        before = self.proof()
        other = self.client("Eva", phone=OTHER_PHONE)
        event = self.jana.consent_event_ids
        for user in self.people():
            events = self.events.with_user(user).with_context(allowed_company_ids=self.salon.ids)
            jana, eva = (client.with_env(events.env) for client in (self.jana, other))
            commands = (
                Command.create(self.forged),
                Command.update(event.id, {"kind": "given"}),
                Command.delete(event.id),
                Command.unlink(event.id),
                Command.clear(),
                Command.set([]),
            )
            attempts = {
                "create": lambda events=events: events.create(self.forged),
                "write": lambda events=events: events.browse(event.id).write({"kind": "given"}),
                "erase": lambda events=events: events.browse(event.id).write({"address": False}),
                "unlink": lambda events=events: events.browse(event.id).unlink(),
                "copy": lambda events=events: events.browse(event.id).copy(),
                "translate": lambda events=events: events.browse(event.id).update_field_translations(
                    "text", {"en_US": "Yes"}
                ),
                "with a client": lambda eva=eva: eva.create(
                    {"name": "Petr", "company_id": self.salon.id, "consent_event_ids": [Command.create(self.forged)]}
                ),
                "link": lambda eva=eva: eva.write({"consent_event_ids": [Command.link(event.id)]}),
                **{
                    f"command {command[0]}": lambda jana=jana, command=command: jana.write(
                        {"consent_event_ids": [command]}
                    )
                    for command in commands
                },
            }
            for name, attempt in attempts.items():
                with self.subTest(user=user.login, attempt=name):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        attempt()
                    self.assertEqual(self.proof(), before)

    def test_not_even_past_the_access_rights(self):
        """Where another module writes a user's values with sudo."""
        before = self.proof()
        for attempt in (
            lambda: self.events.sudo().create(self.forged),
            lambda: self.jana.sudo().write({"consent_event_ids": [Command.create(self.forged)]}),
            lambda: self.jana.consent_event_ids.sudo().write({"address": False}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
            self.assertEqual(self.proof(), before)

    def test_odoos_import_brings_no_event(self):
        before = self.proof()
        for user in self.people():
            env = self.env(user=user, context={"allowed_company_ids": self.salon.ids})
            for model, columns, row in (
                (
                    "klientbox.consent.event",
                    ["company_id/.id", "client_id/.id", "channel", "kind", "source", "at"],
                    [str(self.salon.id), str(self.jana.id), "SMS", "Consent given", "Form", "2020-01-01 10:00:00"],
                ),
                (
                    "klientbox.client",
                    ["name", "company_id/.id", "consent_event_ids/channel", "consent_event_ids/kind"],
                    ["Petr", str(self.salon.id), "SMS", "Consent given"],
                ),
                (
                    "klientbox.suppression",
                    [".id", "address_hash"],
                    [str(self.env["klientbox.suppression"].search([], limit=1).id), "else"],
                ),
            ):
                with self.subTest(user=user.login, model=model), mute_logger("odoo.sql_db"):
                    # Some are refused before any row is looked at.
                    with suppress(UserError), self.env.cr.savepoint():
                        self.assertFalse(env[model].load(columns, [row])["ids"])
                    self.assertEqual(self.proof(), before)

    def test_the_suppression_list_follows_the_events_alone(self):
        before = self.proof()
        listed = self.env["klientbox.suppression"].search([("company_id", "=", self.salon.id)])
        vals = {"company_id": self.salon.id, "channel": "sms", "address_hash": "x", "event_id": listed.event_id.id}
        for user in (*self.people(), self.env.user):
            rows = listed.with_user(user).sudo(user == self.env.user)
            for attempt in (lambda r=rows: r.create(vals), lambda r=rows: r.write({"channel": "email"}), rows.unlink):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
                self.assertEqual(self.proof(), before)

    def test_the_context_names_no_source(self):
        eva = self.client("Eva", phone=OTHER_PHONE, company=self.salon)
        eva.with_user(self.receptionist).with_context(klientbox_source="api").sms_opt_out = True
        self.assertRecordValues(
            eva.consent_event_ids,
            [{"source": "staff", "actor_id": self.receptionist.id, "at": NOON, "kind": "withdrawn"}],
        )
        self.assertFalse(self.client("Petr", external_id="7").with_context(klientbox_source="api").external_source)
        eva.with_user(self.api_user).with_context(allowed_company_ids=self.salon.ids).sms_opt_out = False
        self.assertEqual((eva.consent_event_ids[0].source, eva.consent_event_ids[0].kind), ("api", "lifted"))

    def test_a_stop_is_not_lifted_by_way_of_another_client(self):
        """The new owner of the number takes over the refusal as well."""
        eva = self.client("Eva", phone=OTHER_PHONE)
        before = self.proof()
        self.jana.action_archive()
        with self.assertRaises(FieldError) as refusal, self.env.cr.savepoint():
            eva.write({"phone": PHONE, "sms_opt_out": False})
        self.assertEqual(refusal.exception.problems[0][:2], ("sms_opt_out", "consent_required"))
        self.env.invalidate_all()
        self.assertEqual((eva.phone, self.proof()), (OTHER_PHONE, before))

    def test_a_new_phone_in_the_form_keeps_what_staff_had_set(self):
        eva = self.client("Eva", phone=OTHER_PHONE, sms_opt_out=True)
        with Form(eva.with_user(self.receptionist)) as form:
            form.phone = "603234567"
            self.assertTrue(form.sms_opt_out)
        self.assertTrue(eva.sms_opt_out)
        with Form(self.jana.with_user(self.receptionist)) as form:
            form.phone = "604234567"
        self.assertEqual((self.jana.phone, self.jana.sms_opt_out), ("+420604234567", True))

    def test_a_merge_keeps_the_refusal_that_weighs_more(self):
        eva = self.client("Eva", phone=OTHER_PHONE, sms_opt_out=True)
        self.env["klientbox.client.merge"]._merge(eva | self.jana, eva)
        with self.assertRaises(FieldError):
            eva.sms_opt_out = False
        self.assertTrue(eva.sms_opt_out)

    def test_a_merge_lifts_nothing_that_the_kept_client_has_refused(self):
        """The client no longer has an address, and the last event of the other entry is that staff lifted a block."""
        self.jana._opt_out("email", "unsubscribe")
        for phone in (OTHER_PHONE, False):
            with self.subTest(phone=phone), self.cr.savepoint() as savepoint:
                self.jana.phone = False
                eva = self.client("Eva", phone=phone, email="eva@example.com")
                for flag in (True, False):
                    eva.write({"sms_opt_out": flag, "email_opt_out": flag})
                self.env["klientbox.client.merge"]._merge(eva | self.jana, self.jana)
                self.assertEqual((self.jana.phone, self.jana.email), (phone, "eva@example.com"))
                self.assertEqual((self.jana.sms_opt_out, self.jana.email_opt_out), (True, True))
                self.assertEqual([self.jana._refused_by(kind) for kind in ("sms", "email")], ["stop", "unsubscribe"])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_merge_keeps_the_name_of_the_kept_client(self):
        old = self.client("J. Novak", given_name="J.", family_name="Novak (stara karta)")
        self.env["klientbox.client.merge"]._merge(old | self.jana, self.jana)
        self.assertEqual((self.jana.name, self.jana.given_name, self.jana.family_name), ("Jana Nováková", False, False))

    def test_the_database_itself_keeps_what_belongs_together(self):
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        stranger = self.client("Petr", company=self.other, phone=PHONE)
        self.env.flush_all()
        insert = (
            "INSERT INTO klientbox_consent_event (company_id, client_id, channel, kind, source, at, address,"
            " address_hash) VALUES (%s, %s, 'sms', 'given', 'form', now(), %s, %s)"
        )
        event = self.jana.consent_event_ids.id
        for statement, parameters in (
            (insert, [self.salon.id, stranger.id, PHONE, "x"]),
            (insert, [branch.id, self.jana.id, PHONE, "x"]),
            (insert, [self.salon.id, self.jana.id, PHONE, None]),
            (insert, [self.salon.id, None, None, None]),
            ("UPDATE klientbox_consent_event SET client_id = %s WHERE id = %s", [stranger.id, event]),
            ("UPDATE klientbox_consent_event SET actor_id = %s WHERE id = %s", [self.receptionist.id, event]),
            ("UPDATE klientbox_consent_event SET text = 'Yes' WHERE id = %s", [event]),
            ("TRUNCATE klientbox_consent_event CASCADE", []),
        ):
            with (
                self.subTest(statement=statement, parameters=parameters),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RaiseException),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, parameters)

    # -- a new consent ----------------------------------------------------------

    def dialog(self, user=None, **vals):
        """The dialog "Record consent" as the reception fills it in."""
        dialogs = self.env["klientbox.consent.record"].with_user(user or self.receptionist)
        dialogs = dialogs.with_context(allowed_company_ids=self.salon.ids, default_client_id=self.jana.id)
        return dialogs.create({"channel": "sms", "how": "in_person", "text": "Ano, pište mi SMS.", **vals})

    def test_a_consent_after_a_stop_is_recorded_with_words_day_and_who(self):
        self.assertTrue(self.jana.sms_opt_out)
        self.set_clock(NOON.replace(day=22))
        self.dialog(said_on="2026-11-21").action_record()
        self.assertFalse(self.jana.sms_opt_out)
        self.assertRecordValues(
            self.jana.consent_event_ids[0],
            [
                {
                    "kind": "given",
                    "basis": "consent",
                    "source": "staff",
                    "how": "in_person",
                    "said_on": clock.now().date().replace(day=21),
                    "at": NOON.replace(day=22),
                    "actor_id": self.receptionist.id,
                    "text": "Ano, pište mi SMS.",
                    "address": PHONE,
                    "company_id": self.salon.id,
                    "is_imported": False,
                }
            ],
        )

    def test_a_consent_needs_words_a_day_and_an_address(self):
        before = self.proof()
        for vals, problem in (
            ({"text": " \n"}, ("text", "required")),
            ({"said_on": "2026-11-21"}, ("said_on", "out_of_range")),
            ({"said_on": "2026-11-19"}, ("said_on", "before_refusal")),
            ({"channel": "email"}, ("email", "required")),
        ):
            with self.subTest(vals=vals):
                with self.assertRaises(FieldError) as refusal, self.env.cr.savepoint():
                    self.dialog(**vals).action_record()
                self.assertEqual(refusal.exception.problems[0][:2], problem)
                self.assertEqual(self.proof(), before)

    def test_no_consent_for_another_salon_s_client(self):
        stranger = self.client("Petr", company=self.other, phone=PHONE)
        before = self.proof()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.dialog(client_id=stranger.id).action_record()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.dialog(user=self.api_user)
        self.assertEqual(self.proof(), before)
