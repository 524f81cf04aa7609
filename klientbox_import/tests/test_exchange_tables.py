import contextlib
import csv
import io
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from unittest.mock import patch

import odoo.addons
import openpyxl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.klientbox_import.lib import header_row, limits, tables, xlsx_parts
from odoo.addons.klientbox_import.lib.cells import UNWRITABLE
from odoo.addons.klientbox_import.lib.csv_tables import write_csv
from odoo.addons.klientbox_import.lib.limits import BadFile
from odoo.addons.klientbox_import.lib.tables import Layout
from odoo.addons.klientbox_import.lib.xlsx_tables import write_xlsx
from odoo.tests import BaseCase

CSV = Layout("csv", "utf-8", ";")
XLSX = Layout("xlsx", sheet="Sheet1")
HEADER = ["Jméno", "Telefon", "E-mail"]
JANA = ["Jana Nová", "601 234 567", "jana@example.com"]
CLIENTS = "Jméno;Telefon;E-mail\r\nJana Nová;601 234 567;jana@example.com\r\n"
SHEET = "xl/worksheets/sheet1.xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

# Special characters of spreadsheets and XML, between plain letters.
touchy = st.sampled_from(
    ["'", '"', ";", ",", "=", "+", "-", "@", "\t", "\r", "\n", "\r\n", " ", "_x000D_", "<r>", "</r>"]
)
letters = st.characters().filter(lambda letter: not UNWRITABLE.match(letter))
cells = st.lists(touchy | letters | st.sampled_from(["😀", "sep=", "&amp;", "]]>", "1e5"]), max_size=8).map("".join)


def written(rows, write=write_csv):
    file = io.BytesIO()
    write(rows, file)
    return file.getvalue()


def workbook(*rows, **sheets):
    """An XLSX of openpyxl, with texts in the cells themselves; more sheets by name."""
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    for row in rows:
        book.active.append(row)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for row in lines:
            sheet.append(row)
    return saved(book)


def workbook_of_texts(*rows):
    """An XLSX as Excel writes it, with shared strings."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def part_of(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return zipped.read(name)


def changed(content, parts):
    """The archive with members replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        members = {name: old.read(name) for name in old.namelist()} | parts
        for name, data in members.items():
            new.writestr(name, data)
    return file.getvalue()


def with_rows(rows):
    """A workbook whose sheet has these rows, as XML."""
    return changed(workbook_of_texts(HEADER), {SHEET: sheet_xml(rows)})


def sheet_xml(rows):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><dimension ref="A1"/><sheetData>{rows}</sheetData></worksheet>'


