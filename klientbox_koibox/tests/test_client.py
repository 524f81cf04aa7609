from datetime import date, datetime, timedelta

from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.tests.common import NOON, SalonCase
from odoo.fields import Domain
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestClient(SalonCase):
    def parts(self, client):
        return client.koibox_nombre, client.koibox_apellido1, client.koibox_apellido2

    # -- names ------------------------------------------------------------------

    def test_a_name_that_was_given_as_a_whole_is_one_part(self):
        self.assertEqual(self.parts(self.client("Jana Nováková")), ("Jana Nováková", False, False))

    def test_parts_are_the_name(self):
        lucia = self.env["klientbox.client"]._koibox_create(
            {"given_name": "Lucia", "family_name": "Garcia", "koibox_second_family_name": "Lopez"}
        )
        self.assertEqual(lucia.name, "Lucia Garcia Lopez")
        self.assertEqual(self.parts(lucia), ("Lucia", "Garcia", "Lopez"))
        self.assertEqual(lucia.search_key, "lucia garcia lopez")

    def test_a_name_that_was_changed_since_counts_and_not_its_old_parts(self):
        lucia = self.client(given_name="Lucia", family_name="Garcia", name="Lucia Garcia")
        lucia.name = "Lucia Perez"
        self.assertEqual(self.parts(lucia), ("Lucia Perez", False, False))

    def test_writing_one_part_keeps_the_others(self):
        jana = self.client("Jana Nováková")
        jana._koibox_write({"koibox_second_family_name": "Dvořáková"})
        self.assertEqual(jana.name, "Jana Nováková Dvořáková")
        self.assertEqual(self.parts(jana), ("Jana Nováková", False, "Dvořáková"))
        jana._koibox_write({"given_name": "Jana", "family_name": "Nováková"})
        self.assertEqual(self.parts(jana), ("Jana", "Nováková", "Dvořáková"))

    # -- references -------------------------------------------------------------

    def test_what_is_not_here_is_named(self):
        theirs = self.env["klientbox.koibox.category"].create({"name": "VIP", "company_id": self.other.id})
        clients = self.env["klientbox.client"].with_company(self.salon).with_context(allowed_company_ids=self.salon.ids)
        clients = clients.with_user(self.env.ref("klientbox.user_api"))
        with self.assertRaises(FieldError) as refusal:
            clients._koibox_create({"given_name": "Eva", "koibox_category_id": theirs.id, "koibox_state_id": 10**6})
        self.assertEqual(
            [(name, code) for name, code, _message in refusal.exception.problems],
            [("koibox_category_id", "unknown"), ("koibox_state_id", "unknown")],
        )

    # -- consent ----------------------------------------------------------------

    def consent(self, client, kind, channel="sms", **more):
        client._record_consent(kind, channel, "form", **more)

    def test_consent_is_the_clients_last_word(self):
        jana = self.client(phone="601234567", email="jana@example.com")
        self.assertEqual((jana.koibox_agreed, jana.koibox_agreed_on), (False, False))
        self.consent(jana, "given", at=datetime(2026, 3, 31, 22, 30))
        self.assertEqual((jana.koibox_agreed, jana.koibox_agreed_on), (True, date(2026, 4, 1)))
        self.consent(jana, "given", "email", at=datetime(2026, 5, 1, 9))
        self.assertEqual(jana.koibox_agreed_on, date(2026, 5, 1))
        self.consent(jana, "withdrawn", "email")
        self.assertEqual((jana.koibox_agreed, jana.koibox_agreed_on), (True, date(2026, 4, 1)))
        self.consent(jana, "withdrawn")
        self.assertEqual((jana.koibox_agreed, jana.koibox_agreed_on), (False, False))

    def test_a_consent_of_the_same_address_counts(self):
        jana = self.client(phone="601234567")
        self.consent(jana, "given")
        jana.phone = "602222333"
        self.assertFalse(jana.koibox_agreed)
        other = self.client("Her new card", phone="601234567")
        self.assertTrue(other.koibox_agreed)

    def test_a_merged_client_keeps_the_consent(self):
        jana, again = self.client(phone="601234567"), self.client(email="jana@example.com", koibox_national_id="X1")
        self.consent(again, "given", "email")
        self.env["klientbox.client.merge"]._merge(jana | again, jana)
        self.assertEqual((jana.koibox_agreed, jana.koibox_national_id), (True, "X1"))

    # -- lost -------------------------------------------------------------------

    def message(self, client, channel="sms", state="sent", **vals):
        vals = {"trigger": "lost", "absence_since": client.last_visit_date, **vals}
        self.env["klientbox.message"].create(
            {"client_id": client.id, "company_id": client.company_id.id, "channel": channel, "state": state, **vals}
        )
        client.invalidate_recordset(["koibox_lost_sms", "koibox_lost_email"])
        return client.koibox_lost_sms, client.koibox_lost_email

    def test_only_a_lost_message_that_left_in_this_absence_counts(self):
        jana = self.client(phone="601234567")
        self.visit(jana, NOON - timedelta(days=300))
        self.assertEqual(self.message(jana, state="failed"), (False, False))
        self.assertEqual(self.message(jana, state="queued"), (False, False))
        self.assertEqual(self.message(jana, trigger="warning"), (False, False))
        self.assertEqual(self.message(jana, absence_since=date(2025, 1, 1)), (False, False))
        self.assertEqual(self.message(jana, "email", "delivered"), (False, True))
        self.assertEqual(self.message(jana, "sms", "replied"), (True, True))
        self.assertEqual(self.env["klientbox.client"].search([("koibox_lost_sms", "=", True)]), jana)
        self.assertNotIn(jana, self.env["klientbox.client"].search([("koibox_lost_sms", "=", False)]))
        self.visit(jana, NOON - timedelta(days=1))
        jana.invalidate_recordset(["koibox_lost_sms"])
        self.assertFalse(jana.koibox_lost_sms)

    # -- origin -----------------------------------------------------------------

    def test_only_what_an_integration_makes_comes_from_one(self):
        self.assertFalse(self.client().koibox_origin)
        clients = self.env["klientbox.client"].with_context(klientbox_source="api")
        self.assertFalse(clients.create({"name": "Eva"}).koibox_origin)
        clients = clients.with_user(self.env.ref("klientbox.user_api")).with_context(allowed_company_ids=self.salon.ids)
        by_api = clients.create({"name": "Eva"})
        self.assertEqual(by_api.koibox_origin, "api")

    def test_the_search_of_the_phone_stays(self):
        jana = self.client(phone="601234567", koibox_landline="224 111 222")
        found = self.env["klientbox.client"].search(Domain("display_name", "ilike", "601234567"))
        self.assertEqual(found, jana)
