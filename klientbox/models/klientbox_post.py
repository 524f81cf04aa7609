import logging
from datetime import timedelta
from functools import cache, partial

import psycopg2
from odoo import SUPERUSER_ID, api, models

from ..lib import clock, simulation
from ..lib.address import SMS, address_hash
from ..lib.message import CANCELLED, DELIVERED, FAILED, QUEUED, REPLIED, SENT, UNKNOWN
from ..lib.purpose import MARKETING, TRANSACTIONAL
from ..tools import alarm, heartbeat
from ..tools.courier import Courier
from ..tools.deliveries import Deliveries
from ..tools.lanes import Lanes
from ..tools.odoo_mail import OdooMail
from ..tools.odoo_sms import OdooSms
from ..tools.outbox import TEST_LANE, Outbox
from ..tools.postman import Postman
from ..tools.simulated_gateway import Guarded, SimulatedGateway
from .klientbox_reactivation import VALID_HOURS

_logger = logging.getLogger(__name__)

SCHEDULER_SECONDS = 60
# Our states in Odoo's terms. A message with unknown result is "being processed" for Odoo.
TOLD = {UNKNOWN: "process", SENT: "pending", DELIVERED: "sent", REPLIED: "sent", CANCELLED: "canceled"}
# Texts that are not exactly one number fail: several in one would bypass every refusal.
INVALID_NUMBER = "invalid_number"
# Why an SMS of Odoo's was not sent, in Odoo's terms.
LEFT_OUT = {
    "opted_out": "sms_optout",
    "blacklisted": "sms_blacklist",
    "written_recently": "sms_duplicate",
    "no_mobile": "sms_number_format",
    "undeliverable": "sms_number_format",
}


