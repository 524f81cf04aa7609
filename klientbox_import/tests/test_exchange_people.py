from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from odoo.addons.klientbox_import.lib.column_headers import FIELDS, guess, with_cells
from odoo.addons.klientbox_import.lib.header_words import fold_header
from odoo.addons.klientbox_import.lib.left_out import looks_like
from odoo.addons.klientbox_import.lib.people import Marks, People
from odoo.addons.klientbox_import.lib.rows import RowReader, Setting
from odoo.addons.klientbox_import.lib.visits import Known, RowVisit, differences, group, match
from odoo.tests import BaseCase

JANA_PHONE, PETR_PHONE = "+420601111111", "+420602222222"
MORNING, NOON = datetime(2026, 3, 1, 8, 0), datetime(2026, 3, 1, 11, 0)


class TestPeople(BaseCase):
    def setUp(self):
        super().setUp()
        self.people = People()

    def met(self, *marks, **named):
        return self.people.meet(Marks(*marks, **named))

    def know(self, client, *marks, **named):
        self.people.know(client, Marks(*marks, **named))

    def named(self, name, **marks):
        return self.people.meet_by_name(Marks(name, **marks))

    def clients(self, *persons):
        """The results for the persons."""
        return [person.whole().client for person in persons]

    def test_a_phone_says_more_than_an_email_and_that_more_than_a_number(self):
        self.know(1, "Jana", phone=JANA_PHONE)
        self.know(2, "Jana", email="jana@example.com")
        self.know(3, "Jana", external=("fresha", "7"))
        everything = {"email": "jana@example.com", "external": ("fresha", "7")}
        self.assertEqual(self.clients(self.met("Jana", JANA_PHONE, **everything)), [1])
        self.assertEqual(self.clients(self.met("Jana", PETR_PHONE, **everything)), [2])
        self.assertEqual(self.clients(self.met("Jana", "+420603333333", external=("fresha", "7"))), [3])
        self.assertEqual(self.clients(self.met("Jana", "+420604444444", external=("reservio", "7"))), [None])

    def test_mother_and_child_share_an_email_but_neither_phone_nor_name(self):
        self.know(1, "Jana Nováková", phone=JANA_PHONE, email="rodina@example.com")
        self.assertEqual(self.clients(self.met("Petr Novák", PETR_PHONE, "rodina@example.com")), [None])
        self.assertEqual(self.clients(self.met("JANA NOVAKOVA", "+420603333333", "rodina@example.com")), [1])
        self.assertEqual(self.clients(self.met("J. Nováková", None, "rodina@example.com")), [1])

    def test_of_two_with_one_email_the_namesake_is_meant(self):
        self.know(1, "Jana", email="rodina@example.com")
        self.know(2, "Petr", email="rodina@example.com")
        self.assertEqual(self.clients(self.met("Petr", email="rodina@example.com")), [2])

    def test_an_email_of_strangers_joins_no_persons(self):
        first = self.met("Filip Šestý", email="neni@salon.example")
        second = self.met("Gábina Sedmá", email="neni@salon.example")
        again = self.met("Sedmá Gábina", email="neni@salon.example")
        self.assertIsNot(first.whole(), second.whole())
        self.assertIs(again.whole(), second.whole())

    def test_a_later_row_shows_that_two_rows_are_one_person(self):
        by_phone = self.met("Jana", phone=JANA_PHONE)
        by_email = self.met("Jana", email="jana@example.com")
        self.assertIsNot(by_phone.whole(), by_email.whole())
        both = self.met("Jana", JANA_PHONE, "jana@example.com")
        self.assertIs(by_phone.whole(), by_email.whole())
        self.assertIs(both.whole(), by_phone.whole())

    def test_rows_of_one_person_belong_to_the_client_of_any_of_them(self):
        self.know(5, "Jana", email="jana@example.com")
        by_phone = self.met("Jana", phone=JANA_PHONE)
        self.met("Jana", JANA_PHONE, "jana@example.com")
        self.assertEqual(self.clients(by_phone), [5])

    def test_two_clients_stay_two_whatever_a_row_says(self):
        self.know(1, "Jana", phone=JANA_PHONE)
        self.know(2, "Jana", email="jana@example.com")
        row = self.met("Jana", JANA_PHONE, "jana@example.com")
        self.assertEqual(self.clients(row, self.met(email="jana@example.com")), [1, 2])

    def test_two_phones_stay_two_persons(self):
        first, second = self.met("Jana", JANA_PHONE), self.met("Jana", PETR_PHONE)
        self.assertIsNot(first.whole(), second.whole())

    def test_a_name_alone_is_enough_where_only_one_has_it(self):
        self.know(1, "Jana Nováková", phone=JANA_PHONE)
        self.assertEqual(self.named("Jana Novotná").client, None)
        for spelling in (" jana NOVAKOVA", "Nováková Jana", "Mgr. Jana Nováková", "Nováková, Jana"):
            self.assertEqual(self.named(spelling).client, 1, spelling)
        self.know(2, "Jana Nováková", phone=PETR_PHONE)
        with self.assertRaises(LookupError):
            self.named("Jana Nováková")

    def test_an_archived_namesake_is_ignored(self):
        self.know(1, "Jana", phone=JANA_PHONE)
        self.know(2, "Jana", phone=PETR_PHONE, archived=True)
        self.assertEqual(self.named("Jana").client, 1)

    def test_the_file_s_own_numbers_keep_apart_who_shares_a_mark(self):
        mother = self.met("Jana", email="rodina@example.com", number="1")
        daughter = self.met("Eva", email="rodina@example.com", number="2")
        again = self.met("Jana", email="rodina@example.com", number="1")
        self.assertIsNot(mother.whole(), daughter.whole())
        self.assertIs(mother.whole(), again.whole())
        self.assertIsNot(self.named("Petra", number="3"), self.named("Petra", number="4"))

    def test_numbered_persons_find_the_clients_created_from_them(self):
        self.know(1, "Jana", email="rodina@example.com")
        self.know(2, "Eva", email="rodina@example.com")
        self.know(3, "Petra")
        self.know(4, "Petra")
        persons = [
            self.met("Jana", email="rodina@example.com", number="1"),
            self.met("Eva", email="rodina@example.com", number="2"),
        ]
        persons += [self.named("Petra", number="3"), self.named("Petra", number="4"), self.named("Petra", number="5")]
        self.assertEqual(self.clients(*persons), [1, 2, 3, 4, None])

    def test_one_who_comes_and_an_archived_one_with_her_phone_are_two(self):
        active, archived = self.met("Jana", JANA_PHONE), self.met("Stará Jana", JANA_PHONE, archived=True)
        self.assertIsNot(active.whole(), archived.whole())
        self.know(1, "Petr", PETR_PHONE, archived=True)
        self.assertEqual(
            self.clients(self.met("Petr", PETR_PHONE), self.met("Petr", PETR_PHONE, archived=True)), [1, 1]
        )

    def test_a_number_of_another_system_stays_with_its_first_person(self):
        self.met("Iva", JANA_PHONE)
        first = self.met("Ida", PETR_PHONE, external=("x", "7"))
        second = self.met("Iva", JANA_PHONE, external=("x", "7"))
        self.assertEqual((first.whole().external, second.whole().external), (("x", "7"), None))
        self.assertIs(self.people.owner(("x", "7"), Marks("Iva", JANA_PHONE)), first)


