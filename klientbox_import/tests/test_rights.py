from odoo.addons.klientbox.tests.common import SalonCase
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import import_records


@tagged("post_install", "-at_install")
class TestRights(SalonCase):
    def test_no_user_sees_or_changes_records_of_another_salon(self):
        """Each model of this addon, walked from the registry."""
        theirs = import_records(self.env, self.other)
        ours = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "klientbox_import" and not model._abstract and model._auto
        }
        self.assertEqual(ours, set(theirs))
        self.env.flush_all()
        for user in (self.receptionist, self.manager, self.owner, self.env.ref("klientbox.user_api")):
            for name, records in theirs.items():
                with self.subTest(user=user.login, model=name):
                    self.assertTrue(records, "the other salon has one")
                    mine = self.env[name].with_user(user).with_context(allowed_company_ids=self.salon.ids)
                    if mine.has_access("read"):
                        self.assertFalse(mine.search([("id", "in", records.ids)]))
                        self.assertFalse(mine.search_count([("company_id", "=", self.other.id)]))
                    for method, arguments in (("read", ()), ("write", ({"create_uid": user.id},)), ("unlink", ())):
                        with self.assertRaises(UserError):
                            getattr(mine.browse(records.ids), method)(*arguments)
