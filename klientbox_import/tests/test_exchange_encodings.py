from odoo.addons.klientbox_import.lib import encodings, tables
from odoo.tests import BaseCase

NAMES = (
    *(
        "Žaneta Říhová",
        "Šárka Ťoupalová",
        "Jiří Němec",
        "Ďula Ňurka",
        "Kateřina Šťastná",
        "Dvořák Petr",
        "Věra Čermáková",
    ),
    *("Ľubomír Kráľ", "Ľudmila Vŕbová", "Ján Štúr", "Žofia Hôrna"),
)


class TestEncodings(BaseCase):
    def test_a_file_of_one_name_reads_as_it_was_written(self):
        for encoding in encodings.ONE_BYTE:
            for name in NAMES:
                with self.subTest(encoding=encoding, name=name):
                    content = f"Jméno;Telefon\r\n{name};601111111\r\n".encode(encoding)
                    rows = list(tables.read(content, tables.detect(content)))
                    self.assertEqual(rows, [(1, ["Jméno", "Telefon"]), (2, [name, "601111111"])])

    def test_a_whole_file_names_its_encoding(self):
        text = "Jméno;Poznámka\n" + "".join(f"{name};střih – „krátký“ 35 %\n" for name in NAMES)
        for encoding in encodings.ONE_BYTE:
            with self.subTest(encoding=encoding):
                content = text.encode(encoding, errors="replace")
                self.assertEqual(tables.detect(content).encoding, encoding)

    def test_what_speaks_for_no_encoding_is_windows(self):
        for content in (b"name;size\nJana;2\xd7 3\n", "имя;цена\n".encode("cp1251")):
            self.assertEqual(encodings.best(content), "cp1250")

    def test_a_line_in_another_encoding_spoils_no_other_line(self):
        lines = ["name;phone", *(f"{name};60111111{place}" for place, name in enumerate(NAMES[:5]))]
        for bom in (b"", b"\xef\xbb\xbf"):
            for end in ("\r\n", "\n", "\r"):
                with self.subTest(bom=bom, end=end):
                    encoded = [line.encode("cp1250" if place == 3 else "utf-8") for place, line in enumerate(lines)]
                    content = bom + end.encode().join(encoded)
                    layout = tables.detect(content)
                    self.assertEqual(layout.encoding, "utf-8")
                    self.assertEqual(
                        [cells for _row, cells in tables.read(content, layout)], [x.split(";") for x in lines]
                    )
                    self.assertEqual(tables.lines_in_other_encoding(content, layout), [4])
        content = "\n".join(lines).encode("cp1250")
        self.assertEqual(tables.detect(content).encoding, "cp1250")
        self.assertEqual(tables.lines_in_other_encoding(content, tables.detect(content)), [])
        half = "\n".join(lines[:3]).encode() + "\n".join(["", *lines[3:]]).encode("cp1250")
        self.assertEqual(
            [cells for _row, cells in tables.read(half, tables.detect(half))], [x.split(";") for x in lines]
        )
        self.assertEqual(tables.lines_in_other_encoding(half, tables.detect(half)), [4, 5, 6])

    def test_what_a_person_chose_is_taken(self):
        content = "Jméno\nŽižka\n".encode("cp852")
        self.assertEqual(tables.detect(content, encoding="mac_latin2").encoding, "mac_latin2")
        self.assertEqual(list(tables.read(content, tables.Layout("csv", "cp852", ";")))[1], (2, ["Žižka"]))