class TestVisits(BaseCase):
    def row(self, number, start=NOON, day=None, ref=None, amount=500, services="Střih", line=None, client="Jana"):
        return RowVisit(number, client, start, day, ref, Decimal(amount), f"{services}{amount}", line)

    def known(self, visit, start=NOON, ref=None, amount=500, client="Jana"):
        return Known(visit, client, start, start.date(), ref, Decimal(amount))

    def test_a_row_that_repeats_another_adds_nothing(self):
        rows = [self.row(2), self.row(3), self.row(4, services="Barva"), self.row(5, client="Petr")]
        self.assertEqual(list(group(rows)), [2, 4, 5])
        self.assertEqual(
            [(row.visit_row, row.duplicate) for row in rows], [(2, False), (2, True), (4, False), (5, False)]
        )

    def test_rows_with_one_number_are_one_visit_of_several_services(self):
        rows = [self.row(2, ref="R1"), self.row(3, start=MORNING, ref="R1", services="Barva"), self.row(4, ref="R2")]
        self.assertEqual(
            {first: [row.number for row in visit] for first, visit in group(rows).items()}, {2: [2, 3], 4: [4]}
        )

    def test_a_further_line_belongs_to_the_visit_before_it(self):
        rows = [
            self.row(2),
            self.row(3, line=2),
            self.row(4, services="Barva"),
            self.row(5, services="Barva", line=2),
        ]
        self.assertEqual(
            {first: [row.number for row in visit] for first, visit in group(rows).items()}, {2: [2, 3], 4: [4, 5]}
        )

    def test_two_visits_that_look_the_same_are_two_where_their_lines_are_numbered(self):
        rows = [self.row(2, line=1), self.row(3, line=1), self.row(4, line=2)]
        self.assertEqual({first: len(visit) for first, visit in group(rows).items()}, {2: 1, 3: 2})

    def test_the_same_file_twice_finds_all_that_it_has_made(self):
        rows = [self.row(2), self.row(3, amount=600), self.row(4, amount=700), self.row(5, start=MORNING)]
        here = [
            self.known(11, amount=700),
            self.known(12, amount=500),
            self.known(13, start=MORNING),
            self.known(14, amount=600),
        ]
        self.assertEqual(match(group(rows), here), {2: 12, 3: 14, 4: 11, 5: 13})

    def test_each_existing_visit_matches_one_row(self):
        rows = [self.row(2), self.row(3, amount=600)]
        self.assertEqual(match(group(rows), [self.known(11, amount=550)]), {2: 11})

    def test_a_row_without_an_hour_matches_a_visit_by_its_day(self):
        rows = [self.row(2, start=datetime(2026, 2, 28, 23), day=date(2026, 3, 1))]
        self.assertEqual(match(group(rows), [self.known(11)]), {2: 11})
        self.assertEqual(match(group(rows), [self.known(11, client="Petr")]), {})

    def test_the_differences_of_a_row_from_its_numbered_visit_are_found(self):
        def found(row, ref="R1"):
            return differences([row], Known(11, "Jana", NOON, NOON.date(), ref, Decimal(500), "scheduled", True))

        same = self.row(2, ref="R1")
        self.assertEqual(found(same), set())
        same.state = "done"
        self.assertEqual(found(same), {"state"})
        self.assertEqual(found(same, ref=None), set(), "a visit without a number is not compared")
        self.assertEqual(found(self.row(2, ref="R1", start=MORNING)), {"start"})
        self.assertEqual(found(self.row(2, ref="R1", start=MORNING, day=NOON.date())), set(), "the row has no hour")
        self.assertEqual(found(self.row(2, ref="R1", amount=600)), {"amount"})
        silent = self.row(2, ref="R1", amount=0)
        silent.has_amount = False
        self.assertEqual(found(silent), set())

    def test_another_number_is_another_visit(self):
        rows = [self.row(2, ref="R1")]
        self.assertEqual(match(group(rows), [self.known(11, ref="R2")]), {})
        self.assertEqual(match(group(rows), [self.known(11, start=MORNING, ref="R1")]), {2: 11})


