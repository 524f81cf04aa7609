import warnings
from datetime import timedelta

from odoo import fields
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import api_key
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_api_key import KeyCase

TOMORROW = fields.Datetime.now() + timedelta(days=1)
PLANTED = "whsec_AAAA"
# Values of which nothing is left when they are stored.
NOTHING = (" ", "\0", "\ud800", "  \0 ", False, None, "")


@tagged("post_install", "-at_install")
class TestCredentials(KeyCase):
    """Values that a call may write and the screen does not offer: none."""

    def gateway(self, **vals):
        gateways = self.env["klientbox.gateway"].with_user(self.owner)
        return gateways.create(
            {
                "name": "Brána",
                "company_id": self.salon.id,
                "url": "https://gateway.example/send",
                "new_secret": "tajné",
                **vals,
            }
        )

    def hook(self, **vals):
        hooks = self.env["klientbox.webhook"].with_user(self.owner)
        return hooks.create({"name": "Shop", "url": "https://shop.example/x", "company_id": self.salon.id, **vals})

    # -- keys

    def test_a_revoked_key_stays_revoked_whatever_is_written(self):
        key, text = self.generate()
        key.action_revoke()
        for vals in (
            {"revoked_at": False},
            {"revoked_at": TOMORROW},
            {"expires_at": TOMORROW},
            {"expires_at": False},
            {"rate_limit": 0},
            {"clients_access": "read"},
            {"mode": "test"},
            {"prefix": "AAAAAAAA"},
            {"digest": api_key.digest(text)},
            {"scopes": "clients:write"},
            {"audience": "api"},
            {"replaced_by_id": False},
            {"company_id": self.other.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                key.write(vals)
        key.name = "The old shop"
        self.assertEqual(self.admit(text).refusal, "api_key_revoked")

    def test_what_a_living_key_is_can_not_be_written(self):
        key, _text = self.generate(clients_access="none")
        for vals in (
            {"revoked_at": TOMORROW},
            {"last_used_at": TOMORROW},
            {"prefix": "AAAAAAAA"},
            {"mode": "test"},
            {"scopes": "clients:write"},
            {"replaced_by_id": key.id},
            {"digest": "x"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                key.write(vals)
            with self.subTest(load=vals):
                [name] = vals
                loaded = key.load([".id", name], [[str(key.id), str(vals[name])]])
                self.assertFalse(loaded["ids"])
        key.write({"name": "Shop", "rate_limit": 7, "expires_at": TOMORROW, "clients_access": "read"})
        self.assertIn("clients:read", key.scopes)

    def test_a_key_is_made_in_the_dialog_alone(self):
        keys = self.env["klientbox.api.key"].with_user(self.owner)
        born = api_key.generate()
        vals = {"name": "Planted", "company_id": self.salon.id}
        with self.assertRaises(AccessError):
            keys.create({**vals, "prefix": born.prefix})
        with self.assertRaises(AccessError):
            keys.with_context(default_prefix=born.prefix, default_digest=born.digest).create(vals)
        with self.assertRaises(AccessError):
            self.salon.with_user(self.owner).write({"klientbox_api_key_ids": [(0, 0, vals)]})
        self.assertEqual(self.admit(born.text).refusal, "api_key_invalid")

    def test_a_replaced_key_may_end_sooner_and_not_later(self):
        old, text = self.generate()
        old._roll("hour")
        for end in (False, TOMORROW):
            with self.assertRaises(FieldError) as refused:
                old.expires_at = end
            self.assertEqual(refused.exception.problems[0][:2], ("expires_at", "key_replaced"))
        # Nor without the key that replaced it.
        new = old.replaced_by_id
        new.action_revoke()
        with self.assertRaisesRegex(UserError, "It replaces another key"):
            new.unlink()
        for end in (False, TOMORROW):
            with self.assertRaises(FieldError):
                old.expires_at = end
        old.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.admit(text).refusal, "api_key_expired")
        with self.assertRaises(FieldError):
            old.expires_at = False
        old.action_revoke()
        (new | old).unlink()

    # -- webhooks

    def test_a_webhook_shows_its_secret_once_whatever_is_written(self):
        hook = self.hook()
        hook.action_show_secret()
        for vals in (
            {"is_secret_shown": False},
            {"secret": PLANTED},
            {"previous_secret": PLANTED},
            {"previous_until": TOMORROW},
            {"failing_since": TOMORROW},
            {"disabled_reason": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                hook.write(vals)
        with self.assertRaises(UserError):
            hook.action_show_secret()
        secret = hook.sudo().secret
        self.assertNotIn(secret, str(hook.read()))
        for ask in (
            lambda: hook.read(["secret"]),
            lambda: hook.export_data(["secret"]),
            lambda: hook.search([("secret", "=like", "whsec_%")]),
            lambda: hook.read_group([], ["secret"], ["secret"]),
            lambda: hook.web_read({"secret": {}}),
        ):
            with self.assertRaises(UserError), warnings.catch_warnings():
                # Callers still reach `read_group`.
                warnings.simplefilter("ignore", DeprecationWarning)
                ask()
        copied = hook.copy()
        self.assertNotEqual(copied.sudo().secret, secret)
        self.assertFalse(copied.is_secret_shown)

    def test_a_caller_does_not_choose_the_secret(self):
        hooks = self.env["klientbox.webhook"].with_user(self.owner)
        vals = {"name": "Shop", "url": "https://shop.example/x", "company_id": self.salon.id}
        with self.assertRaises(AccessError):
            hooks.create({**vals, "secret": PLANTED})
        hook = hooks.with_context(default_secret=PLANTED, default_is_secret_shown=True).create(vals)
        self.assertFalse(hook.is_secret_shown)
        self.assertNotEqual(hook.sudo().secret, PLANTED)

    # -- gateways

    def test_a_gateway_s_secret_does_not_go_to_another_host(self):
        gateway = self.gateway(status_url="https://status.example/{reference}")
        body = '{"to": "{to}", "text": "{text} {secret}"}'
        for vals in (
            {"url": "https://elsewhere.example/send"},
            {"url": "https://gateway.example:8443/send"},
            {"status_url": "https://elsewhere.example/{reference}"},
            {"status_url": "https://{secret}.elsewhere.example/"},
            {"template": body},
            *({"url": "https://elsewhere.example/send", "new_secret": none} for none in NOTHING),
            {"template": body, "new_secret": "\0"},
            {"url": "https://elsewhere.example/send", "active": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(FieldError) as refused:
                gateway.write(vals)
            self.assertEqual(refused.exception.problems[0][:2], ("new_secret", "required"))
            gateway.invalidate_recordset()
        self.assertRecordValues(gateway, [{"url": "https://gateway.example/send", "active": True}])
        loaded = gateway.load([".id", "url"], [[str(gateway.id), "https://elsewhere.example/send"]])
        self.assertFalse(loaded["ids"])
        # In two steps the secret is not sent there either.
        gateway.url = False
        with self.assertRaises(FieldError):
            gateway.url = "https://elsewhere.example/send"
        gateway.url = "https://status.example/other/path"
        self.assertEqual(gateway.sudo()._provider().secret, "tajné")
        gateway.write({"url": "https://elsewhere.example/send", "new_secret": "nové"})
        self.assertEqual(gateway.sudo()._provider().secret, "nové")
        gateway.write({"template": body, "new_secret": "nové"})
        copied = gateway.copy()
        self.assertFalse(copied.has_secret)
        self.assertNotEqual(copied.callback_url.rpartition("-")[2], gateway.callback_url.rpartition("-")[2])

    def test_without_a_secret_a_gateway_moves_freely(self):
        gateway = self.gateway(new_secret=False)
        gateway.url = "https://elsewhere.example/send"
        self.assertEqual(gateway.sudo()._provider().url, "https://elsewhere.example/send")

    def test_what_a_gateway_keeps_is_neither_read_nor_written(self):
        gateway = self.gateway(signature_header="X-Signature", new_signing_secret="podpis")
        self.assertTrue(gateway.has_signing_secret)
        for name in ("secret", "signing_secret", "callback_token", "previous_callback_token"):
            with self.assertRaises(AccessError):
                gateway.read([name])
            with self.assertRaises(AccessError):
                gateway.write({name: "x" * 30})
        for name in ("previous_callback_until", "alarm_since"):
            with self.assertRaises(AccessError):
                gateway.write({name: TOMORROW})
        self.assertNotIn("podpis", str(gateway.read()))
        copied = gateway.copy()
        self.assertRecordValues(copied, [{"has_signing_secret": False, "signature_header": False, "has_secret": False}])

    def test_who_checks_signatures_has_a_secret(self):
        for vals, field in (
            ({"signature_header": "X-Signature"}, "new_signing_secret"),
            ({"timestamp_header": "X-Time"}, "signature_header"),
        ):
            with self.subTest(vals=vals), self.assertRaises(FieldError) as refused:
                self.gateway(**vals)
            self.assertEqual(refused.exception.problems[0][:2], (field, "required"))
        gateway = self.gateway()
        for none in NOTHING:
            with self.subTest(none=none), self.assertRaises(FieldError):
                gateway.write({"signature_header": "X-Signature", "new_signing_secret": none})
        with self.assertRaises(FieldError):
            gateway.signature_header = "X-Signature"

    def test_only_who_may_write_a_gateway_rolls_its_address(self):
        gateway = self.gateway()
        for user in (self.receptionist, self.manager):
            for method in (
                "action_roll_callback",
                "action_roll_callback_now",
                "action_read_again",
                "action_close_alarm",
            ):
                with self.assertRaises(AccessError):
                    getattr(gateway.with_user(user), method)()

    # -- the API of a key

    def test_a_key_is_for_one_api(self):
        key, text = self.generate()
        self.assertEqual(key.audience, "api")
        self.env.flush_all()
        self.assertIsNone(self.admit(text).refusal)
        self.assertEqual(key._admit(text, audience="clientbook").refusal, "api_key_elsewhere")
