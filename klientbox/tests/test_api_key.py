from datetime import timedelta
from unittest.mock import patch

import psycopg2
from lxml import etree
from odoo import fields
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import api_key, caller_address, scope
from odoo.addons.klientbox.models.access.klientbox_api_access import Access
from odoo.addons.klientbox.operations.v1 import v1
from odoo.addons.klientbox.tools.outcome import REFUSED, SENT, UNKNOWN, Outcome, OutgoingMessage
from odoo.addons.klientbox.tools.simulated_gateway import Guarded
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalonCase

ADDRESS = "192.0.2.7"
SCOPES = scope.scopes(scope.resources())


def declare(model, name, field):
    """Declare a field as the class of an addon does, without a model."""
    cls = type("Definition", (), {"_name": model, "_module": "klientbox_absent"})
    with patch("odoo.fields.Selection.__set_name__"):
        field.__set_name__(cls, name)


class KeyCase(SalonCase):
    """A salon of the tier with the API; its keys are checked by the admission function."""

    def setUp(self):
        super().setUp()
        self.settings().tier = "provoz"
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)

    def generate(self, user=None, **vals):
        return self.env["klientbox.api.key"].with_user(user or self.owner)._generate(self.salon, "E-shop", **vals)

    def admit(self, text, address=ADDRESS):
        self.env.flush_all()
        return self.env["klientbox.api.key"]._admit(text, address)

    def used_at(self, key):
        key.invalidate_recordset(["last_used_at"])
        return key.last_used_at


@tagged("post_install", "-at_install")
class TestApiKey(KeyCase):
    def test_only_an_administrator_makes_keys(self):
        for user in (self.receptionist, self.manager):
            with self.assertRaises(AccessError):
                self.generate(user)
        key, text = self.generate()
        self.assertRecordValues(
            key,
            [
                {
                    "name": "E-shop",
                    "company_id": self.salon.id,
                    "prefix": text[9:17],
                    "rate_limit": 100,
                    "mode": "live",
                    "scopes": " ".join(SCOPES),
                    "last_used_at": False,
                }
            ],
        )

    def test_a_key_can_not_be_read_back(self):
        key, text = self.generate()
        self.assertNotIn("digest", key.with_user(self.owner).fields_get())
        self.assertNotIn(text, str(key.with_user(self.owner).read()))
        self.assertNotIn(api_key.digest(text), str(key.with_user(self.owner).read()))
        with self.assertRaises(AccessError):
            key.with_user(self.owner).read(["digest"])
        with self.assertRaises(UserError):
            key.with_user(self.owner).export_data(["digest"])

    def test_a_revoked_key_stays_revoked_and_only_then_can_be_deleted(self):
        key, _text = self.generate()
        with self.assertRaises(UserError):
            key.unlink()
        key.with_user(self.owner).action_revoke()
        self.assertEqual(key.state, "revoked")
        revoked_at = key.revoked_at
        key.with_user(self.owner).action_revoke()
        self.assertEqual(key.revoked_at, revoked_at)
        key.unlink()

    def test_a_key_does_not_end_before_it_begins(self):
        wizard = self.env["klientbox.api.key.generate"].with_user(self.owner)
        past = fields.Datetime.now() - timedelta(minutes=1)
        wizard = wizard.create({"company_id": self.salon.id, "name": "E-shop", "expires_at": past})
        with self.assertRaises(FieldError) as refused:
            wizard.action_generate()
        self.assertEqual(refused.exception.problems[0][:2], ("expires_at", "past"))

    def test_the_wizard_shows_the_key_once(self):
        wizard = (
            self.env["klientbox.api.key.generate"]
            .with_user(self.owner)
            .create(
                {
                    "company_id": self.salon.id,
                    "name": "E-shop",
                    "clients_access": "read",
                    "webhooks_access": "none",
                    "rate_limit": 30,
                }
            )
        )
        action = wizard.action_generate()
        text = action["context"]["default_key"]
        key = self.env["klientbox.api.key"].search([("prefix", "=", api_key.recognise(text).prefix)])
        self.assertRecordValues(
            key,
            [
                {
                    "company_id": self.salon.id,
                    "mode": "live",
                    "rate_limit": 30,
                    "scopes": "clients:read visits:read visits:write services:read services:write messages:read"
                    " reports:read",
                }
            ],
        )
        self.assertIn(f'-H "X-API-Key: {text}"', action["context"]["default_curl"])
        self.assertTrue(action["context"]["default_curl"].endswith("/klientbox/api/v1/me"))
        show = self.env["klientbox.api.key.show"].with_user(self.owner).with_context(**action["context"])
        shown = show.onchange({}, [], {"key": {}, "curl": {}})["value"]
        self.assertEqual(shown["key"], text)
        self.assertFalse(show.create({"key": text}), "it is kept nowhere")

    def test_each_resource_is_in_the_dialog_and_on_the_key(self):
        self.assertEqual(self.env["klientbox.api.access"]._access_fields()[:2], ["clients_access", "visits_access"])
        for model in ("klientbox.api.key", "klientbox.api.key.generate"):
            arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
            shown = {field.get("name") for field in arch.iter("field")}
            self.assertEqual(set(self.env[model]._access_fields()) - shown, set(), model)

    def test_an_access_field_declares_a_resource_or_is_refused(self):
        with patch.dict(scope._declared):
            declare("klientbox.api.access", "rooms_access", Access("Rooms", "read"))
            self.assertEqual(scope.resources({"klientbox_absent"}), {"rooms": "read"})
            with self.assertRaisesRegex(ValueError, "klientbox_absent declares access to clients, which klientbox has"):
                declare("klientbox.api.access", "clients_access", Access("Clients"))
            for model, name in (("klientbox.api.key", "rooms_access"), ("klientbox.api.access", "rooms")):
                with self.assertRaisesRegex(ValueError, f"{model}.{name}: an Access is a field of klientbox.api.acc"):
                    declare(model, name, Access("Rooms"))

    def test_the_resources_of_an_uninstalled_addon_are_taken_from_all_keys(self):
        key, _text = self.generate(clients_access="read")
        key.action_revoke()
        self.env["klientbox.api.key"]._forget_access(["klientbox_absent"])
        self.assertEqual(key.clients_access, "read")
        self.env["klientbox.api.key"]._forget_access(["klientbox"])
        self.assertRecordValues(key, [{"clients_access": "none", "webhooks_access": "none", "access_text": "Nothing"}])
        self.assertFalse(key.scopes)

    def test_the_indexes_that_promises_rest_on_are_there(self):
        self.env["klientbox.api.key"]._check_database()
        self.env.cr.execute("DROP INDEX klientbox_client_phone_unique")
        with self.assertRaises(UserError):
            self.env["klientbox.api.key"]._check_database()


