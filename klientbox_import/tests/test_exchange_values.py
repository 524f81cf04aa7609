import re
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.klientbox.lib import clock, phone, reasons, visit
from odoo.addons.klientbox_import.lib import values
from odoo.addons.klientbox_import.lib.amounts import Amounts, duration
from odoo.addons.klientbox_import.lib.cell_words import consent, gender, is_no_visit, state, yes_no
from odoo.addons.klientbox_import.lib.dates import Dates, time_of_day
from odoo.addons.klientbox_import.lib.values import Unreadable
from odoo.tests import BaseCase
from odoo.tools import single_email_re

CORE = Path(__file__).parents[2] / "klientbox"
DAY = date(2024, 12, 31)
PRAGUE = "Europe/Prague"
ROUNDS = settings(max_examples=300, deadline=None, database=None, derandomize=True)
# Parts of cells, so that random text comes near to being readable.
CELLS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789 .,:/-+()[]@<>';:OlTtZhpamečřAPMKč\xa0\n", max_size=25),
)
MONTHS = {
    "ledna": 1,
    "února": 2,
    "Březen": 3,
    "dubna": 4,
    "kvě": 5,
    "cervna": 6,
    "července": 7,
    "AUGUST": 8,
    "září": 9,
    "Oct": 10,
    "lis.": 11,
    "December": 12,
}


