import psycopg2.errors
from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import ValidationError
from odoo.tools import SQL, ormcache, split_every

from ..lib import clock
from ..lib.status import Thresholds

# A visit recorded while its client's chunk is being moved waits for the chunk; this many take a fraction of a second.
STATUS_CHUNK = 5_000
ROW_TRIES = 5


class KlientboxSettings(models.Model):
    """What one company has chosen.

    A model of its own: anybody may read res.company, and its form asks for more rights than an owner should have.
    """

    _name = "klientbox.settings"
    _description = "KlientBox settings"
    _inherit = ["klientbox.owned"]
    _rec_name = "company_id"

    company_id = fields.Many2one(ondelete="cascade")
    tier = fields.Selection(
        [("start", "Start"), ("provoz", "Provoz")],
        required=True,
        default="start",
        help="Provoz has the REST API; Start works in Odoo only.",
    )
    timezone = fields.Selection(
        _tz_get, "Time zone", required=True, default="Europe/Prague", help="The days of this company are counted here."
    )
    active_days = fields.Integer(
        "Active up to", required=True, default=60, help="Days since the last visit up to which a client is active."
    )
    warning_days = fields.Integer(
        "Warning up to", required=True, default=90, help="Days since the last visit up to which a client is a warning."
    )
    inactive_days = fields.Integer(
        "Inactive up to",
        required=True,
        default=180,
        help="Days since the last visit up to which a client is inactive; above it, lost.",
    )
    status_day = fields.Date(
        "Statuses as of", readonly=True, help="The local day up to which the nightly job has moved all statuses."
    )
    api_key_ids = fields.One2many(related="company_id.klientbox_api_key_ids")

    _company_unique = models.UniqueIndex("(company_id)", "A company has one set of KlientBox settings.")
    _thresholds_rise = models.Constraint(
        "CHECK(active_days > 0 AND warning_days > active_days AND inactive_days > warning_days)",
        "The days must rise: active, then warning, then inactive.",
    )

    @api.constrains("timezone")
    def _check_timezone(self):
        for settings in self:
            try:
                clock.today(settings.timezone)
            except (KeyError, ValueError, OSError) as error:
                raise ValidationError(
                    self.env._("This server does not know the time zone %(zone)s.", zone=settings.timezone)
                ) from error

    def write(self, vals):
        """Other thresholds or another zone move clients at once, not at the next midnight."""
        result = super().write(vals)
        if "timezone" in vals:
            self._klientbox_clients()._recount_visits()
        if {"timezone", "active_days", "warning_days", "inactive_days"} & vals.keys():
            for settings in self:
                settings._klientbox_clients()._move_statuses(settings, settings._today())
        return result

    def action_generate_api_key(self):
        """Open the dialog that makes a key and shows it once."""
        self.ensure_one()
        return self.company_id.action_klientbox_generate_api_key()

    def _klientbox_clients(self):
        return (
            self.env["klientbox.client"]
            .with_context(active_test=False)
            .search([("company_id", "in", self.company_id.ids)])
        )

    def _thresholds(self):
        self.ensure_one()
        return Thresholds(self.active_days, self.warning_days, self.inactive_days)

    def _today(self):
        """The present local day of the company."""
        return clock.today(self.timezone)

    @api.model
    def _of(self, company):
        """The settings of a company."""
        return self.browse(self._id_of(company.id))

    @api.model
    @ormcache("company_id")
    def _id_of(self, company_id):
        # A company keeps its settings as long as it lives, so their id may be remembered; their values are not.
        self.env.cr.execute(SQL("SELECT id FROM klientbox_settings WHERE company_id = %s", company_id))
        [settings_id] = self.env.cr.fetchone()
        return settings_id

    @api.model
    def _cron_refresh_statuses(self):
        """Once in each company's local day, move the clients whom the calendar moved.

        Called every few minutes: the scheduler counts hours in UTC and would drift with daylight saving. `status_day`
        says what is done, so a clock set back or a second call changes nothing.
        """
        due = self.search([], order="id")._due_for_refresh()
        for done, settings in enumerate(due, start=1):
            settings._refresh_statuses(settings._today())
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - done):
                break

    def _due_for_refresh(self):
        """Those whose local day has begun since their statuses were moved."""
        return self.filtered(lambda settings: not settings.status_day or settings.status_day < settings._today())

    def _refresh_statuses(self, today):
        """Move one company's clients to the statuses of `today`, in chunks that a concurrent visit can't undo."""
        self.ensure_one()
        Client = self.env["klientbox.client"]
        for ids in split_every(STATUS_CHUNK, Client._find_outdated(self, today).ids):
            self._move_chunk(Client.browse(ids), today)
        self.status_day = today

    def _move_chunk(self, clients, today, tries=ROW_TRIES):
        """One chunk, one transaction. One that met a concurrent change is halved until the change stands alone."""
        try:
            clients._move_statuses(self, today)
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()
            self.env.invalidate_all()
            alone = len(clients) == 1
            if alone and not tries:
                raise
            middle = len(clients) // 2
            for part in (clients,) if alone else (clients[:middle], clients[middle:]):
                self._move_chunk(part, today, tries - alone)
        else:
            self.env["ir.cron"]._commit_progress()