@tagged("post_install", "-at_install")
class TestAdmission(KeyCase):
    """The result of checking a text as a key, in one statement."""

    def test_what_is_no_key_or_not_this_one_is_invalid(self):
        key, text = self.generate()
        _other, other = self.generate()
        stranger = api_key.generate().text
        body = text[:17] + other[17:-6]
        mixed = body + api_key._checksum(body)
        for wrong in ("", "x", text[:-1], text.replace("_live_", "_test_"), stranger, mixed):
            with self.subTest(wrong=wrong):
                nothing = (None, 0, 0, 0, 0, frozenset(), frozenset(), None)
                self.assertEqual(self.admit(wrong), ("api_key_invalid", *nothing))
        self.assertFalse(self.used_at(key))
        # A record that says "test" does not match this text, whatever the digest.
        key.sudo().mode = "test"
        self.assertEqual(self.admit(text).refusal, "api_key_invalid")

    def test_a_key_speaks_for_its_company_and_tells_what_it_may_do(self):
        self.settings().api_origins = "https://www.example.com\nhttps://shop.example.com"
        key, text = self.generate(clients_access="read", visits_access="none", rate_limit=2)
        admission = self.admit(text)
        self.assertEqual(
            admission,
            (
                None,
                self.salon.id,
                2,
                1,
                0,
                key.id,
                frozenset(SCOPES) - {"clients:write", "visits:read", "visits:write"},
                frozenset({"https://www.example.com", "https://shop.example.com"}),
                "Europe/Prague",
            ),
        )
        key.with_user(self.owner).visits_access = "read"
        self.assertIn("visits:read", self.admit(text).scopes, "at the next request")
        self.assertEqual(self.admit(text).refusal, "rate_limited")

    def test_a_right_key_may_be_refused(self):
        key, text = self.generate()
        self.settings().tier = "start"
        self.assertEqual(self.admit(text).refusal, "tier_too_low")
        self.settings().tier = "provoz"
        key.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.admit(text).refusal, "api_key_expired")
        key.action_revoke()
        self.assertEqual(self.admit(text).refusal, "api_key_revoked")
        self.assertFalse(self.used_at(key), "a refused call is no use")

    def test_the_last_use_is_written_at_most_once_a_minute(self):
        key, text = self.generate()
        self.admit(text)
        now = fields.Datetime.now()
        self.assertLess(abs(self.used_at(key) - now), timedelta(minutes=1))
        for ago, is_written in ((50, False), (61, True)):
            before = now - timedelta(seconds=ago)
            key.sudo().last_used_at = before
            self.admit(text)
            self.assertEqual(self.used_at(key) > before, is_written, ago)

    def test_an_address_that_tries_too_many_keys_waits_and_no_key_does(self):
        _key, text = self.generate(rate_limit=0)
        for _ in range(299):
            self.admit("junk")
        self.assertIsNone(self.admit(text).refusal)
        self.assertEqual(self.admit(api_key.generate().text).refusal, "api_key_invalid")
        refused = self.admit("junk")
        self.assertEqual((refused.refusal, refused.limit, refused.company_id), ("too_many_invalid_keys", 0, None))
        self.assertTrue(1 <= refused.retry_ms <= 60_000)
        self.assertIsNone(self.admit(text).refusal)
        self.assertEqual(self.admit("junk", "192.0.2.8").refusal, "api_key_invalid", "another address")

    def test_addresses_that_have_been_quiet_are_forgotten(self):
        _key, text = self.generate()
        self.admit(text)
        self.admit("junk")
        self.admit("junk", "192.0.2.8")
        self.env.cr.execute(
            "UPDATE klientbox_api_rate SET ring = ARRAY(SELECT hit - interval '2 hours' FROM unnest(ring) hit)"
            " WHERE key_id = %s OR key_id > 0",
            [caller_address.bucket(ADDRESS)],
        )
        self.env["klientbox.api.key"]._gc_callers()
        self.env.cr.execute("SELECT key_id FROM klientbox_api_rate WHERE key_id < 0")
        self.assertEqual(self.env.cr.fetchall(), [(caller_address.bucket("192.0.2.8"),)])
        self.env.cr.execute("SELECT count(*) FROM klientbox_api_rate WHERE key_id > 0")
        self.assertEqual(self.env.cr.fetchone(), (1,), "a key's own limit stays")

    def test_every_operation_that_needs_a_key_needs_a_scope(self):
        for operation in v1.operations:
            if operation.public or operation.name == "getKey":
                continue
            with self.subTest(operation=operation.name):
                self.assertIn(operation.scope, SCOPES)
                right = "read" if operation.method == "GET" else "write"
                self.assertEqual(operation.scope.partition(":")[2], right)


