from odoo.addons.klientbox_import.lib import tables, vcards
from odoo.addons.klientbox_import.lib.column_headers import guess
from odoo.tests import BaseCase

OLD = """\
BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=98=C3=ADhov=C3=A1;=C5=A0=C3=A1rka;;;\r
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=A0=C3=A1rka =C5=98=C3=\r
=ADhov=C3=A1\r
TEL;HOME:222 333 444\r
TEL;CELL;PREF:601 992 172\r
TEL;FAX:222 333 445\r
EMAIL;INTERNET:sarka@example.com\r
BDAY:1990-05-16\r
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r
 SkZJRg==\r
\r
END:VCARD\r
"""
APPLE = """\
BEGIN:VCARD
VERSION:3.0
N:;Iva;;;
FN:Iva
item1.TEL;type=pref:601 992 174
item1.X-ABLabel:_$!<Mobile>!$_
BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-16
CATEGORIES:VIP,Stálá
NOTE:čaj\\, káva\\nvoda
END:VCARD
"""
NEW = """\
BEGIN:VCARD
VERSION:4.0
FN:Jan Novák
TEL;VALUE=uri;TYPE="voice,cell";PREF=1:tel:+420-601-992-173;ext=5
EMAIL:mailto:jan@example.com
BDAY:--0516
END:VCARD
"""
BROKEN = "BEGIN:VCARD\nVERSION:3.0\nFN:Rozbitá\nTEL 601\nEND:VCARD\n"


class TestVcards(BaseCase):
    def rows(self, text, encoding="utf-8"):
        content = text.encode(encoding)
        layout = tables.detect(content)
        self.assertEqual(layout.kind, "vcard")
        (_first, headers), *rows = tables.read(content, layout)
        self.assertEqual(headers, list(vcards.HEADERS))
        self.assertEqual([number for number, _cells in rows], list(range(2, len(rows) + 2)))
        return [cells for _number, cells in rows]

    def test_each_column_says_what_it_is(self):
        self.assertEqual(guess(vcards.HEADERS), list(vcards.HEADERS))

    def test_contacts_of_all_versions_are_read(self):
        self.assertEqual(
            self.rows(OLD + APPLE + NEW),
            [
                ["", "Šárka", "Říhová", "601 992 172", "222 333 444", "", "sarka@example.com", "1990-05-16", "", ""],
                ["", "Iva", "", "601 992 174", "", "", "", "--05-16", "čaj, káva\nvoda", "VIP, Stálá"],
                ["Jan Novák", "", "", "+420-601-992-173", "", "", "jan@example.com", "--0516", "", ""],
            ],
        )

    def test_a_contact_that_can_t_be_read_is_a_row_that_says_so(self):
        self.assertEqual(self.rows(BROKEN + APPLE)[0], ["Rozbitá", "", "", "#CONTACT!", "", "", "", "", "", ""])
        self.assertEqual(len(self.rows(BROKEN + APPLE)), 2)

    def test_a_contact_without_its_end_is_a_row_that_says_so(self):
        eva = ["Eva", "", "", "#CONTACT!", "", "", "", "", "", ""]
        open_card = "BEGIN:VCARD\nVERSION:3.0\nFN:Eva\nTEL:601 992 175\n"
        self.assertEqual(self.rows(open_card + APPLE), [eva, *self.rows(APPLE)])
        self.assertEqual(self.rows(APPLE + open_card), [*self.rows(APPLE), eva])
        self.assertEqual(self.rows(open_card + APPLE + open_card), [eva, *self.rows(APPLE), eva])

    def test_many_contacts_without_an_end_cost_one_pass(self):
        self.assertEqual(len(self.rows("BEGIN:VCARD\nFN:Eva\n" * 90_000 + APPLE)), 90_001)

    def test_a_group_and_a_company_are_no_persons(self):
        for name, lines in (
            ("Rodina", "KIND:group\nFN:Rodina\nMEMBER:urn:uuid:abc"),
            ("Salon Bára", "KIND:org\nFN:Salon Bára\nTEL:222 111 333"),
            ("Salon Bára", "N:;;;;\nFN:Salon Bára\nORG:Salon Bára;\nX-ABShowAs:COMPANY"),
            ("Salon Bára", "N:;;;;\nFN:Salon Bára\nORG:Salon Bára"),
        ):
            with self.subTest(lines=lines):
                [cells] = self.rows(f"BEGIN:VCARD\nVERSION:4.0\n{lines}\nEND:VCARD\n")
                self.assertEqual((cells[0], cells[3]), (name, "#GROUP!"))
        # A person of a company is one.
        [cells] = self.rows("BEGIN:VCARD\nVERSION:3.0\nN:Malá;Bára;;;\nFN:Bára Malá\nORG:Salon\nEND:VCARD\n")
        self.assertEqual(cells[:4], ["", "Bára", "Malá", ""])

    def test_all_phones_and_emails_of_a_contact_are_in_its_row(self):
        numbers = [f"601 992 17{last}" for last in range(5)]
        tels = "\n".join(f"TEL;TYPE=CELL:{number}" for number in numbers)
        mails = "EMAIL:a@example.com\nEMAIL:b@example.com"
        [cells] = self.rows(f"BEGIN:VCARD\nVERSION:3.0\nFN:Iva\n{tels}\n{mails}\nEND:VCARD\n")
        self.assertEqual(cells[3:7], [*numbers[:2], "\n".join(numbers[2:]), "a@example.com; b@example.com"])

    def test_a_program_s_own_field_of_a_refusal_is_a_note(self):
        [cells] = self.rows("BEGIN:VCARD\nVERSION:3.0\nFN:Iva\nX-NO-SMS:1\nX-SKYPE:iva\nNOTE:čaj\nEND:VCARD\n")
        self.assertEqual(cells[8], "čaj\nno sms: 1")

    def test_a_birthday_without_its_year_has_none(self):
        for line in ("BDAY;value=date:1604-05-16", "BDAY:--05-16", "BDAY;X-APPLE-OMIT-YEAR=1900:1900-05-16"):
            with self.subTest(line=line):
                [cells] = self.rows(f"BEGIN:VCARD\nVERSION:3.0\nFN:Iva\n{line}\nEND:VCARD\n")
                self.assertEqual(cells[7], "--05-16")

    def test_a_file_of_any_encoding_is_read(self):
        for encoding in ("utf-8-sig", "utf-16", "cp1250", "cp852"):
            with self.subTest(encoding=encoding):
                self.assertEqual(self.rows(NEW, encoding)[0][0], "Jan Novák")
