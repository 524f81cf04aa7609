from odoo.addons.klientbox.tests.inventory import InventoryChecks
from odoo.addons.klientbox_import.tests.common import import_samples
from odoo.tests import tagged

from .common import ClientBookCase
from .test_rights import THINGS


@tagged("post_install", "-at_install")
class TestInventory(InventoryChecks, ClientBookCase):
    addon = "klientbox_clientbook"

    def samples(self):
        """Also of this addon's models, and of those that it adds fields to."""
        samples = super().samples()
        jana = self.client("Jana")
        return {
            **samples,
            **import_samples(self.env, self.salon),
            **{model: self.thing(model, jana) for model in THINGS},
            "klientbox.clientbook.integration": self.integration(),
            "res.partner": self.vendor(),
        }
