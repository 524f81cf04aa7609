import hmac
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS

from ..lib import api_key
from ..tools.cursors import autocommit_cursor

REQUESTS_A_MINUTE = 100
# A pitfall of Odoo: a constraint that can't be made is logged and forgotten. These must be there.
INDISPENSABLE_INDEXES = (
    "klientbox_api_key_prefix_unique",
    "klientbox_client_phone_unique",
    "klientbox_client_search_index",
    "klientbox_message_address_unique",
    "klientbox_message_episode_unique",
    "klientbox_message_reference_unique",
    "klientbox_settings_company_unique",
    "klientbox_suppression_address_unique",
    "klientbox_webhook_delivery_event_unique",
    "klientbox_webhook_delivery_under_way_unique",
)


class Admission(NamedTuple):
    """What the gate says of a request: why it is refused (None: it is not), for whom it speaks, and what is left of
    the limit."""

    refusal: str | None
    company_id: int | None = None
    limit: int = 0
    remaining: int = 0
    retry_ms: int = 0
    key_id: int = 0
    scopes: frozenset = frozenset()


class KlientboxApiKey(models.Model):
    """A key of one company for the REST API. Only its digest is kept, where no read can fetch it."""

    _name = "klientbox.api.key"
    _description = "API key"
    _inherit = ["klientbox.owned"]
    _order = "id desc"

    name = fields.Char(required=True, help="What uses this key, so that you know what stops when you revoke it.")
    company_id = fields.Many2one(ondelete="cascade")
    prefix = fields.Char("Public part", required=True, readonly=True, copy=False)
    digest = fields.Char(required=True, readonly=True, copy=False, groups=NO_ACCESS)
    rate_limit = fields.Integer(
        "Requests a minute", required=True, default=REQUESTS_A_MINUTE, help="In any 60 seconds; 0 is without limit."
    )
    expires_at = fields.Datetime("Expires", help="Empty: the key does not expire.")
    revoked_at = fields.Datetime("Revoked", readonly=True, copy=False)
    masked = fields.Char("Key", compute="_compute_masked")
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")], compute="_compute_state"
    )

    _prefix_unique = models.UniqueIndex("(prefix)", "Two keys can't share a public part.")
    _rate_limit_not_negative = models.Constraint(
        "CHECK(rate_limit BETWEEN 0 AND 10000)", "The limit is 0 (none) to 10,000 requests a minute."
    )

    def init(self):
        """The limiter's table and the one statement that checks a key and counts the request.

        A ring of the last admissions a key, so never more than the limit in any 60 seconds. The table is unlogged: it
        is rewritten at every call, and after a crash of PostgreSQL a minute is counted anew. `clock_timestamp()` is
        taken under the row's lock, hence one order and one clock for all processes.
        """
        self.env.cr.execute(
            """
            CREATE UNLOGGED TABLE IF NOT EXISTS klientbox_api_rate (
                key_id integer PRIMARY KEY, pos integer NOT NULL DEFAULT 0, ring timestamptz[] NOT NULL
            ) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

            CREATE OR REPLACE FUNCTION klientbox_rate_hit(p_key int, p_limit int, p_window interval,
                   OUT allowed bool, OUT remaining int, OUT retry_ms int) LANGUAGE plpgsql VOLATILE AS $$
            DECLARE r timestamptz[]; p int; t timestamptz;
            BEGIN
                FOR i IN 1..2 LOOP
                    UPDATE klientbox_api_rate SET ring[pos+1] = clock_timestamp(), pos = (pos+1) % p_limit
                     WHERE key_id = p_key AND cardinality(ring) = p_limit
                       AND ring[pos+1] <= clock_timestamp() - p_window
                    RETURNING ring, pos INTO r, p;
                    allowed := FOUND;
                    EXIT WHEN allowed;
                    SELECT ring, pos INTO r, p FROM klientbox_api_rate WHERE key_id = p_key;
                    EXIT WHEN FOUND AND cardinality(r) = p_limit;
                    -- First use, or the limit was changed: the newest admissions are kept.
                    INSERT INTO klientbox_api_rate AS a (key_id, ring)
                    VALUES (p_key, array_fill('-infinity'::timestamptz, ARRAY[p_limit]))
                    ON CONFLICT (key_id) DO UPDATE SET pos = 0, ring = (
                        SELECT array_agg(x ORDER BY x) FROM (
                            SELECT x FROM unnest(a.ring || array_fill('-infinity'::timestamptz, ARRAY[p_limit])) x
                            ORDER BY x DESC LIMIT p_limit
                        ) newest
                    ) WHERE cardinality(a.ring) <> p_limit;
                END LOOP;
                t := clock_timestamp();
                SELECT count(*) INTO remaining FROM unnest(r) x WHERE x <= t - p_window;
                retry_ms := CASE WHEN remaining > 0 THEN 0
                            ELSE greatest(1, ceil(extract(epoch FROM r[p+1] + p_window - t) * 1000)::int) END;
            END $$;

            CREATE OR REPLACE FUNCTION klientbox_api_admit(p_prefix text, p_digest text,
                   OUT stored_digest text, OUT refusal text, OUT company int, OUT quota int,
                   OUT remaining int, OUT retry_ms int) LANGUAGE plpgsql VOLATILE AS $$
            DECLARE k record; hit record;
            BEGIN
                SELECT key.id, key.digest, key.company_id, key.rate_limit, key.revoked_at, key.expires_at,
                       company.active, settings.tier
                  INTO k
                  FROM klientbox_api_key key
                  JOIN res_company company ON company.id = key.company_id
                  LEFT JOIN klientbox_settings settings ON settings.company_id = key.company_id
                 WHERE key.prefix = p_prefix;
                IF NOT FOUND THEN RETURN; END IF;
                stored_digest := k.digest;
                company := k.company_id;
                quota := k.rate_limit;
                remaining := k.rate_limit;
                retry_ms := 0;
                refusal := CASE
                    WHEN k.revoked_at IS NOT NULL THEN 'api_key_revoked'
                    WHEN k.expires_at <= clock_timestamp() AT TIME ZONE 'UTC' THEN 'api_key_expired'
                    WHEN NOT k.active THEN 'company_inactive'
                    WHEN k.tier IS DISTINCT FROM 'provoz' THEN 'tier_too_low'
                END;
                -- Whoever knows a key's public part alone can't use up its limit.
                IF refusal IS NOT NULL OR k.digest <> p_digest OR quota = 0 THEN RETURN; END IF;
                SELECT * INTO hit FROM klientbox_rate_hit(k.id, quota, interval '60 s');
                IF NOT hit.allowed THEN refusal := 'rate_limited'; END IF;
                remaining := hit.remaining;
                retry_ms := hit.retry_ms;
            END $$;
            """
        )

    @api.depends("prefix")
    def _compute_masked(self):
        for key in self:
            key.masked = f"kbx_live_{key.prefix}_…"

    @api.depends("revoked_at", "expires_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for key in self:
            expired = key.expires_at and key.expires_at <= now
            key.state = "revoked" if key.revoked_at else "expired" if expired else "valid"

    def action_revoke(self):
        """Stop the key at once; it can't be brought back."""
        self.check_access("write")
        self.filtered(lambda key: not key.revoked_at).revoked_at = fields.Datetime.now()

    @api.ondelete(at_uninstall=False)
    def _unlink_revoked(self):
        if any(not key.revoked_at for key in self):
            raise UserError(self.env._("Revoke a key before you delete it."))

    @api.model
    def _generate(self, company, name, **vals):
        """Make a key of a company and return (record, text); the text is never to be had again."""
        if not self.env.user.has_group("klientbox.group_administrator") and not self.env.su:
            raise AccessError(self.env._("Only an administrator of KlientBox makes API keys."))
        if company not in self.env.companies and not self.env.su:
            raise AccessError(self.env._("This company is none of yours."))
        born = api_key.generate()
        # The digest is out of everybody's reach but this method's.
        key_sudo = self.sudo().create(
            {"name": name, "company_id": company.id, "prefix": born.prefix, "digest": born.digest, **vals}
        )
        return key_sudo.sudo(self.env.su), born.text

    @api.model
    def _admit(self, text):
        """Check a key and count the request, in one statement that holds whatever becomes of the request.

        Returns an Admission.
        """
        prefix = api_key.prefix_of(text)
        if not prefix:
            return Admission("api_key_invalid")
        digest = api_key.digest(text)
        with autocommit_cursor(self.env.registry) as cr:
            cr.execute("SELECT * FROM klientbox_api_admit(%s, %s)", [prefix, digest])
            stored, refusal, company_id, limit, remaining, retry_ms = cr.fetchone()
        if not hmac.compare_digest(stored or api_key.digest(""), digest):
            return Admission("api_key_invalid")
        return Admission(refusal, company_id, limit, remaining, retry_ms)

    @api.model
    def _check_database(self):
        """Raise when an index that the promises rest on is not there."""
        self.env.cr.execute("SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s)", [list(INDISPENSABLE_INDEXES)])
        missing = set(INDISPENSABLE_INDEXES) - {name for [name] in self.env.cr.fetchall()}
        if missing:
            raise UserError(
                self.env._("The database lacks these indexes: %(names)s.", names=", ".join(sorted(missing)))
            )
