from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox.tests.inventory import InventoryChecks
from odoo.addons.klientbox_import.tests.common import import_samples
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestInventory(InventoryChecks, SalonCase):
    addon = "klientbox_koibox"

    def samples(self):
        """Also of this addon's models, and of those that it adds fields to."""
        company = {"company_id": self.salon.id, "name": "Sample"}
        mine = ("klientbox.koibox.category", "klientbox.koibox.heard")
        return {
            **super().samples(),
            **import_samples(self.env, self.salon),
            **{model: self.env[model].create(company) for model in mine},
        }