@tagged("post_install", "-at_install")
class TestRoll(KeyCase):
    def roll(self, key, overlap, **vals):
        wizard = (
            self.env["klientbox.api.key.roll"]
            .with_user(self.owner)
            .create({"key_id": key.id, "overlap": overlap, **vals})
        )
        text = wizard.action_roll()["context"]["default_key"]
        return self.env["klientbox.api.key"].search([("prefix", "=", api_key.recognise(text).prefix)]), text

    def test_only_an_administrator_rolls_and_only_what_works(self):
        key, _text = self.generate()
        for user in (self.receptionist, self.manager):
            with self.assertRaises(AccessError):
                key.with_user(user)._roll("now")
        stranger = self.env["klientbox.api.key"]._generate(self.other, "Theirs")[0]
        with self.assertRaises(UserError):
            self.env["klientbox.api.key.roll"].with_user(self.owner).create({"key_id": stranger.id})
        self.roll(key, "day")
        with self.assertRaises(UserError):
            self.roll(key, "day")
        revoked, _text = self.generate()
        revoked.action_revoke()
        with self.assertRaises(UserError):
            self.roll(revoked, "now")

    def test_both_keys_work_until_the_old_one_ends(self):
        old, old_text = self.generate(clients_access="read", reports_access="none", rate_limit=7)
        new, new_text = self.roll(old, "day")
        self.assertRecordValues(
            new,
            [
                {
                    "name": "E-shop",
                    "company_id": self.salon.id,
                    "mode": "live",
                    "rate_limit": 7,
                    "scopes": old.scopes,
                    "expires_at": False,
                }
            ],
        )
        self.assertEqual(old.replaced_by_id, new)
        self.assertLess(abs(old.expires_at - fields.Datetime.now() - timedelta(days=1)), timedelta(minutes=1))
        self.assertEqual([self.admit(text).refusal for text in (old_text, new_text)], [None, None])
        old.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual([self.admit(text).refusal for text in (old_text, new_text)], ["api_key_expired", None])

    def test_at_once_is_at_once(self):
        old, old_text = self.generate()
        _new, new_text = self.roll(old, "now")
        self.assertEqual([self.admit(text).refusal for text in (old_text, new_text)], ["api_key_revoked", None])

    def test_an_earlier_expiry_is_kept_and_the_new_key_has_the_same_lifetime(self):
        now = fields.Datetime.now()
        old, _text = self.generate(expires_at=now + timedelta(hours=2))
        self.env.cr.execute(
            "UPDATE klientbox_api_key SET create_date = %s WHERE id = %s", [now - timedelta(days=90), old.id]
        )
        old.invalidate_recordset()
        new, _text = self.roll(old, "week")
        self.assertEqual(old.expires_at, now + timedelta(hours=2))
        self.assertLess(abs(new.expires_at - now - timedelta(days=90, hours=2)), timedelta(minutes=1))

    def test_a_test_key_stays_one(self):
        old, _text = self.generate(mode="test")
        new, text = self.roll(old, "hour")
        self.assertEqual((new.mode, new.company_id), ("test", self.salon))
        self.assertEqual(self.admit(text).company_id, self.settings().test_company_id.id)


