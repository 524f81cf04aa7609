from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox.tests.inventory import InventoryChecks
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestInventory(InventoryChecks, SalonCase):
    addon = "klientbox_koibox"

    def samples(self):
        """Also of this addon's models."""
        company = {"company_id": self.salon.id, "name": "Sample"}
        mine = ("klientbox.koibox.category", "klientbox.koibox.heard")
        return {**super().samples(), **{model: self.env[model].create(company) for model in mine}}
