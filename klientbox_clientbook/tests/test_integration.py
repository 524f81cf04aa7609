import json

from odoo.addons.klientbox.api.errors import ApiError, invalid, unavailable
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..lib.key_parts import split_key
from ..models.klientbox_clientbook_integration import TOKENS_A_USER, exceeds
from ..operations import clientbook
from ..operations import facade as clientbook_facade
from .common import ClientBookCase

PASSWORD = "a passphrase of the tests"


@tagged("post_install", "-at_install")
class TestIntegration(ClientBookCase):
    def setUp(self):
        super().setUp()
        self.page = self.integration(status="enabled")
        self.settings().tier = "provoz"
        # The key check has a connection of its own.
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)

    def token(self, login="kb_receptionist_2", company=None, **vals):
        """The answer to a user with their password."""
        return self.as_api("klientbox.clientbook.integration", company)._retrieve_token(login, PASSWORD)

    def user(self, role, login="kb_receptionist_2", company=None):
        company = company or self.salon
        return new_test_user(
            self.env,
            login=login,
            password=PASSWORD,
            groups=f"klientbox.group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def application(self, *credentials):
        """The result of the key check; it reads the database."""
        self.env.flush_all()
        return self.page._application(*credentials)

    def tokens(self):
        return self.env["klientbox.api.key"].search([("clientbook_user_id", "!=", False)], order="id")

    def test_what_is_wrong_opens_nothing(self):
        key = self.page._make_app_key()
        for app_id, app_key in (("", ""), (self.page.app_id, ""), (self.page.app_id, "wrong"), ("wrong", key)):
            with self.subTest(app_id=app_id, app_key=app_key):
                self.assertIsNone(self.application(app_id, app_key))
        found = self.application(self.page.app_id, key)
        self.assertEqual((found.company_id, found.is_enabled, found.has_tier), (self.salon.id, True, True))
        self.assertIsNone(found.token_company_id)

    def test_an_integration_without_a_key_has_none_that_is_empty(self):
        self.assertIsNone(self.application("", ""))
        self.assertIsNone(self.application("False", ""))

    def test_a_new_application_key_ends_the_one_before_and_keeps_the_id(self):
        first = self.page._make_app_key()
        app_id = self.page.app_id
        second = self.page._make_app_key()
        self.assertEqual(self.page.app_id, app_id)
        self.assertIsNone(self.application(app_id, first))
        self.assertTrue(self.application(app_id, second))

    def test_no_read_gives_the_digest(self):
        self.page._make_app_key()
        page = self.page.with_user(self.owner)
        self.assertNotIn("app_digest", page.read()[0])
        with self.assertRaises(AccessError):
            page.read(["app_digest"])
        with self.assertRaises(AccessError):
            page.search([("app_digest", "!=", False)])

    def test_the_page_shows_the_credentials_once(self):
        page = self.page.with_user(self.owner).with_context(allowed_company_ids=self.salon.ids)
        with self.assertRaises(UserError):
            page.action_add_token()
        shown = page.action_generate()["context"]
        self.assertEqual(shown["default_app_id"], page.app_id)
        key = self.application(page.app_id, shown["default_app_key"], page.token_ids.id)
        self.assertEqual(key.token_company_id, self.salon.id)
        admission = self.env["klientbox.api.key"]._admit(
            f"{shown['default_token']}_{shown['default_secret']}", audience="clientbook"
        )
        self.assertEqual((admission.refusal, admission.company_id), (None, self.salon.id))
        again = page.action_add_token()["context"]
        self.assertFalse(again["default_app_key"])
        self.assertEqual(len(page.token_ids), 2)
        self.assertNotIn(shown["default_app_key"], page.curl)

    def test_the_page_is_created_when_it_is_first_opened(self):
        self.page.unlink()
        pages = self.env["klientbox.clientbook.integration"].with_user(self.owner)
        pages = pages.with_context(allowed_company_ids=self.salon.ids)
        page = pages.browse(pages.action_open()["res_id"])
        self.assertEqual((page.company_id, page.status), (self.salon, "disabled"))
        self.assertEqual(pages.action_open()["res_id"], page.id)

    def test_the_address_of_the_page_shows_what_was_saved(self):
        found = self.env["ir.actions.actions"].search([("path", "=", "klientbox-clientbook")])
        self.assertEqual(found.type, "ir.actions.server")
        action = self.env["ir.actions.server"].browse(found.id).with_user(self.owner)
        shown = action.with_context(allowed_company_ids=self.salon.ids).run()
        self.assertEqual((shown["res_model"], shown["res_id"]), (self.page._name, self.page.id))

    def test_a_rolled_token_stays_a_token(self):
        key, _text = self.page._make_token("e-shop")
        new, _text = key._roll("hour")
        self.assertEqual(new.clientbook_integration_id, self.page)

    def test_a_rolled_token_is_shown_as_its_two_halves(self):
        key, _text = self.page._make_token("e-shop")
        roll = self.env["klientbox.api.key.roll"].create({"company_id": self.salon.id, "key_id": key.id})
        shown = roll.action_roll()["context"]
        token, secret = shown["default_token"], shown["default_secret"]
        self.assertNotIn("default_key", shown)
        self.env.flush_all()
        admit = self.env["klientbox.api.key"]._admit
        self.assertIsNone(admit(f"{token}_{secret}", audience="clientbook").refusal)
        self.assertEqual(admit(f"{token}_{secret}").refusal, "api_key_elsewhere")

    def test_a_token_can_not_be_made_another_key(self):
        key, _text = self.page._make_token("e-shop")
        key = key.with_user(self.owner)
        for vals in (
            {"audience": "api"},
            {"clientbook_integration_id": False},
            {"clientbook_user_id": self.owner.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                key.write(vals)
        page = self.page.with_user(self.owner)
        for vals in (
            {"app_id": "chosen"},
            {"app_digest": "x"},
            {"app_key_made_at": False},
            {"token_ids": [(1, key.id, {"revoked_at": False})]},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                page.write(vals)

    def test_tokens_end_with_their_integration(self):
        key, text = self.page._make_token("e-shop")
        self.page.unlink()
        self.env.flush_all()
        self.assertEqual(key.state, "revoked")
        self.assertEqual(key._admit(text, audience="clientbook").refusal, "api_key_revoked")
        self.assertEqual(key._admit(text).refusal, "api_key_revoked")

    def test_new_credentials_revoke_the_tokens_before(self):
        first, _text = self.page._make_token("e-shop")
        self.page.with_user(self.owner).with_context(allowed_company_ids=self.salon.ids).action_generate()
        self.assertEqual(first.state, "revoked")
        self.assertEqual(sorted(self.page.token_ids.mapped("state")), ["revoked", "valid"])

    # -- tokens for a password

    def test_no_token_for_a_wrong_password_or_no_role(self):
        self.user("receptionist")
        new_test_user(self.env, login="kb_none", password=PASSWORD, company_id=self.salon.id)
        self.user("administrator", "kb_stranger", self.other)
        retrieve = self.as_api("klientbox.clientbook.integration")._retrieve_token
        for login, password in (
            ("kb_receptionist_2", "wrong"),
            ("kb_receptionist_2", ""),
            ("no-match", PASSWORD),
            ("kb_none", PASSWORD),
            ("kb_stranger", PASSWORD),
            ("klientbox_api", PASSWORD),
        ):
            with self.subTest(login=login):
                self.assertIsNone(retrieve(login, password))
        self.assertFalse(self.tokens())

    def test_a_token_may_do_what_its_user_may(self):
        expected = {
            "receptionist": "clients:read clients:write visits:read visits:write services:read messages:read",
            "manager": "clients:read clients:write visits:read visits:write services:read services:write"
            " messages:read reports:read",
        }
        for role, scopes in expected.items():
            with self.subTest(role=role):
                user = self.user(role, f"kb_{role}_2")
                self.assertTrue(self.token(user.login))
                key = self.tokens()[-1]
                self.assertEqual((key.scopes, key.name, key.company_id), (scopes, user.name, self.salon))
                self.assertEqual(key.clientbook_integration_id, self.page)

    def test_a_token_ends_when_its_user_leaves_or_may_do_less(self):
        cases = {
            "archived": lambda user: user.action_archive(),
            "elsewhere": lambda user: user.write(
                {"company_ids": [(6, 0, self.other.ids)], "company_id": self.other.id}
            ),
            "demoted": lambda user: user.write({"group_ids": [(3, self.env.ref("klientbox.group_manager").id)]}),
        }
        for name, change in cases.items():
            with self.subTest(name):
                user = self.user("manager", f"kb_{name}")
                self.token(user.login)
                key = self.tokens()[-1]
                user.name = "Renamed"
                self.assertEqual(key.state, "valid")
                change(user)
                self.assertEqual(key.state, "revoked")

    def test_a_group_that_loses_its_user_is_noticed_too(self):
        user = self.user("receptionist")
        self.token()
        self.env.ref("klientbox.group_receptionist").write({"user_ids": [(3, user.id)]})
        self.env["klientbox.api.key"]._gc_clientbook_orphans()
        self.assertEqual(self.tokens().state, "revoked")

    def test_the_sixth_token_of_a_user_ends_the_first(self):
        self.user("receptionist")
        for _ in range(TOKENS_A_USER + 1):
            self.assertTrue(self.token())
        self.assertEqual(self.tokens().mapped("state"), ["revoked", *["valid"] * TOKENS_A_USER])

    def test_access_is_compared_level_by_level(self):
        self.assertFalse(exceeds({"clients": "read", "visits": "none"}, {"clients": "write"}))
        self.assertTrue(exceeds({"clients": "write"}, {"clients": "read"}))
        self.assertTrue(exceeds({"reports": "read"}, {}))

    def test_a_key_is_split_where_its_secret_begins(self):
        self.assertEqual(split_key("kbx_live_abc_secret"), ("kbx_live_abc", "secret"))


@tagged("post_install", "-at_install")
class TestProtocol(ClientBookCase):
    def test_each_refusal_is_worded_as_the_vendor_would(self):
        reasons = [(clientbook_facade.REASONS[code][0], code) for code in clientbook_facade.REASONS]
        cases = [(ApiError(status, code, "Why"), status, "Why") for status, code in reasons] + [
            (unavailable(), 503, "The service is not available at the moment."),
            (ApiError(429, "rate_limited"), 429, "Too many requests."),
            (ApiError(404, "not_found", "Nothing"), 404, "Nothing"),
            (ApiError(403, "scope_missing", "This API key lacks x."), 508, "This access token lacks x."),
            (ApiError(500, "internal_error", "Internal server error"), 500, "Internal server error"),
        ]
        for error, status, text in cases:
            with self.subTest(code=error.error_code):
                refusal = clientbook.refusal(error, "id")
                self.assertEqual(
                    (refusal.status, refusal.text, refusal.content_type), (status, text, "text/plain; charset=utf-8")
                )
        self.assertEqual(clientbook.refusal(unavailable(), "id").headers, [("Retry-After", "1")])

    def test_refused_content_names_each_member_once(self):
        error = invalid([("price", "x", "price: no number"), ("item", "required", "is required")])
        refusal = clientbook.refusal(error, "id")
        expected = {"status": "error", "message": "price: no number; item: is required", "data": []}
        self.assertEqual((refusal.status, json.loads(refusal.text)), (200, expected))
