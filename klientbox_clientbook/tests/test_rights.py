from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ClientBookCase

THINGS = ("klientbox.repair", "klientbox.special.order", "klientbox.wishlist.item", "klientbox.purchase")


@tagged("post_install", "-at_install")
class TestRights(ClientBookCase):
    def test_no_user_sees_or_changes_records_of_another_salon(self):
        """Each model of this addon, walked from the registry."""
        petr = self.client("Petr", company=self.other)
        theirs = {model: self.thing(model, petr) for model in THINGS}
        theirs["klientbox.clientbook.integration"] = self.integration(self.other)
        ours = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "klientbox_clientbook" and not model._abstract and model._auto
        }
        self.assertEqual(ours, set(theirs))
        for user in (self.receptionist, self.manager, self.owner, self.env.ref("klientbox.user_api")):
            for name, records in theirs.items():
                with self.subTest(user=user.login, model=name):
                    mine = self.env[name].with_user(user).with_context(allowed_company_ids=self.salon.ids)
                    if mine.has_access("read"):
                        self.assertFalse(mine.search([("id", "in", records.ids)]))
                    for method, arguments in (("read", ()), ("write", ({"create_uid": user.id},)), ("unlink", ())):
                        with self.assertRaises(UserError):
                            getattr(mine.browse(records.ids), method)(*arguments)

    def test_the_api_sees_vendors_of_its_company_and_no_other_contact(self):
        mine, theirs = self.vendor(), self.vendor(self.other)
        contact = self.env["res.partner"].create({"name": "Contact", "company_id": self.salon.id})
        partners = self.as_api("res.partner")
        found = partners.search([("id", "in", (mine | theirs | contact | self.owner.partner_id).ids)])
        self.assertEqual(found.ids, mine.ids)
        for partner in (theirs, contact, self.owner.partner_id, self.salon.partner_id):
            with self.subTest(partner=partner.name), self.assertRaises(UserError):
                partners.browse(partner.id)._clientbook_change({"email": "mallory@example.com"})

    def test_the_api_changes_no_vendor_who_logs_in(self):
        """A user who changes the e-mail address of an account can have its password reset."""
        vendor = self.owner.partner_id
        vendor.write({"klientbox_is_vendor": True, "company_id": self.salon.id})
        mine = self.as_api("res.partner").browse(vendor.id)
        for change in (lambda: mine._clientbook_change({"email": "mallory@example.com"}), mine._clientbook_remove):
            with self.assertRaises(UserError):
                change()

    def test_a_receptionist_records_and_a_manager_deletes(self):
        jana = self.client()
        for model in THINGS:
            with self.subTest(model=model):
                thing = self.thing(model, jana).with_user(self.receptionist)
                thing.clientbook_added_by_id = False
                with self.assertRaises(AccessError):
                    thing.unlink()
                thing.with_user(self.manager).unlink()

    def test_only_the_administrator_has_the_page(self):
        pages = self.env["klientbox.clientbook.integration"]
        self.integration()
        for user in (self.receptionist, self.manager):
            with self.assertRaises(AccessError):
                pages.with_user(user).search([])
            with self.assertRaises(AccessError):
                pages.with_user(user).action_open()
        self.assertEqual(pages.with_user(self.owner).search([]).company_id, self.salon)

    def test_a_record_never_points_into_another_salon(self):
        petr, vendor = self.client("Petr", company=self.other), self.vendor(self.other)
        for vals in ({"client_id": petr.id}, {"client_id": self.client().id, "vendor_id": vendor.id}):
            with self.assertRaises(UserError):
                self.env["klientbox.wishlist.item"].create({"item": "Ring", "company_id": self.salon.id, **vals})
