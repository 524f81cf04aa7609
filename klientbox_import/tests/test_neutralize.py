from datetime import timedelta

from odoo import fields
from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox.tests.neutralized import KEPT, Neutralized, by
from odoo.tests import tagged


@tagged("-at_install", "post_install")
class TestNeutralize(Neutralized, SalonCase):
    addon = "klientbox_import"
    judged = {
        "klientbox.import.state": by({"fetching": "stopped"}),
        "klientbox.import.account_url": KEPT,
        "klientbox.import.credentials": None,
        "klientbox.import.next_at": None,
        "klientbox.import.row.record_key": KEPT,
    }

    def make_something_of_everything(self):
        company = {"company_id": self.salon.id}
        account = {"account_url": "https://v.example", "credentials": "{}"}
        later = fields.Datetime.now() + timedelta(hours=1)
        imports = self.env["klientbox.import"].create(
            [{"state": "fetching", "next_at": later, **account, **company}, {"state": "done", **company}]
        )
        self.env["klientbox.import.row"]._stage(imports[1], [(1, "[]", "k")])
