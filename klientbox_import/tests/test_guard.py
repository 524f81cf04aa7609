from odoo.addons.klientbox.tests.common import SalonCase
from odoo.exceptions import AccessError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestGuard(SalonCase):
    def mine(self, record, user):
        return record.with_user(user).with_context(allowed_company_ids=self.salon.ids)

    def test_no_user_sets_a_system_field(self):
        record = self.env["klientbox.import"]._from_file(self.salon, "x.csv", b"name\nEva\n")
        for vals in ({"state": "done"}, {"made": {}}):
            with self.subTest(vals=vals):
                mine = self.mine(record, self.owner)
                with self.assertRaises(AccessError) as refused:
                    mine.write(vals)
                self.assertIn(next(iter(vals)), str(refused.exception))
                # Nor with the mark of our own code, of which a request can send the name alone.
                for mark in (True, 1, "object", {}):
                    with self.assertRaises(AccessError):
                        mine.with_context(klientbox_system=mark).write(vals)

    def test_a_copy_begins_anew(self):
        record = self.env["klientbox.import"]._from_file(self.salon, "x.csv", b"name\nEva\n")
        record._prepare()
        copied = self.mine(record, self.manager).copy()
        self.assertEqual((copied.header_row, copied.signature, copied.state), (0, False, "draft"))

    def test_no_default_of_a_user_starts_an_import_or_says_what_it_made(self):
        defaults = self.env["ir.default"].with_user(self.manager)
        forged = {"state": "undoing", "started_by_id": self.owner.id, "made": {"events": [1]}, "tries": 3}
        for name, value in forged.items():
            defaults.set("klientbox.import", name, value, True)
        imports = self.mine(self.env["klientbox.import"], self.manager)
        self.assertEqual(imports.default_get(["state", "started_by_id"]), {"state": "draft"})
        record = imports.create([{"file_name": "x"}])
        self.assertRecordValues(record, [{"state": "draft", "started_by_id": False, "made": False, "tries": 0}])