class TestFields(BaseCase):
    def test_headers_are_known_in_czech_and_english_however_they_are_written(self):
        cases = {
            "Jméno a příjmení;Tel. č.:;E-mail;Datum nar.;Poznámka": "name;phone;email;birth_date;notes",
            "JMENO;PRIJMENI;MOBIL": "given_name;family_name;phone",
            "Jméno;Telefon": "name;phone",
            "Client;Mobile number;Email": "name;phone;email",
            "Klientka;Datum a čas;Služba;Kadeřnice;Stav;Poznámka": "name;date;service;staff;state;visit_note",
            "Foo;Telefon;": ";phone;",
            "Souhlas SMS;Newsletter;Souhlas s marketingem;GDPR": "sms_consent;email_consent;consent;",
        }
        for headers, meant in cases.items():
            with self.subTest(headers=headers):
                self.assertEqual(guess(headers.split(";")), meant.split(";"))

    def test_a_noun_or_a_currency_beside_a_field_s_word_does_no_harm(self):
        cases = {
            "Customer Name;Customer Email;Customer Phone;Customer ID": "name;email;phone;external_id",
            "Client Name;Client Email;Client Phone;Client Since": "name;email;phone;",
            "Appointment Date;Appointment Time;Service;Service Price": "date;time;service;amount",
            "Service Duration;Service name;Treatment": "duration;service;service",
            "Telefon zákazníka;Čas rezervace;E-mail klientky;Poznámka rezervace": "phone;time;email;visit_note",
            "firstName;lastName;phoneNumber;emailAddress;birthDate": "given_name;family_name;phone;email;birth_date",
            "customer_phone;customerEmail;guest-name": "phone;email;name",
            "Cena (Kč);Price EUR;Amount €": "amount;amount;amount",
            "Cena v eurech;Preis in Euro;Měna;Currency": "amount;amount;currency;currency",
            "Währung;Moneda": "currency;currency",
            "Employee Name;Employee Phone;Staff email;Provider name": "staff;;;staff",
            "Client status;Client total;Service ID;Booking Created": ";;;",
        }
        for headers, meant in cases.items():
            with self.subTest(headers=headers):
                self.assertEqual(guess(headers.split(";")), meant.split(";"))

    def test_headers_of_consents_and_refusals_are_known_either_way_round(self):
        cases = {
            "sms_consent": "Send Promotional Texts;SMS Subscription Status;smsOptIn;Souhlasí se SMS;Chce SMS",
            "email_consent": "Send Promotional Emails;Email Subscription Status;Newsletter subscription;Zasílat maily",
            "consent": "Send marketing;Allow promotions;Povoleno obchodní sdělení;Subscribed",
            "no_sms": "Neposílat SMS;No SMS;Do not text SMS;SMS opt-out;Nesouhlasí s SMS;Odhlášen z SMS;smsOptOut",
            "no_email": "Email Opted Out;Do not email;Nezasílat e-maily;No newsletter;Odhlášen z newsletteru",
            "no_contact": "Unsubscribed;Do not contact;Opted out;Odhlášen;Odhlášena;Nekontaktovat;Zákaz reklamy;DNC"
            ";Unsubscribe date;No marketing;Nechce reklamu;Blacklisted",
            "": "No shows;Not paid;Never paid;Důvod odmítnutí;Declined"
            ";SMS sent;Last SMS;Email status;Stop time;GDPR;Souhlas GDPR;Photo consent",
        }
        for meant, headers in cases.items():
            for header in headers.split(";"):
                with self.subTest(header=header):
                    self.assertEqual(guess([header]), [meant])

    def test_refusals_and_consents_in_the_words_of_salons_are_known(self):
        cases = {
            "no_sms": "Do Not Text;DoNotText;Neodesílat SMS;Nechci SMS;Nerozesílat SMS",
            "no_email": "Complained;Nerozesílat e-maily",
            "no_contact": "Do Not Call;Do not send;Do not market;do_not_disturb;Unsub;Unsub time;UNSUB_REASON"
            ";Black list;Neobesílat;Nerozesílat;Neodebírá;Zrušen odběr;Odhl.;Vyřazen z rozesílky;Nepřeje si"
            ";Nepřeje si být kontaktován;Odmítá zasílání;Neobtěžovat;Nerušit;Zákaz kontaktování;Neposielať"
            ";Keine Werbung;No molestar",
            "sms_consent": "Text opt-in;OK to text;canText",
            "consent": "Contactable;Obesílat;Odebírá;Kontaktovat;Lze kontaktovat;Smí se psát;Chce novinky"
            ";Posílat nabídky;Kontakt povolen;Zasílat novinky;Súhlas;Súhlas so zasielaním;Einwilligung",
        }
        for meant, headers in cases.items():
            for header in headers.split(";"):
                with self.subTest(header=header):
                    self.assertEqual(guess([header]), [meant])

    def test_headers_that_may_be_about_messages_are_pointed_at_and_left_to_people(self):
        for header in ("Bounced", "Rozesílka", "Odběratel", "Odmítá", "STOP", "Stopka", "Baja", "Zákaz"):
            with self.subTest(header=header):
                self.assertEqual((guess([header]), looks_like(header, ["ano"])), ([""], "consent"))

    def test_ordinary_headers_are_neither_consents_nor_refusals(self):
        headers = (
            "Odběr zboží;Odběrné místo;Číslo odběratele;Kontaktní osoba;Kontakt na rodiče;Text;Text zprávy;Nabídka"
            ";Zakázka;Číslo zakázky;Poslat fakturu;Zasílání faktur;Zprávy;Nechce kávu;Chce kávu;Nepřeje si fakturu"
            ";Nesmí lak;Lze parkovat;Může platit kartou;Can pay;May;Akce;Akce povolena;Stop time"
            ";Reklamace;Complaints;Next call;Odmítnuto;Datum storna"
        )
        for header in headers.split(";"):
            with self.subTest(header=header):
                self.assertEqual((guess([header]), looks_like(header, ["ano"])), ([""], ""))
        about_consent = [name for name in FIELDS if "consent" in name or name.startswith("no_")]
        for name, field in FIELDS.items():
            for spelling in field.spellings.split(",") if name not in about_consent else ():
                with self.subTest(spelling=spelling):
                    self.assertNotIn(guess([spelling])[0], about_consent)

    def test_unknown_columns_that_matter_are_pointed_at(self):
        cases = (
            ("GDPR", ["ano"], "consent"),
            ("Email status", ["ok"], "consent"),
            ("SMS reminders", ["Yes", "No", ""], "consent"),
            ("Marketing preference", ["x"], "consent"),
            ("Kontaktní údaj", ["601 234 567", "+420 602 345 678", ""], "phone"),
            ("Kontaktní údaj", ["a@b.cz", "", "c@d.cz"], "email"),
            ("Registered", ["1.3.2024 10:00", "2024-03-01"], ""),
            ("City", ["Brno"], ""),
            ("SMS sent", ["17"], ""),
        )
        for header, cells, kind in cases:
            with self.subTest(header=header, cells=cells):
                self.assertEqual(looks_like(header, cells), kind)

    def test_a_price_is_known_with_its_currency_and_its_tax(self):
        cases = {
            "Cena (bez DPH)": "amount",
            "Price CZK incl. VAT": "amount",
            "Cena - Eura;Cena (Sk);Částka (zł);Uhrazeno EUR": "amount;amount;amount;amount",
            "Suma;Cost;Amount paid": "amount;amount;amount",
            # What the client paid, where there are both.
            "Cena bez DPH;Cena s DPH": ";amount",
            "Net price;DPH;Gross price": ";;amount",
            "Základ daně;Celkem": ";amount",
            "Gross;Net": "amount;",
            "Cena;Sleva;Cena po slevě": "amount;;amount",
        }
        for headers, meant in cases.items():
            with self.subTest(headers=headers):
                self.assertEqual(guess(headers.split(";")), meant.split(";"))
        for header, cells, kind in (
            ("Poplatek za ošetření (cena)", ["450", "1 200,-", "zdarma"], "amount"),
            ("Zaplaceno kartou", ["450 Kč", "", "300"], "amount"),
            ("Zaplaceno", ["ano", "ne"], ""),
            ("Body", ["450", "300"], ""),
        ):
            with self.subTest(header=header):
                self.assertEqual(looks_like(header, cells), kind)

    def test_a_column_of_answers_holds_no_names(self):
        found = guess(["Jméno", "Zákazník", "Telefon"])
        self.assertEqual(found, ["given_name", "name", "phone"])
        cells = [["Jana", "Eva Malá"], ["Ano", "ne", ""], ["601", ""]]
        self.assertEqual(with_cells(found, cells), ["name", "", "phone"])
        self.assertEqual(with_cells(found, [["Jana"], ["Jana Nová"], ["601"]]), found)
        found = guess(["Jméno", "Příjmení", "Klient"])
        self.assertEqual(with_cells(found, [["Jana"], ["Nová"], ["1"]]), ["given_name", "family_name", ""])

    def test_parts_by_the_method_of_payment_count_where_no_column_has_all_of_them(self):
        cases = {
            "Datum;Hotově;Kartou": "date;amount;amount",
            "Datum;Cena;Hotově;Karta": "date;amount;amount;amount",
            "Datum;Celkem;Hotově;Kartou": "date;amount;;",
            "Datum;Zaplaceno kartou (Kč);Zaplaceno hotově (Kč)": "date;amount;amount",
            "Datum;Hotově": "date;amount",
            # All of it, or not.
            "Datum;Cena;Hotově": "date;amount;",
            "Jméno;Hotově;Kartou": "name;;",
            "Datum;Karta": "date;code",
            "Datum;Karta;Cena": "date;code;amount",
        }
        for headers, meant in cases.items():
            with self.subTest(headers=headers):
                self.assertEqual(guess(headers.split(";")), meant.split(";"))

    def test_a_column_of_words_or_flags_holds_no_amounts(self):
        found = ["amount", "amount"]
        self.assertEqual(with_cells(found, [["900"], ["ano", "ne", ""]]), ["amount", ""])
        self.assertEqual(with_cells(found, [["900"], ["1", "0"]]), ["amount", ""])
        self.assertEqual(with_cells(found, [["900", "zdarma"], ["#FORMULA!"]]), found)
        self.assertEqual(with_cells(["amount"], [["0", "1"]]), ["amount"])

    def test_a_time_with_its_day_is_the_date(self):
        moments = ["September 24, 2026 9:00 am"]
        self.assertEqual(with_cells(["name", "time"], [["Jana"], moments]), ["name", "date"])
        self.assertEqual(with_cells(["name", "time"], [["Jana"], ["9:00 am"]]), ["name", "time"])
        self.assertEqual(with_cells(["date", "time"], [moments, moments]), ["date", "time"])

    def test_exports_of_other_systems_are_known_by_their_headers(self):
        cases = {
            "Customer First;Customer Last;Cell;Day Phone;Email;Birthday (MM/DD);Receive Text Promotions;Amount Paid": (
                "given_name;family_name;phone;phone;email;birth_date;sms_consent;"
            ),
            "First Name;Last Name;Email 1;Phone 1;Email subscriber status;SMS subscriber status;Labels": (
                "given_name;family_name;email;phone;email_consent;sms_consent;tags"
            ),
            "Invitee Name;Invitee Email;Event Type Name;Start Date & Time;Canceled;Marked as No-Show": (
                "name;email;service;date;cancelled;no_show"
            ),
            "Start Time;End Time;First Name;Phone;Type;Calendar;Appointment Price;Paid?;Notes;Canceled;No Show": (
                "date;;given_name;phone;service;staff;amount;;visit_note;cancelled;no_show"
            ),
            "Appt. ref.;Client;Scheduled date;Service;Gross sales;Net sales;Total sales": (
                "visit_ref;name;date;service;;;amount"
            ),
            "Voornaam;Achternaam;Telefoon;E-mail;Geboortedatum;Nieuwsbrief;Notities": (
                "given_name;family_name;phone;email;birth_date;email_consent;notes"
            ),
            "Meno;Priezvisko;Telefónne číslo;Dátum narodenia;Súhlas": "given_name;family_name;phone;birth_date;consent",
            "Vorname;Nachname;Handynummer;Geburtstag;Termin;Uhrzeit;Leistung;Mitarbeiter;Preis": (
                "given_name;family_name;phone;birth_date;date;time;service;staff;amount"
            ),
            "Client ID;First Name;Mobile Number;Email;Accepts Marketing;Accepts SMS Marketing;Blocked;Note;Added": (
                "external_id;given_name;phone;email;email_consent;sms_consent;archived;notes;"
            ),
            "Appt. ref.;Client;Team member;Status;Scheduled date;Category;Service;Duration (mins);Net sales": (
                "visit_ref;name;staff;state;date;;service;duration;amount"
            ),
            "First Name;Last Name;Organization Name;Birthday;Notes;Labels;E-mail 1 - Value;Phone 1 - Value": (
                "given_name;family_name;;birth_date;notes;tags;email;phone"
            ),
            "Name;Given Name;Family Name;Group Membership;E-mail 1 - Type;E-mail 1 - Value;Phone 1 - Value": (
                "name;given_name;family_name;tags;;email;phone"
            ),
            "firstname;lastname;email;phone;note;birthday;privacyPolicyAcceptedAt;marketingNotificationsAcceptedAt": (
                "given_name;family_name;email;phone;notes;birth_date;;consent_at"
            ),
            "Имя;Телефон;Email;Дата рождения;Комментарий": "name;phone;email;birth_date;notes",
            "Nº cliente;Nombre;Apellidos;Móvil;Fijo;Email;Fecha de nacimiento": (
                "external_id;given_name;family_name;phone;phone;email;birth_date"
            ),
        }
        for headers, meant in cases.items():
            with self.subTest(headers=headers):
                self.assertEqual(guess(headers.split(";")), meant.split(";"))

    def test_every_label_of_ours_is_read_back(self):
        labels = [(name, field.label) for name, field in FIELDS.items()]
        self.assertEqual(guess([label for _name, label in labels]), [name for name, _label in labels])
        self.assertEqual(len({fold_header(label) for _name, label in labels}), len(FIELDS))


