from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox.tests.inventory import InventoryChecks
from odoo.tests import tagged

from .common import import_samples


@tagged("post_install", "-at_install")
class TestInventory(InventoryChecks, SalonCase):
    addon = "klientbox_import"
    values = {**InventoryChecks.values, ("klientbox.import", "account_url"): "https://changed.example"}

    def samples(self):
        """Also of this addon's models."""
        return {**super().samples(), **import_samples(self.env, self.salon)}
