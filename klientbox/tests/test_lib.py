import json
import logging
import time
from datetime import date, datetime
from unittest.mock import patch

import pytz
from odoo.addons.klientbox.lib import (
    address,
    api_key,
    caller_address,
    clock,
    collation,
    gateway_format,
    message,
    origin,
    phone,
    placeholders,
    redact,
    scope,
    simulation,
    sms_parts,
    text,
)
from odoo.addons.klientbox.lib.callback import Callback, InvalidFormat, Reply, Report
from odoo.addons.klientbox.lib.client_status import Thresholds
from odoo.addons.klientbox.lib.sending_hours import SendingHours
from odoo.tests import BaseCase

TODAY = date(2026, 11, 20)
# As secrets.token_urlsafe(32) makes the token of a gateway's callbacks.
TOKEN = "aB3_defGHIjklMNOpqrSTUvwxYZ0123456789-abcde"


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

    def test_the_scheme_of_an_address_is_no_part_of_a_phone(self):
        for written in (
            "tel:+420601234567",
            "whatsapp:+420601234567",
            "WhatsApp:+420 601 234 567",
            "sms:601234567?body=Ahoj",
            "tel:601-234-567;phone-context=+420",
            "viber://+420601234567",
        ):
            with self.subTest(written):
                self.assertEqual(phone.e164(written, "CZ"), "+420601234567")
        for junk in ("tel:", "tel:STOP", "mailto:+420601234567", "whatsapp:whatsapp:+420601234567"):
            with self.subTest(junk), self.assertRaises(phone.InvalidPhone):
                phone.e164(junk, "CZ")

    def test_what_is_no_phone_is_refused(self):
        spelt_out = ("abc", "+420 601 ABC DEF", "601234567 ext. 5")
        for junk in ("12", "601 234 56", "601 234 567 8", "+999123456789", "++", *spelt_out):
            with self.subTest(junk=junk), self.assertRaises(phone.InvalidPhone):
                phone.e164(junk, "CZ")

    def test_a_placeholder_is_no_phone_of_a_person(self):
        for number in ("000000000", "123456789", "777 777 777", "+420 987 654 321", "00420 000 000 000"):
            with self.subTest(number=number), self.assertRaises(phone.InvalidPhone) as refusal:
                phone.of_person(number, "CZ")
            self.assertEqual(refusal.exception.reason, "not_a_phone")
        self.assertEqual(phone.of_person("601 234 567", "CZ"), "+420601234567")
        # A gateway may still report one.
        self.assertEqual(phone.e164("000000000", "CZ"), "+420000000000")

    def test_an_email_has_dots_between_other_characters_only(self):
        for text_of_one in ("jana@example.com", "j.n+x@a-b.co.uk", "J%1@x9.cz", "a" * 64 + "@x.cz"):
            self.assertTrue(address.is_email(text_of_one), text_of_one)
        for other in (
            *(
                "jan5@x..cz",
                "jan..5@x.cz",
                ".jan@x.cz",
                "jan.@x.cz",
                "jan@.x.cz",
                "jan@x.cz.",
                "jan@-x.cz",
                "jan@x-.cz",
            ),
            *("jana", "a@b", "a@@b.cz", "a b@x.cz", "žana@x.cz", "a@b.c", "a" * 65 + "@x.cz", "jan@x.cz\n", ""),
        ):
            self.assertFalse(address.is_email(other), other)

    def test_folding_forgets_case_diacritics_and_spaces(self):
        self.assertEqual(text.fold("  Žaneta   ŁUKASZ-Weiß "), "zaneta lukasz-weiss")
        self.assertEqual(text.fold("𝗝𝗮𝗻𝗮 𝐍𝐎𝐕Á Ⓢ 🅂 Ｓ Kadeřnictví™ №5"), "jana nova s s s kadernictvitm no5")

    def test_a_text_that_is_ucs_2_in_digits_is_read(self):
        for written, said in (
            ("00530054004F0050", "STOP"),
            (" 004f00640068006c00e1007300690074\n", "Odhlásit"),
            ("005300740061010D00ED0020D83DDC4E", "Stačí 👎"),
            ("0053", "0053"),
            ("00530054004F005", "00530054004F005"),
            ("STOP 00530054004F0050", "STOP 00530054004F0050"),
            ("420601777333", "420601777333"),
            ("5f0c3a1b00530054004f00501234abcd", "5f0c3a1b00530054004f00501234abcd"),
        ):
            with self.subTest(written=written):
                self.assertEqual(text.of_ucs2_hex(written), said)

    def test_a_search_has_a_limit_of_characters_and_of_words(self):
        self.assertEqual(text.search_words("jana nova JANA"), ["jana", "nova"])
        self.assertEqual(text.search_words("x" * 255), ["x" * 255])
        self.assertIsNone(text.search_words("x" * 256))
        self.assertIsNone(text.search_words("1" * 256))
        many = [f"{first}{second}" for first in "abcd" for second in "abcdefghij"]
        self.assertEqual(text.search_words(" ".join(many)), many)
        self.assertIsNone(text.search_words(" ".join([*many, "x"])))
        # One character is four words.
        self.assertEqual(len(text.search_words("\ufdfa" * 255)), 5)

    def test_a_phone_in_a_search_is_one_word_of_digits(self):
        cases = {
            "601 234 567": ["601234567"],
            "+420 601 234": ["420601234"],
            "00420 601 234 567": ["420601234567"],
            "Nová 601": ["nova", "601"],
            "  ": [],
        }
        for search, words in cases.items():
            with self.subTest(search=search):
                self.assertEqual(text.search_words(search), words)

    def test_a_key_with_a_typing_error_is_no_key(self):
        born = api_key.generate()
        self.assertRegex(born.text, r"^kbx_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$")
        self.assertEqual(api_key.recognise(born.text), (born.prefix, born.digest, "live"))
        self.assertEqual(born.digest, api_key.digest(born.text))
        for position in (3, 12, 30, 66):
            wrong = "0" if born.text[position] != "0" else "1"
            self.assertIsNone(api_key.recognise(born.text[:position] + wrong + born.text[position + 1 :]))
        self.assertIsNone(api_key.recognise(born.text + "0"))

    def test_a_key_says_in_its_text_whether_it_is_for_test_data(self):
        born = api_key.generate("test")
        self.assertRegex(born.text, r"^kbx_test_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$")
        self.assertEqual(api_key.recognise(born.text), (born.prefix, born.digest, "test"))
        self.assertIsNone(api_key.recognise(born.text.replace("_test_", "_live_")), "the checksum covers it")

    def test_writing_includes_reading(self):
        self.assertEqual(
            scope.scopes({"clients": "write", "visits": "read", "services": "none", "messages": "read"}),
            ["clients:read", "clients:write", "visits:read", "messages:read"],
        )
        self.assertEqual(scope.scopes({}), [])

    def test_a_resource_belongs_to_the_addon_that_declares_it(self):
        core = {
            "clients": "write",
            "visits": "write",
            "services": "write",
            "messages": "read",
            "reports": "read",
            "webhooks": "write",
        }
        self.assertEqual(scope.resources({"klientbox"}), core)
        with patch.dict(scope._declared):
            for _twice in range(2):
                scope.declare("rooms", "klientbox_absent", "read")
            with self.assertRaisesRegex(
                ValueError, "^klientbox_other declares access to rooms, which klientbox_absent"
            ):
                scope.declare("rooms", "klientbox_other", "read")
            self.assertEqual(scope.resources({"klientbox_absent"}), {"rooms": "read"})
            self.assertEqual(list(scope.resources({"klientbox", "klientbox_absent"})), [*core, "rooms"])
            self.assertIn("klientbox_absent", scope.addons())
            self.assertEqual(scope.addon_of("rooms:read"), "klientbox_absent")
            for unknown in ("rooms:write", "rooms:none", "rooms", "cabins:read", ""):
                self.assertIsNone(scope.addon_of(unknown), unknown)

    def test_a_customer_is_one_caller_and_never_a_key(self):
        same = (
            ("192.0.2.7", "::ffff:192.0.2.7"),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
            ("fe80::1%eth0", "fe80::2"),
            ("", "unix:"),
        )
        for one, other in same:
            with self.subTest(one=one):
                self.assertEqual(caller_address.bucket(one), caller_address.bucket(other))
        addresses = ("192.0.2.7", "192.0.2.8", "2001:db8:1:2::1", "2001:db8:1:3::1", "")
        buckets = [caller_address.bucket(address) for address in addresses]
        self.assertEqual(len(set(buckets)), len(addresses))
        self.assertTrue(all(-(2**31) <= bucket < 0 for bucket in buckets))

    def test_an_origin_is_spelt_as_a_browser_sends_it(self):
        text = " https://WWW.Example.com/\n\nhttp://localhost:3000\nhttps://www.example.com:443\nhttps://žlutý.cz\n"
        self.assertEqual(
            origin.parse(text), ["https://www.example.com", "http://localhost:3000", "https://xn--lut-noa55d.cz"]
        )
        self.assertEqual(origin.parse("https://[2001:DB8::1]:8443"), ["https://[2001:db8::1]:8443"])
        refused = {
            "*": "wildcard",
            "https://*.example.com": "wildcard",
            "https://example.com/path": "path",
            "https://example.com//": "path",
            "https://example.com?": "path",
            "https://example.com#x": "path",
            "example.com": "malformed",
            "null": "malformed",
            "ftp://example.com": "malformed",
            "https://": "malformed",
            "https://user@example.com": "malformed",
            "https://exa mple.com": "malformed",
            "https://example.com:99999": "malformed",
            "javascript:alert(1)": "malformed",
        }
        for line, reason in refused.items():
            with self.subTest(line=line), self.assertRaises(origin.InvalidOrigin) as caught:
                origin.parse(f"https://a.example\n{line}")
            self.assertEqual((caught.exception.line, caught.exception.reason), (line, reason))

    def test_in_test_mode_the_address_says_what_becomes_of_a_message(self):
        cases = {
            ("sms", "+420601000001"): "refused",
            ("sms", "+420601000002"): "unknown",
            ("sms", "+420601000003"): "undelivered",
            ("sms", "+420601000010"): "delivered",
            ("sms", None): "delivered",
            ("email", "Refused+7@example.com"): "refused",
            ("email", "unknown@example.com"): "unknown",
            ("email", "bounced@example.com"): "undelivered",
            ("email", "jana.bounced@example.com"): "taken",
            ("email", None): "taken",
        }
        for (channel, to), expected in cases.items():
            with self.subTest(channel=channel, to=to):
                self.assertEqual(simulation.result_of(channel, to), expected)

    def test_logs_keep_neither_keys_nor_phones(self):
        born = api_key.generate()
        line = f"GET /clients?search=601%20234&key={born.text} (1, +420601234567) %2B420601234567"
        self.assertEqual(
            redact.redact(line), f"GET /clients?search=***&key=kbx_***_{born.prefix}_*** (1, +***567) +***567"
        )

        line = f"GET /?a={born.text[:-20]}&b={born.text.replace('_', '%5F')}&c=kbx_live_"
        self.assertEqual(
            redact.redact(line), f"GET /?a=kbx_***_{born.prefix}_***&b=kbx_***_{born.prefix}_***&c=kbx_live_"
        )

    def test_filter_values_that_identify_a_client_are_not_in_the_log(self):
        line = "GET /clients?name__icontains=O'Hara&email=a%40b.cz&phone__in=601234567,602&external_id=77&id__gt=5 HTTP"
        self.assertEqual(
            redact.redact(line),
            "GET /clients?name__icontains=***&email=***&phone__in=***&external_id=***&id__gt=5 HTTP",
        )
        line = "GET /?nombre__icontains=Eva&apellido2__icontains=Sol&movil=601&fijo__in=1&dni=2&code=3 HTTP"
        self.assertEqual(
            redact.redact(line),
            "GET /?nombre__icontains=***&apellido2__icontains=***&movil=***&fijo__in=***&dni=***&code=3 HTTP",
        )

    def test_local_days_have_23_24_or_25_hours(self):
        zone = "Europe/Prague"
        hours = {date(2026, 10, 25): 25, date(2027, 3, 28): 23, date(2026, 11, 20): 24}
        for day, length in hours.items():
            first, after = clock.day_bounds(day, zone)
            self.assertEqual((after - first).total_seconds() / 3600, length)
        self.assertEqual(clock.local(datetime(2026, 11, 19, 23, 30), zone), datetime(2026, 11, 20, 0, 30))
        self.assertEqual(clock.utc(datetime(2026, 7, 1, 12, 0), zone), datetime(2026, 7, 1, 10, 0))

    def test_the_zones_of_all_conversions_are_those_that_odoo_counts_with(self):
        """Also where the system's zone data are of another year: in 2025 the winter of Vancouver was UTC-8."""
        for zone in pytz.all_timezones:
            place = pytz.timezone(zone)
            for year in range(2020, 2031):
                for month in (1, 4, 7, 10):
                    moment = datetime(year, month, 15, 20)
                    wall = pytz.utc.localize(moment).astimezone(place)
                    self.assertEqual(clock.local(moment, zone), wall.replace(tzinfo=None), (zone, moment))
                    self.assertEqual(clock.with_offset(moment, zone).utcoffset(), wall.utcoffset(), (zone, moment))
        for unknown in ("Mars/Base", "../../etc/passwd", ""):
            with self.subTest(unknown), self.assertRaises((KeyError, ValueError, OSError)):
                clock.today(unknown)

    def test_a_walk_in_has_a_time_of_whole_minutes(self):
        with clock.as_of(datetime(2026, 11, 20, 11, 9, 59)):
            self.assertEqual(clock.now_whole(5), datetime(2026, 11, 20, 11, 5))
        with clock.as_of(datetime(2026, 11, 20, 11, 5)):
            self.assertEqual(clock.now_whole(5), datetime(2026, 11, 20, 11, 5))

    def test_a_sort_key_fits_into_an_index_however_long_the_name(self):
        for name in ("Ž" * 500_000, "ﷺ" * 255, "e\u0301\u0323\u0328" * 255, "日" * 255, "A" * 3_000):
            with self.subTest(name=name[:3]):
                self.assertLessEqual(len(collation.sort_key(name, "cs_CZ").encode()), collation.LONGEST_KEY)

    def test_names_are_sorted_as_in_a_czech_phone_book(self):
        czech = [
            "Cyril",
            "Čeněk",
            "Hana",
            "cha",
            "cHa",
            "Cha",
            "CHA",
            "Chalupa",
            "Ivan",
            "Rz",
            "Řehoř",
            "Sára",
            "Šárka",
        ]
        self.assertEqual(sorted(czech, key=lambda name: collation.sort_key(name, "cs_CZ")), czech)
        slovak = [
            "až",
            "äb",
            "dz",
            "dza",
            "dzz",
            "dž",
            "hz",
            "cha",
            "lan",
            "ľan",
            "laz",
            "oz",
            "ôb",
            "rz",
            "řa",
            "zz",
            "ža",
        ]
        self.assertEqual(sorted(slovak, key=lambda name: collation.sort_key(name, "sk_SK")), slovak)
        common = ["Cha", "Čeněk", "Cyril", "Hana", "Sára", "Šárka", "Zuzana"]
        self.assertEqual(sorted(common, key=lambda name: collation.sort_key(name, None)), ["Čeněk", "Cha", *common[2:]])
        self.assertEqual(collation.sort_key("", "cs_CZ"), "")
        # No characters that PostgreSQL can't store, whatever a name contains.
        for odd in ("\x00", "\u200d", "\U0010ffff", "漢字", "😀", "\t\n"):
            key = collation.sort_key(f"a{odd}b", "cs_CZ")
            self.assertTrue(key.isprintable() or odd in key, odd)
            self.assertNotIn("\x00", key)

    def test_an_address_hash_needs_the_salt(self):
        hashed = address.address_hash("salt", "email", "jana@example.com")
        self.assertEqual(address.address_hash("salt", "email", " Jana@Example.com "), hashed)
        self.assertNotEqual(address.address_hash("other", "email", "jana@example.com"), hashed)
        self.assertNotEqual(address.address_hash("salt", "sms", "jana@example.com"), hashed)

    def test_news_of_a_message_only_moves_it_forward(self):
        order = ["queued", "sending", "unknown", "sent", "failed", "delivered", "replied"]
        self.assertEqual(sorted(order, key=message.STATES.index), order)

    def test_placeholders_are_a_closed_list_and_values_stay_text(self):
        self.assertEqual(placeholders.unknown("{first_name} {name!r} {} {object.env}"), ["name!r", "", "object.env"])
        self.assertEqual(placeholders.missing("{salon}"), ["stop"])
        for wrong in ("{{name}}", "{name", "name}", "}{", "[name]", "%(first_name)s", "${name}", "<days>", "%days%"):
            self.assertTrue(placeholders.is_malformed(wrong), wrong)
        for right in ("{name}", "{name} {salon}", "{name}{days}", "20 % name", "(name)", "[dnes]", "a < b", "5 $"):
            self.assertFalse(placeholders.is_malformed(right), right)
        self.assertEqual(
            placeholders.fill("{first_name}, {salon} {x}", {"first_name": "{salon}", "salon": "Jana"}),
            "{salon}, Jana {x}",
        )

    def test_an_sms_is_billed_by_its_alphabet(self):
        for body, parts in (
            ("", 0),
            ("a" * 160, 1),
            ("a" * 161, 2),
            ("a" * 306, 2),
            ("a" * 307, 3),
            ("€" * 80, 1),
            ("€" * 81, 2),
            ("č" * 70, 1),
            ("č" * 71, 2),
            ("č" + "a" * 134, 3),
            ("😀" * 35, 1),
            # A character that takes two places is not split.
            ("a" * 152 + "[" + "a" * 152, 3),
            ("a" * 153 + "[" + "a" * 151, 2),
            ("]" * 153, 3),
            ("]" * 152, 2),
            ("ě" * 66 + "😀" + "a" * 66, 3),
            ("ě" * 67 + "😀" + "a" * 65, 2),
        ):
            with self.subTest(body=body[:3], length=len(body)):
                self.assertEqual(sms_parts.count(body), parts)

    def test_sending_hours_follow_the_salon_s_clock_and_calendar(self):
        hours = SendingHours("Europe/Prague")
        for moment, due in (
            ("2026-11-20 06:59", "2026-11-20 07:00"),
            ("2026-11-20 07:00", "2026-11-20 07:00"),
            ("2026-11-20 18:59", "2026-11-20 18:59"),
            ("2026-11-20 19:00", "2026-11-21 07:00"),
            ("2026-11-21 19:00", "2026-11-23 07:00"),  # a Sunday between
            ("2026-12-23 19:00", "2026-12-28 07:00"),  # Christmas, a Sunday
            ("2026-07-04 20:00", "2026-07-07 06:00"),  # a Sunday and a holiday on Monday
        ):
            with self.subTest(moment=moment):
                start, expected = (datetime.fromisoformat(written) for written in (moment, due))
                self.assertEqual(hours.next_open(start), expected)
                self.assertEqual(hours.are_open(start), start == expected)
        always = SendingHours("Europe/Prague", 0, 24, rest_days=False)
        self.assertTrue(all(always.are_open(datetime(2026, 10, 25, hour)) for hour in range(24)))
        self.assertTrue(SendingHours("Europe/Prague", country="XX").are_open(datetime(2026, 12, 24, 12)))

    def test_a_gateway_s_words_become_ours(self):
        form = gateway_format.CallbackFormat(
            "reference", "data.id", "state", "delivered, 1", "Failed,3", "from", "text", "to", "event"
        )
        cases = (
            ('{"reference": "a", "state": "DELIVERED"}', False, [Report("a", None, "delivered", "DELIVERED")]),
            ('[{"data": {"id": 7}, "state": 3}]', False, [Report(None, "7", "failed", "3")]),
            ('{"reference": "a", "state": "buffered"}', False, [Report("a", None, None, "buffered")]),
            ("reference=a&state=1", True, [Report("a", None, "delivered", "1")]),
            ('{"from": "601234567", "text": "", "event": 5}', False, [Reply("601234567", "", None, "5")]),
            ("[]", False, []),
        )
        for body, is_form, expected in cases:
            with self.subTest(body=body):
                self.assertEqual(form.parse(body, is_form), Callback(tuple(expected), True))
        for body in ("null", "7", '["a"]', "{}", '{"reference": {"a": 1}, "state": ["delivered"]}'):
            with self.subTest(body=body):
                self.assertEqual(form.parse(body, False), Callback((), False))
        for body in ("", "[" * 100_000, "<xml/>"):
            with self.subTest(body=body[:10]), self.assertRaises(InvalidFormat):
                form.parse(body, False)

    def test_what_is_an_answer_and_what_is_nothing(self):
        report = Report(None, "1", "delivered", "delivered")
        form = gateway_format.CallbackFormat(
            "ref", "id", "r.0.state", "delivered", "failed", "r.0.m.0.from", "r.0.m.0.text", "to", "event"
        )
        cases = (
            ('{"r": [{"m": [{"from": "1", "text": null}]}]}', [Reply("1", "")]),
            ('{"r": [{"m": [{"from": "1", "text": 5}]}]}', [Reply("1", "5")]),
            ('{"r": [{"m": [{"from": 420601234567.0, "text": "x"}]}]}', [Reply("420601234567", "x")]),
            ('{"r": [{"m": [{"from": "1", "text": "STOP", "text": "x"}]}]}', [Reply("1", "STOP")]),
            ('{"r": [{"m": [{"from": "1", "text": "x", "text": "y"}]}]}', [Reply("1", "y")]),
            ('{"r": [{"m": [{"from": "1", "from": "2", "text": "x"}]}]}', [Reply("1", "x"), Reply("2", "x")]),
            (
                '{"r": [{"m": [{"from": "1", "text": "a"}, {"from": "2", "text": "b"}]},'
                ' {"m": [{"from": "3", "text": "c"}]}]}',
                [Reply("1", "a"), Reply("2", "b"), Reply("3", "c")],
            ),
            ('{"id": 1, "r": [{"state": "delivered", "m": [{"from": "Salon", "text": null}]}]}', [report]),
        )
        for body, expected in cases:
            with self.subTest(body=body):
                self.assertEqual(form.parse(body, False), Callback(tuple(expected), True))
        for members in (
            '"from": "1", "text": {"a": "STOP"}',
            '"from": null, "text": "STOP"',
            '"from": "1"',
            '"text": "STOP"',
        ):
            with self.subTest(members=members):
                self.assertEqual(form.parse('{"r": [{"m": [{' + members + "}]}]}", False), Callback((), False))

    def test_an_answer_that_can_t_be_read_is_no_report(self):
        form = gateway_format.CallbackFormat(
            "reference", "id", "state", "delivered, 1", "failed, 3", "from", "text", "to", "event"
        )
        for members, is_whole in (
            ('"from": "601550001", "text": ["STOP"], "state": "received"', False),
            ('"from": "601550001", "text": {"body": "STOP"}, "state": "delivered"', False),
            ('"from": "601550001", "message": "STOP", "state": "received"', False),
            ('"from": "601550001", "message": "STOP", "state": "delivered"', False),
            ('"from": "601550001", "sms": {"parts": ["STOP"]}, "state": "1"', False),
            ('"from": "601550001", "text": null, "state": "received"', False),
            ('"from": "' + "6" * 300 + '", "text": "STOP", "state": "received"', False),
            ('"from": {"number": "601550001"}, "text": "STOP", "state": "delivered"', False),
            ('"msisdn": "601550001", "text": "STOP", "state": "received"', False),
            ('"from": "Salon", "id": 1, "state": "delivered"', True),
            ('"from": "Salon", "id": 1, "state": "3"', True),
            ('"from": "Salon", "id": 1, "state": "Buffered", "text": null', True),
            ('"from": "Salon", "id": 1, "state": "delivered", "sent": "Come again. To refuse, reply STOP"', True),
            ('"id": 1, "state": "odd"', True),
        ):
            with self.subTest(members=members[:80]):
                callback = form.parse("{" + members + "}", False)
                self.assertEqual(callback.is_whole, is_whole)
                self.assertFalse([event for event in callback.events if isinstance(event, Reply)])
        mixed = '[{"from": "1", "text": "x"}, {"from": "2", "text": ["STOP"], "state": "received"}]'
        self.assertFalse(form.parse(mixed, False).is_whole)
        sender = f'\\"Jana {"x" * 80}\\" <sip:+420601550005@gw>'
        [reply] = form.parse('{"from": "' + sender + '", "text": "STOP", "state": "received"}', False).events
        self.assertEqual(reply.text, "STOP")

    def test_no_callback_costs_more_than_its_length(self):
        """The members of an address, and those beside a list, count once for each object."""
        form = gateway_format.CallbackFormat("ref", "id", "r.0.state", "1", "3", "r.0.from", "r.0.text", "to", "event")
        flat = gateway_format.CallbackFormat("ref", "id", "state", "1", "3", "from", "text", "to", "event")
        address = "from=601550001&" + "&".join(f"a{number}=x" for number in range(5000))
        beside = {f"a{number}": "x" for number in range(2500)}
        reply = {"from": "601550001", "text": "STOP"}
        for name, format_, query, body in (
            ("members and objects", flat, address, [{}] * 20_000),
            ("a member twice", flat, "&".join(["text=x"] * 8000), [{}] * 20_000),
            ("members and elements", form, "", {**beside, "r": [{}] * 10_000}),
            ("a long text", flat, "text=" + "ahoj%0a" * 8000, [{"from": number} for number in range(3000)]),
        ):
            with self.subTest(name):
                text, is_form = gateway_format.with_query(json.dumps(body), False, query)
                began = time.process_time()
                callback = format_.parse(text, is_form)
                self.assertLess(time.process_time() - began, 3)
                self.assertFalse(callback.is_whole)
        # What was read until then counts.
        text, is_form = gateway_format.with_query(json.dumps([reply, *[{}] * 20_000]), False, address)
        self.assertEqual(flat.parse(text, is_form).events[0].text, "STOP")
        for count, is_whole in ((1000, True), (1001, False)):
            callback = flat.parse(json.dumps([{"from": str(n), "text": "STOP"} for n in range(count)]), False)
            self.assertEqual((len(callback.events), callback.is_whole), (1000, is_whole))
        members = "&".join(f"a{number}=x" for number in range(20))
        text, is_form = gateway_format.with_query(json.dumps([{**reply, "to": n} for n in range(600)]), False, members)
        self.assertTrue(flat.parse(text, is_form).is_whole)

    def test_text_is_utf_8_before_it_is_what_it_calls_itself(self):
        for raw, charset, expected in (
            ("Odhlásit".encode(), "iso-8859-1", "Odhlásit"),
            ("Odhlásit".encode("cp1250"), "windows-1250", "Odhlásit"),
            ("odhlásit".encode("iso-8859-2"), "iso-8859-2", "odhlásit"),
            ("Odhlašuji".encode("cp852"), "cp852", "Odhlašuji"),
            ("Odhlašuji".encode("cp1250"), None, "Odhlašuji"),
            ("STOP".encode("utf-16-le"), "utf-16-le", "STOP"),
        ):
            with self.subTest(raw=raw, charset=charset):
                self.assertEqual(gateway_format.decoded(raw, charset), expected)

    def test_no_value_changes_the_structure_of_a_body(self):
        template = gateway_format.parse_template('{"to": ["{to}"], "text": "{text}", "n": 1}')
        filled = gateway_format.fill(template, {"to": '"], "x": ["', "text": "{secret}", "secret": "s"})
        self.assertEqual(filled, {"to": ['"], "x": ["'], "text": "{secret}", "n": 1})

    def test_what_is_named_a_secret_is_not_logged(self):
        """In an address, a form, a dump of either, a path; also where the name is percent-encoded."""
        secret = api_key.generate().text.rpartition("_")[2]
        cases = {
            "GET /apiv1/clients/list?app_id=1&app_key=a'b\"c&token=kbx_live_x&secret=s&from=0 HTTP": (
                "GET /apiv1/clients/list?app_id=***&app_key=***&token=***&secret=***&from=0 HTTP"
            ),
            "POST /v1/x?a=1&app%5Fkey=abc&%73ecret=abc&TOKEN=abc HTTP": (
                "POST /v1/x?a=1&app%5Fkey=***&%73ecret=***&TOKEN=*** HTTP"
            ),
            "body username=***&password=a%20b": "body username=***&password=***",
            "password=hunter2": "password=***",
            """{'password': 'it\\'s', "token": "t", 'n': 1}""": """{'password': ***, "token": ***, 'n': 1}""",
            "[('secret', b'x')]": "[('secret', ***)]",
            "GET /apiv1/license/token/password/hunter2 HTTP": "GET /apiv1/license/token/password/*** HTTP",
            f"lost: {secret}.": "lost: ***.",
            "GET /me?X-API-Key=abc&api_key=abc&ApiKey=abc HTTP": "GET /me?X-API-Key=***&api_key=***&ApiKey=*** HTTP",
            "{'X-API-Key': 'abc'}": "{'X-API-Key': ***}",
            "token is no value, nor is secretary=1": "token is no value, nor is secretary=1",
        }
        for line, expected in cases.items():
            with self.subTest(line=line):
                self.assertEqual(redact.redact(line), expected)

    def test_the_path_of_callbacks_is_not_logged(self):
        line = '"POST /klientbox/gateway/12-abcDEF_ghi-jklmnopqrstu HTTP/1.1" 200'
        self.assertEqual(redact.redact(line), '"POST /klientbox/gateway/12-*** HTTP/1.1" 200')
        line = "GET /klientbox//%67ateway/%312%2DabcDEF_ghi%2Djklmnopqrstu HTTP"
        self.assertEqual(redact.redact(line), "GET /klientbox//%67ateway/%312%2D*** HTTP")

    def test_what_hides_in_another_value_is_not_logged(self):
        cases = {
            "GET /x?url=http://a.example/?token=abc&a=1 HTTP": "GET /x?url=http://a.example/?token=***&a=1 HTTP",
            "GET /x?n%61me=Eva&%6daiden__name=Eva HTTP": "GET /x?n%61me=***&%6daiden__name=*** HTTP",
            '{"body": "{\\"token\\": \\"abc\\"}"}': '{"body": "{\\"token\\": ***}',
            "{'secret': 'never closed": "{'secret': ***",
            "{'secret': 'two\nlines', 'n': 1}": "{'secret': ***, 'n': 1}",
        }
        for line, expected in cases.items():
            with self.subTest(line=line):
                self.assertEqual(redact.redact(line), expected)

    def test_a_failed_statement_is_logged_without_its_values(self):
        insert = """INSERT INTO "klientbox_client" ("name", "phone") VALUES ('O''Hara tajna', '420601560000')"""
        taken = 'duplicate key value violates unique constraint "phone_unique"'
        detail = "DETAIL:  Key (company_id, phone)=(1, 420601560000) already exists.\n"
        row = "DETAIL:  Failing row contains (1, jana@example.com, two\nlines, tajna)."
        cases = {
            f"bad query: {insert.encode()!r}\nERROR: {taken}\n{detail}": (
                'bad query: b\'INSERT INTO "klientbox_client" ("name", "phone") ***\nERROR: ' + taken + " ***"
            ),
            "bad query: b'UPDATE \"client\" SET \"note\" = \\'tajna\\' WHERE id IN (7)'\nERROR: could not serialize": (
                'bad query: b\'UPDATE "client" ***\nERROR: could not serialize'
            ),
            "bad query: SELECT f('tajna\nERROR: ', 'x')\nERROR: no": "bad query: SELECT f(***\nERROR: no",
            f"psycopg2.errors.UniqueViolation: {taken}\n{detail}\n\nDuring handling of it\n{row}": (
                f"psycopg2.errors.UniqueViolation: {taken} ***\n\nDuring handling of it\nDETAIL:  ***"
            ),
            f"psycopg2.errors.CheckViolation: no\n{row}": "psycopg2.errors.CheckViolation: no ***",
            'invalid input syntax for type integer: "tajna"': "invalid input syntax for type integer: ***",
        }
        for line, expected in cases.items():
            with self.subTest(line=line):
                self.assertEqual(redact.redact(line), expected)

    def test_addresses_of_persons_are_not_logged(self):
        line = "sent to jana.leak+x@example.com, (1, 'b%40c.example'), <žofie@example.com>; @decorator, a @ b"
        self.assertEqual(
            redact.redact(line),
            "sent to j***@example.com, (1, 'b***%40c.example'), <ž***@example.com>; @decorator, a @ b",
        )

    def test_a_long_line_is_cut_and_half_a_secret_is_not_left(self):
        born = api_key.generate().text
        secrets = {
            born: born.rpartition("_")[2],
            "+420601234567": "601234",
            "/klientbox/gateway/12-" + "aB3_" * 25: "aB3_aB3",
            "%2B420601234567": "601234",
            "'secret': 'hunter2 hunter2'": "hunter",
            "token=" + "q1" * 100: "q1",
        }
        for secret, shown in secrets.items():
            for before in ("x", " ", "/"):
                for place in range(redact.LONGEST - 20, redact.LONGEST + 330, 11):
                    line = before * place + " " + secret + " " + before * 1000
                    clean = redact.redact(line)
                    self.assertLessEqual(len(clean), redact.LONGEST + 10)
                    pieces = [shown[: len(shown) // 2]] if len(shown) > 12 else [shown]
                    self.assertFalse([piece for piece in pieces if piece in clean], (secret[:12], before, place))
        self.assertEqual(redact.redact("a" * (redact.LONGEST + 320)), "a" * (redact.LONGEST + 320))
        self.assertEqual(redact.redact("a" * (redact.LONGEST + 321)), "a" * redact.LONGEST + " [...]")

    def test_a_phone_is_not_logged_however_it_is_written(self):
        cases = {
            "[['phone', '=?', '601777333', 1]]": "[['phone', '=?', '***333', 1]]",
            'Invalid "order" specified (601 777 333)': 'Invalid "order" specified (***333)',
            "601-777-333, 601/777333, 601.777.333": "***333, ***333, ***333",
            "00420 601 777 333; +420 601 777 333": "***333; +***333",
            "phone 420%20601%20777%20333": "phone ***333",
        }
        for line, expected in cases.items():
            with self.subTest(line=line):
                self.assertEqual(redact.redact(line), expected)

    def test_numbers_that_are_no_phones_are_logged(self):
        for line in (
            '192.168.100.200 - - [01/Dec/2026 14:10:28] "GET /x HTTP/1.1" 200 - 1234 12.003 10.010',
            "2026-12-01 14:10:28,123 2026-12-01T14:10:28.123456 01.12.2026 14:10:28 2026-12-01",
            "key=12345678 request=550e8400-e29b-41d4-a716-446655440000 request=a1b2c3d4-1234-4123-8123-123456789012",
            "loaded in 0.123456789s, 123 queries, 0x7f0123456789, 19.0.1.6.0",
            "clients 1234, 5678, 9012",
            "test_a_Callback_of_1_company_delays_no_oth",
        ):
            with self.subTest(line=line):
                self.assertEqual(redact.redact(line), line)

    def test_the_token_of_callbacks_is_not_logged_anywhere(self):
        self.assertEqual(redact.redact(f"token {TOKEN}, 12-{TOKEN}"), "token ***, 12-***")

    def test_the_access_log_has_no_query_string_and_no_phone_in_a_path(self):
        born = api_key.generate()
        cases = {
            "/clients?search%5B%5D=mail&a=1": "/clients?***",
            '/clients?search=jana"novak HTTP/1.1" 200': "/clients?***",
            "/api/clientes/?foo[movil]=601&X-Koibox-Key=k": "/api/clientes/?***",
            "/apiv1/clients/list&app_key[]=k": "/apiv1/clients/list?***",
            "/clients/phone_number=601": "/clients/phone_number?***",
            "/clients/jana.leak@example.com": "/clients/j***@example.com",
            "/clients/601234567x": "/clients/***567x",
            "/clients/123456": "/clients/123456",
            "/klientbox/gateway/12-abc%2Fdef": "/klientbox/gateway/12-***",
            "/klientbox%2Fgateway%2F%312%2Dabc/x?from=601": "/klientbox%2Fgateway%2F%312%2D***?***",
            "/klientbox/gateway/jana": "/klientbox/gateway/***",
            "/api/clientes/420-601-777-333/": "/api/clientes/***333/",
            "/api/clientes/420%20601%20777%20333/": "/api/clientes/***333/",
            "/api/clientes/420/601.777(333)/": "/api/clientes/***333)/",
            "/clients/%36%30%31%37%37%37%33%33%33": "/clients/***333",
            "/clients/601%252F777%25252F333": "/clients/***333",
            "/visits/2026-12-01": "/visits/2026-12-01",
            "/%C5%BEofie/12%2D3": "/%C5%BEofie/12%2D3",
            f"/foo/{born.text.replace('_', '%255F')}": f"/foo/kbx_***_{born.prefix}_***",
            f"/foo/{born.text.replace('_', '%25255f')}": f"/foo/kbx_***_{born.prefix}_***",
            f"/foo/12-{TOKEN}": "/foo/12-***",
            f"/web/content/{TOKEN}": "/web/content/***",
            f"/web/content/{TOKEN.replace('_', '%5F')}": "/web/content/***",
            "/%2525252525252541": "/***",
        }
        for path, expected in cases.items():
            for before, after in (("", ""), ("\x1b[1m\x1b[31m", "\x1b[0m")):
                with self.subTest(path=path, before=before):
                    line = f'127.0.0.1 - - [30/Nov/2026] "{before}GET {path} HTTP/1.1{after}" 404 - 3'
                    record = logging.LogRecord("werkzeug", logging.INFO, "x", 1, line, (), None)
                    self.assertTrue(redact.Redact().filter(record))
                    self.assertEqual(
                        record.getMessage(), f'127.0.0.1 - - [30/Nov/2026] "GET {expected} HTTP/1.1" 404 - 3'
                    )

    def test_a_request_can_t_forge_a_line_of_a_log(self):
        forged = "GET /\n2026-11-30 17:00:00 INFO forged\r\x1b[2J\x1b[33m\u2028\x85\u202e\ud800\tend"
        record = logging.LogRecord("any.logger", logging.INFO, "x", 1, "at %s", (forged,), None)
        record.exc_text = "Traceback:\n  a line\nError"
        self.assertTrue(redact.Redact().filter(record))
        self.assertEqual(
            record.getMessage(),
            "at GET /\\n2026-11-30 17:00:00 INFO forged\\r\\x1b[2J\\u2028\\x85\\u202e\\ud800\tend",
        )
        self.assertEqual(record.exc_text, "Traceback:\n  a line\nError")

    def test_no_part_of_a_record_is_left_out(self):
        """Message, traceback, stack; also where the arguments do not fit the message and Python would print both."""
        record = logging.LogRecord("x", logging.INFO, "x", 1, "%d of +420601234567", ("+420601234568",), None)
        record.exc_text = record.stack_info = "failed: +420601234569"
        self.assertTrue(redact.Redact().filter(record))
        self.assertEqual(record.getMessage(), "%d of +***567 ('+***568',)")
        self.assertEqual((record.exc_text, record.stack_info), ("failed: +***569", "failed: +***569"))
