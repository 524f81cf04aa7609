import random

from odoo.addons.klientbox_import.lib.accounts import (
    PASSES,
    Cursor,
    Member,
    Page,
    Source,
    Table,
    day_of,
    noted,
    own_value,
    text_of,
)
from odoo.addons.klientbox_import.lib.limits import MAX_COLUMNS
from odoo.tests import BaseCase

LIMIT = 10
SOURCE = Source(
    name="vendor",
    path="/api/clients/",
    id_member="id",
    credentials=("key",),
    members=(Member("id", "external_id"), Member("name", "name"), Member("photo", is_bulky=True)),
)


class Fetching:
    """A fetch from a list that changes between the pages."""

    def __init__(self, records, says_total=True):
        self.records, self.says_total = records, says_total
        self.here, self.pages = {}, 0

    def run(self, meanwhile=lambda records: None):
        """Fetch all of it; `meanwhile` is called after each page."""
        cursor = Cursor()
        while not cursor.is_done:
            # As it is stored between two pages.
            cursor = Cursor.load(cursor.store())
            rows = self.records[cursor.start : cursor.start + LIMIT]
            keys = [SOURCE.key(row) for row in rows]
            if not cursor.steps_back(bool(keys) and keys[0] in self.here, LIMIT):
                self.here.update(zip(keys, rows, strict=True))
                total = len(self.records) if self.says_total else None
                is_last = cursor.start + LIMIT >= len(self.records)
                cursor.turn(keys, Page(rows, total, is_last), len(self.here))
            self.pages += 1
            if self.pages > 1_000:
                raise AssertionError("It does not end.")
            meanwhile(self.records)
        return set(self.here)


def people(count):
    return [{"id": number, "name": f"Client {number}"} for number in range(count)]