class KlientboxPost(models.AbstractModel):
    """The sending job: sends messages and webhooks, processes callbacks, and moves Odoo's own SMS into the outbox."""

    _name = "klientbox.post"
    _description = "Messages out and in"

    @api.model
    def _cron_post(self):
        """Send due messages and webhooks, and meanwhile process reports and replies, so that a STOP counts before the
        next claim."""
        registry, box = self.env.registry, Outbox(self.env.registry)
        deliveries = Deliveries(registry)
        heartbeat.beat(registry)
        claims, attempts = box.recover()
        if claims or attempts:
            _logger.warning("A worker died: %s messages go back to the queue, %s are unknown.", claims, attempts)
        if events := deliveries.recover():
            _logger.warning("A worker died: %s webhooks are delivered again.", events)
        stuck = set()

        def work():
            """The job's work while its lanes run; returns the seconds left for new work."""
            heartbeat.beat(registry)
            done = self.env["klientbox.inbound"]._work(box)
            self.env["klientbox.undeliverable"]._record_refusals()
            self._report_tests(box)
            self._tell_odoo(box)
            self.env["klientbox.webhook"]._work(stuck)
            self.env.invalidate_all()
            done += postman.finished.take() + courier.finished.take()
            # A run with recorded progress is not given up by the scheduler when it is killed.
            return self.env["ir.cron"]._commit_progress(done, remaining=box.count() + deliveries.count())

        hash_of = partial(address_hash, self.env["klientbox.consent.event"]._salt())
        postman = Postman(box, self._provider_maker(registry), hash_of)
        courier = Courier(deliveries, self.env["klientbox.outbound"]._networks())
        Lanes([postman, courier], work).run()
        self.env["klientbox.inbound"]._work(box, ("new", "waiting"))
        work()
        behind = set(self.env["klientbox.webhook"]._find_behind()) - stuck
        if box.count() or deliveries.count() or behind or self.env["klientbox.inbound"]._is_behind():
            # The scheduler checks again in a minute; this starts it at once.
            self.env.ref("klientbox.cron_post")._trigger()
        else:
            self._look_again(deliveries.seconds_to_next())

    @api.model
    def _look_again(self, seconds, job="klientbox.cron_post"):
        """Start a job after this many seconds where the scheduler, which checks once a minute, would be late."""
        if seconds is None or seconds > SCHEDULER_SECONDS:
            return
        registry = self.env.registry

        def wake():
            try:
                with registry.cursor() as cr:
                    api.Environment(cr, SUPERUSER_ID, {}).ref(job)._trigger()
            except psycopg2.Error:
                _logger.info("Nobody could be woken: the database is away.")

        alarm.ring_in(seconds, (self.env.cr.dbname, job), wake)

    @api.model
    def _provider_maker(self, registry):
        """A function from a lane to its provider, for the postman's threads; it returns None where the lane has no
        active provider."""
        message_id_of = self.env["klientbox.message"]._message_id

        @cache
        def is_test(company_id):
            with registry.cursor() as cr:
                company = api.Environment(cr, SUPERUSER_ID, {})["res.company"].browse(company_id)
                return bool(company._klientbox_settings().test_of_id)

        def provider_of(lane):
            if lane.startswith(TEST_LANE):
                return SimulatedGateway()
            kind, _colon, number = lane.partition(":")
            if kind == "mail":
                provider = OdooMail(registry, int(number), message_id_of)
            elif kind == "odoo":
                provider = OdooSms(registry, int(number))
            else:
                with registry.cursor() as cr:
                    gateways = api.Environment(cr, SUPERUSER_ID, {})["klientbox.gateway"]
                    gateway = gateways.browse(int(number))
                    provider = gateway._provider() if gateway._is_sending() else None
            return provider and Guarded(provider, is_test)

        return provider_of

    @api.model
    def _take_over(self, company, number, body, uuid, gateway=None, purpose=TRANSACTIONAL, due_at=None):
        """Queue an SMS of Odoo's own; a second call with the same uuid changes nothing.

        Returns (reason why it was left out, None), or (None, due time): a commercial one respects the sending hours and
        limits of the company, and is not sent before `due_at`.
        """
        settings = company._klientbox_settings()
        gateway = gateway or settings._sms_gateway()
        Message, Sending = self.env["klientbox.message"], self.env["klientbox.sending"]
        number = Sending._spelling(company, number)
        if not number:
            return INVALID_NUMBER, None
        due_at, expires_at = due_at or clock.now(), None
        client = Message._client_of(company, number)
        if purpose == MARKETING and not Message.search_count([("reference", "=", uuid)], limit=1):
            Reactivation = self.env["klientbox.reactivation"]
            if Sending._refused(company, SMS, [number]):
                return "opted_out", None
            if reason := Sending._out_of_reach(company, SMS, number):
                return reason, None
            Reactivation._lock(settings)
            due_at = Reactivation._next_due(settings, due_at)
            if Reactivation._was_written_recently(settings, SMS, number, settings._local_day(due_at), client):
                return "written_recently", None
            expires_at = due_at + timedelta(hours=VALID_HOURS)
        Message._insert(
            [
                {
                    **Message._prepare_row(settings, SMS, number, uuid, gateway),
                    "purpose": purpose,
                    "queued_day": settings._local_day(due_at),
                    "address_hash": self.env["klientbox.consent.event"]._hash(SMS, number),
                    "body": body,
                    "sms_uuid": uuid,
                    "told_state": QUEUED,
                    "client_id": client.id or None,
                    "due_at": due_at,
                    "expires_at": expires_at,
                }
            ]
        )
        return None, due_at

    @api.model
    def _report_tests(self, box):
        """Report test messages as their address requests it, like a gateway."""
        for message_id, channel, address in box.sent_tests():
            if simulation.fate(channel, address) == simulation.UNDELIVERED:
                box.report(message_id, FAILED, "undelivered" if channel == SMS else "bounced")
            else:
                # Also where a user has marked an unknown one as sent.
                box.report(message_id, DELIVERED)

    @api.model
    def _tell_odoo(self, box):
        """Update Odoo's notifications to the states of its SMS."""
        untold = box.untold()
        self._tell(untold)
        if untold:
            self.env["ir.cron"]._commit_progress()
            box.told([(row[0], row[2]) for row in untold])

    @api.model
    def _tell(self, news):
        """Write changes of the outbox, (id, uuid, state, reason), to Odoo's notifications."""
        for _id, uuid, state, reason in news:
            tracker = self.env["sms.tracker"].search([("sms_uuid", "=", uuid)]).with_context(klientbox_telling=True)
            if state == FAILED:
                tracker = tracker.with_context(sms_known_failure_reason=reason)
                tracker._action_update_from_provider_error("not_delivered")
            else:
                tracker._action_update_from_sms_state(TOLD[state], failure_type=LEFT_OUT.get(reason, False))
