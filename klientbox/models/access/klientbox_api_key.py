from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ...exceptions import FieldError
from ...lib import api_key, scope
from ...lib.api_key import API, LIVE, TEST
from ...lib.scope import NONE
from ...tools import idempotency, sql_files
from ...tools.admission import admit
from ...tools.cursors import kept_open_cursor

REQUESTS_A_MINUTE = 100
# How many invalid keys one address may try.
JUNK_A_MINUTE = 300
KEEP_JUNK = "1 hour"
# How long a key stays valid after it was rolled.
NOW, HOUR, DAY, WEEK = "now", "hour", "day", "week"
OVERLAPS = {NOW: timedelta(0), HOUR: timedelta(hours=1), DAY: timedelta(days=1), WEEK: timedelta(days=7)}
# A pitfall of Odoo: a constraint that can't be created is logged and ignored. These must exist.
INDISPENSABLE_INDEXES = (
    "klientbox_api_key_prefix_unique",
    "klientbox_client_phone_unique",
    "klientbox_client_search_index",
    "klientbox_message_address_unique",
    "klientbox_message_episode_unique",
    "klientbox_message_reference_unique",
    "klientbox_settings_company_unique",
    "klientbox_settings_test_unique",
    "klientbox_suppression_address_unique",
    "klientbox_webhook_delivery_event_unique",
    "klientbox_webhook_delivery_under_way_unique",
)


