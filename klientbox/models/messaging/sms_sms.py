from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.sms.tools.sms_api import SmsApiBase

from ...exceptions import FieldError
from ...lib import phone
from ...lib.address import SMS
from ...lib.purpose import MARKETING, TRANSACTIONAL, Purpose
from . import sending_rules
from .odoo_sms import FAILURES, LEFT_OUT

# Written by the server alone.
OURS = ("klientbox_company_id", "klientbox_purpose")


class OutboxApi(SmsApiBase):
    """Replaces the call of a provider: writes the batch into our outbox, in Odoo's own transaction.

    So an SMS and its state "being processed" in Odoo are committed together or not at all, and a repeated batch adds
    nothing. The outbox calls the provider that Odoo had chosen. `left_out` are the SMS that are not sent, {uuid:
    reason}.
    """

    def __init__(self, env, messages):
        super().__init__(env)
        self._messages = {sms.uuid: sms for sms in messages}
        self.left_out = {}

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        results, due_at = [], {}
        for message in messages:
            for recipient in message["numbers"]:
                uuid, number = recipient["uuid"], recipient["number"]
                if not number:
                    results.append({"uuid": uuid, "state": "sms_number_missing"})
                    continue
                sms = self._messages[uuid]
                if sending_rules.is_internal(sms.mail_message_id.model):
                    self.left_out[uuid] = "opted_out"
                    continue
                # Not the company that sms_twilio uses: the document's, whatever its author has entered there.
                company = sms.klientbox_company_id or sms._get_sms_company()
                purpose = sms.klientbox_purpose
                reason, due = self.env["klientbox.message"]._queue_odoo_sms(
                    company,
                    number,
                    message["content"],
                    uuid,
                    purpose=purpose or TRANSACTIONAL,
                    # The previous messages have filled the days before.
                    due_at=due_at.get(company) if purpose == MARKETING else None,
                )
                if reason in FAILURES:
                    results.append({"uuid": uuid, "state": FAILURES[reason]})
                    continue
                if reason:
                    self.left_out[uuid] = reason
                    continue
                if purpose == MARKETING:
                    due_at[company] = due
                results.append({"uuid": uuid, "state": "processing"})
        return results


class DirectApi(SmsApiBase):
    """The outbox for code that calls the provider directly, such as the tests of Odoo's mailings.

    It is sent at once, as a test should, but not to numbers that have refused.
    """

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        env = self.env(su=True)
        results = [
            {
                "uuid": recipient["uuid"],
                **self._send_one(env, recipient["number"], recipient["uuid"], message["content"]),
            }
            for message in messages
            for recipient in message["numbers"]
        ]
        env.ref("klientbox.cron_messages")._trigger()
        return results

    def _send_one(self, env, number, uuid, content):
        if sending_rules.refused(env, self.company, SMS, [sending_rules.spelling(self.company, number)]):
            return {"state": "opted_out", "failure_reason": env._("SMS refused.")}
        # Only the engine writes the outbox; rights were checked when the SMS was composed.
        reason, _due = env["klientbox.message"]._queue_odoo_sms(self.company, number, content, uuid)
        return {"state": FAILURES[reason] if reason else "success", "failure_reason": False}


class SmsSms(models.Model):
    _inherit = "sms.sms"

    klientbox_company_id = fields.Many2one("res.company", "Sending company", readonly=True, ondelete="set null")
    klientbox_purpose = fields.Selection(
        [(MARKETING, "Many recipients"), (TRANSACTIONAL, "One recipient")], "Recipients", readonly=True, copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Store sender and purpose: the scheduler that sends the queue has no company.

        Only users with a role send; messages of an app's own code or of one of our composers carry that decision.
        """
        vouched = Purpose.vouched(self.env.context)
        numbers = {part for vals in vals_list for part in phone.listed(vals.get("number") or "")}
        is_mass = (vouched or Purpose.of_count(len(numbers))) is not Purpose.SINGLE
        if not vouched:
            sending_rules.check_sms_sender(self.env, is_mass)
        for vals in vals_list:
            vals["klientbox_company_id"] = self._klientbox_company(vals)
            vals["klientbox_purpose"] = MARKETING if is_mass else TRANSACTIONAL
        return super().create(vals_list)

    def write(self, vals):
        """Users who may write these rows must not send without a role, or for another company."""
        if not self.env.su:
            several = len(self) > 1 or len(phone.listed(vals.get("number") or "")) > 1
            sending_rules.check_sms_sender(self.env, is_mass=several)
            if any(name in vals for name in OURS):
                raise FieldError(
                    (
                        OURS[0],
                        "readonly",
                        self.env._("The sender of an SMS is set when it is composed and can't be changed."),
                    )
                )
        return super().write(vals)

    def send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Also by a remote call, for which users need a role."""
        if not self.env.su:
            sending_rules.check_sms_sender(self.env, is_mass=len(self) > 1)
        return super().send(unlink_failed, unlink_sent, raise_exception)

    def _klientbox_company(self, vals):
        """The company that sends and pays: the document's, where the author belongs to it, else their present one.

        The company in a message's document may be any that its author has entered.
        """
        company = self.env["mail.message"].sudo().browse(vals.get("mail_message_id")).record_company_id
        may_send = self.env.uid == SUPERUSER_ID or company in self.env.user.sudo().company_ids
        return (company if company and may_send else self.env.company).id

    def _get_sms_company(self):
        return self.klientbox_company_id or super()._get_sms_company()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """The queue may have several companies: core expects a single one and fails."""
        if self.env.context.get("sms_api"):
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        for sms_api, messages in self._split_by_api():
            super(SmsSms, messages.with_context(sms_api=sms_api))._send(unlink_failed, unlink_sent, raise_exception)
        return None

    def _send_with_api(self, sms_api, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Put the outbox before Odoo's provider, whichever is chosen; recipients who have refused are left out here."""
        # Only the engine writes the outbox; rights were checked when the SMS was composed.
        outbox_api = OutboxApi(self.env(su=True), self.sudo())
        result = super()._send_with_api(outbox_api, unlink_failed, unlink_sent, raise_exception)
        for reason, failure_type in LEFT_OUT.items():
            left_out = self.filtered(lambda sms, reason=reason: outbox_api.left_out.get(sms.uuid) == reason)
            if left_out:
                left_out.sudo()._update_sms_state_and_trackers("canceled", failure_type=failure_type)
        self.env.ref("klientbox.cron_messages")._trigger()
        return result