class TestAccounts(BaseCase):
    """An account as a table, and the order of fetching its pages."""

    def test_a_quiet_account_is_gone_through_once(self):
        # With the row that two pages share, a page adds nine; the first adds ten.
        for count, pages in ((0, 1), (1, 1), (9, 1), (10, 1), (11, 2), (19, 2), (20, 3), (100, 11)):
            with self.subTest(count=count):
                fetching = Fetching(people(count))
                self.assertEqual((len(fetching.run()), fetching.pages), (count, pages))

    def test_who_was_there_all_the_time_is_never_missed(self):
        """However many are added and removed between two pages, and whether the vendor reports a total or not."""
        for seed in range(300):
            dice = random.Random(seed)
            records = people(dice.randrange(1, 150))
            staying = {row["id"] for row in records if dice.random() < 0.7}
            fresh = iter(range(1_000, 100_000))

            def meanwhile(records, dice=dice, staying=staying, fresh=fresh):
                if dice.random() < 0.3:
                    going = [row for row in records if row["id"] not in staying]
                    for row in dice.sample(going, min(len(going), dice.randrange(1, 25))):
                        records.remove(row)
                if dice.random() < 0.2:
                    records.append({"id": next(fresh), "name": "New"})

            with self.subTest(seed=seed):
                got = Fetching(records, says_total=dice.random() < 0.5).run(meanwhile)
                self.assertEqual({str(number) for number in staying} - got, set())

    def test_an_account_that_says_more_than_it_has_is_gone_through_no_more_than_three_times(self):
        cursor = Cursor()
        for passed in range(PASSES):
            self.assertFalse(cursor.is_done, passed)
            cursor.turn(["1"], Page([{}], 2, True), 1)
        self.assertTrue(cursor.is_done)

    def test_one_page_for_ever_ends(self):
        cursor = Cursor()
        keys = [str(number) for number in range(LIMIT)]
        for page in range(2):
            self.assertFalse(cursor.is_done, page)
            cursor.turn(keys, Page(keys, None, False), LIMIT)
        self.assertTrue(cursor.is_done)

    def test_unknown_members_have_columns_of_their_own(self):
        table = Table(SOURCE, ["colour"])
        table.learn([{"id": 1, "size": "L"}, "junk", {"id": 2, "colour": "red", "size": "M", "": "?"}])
        self.assertEqual(table.names, ["id", "name", "photo", "colour", "size"])
        self.assertEqual(table.cells({"id": 2, "photo": "aGVsbG8=", "size": "M"}), ["2", "", "", "", "M"])
        self.assertEqual(table.said({"id": 2, "photo": "aGVsbG8=", "size": "", "colour": 0}), ["id", "photo", "colour"])
        self.assertEqual((table.cells("junk"), table.said("junk")), ([], []))
        table.learn([{f"member {number}": 1 for number in range(1_000)}])
        self.assertEqual(len(table.names), MAX_COLUMNS)

    def test_a_record_is_known_by_its_number_and_junk_by_its_content(self):
        for number, key in ((7, "7"), ("A-7", "A-7"), (" 7 ", "7"), (0, "0"), ("7\x00", "7")):
            self.assertEqual(SOURCE.key({"id": number}), key)
        for junk in (None, True, [], {}, "", " ", 1.5, "x" * 256):
            with self.subTest(junk=junk):
                self.assertEqual(len(SOURCE.key({"id": junk})), 65)
                self.assertEqual(Table(SOURCE).cells({"id": junk, "name": "Eva"}), ["", "Eva", ""])
        self.assertNotEqual(SOURCE.key("text"), SOURCE.key(["text"]))
        self.assertEqual(SOURCE.key({"a": 1, "b": "\ud800"}), SOURCE.key({"b": "\ud800", "a": 1}))

    def test_values_as_text(self):
        deep = []
        for _level in range(5_000):
            deep = [deep]
        for value, text in (
            (None, ""),
            (True, "yes"),
            (False, "no"),
            (0, "0"),
            (1.5, "1.5"),
            ("a", "a"),
            ({"id": 3, "nombre": "Color"}, "Color"),
            ({"id": 3}, "3"),
            ({"what": 3}, ""),
            (["a", {"name": "b"}, None], "a, b"),
            (deep, ""),
        ):
            self.assertEqual(text_of(value), text)
        self.assertEqual(day_of("2024-02-29 10:00:00"), "2024-02-29")
        self.assertEqual(day_of("0000-00-00 00:00:00"), "")
        self.assertEqual(noted("Address", "Long 5", None, " ", {"name": "Brno"}), "Address: Long 5, Brno")
        self.assertEqual(noted("Address", "", None), "")

    def test_values_for_the_vendor_s_own_fields(self):
        for kind, text, value in (
            ("char", "12345678Z", "12345678Z"),
            ("boolean", "yes", True),
            ("boolean", "no", False),
            ("boolean", "perhaps", None),
            ("date", "2024-02-29 10:00:00", "2024-02-29"),
            ("date", "2024-02-30", None),
            ("date", "0000-00-00", None),
            ("datetime", "2024-02-03T09:15:00+01:00", "2024-02-03 08:15:00"),
            ("datetime", "2024-07-03 09:15:00.5", "2024-07-03 07:15:00"),
            ("datetime", "0001-01-01T00:00:00+14:00", None),
            ("datetime", "soon", None),
            ("float", "12.5", 12.5),
            ("float", "-1", None),
            ("float", "nan", None),
            ("float", "1e400", None),
            ("float", "a lot", None),
        ):
            with self.subTest(kind=kind, text=text):
                self.assertEqual(own_value(kind, text, "Europe/Prague"), value)

    def test_a_table_of_fields_that_are_none_is_no_source(self):
        for member in (Member("id", "no_field"), Member("id", "", "no_treatment"), Member("id", "", "own")):
            with self.assertRaises(ValueError):
                Source(name="vendor", path="/", id_member="id", credentials=(), members=(member,))

    def test_an_address_may_be_typed_with_its_path(self):
        for address in ("https://a.example", " https://a.example/", "https://a.example/api/clients"):
            self.assertEqual(SOURCE.url(address), "https://a.example/api/clients/")
