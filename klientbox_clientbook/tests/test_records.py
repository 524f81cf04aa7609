from datetime import datetime, timedelta

from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.tests.common import NOON
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import ClientBookCase


@tagged("post_install", "-at_install")
class TestRecords(ClientBookCase):
    # -- names and interests

    def test_one_half_of_a_name_leaves_the_other(self):
        cases = [
            ({"name": "Jana Nováková"}, {"clientbook_last_name": "Malá"}, "Jana Malá"),
            ({"name": "Jana Marie Nováková"}, {"clientbook_first_name": "Eva"}, "Eva Nováková"),
            ({"name": "Jana"}, {"clientbook_first_name": "Eva"}, "Eva Jana"),
            ({"given_name": "Jana", "family_name": "Nováková"}, {"clientbook_last_name": "Malá"}, "Jana Malá"),
        ]
        for vals, change, name in cases:
            with self.subTest(change=change):
                client = self.env["klientbox.client"].create({"company_id": self.salon.id, **vals})
                client._clientbook_change(change)
                self.assertEqual(client.name, name)

    def test_of_one_name_the_last_word_is_the_family_s(self):
        client = self.client("Jana Marie Nováková")
        self.assertEqual((client.clientbook_first_name, client.clientbook_last_name), ("Jana Marie", "Nováková"))

    def test_interests_are_tags_and_found_whatever_the_case(self):
        rings = self.env["klientbox.tag"].create({"name": "Prsteny", "company_id": self.salon.id})
        clients = self.as_api("klientbox.client")
        jana = clients._clientbook_add(
            {"clientbook_last_name": "Nováková", "tag_ids": ["PRSTENY", "stříbro", "Stříbro"]}
        )
        self.assertIn(rings, jana.sudo().tag_ids)
        self.assertEqual(sorted(jana.sudo().tag_ids.mapped("name")), ["Prsteny", "Stříbro"])

    def test_a_gender_without_a_word_there_stays(self):
        client = self.client(gender="other")
        client._clientbook_change({"gender": False})
        self.assertEqual(client.gender, "other")
        client._clientbook_change({"gender": "female"})
        self.assertEqual(client.gender, "female")

    # -- numbers of the integration

    def test_only_a_user_s_change_of_the_client_empties_the_new_id(self):
        client = self.client()
        client._clientbook_change({"clientbook_new_id": "A-17"})
        numbers = ["clientbook_new_id", "clientbook_old_id"]
        self.assertRecordValues(client, [dict(zip(numbers, ("A-17", "A-17"), strict=True))])
        client._clientbook_change({"clientbook_city": "Brno"})
        client.message_post(body="A note is no change of the client.")
        self.assertEqual(client.clientbook_new_id, "A-17")
        self.visit(client)
        self.assertEqual(client.clientbook_new_id, "A-17")
        client.with_user(self.receptionist).email = "jana@example.com"
        self.assertRecordValues(client, [dict(zip(numbers, (False, "A-17"), strict=True))])
        client._clientbook_change({"clientbook_new_id": "B-18"})
        self.assertRecordValues(client, [dict(zip(numbers, ("B-18", "A-17"), strict=True))])

    def test_a_client_is_found_by_our_number_first(self):
        jana, eva = self.client(), self.client("Eva Malá")
        eva._clientbook_change({"clientbook_new_id": str(jana.id)})
        clients = self.as_api("klientbox.client")
        self.assertEqual(clients._clientbook_find(str(jana.id)).id, jana.id)
        eva._clientbook_change({"clientbook_new_id": "E-1"})
        self.assertEqual(clients._clientbook_find("E-1").id, eva.id)
        self.assertEqual(clients._clientbook_find(str(jana.id)).id, jana.id)
        for text in ("", "x", "0", "-1", "9" * 30, "²"):
            self.assertFalse(clients._clientbook_find(text), text)

    def test_who_adds_a_record_is_known(self):
        staff = self.env["klientbox.staff"].create(
            {"name": "Dana", "user_id": self.receptionist.id, "company_id": self.salon.id}
        )
        jana = self.client()
        wishes = self.env["klientbox.wishlist.item"].with_user(self.receptionist)
        wish = wishes.with_context(allowed_company_ids=self.salon.ids).create({"item": "Ring", "client_id": jana.id})
        self.assertEqual(wish.clientbook_added_by_id, staff)

    # -- repairs and orders

    def test_stages_and_their_times_say_the_same(self):
        repair = self.thing("klientbox.repair")
        self.assertEqual(repair.state, "added")
        repair.action_sent()
        self.assertRecordValues(repair, [{"state": "sent", "sent_date": NOON, "is_received": False}])
        self.set_clock(NOON + timedelta(days=1))
        repair._clientbook_change({"is_received": True})
        self.assertRecordValues(
            repair, [{"state": "received", "sent_date": NOON, "received_date": NOON + timedelta(days=1)}]
        )
        repair.state = "sent"
        self.assertRecordValues(repair, [{"state": "sent", "sent_date": NOON, "received_date": False}])
        repair._clientbook_change({"is_sent": False})
        self.assertRecordValues(repair, [{"state": "added", "sent_date": False}])
        repair._clientbook_change({"state": "completed", "contacted_date": datetime(2026, 1, 1)})
        self.assertRecordValues(
            repair, [{"state": "completed", "completed_date": NOON + timedelta(days=1), "is_contacted": True}]
        )

    def test_overdue_is_what_is_due_and_not_handed_over(self):
        past, future = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
        late, _soon, _never, done = (
            self.thing("klientbox.repair", due_date=due, state=state)
            for due, state in ((past, "sent"), (future, "sent"), (False, "sent"), (past, "completed"))
        )
        self.assertFalse(done.is_overdue)
        found = self.env["klientbox.repair"].search([("is_overdue", "=", True), ("company_id", "=", self.salon.id)])
        self.assertEqual(found, late)

    def test_an_order_that_is_handed_over_has_its_time(self):
        order = self.thing("klientbox.special.order")
        order.action_completed()
        self.assertRecordValues(order, [{"is_completed": True, "completed_date": NOON}])
        order.action_reopen()
        self.assertRecordValues(order, [{"is_completed": False, "completed_date": False}])
        order._clientbook_change({"completed_date": datetime(2026, 1, 1)})
        self.assertRecordValues(order, [{"is_completed": True, "completed_date": datetime(2026, 1, 1)}])

    def test_a_price_is_not_negative(self):
        for model in ("klientbox.special.order", "klientbox.wishlist.item", "klientbox.purchase"):
            with self.subTest(model=model), mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                self.thing(model, price=-1)
                self.env.flush_all()

    def test_an_erased_client_s_things_are_not_filled_again(self):
        for model in ("klientbox.repair", "klientbox.special.order", "klientbox.wishlist.item", "klientbox.purchase"):
            with self.subTest(model=model):
                jana, eva = self.client(), self.client("Eva")
                thing, others = self.thing(model, jana), self.thing(model, eva)
                jana.action_erase()
                for attempt in (
                    lambda model=model, jana=jana: self.thing(model, jana),
                    lambda thing=thing: thing.write({"description": "Jana"}),
                    lambda thing=thing, eva=eva: thing.write({"client_id": eva.id}),
                    lambda others=others, jana=jana: others.write({"client_id": jana.id}),
                ):
                    with self.assertRaises(FieldError) as refusal, self.env.cr.savepoint():
                        attempt()
                    self.assertEqual(refusal.exception.problems[0][:2], ("client_id", "client_erased"))

    def test_a_purchase_is_no_visit(self):
        jana = self.client()
        self.thing("klientbox.purchase", jana, price=500)
        self.assertRecordValues(jana, [{"status": "new", "total_visits": 0, "total_spent": 0}])

    def test_merged_clients_keep_their_things_and_what_only_one_has(self):
        jana, twin = self.client(), self.client("Jana N.", clientbook_city="Brno", clientbook_partner_first_name="Petr")
        things = [
            self.thing(model, twin)
            for model in (
                "klientbox.repair",
                "klientbox.special.order",
                "klientbox.wishlist.item",
                "klientbox.purchase",
            )
        ]
        self.env["klientbox.client.merge"]._merge(jana | twin, jana)
        self.assertEqual({thing.client_id for thing in things}, {jana})
        self.assertRecordValues(jana, [{"clientbook_city": "Brno", "clientbook_partner_first_name": "Petr"}])

    def test_both_numbers_of_merged_clients_lead_to_the_client_and_other_values_are_noted(self):
        jana = self.client(clientbook_city="Praha", clientbook_new_id="K1")
        twin = self.client(clientbook_city="Brno", clientbook_new_id="G1")
        third = self.client("Jana Malá")
        self.env["klientbox.client.merge"]._merge(jana | twin, jana)
        self.assertEqual(jana.notes, "Merged entry of 11/20/2026: Jana Nováková; City: Brno")
        self.env["klientbox.client.merge"]._merge(jana | third, third)
        self.assertEqual((third.clientbook_new_id, third.clientbook_old_id), (False, "K1"))
        clients = self.as_api("klientbox.client")
        for number in ("K1", "G1", str(jana.id), str(twin.id)):
            self.assertEqual(clients._clientbook_find(number), third, number)
        self.assertFalse(self.as_api("klientbox.client", self.other)._clientbook_find("G1"))

    def test_goods_with_a_price_hold_the_company_s_currency(self):
        prices = {"klientbox.repair": "price_estimate"}
        for model in ("klientbox.repair", "klientbox.special.order", "klientbox.wishlist.item", "klientbox.purchase"):
            with self.subTest(model), self.env.cr.savepoint() as savepoint:
                self.thing(model, **{prices.get(model, "price"): 100})
                with self.assertRaisesRegex(UserError, r" \(1\)"):
                    self.salon.currency_id = self.env.ref("base.USD") - self.salon.currency_id or self.env.ref(
                        "base.EUR"
                    )
                savepoint.rollback()

    # -- vendors and staff

    def test_a_vendor_is_one_company_s(self):
        vendor = self.env["res.partner"].create({"name": "Gold House", "klientbox_is_vendor": True})
        self.assertEqual(vendor.company_id, self.env.company)
        contact = self.env["res.partner"].create({"name": "Contact"})
        self.assertFalse(contact.company_id)

    def test_nothing_that_gives_access_is_taken_from_an_integration(self):
        staff = self.as_api("klientbox.staff")
        for vals in (
            {"clientbook_password": "secret"},
            {"clientbook_has_login": True},
            {"clientbook_permissions": "2"},
            {"clientbook_permissions": "1"},
        ):
            with self.subTest(vals=vals), self.assertRaises(FieldError):
                staff._clientbook_add({"clientbook_username": "kim", **vals})
        kim = staff._clientbook_add({"clientbook_username": "kim", "clientbook_has_login": False})
        self.assertRecordValues(kim.sudo(), [{"name": "kim", "user_id": False, "company_id": self.salon.id}])
        with self.assertRaises(FieldError):
            staff._clientbook_add({"clientbook_username": "kim"})

    def test_the_account_of_an_employee_is_out_of_reach(self):
        olga = self.env["klientbox.staff"].create({"name": "Olga", "company_id": self.salon.id})
        olga.user_id = self.owner
        self.assertEqual((olga.clientbook_username, olga.clientbook_permissions), (self.owner.login, "2"))
        mine = self.as_api("klientbox.staff").browse(olga.id)
        for vals in (
            {"clientbook_username": "mallory"},
            {"clientbook_email": "mallory@example.com"},
            {"clientbook_has_login": False},
            {"clientbook_permissions": "0"},
        ):
            with self.subTest(vals=vals), self.assertRaises(FieldError):
                mine._clientbook_change(vals)
        mine._clientbook_change({"name": "Olga N.", "clientbook_username": self.owner.login})
        self.assertEqual(olga.name, "Olga N.")
        self.assertEqual(self.owner.login, "kb_administrator")

    def test_permissions_are_the_roles(self):
        staff = self.env["klientbox.staff"].create({"name": "Eva", "company_id": self.salon.id})
        found = []
        for user in (self.receptionist, self.manager, self.owner):
            staff.user_id = user
            found.append((staff.clientbook_permissions, staff.clientbook_has_login))
        self.assertEqual(found, [("0", True), ("1", True), ("2", True)])
