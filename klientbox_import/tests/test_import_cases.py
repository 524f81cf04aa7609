from datetime import date, datetime, timedelta
from pathlib import Path

from odoo.addons.klientbox.tests.common import SalonCase
from odoo.tests import tagged

CASES = Path(__file__).parent / "data/cases"
FIELDS = ("name", "given_name", "phone", "email", "birth_date", "sms_opt_out", "email_opt_out")


@tagged("post_install", "-at_install")
class TestImportCases(SalonCase):
    """Files of other systems and people, parts of which were lost or misread once."""

    def setUp(self):
        super().setUp()
        self.set_clock(datetime(2026, 12, 1, 11, 0))
        self.salon.currency_id = self.env.ref("base.CZK")

    def imported(self, name):
        report = self.env["klientbox.import"]._import_path(self.salon, CASES / name)
        self.assertNotIn("error", report)
        return report

    def lines(self, *lines):
        """The report of a file with these lines."""
        record = self.env["klientbox.import"]._from_file(self.salon, "salon.csv", "\r\n".join(lines).encode())
        record._prepare()
        record._finish("checking")
        record._finish("importing")
        return record

    def clients(self):
        return self.env["klientbox.client"].search([("company_id", "=", self.salon.id)], order="id")

    def visits(self):
        """(client's given name, local start, state, amount) of all visits."""
        visits = self.clients().visit_ids.sorted(lambda visit: (visit.client_id.id, visit.start))
        hour = timedelta(hours=1)
        return [(v.client_id.name, str(v.start + hour), v.state, v.amount) for v in visits]

    def assert_clients(self, *rows):
        values = [dict(zip(FIELDS, row, strict=True)) for row in rows]
        self.assertRecordValues(self.clients(), values)

    # -- refusals -----------------------------------------------------------------

    def test_a_refusal_of_mindbody_is_recorded(self):
        self.imported("optout-mindbody.csv")
        self.assert_clients(
            ("Lenka Nechce", "Lenka", "+420601990301", "l301@example.com", date(1990, 5, 16), True, True),
            ("Marek Chce", "Marek", "+420601990302", "m302@example.com", date(1991, 5, 16), False, False),
        )

    def test_a_refusal_of_square_is_recorded(self):
        self.imported("optout-square.csv")
        self.assert_clients(
            ("Nela Nechce", "Nela", "+420601990311", "n311@example.com", date(1990, 5, 16), False, True)
        )

    def test_refusals_in_inverse_columns_are_recorded(self):
        self.imported("optout-inverse.csv")
        self.assert_clients(("Olga Nechce", "Olga", "+420601990321", "o321@example.com", False, True, True))

    def test_a_refusal_in_a_row_that_is_refused_counts_all_the_same(self):
        self.client("Jana", phone="601111111", email="jana@example.com")
        record = self.lines(
            "Jméno;Telefon;E-mail;Datum;Neposílat SMS;Newsletter",
            "Jana;601111111;jana@example.com;1.13.2026;ano;ne",
        )
        self.assertEqual((record.refused_count, record.clients_matched), (1, 0))
        self.assertRecordValues(self.clients(), [{"sms_opt_out": True, "email_opt_out": True}])

    def test_a_refusal_in_a_column_of_a_salon_s_own_words_is_recorded(self):
        cases = (
            ("Do Not Text", "Yes", True, False),
            ("Neodebírá", "ano", True, True),
            ("Lze kontaktovat", "ne", True, True),
            ("Zasílat novinky", "ne", True, True),
            ("UNSUB_TIME", "2026-03-01 10:00:00", True, True),
            ("UNSUB_REASON", "NORMAL", True, True),
            ("Lze kontaktovat", "ano", False, False),
        )
        for place, (header, answer, *opted_out) in enumerate(cases):
            with self.subTest(header=header, answer=answer):
                self.lines(f"Jméno;Telefon;E-mail;{header}", f"Jana;60111111{place};jana{place}@example.com;{answer}")
                jana = self.clients()[-1]
                self.assertEqual([jana.sms_opt_out, jana.email_opt_out], opted_out)

    def test_a_refusal_in_a_refused_row_counts_for_who_comes_later(self):
        record = self.lines(
            "Jméno;Telefon;E-mail;Datum;Cena;Neposílat SMS;Newsletter",
            "Jana;601111111;jana@example.com;1.3.2026;35 EUR;ano;ne",
            ";602222222;Petr@example.com;;;ano;",
            "Eva;603;eva@example.com;;;ano;ne",
            "Ivo;604444444;ivo@example.com;;;ne;",
        )
        self.assertEqual((record.refused_count, record.clients_created), (3, 1))
        report = record._report()
        self.assertEqual((report["sms_refusals"], report["email_refusals"]), (3, 2))
        later = (
            self.client("Jana", phone="601111111", email="Jana@example.com")
            | self.client("Petr", phone="602222222", email="petr@example.com")
            | self.client("Eva", phone="603333333", email="eva@example.com")
        )
        self.assertEqual(later.mapped("sms_opt_out"), [True, True, False], "an unreadable phone belongs to no client")
        self.assertEqual(later.mapped("email_opt_out"), [True, False, True])
        event = self.env["klientbox.consent.event"].search([("address", "=", "+420602222222")])
        self.assertRecordValues(event, [{"source": "import", "is_imported": True, "kind": "withdrawn"}])

    def test_a_consent_that_can_t_be_read_counts_as_a_refusal_of_its_channel(self):
        jana = self.client("Jana", phone="601111111", email="jana@example.com")
        petr = self.client("Petr", phone="602222222")
        record = self.lines("Jméno;Telefon;SMS souhlas", "Jana;601111111;spíš ne", "Petr;602222222;1.3.2025")
        reason = "SMS consent: this is neither yes nor no"
        self.assertEqual(record._report()["refused"], [{"row": 2, "reason": reason}, {"row": 3, "reason": reason}])
        self.assertEqual((record.sms_refusals, record.email_refusals), (1, 0))
        self.assertEqual((jana.sms_opt_out, jana.email_opt_out, petr.sms_opt_out), (True, False, False))
        self.assertEqual(jana.consent_event_ids.mapped("text"), ["spíš ne"])

    def test_a_list_of_refusals_needs_no_names_and_stays_when_undone(self):
        jana = self.client("Jana", phone="601111111")
        lines = ("Telefon;E-mail;Odhlášen", "601111111;;ano", "602222222;petr@example.com;ano", "603333333;;ne")
        record = self.lines(*lines)
        self.assertTrue(jana.sms_opt_out)
        self.assertEqual((record.refused_count, record.sms_refusals, record.email_refusals), (2, 2, 2))
        events = self.env["klientbox.consent.event"]
        count = events.search_count([])
        self.lines(*lines)
        self.assertEqual(events.search_count([]), count, "what is suppressed is not recorded again")
        record._finish("undoing")
        self.assertFalse(jana.sms_opt_out)
        petr = self.client("Petr", phone="602222222", email="petr@example.com")
        self.assertEqual((petr.sms_opt_out, petr.email_opt_out), (True, True))

    def test_a_refusal_in_a_refused_row_outweighs_a_consent_in_another_row(self):
        self.lines(
            "Jméno;Telefon;Datum;SMS consent;SMS consent on;SMS consent text",
            "Jana;601111111;;ano;1.3.2026;Souhlasím",
            "Jana;601111111;1.13.2026;ne;;",
        )
        self.assertRecordValues(self.clients(), [{"sms_opt_out": True}])
        self.assertEqual(self.clients().consent_event_ids.mapped("kind"), ["withdrawn"])

    def test_a_refusal_counts_for_an_address_that_the_client_here_does_not_have(self):
        jana = self.client("Jana", phone="601111111", email="jana@example.com")
        self.lines("Jméno;Telefon;E-mail;Newsletter", "Jana;601111111;stara@example.com;ne")
        other = self.client("Jana", email="stara@example.com")
        self.assertEqual((jana.email_opt_out, other.email_opt_out), (True, True))

    def test_a_refusal_silences_who_has_consented_before(self):
        jana = self.client("Jana", phone="601111111")
        jana._record_consent("given", "sms", "staff", basis="consent", text="Souhlasím")
        self.lines("Jméno;Telefon;Do not contact", "Jana;601111111;yes")
        self.assertTrue(jana.sms_opt_out)

    def test_a_column_that_looks_like_consent_is_named_before_the_import(self):
        lines = "Jméno;Telefon;GDPR;SMS reminders;Město", "Jana;601111111;ne;No;Brno"
        record = self.env["klientbox.import"]._from_file(self.salon, "salon.csv", "\r\n".join(lines).encode())
        record._prepare()
        self.assertEqual(record.warning, "Columns that may hold refusals are left out: GDPR, SMS reminders.")
        self.assertEqual(record.column_ids[2].remark, "looks like a consent or a refusal")
        record.column_ids[2].field = "consent"
        record.column_ids[3].field = "sms_consent"
        self.assertFalse(record.warning)
        record._finish("checking")
        record._finish("importing")
        self.assertRecordValues(self.clients(), [{"sms_opt_out": True, "email_opt_out": True}])

    # -- people -------------------------------------------------------------------

    def test_names_are_split_and_no_client_is_greeted_by_the_family_name(self):
        self.imported("names.csv")
        self.assertRecordValues(
            self.clients(),
            [
                {"name": "Jana Nováková", "given_name": "Jana", "family_name": "Nováková"},
                {"name": "Petr Dvořák", "given_name": "Petr", "family_name": "Dvořák"},
                {"name": "Mgr. Hana Malá", "given_name": "Hana", "family_name": "Malá"},
                {"name": "MUDr. Ivo Velký, Ph.D.", "given_name": "Ivo", "family_name": "Velký"},
                {"name": "paní Svobodová", "given_name": False, "family_name": "Svobodová"},
                {"name": "Lucie Černá", "given_name": "Lucie", "family_name": "Černá"},
            ],
        )
        step = self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)], limit=1).step_ids[:1]
        step.body = "Hello {first_name}, {salon} {stop}"
        today = self.settings()._today()
        clients = self.clients().sorted("id")
        greetings = [step._write_to(client, today, self.settings())[1].split(" Salon")[0] for client in clients]
        self.assertEqual(
            greetings, ["Hello Jana,", "Hello Petr,", "Hello Hana,", "Hello Ivo,", "Hello,", "Hello Lucie,"]
        )

    def test_the_name_of_a_client_here_stays_as_it_is(self):
        jana = self.client("Jana Nováková-Malá", phone="601111111")
        petr = self.client("Mgr. Petr Malý", phone="602222222")
        self.lines("Příjmení a jméno;Telefon", "Nováková Jana;601111111", "Malý Petr;602222222")
        self.assertRecordValues(
            jana | petr,
            [
                {"name": "Jana Nováková-Malá", "given_name": False, "family_name": False},
                {"name": "Mgr. Petr Malý", "given_name": "Petr", "family_name": "Malý"},
            ],
        )

    def test_headers_with_a_noun_keep_two_namesakes_apart(self):
        self.imported("trafft.csv")
        self.assertEqual(self.clients().mapped("phone"), ["+420601990401", "+420601990402"])
        self.assertEqual(self.clients().visit_ids.mapped("amount"), [450, 450])
        self.clients().visit_ids.unlink()
        self.clients().unlink()
        self.imported("schedulicity.csv")
        self.assert_clients(("Radka Zkušební", "Radka", "+420601990411", "r411@example.com", False, False, False))
        self.assertRecordValues(
            self.clients().visit_ids, [{"start": datetime(2026, 9, 24, 7), "amount": 450, "duration": 45}]
        )

    def test_rows_of_one_name_and_nothing_else_are_joined_and_said_so(self):
        record = self.lines("Jméno;Datum", "Petra;1.3.2026", "Petra;2.3.2026", "Eva;1.3.2026")
        remarks = [{"row": row, "remark": "joined with other rows by the name alone"} for row in (2, 3)]
        self.assertEqual((record.clients_created, record._report()["remarks"]), (2, remarks))

    def test_phones_that_no_column_takes_are_pointed_at(self):
        record = self.lines("Jméno;Spojení", "Jana;601 111 111")
        kept = "Rows with further phones or e-mails, which are kept in the notes: 1."
        self.assertEqual(record._report()["warnings"], ["Columns of phones are left out: Spojení.", kept])
        self.assertEqual(self.clients().notes, "Phones also in the imported file: +420 601 111 111")

    def test_visits_without_a_date_are_pointed_at(self):
        record = self.lines("Jméno;Služba;Cena", "Jana;Střih;500")
        warning = "No column holds the date of visits: only clients are imported, without Služba, Cena."
        self.assertEqual(record._report()["warnings"], [warning])

    def test_empty_dates_of_other_systems_cost_no_client(self):
        self.assertEqual(self.imported("outlook.csv")["refused"], [])
        self.assert_clients(
            ("Alena Zkušební", "Alena", "+420601990101", "a101@example.com", False, False, False),
            ("Bořek Zkušební", "Bořek", "+420222990102", "b102@example.com", False, False, False),
            ("Cyril Zkušební", "Cyril", "+420601990103", "c103@example.com", date(1980, 5, 16), False, False),
        )

    def test_an_unreadable_birthday_is_reported_and_left_empty(self):
        record = self.lines("Jméno;Narozeniny;Pohlaví", "Jana;někdy v máji;neví")
        remarks = [{"row": 2, "remark": "Birth date: can't be read, left out; Gender: can't be read, left out"}]
        self.assertEqual((record.clients_created, record._report()["remarks"]), (1, remarks))

    def test_day_and_month_are_those_of_the_file(self):
        self.imported("usorder.csv")
        self.assertEqual(self.clients().birth_date, date(1980, 5, 6))
        record = self.lines("Name;Birthday;Visit date", "Ann;05/06/1980;03/04/2026")
        self.assertEqual(
            record._report()["refused"], [{"row": 2, "reason": "Date: day and month can't be distinguished here"}]
        )

    def test_placeholders_join_no_clients(self):
        report = self.imported("dummy.csv")
        self.assertEqual((report["clients_created"], report["visits_created"]), (7, 7))
        self.assertEqual(self.clients().mapped("phone"), [False] * 7)
        dummy, shared = "the phone is a placeholder: left out", "the same phone or e-mail under another name"
        remarks = [{"row": row, "remark": dummy if row < 7 else shared} for row in range(2, 9)]
        self.assertEqual(report["remarks"], remarks)

    def test_a_contact_of_a_phone_is_a_client(self):
        self.imported("contacts.vcf")
        self.assert_clients(("Klára Zkušební", "Klára", "+420601992171", False, False, False, False))

    # -- visits -------------------------------------------------------------------

    def test_foreign_currency_is_refused(self):
        report = self.imported("currency.csv")
        reason = "Amount: this amount is in another currency than the company's"
        self.assertEqual(report["refused"], [{"row": 2, "reason": reason}, {"row": 4, "reason": reason}])
        self.assertEqual(self.clients().visit_ids.mapped("amount"), [500])

    def test_a_column_of_currencies_counts(self):
        record = self.lines(
            "Jméno;Telefon;Datum;Cena;Měna",
            "Jana;601111111;1.3.2026;35;EUR",
            "Jana;601111111;2.3.2026;450;Kč",
            "Jana;601111111;3.3.2026;460;CZK - Česká koruna",
            "Jana;601111111;4.3.2026;470 Kč;",
            "Jana;601111111;4.4.2026;470;",
            "Jana;601111111;5.3.2026;480;kačky",
            "Jana;601111111;6.3.2026;0;EUR",
            "Jana;601111111;;;CZK",
        )
        self.assertEqual(
            record._report()["refused"],
            [
                {"row": 2, "reason": "Amount: this amount is in another currency than the company's"},
                {
                    "row": 6,
                    "reason": "Amount: no currency is given, and other amounts of the file are in another one",
                },
                {"row": 7, "reason": "Currency: this is not a known currency"},
            ],
        )
        self.assertEqual(sorted(self.clients().visit_ids.mapped("amount")), [0, 450, 460, 470])

    def test_a_currency_in_words_of_the_header_counts(self):
        reason = "Amount: this amount is in another currency than the company's"
        headers = ("Cena v eurech", "Cena v €", "Price in USD", "Preis in Euro", "Cena v dolarech", "Cena (EUR)")
        for header in headers:
            with self.subTest(header=header):
                record = self.lines(f"Jméno;Datum;{header}", "Jana;1.3.2026;35")
                self.assertEqual(record._report()["refused"], [{"row": 2, "reason": reason}])
        self.assertEqual(self.lines("Jméno;Datum;Cena v korunách", "Jana;1.3.2026;350").visits_created, 1)

    def test_the_currency_of_a_cell_s_format_counts(self):
        report = self.imported("formats.xlsx")
        reason = "Amount: this amount is in another currency than the company's"
        self.assertEqual(report["refused"], [{"row": 3, "reason": reason}])
        self.assertRecordValues(self.clients(), [{"phone": "+420601992151", "code": "00042"}])
        self.assertRecordValues(
            self.clients().visit_ids, [{"start": datetime(2026, 9, 4, 7, 30), "amount": 1234.5, "duration": 75}]
        )

    def test_a_formula_without_its_value_is_refused(self):
        report = self.imported("formulas.xlsx")
        lost = "the file holds a formula without its value; open it in a spreadsheet and save it again"
        totals = "Name: this row holds totals, not a client"
        refused = [{"row": 2, "reason": f"Phone: {lost}; Amount: {lost}"}, {"row": 3, "reason": totals}]
        self.assertEqual((report["clients_created"], report["refused"]), (0, refused))

    def test_merged_cells_count_for_all_their_rows(self):
        self.imported("merged-rows.xlsx")
        self.assertEqual(
            [(c.name, c.total_visits) for c in self.clients()], [("Cyril Sloučený", 3), ("Dana Sloučená", 1)]
        )

    def test_a_cover_sheet_is_passed_over(self):
        report = self.imported("second-sheet.xlsx")
        self.assertEqual([row["row"] for row in report["refused"]], [2, 3], "of the sheet with data: formulas")

    def test_a_state_costs_no_client(self):
        report = self.imported("states.csv")
        self.assertEqual((report["clients_created"], report["refused"]), (9, []))
        states = {visit.client_id.name: visit.state for visit in self.clients().visit_ids}
        self.assertEqual(
            states,
            {
                "Stav0 Test": "no_show",
                "Stav1 Test": "cancelled",
                "Stav5 Test": "cancelled",
                "Stav6 Test": "cancelled",
                "Stav7 Test": "done",
                "Stav8 Test": "no_show",
            },
        )
        no_visit = "by its state this booking is not a visit: only the client is imported"
        self.assertEqual(report["remarks"], [{"row": row, "remark": no_visit} for row in (4, 5, 6)])

    def test_staff_and_services_are_found_in_any_spelling(self):
        ivana = self.env["klientbox.staff"].create({"name": "Ivana Říhová", "company_id": self.salon.id})
        self.env["klientbox.service"].create({"name": "Barva", "duration": 60, "company_id": self.salon.id})
        self.imported("staff-services.csv")
        visits = self.clients().visit_ids.sorted("start")
        self.assertEqual(visits.line_ids.staff_id, ivana)
        self.assertEqual(len(visits.line_ids.filtered("staff_id")), 7)
        named = [visit.line_ids.mapped("service_id.name") for visit in visits]
        cut = "Dámský střih"
        self.assertEqual(named, [[cut], [cut], [cut], ["Dámský střih, foukaná"], [cut], [cut, "Barva"]])

    def test_the_first_of_several_services_has_the_price_of_all(self):
        self.env["klientbox.service"].create(
            [{"name": name, "price": 300, "duration": 20, "company_id": self.salon.id} for name in ("Střih", "Barva")]
        )
        self.lines(
            "Jméno;Datum;Služba;Cena",
            "Jana;1.3.2026 9:00;Střih + Barva;900",
            "Jana;1.3.2027 9:00;Střih + Barva;",
            "Jana;2.3.2026 9:00;Střih;300",
        )
        visits = self.clients().visit_ids.sorted("start")
        self.assertEqual([visit.line_ids.mapped("price") for visit in visits], [[900, 0], [300], [300, 300]])
        self.assertEqual([(v.amount, v.duration) for v in visits], [(900, 40), (300, 20), (600, 40)])

    # -- the same bookings again ----------------------------------------------------

    def test_untouched_bookings_are_updated_from_a_second_file(self):
        self.imported("states-first.csv")
        report = self.imported("states-second.csv")
        counts = ("visits_created", "visits_existing", "visits_updated", "visits_differing")
        self.assertEqual([report[name] for name in counts], [0, 3, 3, 0])
        self.assertEqual(
            self.visits(),
            [
                ("Hynek Přesunutý", "2026-11-27 15:00:00", "done", 450),
                ("Ida Zrušená", "2026-11-20 10:00:00", "no_show", 450),
                ("Jiří Příchozí", "2026-12-05 11:00:00", "cancelled", 450),
            ],
        )
        self.assertEqual(self.clients().mapped("total_visits"), [1, 0, 0])
        # A third file finds them untouched still.
        self.assertEqual(self.imported("states-second.csv")["visits_updated"], 0)
        self.assertEqual(self.imported("states-first.csv")["visits_updated"], 3)

    def test_a_booking_changed_by_a_user_stays_and_is_reported_to_differ(self):
        self.imported("states-first.csv")
        ida = self.clients().filtered(lambda client: client.name == "Ida Zrušená")
        ida.visit_ids.note = "volala"
        report = self.imported("states-second.csv")
        self.assertEqual((report["visits_updated"], report["visits_differing"]), (2, 1))
        remarks = [{"row": 3, "remark": "the visit here differs and stays as it is"}]
        self.assertEqual((report["remarks"], ida.visit_ids.state), (remarks, "done"))
        warning = "Visits that differ from those here and were changed here stay as they are: 1."
        self.assertEqual(report["warnings"], [warning])

    def test_a_price_is_brought_up_and_given_back_when_undone(self):
        first = ("Booking ID;Client;Date;Service;Price;Status", "B1;Jana;2026-03-01 09:00;Haircut;450;Confirmed")
        self.lines(*first)
        before = (self.visits(), self.clients().visit_ids.line_ids.mapped("service_id.name"))
        record = self.lines(first[0], "B1;Jana;2026-03-01 09:00;Haircut;500;No show")
        self.assertEqual(self.visits(), [("Jana", "2026-03-01 09:00:00", "no_show", 500)])
        record._finish("undoing")
        after = (self.visits(), self.clients().visit_ids.line_ids.mapped("service_id.name"))
        self.assertEqual(after, before)
        self.assertEqual(self.clients().total_spent, 450)

    def test_a_file_that_tells_no_state_changes_none(self):
        self.lines("Booking ID;Client;Date;Status", "B1;Jana;2026-03-01 09:00;No show")
        self.assertEqual(self.lines("Booking ID;Client;Date", "B1;Jana;2026-03-01 09:00").visits_updated, 0)
        self.assertEqual(self.clients().visit_ids.state, "no_show")
