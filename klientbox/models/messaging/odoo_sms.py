from datetime import timedelta

from odoo import api, models

from ...lib import clock
from ...lib.address import SMS
from ...lib.message import CANCELLED, DELIVERED, FAILED, QUEUED, REPLIED, SENT, UNKNOWN
from ...lib.purpose import MARKETING, TRANSACTIONAL
from ...tools.retired_gateway import GATEWAY_RETIRED
from . import sending_rules
from .message_limits import VALID_HOURS

# Our states in Odoo's terms. A message with unknown result is "being processed" for Odoo.
ODOO_STATES = {UNKNOWN: "process", SENT: "pending", DELIVERED: "sent", REPLIED: "sent", CANCELLED: "canceled"}
# Texts that are not exactly one number fail: several in one would bypass every refusal.
INVALID_NUMBER = "invalid_number"
# Reasons that are failures, with the state that a provider of Odoo's would report.
FAILURES = {INVALID_NUMBER: "wrong_number_format", GATEWAY_RETIRED: "server_error"}
# Why an SMS of Odoo's was not sent, in Odoo's terms.
LEFT_OUT = {
    "opted_out": "sms_optout",
    "blacklisted": "sms_blacklist",
    "written_recently": "sms_duplicate",
    "no_mobile": "sms_number_format",
    "undeliverable": "sms_number_format",
}


class KlientboxMessage(models.Model):
    """SMS of Odoo's own in the outbox: composer, reminders, automations."""

    _inherit = "klientbox.message"

    @api.model
    def _queue_odoo_sms(self, company, number, body, uuid, gateway=None, purpose=TRANSACTIONAL, due_at=None):
        """Queue an SMS of Odoo's own; a second call with the same uuid changes nothing.

        Returns (reason why it was left out, None), or (None, due time): a commercial one respects the sending hours and
        limits of the company, and is not sent before `due_at`.
        """
        settings = company._klientbox_settings()
        gateway = gateway or settings._sms_gateway()
        number = sending_rules.spelling(company, number)
        if not number:
            return INVALID_NUMBER, None
        if gateway._is_retired() and not settings.test_of_id:
            return GATEWAY_RETIRED, None
        due_at, expires_at = due_at or clock.now(), None
        client = self._client_of(company, number)
        if purpose == MARKETING and not self.search_count([("reference", "=", uuid)], limit=1):
            if sending_rules.refused(self.env, company, SMS, [number]):
                return "opted_out", None
            if reason := sending_rules.out_of_reach(self.env, company, SMS, number):
                return reason, None
            settings._lock_limits()
            due_at = settings._next_due(due_at)
            if settings._was_contacted_recently(SMS, number, settings._local_day(due_at), client):
                return "written_recently", None
            expires_at = due_at + timedelta(hours=VALID_HOURS)
        self._insert(
            [
                {
                    **self._prepare_row(settings, SMS, number, uuid, gateway),
                    "purpose": purpose,
                    "queued_day": settings._local_day(due_at),
                    "address_hash": self.env["klientbox.consent.event"]._hash(SMS, number),
                    "body": body,
                    "sms_uuid": uuid,
                    "odoo_state": QUEUED,
                    "client_id": client.id or None,
                    "due_at": due_at,
                    "expires_at": expires_at,
                }
            ]
        )
        return None, due_at

    @api.model
    def _update_odoo_states(self, outbox):
        """Update Odoo's notifications to the states of its SMS."""
        changed = outbox.changed_for_odoo()
        self._write_odoo_states(changed)
        if changed:
            self.env["ir.cron"]._commit_progress()
            outbox.record_odoo_states([(row[0], row[2]) for row in changed])

    @api.model
    def _write_odoo_states(self, changes):
        """Write changes of the outbox, (id, uuid, state, reason), to Odoo's notifications."""
        for _id, uuid, state, reason in changes:
            tracker = (
                self.env["sms.tracker"].search([("sms_uuid", "=", uuid)]).with_context(klientbox_writes_state=True)
            )
            if state == FAILED:
                tracker = tracker.with_context(sms_known_failure_reason=reason)
                tracker._action_update_from_provider_error("not_delivered")
            else:
                tracker._action_update_from_sms_state(ODOO_STATES[state], failure_type=LEFT_OUT.get(reason, False))