class KlientboxApiKey(models.Model):
    """A key of one company for the REST API. Only its digest is stored, where no read can fetch it."""

    _name = "klientbox.api.key"
    _description = "API key"
    _inherit = ["klientbox.credential", "klientbox.api.access"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True, help="The program that uses this key, so that you know what stops when you revoke it."
    )
    company_id = fields.Many2one(ondelete="cascade")
    mode = fields.Selection(
        [(LIVE, "Live"), (TEST, "Test")],
        required=True,
        readonly=True,
        default=LIVE,
        help="A test key reads and changes test data only. Messages from test data are never sent.",
    )
    audience = fields.Selection(
        [(API, "KlientBox API")],
        "API",
        required=True,
        readonly=True,
        default=API,
        help="The only API that accepts this key.",
    )
    scopes = fields.Char(
        compute="_compute_scopes", store=True, help="The permissions of the key, by their names in the API."
    )
    prefix = fields.Char("Public part", required=True, readonly=True, copy=False)
    digest = fields.Char(required=True, readonly=True, copy=False, groups=NO_ACCESS)
    rate_limit = fields.Integer(
        "Requests a minute", required=True, default=REQUESTS_A_MINUTE, help="In any 60 seconds; 0 means no limit."
    )
    expires_at = fields.Datetime("Expires", help="Empty: the key does not expire.")
    revoked_at = fields.Datetime("Revoked", readonly=True, copy=False)
    last_used_at = fields.Datetime("Last used", readonly=True, copy=False, help="To the minute; empty: never.")
    replaced_by_id = fields.Many2one(
        "klientbox.api.key", "Replaced by", readonly=True, copy=False, ondelete="restrict", check_company=True
    )
    webhook_ids = fields.One2many("klientbox.webhook", "api_key_id", "Webhooks made by it", readonly=True)
    masked = fields.Char("Key", compute="_compute_masked")
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")], compute="_compute_state"
    )

    _prefix_unique = models.UniqueIndex("(prefix)", "Two keys can't share a public part.")
    _rate_limit_not_negative = models.Constraint(
        "CHECK(rate_limit BETWEEN 0 AND 10000)", "The limit is 0 (none) to 10,000 requests a minute."
    )

    def init(self):
        """The limiter's table, the one statement that checks a key and counts the request, and the tables of answers to
        repeated calls.

        Each key has a ring of its last admissions, so there are never more than the limit in any 60 seconds. The table
        is unlogged: it is rewritten at every call, and after a crash of PostgreSQL a minute is counted anew.
        `clock_timestamp()` is taken under the row's lock, hence one order and one clock for all processes.
        """
        sql_files.run(self.env.cr, "api_keys", junk=JUNK_A_MINUTE)
        idempotency.install(self.env.cr)

    def _init_column(self, column_name):
        """A resource of another addon is new to the keys that exist: none has access until it is granted."""
        if column_name not in set(self._access_fields()) - set(self._access_fields(["klientbox"])):
            return super()._init_column(column_name)
        column = SQL.identifier(column_name)
        self.env.cr.execute(SQL("UPDATE klientbox_api_key SET %s = %s WHERE %s IS NULL", column, NONE, column))
        return None

    @api.model
    def _forget_access(self, addons):
        """Take the access to the resources of these addons from all keys."""
        if forgotten := self._access_fields(addons):
            self.search([]).write(dict.fromkeys(forgotten, NONE))
            self.env.flush_all()

    @api.depends(lambda self: self._access_fields())
    def _compute_scopes(self):
        for key in self:
            key.scopes = " ".join(scope.scopes(key._access()))

    @api.depends("prefix", "mode")
    def _compute_masked(self):
        for key in self:
            key.masked = api_key.masked(key.mode, key.prefix)

    @api.depends("name", "masked")
    def _compute_display_name(self):
        # A rolled key and its replacement have the same name.
        for key in self:
            key.display_name = f"{key.name} ({key.masked})" if key.prefix else key.name

    @api.depends("revoked_at", "expires_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for key in self:
            expired = key.expires_at and key.expires_at <= now
            key.state = "revoked" if key.revoked_at else "expired" if expired else "valid"

    def write(self, vals):
        """Refuse changes that would reactivate a key: of a revoked one only the name may change; a replaced one may
        expire sooner, not later."""
        if not self.env.su:
            self._refuse_revival(vals)
        return super().write(vals)

    def _refuse_revival(self, vals):
        if vals.keys() - {"name"} and any(key.revoked_at for key in self):
            raise UserError(self.env._("This key is revoked: it can't be changed any more. Generate a new one."))
        end = fields.Datetime.to_datetime(vals.get("expires_at"))
        for key in self.filtered(lambda key: "expires_at" in vals and key.replaced_by_id):
            if not end or end > key.expires_at:
                message = self.env._("This key was replaced: it can expire earlier, but not later.")
                raise FieldError(("expires_at", "key_replaced", message))

    def action_revoke(self):
        """Revoke the key at once; it can't be restored."""
        self.check_access("write")
        self.filtered(lambda key: not key.revoked_at)._write_system({"revoked_at": fields.Datetime.now()})

    @api.ondelete(at_uninstall=False)
    def _unlink_revoked(self):
        if any(not key.revoked_at for key in self):
            raise UserError(self.env._("Revoke a key before you delete it."))
        # A key that was replaced stays recognisable as such: else it could be prolonged.
        replaced = self.search([("replaced_by_id", "in", self.ids), ("id", "not in", self.ids)])
        if replaced:
            names = ", ".join(replaced.mapped("display_name"))
            raise UserError(self.env._("It replaces another key. Delete that one first: %(names)s.", names=names))
        # Those of a test key are in the company of the test data.
        if hooks_sudo := self.sudo().webhook_ids:
            names = ", ".join(hooks_sudo.mapped("name"))
            raise UserError(
                self.env._(
                    "It made webhooks. Delete them, or keep them without the key, first: %(names)s.", names=names
                )
            )

    def action_roll(self):
        """Open the dialog that replaces this key by a new one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_api_key_roll_action")
        return {**action, "context": {"default_company_id": self.company_id.id, "default_key_id": self.id}}

    @api.model
    def _generate(self, company, name, **vals):
        """Make a key of a company and return (record, text); the text can't be read again later.

        A test key also belongs to the company and is listed there; the first one creates a company for the test data.
        """
        company = company.with_env(self.env)
        if not self.env.user.has_group("klientbox.group_administrator") and not self.env.su:
            raise AccessError(self.env._("Only KlientBox administrators can generate API keys."))
        if company not in self.env.companies and not self.env.su:
            raise AccessError(self.env._("You have no access to this company."))
        if company._klientbox_settings().test_of_id:
            raise UserError(
                self.env._("This company contains test data. Generate test keys in the company that it belongs to.")
            )
        mode = vals.get("mode") or LIVE
        if mode == TEST:
            company._klientbox_test_company()
        born = api_key.generate(mode)
        # Only this method can read the digest.
        key_sudo = self.sudo().create(
            {"name": name, "company_id": company.id, "prefix": born.prefix, "digest": born.digest, **vals}
        )
        return key_sudo.sudo(self.env.su), born.text

    def _next_expiry(self):
        """When a replacement for this key expires: same lifetime as the key it replaces."""
        return self.expires_at and fields.Datetime.now() + (self.expires_at - self.create_date.replace(microsecond=0))

    def _roll(self, overlap):
        """Make a key with the same rights and set when this one expires; both work until then. Returns (record,
        text)."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "valid" or self.replaced_by_id:
            raise UserError(self.env._("Only a valid key that was not replaced yet can be rolled."))
        new, text = self._generate(
            self.company_id,
            self.name,
            mode=self.mode,
            rate_limit=self.rate_limit,
            expires_at=self._next_expiry(),
            audience=self.audience,
            **self._access_vals(),
        )
        self._write_system({"replaced_by_id": new.id})
        # The key's user may be limited to fewer webhooks than the key has made.
        self.sudo().webhook_ids.api_key_id = new.id
        if overlap == NOW:
            self.action_revoke()
        else:
            end = fields.Datetime.now() + OVERLAPS[overlap]
            self._write_system({"expires_at": min(self.expires_at or end, end)})
        return new, text

    def _action_show(self, text):
        """The dialog that shows this key once."""
        return self.env["klientbox.api.key.show"]._action(self, text)

    @api.model
    def _admit(self, text, address="", audience=API):
        """Check a key and count the request, even if the request fails: tools/admission.py."""
        with kept_open_cursor(self.env.registry) as cr:
            return admit(cr, text, address, audience)

    @api.model
    def _present(self):
        """(the key of this request, its KeyCheck)."""
        admission = self.env.context["klientbox_admission"]
        # A test key's own company is not the one that it acts in; the check has found the key by its secret.
        return self.sudo().browse(admission.key_id), admission

    @api.model
    def _is_origin_allowed(self, origin):
        """Whether any company that is not archived lets web pages of this origin use the API with a key."""
        self.env.cr.execute(
            """
            SELECT EXISTS (
                SELECT FROM klientbox_settings settings JOIN res_company company ON company.id = settings.company_id
                 WHERE company.active AND %s = ANY(string_to_array(settings.api_origins, E'\n'))
            )
            """,
            [origin],
        )
        [allowed] = self.env.cr.fetchone()
        return allowed

    @api.autovacuum
    def _gc_callers(self):
        """Delete the counters of addresses without recent requests."""
        self.env.cr.execute(
            """
            DELETE FROM klientbox_api_rate
             WHERE key_id < 0 AND (SELECT max(hit) FROM unnest(ring) hit) < clock_timestamp() - %s::interval
            """,
            [KEEP_JUNK],
        )

    @api.autovacuum
    def _gc_answers(self):
        """Delete the answers to calls with an Idempotency-Key that are repeated no more."""
        idempotency.forget(self.env.cr)

    @api.model
    def _check_database(self):
        """Raise when a required index is missing."""
        self.env.cr.execute("SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s)", [list(INDISPENSABLE_INDEXES)])
        missing = set(INDISPENSABLE_INDEXES) - {name for [name] in self.env.cr.fetchall()}
        if missing:
            raise UserError(
                self.env._("The database lacks these indexes: %(names)s.", names=", ".join(sorted(missing)))
            )
