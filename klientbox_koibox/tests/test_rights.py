from odoo.addons.klientbox.tests.common import SalonCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

MODELS = ("klientbox.koibox.category", "klientbox.koibox.heard")


@tagged("post_install", "-at_install")
class TestRights(SalonCase):
    def test_each_model_of_ours_is_named_here(self):
        ours = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "klientbox_koibox" and not model._abstract and model._auto
        }
        self.assertEqual(ours, set(MODELS))

    def test_no_user_sees_or_changes_records_of_another_salon(self):
        api_user = self.env.ref("klientbox.user_api")
        for model in MODELS:
            theirs = self.env[model].create({"name": "VIP", "company_id": self.other.id})
            self.env.flush_all()
            for user in (self.receptionist, self.manager, self.owner, api_user):
                with self.subTest(user=user.login, model=model):
                    mine = self.env[model].with_user(user).with_context(allowed_company_ids=self.salon.ids)
                    self.assertFalse(mine.search([("id", "in", theirs.ids)]))
                    for method, arguments in (("read", ()), ("write", ({"name": "x"},)), ("unlink", ())):
                        with self.assertRaises(UserError):
                            getattr(mine.browse(theirs.ids), method)(*arguments)
            with self.assertRaises(UserError):
                self.client(**{"koibox_category_id" if "category" in model else "koibox_heard_id": theirs.id})

    def test_managers_keep_the_lists(self):
        for model in MODELS:
            for user in (self.receptionist, self.env.ref("klientbox.user_api")):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).create({"name": "VIP", "company_id": self.salon.id})
            kept = self.env[model].with_user(self.manager).create({"name": "VIP", "company_id": self.salon.id})
            self.assertEqual(self.env[model].with_user(self.receptionist).search([]), kept)
            kept.unlink()
