from odoo import models

from ..lib.message import DELIVERED, FAILED
from ..tools.outbox import Outbox

# What Odoo's providers report, in its notifications' words ("sent" is its word for delivered).
REPORTED = {"sent": DELIVERED, "exception": FAILED, "bounce": FAILED}


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        """A report of Odoo's own provider also reaches our message; a late failure does not undo a delivery."""
        state = REPORTED.get(notification_status)
        if state and not self.env.context.get("klientbox_telling"):
            box = Outbox(self.env.registry)
            for tracker in self:
                message_id = box.find(None, tracker.sms_uuid, None)
                if message_id:
                    box.report(message_id, state, failure_type or None)
        if notification_status == "canceled" and self.env.context.get("klientbox_telling"):
            # Odoo can't take back what a provider has; from the outbox it can be.
            self._klientbox_cancel_notifications(failure_type)
        told = self
        if state == FAILED:
            told = self.filtered(lambda tracker: tracker.mail_notification_id.notification_status != "sent")
        return super(SmsTracker, told)._update_sms_notifications(notification_status, failure_type, failure_reason)

    def _klientbox_cancel_notifications(self, failure_type):
        notifications = self.mail_notification_id.filtered(lambda known: known.notification_status == "process")
        notifications.write({"notification_status": "canceled", "failure_type": failure_type})
        notifications.mail_message_id._notify_message_notification_update()
