import base64
import io

from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox_import.lib import tables
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestErasure(SalonCase):
    def setUp(self):
        super().setUp()
        self.jana = self.client(phone="+420601234567", email="Jana@example.com")
        self.env.flush_all()

    def erase(self):
        self.jana.with_user(self.owner).action_erase()
        self.env.invalidate_all()

    def test_an_import_that_holds_the_client_is_emptied(self):
        def imported(text):
            record = self.env["klientbox.import"]._from_file(self.salon, "clients.csv", text.encode())
            record._prepare()
            record._finish("checking")
            return record

        done = imported("name;phone\nJana Nováková;601 234 567\nEva;602 234 567\n")
        done.action_import()
        done._finish("importing")
        ready = imported("name;phone;email\nJ. N.;;jana@example.com\n")
        other = imported("name;phone\nPetr;603 234 567\n")
        self.erase()
        self.assertEqual(
            (done.state, done.file, done.row_ids.mapped("cells")), ("done", False, [False, ["Eva", "602 234 567"]])
        )
        self.assertEqual((ready.state, ready.file, ready.row_ids.ids), ("draft", False, []))
        self.assertIn("erased", ready.problem)
        self.assertEqual(base64.b64decode(other.file), b"name;phone\nPetr;603 234 567\n")
        done.with_user(self.owner).action_undo()
        done._finish("undoing")
        self.assertEqual(done.state, "undone")

    def test_a_choice_of_contacts_by_the_client_is_reset(self):
        imports = self.env["klientbox.import"]
        choices = (
            "[('email', '=', 'jana@example.com')]",
            "[('name', '=', 'Jana Nováková')]",
            "[('name', '=', 'Petr')]",
        )
        records = imports.create(
            [{"kind": "contacts", "partner_domain": choice, "company_id": self.salon.id} for choice in choices]
        )
        self.erase()
        self.assertEqual(records.mapped("partner_domain"), ["[]", "[]", choices[2]])

    def workbook(self, email):
        file = io.BytesIO()
        tables.write([["name", "email"], ["J. N.", email]], file, "xlsx")
        return file.getvalue()

    def test_a_file_that_was_never_checked_is_emptied(self):
        def drafted(text, name="clients.csv"):
            return self.env["klientbox.import"]._from_file(self.salon, name, text.encode())

        by_phone = drafted("name;phone\nJ. N.;601 234 567\n", "Jana Nováková.csv")
        by_name = drafted("surname;given name;note\nNOVAKOVA;Jana;\n")
        by_text = drafted("no table at all, but jana@example.com in it")
        book = self.env["klientbox.import"]._from_file(self.salon, "book.xlsx", self.workbook("Jana@example.com"))
        read = drafted("name;phone\nJ. N.;601 234 567\n", "Pani_Novakova.csv")
        read._prepare()
        other = drafted("name;phone\nJana Nová;603 234 567\n", "jana.csv")
        self.env.flush_all()
        self.erase()
        for record in (by_phone, by_name, by_text, book, read):
            self.assertEqual((record.state, record.file, record.column_ids.ids), ("draft", False, []))
            self.assertIn("erased", record.problem)
        self.assertEqual((by_phone.file_name, read.file_name, by_name.file_name), (False, False, "clients.csv"))
        self.assertEqual((other.file_name, other.problem), ("jana.csv", False))
        self.assertTrue(other.file)
