from odoo.tests import tagged

from .common import SalonCase


@tagged("post_install", "-at_install")
class TestContact(SalonCase):
    def setUp(self):
        super().setUp()
        self.jana = self.client(phone="601234567", email="jana@example.com")
        self.eva = self.client("Eva Malá", phone="602234567")
        self.petr = self.client("Petr", company=self.other, phone="601234567")
        (self.jana | self.eva | self.petr)._make_partner()
        self.visit(self.jana)
        self.columns = ["name", "phone", "email", "active", "total_visits", "status", "company_id"]

    def test_a_contact_is_made_on_demand_for_the_company_alone(self):
        self.assertRecordValues(
            self.jana.partner_id,
            [{"name": "Jana Nováková", "phone": "+420601234567", "company_id": self.salon.id}],
        )
        self.assertEqual(self.jana._make_partner(), self.jana.partner_id)

    def test_the_contact_follows_the_client_and_never_the_other_way(self):
        self.jana.write({"name": "Jana Malá", "phone": "603 000 000"})
        self.assertRecordValues(self.jana.partner_id, [{"name": "Jana Malá", "phone": "+420603000000"}])
        self.jana.partner_id.write({"name": "Made Up", "phone": "nonsense 12", "email": "other@example.com"})
        self.jana.partner_id.action_archive()
        self.assertRecordValues(
            self.jana, [{"name": "Jana Malá", "phone": "+420603000000", "email": "jana@example.com", "active": True}]
        )

    def test_the_contact_follows_changes_by_any_user(self):
        for user, email in (
            (self.receptionist, "receptionist@example.com"),
            (self.env.ref("klientbox.user_api"), "api@example.com"),
        ):
            client = self.jana.with_user(user).with_context(allowed_company_ids=self.salon.ids)
            client.email = email
            self.assertEqual(self.jana.partner_id.email, email)

    def test_a_client_s_new_e_mail_does_not_change_a_user_account(self):
        """A password is reset by e-mail."""
        self.jana.partner_id = self.manager.partner_id
        former = self.manager.email
        self.jana.with_user(self.receptionist).email = "thief@example.com"
        self.assertEqual((self.manager.email, self.manager.name), (former, self.manager.partner_id.name))
        self.assertEqual(self.jana.email, "thief@example.com")

    def test_merging_contacts_loses_no_client(self):
        clients = self.jana | self.eva | self.petr
        before = clients.read(self.columns)
        partners = clients.partner_id
        self.env["base.partner.merge.automatic.wizard"]._merge(partners.ids, self.jana.partner_id, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(clients.read(self.columns), before)
        self.assertEqual(self.eva.partner_id, self.jana.partner_id)
        self.assertFalse(self.petr.partner_id, "a contact of Salon Jana is none of Barber Brno's business")
        self.assertNotEqual(self.petr._make_partner(), self.jana.partner_id)

    def test_deleting_a_contact_leaves_the_client(self):
        partner = self.eva.partner_id
        before = self.eva.read(self.columns)
        partner.unlink()
        self.env.invalidate_all()
        self.assertEqual(self.eva.read(self.columns), before)
        self.assertFalse(self.eva.partner_id)
