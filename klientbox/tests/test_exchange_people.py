from datetime import date, datetime
from decimal import Decimal

from odoo.addons.klientbox.lib.exchange.fields import FIELDS, VISIT_FIELDS, fold_header, guess
from odoo.addons.klientbox.lib.exchange.people import Marks, People
from odoo.addons.klientbox.lib.exchange.rows import RowReader, Setting
from odoo.addons.klientbox.lib.exchange.visits import Known, Told, group, match
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
        """Whom the persons turned out to be."""
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

    def test_a_later_row_shows_that_two_rows_are_one_person(self):
        by_phone = self.met("Jana", phone=JANA_PHONE)
        by_email = self.met("Jana", email="jana@example.com")
        self.assertIsNot(by_phone.whole(), by_email.whole())
        both = self.met("Jana", JANA_PHONE, "jana@example.com")
        self.assertIs(by_phone.whole(), by_email.whole())
        self.assertIs(both.whole(), by_phone.whole())

    def test_rows_that_are_one_person_belong_to_the_client_whom_one_of_them_names(self):
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
        self.assertEqual(self.named("novakova  JANA".title()).client, None)
        self.assertEqual(self.named(" jana NOVAKOVA").client, 1)
        self.know(2, "Jana Nováková", phone=PETR_PHONE)
        with self.assertRaises(LookupError):
            self.named("Jana Nováková")

    def test_an_archived_namesake_does_not_stand_in_the_way(self):
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

    def test_numbered_persons_find_the_clients_whom_they_were_made_of(self):
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

    def test_a_number_of_another_system_stays_with_whom_it_was_told_first(self):
        self.met("Iva", JANA_PHONE)
        first = self.met("Ida", PETR_PHONE, external=("x", "7"))
        second = self.met("Iva", JANA_PHONE, external=("x", "7"))
        self.assertEqual((first.whole().external, second.whole().external), (("x", "7"), None))
        self.assertIs(self.people.owner(("x", "7"), Marks("Iva", JANA_PHONE)), first)


