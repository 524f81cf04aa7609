import io
import tempfile
from datetime import datetime
from pathlib import Path

import openpyxl
import xlsxwriter
from odoo.addons.klientbox.tests.common import SalonCase
from odoo.tests import tagged

LEFT_OUT = "Columns that may hold refusals are left out:"
HEADERS = ("Jméno", "Příjmení", "Telefon", "E-mail")


@tagged("post_install", "-at_install")
class TestImportRefusals(SalonCase):
    """No file loses a refusal: it is recorded, or named before the import, which the command then refuses."""

    def setUp(self):
        super().setUp()
        self.set_clock(datetime(2026, 12, 1, 11, 0))
        self.salon.currency_id = self.env.ref("base.CZK")

    def command(self, *lines, name="salon.csv", **options):
        """The report of the command for a file with these lines."""
        return self.command_for("\r\n".join(lines).encode(), name, **options)

    def command_for(self, content, name, **options):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(content)
            return self.env["klientbox.import"]._import_path(self.salon, path, **options)

    def clients(self):
        return self.env["klientbox.client"].search([("company_id", "=", self.salon.id)], order="id")

    def book(self, **sheets):
        """A workbook with one row below the usual headers in each sheet."""
        file = io.BytesIO()
        with xlsxwriter.Workbook(file) as book:
            for name, row in sheets.items():
                sheet = book.add_worksheet(name)
                sheet.write_row(0, 0, HEADERS)
                sheet.write_row(1, 0, row)
        return file.getvalue()

    def saved(self, book):
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    def test_the_command_imports_nothing_while_a_refusal_may_be_lost(self):
        lines = ("Jméno;Telefon;E-mail;Interní", "Jana;601111111;;", "Eva;602222222;eva@example.com;NEPOSÍLAT SMS")
        warning = f"{LEFT_OUT} Interní."
        report = self.command(*lines)
        self.assertEqual(
            report,
            {
                "error": f"refusals: {warning} Nothing was imported. Name the meaning of the columns"
                " (--column HEADER=MEANING), or import without them (--leave-out).",
                "warnings": [warning],
            },
        )
        self.assertFalse(self.clients())
        self.assertEqual(self.command(*lines, dry_run=True)["warnings"], [warning])
        remark = "a text in this row looks like a refusal of messages: no refusal is recorded"
        report = self.command(*lines, leave_out=True)
        self.assertEqual((report["clients_created"], report["remarks"]), (2, [{"row": 3, "remark": remark}]))

    def test_the_command_takes_the_meaning_of_a_column(self):
        lines = ("Jméno;Telefon;E-mail;GDPR", "Jana;601111111;jana@example.com;ne", "Eva;602222222;;ano")
        self.assertIn("error", self.command(*lines))
        unknown = "file: There is no column or meaning of this name: "
        self.assertEqual(self.command(*lines, columns={"Souhlas": "consent"})["error"], f"{unknown}Souhlas=consent")
        self.assertEqual(self.command(*lines, columns={"GDPR": "nothing"})["error"], f"{unknown}GDPR=nothing")
        self.assertIn("error", self.command(*lines, columns={"jméno": "", "Telefon": "", "E-mail": "", "GDPR": ""}))
        report = self.command(*lines, columns={"gdpr": "consent"})
        self.assertEqual((report["sms_refusals"], report["email_refusals"], report["warnings"]), (1, 1, []))
        self.assertRecordValues(
            self.clients(),
            [{"sms_opt_out": True, "email_opt_out": True}, {"sms_opt_out": False, "email_opt_out": False}],
        )

    def test_a_column_left_out_by_name_is_no_question(self):
        report = self.command("Jméno;Telefon;GDPR", "Jana;601111111;ne", columns={"GDPR": ""})
        self.assertEqual((report["clients_created"], report["warnings"]), (1, [f"{LEFT_OUT} GDPR."]))

    def test_a_refusal_far_below_the_first_rows_is_found(self):
        names = [f"Klient {number:03};601{number:06};" for number in range(1, 70)]
        report = self.command("Jméno;Telefon;Mailing", *names, "Eva;602222222;ne - nepsat", dry_run=True)
        self.assertEqual(report["warnings"], [f"{LEFT_OUT} Mailing."])
        report = self.command("Jméno;Telefon;SMS ano/ne", *names, "Eva;602222222;NE - nepsat")
        self.assertEqual((report["sms_refusals"], report["refused"]), (1, []))

    def test_columns_in_a_salon_s_own_words_are_recorded(self):
        report = self.command(
            "Jméno;Telefon;E-mail;Smíme psát?;Obch. sdělení;Vyloučit z kampaní;Newsletter zrušen;Blokovat SMS",
            "Jana;601111111;jana@example.com;Ne;;;;",
            "Eva;602222222;eva@example.com;;Ne;;;",
            "Ivo;603333333;ivo@example.com;;;Ano;;",
            "Ota;604444444;ota@example.com;;;;1.2.2025;",
            "Leo;605555555;leo@example.com;;;;;od 3/2025",
            "Max;606666666;max@example.com;Ano;Ano;Ne;;",
        )
        self.assertEqual((report["clients_created"], report["warnings"]), (6, []))
        flags = [(client.name, client.sms_opt_out, client.email_opt_out) for client in self.clients()]
        both = [(name, True, True) for name in ("Jana", "Eva", "Ivo")]
        self.assertEqual(flags, [*both, ("Ota", False, True), ("Leo", True, False), ("Max", False, False)])

    def test_a_state_of_a_client_is_recorded_and_pointed_at(self):
        remark = "the state means a refusal of messages: recorded as a refusal"
        report = self.command(
            *("Jméno;Telefon;E-mail;Stav", "Jana;601111111;jana@example.com;odhlášen", "Eva;602222222;;Aktivní"),
            "Ivo;603333333;ivo@example.com;hard bounce",
        )
        self.assertEqual(report["remarks"], [{"row": 2, "remark": remark}, {"row": 4, "remark": remark}])
        flags = [(client.sms_opt_out, client.email_opt_out) for client in self.clients()]
        self.assertEqual(flags, [(True, True), (False, False), (False, True)])

    def test_a_refused_row_says_that_its_text_looks_like_a_refusal(self):
        report = self.command("Jméno;Telefon;Poznámka", "Jana;601;NEPOSÍLAT SMS")
        remark = "a text in this row looks like a refusal of messages: no refusal is recorded"
        self.assertEqual(report["refused"], [{"row": 2, "reason": f"Phone: the number is too short; {remark}"}])

    # -- titles and sheets ------------------------------------------------------------

    def test_a_list_of_refusals_without_a_column_of_them_gets_a_warning(self):
        warning = "“%s” looks like a list of refusals, but no column of it says who has refused. Add one."
        lines = ("Jméno;Telefon", "Jana;601111111")
        title = "Seznam odhlášených z SMS"
        for report, named in (
            (self.command(*lines, name="stoplist.csv"), "stoplist.csv"),
            (self.command(title + ";", ";", *lines), title),
            (self.command_for(self.book(Odhlášení=("Jana", "Malá", "601111111")), "salon.xlsx"), "Odhlášení"),
        ):
            with self.subTest(named=named):
                self.assertEqual(report["warnings"], [warning % named])
                self.assertIn("Nothing was imported", report["error"])
        self.assertFalse(self.clients())
        report = self.command("Jméno;Telefon;Odhlášen", "Jana;601111111;ano", name="stoplist.csv")
        self.assertEqual((report["sms_refusals"], report["warnings"]), (1, []))

    def test_other_sheets_are_named_and_one_of_refusals_gets_a_warning(self):
        jana, eva = ("Jana", "Malá", "601111111"), ("Eva", "Malá", "602222222")
        report = self.command_for(self.book(Praha=jana, Brno=eva), "salon.xlsx")
        self.assertEqual(report["warnings"], ["Other sheets with clients are not read: Brno."])
        self.assertEqual(self.clients().mapped("name"), ["Jana Malá"])
        # Clients come first, whatever the order of the sheets.
        content = self.book(Odhlášení=eva, Klienti=jana)
        warning = "Sheets that look like lists of refusals are not read: Odhlášení."
        report = self.command_for(content, "salon a odhlášení.xlsx")
        self.assertEqual(report["warnings"], [warning])
        self.assertIn("Nothing was imported", report["error"])
        report = self.command_for(content, "salon.xlsx", leave_out=True)
        self.assertEqual((report["clients_matched"], report["warnings"]), (1, [warning]))

    def test_a_hidden_sheet_named_like_a_list_of_refusals_stops_the_command_as_a_visible_one(self):
        book = openpyxl.load_workbook(io.BytesIO(self.book(Klienti=("Jana", "Malá", "601111111"))))
        for name, state in (("Nechtějí SMS", "hidden"), ("Odhlášení", "veryHidden")):
            book.create_sheet(name).append(["Telefon"])
            book[name].append(["602222222"])
            book[name].sheet_state = state
        content = self.saved(book)
        warning = "Sheets that look like lists of refusals are not read: Nechtějí SMS, Odhlášení."
        report = self.command_for(content, "salon.xlsx")
        self.assertEqual(report["warnings"], [warning])
        self.assertIn("Nothing was imported", report["error"])
        self.assertFalse(self.clients())

    def test_a_note_on_a_cell_is_kept_and_one_like_a_refusal_stops_the_command(self):
        book = openpyxl.load_workbook(io.BytesIO(self.book(Klienti=("Jana", "Malá", "601111111"))))
        for row in (["Eva", "Malá", "602222222"], ["Ivo", "Malý", "603333333"]):
            book.active.append(row)
        book.active["C2"].comment = openpyxl.comments.Comment("Petra:\nNeposílat SMS!", "Petra")
        book.active["A3"].comment = openpyxl.comments.Comment("volat po páté", "Petra")
        content = self.saved(book)
        warning = "Notes on cells may hold refusals, but are imported as texts: Notes on cells."
        report = self.command_for(content, "salon.xlsx")
        self.assertEqual(report["warnings"], [warning])
        self.assertIn("Nothing was imported", report["error"])
        self.assertFalse(self.clients())
        kept = self.command_for(content, "salon.xlsx", columns={"Notes on cells": "notes"})
        remark = "a text in this row looks like a refusal of messages: no refusal is recorded"
        self.assertEqual(kept["remarks"], [{"row": 2, "remark": remark}])
        self.assertRecordValues(
            self.clients(),
            [
                {"name": "Jana Malá", "notes": "Petra:\nNeposílat SMS!", "sms_opt_out": False},
                {"name": "Eva Malá", "notes": "volat po páté", "sms_opt_out": False},
                {"name": "Ivo Malý", "notes": False, "sms_opt_out": False},
            ],
        )
        report = self.command_for(content, "salon.xlsx", columns={"Notes on cells": "no_contact"})
        self.assertEqual((report["sms_refusals"], report["warnings"]), (2, []))
        self.assertEqual(self.clients().mapped("sms_opt_out"), [True, True, False])

    def test_a_no_below_a_word_for_messages_stops_the_command(self):
        for header, no in (("Posílat připomínky", "Ne"), ("Web opt-in", "No"), ("Přijímat nabídky", "0")):
            with self.subTest(header=header):
                report = self.command(f"Jméno;Telefon;{header}", f"Jana;601111111;{no}", "Eva;602222222;1")
                self.assertEqual(report["warnings"], [f"{LEFT_OUT} {header}."])
                self.assertIn("Nothing was imported", report["error"])
        self.assertFalse(self.clients())

    # -- addresses --------------------------------------------------------------------

    def test_a_refusal_holds_for_every_address_of_its_row(self):
        here = self.client("Dana", phone="222111333")
        self.command(
            "Jméno;Mobil;Telefon domů;E-mail;Spojení;Souhlas",
            "Jana;602774001;222111333;jana@example.com, b@example.com;;ne",
            "Eva;602774003, 602774004;;;602774005;ne",
            ";602774006, 602774007;;;;ne",
            "Ivo;602774008, 602774009;;;602774010;",
            leave_out=True,
        )
        self.assertTrue(here.sms_opt_out)
        for phone in ("602774004", "602774005", "602774006", "602774007"):
            self.assertTrue(self.client("Nová", phone=phone).sms_opt_out, phone)
        self.assertTrue(self.client("Nová", email="B@example.com").email_opt_out)
        for phone in ("602774009", "602774010"):
            self.assertFalse(self.client("Nový", phone=phone).sms_opt_out, phone)

    def test_the_addresses_that_a_client_does_not_get_are_in_the_notes(self):
        report = self.command(
            "Jméno;Telefon;Telefon domů;E-mail;Poznámka",
            "Jana;602774001;222111333;jana@example.com, b@example.com;káva",
            "Eva;602774003 / 602774004;;;",
            "Ivo;602774005;manželka;;",
        )
        warning = "Rows with further phones or e-mails, which are kept in the notes: 2."
        self.assertEqual(report["warnings"], [warning])
        remark = "Phone: can't be read, kept in the notes as text"
        self.assertEqual(report["remarks"], [{"row": 4, "remark": remark}])
        phones, emails = "Phones also in the imported file:", "E-mails also in the imported file:"
        self.assertEqual(
            self.clients().mapped("notes"),
            [
                f"káva\n{phones} +420 222 111 333\n{emails} b@example.com",
                f"{phones} +420 602 774 004",
                f"{phones} manželka",
            ],
        )

    def test_a_new_phone_of_a_client_is_in_the_notes_once_and_gone_when_undone(self):
        jana = self.client("Jana Malá", phone="602774001", email="jana@example.com", notes="káva")
        eva = self.client("Eva", phone="602774003", email="eva@example.com")
        lines = (
            "Jméno;Telefon;E-mail",
            "Jana Malá;602774002;jana@example.com",
            "Jana Malá;602774002;jana@example.com",
            "Eva;602774003;nova@example.com",
        )
        phone = "the client has another phone here: this one is kept in the notes"
        email = "the client has another e-mail here: this one is kept in the notes"
        remarks = [{"row": 2, "remark": phone}, {"row": 4, "remark": email}]
        self.assertEqual(self.command(*lines)["remarks"], remarks)
        notes = "káva\nPhones also in the imported file: +420 602 774 002"
        self.assertRecordValues(
            jana | eva,
            [
                {"phone": "+420602774001", "notes": notes},
                {"phone": "+420602774003", "notes": "E-mails also in the imported file: nova@example.com"},
            ],
        )
        first = self.env["klientbox.import"].search([("company_id", "=", self.salon.id)], limit=1)
        self.assertEqual(self.command(*lines)["remarks"], remarks)
        self.assertEqual(jana.notes, notes)
        first._finish("undoing")
        self.assertRecordValues(jana | eva, [{"notes": "káva"}, {"notes": False}])

    def test_two_rows_of_a_new_client_keep_both_phones(self):
        self.command("Jméno;Telefon;E-mail", "Jana;602774001;jana@example.com", "Jana;602774002;jana@example.com")
        self.assertRecordValues(
            self.clients(), [{"phone": "+420602774001", "notes": "Phones also in the imported file: +420 602 774 002"}]
        )

    def test_a_line_in_another_encoding_is_read_by_itself_and_named(self):
        lines = ["Name;Phone", "Šárka;601111111", "Jiří;602222222", "Žaneta;603333333"]
        content = b"\n".join(line.encode("cp1250" if place == 2 else "utf-8") for place, line in enumerate(lines))
        report = self.command_for(content, "salon.csv")
        warning = "Lines of the file that are not UTF-8 like the others; check their letters: 3."
        self.assertEqual((report["warnings"], self.clients().mapped("name")), ([warning], ["Šárka", "Jiří", "Žaneta"]))

    # -- money ------------------------------------------------------------------------

    def test_prices_that_are_left_out_or_without_tax_are_named(self):
        lines = ("Jméno;Datum;Příplatek ke službě (cena)", "Jana;1.3.2026;450")
        warning = "Columns of prices are left out, the visits have none: Příplatek ke službě (cena)."
        self.assertEqual(self.command(*lines)["warnings"], [warning])
        report = self.command("Jméno;Datum;Cena bez DPH", "Eva;1.3.2026;450")
        self.assertEqual(report["warnings"], ["These prices are without the tax: Cena bez DPH."])
        report = self.command("Jméno;Datum;Cena bez DPH;Cena s DPH", "Ivo;1.3.2026;450;545")
        self.assertEqual((report["warnings"], self.clients()[-1].total_spent), ([], 545))

    def test_what_was_paid_counts_and_columns_in_doubt_are_named(self):
        cases = (
            ("Cena;Zaplaceno", "900;800", 800, []),
            ("Zaplaceno;Cena", "800;900", 800, []),
            ("Hotově;Kartou", "500;400", 900, []),
            ("Gross;Net", "900;744", 900, []),
            ("Cena;Částka", "900;800", 900, ["Several columns may hold what clients paid; the first one counts: %s."]),
            ("Cena;Hotově", "900;500", 900, ["Columns that may hold what clients paid are left out: Hotově."]),
        )
        for number, (headers, cells, paid, warnings) in enumerate(cases):
            with self.subTest(headers=headers):
                report = self.command(f"Jméno;Datum;{headers}", f"Jana{number};1.3.2026;{cells}")
                named = headers.replace(";", ", ")
                self.assertEqual(report["warnings"], [each % named if "%s" in each else each for each in warnings])
                self.assertEqual(self.clients()[-1].total_spent, paid)

    def test_a_currency_above_the_table_counts(self):
        lines = ("Jméno;Datum;Cena", "Jana;1.3.2026;35")
        foreign = {"row": 4, "reason": "Amount: this amount is in another currency than the company's"}
        unclear = {"row": 4, "reason": "Amount: no currency is given, and other amounts of the file are in another one"}
        for title, refused in (
            ("Tržby - všechny částky v EUR", [foreign]),
            ("Ceny v Kč a EUR", [unclear]),
            ("Tržby v Kč", []),
            ("Tržby", []),
        ):
            with self.subTest(title=title):
                self.assertEqual(self.command(f"{title};;", ";;", *lines, dry_run=True)["refused"], refused)
