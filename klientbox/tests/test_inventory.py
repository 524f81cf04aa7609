from odoo.tests import tagged

from .common import SalonCase
from .inventory import InventoryChecks


@tagged("post_install", "-at_install")
class TestInventory(InventoryChecks, SalonCase):
    addon = "klientbox"
