import hashlib
import hmac
import secrets
from typing import NamedTuple

from odoo import api, fields, models
from odoo.addons.klientbox.lib.scope import NONE, READ, WRITE
from odoo.addons.klientbox.tools.cursors import kept_open_cursor
from odoo.exceptions import AccessDenied, UserError
from odoo.orm.models import NO_ACCESS

from ..lib.key_parts import CLIENT_BOOK, split_key

ENABLED, DISABLED = "enabled", "disabled"
# The number of valid tokens made with a user's password; one more, and the oldest is revoked.
TOKENS_A_USER = 5
# The access of a token made with a password: no more than the role's access in Odoo.
ROLE_ACCESS = {
    "administrator": {
        "clients": WRITE,
        "visits": WRITE,
        "services": WRITE,
        "messages": READ,
        "reports": READ,
        "webhooks": WRITE,
    },
    "manager": {"clients": WRITE, "visits": WRITE, "services": WRITE, "messages": READ, "reports": READ},
    "receptionist": {"clients": WRITE, "visits": WRITE, "services": READ, "messages": READ},
}
_RANK = (NONE, READ, WRITE)


class Application(NamedTuple):
    """The result of checking an application's key: its integration, whether it is enabled, and the company of the token
    that came with it (None: no token of this facade)."""

    company_id: int
    is_enabled: bool
    has_tier: bool
    is_active: bool
    zone: str
    token_company_id: int | None


