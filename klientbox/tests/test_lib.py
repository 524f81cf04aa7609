from datetime import date, datetime

from odoo.addons.klientbox.lib import address, api_key, clock, phone, redact, text
from odoo.addons.klientbox.lib.status import Thresholds
from odoo.tests import BaseCase

TODAY = date(2026, 11, 20)


class TestLib(BaseCase):
    def test_a_status_changes_on_the_day_after_its_bound(self):
        cases = {
            0: "active",
            60: "active",
            61: "warning",
            90: "warning",
            91: "inactive",
            180: "inactive",
            181: "lost",
            9999: "lost",
            -3: "active",
        }
        for days, status in cases.items():
            with self.subTest(days=days):
                self.assertEqual(Thresholds().status_of(date.fromordinal(TODAY.toordinal() - days), TODAY), status)
        self.assertEqual(Thresholds().status_of(None, TODAY), "new")

    def test_windows_say_the_same_as_status_of(self):
        windows = Thresholds(10, 20, 30).windows(TODAY)
        for days in range(-2, 40):
            last = date.fromordinal(TODAY.toordinal() - days)
            inside = [
                status
                for status, first, last_day in windows
                if (not first or last >= first) and (not last_day or last <= last_day)
            ]
            self.assertEqual(inside, [Thresholds(10, 20, 30).status_of(last, TODAY)])

    def test_a_phone_has_one_spelling(self):
        spellings = ("601 234 567", "+420601234567", "00420 601 234 567", "(601) 234-567", "+420 601-234-567")
        for spelling in spellings:
            with self.subTest(spelling=spelling):
                self.assertEqual(phone.e164(spelling, "CZ"), "+420601234567")
        self.assertEqual(phone.e164("0903 123 456", "SK"), "+421903123456")

    def test_what_is_no_phone_is_refused(self):
        spelt_out = ("abc", "+420 601 ABC DEF", "601234567 ext. 5")
        for junk in ("12", "601 234 56", "601 234 567 8", "+999123456789", "++", *spelt_out):
            with self.subTest(junk=junk), self.assertRaises(phone.InvalidPhone):
                phone.e164(junk, "CZ")

    def test_folding_forgets_case_diacritics_and_spaces(self):
        self.assertEqual(text.fold("  Žaneta   ŁUKASZ-Weiß "), "zaneta lukasz-weiss")

    def test_a_phone_asked_for_is_one_word_of_digits(self):
        cases = {
            "601 234 567": ["601234567"],
            "+420 601 234": ["420601234"],
            "00420 601 234 567": ["420601234567"],
            "Nová 601": ["nova", "601"],
            "  ": [],
        }
        for asked, words in cases.items():
            with self.subTest(asked=asked):
                self.assertEqual(text.search_words(asked), words)

    def test_a_key_with_a_typing_error_is_no_key(self):
        born = api_key.generate()
        self.assertRegex(born.text, r"^kbx_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$")
        self.assertEqual(api_key.prefix_of(born.text), born.prefix)
        self.assertEqual(born.digest, api_key.digest(born.text))
        for position in (3, 12, 30, 66):
            wrong = "0" if born.text[position] != "0" else "1"
            self.assertIsNone(api_key.prefix_of(born.text[:position] + wrong + born.text[position + 1 :]))
        self.assertIsNone(api_key.prefix_of(born.text + "0"))

    def test_logs_keep_neither_keys_nor_phones(self):
        born = api_key.generate()
        line = f"GET /clients?search=601%20234&key={born.text} (1, +420601234567) %2B420601234567"
        self.assertEqual(
            redact.redact(line), f"GET /clients?search=***&key=kbx_***_{born.prefix}_*** (1, +***567) +***567"
        )

    def test_local_days_have_23_24_or_25_hours(self):
        zone = "Europe/Prague"
        hours = {date(2026, 10, 25): 25, date(2027, 3, 28): 23, date(2026, 11, 20): 24}
        for day, length in hours.items():
            first, after = clock.day_bounds(day, zone)
            self.assertEqual((after - first).total_seconds() / 3600, length)
        self.assertEqual(clock.local(datetime(2026, 11, 19, 23, 30), zone), datetime(2026, 11, 20, 0, 30))
        self.assertEqual(clock.utc(datetime(2026, 7, 1, 12, 0), zone), datetime(2026, 7, 1, 10, 0))

    def test_an_address_hash_needs_the_salt(self):
        hashed = address.address_hash("salt", "email", "jana@example.com")
        self.assertEqual(address.address_hash("salt", "email", " Jana@Example.com "), hashed)
        self.assertNotEqual(address.address_hash("other", "email", "jana@example.com"), hashed)
        self.assertNotEqual(address.address_hash("salt", "sms", "jana@example.com"), hashed)