def archive(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name, data in members.items():
            zipped.writestr(name.replace("__", "/"), data)
    return file.getvalue()


class TestTables(BaseCase):
    def assertRefused(self, code, content, layout=None, row=None):
        with self.assertRaises(BadFile) as refusal:
            list(tables.read(content, layout or tables.detect(content)))
        self.assertEqual((refusal.exception.code, refusal.exception.row), (code, row))

    def rows(self, content, layout=None):
        return [cells for _number, cells in tables.read(content, layout or tables.detect(content))]

    # Refusals

    def test_what_is_no_table_is_refused(self):
        noise = random.Random(7)
        cases = {
            "nothing": ("empty", b""),
            "blank lines": ("empty", b"\xef\xbb\xbf\r\n ; \r\n"),
            "picture": ("binary", b"\x89PNG\r\n\x1a\n" + noise.randbytes(500)),
            "photo": ("binary", b"\xff\xd8\xff\xe0" + noise.randbytes(500)),
            "pdf": ("binary", b"%PDF-1.4\n1 0 obj"),
            "program": ("binary", b"MZ\x90\x00\x03\x00\x00\x00" + noise.randbytes(500)),
            "noise": ("binary", noise.randbytes(5000)),
            "NUL in text": ("binary", b"name;phone\r\nJa\x00na;1\r\n"),
            "web page": ("markup", b"\xef\xbb\xbf\n<!DOCTYPE html><table><tr><td>Jana</td></tr></table>"),
            "xml": ("markup", b'<?xml version="1.0"?><Workbook/>'),
            "archive": ("other_zip", archive(readme="hello")),
            "empty archive": ("other_zip", archive()),
            "ods": ("other_zip", archive(mimetype="application/vnd.oasis.opendocument.spreadsheet")),
            "old excel": ("old_excel", OLE),
            "password": ("encrypted", OLE + "EncryptedPackage".encode("utf-16-le")),
            "only headers": ("no_rows", b"name;phone\r\n"),
            "titles and headers": ("no_rows", "Export klientů\n\nJméno;Telefon;Věk\n".encode()),
            "too big": ("too_big", b"a\n" * (limits.MAX_BYTES // 2 + 1)),
        }
        for name, (code, content) in cases.items():
            with self.subTest(name):
                self.assertRefused(code, content)

    def test_a_first_row_of_data_is_no_header(self):
        cases = (
            "601 234 567;Jana;Nová;Brno\n602 234 567;Petra;Malá;Praha\n",
            "Jana;jana@example.com\n;\nEva;\n",
            "Jana;1. 3. 2024;střih\nJméno;Datum;Služba\n",
            "601234567\n602234567\n",
            "1;2;3\n4;5;6\n",
            "150 Kč;12,5 %;Jana\nx;y;z\n",
            "-\n***\n",
        )
        for text in cases:
            with self.subTest(text):
                self.assertRefused("no_header", text.encode())
        self.assertRefused("no_header", CLIENTS.encode(), Layout("csv", "utf-8", ";", header=3))
        self.assertRefused("no_header", b"a;b\r\n\r\n1;2\r\n", Layout("csv", "utf-8", ";", header=2))

    def test_what_a_person_chose_wrongly_is_refused(self):
        content = "Jméno;Město\r\nŽaneta;Čáslav\r\n".encode("cp1250")
        self.assertRefused("wrong_encoding", content, Layout("csv", "utf-8", ";"))
        self.assertRefused("wrong_encoding", content, Layout("csv", "latin2", ";"))
        self.assertRefused("wrong_separator", content, Layout("csv", "cp1250", "::"))
        self.assertRefused("no_such_sheet", workbook(HEADER, JANA), Layout("xlsx", sheet="Klienti"))
        self.assertRefused("binary", workbook(HEADER, JANA), CSV)
        self.assertRefused("broken_xlsx", CLIENTS.encode(), XLSX)
        self.assertRefused("too_big", bytes(limits.MAX_BYTES + 1), XLSX)

    def test_an_open_quote_swallows_nothing(self):
        row = b"Jana;601 234 567;;\r\n"
        header = b"name;phone;note;x\r\n"
        self.assertRefused("broken_csv", header + row * 3 + b'Eva;"1;\r\n' + row * 10, row=5)
        self.assertRefused("broken_csv", header + row * 3 + b'Eva;"1;\r\n' + row * 200_000, row=5)
        self.assertRefused("long_cell", header + row * 90 + b'Eva;"1;\r\n' + row * 2000 + b'"', CSV, row=92)

    def test_limits_hold(self):
        header, row = b"name;phone\r\n", b"Jana;1\r\n"
        self.assertEqual(len(self.rows(header + row * limits.MAX_ROWS, CSV)), limits.MAX_ROWS + 1)
        self.assertRefused("too_many_rows", header + row * (limits.MAX_ROWS + 1), CSV)
        wide = [f"h{place}" for place in range(limits.MAX_COLUMNS)]
        for write, layout in ((write_csv, CSV), (write_xlsx, XLSX)):
            with self.subTest(layout.kind):
                self.assertEqual(self.rows(written([wide], write), layout), [wide])
                self.assertRefused("too_many_columns", written([[*wide, "x"]], write), layout)
                self.assertEqual(self.rows(written([[*wide, "", ""]], write), layout), [wide])
                self.assertEqual(
                    self.rows(written([["a"], ["á" * 40_000]], write), layout), [["a"], ["á" * limits.MAX_CELL]]
                )
        self.assertRefused("long_cell", b"a\r\n" + b"x" * 32_768, CSV, row=2)
        with patch.object(header_row, "MAX_ROWS", 2):
            self.assertRefused("too_many_rows", workbook(HEADER, JANA, JANA, JANA), XLSX)

    def test_a_cell_has_32767_characters_in_every_way_to_write_one(self):
        for length, escaped in ((32_767, "x"), (32_768, "x"), (300_000, "x"), (32_767, "_x0041_"), (32_768, "_x0041_")):
            text = escaped * length
            shared = f"<sst><si><t>a</t></si><si><r><t>{text[:7]}</t></r><r><t>{text[7:]}</t></r></si></sst>"
            strings = {"xl/sharedStrings.xml": shared}
            ways = {
                "shared": '<c t="s"><v>1</v></c>',
                "formula": f'<c t="str"><v>{text}</v></c>',
                "inline": f'<c t="inlineStr"><is><t>{text[:70]}</t><t>{text[70:]}</t></is></c>',
                "number": f"<c><v>{text}</v></c>",
                "digits": f"<c><v>{'1' * length}</v></c>",
            }
            for way, xml in ways.items():
                if escaped != "x" and way in ("number", "digits"):
                    continue
                content = changed(with_rows(f'<row><c t="s"><v>0</v></c></row><row r="7">{xml}</row>'), strings)
                with self.subTest(way, length=length, escaped=escaped):
                    if length > limits.MAX_CELL:
                        self.assertRefused("long_cell", content, XLSX, row=7)
                    else:
                        [_header, [cell]] = self.rows(content, XLSX)
                        self.assertEqual(len(cell), length)
        unused = changed(
            with_rows('<row><c t="s"><v>0</v></c></row>'),
            {"xl/sharedStrings.xml": f"<sst><si><t>a</t></si><si><t>{'x' * 300_000}</t></si></sst>"},
        )
        self.assertEqual(self.rows(unused, XLSX), [["a"]])

    def test_a_row_has_100000_characters(self):
        header = [f"h{place}" for place in range(5)]
        fits = ["á" * 30_000, "b" * 30_000, "c" * 30_000, "d" * 9_999, "é"]
        for write, layout in ((write_csv, CSV), (write_xlsx, XLSX)):
            with self.subTest(layout.kind):
                self.assertEqual(self.rows(written([header, fits], write), layout), [header, fits])
                long = [*fits[:4], "éx"]
                self.assertRefused("long_row", written([header, fits, long], write), layout, row=3)
                quotes = ['"' * 32_767, "b;" * 16_383, '"' * 32_767, "", ""]
                self.assertEqual(self.rows(written([header, quotes], write), layout), [header, quotes])

    def test_one_text_for_many_cells_is_counted_in_each(self):
        """A sheet has at most as many characters as a CSV; blank cells count, as they cost as much."""
        for letter in ("x", " "):
            strings = {"xl/sharedStrings.xml": f"<sst><si><t>a</t></si><si><t>{letter * 10_000}</t></si></sst>"}
            row, head = '<row><c t="s"><v>1</v></c></row>', '<row><c t="s"><v>0</v></c></row>'
            with self.subTest(letter), patch.object(xlsx_parts, "MAX_TEXT", 50_001):
                rows = self.rows(changed(with_rows(head + row * 5), strings), XLSX)
                self.assertEqual(len(rows), 6 if letter == "x" else 1)
                self.assertRefused("too_much_text", changed(with_rows(head + row * 6), strings), XLSX, row=7)
        self.assertEqual(limits.MAX_TEXT, 33_554_432)

    def test_files_made_to_be_large_take_little_memory(self):
        """Each in a process of its own: its additional memory, in MB, and the result."""
        text, emoji = "x" * 32_767, "😀" * 16_000
        shared = f"<sst><si><t>a</t></si><si><t>{text}</t></si></sst>"
        wide = "<row>" + '<c t="s"><v>1</v></c>' * 200 + "</row>"
        head = '<row><c t="s"><v>0</v></c></row>'
        unique = "".join(f"<si><t>{number}{emoji}</t></si>" for number in range(3_000))
        cell = '<c t="s"><v>1</v></c>'
        last = '<row><c t="s"><v>2999</v></c></row>'
        long_format = f'<numFmt numFmtId="200" formatCode="{"y" * 100_000}"/>'
        styles = '<xf numFmtId="200"/>' * 65_537
        files = {
            "one text, wide rows": ({"xl/sharedStrings.xml": shared, SHEET: sheet_xml(head + wide * 500)}, "long_row"),
            "one text, a column": (
                {"xl/sharedStrings.xml": shared, SHEET: sheet_xml(head + f"<row>{cell}</row>" * 100_000)},
                "too_much_text",
            ),
            "strings of emoji": (
                {"xl/sharedStrings.xml": f"<sst>{unique}</sst>", SHEET: sheet_xml(last)},
                "zip_bomb",
            ),
            "formats": (
                {"xl/styles.xml": f"<styleSheet>{long_format}<cellXfs>{styles}</cellXfs></styleSheet>"},
                "broken_xlsx",
            ),
        }  # fmt: skip
        book = workbook_of_texts(HEADER)
        contents = {name: (changed(book, parts), code) for name, (parts, code) in files.items()}
        contents |= {
            "a cell of 30 MB": (b"a;b\r\n1;" + b"x" * 30_000_000, "broken_csv"),
            "a million columns": (b"a;b\r\n" + b";" * 30_000_000, "broken_csv"),
            "as large as may be": (
                b"a;b\r\n" + ("é;" + "ž" * 8 + "\r\n").encode() * 1_500_000,
                "too_many_rows",
            ),
        }
        for name, (content, code) in contents.items():
            with self.subTest(name):
                found, megabytes = self.read_alone(content)
                self.assertEqual(found, code)
                self.assertLess(megabytes, 200)

    def read_alone(self, content):
        """(code of the error, maximum additional memory of the process in MB) of reading a file."""
        program = (
            "import os, sys, odoo.addons; odoo.addons.__path__[:] = sys.argv[1].split(os.pathsep)\n"
            "from odoo.addons.klientbox_import.lib import tables\n"
            "content, code = open(sys.argv[2], 'rb').read(), None\n"
            # Not getrusage: a process inherits that peak from the one that started it.
            "def most():\n"
            "    lines = dict(line.split(':') for line in open('/proc/self/status'))\n"
            "    return int(lines['VmHWM'].split()[0]) // 1024\n"
            "before = most()\n"
            "try:\n"
            "    for row in tables.read(content, tables.detect(content)): pass\n"
            "except tables.BadFile as error: code = error.code\n"
            "print(code, most() - before)\n"
        )
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            result = subprocess.run(
                [sys.executable, "-c", program, os.pathsep.join(odoo.addons.__path__), file.name],
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            )
        code, megabytes = result.stdout.split()
        return code, int(megabytes)

    def test_a_bomb_is_refused_at_once(self):
        book = workbook(HEADER, JANA)
        million = bytes(10**6)
        bomb = io.BytesIO(book)
        with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as zipped, zipped.open("xl/media/a.bin", "w") as member:
            for _ in range(30):
                member.write(million)
        many = io.BytesIO(book)
        with zipfile.ZipFile(many, "a") as zipped:
            for number in range(10_001):
                zipped.writestr(f"a/{number}", b"")
        declared = bytearray(book)  # declares that one member has 1 GB
        place = declared.index(b"PK\x01\x02")
        declared[place + 24 : place + 28] = (2**30).to_bytes(4, "little")
        cases = {
            "ratio": bomb.getvalue(),
            "members": many.getvalue(),
            "declared": bytes(declared),
            "styles": changed(book, {"xl/styles.xml": random.Random(7).randbytes(3000) * 7200}),
        }
        for name, content in cases.items():
            with self.subTest(name):
                started = time.monotonic()
                self.assertRefused("zip_bomb", content)
                self.assertLess(time.monotonic() - started, 1)
        with patch.object(xlsx_parts, "_MAX_EMPTY", 1000):
            for cell in ("<c/>", '<c t="str"/>'):
                self.assertRefused("too_many_cells", with_rows(f"<row>{cell * 2000}</row>"), XLSX)
            for xml in ("<x/>" * 2000, "<row/>" * 2000):
                self.assertRefused("too_many_cells", with_rows(xml), XLSX)

    def test_macros_passwords_and_entities_are_refused(self):
        book = workbook_of_texts(HEADER, JANA)
        types = part_of(book, "[Content_Types].xml")
        macro_types = types.replace(
            b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled"
        )
        word_types = types.replace(b"spreadsheetml.sheet.main", b"wordprocessingml.document.main")
        locked = bytearray(book)
        locked[locked.index(b"PK\x01\x02") + 8] |= 1
        with_doctype = {
            name: re.sub(rb"(<\?xml.*?\?>)?", lambda found: found[0] + DOCTYPE, part_of(book, name), count=1)
            for name in ("xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels", SHEET)
        }
        cases = [
            ("macros", changed(book, {"xl/vbaProject.bin": b"x"})),
            ("macros", changed(book, {"XL/VBAPROJECT.BIN": b"x"})),
            ("macros", changed(book, {"xl/macrosheets/sheet1.xml": b"x"})),
            ("macros", changed(book, {"[Content_Types].xml": macro_types})),
            ("other_zip", changed(book, {"[Content_Types].xml": word_types})),
            ("other_zip", changed(book, {"xl/workbook.bin": b"x"})),
            ("encrypted", bytes(locked)),
            *(("broken_xlsx", changed(book, {name: data})) for name, data in with_doctype.items()),
        ]
        for place, (code, content) in enumerate(cases):
            with self.subTest(place=place, code=code):
                self.assertRefused(code, content)

    def test_a_damaged_workbook_is_refused_and_nothing_else_is_raised(self):
        book = workbook_of_texts(HEADER, *([JANA] * 50))
        for name in (
            "xl/workbook.xml",
            "xl/sharedStrings.xml",
            "_rels/.rels",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
        ):
            with self.subTest(name):
                self.assertRefused("broken_xlsx", changed(book, {name: b"<a><b>"}))
        for rows in (
            '<row r="2"/><row r="2"/>',
            '<row r="9999999"/>',
            '<row r="x"/>',
            '<row><c r="1"><v>1</v></c></row>',
            '<row><c t="s"><v>99</v></c></row>',
            '<row><c t="s"><v>-1</v></c></row>',
            '<row><c r="ABCD1"/></row>',
            '<row><c r="B1"/><c r="A1"/></row>',
            "<a>" * 100 + "</a>" * 100,
            f"<!--{random.Random(7).randbytes(300_000).hex()}-->",
        ):
            with self.subTest(rows):
                self.assertRefused("broken_xlsx", with_rows(rows), XLSX)
        for length in range(0, len(book), 97):
            with self.subTest(length=length), self.assertRaises(BadFile):
                list(tables.read(book[:length], XLSX))
        noise = random.Random(7)
        for _ in range(300):
            damaged = bytearray(book)
            for _ in range(3):
                damaged[noise.randrange(len(book))] = noise.randrange(256)
            with contextlib.suppress(BadFile):
                list(tables.read(bytes(damaged), XLSX))

    def test_a_cell_far_away_costs_nothing(self):
        book = openpyxl.Workbook()
        book.active.title = "Sheet1"
        book.active.append(["name", "phone"])
        book.active["A1048576"] = "Jana"
        started = time.monotonic()
        self.assertEqual(list(tables.read(saved(book), XLSX)), [(1, ["name", "phone"]), (1_048_576, ["Jana", ""])])
        book.active["XFD3"] = "x"
        self.assertRefused("too_many_columns", saved(book), XLSX)
        self.assertLess(time.monotonic() - started, 1)

    # CSV

    def test_an_encoding_is_detected_by_the_bytes(self):
        text = "Jméno;Telefon\r\nŽaneta Řehořová;601 234 567\r\n"
        cases = (
            ("utf-8", text.encode()),
            ("utf-8", text.encode("utf-8-sig")),
            ("utf-16-le", b"\xff\xfe" + text.encode("utf-16-le")),
            ("utf-16-be", b"\xfe\xff" + text.encode("utf-16-be")),
            ("utf-16-le", text.encode("utf-16-le")),
            ("utf-16-be", text.encode("utf-16-be")),
            ("cp1250", text.encode("cp1250")),
        )
        for encoding, content in cases:
            with self.subTest(encoding, start=content[:3]):
                self.assertEqual(tables.detect(content), Layout("csv", encoding, ";"))
                self.assertEqual(self.rows(content), [["Jméno", "Telefon"], ["Žaneta Řehořová", "601 234 567"]])

    def test_a_separator_is_what_splits_evenly(self):
        cases = (
            (";", CLIENTS),
            (",", CLIENTS.replace(";", ",")),
            ("\t", CLIENTS.replace(";", "\t")),
            ("|", CLIENTS.replace(";", "|")),
            (";", "Jméno;Cena\nJana;1,50\nEva;2,50\nIva;3,50\n"),
            (",", 'Jméno,Adresa,Telefon\n"Nová; Jana","Brno; Česko; Evropa",601\n"Malá; Eva","Praha; Česko; x",602\n'),
            (";", "Jméno;Poznámka\n" + "Jana;a, b, c, d\n" * 20 + "Eva;bez čárek\n" * 20),
            (";", "a;b;c;d\n" + "1;2;3;4\n" * 8 + "1;2\n" * 2),
            (";", "Export, leden 2024\n\na;b;c\n1;2;3\n"),
            (";", "Telefon\n601234567\n602234567\n"),
            (";", "Poznámka\n" + "bez čárek\n" * 10 + "jedna, čárka\n"),
        )
        for separator, text in cases:
            with self.subTest(text[:30]):
                self.assertEqual(tables.detect(text.encode()).separator, separator)

    def test_excel_s_line_names_the_separator(self):
        for line in ("sep=,\r\n", "SEP=,\n", '"sep=,"\r'):
            content = (line + "a;b,c\r\n1;2,3\r\n").encode()
            with self.subTest(line):
                self.assertEqual(tables.detect(content), Layout("csv", "utf-8", ","))
                self.assertEqual(
                    list(tables.read(content, tables.detect(content))), [(1, ["a;b", "c"]), (2, ["1;2", "3"])]
                )
        self.assertEqual(tables.detect(b"sep=:\r\na;b\r\n1;2\r\n"), CSV)

    def test_what_a_person_chose_is_taken(self):
        content = "Jméno;Cena, Kč\r\nŽaneta;1,50\r\n".encode("cp1250")
        self.assertEqual(tables.detect(content), Layout("csv", "cp1250", ";"))
        self.assertEqual(tables.detect(content, separator=",").separator, ",")
        self.assertEqual(self.rows(content, Layout("csv", "cp1250", ";", header=2)), [["Žaneta", "1,50"]])
        with self.assertRaises(BadFile):
            tables.detect(content, encoding="utf-8")
        book = workbook(HEADER, JANA, Klienti=[["Pozor"], [], HEADER, JANA])
        self.assertEqual(tables.detect(book, sheet="Klienti"), Layout("xlsx", sheet="Klienti", header=3))

    def test_the_header_is_found_below_titles(self):
        cases = (
            (1, "Jméno;Telefon\nJana;601234567\n"),
            (3, "Export klientů 2024\n\nJméno;Telefon\nJana;601234567\n"),
            (3, "Export klientů 2024;;\n;;\nJméno;Telefon;E-mail\nJana;601234567;\n"),
            (4, "Salon Krása\nObdobí;leden 2024\n\nJméno;Telefon;E-mail;Město\nJana;1;;Brno\n"),
            (3, "Datum exportu;1. 3. 2024\n\nJméno;Telefon\nJana;601234567\n"),
            (3, "Seznam telefonů\n\nTelefon\n601234567\n602234567\n"),
            (1, "Jméno\n\nJana\nEva\n"),
            (1, "Jméno;;Jméno;Město;\nJana;VIP;Nová;Brno\n"),
            (1, "Jméno;Město;2024\nJana;1;2\n"),
            (1, "Telefon (+420);E-mail @;Od data\n601234567;;1.3.2024\n"),
            (1, "Jméno;Telefon\n" + "Jana;601234567\n" * 20 + "x;" * 30 + "\n"),
        )
        for number, text in cases:
            with self.subTest(text[:40]):
                self.assertEqual(tables.detect(text.encode()).header, number)

    def test_rows_are_counted_as_a_spreadsheet_counts_them(self):
        content = b'Title\r\n\r\nname;note\r\nJana;"a\r\nb ""c"""\r\n\r\n ; \r\nEva\rIva;x;y;\nUna;d;;;'
        layout = tables.detect(content)
        self.assertEqual(layout, Layout("csv", "utf-8", ";", header=3))
        self.assertEqual(
            list(tables.read(content, layout)),
            [
                (3, ["name", "note"]),
                (4, ["Jana", 'a\r\nb "c"']),
                (7, ["Eva", ""]),
                (8, ["Iva", "x", "y"]),
                (9, ["Una", "d"]),
            ],
        )

    def test_text_stays_text(self):
        cases = {
            '="601234567"': "601234567",
            '"=""601234567"""': "601234567",
            '"=""a """"b"""""""': 'a "b"',
            "=1+1": "=1+1",
            "'=1+1": "=1+1",
            "'+420601234567": "+420601234567",
            "''=1+1": "'=1+1",
            "'90": "'90",
            "d'Artagnan": "d'Artagnan",
            "007": "007",
            "  Jana ": "  Jana ",
            '5" kabel': '5" kabel',
        }
        for raw, text in cases.items():
            with self.subTest(raw):
                self.assertEqual(self.rows(f"name;x\r\n{raw};1\r\n".encode(), CSV)[1], [text, "1"])

    # XLSX

    def test_a_cell_becomes_the_text_that_people_see(self):
        cases = (
            ("Jana", "Jana"),
            (" 007 ", " 007 "),
            ("'=1+1", "=1+1"),
            ("'90", "'90"),
            (601234567, "601234567"),
            (601234567.0, "601234567"),
            (420601234567, "420601234567"),
            (1234.5, "1234.5"),
            (-0.5, "-0.5"),
            (0.1 + 0.2, "0.3"),
            (1e20, "100000000000000000000"),
            (1e-7, "0.0000001"),
            (True, "yes"),
            (False, "no"),
            (date(2024, 3, 1), "2024-03-01"),
            (datetime(2024, 3, 1), "2024-03-01"),
            (datetime(2024, 3, 1, 14, 30), "2024-03-01T14:30:00"),
            (datetime(2024, 3, 1, 14, 29, 59, 990_000), "2024-03-01T14:30:00"),
            (clock_time(14, 30), "14:30"),
            (clock_time(14, 30, 15), "14:30:15"),
            (clock_time(0, 0), "00:00"),
            (timedelta(hours=26, minutes=5), "26:05"),
            (timedelta(seconds=75), "00:01:15"),
            ("#N/A", ""),
            ("#REF!", "#REF!"),
            (None, ""),
        )
        content = workbook(["value", "x"], *([value, "x"] for value, _text in cases))
        for (value, text), cells in zip(cases, self.rows(content, XLSX)[1:], strict=True):
            with self.subTest(repr(value)):
                self.assertEqual(cells, [text, "x"])

    def test_cells_of_other_programs_are_read(self):
        cases = {
            "<c><v>6.01234567E8</v></c>": "601234567",
            "<c><v>1E400</v></c>": "1E400",
            "<c><v>abc</v></c>": "abc",
            '<c t="d"><v>2024-03-01T14:30:00</v></c>': "2024-03-01T14:30:00",
            '<c t="d"><v>2024-03-01</v></c>': "2024-03-01",
            '<c t="d"><v>soon</v></c>': "soon",
            '<c t="b"><v>1</v></c>': "yes",
            '<c t="e"><v>#REF!</v></c>': "#REF!",
            '<c t="e"><v>#N/A</v></c>': "",
            '<c t="str"><f>A1&amp;"x"</f><v>Jana &amp; Eva</v></c>': "Jana & Eva",
            '<c t="inlineStr"><is><r><t>Ja</t></r><r><t>na</t></r><rPh><t>no</t></rPh></is></c>': "Jana",
            '<c t="str"><v>a_x000D_\nb_x005F_x000D__x0000__xD83D_</v></c>': "a\r\nb_x000D_",
            '<x:c xmlns:x="urn:x" r="A2"><x:v>1</x:v></x:c>': "1",
            "<c><f>1+1</f></c>": "#FORMULA!",
            "<c><f>1+1</f><v></v></c>": "#FORMULA!",
            "<c><f>1+1</f><v>2</v></c>": "2",
            '<c t="str"><f>""</f><v></v></c>': "",
        }
        for xml, text in cases.items():
            rows = (
                '<row r="1"><c r="A1" t="str"><v>a</v></c><c t="str"><v>b</v></c></row>'
                + f'<row r="2">{xml}<c r="B2"><v>7</v></c></row>'
            )
            with self.subTest(xml):
                content = with_rows(rows)
                self.assertEqual(self.rows(content, XLSX), [["a", "b"], [text, "7"]])

    def test_zeros_of_a_program_that_computes_nothing_are_no_values(self):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEADER)
            sheet.write_formula(1, 0, "=1+1")
            sheet.write_formula(1, 1, "=1+1", None, 2)
            sheet.write_row(1, 2, ["x"] * (len(HEADER) - 2))
        self.assertEqual(self.rows(file.getvalue())[1][:2], ["#FORMULA!", "2"])

    def test_what_a_format_shows_beside_a_number_is_part_of_it(self):
        cases = {
            '# ##0,00 "Kč"': "35 Kč",
            "#,##0.00 [$€-1]": "35 €",
            "[$$-409]#,##0.00": "35 $",
            "[$EUR] #,##0": "35 EUR",
            '_-* #,##0.00\\ "Kč"_-;-* #,##0.00\\ "Kč"_-': "35 Kč",
            "00000": "00035",
            '"+420 "000 000 000': "+420 000000035",
            "#,##0.00": "35",
            "0.00": "35",
            '0 "ks"': "35",
        }
        book = openpyxl.Workbook()
        book.active.append(["value", "x"])
        for code in cases:
            book.active.append([35, "x"])
            book.active.cell(book.active.max_row, 1).number_format = code
        rows = self.rows(saved(book))[1:]
        for (code, text), cells in zip(cases.items(), rows, strict=True):
            with self.subTest(code):
                self.assertEqual(cells, [text, "x"])

    def test_a_cell_merged_over_rows_counts_for_each_of_them(self):
        book = openpyxl.Workbook()
        for row in (["Name", "Visit"], ["Jana", "1"], [None, "2"], [None, None], [None, "3"], ["Petr", "4"]):
            book.active.append(row)
        for area in ("A2:A5", "B6:C6"):
            book.active.merge_cells(area)
        expected = [["Name", "Visit"], ["Jana", "1"], ["Jana", "2"], ["Jana", "3"], ["Petr", "4"]]
        self.assertEqual(self.rows(saved(book)), expected)

    def test_a_story_in_merged_cells_is_not_multiplied(self):
        book = openpyxl.Workbook()
        for row in (["Name", "Notes", "Visit"], ["Jana", "x" * 256, "1"], [None, None, "2"]):
            book.active.append(row)
        for area in ("A2:A3", "B2:B3"):
            book.active.merge_cells(area)
        expected = [["Name", "Notes", "Visit"], ["Jana", "x" * 256, "1"], ["Jana", "", "2"]]
        self.assertEqual(self.rows(saved(book)), expected)

    def test_headers_merged_over_two_rows_are_no_data(self):
        book = openpyxl.Workbook()
        for row in (["Name", "Visit"], [None, "Day"], ["Jana", "1"]):
            book.active.append(row)
        book.active.merge_cells("A1:A2")
        self.assertEqual(self.rows(saved(book)), [["Name", "Visit"], ["", "Day"], ["Jana", "1"]])

    def test_the_sheet_with_clients_is_read_not_its_cover(self):
        table = [["Jméno", "Telefon"], ["Jana", "601111111"]]
        for cover in ([["Export rezervací"], ["Vytvořeno", "1.10.2026"]], [["Salon", "Rok"], ["Jana", "2026"]]):
            with self.subTest(cover=cover):
                book = openpyxl.Workbook()
                for row in cover:
                    book.active.append(row)
                data = book.create_sheet("Data")
                for row in table:
                    data.append(row)
                self.assertEqual(tables.detect(saved(book)).sheet, "Data")
                self.assertEqual(self.rows(saved(book)), table)

    def test_a_number_that_is_no_date_stays_a_number(self):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file) as book:
            sheet, day = book.add_worksheet(), book.add_format({"num_format": "d. m. yyyy"})
            for row, value in enumerate((601234567, -5, 45352, 0.5)):
                sheet.write_number(row, 0, value, day)
            sheet.write_number(4, 0, 1500, book.add_format({"num_format": '# ##0 "Kč, sleva dnes"'}))
        self.assertEqual(self.rows(file.getvalue(), XLSX), [["601234567"], ["-5"], ["2024-03-01"], ["12:00"], ["1500"]])

    def test_dates_may_be_counted_from_1904(self):
        book = openpyxl.Workbook()
        book.active.title = "Sheet1"
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book.active.append([datetime(2024, 3, 1, 14, 30)])
        self.assertEqual(self.rows(saved(book), XLSX), [["2024-03-01T14:30:00"]])

    def test_the_first_visible_sheet_with_rows_is_read(self):
        book = openpyxl.load_workbook(io.BytesIO(workbook(["old"], Prázdný=[], Klienti=[HEADER, JANA], Ceník=[["a"]])))
        book["Sheet1"].sheet_state = "hidden"
        book.create_chartsheet("Graf", 0)
        content = saved(book)
        self.assertEqual(tables.sheets(content), ["Prázdný", "Klienti", "Ceník"])
        self.assertEqual(tables.detect(content), Layout("xlsx", sheet="Klienti"))
        self.assertEqual(self.rows(content), [HEADER, JANA])
        self.assertEqual(self.rows(content, Layout("xlsx", sheet="Ceník")), [["a"]])
        self.assertRefused("no_such_sheet", content, Layout("xlsx", sheet="Sheet1"))
        self.assertRefused("empty", workbook())
        self.assertEqual(tables.sheets(CLIENTS.encode()), [])

    def test_hidden_sheets_with_clients_or_a_name_of_refusals_are_named(self):
        lists = {"Klienti": [HEADER, JANA], "Odhlášení": [["Telefon"], ["601"]], "Nechtějí SMS": [["601234567"]]}
        lists |= {"Ceník": [["Služba"], ["Střih"]], "Stop": [], "Brno": [HEADER, JANA]}
        for states in (("visible", "visible"), ("hidden", "veryHidden")):
            with self.subTest(states=states):
                book = openpyxl.load_workbook(io.BytesIO(workbook(HEADER, JANA, **lists)))
                for name in ("Odhlášení", "Brno"):
                    book[name].sheet_state = states[0]
                book["Nechtějí SMS"].sheet_state = states[1]
                content = saved(book)
                self.assertEqual(tables.detect(content).sheet, "Sheet1")
                found = tables.other_sheets(content, "Sheet1")
                self.assertEqual(set(found), {"Klienti", "Odhlášení", "Nechtějí SMS", "Brno"})
                self.assertEqual(len(found), 4)

    def test_notes_on_cells_are_a_column_of_their_own(self):
        book = openpyxl.load_workbook(
            io.BytesIO(workbook(["Klienti"], [], HEADER, JANA, [], ["Eva", "", "", "x"], JANA))
        )
        sheet = book.active
        for cell, text in (
            *(("A1", "ceny v EUR"), ("B3", "kdo nechce SMS"), ("B4", "Petra:\nNeposílat SMS!"), ("A4", "VIP")),
            *(("C5", "na prázdném řádku"), ("A6", "stálá"), ("A9", "pod tabulkou")),
        ):
            sheet[cell].comment = openpyxl.comments.Comment(text, "Petra")
        content = saved(book)
        layout = tables.detect(content)
        self.assertEqual(
            list(tables.read(content, layout)),
            [
                (3, [*HEADER, "Notes on cells"]),
                (4, [*JANA, "VIP\nPetra:\nNeposílat SMS!"]),
                (5, ["", "", "", "na prázdném řádku"]),
                (6, ["Eva", "", "", "stálá", "x"]),
                (7, [*JANA, ""]),
                (9, ["", "", "", "pod tabulkou"]),
            ],
        )
        self.assertEqual(tables.titles(content, layout), ["Klienti", "ceny v EUR", "kdo nechce SMS"])
        self.assertEqual(
            [tables.has_cell_notes(each, tables.detect(each)) for each in (content, workbook(HEADER, JANA))],
            [True, False],
        )

    def test_a_thread_of_comments_counts_in_place_of_the_note_beside_it(self):
        book = openpyxl.load_workbook(io.BytesIO(workbook(HEADER, JANA)))
        book.active["A2"].comment = openpyxl.comments.Comment("[Threaded comment] Comment: Neposílat", "tc={1}")
        content = saved(book)
        relations = "xl/worksheets/_rels/sheet1.xml.rels"
        kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
        link = f'<Relationship Id="t" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
        thread = (
            '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
            '<threadedComment ref="A2" id="{1}"><text>Neposílat</text></threadedComment>'
            '<threadedComment ref="A2" id="{2}" parentId="{1}"><text>Dobře</text></threadedComment></ThreadedComments>'
        )
        parts = {
            relations: part_of(content, relations).decode().replace("</Relationships>", link),
            "xl/threadedComments/threadedComment1.xml": thread,
        }
        self.assertEqual(self.rows(changed(content, parts))[1], [*JANA, "Neposílat\nDobře"])

    def test_notes_on_cells_are_read_within_bounds(self):
        book = openpyxl.load_workbook(io.BytesIO(workbook(HEADER, JANA)))
        book.active["A2"].comment = openpyxl.comments.Comment("x", "Petra")
        content = saved(book)
        name = next(each for each in zipfile.ZipFile(io.BytesIO(content)).namelist() if "comment" in each.lower())
        name = name if name.endswith(".xml") else "xl/comments/comment1.xml"
        note = '<comment ref="A2"><text><t>{}</t></text></comment>'
        for text, code in (
            (f"<comments>{note.format('x' * 32_768)}</comments>", "zip_bomb"),
            ("<comments>" + note.format("x" * 32_000) * 2 + "</comments>", "long_cell"),
            ("<comments>" + "<r/>" * 500_000 + "</comments>", "too_many_cells"),
            ("<comments>" + note.replace("A2", "A").format("x") + "</comments>", "broken_xlsx"),
            (DOCTYPE.decode() + "<comments/>", "broken_xlsx"),
        ):
            with self.subTest(code):
                bad = changed(content, {name: text})
                self.assertRefused(code, bad, XLSX, row=2 if code == "long_cell" else None)

    def test_titles_wrong_sizes_and_broken_styles_do_no_harm(self):
        content = workbook(["Export klientů 2024"], [], HEADER, [], JANA, [None, None, "x", "more", None])
        wrong = part_of(content, SHEET)
        wrong = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', wrong)
        styles = (
            b'<styleSheet><fills><fill/></fills><colors><x rgb="no"/></colors><cellXfs><xf/></cellXfs></styleSheet>'
        )
        content = changed(content, {SHEET: wrong, "xl/styles.xml": styles})
        self.assertEqual(tables.detect(content), Layout("xlsx", sheet="Sheet1", header=3))
        self.assertEqual(
            list(tables.read(content, tables.detect(content))), [(3, HEADER), (5, JANA), (6, ["", "", "x", "more"])]
        )

    # Writing

    def test_csv_is_written_for_excel(self):
        rows = [
            ["Jméno", "Telefon"],
            ["=cmd|' /C calc'!A0", "+420601234567"],
            ["-5", "+420 601"],
            ["@x", "\tx"],
            ["'=x", "'x"],
            ["a;b\nc", 'a"b'],
            ["sep=,", " "],
        ]
        expected = (
            "\ufeffJméno;Telefon\r\n'=cmd|' /C calc'!A0;+420601234567\r\n'-5;'+420 601\r\n'@x;'\tx\r\n''=x;'x\r\n"
            '"a;b\nc";"a""b"\r\n\'sep=,; \r\n'
        )
        self.assertEqual(written(rows).decode(), expected)
        for record in list(csv.reader(io.StringIO(expected), delimiter=";"))[1:]:
            for cell in record:
                self.assertNotRegex(cell, r"^(?!\+420601234567$)[=+\-@\t\r\n]")

    def test_every_cell_of_xlsx_is_a_string(self):
        rows = [["Jméno", "Telefon"], ["=1+1", "+420601234567"], ["http://example.com", "007"], ["1.5", "{=1}"]]
        content = written(rows, write_xlsx)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        self.assertEqual([[cell.value for cell in row] for row in sheet.iter_rows()], rows)
        self.assertEqual({cell.data_type for row in sheet.iter_rows() for cell in row}, {"s"})
        self.assertEqual(sheet.freeze_panes, "A2")
        self.assertEqual(sheet.column_dimensions["A"].width > sheet.column_dimensions["B"].width, True)
        self.assertNotIn(b"<f>", part_of(content, SHEET))

    def test_characters_that_no_file_holds_are_left_out(self):
        for write, layout in ((write_csv, CSV), (write_xlsx, XLSX)):
            with self.subTest(layout.kind):
                content = written([["a"], ["J\x00a\x0bn\x1fa\ud83d\uffff\x7f"]], write)
                self.assertEqual(self.rows(content, layout), [["a"], ["Jana\x7f"]])

    def test_the_file_stays_open(self):
        for write in (write_csv, write_xlsx):
            file = io.BytesIO()
            write(iter([["a"]]), file)
            self.assertFalse(file.closed)

    def test_what_is_written_is_read_back_exactly(self):
        def rows(width):
            row = st.lists(cells, min_size=width, max_size=width)
            return st.lists(row.filter(lambda cells: "".join(cells).strip()), min_size=1, max_size=5)

        for write, layout, examples in ((write_csv, CSV, 400), (write_xlsx, XLSX, 120)):
            with self.subTest(layout.kind):
                by_hand = [["<r>Jana</r>", ""], ["sep=;", "\r"], ["_x0041_", "''=1"], ["'", '="1"']]
                blank = [["", " "]]
                self.assertEqual(self.rows(written(by_hand + blank, write), layout), by_hand)
                self.check_round_trip(write, layout, st.integers(1, 4).flatmap(rows), examples)

    def check_round_trip(self, write, layout, tables_of_text, examples):
        @settings(max_examples=examples, deadline=None, database=None, derandomize=True)
        @given(tables_of_text)
        def check(rows):
            self.assertEqual(list(tables.read(written(rows, write), layout)), list(enumerate(rows, 1)))

        check()

    def test_twenty_thousand_rows_are_read_in_seconds(self):
        rows = [[f"Sloupec {place}" for place in range(12)]]
        rows += [[f"Jana {number}", "+420601234567", *["abc"] * 10] for number in range(20_000)]
        for write, seconds in ((write_csv, 1), (write_xlsx, 5)):
            content = written(rows, write)
            with self.subTest(write.__name__):
                # Of the processor: on a busy machine the clock does not measure the reader.
                started = time.process_time()
                self.assertEqual(self.rows(content), rows)
                self.assertLess(time.process_time() - started, seconds)
