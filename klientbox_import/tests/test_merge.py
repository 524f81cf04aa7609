from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox_import.models.steps.match import known_people
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestMerge(SalonCase):
    def test_a_living_client_comes_before_a_merged_entry(self):
        """Where both have a number, which only two transactions at once can bring about."""
        jana = self.client(external_id="7", external_source="koibox")
        twin = self.client("J. Nováková", external_id="9", external_source="koibox")
        self.env["klientbox.client.merge"]._merge(jana | twin, jana)
        self.env.flush_all()
        petr = self.client("Petr", external_id="10", external_source="koibox")
        self.env.cr.execute("UPDATE klientbox_client SET external_id = '9' WHERE id = %s", [petr.id])
        self.env.invalidate_all()
        people = known_people(self.salon)
        [person] = people._externals[("koibox", "9")]
        self.assertEqual(person.client, petr.id)
