from odoo.addons.klientbox.lib import api_key
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SalonCase


@tagged("post_install", "-at_install")
class TestApiKey(SalonCase):
    def generate(self, user):
        return self.env["klientbox.api.key"].with_user(user)._generate(self.salon, "E-shop")

    def test_only_an_administrator_makes_keys(self):
        for user in (self.desk, self.manager):
            with self.assertRaises(AccessError):
                self.generate(user)
        key, text = self.generate(self.owner)
        self.assertRecordValues(
            key, [{"name": "E-shop", "company_id": self.salon.id, "prefix": text[9:17], "rate_limit": 100}]
        )

    def test_a_key_can_not_be_read_back(self):
        key, text = self.generate(self.owner)
        self.assertNotIn("digest", key.with_user(self.owner).fields_get())
        self.assertNotIn(text, str(key.with_user(self.owner).read()))
        self.assertNotIn(api_key.digest(text), str(key.with_user(self.owner).read()))
        with self.assertRaises(AccessError):
            key.with_user(self.owner).read(["digest"])
        with self.assertRaises(UserError):
            key.with_user(self.owner).export_data(["digest"])

    def test_a_revoked_key_stays_revoked_and_only_then_can_be_deleted(self):
        key, _text = self.generate(self.owner)
        with self.assertRaises(UserError):
            key.unlink()
        key.with_user(self.owner).action_revoke()
        self.assertEqual(key.state, "revoked")
        revoked_at = key.revoked_at
        key.with_user(self.owner).action_revoke()
        self.assertEqual(key.revoked_at, revoked_at)
        key.unlink()

    def test_the_wizard_shows_the_key_once(self):
        wizard = (
            self.env["klientbox.api.key.generate"]
            .with_user(self.owner)
            .create({"company_id": self.salon.id, "name": "E-shop"})
        )
        action = wizard.action_generate()
        text = action["context"]["default_key"]
        key = self.env["klientbox.api.key"].search([("prefix", "=", api_key.prefix_of(text))])
        self.assertEqual(key.company_id, self.salon)
        self.assertIn(f'-H "X-API-Key: {text}"', action["context"]["default_curl"])
        show = self.env["klientbox.api.key.show"].with_user(self.owner).with_context(**action["context"])
        shown = show.onchange({}, [], {"key": {}, "curl": {}})["value"]
        self.assertEqual(shown["key"], text)
        self.assertFalse(show.create({"key": text}), "it is kept nowhere")

    def test_the_indexes_that_promises_rest_on_are_there(self):
        self.env["klientbox.api.key"]._check_database()
        self.env.cr.execute("DROP INDEX klientbox_client_phone_unique")
        with self.assertRaises(UserError):
            self.env["klientbox.api.key"]._check_database()
