from odoo import models

from ...lib import failure_reasons
from ...lib.message import DELIVERED, FAILED
from ...tools.outbox import Outbox

# Reports of Odoo's providers, in the terms of its notifications ("sent" there means delivered).
REPORTED = {"sent": DELIVERED, "exception": FAILED, "bounce": FAILED}


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _register_hook(self):
        """Keep the error code that Twilio reports: sms_twilio's method returns only one term for several codes.

        Not by an override: the load order of the two modules is not fixed.
        """
        super()._register_hook()
        model = self.env.registry[self._name]
        read = getattr(model, "_action_update_from_twilio_error", None)
        if read and not hasattr(read, "klientbox_read"):

            def note(tracker, sms_status, error_code, error_message):
                return read(
                    tracker.with_context(klientbox_twilio_code=error_code), sms_status, error_code, error_message
                )

            note.klientbox_read = read
            model._action_update_from_twilio_error = note

    def _klientbox_reason(self, failure_type):
        """Our reason of a message's failure: from Twilio's code where there is one, else from Odoo's term."""
        of_code = failure_reasons.of_twilio_code(self.env.context.get("klientbox_twilio_code"))
        return of_code or failure_reasons.ODOO.get(failure_type, failure_type) or None

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        """A report of Odoo's own provider also reaches our message; a late failure does not undo a delivery."""
        state = REPORTED.get(notification_status)
        if state and not self.env.context.get("klientbox_writes_state"):
            outbox = Outbox(self.env.registry)
            for tracker in self:
                message_id = outbox.find(None, tracker.sms_uuid, None)
                if message_id:
                    outbox.report(message_id, state, self._klientbox_reason(failure_type))
        if notification_status == "canceled" and self.env.context.get("klientbox_writes_state"):
            # Odoo can't cancel a message that the provider has; in the outbox it can be cancelled.
            self._klientbox_cancel_notifications(failure_type)
        trackers = self
        if state == FAILED:
            trackers = self.filtered(lambda tracker: tracker.mail_notification_id.notification_status != "sent")
        return super(SmsTracker, trackers)._update_sms_notifications(notification_status, failure_type, failure_reason)

    def _klientbox_cancel_notifications(self, failure_type):
        notifications = self.mail_notification_id.filtered(lambda known: known.notification_status == "process")
        notifications.write({"notification_status": "canceled", "failure_type": failure_type})
        notifications.mail_message_id._notify_message_notification_update()