class KlientboxClientbookIntegration(models.Model):
    """The application of one company that uses Client Book's API: its id, its key, and whether it is enabled."""

    _name = "klientbox.clientbook.integration"
    _description = "Client Book integration"
    _inherit = ["klientbox.credential"]
    _rec_name = "company_id"
    _check_company_auto = True

    company_id = fields.Many2one(ondelete="cascade")
    status = fields.Selection([(ENABLED, "Enabled"), (DISABLED, "Disabled")], required=True, default=DISABLED)
    app_id = fields.Char("Application ID", readonly=True, copy=False)
    app_digest = fields.Char("Digest of the application key", readonly=True, copy=False, groups=NO_ACCESS)
    app_key_made_at = fields.Datetime("Application key generated", readonly=True, copy=False)
    token_ids = fields.One2many(
        "klientbox.api.key", "clientbook_integration_id", "Access tokens", readonly=True, copy=False
    )
    tier = fields.Selection(related="company_id.klientbox_settings_ids.tier")
    address = fields.Char(compute="_compute_address")
    curl = fields.Char("Try it", compute="_compute_address")

    _company_unique = models.UniqueIndex("(company_id)", "A company has one Client Book integration.")
    _app_unique = models.UniqueIndex("(app_id) WHERE app_id IS NOT NULL", "Two applications can't share an ID.")

    @api.depends("company_id")
    def _compute_address(self):
        for integration in self:
            integration.address = f"{integration.get_base_url()}/apiv1"
            # The credentials are typed in where no history and no list of processes keeps them.
            integration.curl = (
                "read -rs KEYS; printf %s \"$KEYS\" | curl -sG -d @- -d 'limit=3&from=0'"
                f" {integration.address}/clients/list"
            )

    @api.model
    def action_open(self):
        """Open the page of the present company, created when first needed."""
        self.check_access("write")
        integration = self._of(self.env.company) or self.create({"company_id": self.env.company.id})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "klientbox_clientbook.klientbox_clientbook_integration_action"
        )
        return {**action, "res_id": integration.id}

    def action_generate(self):
        """Make all four credentials anew and show them once; previous ones, including all tokens, end at once."""
        self.ensure_one()
        app_key = self._make_app_key()
        self._revoke_tokens()
        _token, text = self._make_token(self.env._("Client Book"))
        return self._action_show(text, app_key)

    def action_add_token(self):
        """Make one more token, for another program; it is shown once."""
        self.ensure_one()
        if not self.app_id:
            raise UserError(self.env._("Generate the credentials first."))
        _token, text = self._make_token(self.env._("Client Book"))
        return self._action_show(text)

    @api.model
    def _of(self, company):
        """The integration of a company."""
        return self.search([("company_id", "=", company.id)])

    def _make_app_key(self):
        """A new application key, and an id with the first; the returned text is stored nowhere."""
        self.check_access("write")
        app_key = secrets.token_urlsafe(32)
        # Only this method can read the digest.
        self.sudo().write(
            {
                "app_id": self.app_id or secrets.token_hex(8),
                "app_digest": _digest(app_key),
                "app_key_made_at": fields.Datetime.now(),
            }
        )
        return app_key

    def _make_token(self, name, **vals):
        """(API key, its text) of a new token of this integration."""
        vals = {"clientbook_integration_id": self.id, "audience": CLIENT_BOOK, **vals}
        return self.env["klientbox.api.key"]._generate(self.company_id, name, **vals)

    def _revoke_tokens(self):
        self.token_ids.filtered(lambda token: not token.revoked_at).action_revoke()

    @api.ondelete(at_uninstall=False)
    def _unlink_with_tokens(self):
        """Tokens end with their integration."""
        self._revoke_tokens()

    def _action_show(self, text, app_key=False):
        token, secret = split_key(text)
        shown = {"app_id": self.app_id, "app_key": app_key, "token": token, "secret": secret}
        shown["line"] = "&".join(f"{name}={value}" for name, value in shown.items())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credentials for Client Book integrations"),
            "res_model": "klientbox.clientbook.show",
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{name}": value for name, value in shown.items()},
        }

    # -- authentication ----------------------------------------------------

    @api.model
    def _application(self, app_id, app_key, key_id=0):
        """The Application of these two credentials, or None; `key_id` is the API key that came with them.

        Read on the primary at each request, so that switching off holds at once.
        """
        with kept_open_cursor(self.env.registry) as cr:
            cr.execute(
                """
                SELECT integration.app_digest, integration.company_id, integration.status = 'enabled',
                       settings.tier = 'provoz', company.active, settings.timezone,
                       (SELECT key.company_id FROM klientbox_api_key key
                         WHERE key.id = %s AND key.clientbook_integration_id = integration.id)
                  FROM klientbox_clientbook_integration integration
                  JOIN res_company company ON company.id = integration.company_id
                  JOIN klientbox_settings settings ON settings.company_id = integration.company_id
                 WHERE integration.app_id = %s
                """,
                [key_id, app_id],
            )
            row = cr.fetchone()
        digest, *found = row or ("", None)
        is_right = hmac.compare_digest(_digest(app_key).encode(), digest.encode())
        return Application(*found) if row and is_right else None

    @api.model
    def _retrieve_token(self, login, password):
        """The text of a new token for a user of the present company who sends their password, or None.

        Odoo checks the password, with its own limit for failed attempts; where a second factor is required, it accepts
        one of the user's own API keys instead. A user without a role in this company gets none.
        """
        credential = {"type": "password", "login": login, "password": password}
        try:
            user_id = self.env["res.users"].authenticate(credential, {"interactive": False})["uid"]
        except AccessDenied:
            return None
        # The API's user may not read users' roles; this user has just been authenticated.
        user_sudo = self.env["res.users"].browse(user_id).sudo()
        access = user_sudo._klientbox_clientbook_access(self.env.company)
        if not access:
            return None
        integration_sudo = self.sudo()._of(self.env.company)
        former_sudo = integration_sudo.token_ids.filtered(
            lambda key: key.clientbook_user_id == user_sudo and key.state == "valid"
        )
        former_sudo.sorted("id", reverse=True)[TOKENS_A_USER - 1 :].action_revoke()
        vals = self.env["klientbox.api.key"]._access_vals_of(access)
        _key, text = integration_sudo._make_token(user_sudo.name, clientbook_user_id=user_id, **vals)
        return text


def exceeds(access, allowed):
    """Whether {resource: level} exceeds another one anywhere."""
    return any(_RANK.index(level) > _RANK.index(allowed.get(name, NONE)) for name, level in access.items())


def _digest(app_key):
    return hashlib.sha256(app_key.encode()).hexdigest()
