from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox.tests.neutralized import Neutralized
from odoo.tests import tagged


@tagged("-at_install", "post_install")
class TestNeutralize(Neutralized, SalonCase):
    """Its keys are API keys; it has no secret of its own."""

    addon = "klientbox_koibox"
    judged = {}

    def make_something_of_everything(self):
        self.client()
