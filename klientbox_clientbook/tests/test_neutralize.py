from odoo.addons.klientbox.tests.neutralized import KEPT, Neutralized
from odoo.modules.neutralize import neutralize_database
from odoo.tests import tagged

from .common import ClientBookCase


@tagged("-at_install", "post_install")
class TestNeutralize(Neutralized, ClientBookCase):
    """A copy has no enabled integration."""

    addon = "klientbox_clientbook"
    judged = {
        "klientbox.clientbook.integration.status": "disabled",
        "klientbox.clientbook.integration.app_id": None,
        "klientbox.clientbook.integration.app_digest": None,
        "klientbox.clientbook.integration.app_key_made_at": None,
        "klientbox.purchase.active": KEPT,
        "klientbox.repair.active": KEPT,
        "klientbox.repair.state": KEPT,
        "klientbox.special.order.active": KEPT,
        "klientbox.wishlist.item.active": KEPT,
    }

    def make_something_of_everything(self):
        integration = self.integration(status="enabled")
        integration.action_generate()
        for model in ("klientbox.repair", "klientbox.special.order", "klientbox.wishlist.item", "klientbox.purchase"):
            self.thing(model)
        self.token = integration.token_ids

    def test_its_access_tokens_are_revoked(self):
        self.make_something_of_everything()
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all(flush=False)
        self.assertEqual(self.token.mapped("state"), ["revoked"])