class TestVisits(BaseCase):
    def told(self, number, start=NOON, day=None, ref=None, amount=500, services="Střih", line=None, client="Jana"):
        return Told(number, client, start, day, ref, Decimal(amount), f"{services}{amount}", line)

    def known(self, visit, start=NOON, ref=None, amount=500, client="Jana"):
        return Known(visit, client, start, start.date(), ref, Decimal(amount))

    def test_a_row_that_repeats_another_adds_nothing(self):
        rows = [self.told(2), self.told(3), self.told(4, services="Barva"), self.told(5, client="Petr")]
        self.assertEqual(list(group(rows)), [2, 4, 5])
        self.assertEqual(
            [(row.visit_row, row.duplicate) for row in rows], [(2, False), (2, True), (4, False), (5, False)]
        )

    def test_rows_with_one_number_are_one_visit_of_several_services(self):
        rows = [self.told(2, ref="R1"), self.told(3, start=MORNING, ref="R1", services="Barva"), self.told(4, ref="R2")]
        self.assertEqual(
            {first: [row.number for row in visit] for first, visit in group(rows).items()}, {2: [2, 3], 4: [4]}
        )

    def test_a_further_line_belongs_to_the_visit_before_it(self):
        rows = [
            self.told(2),
            self.told(3, line=2),
            self.told(4, services="Barva"),
            self.told(5, services="Barva", line=2),
        ]
        self.assertEqual(
            {first: [row.number for row in visit] for first, visit in group(rows).items()}, {2: [2, 3], 4: [4, 5]}
        )

    def test_two_visits_that_look_the_same_are_two_where_their_lines_are_numbered(self):
        rows = [self.told(2, line=1), self.told(3, line=1), self.told(4, line=2)]
        self.assertEqual({first: len(visit) for first, visit in group(rows).items()}, {2: 1, 3: 2})

    def test_the_same_file_twice_finds_all_that_it_has_made(self):
        rows = [self.told(2), self.told(3, amount=600), self.told(4, amount=700), self.told(5, start=MORNING)]
        here = [
            self.known(11, amount=700),
            self.known(12, amount=500),
            self.known(13, start=MORNING),
            self.known(14, amount=600),
        ]
        self.assertEqual(match(group(rows), here), {2: 12, 3: 14, 4: 11, 5: 13})

    def test_each_visit_here_stands_for_one_told(self):
        rows = [self.told(2), self.told(3, amount=600)]
        self.assertEqual(match(group(rows), [self.known(11, amount=550)]), {2: 11})

    def test_a_visit_told_without_its_hour_is_known_by_its_day(self):
        rows = [self.told(2, start=datetime(2026, 2, 28, 23), day=date(2026, 3, 1))]
        self.assertEqual(match(group(rows), [self.known(11)]), {2: 11})
        self.assertEqual(match(group(rows), [self.known(11, client="Petr")]), {})

    def test_another_number_is_another_visit(self):
        rows = [self.told(2, ref="R1")]
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

    def test_exports_of_other_systems_are_known_by_their_headers(self):
        cases = {
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

    def told(self, columns, *cells):
        reader = RowReader(columns.split(";"), lambda _place: iter(()), self.SETTING)
        return reader.reading(list(cells))

    def test_every_problem_of_a_row_is_named(self):
        columns = "name;phone;email;birth_date;date;amount;state"
        reading = self.told(columns, "N" * 256, "601", "jana", "31.2.2000", "1.13.2024", "-5", "snad")
        self.assertEqual(
            reading.problems,
            [
                ("name", "too_long"),
                ("email", "invalid_email"),
                ("birth_date", "day_out_of_range"),
                ("phone", "too_short"),
                ("amount", "negative_amount"),
                ("date", "day_out_of_range"),
                ("state", "unknown_state"),
            ],
        )

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
                reading = self.told(columns, *cells)
                self.assertEqual((reading.client, reading.notes), ({"name": "Jana", **client}, notes))

    def test_one_consent_for_both_channels_gives_way_to_one_for_a_channel(self):
        reading = self.told("name;consent;email_consent", "Jana", "ne", "ne")
        self.assertEqual(
            reading.client, {"name": "Jana", "sms_consent": {"given": False}, "email_consent": {"given": False}}
        )

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
                reading = self.told("name;date;time;state", "Jana", *cells)
                self.assertEqual((reading.visit["state"], reading.notes, reading.problems), (state, notes, []))
        reading = self.told("name;date;state", "Jana", "1.1.2027", "Hotovo")
        self.assertEqual(reading.problems, [("date", "done_in_future")])

    def test_times_are_the_salon_s_and_a_day_alone_is_its_midnight(self):
        self.assertEqual(
            self.told("name;date", "Jana", "1.7.2026 14:30").visit, {"start": "2026-07-01 12:30:00", "state": "done"}
        )
        self.assertEqual(
            self.told("name;date", "Jana", "1.7.2026").visit,
            {"start": "2026-06-30 22:00:00", "day": "2026-07-01", "state": "done"},
        )

    def test_what_is_told_of_a_visit_without_its_date_is_refused(self):
        self.assertEqual(self.told("name;date;service", "Jana", "", "Střih").problems, [("date", "missing")])
        self.assertEqual(self.told("name;date;service", "Jana", "", "").visit, {})

    def test_without_a_column_of_dates_nothing_is_told_of_visits(self):
        reading = self.told("name;service;amount", "Jana", "Střih", "x")
        self.assertEqual((reading.client, reading.visit, reading.problems), ({"name": "Jana"}, {}, []))

    def test_columns_of_one_field_are_joined_or_the_first_filled_counts(self):
        reading = self.told("name;phone;phone;notes;notes;tags", "Jana", "", "601111111", "jedna", "dvě", "VIP, stálá")
        self.assertEqual(
            reading.client,
            {"name": "Jana", "notes": "jedna\ndvě", "tags": ["VIP", "stálá"], "phone": JANA_PHONE},
        )
        self.assertTrue(VISIT_FIELDS)