class TestRows(BaseCase):
    SETTING = Setting("CZ", "Europe/Prague", datetime(2026, 11, 20, 11, 0), ("en_US", "cs_CZ"))

    def reading_of(self, columns, *cells):
        reader = RowReader(columns.split(";"), lambda _place: iter(()), self.SETTING)
        return reader.reading(list(cells))

    def test_every_problem_of_a_row_is_named(self):
        columns = "name;phone;email;birth_date;date;amount;state"
        reading = self.reading_of(columns, "N" * 256, "601", "jana", "31.2.2000", "1.13.2024", "-5", "snad")
        self.assertEqual(
            reading.problems,
            [
                ("name", "too_long"),
                ("phone", "too_short"),
                ("email", "invalid_email"),
                ("amount", "negative_amount"),
                ("date", "day_out_of_range"),
            ],
        )
        self.assertEqual(reading.notes, ["unread:birth_date", "unknown_state"])

    def test_inactive_blocked_and_former_clients_are_archived(self):
        no = ("Aktivní=ne", "Aktivní=0", "Active=No", "Is active=false", "Aktivní klient=neaktivní")
        yes = (
            *("Zablokovaný", "Blokace", "Vyřazen", "Smazáno", "Bývalý klient", "Zesnulý", "Zemřel", "Deceased"),
            *("Neaktivní", "Klient zablokován", "Is deleted", "Blokovaná", "Inactive", "Verstorben"),
        )
        days = ("Zemřel=1.3.2024", "Smazáno=2024-03-01", "Datum úmrtí=1.3.2024", "Smazáno=smazáno", "Blocked=x")
        for case in (*no, *(f"{header}=ano" for header in yes), *days):
            header, answer = case.split("=")
            with self.subTest(case):
                reading = self.reading_of(";".join(guess(["Jméno", header])), "Jana", answer)
                self.assertEqual(reading.client, {"name": "Jana", "archived": True})
                self.assertEqual((reading.problems, reading.notes), ([], []))
        for case in ("Aktivní=ano", "Active=1", "Zesnulý=ne", "Blokace=0", "Smazáno=", "Aktivní="):
            header, answer = case.split("=")
            with self.subTest(case):
                reading = self.reading_of(";".join(guess(["Jméno", header])), "Jana", answer)
                self.assertEqual((reading.client, reading.problems), ({"name": "Jana"}, []))
        for header, field in (("Aktivní", "is_active"), ("Blokace", "archived")):
            reading = self.reading_of(";".join(guess(["Jméno", header])), "Jana", "podle domluvy")
            self.assertEqual(reading.problems, [(field, "unreadable_yes_no")])

    def test_a_client_whose_state_is_inactive_or_blocked_is_archived_with_a_remark(self):
        for state in (
            "Neaktivní",
            "Inactive",
            "Blokovaná",
            "Zemřela",
            "Smazáno",
            "bývalý klient",
            "Archivovaný",
            "Deleted",
        ):
            with self.subTest(state):
                reading = self.reading_of("name;state", "Jana", state)
                self.assertEqual(
                    (reading.client, reading.notes), ({"name": "Jana", "archived": True}, ["inactive_state"])
                )
        for state in ("Aktivní", "Active", "Nový", "VIP", "Zrušeno", "Lost", ""):
            with self.subTest(state):
                self.assertEqual(self.reading_of("name;state", "Jana", state).client, {"name": "Jana"})
        # In a file of visits it may be the state of a visit.
        for state, archived in (("Smazáno", None), ("Deleted", None), ("Neaktivní", True)):
            with self.subTest(state):
                reading = self.reading_of("name;date;state", "Jana", "1.3.2026", state)
                self.assertEqual(reading.client.get("archived"), archived)

    def test_a_language_is_known_by_its_name_and_a_remark_names_an_unknown_one(self):
        languages = ("en_US", "cs_CZ", "sk_SK", "uk_UA")
        reader = RowReader(["name", "lang"], lambda _place: (), replace(self.SETTING, languages=languages))
        known = {
            "cs_CZ": "cs; CZ; cs-CZ; čeština; Česky; Czech; tschechisch",
            "sk_SK": "slovenština; slovenčina; sk; Slovak",
            "en_US": "English; angličtina; en_GB; EN",
            "uk_UA": "ukrajinština; UA; uk",
        }
        for code, words in known.items():
            for word in words.split("; "):
                with self.subTest(word):
                    reading = reader.reading(["Jana", word])
                    self.assertEqual((reading.client["lang"], reading.notes), (code, []))
        for word in ("klingonsky", "němčina", "sl", "?", "12"):
            with self.subTest(word):
                reading = reader.reading(["Jana", word])
                self.assertEqual((reading.client, reading.problems), ({"name": "Jana"}, []))
                self.assertEqual(reading.notes, [] if word == "?" else ["unread:lang"])

    def test_an_email_among_the_phones_is_the_client_s_email(self):
        cases = {
            ("jana@example.com", ""): (None, "jana@example.com", {}),
            ("601234567, jan5@example.com", ""): ("+420601234567", "jan5@example.com", {}),
            ("jana@example.com", "eva@example.com"): (
                None,
                "eva@example.com",
                {"further_emails": ["jana@example.com"]},
            ),
            ("manželka", ""): (None, None, {"further_phones": ["manželka"]}),
        }
        for (contact, email), (number, address, further) in cases.items():
            with self.subTest(contact=contact):
                reading = self.reading_of("name;phone;email", "Jana", contact, email)
                self.assertEqual(reading.problems, [])
                self.assertEqual((reading.client.get("phone"), reading.client.get("email")), (number, address))
                kept = {name: texts for name, texts in reading.client.items() if name.startswith("further_")}
                self.assertEqual(kept, further)

    def test_a_consent_needs_its_day_and_its_words(self):
        columns = "name;sms_consent;sms_consent_at;sms_consent_text"
        cases = {
            ("Jana", "ano", "", ""): ({}, ["consent_without_proof"]),
            ("Jana", "ano", "1.3.2024", ""): ({}, ["consent_without_proof"]),
            ("Jana", "ano", "", "Souhlasím"): ({}, ["consent_without_proof"]),
            ("Jana", "ano", "1.3.2024", "Souhlasím"): (
                {"sms_consent": {"given": True, "at": "2024-03-01", "text": "Souhlasím"}},
                [],
            ),
            ("Jana", "ne", "", ""): ({"sms_consent": {"given": False}}, []),
            ("Jana", "", "1.3.2024", ""): ({}, []),
        }
        for cells, (client, notes) in cases.items():
            with self.subTest(cells=cells):
                reading = self.reading_of(columns, *cells)
                self.assertEqual((reading.client, reading.notes), ({"name": "Jana", **client}, notes))

    def test_one_consent_for_both_channels_gives_way_to_one_for_a_channel(self):
        reading = self.reading_of("name;consent;email_consent", "Jana", "ne", "ne")
        self.assertEqual(
            reading.client, {"name": "Jana", "sms_consent": {"given": False}, "email_consent": {"given": False}}
        )

    def test_a_refusal_counts_in_any_column_and_wording(self):
        no = {"given": False}
        cases = (
            ("no_sms", "ano", {"sms_consent": no}, []),
            ("no_email", "x", {"email_consent": no}, []),
            ("no_contact", "1", {"sms_consent": no, "email_consent": no}, []),
            ("no_contact", "ne", {}, []),
            ("no_sms", "", {}, []),
            ("no_sms", "2024-03-01", {"sms_consent": {"given": False, "at": "2024-03-01"}}, []),
            ("no_sms", "po úrazu", {"sms_consent": {"given": False, "text": "po úrazu"}}, ["unclear_refusal"]),
            ("no_sms", "?", {"sms_consent": {"given": False, "text": "?"}}, ["unclear_refusal"]),
            ("no_sms", "-", {}, []),
            ("no_contact", "odhlášen", {"sms_consent": no, "email_consent": no}, []),
            ("no_contact", "subscribed", {}, []),
            ("consent", "NE - nepsat", {"sms_consent": no, "email_consent": no}, []),
            ("sms_consent", "Nechce žádné zprávy", {"sms_consent": no}, []),
            ("sms_consent", "?", {}, []),
            ("email_consent", "unsubscribed", {"email_consent": no}, []),
            ("email_consent", "bounced", {"email_consent": no}, []),
            ("email_consent", "pending", {}, []),
        )
        for column, cell, said, notes in cases:
            with self.subTest(column=column, cell=cell):
                reading = self.reading_of(f"name;{column}", "Jana", cell)
                self.assertEqual(
                    (reading.client, reading.notes, reading.problems), ({"name": "Jana", **said}, notes, [])
                )

    def test_a_note_or_tag_that_reads_like_a_refusal_is_pointed_at(self):
        cases = {
            "notes": {
                True: ("NEPOSÍLAT SMS!", "VIP. Nechce sms", "no sms", "Barva 7/3\nneposílat", "STOP"),
                False: (
                    "Nechce kávu",
                    "Pošle SMS",
                    "",
                    "Bez parabenů",
                    "psí vousy, nevolá na sms, ale na telefon prý ano",
                ),
            },
            "tags": {True: ("VIP, neposílat", "nechce sms", "no sms"), False: ("VIP", "barva, melír")},
        }
        for name, groups in cases.items():
            for is_noted, cells in groups.items():
                for cell in cells:
                    with self.subTest(name=name, cell=cell):
                        reading = self.reading_of(f"name;{name}", "Jana", cell)
                        self.assertEqual(reading.notes, ["refusal_in_words"] if is_noted else [])
                        self.assertNotIn("sms_consent", reading.client)

    def test_a_refusal_in_any_text_of_a_row_is_pointed_at(self):
        columns = ["given_name", "family_name", "phone", "email", "visit_note", "date", "", ""]
        plain = ["Jana", "Nováková", "601111111", "jana@example.com", "barva", "1.3.2026", "káva", "601222333"]
        cases = {
            0: "STOP Jana",
            1: "Nováková - NEPSAT",
            2: "601 111 111 NEPOSÍLAT SMS",
            3: "jana@example.com NEPOSÍLAT",
            4: "zrušila souhlas",
            6: "Do not text",
            8: "neposílat nic",
        }
        reader = RowReader(columns, lambda _place: (), self.SETTING, hints=[""] * 7 + ["phone"])
        self.assertEqual(reader.reading(plain).notes, ["kept_address"])
        for place, text in cases.items():
            with self.subTest(text=text):
                cells = [*plain, ""]
                cells[place] = text
                reading = reader.reading(cells)
                self.assertEqual((reading.problems, reading.notes), ([], ["kept_address", "refusal_in_words"]))
                self.assertEqual((reading.client["phone"], reading.client["email"]), (JANA_PHONE, "jana@example.com"))
        # A name with such words is no greeting.
        reading = reader.reading(["STOP Jana", *plain[1:]])
        self.assertEqual(reading.client["name"], "STOP Jana Nováková")
        self.assertNotIn("given_name", reading.client)

    def test_a_recorded_refusal_is_not_pointed_at_again(self):
        reading = self.reading_of("name;notes;no_contact", "Jana", "NEPOSÍLAT SMS", "ano")
        self.assertEqual(reading.notes, [])
        reading = self.reading_of("name;notes;no_email", "Jana", "NEPOSÍLAT SMS", "ano")
        self.assertEqual(reading.notes, ["refusal_in_words"])

    def test_a_state_is_a_refusal_with_visits_and_without(self):
        refusals = ("sms_consent", "email_consent")
        for columns, state, refused in (
            ("name;state", "Odhlášen", refusals),
            ("name;state", "STOP", refusals),
            ("name;state", "hard bounce", ("email_consent",)),
            ("name;date;state", "Unsubscribed", refusals),
            ("name;date;state", "odhlášen", refusals),
            ("name;date;state", "Zrušeno", ()),
            ("name;state", "Aktivní", ()),
        ):
            with self.subTest(columns=columns, state=state):
                cells = ["Jana", "1.3.2024", state] if "date" in columns else ["Jana", state]
                reading = self.reading_of(columns, *cells)
                self.assertEqual(tuple(name for name in refusals if name in reading.client), refused)
                self.assertEqual("refusal_in_state" in reading.notes, bool(refused))
        self.assertEqual(reading.visit, {})
        self.assertEqual(self.reading_of("name;date;state", "Jana", "1.3.2024", "odhlášen").visit["state"], "cancelled")
        self.assertEqual(self.reading_of("name;date;state", "Jana", "1.3.2024", "Unsubscribed").visit, {})

    def test_all_addresses_of_a_row_are_kept(self):
        reading = self.reading_of(
            "name;phone;phone;email;email",
            *("Jana", "222 333 444", "601 111 111, 602 222 222", "jana@example.com; b@example.com", "c@example.com"),
        )
        self.assertEqual(
            reading.client,
            {
                "name": "Jana",
                "phone": JANA_PHONE,
                "further_phones": ["+420222333444", "+420602222222"],
                "email": "jana@example.com",
                "further_emails": ["b@example.com", "c@example.com"],
            },
        )
        reading = self.reading_of("name;email;email", "Jana", "jana@", "jana@example.com")
        self.assertEqual((reading.client["email"], reading.notes), ("jana@example.com", ["unread:email"]))
        self.assertEqual(reading.client["further_emails"], ["jana@"])
        reading = self.reading_of("name;email", "Jana", "jana@")
        self.assertEqual(reading.problems, [("email", "invalid_email")])

    def test_the_prefix_of_a_phone_may_have_a_column_of_its_own(self):
        cases = (
            ("+48", "602103402", "+48602103402", []),
            ("48", "602 103 402", "+48602103402", []),
            ("0048", "602103402", "+48602103402", []),
            ("PL", "602103402", "+48602103402", []),
            ("CZ (+420)", "602103402", "+420602103402", []),
            ("421", "0905103401", "+421905103401", []),
            ("420", "420602103403", "+420602103403", []),
            ("48", "+420602103403", "+420602103403", []),
            ("", "602103403", "+420602103403", []),
            # Of an area, and one that is none.
            ("602", "103403", "+420602103403", []),
            ("Polsko", "602103403", "+420602103403", ["phone_doubtful"]),
            ("1", "602103403", "+420602103403", ["phone_doubtful"]),
        )
        for prefix, cell, number, notes in cases:
            for columns in ("name;phone_prefix;phone", "name;phone;phone_prefix"):
                with self.subTest(prefix=prefix, cell=cell, columns=columns):
                    cells = [prefix, cell] if columns.endswith("phone") else [cell, prefix]
                    reading = self.reading_of(columns, "Jana", *cells)
                    self.assertEqual((reading.client["phone"], reading.notes), (number, notes))
        reading = self.reading_of("name;phone;phone_prefix;phone", "Jana", "601111111", "+48", "602103402")
        self.assertEqual(reading.client["further_phones"], ["+48602103402"])

    def test_a_word_for_nothing_may_be_a_family_name(self):
        cases = (
            (("Eva", "Bez"), ("Eva", "Bez"), ["name_word"]),
            (("Jan", "Není"), ("Jan", "Není"), ["name_word"]),
            (("Petr", "None"), ("Petr", "None"), ["name_word"]),
            (("EVA", "BEZ"), ("EVA", "BEZ"), ["name_word"]),
            (("None", "Novák"), ("None", "Novák"), ["name_word"]),
            (("Eva", "bez"), ("Eva", None), []),
            (("Eva", "NULL"), ("Eva", None), []),
            (("Null", "Null"), (None, None), []),
            (("Eva", "-"), ("Eva", None), []),
            (("Eva", "neuvedeno"), ("Eva", None), []),
        )
        for cells, names, notes in cases:
            with self.subTest(cells=cells):
                reading = self.reading_of("given_name;family_name", *cells)
                found = (reading.client.get("given_name"), reading.client.get("family_name"))
                self.assertEqual((found, reading.notes), (names, notes))

    def test_a_row_of_totals_is_no_client(self):
        for name in (
            "Celkem",
            "CELKEM:",
            "Total",
            "Grand total",
            "Součet",
            "Celkem klientů: 25",
            "Mezisoučet",
            "Spolu",
        ):
            with self.subTest(name=name):
                self.assertEqual(self.reading_of("name;amount;date", name, "15 000", "").problems, [("name", "totals")])
        for cells in (("Celkem", "601111111"), ("Suma Jan", ""), ("Celkem Petr", "")):
            with self.subTest(cells=cells):
                self.assertEqual(self.reading_of("name;phone", *cells).problems, [])

    def test_a_spreadsheet_s_apostrophe_is_no_part_of_a_number(self):
        reading = self.reading_of(
            "name;external_id;code;birth_date;notes", "Jana", "'7001", "'0042", "'1.2.1990", "'5 minut"
        )
        self.assertEqual(
            reading.client,
            {
                **{"name": "Jana", "external_id": "7001", "external_source": "import", "code": "0042"},
                **{"birth_date": "1990-02-01", "notes": "'5 minut"},
            },
        )

    def test_a_birthday_without_a_year_is_pointed_at(self):
        for text in ("16.5.", "16. 5", "5/16", "--05-16", "--0516", "1604-05-16", "16. května", "May 16"):
            with self.subTest(text=text):
                reading = self.reading_of("name;birth_date", "Jana", text)
                self.assertEqual((reading.client, reading.notes), ({"name": "Jana"}, ["no_year"]))

    def test_a_visit_that_was_cancelled_or_missed_may_have_columns_of_its_own(self):
        cases = (
            (("yes", "no", "Confirmed"), "cancelled"),
            (("false", "true", "Confirmed"), "no_show"),
            (("", "1", ""), "no_show"),
            (("2.3.2024", "", ""), "cancelled"),
            (("no", "no", ""), "done"),
            (("no", "no", "No show"), "no_show"),
        )
        for cells, state in cases:
            with self.subTest(cells=cells):
                reading = self.reading_of("name;date;cancelled;no_show;state", "Jana", "1.3.2024", *cells)
                self.assertEqual(reading.visit["state"], state)
                self.assertEqual(reading.visit.get("has_state", False), state != "done")

    def test_no_yes_elsewhere_lifts_a_refusal(self):
        columns = "name;consent;sms_consent;sms_consent_at;sms_consent_text;no_contact"
        for cells in (("ne", "ano", ""), ("ano", "ano", "ano"), ("ano", "ne", "")):
            with self.subTest(cells=cells):
                reading = self.reading_of(columns, "Jana", *cells[:2], "1.3.2024", "Souhlasím", cells[2])
                self.assertFalse(reading.client["sms_consent"]["given"])

    def test_a_refusal_with_an_unreadable_day_is_one_and_a_consent_is_none(self):
        columns = "name;sms_consent;sms_consent_at;sms_consent_text"
        notes = ["unread:sms_consent_at"]
        reading = self.reading_of(columns, "Jana", "ne", "loni", "")
        self.assertEqual(
            (reading.client["sms_consent"], reading.notes, reading.problems), ({"given": False}, notes, [])
        )
        reading = self.reading_of(columns, "Jana", "ano", "loni", "Souhlasím")
        self.assertEqual((reading.client, reading.notes), ({"name": "Jana"}, [*notes, "consent_without_proof"]))

    def test_a_phone_is_never_left_out_silently(self):
        cases = (
            (("601 234",), None, [], [("phone", "too_short")]),
            (("volat manželovi",), None, ["unread:phone"], []),
            (("0",), None, [], []),
            (("nemá",), None, [], []),
            (("601 234", "602 345 678"), "+420602345678", ["unread:phone"], []),
            (("222 333 444", "602 345 678"), "+420602345678", ["kept_address"], []),
            (("602345678; 602345679",), "+420602345678", ["phone_mended", "kept_address"], []),
            (("602345678 nebo 602345679",), "+420602345678", ["phone_mended", "kept_address"], []),
            (("602345678/602345679",), "+420602345678", ["phone_mended", "kept_address"], []),
            (("602345678/9",), "+420602345678", ["phone_mended", "unread:phone"], []),
            (("602345678 STOP",), "+420602345678", ["refusal_in_words"], []),
            (("000000000",), None, ["phone_dummy"], []),
            (("123456789", "602345678"), "+420602345678", ["phone_dummy"], []),
            (("903123456",), "+420903123456", ["phone_doubtful", "phone_no_sms"], []),
            (("222 333 444",), "+420222333444", ["phone_no_sms"], []),
            (("421903123456",), "+421903123456", ["phone_mended", "phone_doubtful"], []),
            (("+421903123456",), "+421903123456", [], []),
        )
        for cells, number, notes, problems in cases:
            with self.subTest(cells=cells):
                reading = self.reading_of("name" + ";phone" * len(cells), "Jana", *cells)
                self.assertEqual(
                    (reading.client.get("phone"), reading.notes, reading.problems), (number, notes, problems)
                )

    def test_an_optional_field_that_can_t_be_read_is_left_empty(self):
        columns = "name;birth_date;gender;is_vip;notes"
        for empty in (
            "0/0/00",
            "0/0/0000",
            "00.00.0000",
            "0000-00-00",
            "0000-00-00T00:00:00Z",
            "Unspecified",
            "neurčeno",
        ):
            reading = self.reading_of(columns, "Jana", empty, empty, empty)
            self.assertEqual((reading.client, reading.notes, reading.problems), ({"name": "Jana"}, [], []), empty)
        reading = self.reading_of(columns, "Jana", "1.13.1990", "muž nebo žena", "možná", "#REF!")
        self.assertEqual(reading.client, {"name": "Jana"})
        self.assertEqual(reading.notes, ["unread:notes", "unread:birth_date", "unread:gender", "unread:is_vip"])
        self.assertEqual(reading.problems, [])

    def test_what_the_file_does_not_hold_is_refused_not_taken_for_nothing(self):
        reading = self.reading_of(
            "name;phone;email;amount;date", "Jana", "#FORMULA!", "#NAME?", "#FORMULA!", "1.3.2024"
        )
        problems = [("phone", "formula_unsaved"), ("email", "spreadsheet_error"), ("amount", "formula_unsaved")]
        self.assertEqual(reading.problems, problems)
        self.assertEqual(self.reading_of("name;phone", "Jana", "#N/A").problems, [])

    def test_the_order_of_dates_is_that_of_the_whole_file(self):
        def read(columns, *rows, order=""):
            places = [list(column) for column in zip(*rows, strict=True)]
            reader = RowReader(columns.split(";"), lambda place: places[place], self.SETTING, order)
            return reader.reading(list(rows[0]))

        birth, start = "05/06/1980", {"start": "2026-09-23 22:00:00", "day": "2026-09-24", "state": "done"}
        reading = read("name;birth_date;date", ("Greg", birth, "09/24/2026"))
        self.assertEqual((reading.client["birth_date"], reading.visit), ("1980-05-06", start))
        reading = read("name;birth_date;date", ("Greg", birth, "24/09/2026"))
        self.assertEqual((reading.client["birth_date"], reading.visit), ("1980-06-05", start))
        # A column without a meaning shows it, too.
        reading = read("name;birth_date;", ("Greg", birth, "09/24/2026"))
        self.assertEqual(reading.client["birth_date"], "1980-05-06")
        for unknown in (("", "x"), ("09/24/2026", "24/09/2026")):
            reading = read("name;birth_date;date;;", ("Greg", birth, "01/02/2026", *unknown))
            self.assertEqual((reading.notes, reading.problems), (["unread:birth_date"], [("date", "ambiguous_date")]))
        reading = read("name;birth_date", ("Greg", birth), order="mdy")
        self.assertEqual(reading.client["birth_date"], "1980-05-06")

    def test_dates_with_dots_and_with_the_year_first_are_never_swapped_silently(self):
        def read(*dates, order=""):
            reader = RowReader(["name", "date"], lambda place: dates if place == 1 else (), self.SETTING, order)
            readings = [reader.reading(["Jana", day]) for day in dates]
            return [each.problems[0][1] if each.problems else each.visit["day"] for each in readings]

        impossible, ambiguous = "day_out_of_range", "ambiguous_date"
        self.assertEqual(read("09.24.2026", "09.05.2026"), [impossible, ambiguous])
        self.assertEqual(read("09.24.2026", "09.05.2026", "05.05.2026"), [impossible, ambiguous, "2026-05-05"])
        self.assertEqual(read("09.24.2026", "09.05.2026", order="mdy"), ["2026-09-24", "2026-09-05"])
        # Another date needs the usual order: the impossible one is a mistake.
        self.assertEqual(read("09.24.2026", "09.05.2026", "24.9.2026"), [impossible, "2026-05-09", "2026-09-24"])
        self.assertEqual(read("09.05.2026", order="mdy"), ["2026-05-09"])
        self.assertEqual(read("2026-24-09", "2026-05-09"), [impossible, ambiguous])
        self.assertEqual(read("20262409", "2026-05-09"), [impossible, ambiguous])
        self.assertEqual(read("2026-24-09", "2026-05-09", order="mdy"), ["2026-09-24", "2026-09-05"])
        self.assertEqual(read("2026-05-09", "3.2.2026"), ["2026-05-09", "2026-02-03"])

    def test_a_currency_that_is_not_certain_is_refused(self):
        setting = replace(self.SETTING, currency="CZK")

        def read(*rows, title="", headers=("Jméno", "Datum", "Cena", "Měna")):
            columns = ["name", "date", "amount", "currency"]
            reader = RowReader(
                columns,
                lambda place: [row[place - 2] for row in rows if place > 1 and row[place - 2]],
                replace(setting, title_currency=title),
                headers=headers,
            )
            readings = [reader.reading(["Jana", "1.3.2024", *row]) for row in rows]
            return [each.problems[0][1] if each.problems else each.visit["amount"] for each in readings]

        foreign, unknown, unclear = "foreign_currency", "unknown_currency", "unclear_currency"
        self.assertEqual(read(("35", "CZK/EUR"), ("35", "?"), ("35", "Kč / €")), [unknown] * 3)
        self.assertEqual(
            read(("35", "EUR"), ("450", ""), ("450", "-"), ("450 Kč", "")), [foreign, unclear, unclear, "450.00"]
        )
        self.assertEqual(read(("450", "Kč"), ("450", "")), ["450.00", "450.00"])
        self.assertEqual(read(("35 €", ""), ("40", "")), [foreign, unclear])
        self.assertEqual(read(("35 €", ""), ("450", ""), ("500 Kč", "")), [foreign, "450.00", "500.00"])
        self.assertEqual(read(("€ 35 Kč", "")), [unknown])
        self.assertEqual(read(("35", ""), ("0", ""), ("35", "Kč"), title="EUR"), [foreign, "0.00", "35.00"])
        self.assertEqual(read(("35", ""), title="?"), [unclear])
        headers = ("Jméno", "Datum", "Cena (Kč)", "Měna")
        self.assertEqual(read(("35", ""), title="EUR", headers=headers), ["35.00"])

    def test_the_amount_is_what_the_client_paid_whatever_the_order_of_the_columns(self):
        cases = {
            "Cena;Zaplaceno": ("900", "800", "800.00"),
            "Cena celkem;Zaplaceno": ("900", "800", "800.00"),
            "Cena;Celkem": ("900", "810", "810.00"),
            "Price;Total": ("900", "810", "810.00"),
            "Cena;K úhradě": ("900", "810", "810.00"),
            "K úhradě;Zaplaceno": ("900", "800", "800.00"),
            "Cena;Tržba": ("900", "800", "800.00"),
            "Cena;Cena po slevě": ("900", "700", "700.00"),
            "Cena před slevou;Cena": ("900", "700", "700.00"),
            "Hotově;Kartou": ("500", "400,50", "900.50"),
            "Cena;Zaplaceno ": ("900", "", "900.00"),
        }
        for headers, (*cells, paid) in cases.items():
            for order in (slice(None), slice(None, None, -1)):
                with self.subTest(headers=headers, order=order):
                    named = ["", "", *headers.split(";")[order]]
                    columns = ["name", "date", "amount", "amount"]
                    reader = RowReader(columns, lambda _place: (), self.SETTING, headers=named)
                    reading = reader.reading(["Jana", "1.3.2026", *cells[order]])
                    self.assertEqual((reading.visit.get("amount"), reading.problems), (paid, []))
        # For a visit that did not take place nothing was paid.
        columns, headers = [*columns, "state"], ["", "", "Cena", "Zaplaceno", ""]
        reader = RowReader(columns, lambda _place: (), self.SETTING, headers=headers)
        for day, state, amount in (
            *(("1.3.2026", "done", "0"), ("1.3.2026", "no show", "900"), ("1.3.2026", "zrušeno", "900")),
            *(("1.3.2027", "", "900"), ("1.3.2026", "modrá", None)),
        ):
            with self.subTest(day=day, state=state):
                visit = reader.reading(["Jana", day, "900", "0", state]).visit
                self.assertEqual(visit.get("amount"), amount and f"{amount}.00")
        columns = ["name", "date", "amount", "amount"]
        reader = RowReader(columns, lambda _place: (), self.SETTING, headers=["", "", "Hotově", "Kartou"])
        self.assertEqual(
            reader.reading(["Jana", "1.3.2026", "500", "asi sto"]).problems, [("amount", "unreadable_amount")]
        )

    def test_an_amount_in_another_currency_is_refused(self):
        setting = replace(self.SETTING, currency="CZK")
        cases = (
            ("Cena", "35 €", "foreign_currency"),
            ("Cena", "$20", "foreign_currency"),
            ("Cena", "35 EUR", "foreign_currency"),
            ("Cena (EUR)", "35", "foreign_currency"),
            ("Price €", "35,50", "foreign_currency"),
            ("Cena", "450 Kč", "450.00"),
            ("Cena", "CZK 450", "450.00"),
            ("Cena (Kč)", "450", "450.00"),
            ("Cena (EUR)", "450 Kč", "450.00"),
            ("Cena", "0 €", "0.00"),
            ("Cena", "450", "450.00"),
        )
        for header, cell, outcome in cases:
            with self.subTest(header=header, cell=cell):
                headers = ["Jméno", "Datum", header]
                reader = RowReader(["name", "date", "amount"], lambda _place: (), setting, headers=headers)
                reading = reader.reading(["Jana", "1.3.2024", cell])
                actual = reading.problems[0][1] if reading.problems else reading.visit["amount"]
                self.assertEqual(actual, outcome)

    def test_a_whole_name_is_taken_apart_as_its_header_or_column_shows(self):
        def read(header, *cells):
            reader = RowReader(["name"], lambda _place: cells, self.SETTING, headers=[header])
            return [reader.reading([cell]).client for cell in cells]

        jana = {"name": "Jana Nováková", "given_name": "Jana", "family_name": "Nováková"}
        for header, cell in (
            ("Příjmení a jméno", "Nováková Jana"),
            ("Jméno", "Nováková Jana"),
            ("Jméno a příjmení", "Jana Nováková"),
            ("Name", "Nováková, Jana"),
            ("Name", "NOVÁKOVÁ JANA"),
        ):
            with self.subTest(header=header, cell=cell):
                self.assertEqual(read(header, cell), [jana])
        petr = {"name": "Petr Novák", "given_name": "Petr", "family_name": "Novák"}
        self.assertEqual(read("Jméno", "Nováková Jana", "Novák Petr"), [jana, petr])
        # The column has both orders, and this name does not show its own.
        self.assertEqual(read("Jméno", "Koval Xuan", "Nováková Jana", "Jana Malá")[0], {"name": "Koval Xuan"})
        # A known given name shows it, of the column and of one name.
        self.assertEqual(read("Klient", "Novák Petr", "Koval Xuan")[1]["given_name"], "Xuan")
        self.assertEqual(read("Klient", "Novák Petr", "Jana Malá")[0], petr)
        self.assertEqual(read("Klient", "Koval Xuan"), [{"name": "Koval Xuan"}])
        self.assertEqual(read("Jméno", "VIP", "*", "J.", "Kadeřnictví")[0], {"name": "VIP"})
        self.assertEqual(read("Klient", "Firma, s.r.o."), [{"name": "Firma, s.r.o."}])

    def test_a_booking_that_is_no_visit_costs_its_client_nothing(self):
        for word in ("Rescheduled", "Refunded", "Waitlist", "modrá"):
            reading = self.reading_of("name;date;state", "Jana", "1.3.2024", word)
            self.assertEqual((reading.client, reading.visit, reading.problems), ({"name": "Jana"}, {}, []), word)
            self.assertEqual(reading.notes, ["unknown_state" if word == "modrá" else "no_visit"])

    def test_a_visit_without_a_state_took_place_when_its_time_has_come(self):
        cases = {
            ("19.11.2026", "14:00", ""): ("done", []),
            ("21.11.2026", "14:00", ""): ("scheduled", []),
            ("19.11.2026", "14:00", "Potvrzeno"): ("done", ["took_place"]),
            ("21.11.2026", "14:00", "Potvrzeno"): ("scheduled", []),
            ("19.11.2026", "14:00", "scheduled"): ("scheduled", []),
            ("19.11.2026", "14:00", "Nedorazil"): ("no_show", []),
        }
        for cells, (state, notes) in cases.items():
            with self.subTest(cells=cells):
                reading = self.reading_of("name;date;time;state", "Jana", *cells)
                self.assertEqual((reading.visit["state"], reading.notes, reading.problems), (state, notes, []))
        reading = self.reading_of("name;date;state", "Jana", "1.1.2027", "Hotovo")
        self.assertEqual(reading.problems, [("date", "done_in_future")])

    def test_times_are_the_salon_s_and_a_day_alone_is_its_midnight(self):
        self.assertEqual(
            self.reading_of("name;date", "Jana", "1.7.2026 14:30").visit,
            {"start": "2026-07-01 12:30:00", "state": "done"},
        )
        self.assertEqual(
            self.reading_of("name;date", "Jana", "1.7.2026").visit,
            {"start": "2026-06-30 22:00:00", "day": "2026-07-01", "state": "done"},
        )

    def test_values_of_a_visit_without_its_date_are_refused(self):
        self.assertEqual(self.reading_of("name;date;service", "Jana", "", "Střih").problems, [("date", "missing")])
        self.assertEqual(self.reading_of("name;date;service", "Jana", "", "").visit, {})

    def test_a_file_without_a_column_of_dates_has_no_visits(self):
        reading = self.reading_of("name;service;amount", "Jana", "Střih", "x")
        self.assertEqual((reading.client, reading.visit, reading.problems), ({"name": "Jana"}, {}, []))

    def test_columns_of_one_field_are_joined_or_the_first_filled_counts(self):
        reading = self.reading_of(
            "name;phone;phone;notes;notes;tags", "Jana", "", "601111111", "jedna", "dvě", "VIP, stálá"
        )
        self.assertEqual(
            reading.client,
            {"name": "Jana", "notes": "jedna\ndvě", "tags": ["VIP", "stálá"], "phone": JANA_PHONE},
        )
