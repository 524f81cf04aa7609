from datetime import datetime

from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox_import.lib import values
from odoo.addons.klientbox_import.lib.added_fields import AMOUNT, DAY, LINES, NUMBER, YES_NO, AddedField, with_added
from odoo.addons.klientbox_import.lib.column_headers import CLIENT, VISIT, guess
from odoo.addons.klientbox_import.lib.rows import RowReader, Setting
from odoo.tests import BaseCase, tagged

SETTING = Setting("CZ", "Europe/Prague", datetime(2026, 11, 20, 11), currency="CZK")


def letters(text):
    if not text.isalpha():
        raise values.Unreadable("not_letters")
    return text.upper()


FIELDS = with_added(
    {
        "card": AddedField("Loyalty card", CLIENT, "vernostni karta, bonus card"),
        "about": AddedField("About", CLIENT, kind=LINES, is_optional=True),
        "has_pass": AddedField("Pass", CLIENT, kind=YES_NO),
        "stamps": AddedField("Stamps", CLIENT, kind=NUMBER, is_optional=True),
        "credit": AddedField("Credit", CLIENT, kind=AMOUNT),
        "member_since": AddedField("Member since", CLIENT, kind=DAY),
        "skin": AddedField("Skin", CLIENT, read=letters),
        "room": AddedField("Room", VISIT, "kabina", kind=NUMBER),
    }
)


class TestAddedFields(BaseCase):
    def readings(self, columns, *rows):
        """The Readings of rows; a row has a cell for each column."""
        columns = columns.split(";")
        reader = RowReader(columns, lambda place: (row[place] for row in rows), SETTING, headers=columns, fields=FIELDS)
        return [reader.reading(list(row)) for row in rows]

    # -- refusals -----------------------------------------------------------------

    def test_a_field_that_does_not_exist_is_refused(self):
        with self.assertRaisesRegex(ValueError, "no such field: .'nowhere'."):
            RowReader(["name", "nowhere"], lambda _place: (), SETTING, fields=FIELDS)

    def test_an_addon_replaces_no_field_of_ours_and_declares_what_exists(self):
        with self.assertRaisesRegex(ValueError, "'phone'"):
            with_added({"phone": AddedField("Phone", CLIENT)})
        for options in ({"about": "staff"}, {"about": CLIENT, "kind": "color"}, {"about": VISIT, "is_unique": True}):
            with self.subTest(options=options), self.assertRaises(ValueError):
                AddedField("Wrong", **options)

    def test_an_unreadable_cell_refuses_its_row_or_is_left_empty(self):
        cases = {
            "has_pass": ("perhaps", "unreadable_yes_no"),
            "credit": ("5 EUR", "foreign_currency"),
            "member_since": ("32.1.2026", "day_out_of_range"),
            "skin": ("t4", "not_letters"),
            "card": ("x" * 300, "too_long"),
        }
        for name, (cell, code) in cases.items():
            with self.subTest(name=name):
                [reading] = self.readings(f"name;{name}", ("Jana", cell))
                self.assertEqual((reading.client, reading.problems), ({"name": "Jana"}, [(name, code)]))
        [reading] = self.readings("name;stamps;about", ("Jana", "many", "x" * 20_000))
        self.assertEqual((reading.problems, reading.notes), ([], ["unread:about", "unread:stamps"]))
        [reading] = self.readings("name;stamps;card", ("Jana", "#FORMULA!", "#FORMULA!"))
        self.assertEqual((reading.problems, reading.notes), ([("card", "formula_unsaved")], ["unread:stamps"]))

    def test_values_of_visits_are_left_out_without_a_column_of_dates(self):
        [reading] = self.readings("name;room", ("Jana", "3"))
        self.assertEqual((reading.client, reading.visit, reading.problems), ({"name": "Jana"}, {}, []))

    # -- values -------------------------------------------------------------------

    def test_each_kind_of_cell_is_read_in_its_way(self):
        columns = "name;card;about;has_pass;stamps;credit;member_since;skin;date;room"
        cells = ("Jana", " 12  A", "one\ntwo", "x", "1 200", "1.250,50 Kč", "03/13/2020", "dry", "2026-03-01", "3.0")
        readings = self.readings(columns, cells, ("Petr", "", "", "ne", "", "", "04/05/2020", "", "", ""))
        self.assertEqual([reading.problems for reading in readings], [[], []])
        self.assertEqual(
            readings[0].client,
            {
                "name": "Jana",
                "card": "12 A",
                "about": "one\ntwo",
                "has_pass": True,
                "stamps": 1200,
                "credit": 1250.5,
                "member_since": "2020-03-13",
                "skin": "DRY",
            },
        )
        self.assertEqual(readings[0].visit["room"], 3)
        self.assertEqual(readings[1].client, {"name": "Petr", "has_pass": False, "member_since": "2020-04-05"})

    def test_whole_numbers_of_spreadsheets(self):
        for text, number in {"0": 0, "-7": -7, "12": 12, "1234567": 1234567, "1 234": 1234, "12,00": 12}.items():
            self.assertEqual(values.whole_number(text), number)
        for text in ("", "1,5", "12 34", "1234567890", "١٢", "one"):
            with self.subTest(text=text), self.assertRaises(values.Unreadable):
                values.whole_number(text)

    def test_headers_and_labels_of_other_addons_are_known(self):
        headers = ["Jméno", "Bonus card", "Kabina", "Room", "Věrnostní karta", "Počet razítek", "Client card"]
        self.assertEqual(
            guess(headers, [("stamps", "Počet razítek")], FIELDS),
            ["name", "card", "room", "room", "card", "stamps", "code"],
        )
        self.assertEqual(guess(["Jméno", "Bonus card"]), ["name", ""])


@tagged("post_install", "-at_install")
class TestUnknownMeaning(SalonCase):
    def test_a_column_with_a_meaning_that_no_addon_declares_stops_the_import(self):
        record = self.env["klientbox.import"]._from_file(self.salon, "x.csv", b"name;card\nEva;7\n")
        record._prepare()
        # As in a database whose addon extends the selection only.
        self.env.cr.execute("UPDATE klientbox_import_column SET field = 'nowhere' WHERE header = 'card'")
        self.env.invalidate_all()
        record.action_check()
        self.assertEqual(record.state, "draft")
        self.assertEqual(
            record.problem, "These columns have a meaning that can't be imported: card. Select another one below."
        )
