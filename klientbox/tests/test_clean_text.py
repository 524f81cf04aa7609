from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.klientbox.lib import text
from odoo.tests import BaseCase

ROUNDS = settings(max_examples=300, deadline=None, database=None, derandomize=True)
# What cells are made of, so that random text comes near to being readable.
CELLS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789 .,:/-+()[]@<>';:OlTtZhpamečřAPMKč\xa0\n", max_size=25),
)


class TestCleanText(BaseCase):
    def assert_reads(self, read, cases):
        for cell, expected in cases.items():
            with self.subTest(cell=cell):
                self.assertEqual(read(cell), expected)

    def test_a_placeholder_is_read_as_empty(self):
        for cell in ("", " \t\xa0\u200b\ufeff", "-", "--", "–", "?", "x", "X", "N/A", "NULL", "NaN", "nemá", "NENI"):
            self.assertEqual((text.clean(cell), text.clean_lines(cell)), ("", ""), cell)
        for cell in ("neuvedeno", "Nezadáno", "bez", "...", "0000-00-00"):
            self.assertEqual(text.clean(cell), "", cell)
        self.assertEqual((text.clean("0"), text.clean("0", zero=True), text.clean("00", zero=True)), ("0", "", "00"))

    def test_a_cell_keeps_what_can_be_seen(self):
        cases = {
            " \ufeffJana\xa0 \t Nova\u0301kova\u0301\u200b ": "Jana Nováková",
            "a\x00b\x07c\u202ed\ud800": "abcd",
            "first\r\nsecond": "first second",
            "Bezová": "Bezová",
            "x-men": "x-men",
        }
        self.assert_reads(text.clean, cases)

    def test_notes_keep_their_lines(self):
        cases = {
            "\n barva  6/0 \r\n\r\n\talergie\x00 ": "barva  6/0\n\n\talergie",
            "a\x0bb\u2028c": "a\nb\nc",
        }
        self.assert_reads(text.clean_lines, cases)

    def test_cleaning_twice_changes_nothing(self):
        @ROUNDS
        @given(CELLS)
        def check(cell):
            for clean in (text.tidy, text.clean, text.clean_lines):
                self.assertEqual(clean(clean(cell)), clean(cell))

        check()