@tagged("post_install", "-at_install")
class TestTestData(KeyCase):
    def test_the_first_test_key_brings_a_company_for_test_data(self):
        self.settings().write({"timezone": "Europe/London", "active_days": 30, "opens": 9, "daily_cap": 5})
        self.assertFalse(self.settings().test_company_id)
        key, text = self.generate(mode="test")
        test = self.settings().test_company_id
        self.assertRecordValues(
            test,
            [
                {
                    "name": "Salon Jana (test)",
                    "country_id": self.salon.country_id.id,
                    "currency_id": self.salon.currency_id.id,
                    "parent_id": False,
                }
            ],
        )
        self.assertRecordValues(
            self.settings(test),
            [
                {
                    "test_of_id": self.salon.id,
                    "tier": "provoz",
                    "timezone": "Europe/London",
                    "active_days": 30,
                    "daily_cap": 5,
                    "opens": 0,
                    "closes": 24,
                }
            ],
        )
        self.assertRecordValues(key, [{"company_id": self.salon.id, "mode": "test", "masked": text[:17] + "_…"}])
        self.assertEqual(self.admit(text).company_id, test.id)
        self.generate(mode="test")
        self.assertEqual(self.settings().test_company_id, test, "the next key finds it")
        self.assertIn(test, self.owner.company_ids)
        self.assertNotIn(test, self.receptionist.company_ids | self.manager.company_ids)

    def test_a_company_of_the_name_may_be_there(self):
        self.env["res.company"].create({"name": "Salon Jana (test)"}).active = False
        self.generate(mode="test")
        self.assertEqual(self.settings().test_company_id.name, "Salon Jana (test 2)")

    def test_a_test_company_has_neither_keys_nor_test_data_of_its_own(self):
        self.generate(mode="test")
        test = self.settings().test_company_id
        for mode in ("live", "test"):
            with self.assertRaises(UserError):
                self.env["klientbox.api.key"]._generate(test, "E-shop", mode=mode)
        self.assertFalse(self.settings(test).test_company_id)

    def test_no_user_makes_a_company_the_test_company_of_another(self):
        self.owner.company_ids |= self.other
        with self.assertRaises(AccessError):
            self.settings(self.other).with_user(self.owner).test_of_id = self.salon
        with self.assertRaises(AccessError):
            self.settings().with_user(self.owner).write({"test_of_id": False})
        self.generate(mode="test")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.settings(self.other).test_of_id = self.salon
            self.env.flush_all()

    def test_tier_and_archive_of_the_real_company_hold(self):
        _key, text = self.generate(mode="test")
        test = self.settings().test_company_id
        self.settings(test).tier = "start"
        self.assertIsNone(self.admit(text).refusal)
        self.settings().tier = "start"
        self.assertEqual(self.admit(text).refusal, "tier_too_low")
        self.settings().tier = "provoz"
        test.active = False
        self.assertEqual(self.admit(text).refusal, "company_inactive")
        test.active = True
        self.assertIsNone(self.admit(text).refusal)

    def test_a_refusal_in_test_data_is_none_in_the_salon(self):
        self.generate(mode="test")
        self.client("Test", company=self.settings().test_company_id, phone="601234567", sms_opt_out=True)
        self.assertFalse(self.client(phone="601234567").sms_opt_out)

    def test_whatever_way_a_test_message_comes_it_gets_into_the_lane_that_leads_nowhere(self):
        self.generate(mode="test")
        test = self.settings().test_company_id
        lane = f"test:{test.id}"
        Message = self.env["klientbox.message"]
        gateway = self.env["klientbox.gateway"].create({"name": "Real", "company_id": test.id})
        self.settings(test).sms_gateway_id = gateway
        self.env.user.phone = "+420601000007"
        gateway.action_send_test()
        sms = self.env["sms.sms"].with_company(test).create({"number": "+420601000008", "body": "Ahoj"})
        sms._send()
        messages = Message.search([("company_id", "=", test.id)])
        self.assertEqual(messages.mapped("lane"), [lane, lane])
        self.assertEqual(Message._lane(test, "email", self.env["klientbox.gateway"]), lane)
        self.assertEqual(Message._lane(self.salon, "email", self.env["klientbox.gateway"]), f"mail:{self.salon.id}")

    def test_a_real_provider_is_not_called_for_test_data_whatever_the_lane(self):
        class Provider:
            lease, can_look_up, is_idempotent = 60, True, False
            called = ()

            def send(self, message):
                self.called += (message.id,)
                return Outcome(SENT)

            look_up = send

        def outgoing(number, company, address):
            return OutgoingMessage(number, "x", company, "sms", address, None, "Ahoj", "r", None, 1)

        provider = Provider()
        guarded = Guarded(provider, {1: False, 2: True}.__getitem__)
        self.assertEqual(guarded.send(outgoing(10, 2, "+420601000009")), Outcome(SENT, provider_ref="test-r"))
        self.assertEqual(guarded.send(outgoing(11, 2, "+420601000001")), Outcome(REFUSED, reason="refused"))
        self.assertEqual(guarded.send(outgoing(12, 2, "+420601000002")), Outcome(UNKNOWN, reason="timeout"))
        self.assertIsNone(guarded.look_up(outgoing(13, 2, "+420601000002")))
        self.assertEqual(provider.called, ())
        guarded.send(outgoing(14, 1, "+420601000001"))
        guarded.look_up(outgoing(15, 1, "+420601000001"))
        self.assertEqual(provider.called, (14, 15))

    def test_web_pages_are_named_one_by_one(self):
        Key = self.env["klientbox.api.key"]
        for wrong in ("*", "https://www.example.com/shop", "example.com"):
            with self.assertRaises(FieldError) as caught:
                self.settings().with_user(self.owner).api_origins = wrong
            [(name, code, message)] = caught.exception.problems
            self.assertEqual((name, code), ("api_origins", "invalid_origin"))
            self.assertIn(wrong, message)
        self.settings().with_user(self.owner).api_origins = "https://WWW.example.com/\n http://localhost:3000 \n"
        self.assertEqual(self.settings().api_origins, "https://www.example.com\nhttp://localhost:3000")
        allowed = {
            "https://www.example.com": True,
            "http://localhost:3000": True,
            "http://www.example.com": False,
            "https://www.example.co": False,
            "https://www.example.com\nhttp://localhost:3000": False,
            "": False,
        }
        self.env.flush_all()
        self.assertEqual({origin: Key._is_origin_allowed(origin) for origin in allowed}, allowed)
        self.settings().api_origins = False
        self.settings(self.other).api_origins = "https://www.example.com"
        self.env.flush_all()
        self.assertTrue(Key._is_origin_allowed("https://www.example.com"))
        self.other.active = False
        self.env.flush_all()
        self.assertFalse(Key._is_origin_allowed("https://www.example.com"), "the company is gone")
        with self.assertRaises(AccessError):
            self.settings().with_user(self.receptionist).read(["api_origins"])