class TestValues(BaseCase):
    def assert_reads(self, read, cases):
        for text, expected in cases.items():
            with self.subTest(text=text):
                self.assertEqual(read(text), expected)

    def assert_refuses(self, read, cases):
        """`cases`: {code: texts}."""
        for code, texts in cases.items():
            for text in texts:
                with self.subTest(text=text, code=code):
                    with self.assertRaises(Unreadable) as caught:
                        read(text)
                    self.assertEqual(caught.exception.code, code)

    def assert_phone_refused(self, cases, region="CZ"):
        for reason, texts in cases.items():
            for text in texts:
                with self.subTest(text=text, reason=reason):
                    with self.assertRaises(phone.InvalidPhone) as caught:
                        phone.mend(text, region)
                    self.assertEqual(caught.exception.reason, reason)

    # -- any cell ---------------------------------------------------------------

    def test_any_text_is_read_or_refused_with_a_reason(self):
        readers = (
            *(Dates(order, PRAGUE).parse for order in ("dmy", "mdy", "mixed")),
            lambda text: Dates().day(text, birth=True),
            *(Amounts(decimal).parse for decimal in (",", ".", "mixed")),
            *(time_of_day, duration, state, yes_no, gender, values.email, values.words),
        )

        @ROUNDS
        @given(CELLS)
        def check(text):
            for read in readers:
                try:
                    read(text)
                except Unreadable as error:
                    self.assertIn(error.code, values.CODES)
            Dates.learn([text])
            Amounts.learn([text])
            for region in ("CZ", "DE"):
                try:
                    number, mended = phone.mend(text, region)
                except phone.InvalidPhone as error:
                    self.assertIn(error.reason, reasons.PHONE)
                else:
                    self.assertTrue(number is None or phone.e164(number, region) == number)
                    self.assertIn(mended, (True, False))

        check()

    # -- dates ------------------------------------------------------------------

    def test_what_is_no_date_is_refused(self):
        self.assert_refuses(
            Dates(order="mixed").parse,
            {
                "empty": ("", "-", "neuvedeno", "0000-00-00"),
                "unreadable_date": (
                    "31.12.",
                    "březen 2024",
                    "1985",
                    "zítra",
                    "1. foo 2024",
                    "19999",
                    "80001",
                    "1.3.124",
                ),
                "day_out_of_range": ("31.2.2024", "29.2.2023", "1.1.1899", "1.1.2201", "2024-13-01", "13/13/2024"),
                "ambiguous_date": ("1/2/2024", "01-02-24", "3/4/2024 14:30"),
                "unreadable_time": ("31.12.2024 25:00", "31.12.2024 brzy", "31.12.2024 5", "31.12.2024 10:00+15:00"),
            },
        )

    def test_a_date_reads_the_same_in_every_spelling(self):
        day_alone = (
            *("31.12.2024", "31. 12. 2024", "31.12.24", "31.12.2024.", "31/12/2024", "12/31/2024", "31-12-2024"),
            *("2024-12-31", "2024/12/31", "2024. 12. 31", "20241231", "45657", "45657.0"),
            *("31. prosince 2024", "31.prosinec 2024", "31. PROSINCE 2024", "31 pro 24", "31-Dec-24", "31-XII-24"),
            *("Dec 31, 2024", "December 31st 2024", "31st December 2024", "Tue, 31 Dec 2024", "út 31.12.2024"),
            *("úterý 31. 12. 2024", "31.12.2024 (út)", "\ufeff 31.\xa012.\xa02024 "),
        )
        self.assert_reads(Dates().parse, dict.fromkeys(day_alone, (DAY, None)))
        with_time = (
            *(
                "31.12.2024 14:30",
                "31.12.2024 14.30",
                "31.12.2024 v 14:30",
                "31. 12. 2024, 14:30 hod.",
                "31.12.2024 14h30",
            ),
            *("2024-12-31T14:30:00", "2024-12-31 14:30:00.000", "20241231T143000", "202412311430", "45657.604166"),
            *("12/31/2024 2:30 PM", "Dec 31, 2024 2:30 p.m.", "31.12.2024 14:30 - 16:00", "31.12.2024 (út) 14:30"),
        )
        self.assert_reads(Dates().parse, dict.fromkeys(with_time, (DAY, time(14, 30))))
        self.assertEqual(Dates().parse("31.12.2024 0:00"), (DAY, time(0)))

    def test_a_moment_with_an_offset_is_brought_to_the_wall_s_time(self):
        cases = {
            "2024-12-31T23:30:00Z": (date(2025, 1, 1), time(0, 30)),
            "2024-07-01 12:00:00+00": (date(2024, 7, 1), time(14, 0)),
            "2024-12-31T14:30:00+01:00": (DAY, time(14, 30)),
            "2024-12-31T08:30:00-0500": (DAY, time(14, 30)),
            "Tue, 31 Dec 2024 13:30:00 GMT": (DAY, time(14, 30)),
            "31.12.2024 14:00-15:30": (DAY, time(14, 0)),
        }
        self.assert_reads(Dates(zone=PRAGUE).parse, cases)
        self.assertEqual(Dates(zone=PRAGUE).day("1985-02-28T23:00:00Z", birth=True), date(1985, 3, 1))

    def test_the_column_says_what_comes_first(self):
        cases = (
            ((), "dmy", "dmy"),
            (("1/2/2024", "3/4/2024"), "dmy", "dmy"),
            (("1/2/2024", "3/4/2024"), "mdy", "mdy"),
            (("1/2/2024", "13/2/2024"), "mdy", "dmy"),
            (("1-2-2024", "2-13-2024"), "dmy", "mdy"),
            (("13/2/2024", "2/13/2024"), "dmy", "mixed"),
            (("12/31/2024 2:30 PM", "junk", ""), "dmy", "mdy"),
            # Dots and leading years show no order, nor do invalid dates.
            (("31.12.2024", "2024-12-31", "13/13/2024"), "mdy", "mdy"),
        )
        for texts, preferred, order in cases:
            with self.subTest(texts=texts):
                self.assertEqual(Dates.learn(iter(texts), preferred).order, order)
        self.assertEqual(Dates("dmy").parse("1/2/2024")[0], date(2024, 2, 1))
        self.assertEqual(Dates("mdy").parse("1/2/2024")[0], date(2024, 1, 2))
        for order in ("dmy", "mdy", "mixed"):
            readable = {"13/2/2024": date(2024, 2, 13), "2/13/2024": date(2024, 2, 13), "5/5/2024": date(2024, 5, 5)}
            self.assert_reads(Dates(order).day, {**readable, "1.2.2024": date(2024, 2, 1)})

    def test_two_digits_of_a_birth_are_never_in_the_future(self):
        with clock.as_of(datetime(2026, 11, 20, 12)):
            cases = {
                "1.3.68": (2068, 1968),
                "1.3.69": (1969, 1969),
                "20.11.26": (2026, 2026),
                "21.11.26": (2026, 1926),
                "1.1.00": (2000, 2000),
                "5/5/85": (1985, 1985),
                "1.3.2068": (2068, 2068),
            }
            for text, years in cases.items():
                with self.subTest(text=text):
                    self.assertEqual((Dates().day(text).year, Dates().day(text, birth=True).year), years)

    def test_what_was_written_is_read_back(self):
        slashes = ("{0.day}/{0.month}/{0.year}", "{0.day:02}-{0.month:02}-{0.year}")
        plain = ("{0.day}.{0.month}.{0.year}", "{0.day:02}. {0.month:02}. {0.year}", "{0:%Y-%m-%d}", "{0:%Y%m%d}")

        @ROUNDS
        @given(
            st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31)),
            st.sampled_from((*slashes, *plain)),
            st.sampled_from(
                ("", " {0:%H:%M}", "T{0:%H:%M}", " v {0.hour}:{0:%M}", ", {0.hour}.{0:%M} h", " {0:%I:%M %p}")
            ),
        )
        def check(moment, day_form, hour_form):
            text = (day_form + hour_form).format(moment)
            expected = (moment.date(), time(moment.hour, moment.minute) if hour_form else None)
            self.assertEqual(Dates("dmy").parse(text), expected)
            if day_form in slashes:
                text = f"{moment.month}/{moment.day}/{moment.year}"
                self.assertEqual(Dates("mdy").day(text), moment.date())

        check()
        for name, month in MONTHS.items():
            for text in (f"7. {name} 2024", f"{name} 7, 2024", f"7 {name.lower()} 2024 9:00"):
                self.assertEqual(Dates().day(text), date(2024, month, 7), text)

    # -- times and durations ----------------------------------------------------

    def test_a_time_of_day_has_many_spellings(self):
        self.assert_refuses(
            time_of_day,
            {
                "empty": ("", "-"),
                "unreadable_time": ("24:00", "14:60", "8:5", "-5", "14:30 AM", "0:30 PM", "2 - 3 PM", "ráno", "12345"),
            },
        )
        half_past_two = (
            *("14:30", "14.30", "14,30", "14:30:00", "14:30:00.000", "2:30 PM", "2:30pm", "2:30 p. m.", "14:30 PM"),
            *("14h30", "14 h 30", "14 h 30 min", "14.30 hod.", "1430", "143000", "v 14:30", "T14:30", "0.604166"),
            *("14:30 - 16:00", "14:30–16:00", "od 14:30 do 16:00", "2:30 PM - 3 PM", "1899-12-30T14:30:00"),
        )
        self.assert_reads(time_of_day, dict.fromkeys(half_past_two, time(14, 30)))
        others = {
            "9": time(9),
            "930": time(9, 30),
            "14h": time(14),
            "12 AM": time(0),
            "12 PM": time(12),
            "0": time(0),
            "0,5": time(12),
            "0.25": time(6),
            "0.9999999": time(23, 59, 59),
        }
        self.assert_reads(time_of_day, others)

    def test_a_duration_is_whole_minutes(self):
        self.assert_refuses(
            duration,
            {"empty": ("",), "unreadable_duration": ("1.5", "1441", "25 h", "1 h 90 min", "1:60", "-5", "h", "hodně")},
        )
        ninety = ("90", "90.0", "90 min", "90'", "90 minut", "1:30", "01:30:00", "1 h 30 min", "1h30", "1,5 h", "1.5h")
        self.assert_reads(duration, dict.fromkeys((*ninety, "1 hod. 30 min.", "1 hour 30 minutes", "1 ч 30 мин"), 90))
        self.assert_reads(duration, {"0": 0, "1440": 1440, "24 h": 1440, "2 hodiny": 120, "1,33 h": 80, "1:30:30": 91})

    # -- amounts ----------------------------------------------------------------

    def test_what_is_no_amount_is_refused(self):
        self.assert_refuses(
            Amounts("mixed").parse,
            {
                "empty": ("", "-"),
                "unreadable_amount": ("abc", "12 34", "1,2,3", "1,234.567,5", "12-13", "100000000", "99999999.995"),
                "negative_amount": ("-500", "−500 Kč", "500-", "Kč -1", "(500)", "-0,01"),
                "ambiguous_amount": ("1.234", "1,234 Kč"),
            },
        )

    def test_an_amount_reads_the_same_in_every_spelling(self):
        spellings = (
            *("1234,5", "1234.50", "1 234,50 Kč", "1\xa0234,50\xa0Kč", "1.234,50", "1,234.50", "1'234.50", "1’234.50"),
            *("CZK 1234,50", "€1,234.50", "1 234,5 €", "$1234.5", "1234.495", "1234.5000000001", "+1234,50"),
        )
        for decimal in (",", ".", "mixed"):
            self.assert_reads(Amounts(decimal).parse, dict.fromkeys(spellings, Decimal("1234.50")))
            whole = ("500", "500,-", "500,--", "500,– Kč", "500 ,-", "500.-", "500,00", "CZK 500", "500 korun")
            self.assert_reads(Amounts(decimal).parse, dict.fromkeys(whole, Decimal(500)))
            nothing = ("0", "-0,00", "zdarma", "Free", "Бесплатно")
            self.assert_reads(Amounts(decimal).parse, dict.fromkeys(nothing, Decimal(0)))
            self.assert_reads(
                Amounts(decimal).parse,
                {
                    "1.234.567,89": Decimal("1234567.89"),
                    "1,234,567": Decimal(1_234_567),
                    "99 999 999": Decimal(99_999_999),
                    "0.125": Decimal("0.13"),
                    ",5": Decimal("0.50"),
                },
            )

    def test_the_column_says_what_parts_thousands(self):
        cases = (
            ((), ",", "1.23"),
            (("500", "1 234"), ",", "1.23"),
            (("12,50",), ",", "1.23"),
            (("12.50", "junk", "1,2,3"), ".", "1234"),
            (("1.234,50",), ",", "1.23"),
            (("1,234,567",), ".", "1234"),
            (("1.234", "500"), ",", "1.23"),
            (("1,234", "500"), ".", "1234"),
            (("1,234", "12,50"), ",", "1.23"),
            (("12,50", "12.50"), "mixed", None),
            (("1,234", "1.234"), "mixed", None),
        )
        for texts, decimal, read in cases:
            with self.subTest(texts=texts):
                amounts = Amounts.learn(iter(texts))
                self.assertEqual(amounts.decimal, decimal)
                if read:
                    self.assertEqual(amounts.parse("1,234"), Decimal(read))

    def test_amounts_that_were_written_are_read_back(self):
        @ROUNDS
        @given(
            st.decimals(0, 99_999_999, places=2), st.sampled_from(" .'\xa0"), st.sampled_from(("", " Kč", " €", " CZK"))
        )
        def check(amount, thousands, currency):
            text = f"{amount:,}".translate({ord(","): thousands, ord("."): ","}) + currency
            self.assertEqual(Amounts(",").parse(text), amount)

        check()

    # -- words ------------------------------------------------------------------

    def test_our_own_states_and_their_labels_are_sure(self):
        labels = {"Scheduled": "scheduled", "Arrived": "arrived", "Done": "done", "No-show": "no_show"}
        labels["Cancelled"] = "cancelled"
        self.assertEqual(sorted(labels.values()), sorted(visit.STATES))
        czech = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (CORE / "i18n/cs.po").read_text(), re.MULTILINE))
        for label, name in labels.items():
            for text in (name, label, label.upper(), czech[label], f" {czech[label].lower()} "):
                with self.subTest(text=text):
                    self.assertEqual(state(text), (name, True))

    def test_other_systems_words_become_our_states(self):
        self.assert_refuses(
            state,
            {"empty": ("", "-"), "unknown_state": ("Rescheduled", "modrá", "1", "Not cancelled", "Cancellation fee")},
        )
        cases = {
            ("no_show", True): (
                "Client did not show",
                "Neomluveno",
                "klientka se nedostavila bez omluvy",
                "Didn't show up",
            ),
            ("cancelled", True): ("Late Cancel", "Self-cancelled", "Canceled by customer (late)", "CanceledByClient"),
            ("done", True): ("CheckedOut", "checkedOut", "Checkout complete"),
        }
        for expected, texts in cases.items():
            self.assert_reads(state, dict.fromkeys(texts, expected))
        cases = {
            ("scheduled", False): ("Potvrzeno", "confirmed", "Booked", "New", "Pendiente", "Ожидание", "paid", "čeká"),
            ("arrived", False): ("Klient přišel", "Client arrived", "Checked-in", "En sala", "Клиент пришёл"),
            ("done", True): ("Dokončeno", "Completed", "Checked out", "Finalizada", "Завершён", "proběhla"),
            ("no_show", True): ("nepřišla", "No Show", "NOSHOW", "Nedostavil(a) se", "No asistió", "Клиент не пришел"),
            ("cancelled", True): ("storno", "Canceled", "Zrušeno klientem", "Cancelada", "Отменён", "Late-Cancelled"),
        }
        for expected, texts in cases.items():
            self.assert_reads(state, dict.fromkeys(texts, expected))

    def test_bookings_that_are_no_visits_are_known(self):
        words = ("Rescheduled", "Refunded", "Waitlist", "přesunuto", "Čekací listina")
        self.assert_reads(is_no_visit, {**dict.fromkeys(words, True), "Done": False, "modrá": False, "": False})

    def test_a_consent_s_words_are_yes_no_or_neither(self):
        self.assert_refuses(consent, {"unreadable_yes_no": ("možná", "2")})
        self.assert_reads(consent, dict.fromkeys(("subscribed", "True", "ano", "x"), True))
        self.assert_reads(
            consent, dict.fromkeys(("unsubscribed", "False", "bounced", "cleaned", "opted-out", "ne"), False)
        )
        self.assert_reads(consent, dict.fromkeys(("pending", "Never subscribed", "non-subscribed"), None))

    def test_an_answer_is_yes_or_no_or_refused(self):
        self.assert_refuses(yes_no, {"empty": ("", "-", "?"), "unreadable_yes_no": ("možná", "2", "ano ne")})
        yes = (
            "Ano",
            "yes",
            "TRUE",
            "1",
            "x",
            "X",
            "✓",
            "✔️",
            "souhlasí",
            "Souhlas udělen",
            "opt-in",
            "Subscribed",
            "Sí",
            "да",
        )
        self.assert_reads(yes_no, dict.fromkeys(yes, True))
        no = (
            "ne",
            "No",
            "false",
            "0",
            "nesouhlasí",
            "souhlas neudělen",
            "Souhlas odvolán",
            "Opt-Out",
            "unsubscribed",
            "нет",
        )
        self.assert_reads(yes_no, dict.fromkeys(no, False))

    def test_a_gender_is_one_of_three(self):
        self.assert_refuses(gender, {"empty": ("", "x"), "unknown_gender": ("h", "Jana", "1")})
        self.assert_reads(gender, dict.fromkeys(("žena", "F", "ž", "Paní", "female", "Mrs.", "Mujer"), "female"))
        self.assert_reads(gender, dict.fromkeys(("muž", "m", "pan", "Male", "Mr.", "hombre"), "male"))
        self.assert_reads(gender, dict.fromkeys(("jiné", "Other", "non-binary"), "other"))

    def test_tags_are_named_once(self):
        cases = {
            "VIP, vip;Věrná | nová\nPES ::: věrná": ["VIP", "Věrná", "nová", "PES"],
            "* myContacts ::: Barvení ::: * starred": ["Barvení"],
            "-": [],
            "": [],
        }
        self.assert_reads(values.words, cases)

    def test_an_email_is_the_one_that_was_certainly_meant(self):
        self.assert_refuses(
            values.email,
            {
                "empty": ("", "nemá"),
                "invalid_email": (
                    *("jana", "a@b", "jana novak@x.cz", "jana,novak@x.cz", "a@seznam,cz", "jana@česky.cz", "a@@b.cz"),
                    *("žana@x.cz", "a@b.c", "a@b.c2", "<nic>", "jana @x.cz", "@x.cz"),
                    *("jan5@x..cz", "jan..5@x.cz", ".jan@x.cz", "jan.@x.cz", "jan@.x.cz", "jan@-x.cz"),
                ),
                "too_long": ("a" * 250 + "@x.cz",),
            },
        )
        cases = {
            " Jana.N+x@Seznam.CZ\xa0": "Jana.N+x@seznam.cz",
            "mailto:a@b.cz?subject=x": "a@b.cz",
            "Nováková, Jana <jana@x.cz>": "jana@x.cz",
            "a@b.cz; c@d.cz": "a@b.cz",
            "a@b.cz,c@d.cz": "a@b.cz",
            "a@b.cz c@d.cz": "a@b.cz",
            "a@b.cz ::: c@d.cz": "a@b.cz",
            "-; a@b.cz": "a@b.cz",
            "a@b.cz.": "a@b.cz",
            "'a@b.cz": "a@b.cz",
        }
        self.assert_reads(values.email, cases)

    def test_an_email_that_passes_here_passes_in_odoo(self):
        @ROUNDS
        @given(st.one_of(CELLS, st.emails(), st.from_regex(r"\A[\w.'%+-]{1,9}@[\w.-]{1,9}\.\w{2,9}\Z")))
        def check(text):
            try:
                address = values.email(text)
            except Unreadable:
                return
            self.assertRegex(address, single_email_re)

        check()

    # -- phones -----------------------------------------------------------------

    def test_a_phone_that_is_not_certain_is_refused(self):
        self.assert_phone_refused(
            {
                "mangled": ("6,01235E+08", "4.20601E+11", "'6E8"),
                "letters": ("601234567 ext. 5", "601234567;ext=5", "Petr 601234567", "volat po 18", "601234567 manžel"),
                "too_short": ("601 234 56", "112"),
                "too_long": ("601 234 567 8", "601234567 123", "0601234567", "601234567123"),
                "not_a_phone": ("601,234,567", "601234567, 5", "++1"),
            }
        )

    def test_a_cell_without_digits_names_no_phone(self):
        for text in ("", " ", "-", "nemá", "není", "x", "0", "nechce uvést"):
            self.assertEqual(phone.mend(text, "CZ"), (None, False), text)

    def test_a_spelling_is_not_a_mending(self):
        spellings = (
            *("601 234 567", "601234567", "+420 601 234 567", "00420601234567", "601/234-567", "(+420) 601234567"),
            *(
                "420 601 234 567",
                "601.234.567",
                "\u202a+420\xa0601\xa0234\xa0567\u202c",
                "'601234567",
                "６０１２３４５６７",
            ),
        )
        self.assert_reads(lambda text: phone.mend(text, "CZ"), dict.fromkeys(spellings, ("+420601234567", False)))

    def test_what_people_type_for_want_of_a_phone_is_none(self):
        for number in ("+420000000000", "+420777777777", "+420123456789", "+420987654321", "+4912345678"):
            self.assertTrue(phone.is_dummy(number), number)
        for number in ("+420601234567", "+420601111111", "+420602345678", "+420777777778"):
            self.assertFalse(phone.is_dummy(number), number)

    def test_a_phone_that_lost_a_zero_or_its_prefix_is_doubtful(self):
        doubtful = (("+420903123456", "903123456"), ("+421903123456", "421903123456"), ("+420900123456", "900123456"))
        for number, written in doubtful:
            self.assertTrue(phone.is_doubtful(number, written, "CZ"), written)
        for number, written in (("+421903123456", "+421 903 123 456"), ("+421903123456", "00421903123456")):
            self.assertFalse(phone.is_doubtful(number, written, "CZ"), written)
        self.assertFalse(phone.is_doubtful("+420601234567", "601 234 567", "CZ"))

    def test_what_is_certain_is_mended(self):
        mended = (
            *("tel.: 601 234 567", "mob. 601234567", "Mobil:+420601234567", "T: 601234567", "601 234 567 (manžel)"),
            *("6O1 234 567", "6o1 234 567", "+42O 601 234 567", "+420 (0) 601 234 567"),
            *("420 (0) 601234567", "601234567.0", "420601234567.0", "601234567, 602345678", "601234567;602345678"),
            *("601234567/602345678", "601 234 567 / 602 345 678", "601/234-567 nebo 602/345-678", "601 234 567/8"),
            *("601234567 ::: 602345678", "601234567\n602345678", "601234567 602345678", "12345678, 601234567"),
            "tel: 601 234 567 (práce), mob: 602 345 678",
        )
        self.assert_reads(lambda text: phone.mend(text, "CZ"), dict.fromkeys(mended, ("+420601234567", True)))
        self.assertEqual(phone.mend("421903123456", "CZ"), ("+421903123456", True))
        self.assertEqual(phone.mend("00420 601 234 567 (mobil)", "US"), ("+420601234567", True))
        # Where numbers have no fixed length, the zero of a decimal would make another number.
        self.assertEqual(phone.mend("01511234567.0", "DE"), ("+491511234567", True))
