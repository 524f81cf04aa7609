import logging

import psycopg2.errors
from odoo import api, models
from odoo.tools import split_every

from ...lib import phone
from ...tools import heartbeat, phone_plans

_logger = logging.getLogger(__name__)

# A visit recorded while its client's chunk is being updated waits for the chunk; this many take a fraction of a second.
STATUS_CHUNK = 5_000
ROW_TRIES = 5


class KlientboxSettings(models.Model):
    """The nightly run: once in each company's local day, statuses are updated and messages queued."""

    _inherit = "klientbox.settings"

    @api.model
    def _cron_night(self):
        """Once in each company's local day: update statuses that depend on the date, then queue messages to clients who
        are due.

        Called every few minutes: the scheduler counts hours in UTC and would shift with daylight saving. `status_day`
        and `night_day` record the days that are done, so a clock set back or a second call changes nothing.
        """
        heartbeat.beat(self.env.registry)
        # A transaction that began earlier does not see messages that the heartbeat has just held.
        self.env["ir.cron"]._commit_progress()
        self._follow_phone_plans()
        working = self.search([("company_id.active", "=", True)], order="id")
        due = working.filtered(lambda settings: settings._is_due(settings._today()))
        for done, settings in enumerate(due, start=1):
            try:
                settings._catch_up(settings._today())
            except Exception:
                # An error in one company does not affect the others; it is tried again in a quarter of an hour.
                self.env.cr.rollback()
                self.env.invalidate_all()
                _logger.exception("The night of company %s failed.", settings.company_id.id)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - done):
                break

    @api.model
    def _follow_phone_plans(self):
        """Check all phones again where the numbering plans have changed since their last check."""
        # The job acts as superuser; no user sets this.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        if parameters_sudo.get_param(phone_plans.PARAMETER) == phone.PLANS:
            return
        try:
            last = 0
            while last is not None:
                last = phone_plans.rewrite(self.env.cr, last)
                self.env["klientbox.client"].invalidate_model(["phone_kind"])
                self.env["ir.cron"]._commit_progress()
        except psycopg2.errors.SerializationFailure:
            # Someone writes one of the clients. The job tries again in a quarter of an hour; correct rows stay.
            self.env.cr.rollback()
            self.env.invalidate_all()
            return
        parameters_sudo.set_param(phone_plans.PARAMETER, phone.PLANS)
        self.env["ir.cron"]._commit_progress()

    def _catch_up(self, today):
        """Do the missing work of a company's local day, in transactions of its own."""
        if self._is_before(self.status_day, today):
            self._refresh_statuses(today)
        if self._is_before(self.night_day, today):
            self._retry_reactivation(today)

    def _is_due(self, today):
        """Whether work of this local day is missing."""
        waits_for_messages = not self.held_since and self._is_before(self.night_day, today)
        return waits_for_messages or self._is_before(self.status_day, today)

    @api.model
    def _is_before(self, day, today):
        return not day or day < today

    def _do_night(self, today, closed=None):
        """The night of one company in the present transaction; returns how many messages were queued."""
        self.ensure_one()
        outdated = self.env["klientbox.client"]._find_outdated(self, today)
        if outdated:
            outdated._move_statuses(self, today)
        queued = self._reactivate(today, closed)
        # A clock set back does not undo finished days.
        self.write({name: max(self[name] or today, today) for name in ("status_day", "night_day")})
        return queued

    def _retry_reactivation(self, today, tries=ROW_TRIES):
        """Decide and queue in a transaction of its own. After a conflict with a concurrent change, perhaps a hold, it
        checks again."""
        self.ensure_one()
        if self.held_since:
            return
        try:
            self._reactivate(today)
            self.night_day = today
            self.flush_recordset()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()
            self.env.invalidate_all()
            if not tries:
                raise
            self._retry_reactivation(today, tries - 1)
        else:
            self.env["ir.cron"]._commit_progress()

    def _refresh_statuses(self, today):
        """Set one company's clients to the statuses of `today`, in chunks that a concurrent visit can't undo."""
        self.ensure_one()
        Client = self.env["klientbox.client"]
        for ids in split_every(STATUS_CHUNK, Client._find_outdated(self, today).ids):
            self._move_chunk(Client.browse(ids), today)
        self.status_day = today

    def _move_chunk(self, clients, today, tries=ROW_TRIES):
        """One chunk, one transaction. A chunk in conflict with a concurrent change is halved until a single client is
        left."""
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
