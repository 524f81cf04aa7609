import logging
from datetime import date

import psycopg2.errors
import pytz
from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _lang_get, _tz_get
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date, ormcache

from ...exceptions import FieldError
from ...lib import clock, collation, origin
from ...lib.client_status import Thresholds
from ...lib.message import QUEUED, UNKNOWN
from ...lib.sending_hours import SendingHours
from ..messaging.klientbox_decision import OUT_OF_REACH

_logger = logging.getLogger(__name__)

# Last year, this and the next: the years in which the zone data of Odoo and PostgreSQL are compared.
ZONE_DAYS = 3 * 365


class KlientboxSettings(models.Model):
    """The settings of one company.

    A model of its own: any user may read res.company, and its form requires more rights than an owner should have.
    """

    _name = "klientbox.settings"
    _description = "KlientBox settings"
    _inherit = ["klientbox.owned"]
    _rec_name = "company_id"
    _check_company_auto = True

    company_id = fields.Many2one(ondelete="cascade")
    tier = fields.Selection(
        [("start", "Start"), ("provoz", "Provoz")],
        required=True,
        default="start",
        help="Provoz includes the REST API; Start works in Odoo only.",
    )
    timezone = fields.Selection(
        _tz_get,
        "Time zone",
        required=True,
        default="Europe/Prague",
        help="The company's days are counted in this time zone.",
    )
    active_days = fields.Integer(
        "Active up to", required=True, default=60, help="Days since the last visit up to which a client is active."
    )
    warning_days = fields.Integer(
        "Warning up to", required=True, default=90, help="Days since the last visit up to which a client is in warning."
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
    night_day = fields.Date(
        "Last nightly run",
        readonly=True,
        help="The local day for which the nightly run has selected the clients to contact.",
    )
    lang = fields.Selection(
        _lang_get,
        "Language of messages",
        required=True,
        default=lambda self: self.env.lang or "en_US",
        help="For clients without a language of their own.",
    )
    plain_sms = fields.Boolean(
        "SMS without diacritics", default=True, help="160 characters in an SMS instead of 70, so it costs less."
    )
    sms_gateway_id = fields.Many2one(
        "klientbox.gateway",
        "SMS gateway",
        check_company=True,
        ondelete="restrict",
        help="Empty: the provider chosen in Odoo's own SMS settings.",
    )
    daily_cap = fields.Integer(
        "Daily message limit",
        required=True,
        default=50,
        help="Maximum number of commercial messages per local day: messages of rules, the most recent absences"
        " first, and SMS to several people. 0 means no limit.",
    )
    days_between = fields.Integer(
        "Days between messages",
        required=True,
        default=7,
        help="Minimum number of days between two messages to one client, for all rules together.",
    )
    opens = fields.Integer(
        "From (hour)",
        required=True,
        default=8,
        help="Reactivation messages and SMS to several people are sent from this hour on.",
    )
    closes = fields.Integer("To (hour)", required=True, default=20, help="No messages are sent from this hour on.")
    rest_days = fields.Boolean("No sending on Sundays and public holidays", default=True)
    held_since = fields.Datetime(
        "Held since", readonly=True, help="Nothing is sent until an administrator has decided."
    )
    held_reason = fields.Selection(
        [
            ("gap", "The server was down"),
            ("copied", "The database was copied"),
            ("paused", "Paused by hand"),
        ],
        "Reason for holding",
        readonly=True,
    )
    rehearsal_since = fields.Datetime(
        "Rehearsing since",
        readonly=True,
        help="After an import, the nightly run contacts no clients. It lists the clients it would contact, until an"
        " administrator ends the rehearsal.",
    )
    rehearsal_count = fields.Integer("Would be contacted", compute="_compute_rehearsal_count")
    out_of_reach_count = fields.Integer(
        "Due, but unreachable",
        compute="_compute_out_of_reach_count",
        help="Clients whose phone can't get SMS, or whose address is undeliverable, and who have no e-mail as an"
        " alternative.",
    )
    queued_count = fields.Integer("Waiting", compute="_compute_queue")
    oldest_queued = fields.Datetime("Oldest due since", compute="_compute_queue")
    unknown_count = fields.Integer("Unknown", compute="_compute_queue")
    unread_count = fields.Integer("Unreadable callbacks", compute="_compute_unread_count")
    gateway_problem = fields.Char("Problem of the SMS gateway", compute="_compute_gateway_problem")
    api_key_ids = fields.One2many(related="company_id.klientbox_api_key_ids")
    api_origins = fields.Text(
        "Web pages with a key",
        groups="klientbox.group_administrator",
        help="Origins, one per line, such as https://www.example.com. Only programs that run in a browser on such a"
        " page need them; empty: none. Anyone who opens the page can read its key.",
    )
    test_of_id = fields.Many2one(
        "res.company",
        "Test data of",
        readonly=True,
        ondelete="restrict",
        help="This company contains the data of that company's test keys. Its messages are never sent.",
    )
    test_company_id = fields.Many2one(
        "res.company", "Test data", compute="_compute_test_company_id", help="The data that test keys read and change."
    )

    _company_unique = models.UniqueIndex("(company_id)", "A company has one set of KlientBox settings.")
    _test_unique = models.UniqueIndex("(test_of_id)", "This company already has test data.")
    _thresholds_rise = models.Constraint(
        "CHECK(active_days > 0 AND warning_days > active_days AND inactive_days > warning_days)",
        "The days must increase: active, then warning, then inactive.",
    )

    _hours_rise = models.Constraint(
        "CHECK(opens >= 0 AND closes > opens AND closes <= 24)", "The hours must increase, from 0 to 24."
    )
    _caps_not_negative = models.Constraint(
        "CHECK(daily_cap >= 0 AND days_between >= 0)", "A limit can't be negative; 0 means no limit."
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

    def _register_hook(self):
        """Warn at the start where PostgreSQL has other zone data for a company's time zone."""
        super()._register_hook()
        used = self.env.execute_query(SQL("SELECT DISTINCT timezone FROM klientbox_settings"))
        self._compare_zones({zone for [zone] in used})

    @api.model
    def _compare_zones(self, zones):
        for zone in sorted(zones):
            day = self._zone_differs_from(zone)
            if day:
                _logger.warning(
                    "PostgreSQL and Odoo (pytz, %s) have different rules for the time zone %s from %s on."
                    " Figures that PostgreSQL counts by day may be wrong there: update the older of the two.",
                    pytz.OLSON_VERSION,
                    zone,
                    day,
                )

    @api.model
    def _zone_differs_from(self, zone):
        """The first day of last year, this or the next on which PostgreSQL has another time in a zone; else None."""
        known = clock.offsets(zone, date(clock.now().year - 1, 1, 1), ZONE_DAYS)
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        """
                        SELECT min(moment)::date FROM unnest(%s, %s) AS known (moment, seconds)
                         WHERE moment AT TIME ZONE 'UTC' AT TIME ZONE %s != moment + make_interval(secs => seconds)
                        """,
                        [moment for moment, _seconds in known],
                        [seconds for _moment, seconds in known],
                        zone,
                    ),
                    log_exceptions=False,
                )
                return self.env.cr.fetchone()[0]
        except psycopg2.errors.InvalidParameterValue:
            # PostgreSQL does not know this zone at all.
            return known[0][0].date()

    def write(self, vals):
        """Other thresholds or another zone update statuses at once, not at the next midnight."""
        if "test_of_id" in vals and not self.env.su:
            # With a right to write it, a user could make another company's data the test data of their own.
            raise AccessError(
                self.env._("The company of test data is set when the first test key is generated and can't be changed.")
            )
        if vals.get("api_origins"):
            vals = {**vals, "api_origins": self._origins_of(vals["api_origins"])}
        former = [(settings, settings.lang, settings.timezone) for settings in self]
        result = super().write(vals)
        for settings, lang, timezone in former:
            settings._follow_language(lang)
            settings._follow_timezone(timezone)
        if "timezone" in vals:
            self._compare_zones(set(self.mapped("timezone")))
            self._klientbox_clients()._recount_visits()
        if {"timezone", "active_days", "warning_days", "inactive_days"} & vals.keys():
            for settings in self:
                settings._klientbox_clients()._move_statuses(settings, settings._today())
        return result

    def _follow_language(self, former):
        """Records sorted by name follow the company's language."""
        if collation.tailored(former) == collation.tailored(self.lang):
            return
        for model in self.env.registry.descendants(["klientbox.named"], "_inherit"):
            if not self.env[model]._abstract:
                # Names of all records of the company, also those that the user may not see.
                self.env[model].sudo()._reorder(self.company_id, self.lang)

    def _follow_timezone(self, former):
        """Staff with the company's time zone get the new one."""
        if former != self.timezone:
            # Nothing else is written on the resource; users who change the settings need not manage resources.
            staff_sudo = self.env["klientbox.staff"].sudo().with_context(active_test=False)
            staff_sudo.search([("company_id", "=", self.company_id.id), ("tz", "=", former)]).tz = self.timezone

    def action_generate_api_key(self):
        """Open the dialog that makes a key and shows it once."""
        self.ensure_one()
        return self.company_id.action_klientbox_generate_api_key()

    def action_run_now(self):
        """Run the coming night now for this company: update statuses, decide, queue."""
        self.ensure_one()
        if not self.env.user.has_group("klientbox.group_manager"):
            raise AccessError(self.env._("Only KlientBox managers can start the nightly run."))
        self.check_access("read")
        # The night is the engine's work: it writes records that no user may write.
        settings_sudo = self.sudo()
        if settings_sudo.held_since:
            raise UserError(self.env._("Messages are held. Decide in the Outbox first."))
        if not settings_sudo.company_id.active:
            raise UserError(self.env._("This company is archived: no messages are sent."))
        queued = settings_sudo._do_night(settings_sudo._today())
        if settings_sudo.rehearsal_since:
            message = self.env._("Rehearsal: %(count)s would be contacted.", count=self.rehearsal_count)
        elif queued:
            due_at = clock.local(settings_sudo._sending_hours().next_open(clock.now()), self.timezone)
            moment = f"{format_date(self.env, due_at.date())} {due_at:%H:%M}"
            message = self.env._("%(count)s messages queued. Sending starts: %(moment)s.", count=queued, moment=moment)
        else:
            message = self.env._("No more messages are due today.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_pause(self):
        """Hold all messages until someone resumes sending."""
        self.ensure_one()
        self.filtered(lambda settings: not settings.held_since)._as_system().write(
            {"held_since": fields.Datetime.now(), "held_reason": "paused"}
        )

    def action_resume(self):
        """Send the queued messages: no backup was restored."""
        self.ensure_one()
        self._as_system().write({"held_since": False, "held_reason": False})
        self.env.ref("klientbox.cron_messages")._trigger()

    def action_restored(self):
        """After a restored backup: queued messages and clients due now may have been sent and contacted since. Close
        them all."""
        self._close_due_messages("restored")
        self.action_resume()

    def action_rehearsal(self):
        """Show the clients that the last night would have contacted."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_decision_action")
        return {**action, "domain": self._get_rehearsed_domain(), "context": {}}

    def action_out_of_reach(self):
        """Show the clients who are due but have no usable address."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_decision_action")
        return {**action, "domain": self._get_out_of_reach_domain(), "context": {}}

    def action_end_rehearsal(self):
        """From the next night on, contact all clients who are due."""
        self.ensure_one()
        self._as_system().write({"rehearsal_since": False})

    def action_start_with_newly_lapsed(self):
        """Start with newly lapsed clients only: clients due today count as contacted."""
        self._close_due_messages("imported")
        self.action_end_rehearsal()

    def action_unread(self):
        """Show the unreadable callbacks of this company."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_inbound_action")
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "unreadable")]
        return {**action, "domain": domain, "context": {}}

    def action_messages(self):
        """Show the messages of this company that are queued or have an unknown result."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_message_action")
        return {
            **action,
            "domain": [("company_id", "=", self.company_id.id)],
            "context": {"search_default_open": 1},
        }

    @api.model
    def _origins_of(self, text):
        """Origins in their stored form, one a line."""
        try:
            return "\n".join(origin.parse(text))
        except origin.InvalidOrigin as error:
            line = error.line
            messages = {
                "wildcard": self.env._("“%(line)s”: list each origin; * would allow any page.", line=line),
                "path": self.env._("“%(line)s”: remove everything after the host.", line=line),
                "malformed": self.env._("“%(line)s” is not a valid origin such as https://www.example.com.", line=line),
            }
            message = messages[error.reason]
            raise FieldError(("api_origins", "invalid_origin", message)) from error

    def _compute_test_company_id(self):
        for settings in self:
            settings.test_company_id = settings._test_company()

    def _test_company(self):
        """The company that has this one's test data, or none yet."""
        # Only users with access to it see more of it than its name.
        return self.sudo().search([("test_of_id", "=", self.company_id.id)]).company_id.sudo(self.env.su)

    def _compute_queue(self):
        for settings in self:
            [[queued, oldest]] = self.env["klientbox.message"]._read_group(
                [("company_id", "=", settings.company_id.id), ("state", "=", QUEUED)], [], ["__count", "due_at:min"]
            )
            settings.queued_count, settings.oldest_queued = queued, oldest
            settings.unknown_count = self.env["klientbox.message"].search_count(
                [("company_id", "=", settings.company_id.id), ("state", "=", UNKNOWN)]
            )

    def _compute_unread_count(self):
        for settings in self:
            # Receptionists read no callbacks, but must know that a STOP may have been missed.
            settings.unread_count = (
                self.env["klientbox.inbound"]
                .sudo()
                .search_count(
                    [
                        ("company_id", "=", settings.company_id.id),
                        ("state", "=", "unreadable"),
                        ("gateway_id.alarm_since", "!=", False),
                    ]
                )
            )

    def _compute_gateway_problem(self):
        for settings in self:
            settings.gateway_problem = settings._why_no_sms()

    def _compute_rehearsal_count(self):
        for settings in self:
            settings.rehearsal_count = self.env["klientbox.decision"].search_count(settings._get_rehearsed_domain())

    def _compute_out_of_reach_count(self):
        for settings in self:
            domain = settings._get_out_of_reach_domain()
            settings.out_of_reach_count = self.env["klientbox.decision"].search_count(domain)

    def _get_out_of_reach_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("reason", "in", OUT_OF_REACH),
            ("day_to", "=", False),
        ]

    def _get_rehearsed_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("reason", "=", "rehearsal"),
            ("day_to", "=", False),
        ]

    def _close_due_messages(self, reason):
        """Count all clients due today as contacted; after a restored backup, also cancel queued messages."""
        self.ensure_one()
        if not self.env.user.has_group("klientbox.group_administrator"):
            raise AccessError(self.env._("Only KlientBox administrators can decide this."))
        self.check_access("write")
        # Only the engine may write messages and decisions, see action_run_now.
        settings_sudo = self.sudo()
        if reason == "restored":
            self.env["klientbox.message"].sudo()._cancel_waiting(self.company_id, reason)
            self.env["klientbox.webhook"].sudo()._give_up_waiting(self.company_id)
        settings_sudo._do_night(settings_sudo._today(), closed=reason)

    def _rehearse(self, moment):
        """Contact no client in the nights from `moment` on, until a user has reviewed the clients due."""
        for settings in self.filtered(lambda settings: not settings.rehearsal_since):
            settings.rehearsal_since = moment

    def _sending_hours(self):
        """When this company's commercial messages may be sent."""
        self.ensure_one()
        return SendingHours(self.timezone, self.opens, self.closes, self.rest_days, self.company_id._klientbox_region())

    def _sms_gateway(self):
        """The gateway of this company, or of the nearest company above it that has one; empty is Odoo's provider."""
        self.ensure_one()
        # A branch sends by its parent's gateway without access to it.
        company_sudo = self.sudo().company_id
        while company_sudo:
            gateway_sudo = company_sudo._klientbox_settings().sms_gateway_id
            if gateway_sudo:
                return gateway_sudo.sudo(self.env.su)
            company_sudo = company_sudo.parent_id
        return self.env["klientbox.gateway"]

    def _why_no_sms(self):
        """Why the company can send no SMS at all, as text, or False."""
        # Staff read no gateways, but must know why.
        gateway_sudo = self._sms_gateway().sudo()
        return gateway_sudo._is_retired() and not self.test_of_id and gateway_sudo._retired_text()

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

    def _local_day(self, moment):
        """The company's local day of a moment (naive UTC)."""
        return clock.local(moment, self.timezone).date()

    @api.model
    def _of(self, company):
        """The settings of a company."""
        return self.browse(self._id_of(company.id))

    @api.model
    @ormcache("company_id")
    def _id_of(self, company_id):
        # A company never loses its settings, so their id may be cached; their values are not.
        self.env.cr.execute(SQL("SELECT id FROM klientbox_settings WHERE company_id = %s", company_id))
        [settings_id] = self.env.cr.fetchone()
        return settings_id
