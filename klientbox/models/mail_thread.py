from odoo import SUPERUSER_ID, api, models

from ..lib import phone
from ..lib.purpose import Purpose


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.private  # Odoo calls it when a mail comes in; a request has no mail to hand over.
    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """An answer to a message of ours goes to it, not to a document of Odoo."""
        if not message_dict.get("is_bounce") and self.env["klientbox.answer"]._receive_mail(message, message_dict):
            return []
        return super().message_route(message, message_dict, model, thread_id, custom_values)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """A report on an e-mail of ours settles it where it says that the e-mail failed."""
        self.env["klientbox.answer"]._receive_bounce(email_message, message_dict.get("bounced_msg_ids") or [])
        return super()._routing_handle_bounce(email_message, message_dict)

    # -- what Odoo sends --------------------------------------------------------

    def _message_sms(self, *args, **kwargs):
        """What an app sends about its own document (a delivery, a reminder) needs no role of the person at work."""
        purpose = Purpose.vouched(self.env.context) or Purpose.SINGLE
        return super(MailThread, self.with_context(klientbox_purpose=purpose))._message_sms(*args, **kwargs)

    def _message_track_post_template(self, changes):
        """What an app sends of itself when its document moves on (a stage, a state) is about that document, though it
        goes by the composer's mass mode."""
        document = self.with_context(klientbox_purpose=Purpose.SINGLE)
        return super(MailThread, document)._message_track_post_template(changes)

    def _message_sms_schedule_mass(self, *args, **kwargs):
        """See _message_sms; to many all the same."""
        return super(MailThread, self.with_context(klientbox_purpose=Purpose.MASS))._message_sms_schedule_mass(
            *args, **kwargs
        )

    def message_post_with_source(self, source_ref, **kwargs):
        """On several documents at once it writes to many."""
        several = self.env["klientbox.sending"]._for_documents(self, self.ids)
        return super(MailThread, several).message_post_with_source(source_ref, **kwargs)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """What is for later is sent by a job: whether its writer may is asked now."""
        is_for_later = self._is_notification_scheduled(kwargs.get("scheduled_date"))
        if is_for_later and not self.env.su and not Purpose.vouched(self.env.context):
            recipients = self._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
            if count := self._klientbox_sms_count(recipients, kwargs.get("sms_numbers")):
                self.env["klientbox.sending"]._check_sms_sender(is_mass=count > 1)
            self._klientbox_check_chosen(message, [data for data in recipients if data["notif"] == "email"])
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _notify_thread_by_sms(self, message, recipients_data, msg_vals=False, sms_numbers=None, **kwargs):
        """Several recipients of one message are many, whoever has posted it."""
        purpose = Purpose.vouched(self.env.context)
        if not purpose:
            count = self._klientbox_sms_count(recipients_data, sms_numbers)
            purpose = Purpose.of_count(count)
            if count and not self.env.su:
                self.env["klientbox.sending"]._check_sms_sender(is_mass=count > 1)
        return super(MailThread, self.with_context(klientbox_purpose=purpose))._notify_thread_by_sms(
            message, recipients_data, msg_vals=msg_vals, sms_numbers=sms_numbers, **kwargs
        )

    @api.model
    def _klientbox_sms_count(self, recipients_data, numbers):
        """How many get an SMS of a message."""
        return len({data["id"] for data in recipients_data if data["notif"] == "sms"}) + len(
            {part for number in numbers or () for part in phone.listed(number or "")}
        )

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Mark what the e-mails of a message are for; they are made and sent in parts."""
        mailed = [data for data in recipients_data if data["notif"] == "email"]
        purpose = Purpose.vouched(self.env.context) or self._klientbox_mail_purpose(message, mailed)
        if purpose is Purpose.MASS:
            emails = {data.get("email_normalized") for data in mailed if data.get("share", True)} - {False, None}
            self.env["klientbox.sending"]._check_mass_mail_sender(self.env.company, emails)
        elif purpose is Purpose.SEVERAL:
            self._klientbox_check_chosen(message, mailed)
        return super(MailThread, self.with_context(klientbox_purpose=purpose))._notify_thread_by_email(
            message, recipients_data, **kwargs
        )

    def _klientbox_mail_purpose(self, message, recipients_data):
        """To several people from outside, other than those whom the document is about: a person writes to many.

        A job (a reminder, an invoice run) sends what it has to.
        """
        if (message.create_uid.id or self.env.uid) == SUPERUSER_ID:
            return Purpose.SINGLE
        return Purpose.of_count(len(self._klientbox_others(recipients_data)))

    def _klientbox_others(self, recipients_data):
        """Those of the recipients from outside whom the document is not about."""
        # Who the document is about is asked whatever the writer may see of contacts.
        own = self.sudo()._mail_get_partners()[self.id].ids if self.id else ()
        return [data for data in recipients_data if data.get("share", True) and data["id"] not in own]

    def _klientbox_check_chosen(self, message, recipients_data):
        """Raise AccessError where a person who is no manager chooses several clients for one message.

        Not for the followers of a document, who hear of it whoever writes: a client who answers writes to them as well.
        """
        chosen = message.sudo().partner_ids.ids
        others = [data for data in self._klientbox_others(recipients_data) if not data["id"] or data["id"] in chosen]
        emails = {data.get("email_normalized") for data in others} - {False, None}
        self.env["klientbox.sending"]._check_mass_mail_sender(self.env.company, emails, least=2)
