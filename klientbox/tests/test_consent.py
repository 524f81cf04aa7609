import psycopg2
from odoo.addons.klientbox.exceptions import FieldError
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import NOON, SalonCase


@tagged("post_install", "-at_install")
class TestConsent(SalonCase):
    def stop(self, client, channel="sms"):
        client._opt_out(channel, "stop")

    def flags(self, client):
        return client.sms_opt_out, client.email_opt_out

    def test_a_flag_is_an_event(self):
        jana = self.client(phone="601234567", email="jana@example.com", sms_opt_out=True)
        self.assertEqual(self.flags(jana), (True, False))
        self.assertRecordValues(
            jana.consent_event_ids,
            [{"kind": "withdrawn", "channel": "sms", "source": "staff", "address": "+420601234567"}],
        )
        jana.sms_opt_out = False
        self.assertEqual(self.flags(jana), (False, False))
        self.assertEqual(jana.consent_event_ids.mapped("kind"), ["lifted", "withdrawn"])
        jana.sms_opt_out = False
        self.assertEqual(len(jana.consent_event_ids), 2)

    def test_stop_silences_sms_but_not_email(self):
        jana = self.client(phone="601234567", email="jana@example.com")
        self.stop(jana)
        self.assertEqual(self.flags(jana), (True, False))

    def test_only_the_client_ends_what_the_client_refused(self):
        jana = self.client(phone="601234567")
        self.stop(jana)
        with self.assertRaises(FieldError) as refusal:
            jana.sms_opt_out = False
        self.assertEqual(refusal.exception.problems[0][:2], ("sms_opt_out", "consent_required"))
        with self.assertRaises(FieldError):
            jana.write({"phone": "602234567", "sms_opt_out": False})
        jana._record_consent("given", "sms", "form", text="Ano, pište mi.")
        self.assertFalse(jana.sms_opt_out)

    def test_a_refusal_follows_the_client_to_a_new_phone(self):
        jana = self.client(phone="601234567")
        self.stop(jana)
        jana.phone = "602234567"
        self.assertTrue(jana.sms_opt_out)
        with self.assertRaises(FieldError):
            jana.sms_opt_out = False
        jana.phone = False
        self.assertTrue(jana.sms_opt_out)
        jana.phone = "603234567"
        self.assertTrue(jana.sms_opt_out)

    def test_a_refusal_outlives_the_client(self):
        jana = self.client(phone="601234567", email="Jana@example.com")
        self.stop(jana)
        self.stop(jana, "email")
        jana.unlink()
        again = self.client("Jana", phone="+420 601 234 567", email="jana@EXAMPLE.com", sms_opt_out=False)
        self.assertEqual(self.flags(again), (True, True))

    def test_a_refusal_counts_in_every_branch_and_in_no_other_company(self):
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        here = self.client(phone="601234567")
        there = self.client("Jana", company=branch, phone="601234567")
        elsewhere = self.client("Jana", company=self.other, phone="601234567")
        self.stop(there)
        self.assertEqual([client.sms_opt_out for client in (here, there, elsewhere)], [True, True, False])

    def test_a_branch_shares_refusals_and_no_people(self):
        """The reception of a branch reads nothing of other branches' clients; a STOP there still counts here."""
        branch = self.env["res.company"].create({"name": "Salon Jana 2", "parent_id": self.salon.id})
        receptionist = new_test_user(
            self.env,
            login="kb_branch",
            groups="klientbox.group_receptionist",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        there = self.client(phone="601234567", email="jana@example.com")
        for channel in ("sms", "email"):
            there._opt_out(channel, "stop", text="STOP, Jana Nováková")
        self.env["klientbox.message"]._record_refusal(
            self.salon, "sms", "+420602234567", self.env["klientbox.client"], "Ne"
        )
        gone = self.client("Petr", phone="603234567")
        gone._opt_out("sms", "stop", text="STOP, Petr")
        gone.unlink()
        here = self.env["klientbox.client"].with_user(receptionist).create({"name": "Eva", "phone": "604234567"})
        here.sms_opt_out = True
        self.env.flush_all()
        self.env.invalidate_all()
        events = self.env["klientbox.consent.event"].with_user(receptionist)
        self.assertEqual(events.search([]).mapped("address"), ["+420604234567"])
        with self.assertRaises(AccessError):
            there.consent_event_ids.with_user(receptionist).read(["address", "text", "client_id"])
        self.assertEqual(events.search_count([("text", "ilike", "STOP")]), 0)
        # The list itself is shared: neither that number nor the one that replied may be contacted.
        same = self.env["klientbox.client"].with_user(receptionist).create({"name": "Jana", "phone": "601234567"})
        self.assertTrue(same.sms_opt_out)
        with self.assertRaises(FieldError) as refusal, self.cr.savepoint():
            same.sms_opt_out = False
        self.assertEqual(refusal.exception.problems[0][:2], ("sms_opt_out", "consent_required"))
        self.env.invalidate_all()
        listed = self.env["klientbox.suppression"].with_user(receptionist).search([("company_id", "=", self.salon.id)])
        self.assertEqual(sorted(listed.mapped("source")), ["staff", "stop", "stop", "stop", "stop"])
        exported = list(self.env["klientbox.export"]._rows(branch))
        self.assertNotIn("Jana Nováková", str(exported))
        # A word here counts there.
        self.env["klientbox.message"].with_user(receptionist)._record_refusal(
            branch, "sms", "+420604234567", here, "Stop"
        )
        twin = self.client("Eva", phone="604234567")
        self.assertTrue(twin.sms_opt_out)
        twin.with_user(self.receptionist)._consent("sms", "Ano, pište mi.", NOON.date(), "in_person")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(here.sms_opt_out)

    def test_a_client_without_an_address_can_refuse(self):
        jana = self.client(email_opt_out=True)
        self.assertTrue(jana.email_opt_out)
        jana.email = "jana@example.com"
        self.assertTrue(jana.email_opt_out)

    def test_a_flag_set_by_staff_is_no_obstacle_to_staff(self):
        jana = self.client(phone="601234567").with_user(self.receptionist)
        jana.sms_opt_out = True
        jana.sms_opt_out = False
        self.assertFalse(jana.sms_opt_out)

    def test_events_are_kept_as_they_are(self):
        jana = self.client(phone="601234567", sms_opt_out=True)
        event = jana.consent_event_ids
        for change in (lambda: event.write({"kind": "given"}), event.unlink):
            with self.assertRaises(UserError):
                change()
        self.env.flush_all()
        for statement in (
            "UPDATE klientbox_consent_event SET kind = 'given' WHERE id = %s",
            "UPDATE klientbox_consent_event SET address = 'else' WHERE id = %s",
            "DELETE FROM klientbox_consent_event WHERE id = %s",
        ):
            with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(statement, [event.id])
        event._erase()
        self.assertFalse(event.address)
        self.assertEqual(event.kind, "withdrawn")
