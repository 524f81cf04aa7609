from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from ...lib import phone
from ...lib.purpose import Purpose
from . import sending_rules

# Kinds of incoming messages and of replies to them.
WITHOUT_AUTHOR = ("email", "out_of_office")
X2MANY = ("one2many", "many2many")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # -- incoming mail ------------------------------------------------------------

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        """Only a mail server passes mails to Odoo: Odoo processes them as superuser, and believes their sender.

        Nor does a mail server say in which record of ours a mail ends: the mail's own headers and Odoo's aliases do.
        """
        if not self.env.su:
            self._klientbox_require_mail_server()
            if sending_rules.is_internal(model) and (custom_values or thread_id):
                raise AccessError(self.env._("A mail can't choose the values of a record in KlientBox."))
        return super().message_process(model, message, custom_values, save_original, strip_attachments, thread_id)

    @api.model
    def _klientbox_require_mail_server(self):
        """Odoo's own job is superuser; `odoo-mailgate.py` logs in as a user, and an administrator of Odoo may fetch by
        hand."""
        user = self.env.user
        if not user.has_group("klientbox.group_mail_server") and not user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "Only a mail server passes incoming e-mails to Odoo. Its user needs the group “Mail server”."
                )
            )

    @api.private  # As message_route.
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail, or the defaults of its alias, can set no records that are linked to a record of ours."""
        if sending_rules.is_internal(self._name):
            linked = [name for name in custom_values or () if self._klientbox_is_linked(name)]
            if linked:
                raise AccessError(self.env._("A mail can't write these fields: %(names)s.", names=", ".join(linked)))
        return super().message_new(msg_dict, custom_values)

    @api.model
    def _klientbox_is_linked(self, name):
        return name in self._fields and self._fields[name].type in X2MANY

    @api.private  # As message_route.
    def message_update(self, msg_dict, update_vals=None):
        """A mail adds a message to a record of ours, and changes no field."""
        return super().message_update(msg_dict, None if sending_rules.is_internal(self._name) else update_vals)

    @api.private  # Odoo calls it for incoming mail; a request can't pass a mail.
    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Assign a reply to one of our messages to that message, not to a document of Odoo."""
        if not message_dict.get("is_bounce") and self.env["klientbox.message"]._receive_mail(message, message_dict):
            return []
        return super().message_route(message, message_dict, model, thread_id, custom_values)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """A report on an e-mail of ours is applied where it says that the e-mail failed."""
        self.env["klientbox.message"]._receive_bounce(email_message, message_dict.get("bounced_msg_ids") or [])
        return super()._routing_handle_bounce(email_message, message_dict)

    # -- internal messages --------------------------------------------------------

    def message_post(self, **kwargs):
        """On records of ours people write notes. Raises UserError where an external recipient would get one, or where
        it would look so.

        Incoming mail is stored unchanged; its external recipients have it already.
        """
        if sending_rules.is_internal(self._name) and kwargs.get("message_type") not in WITHOUT_AUTHOR:
            self._klientbox_check_post(kwargs)
        return super().message_post(**kwargs)

    def _klientbox_check_post(self, values):
        sending_rules.check_internal(self.env, self._name, values.get("partner_ids"))
        kind = values.get("message_type", "notification")
        is_outward = kind == "comment" and not self._klientbox_is_note(values)
        addressed = any(values.get(name) for name in ("outgoing_email_to", "sms_numbers", "sms_pid_to_number"))
        if is_outward or addressed or kind not in ("comment", "notification", "auto_comment"):
            sending_rules.refuse_external(self.env)

    @api.model
    def _klientbox_is_note(self, values):
        """Whether a message of these values is internal: without a subtype it is a note."""
        subtypes_sudo = self.env["mail.message.subtype"].sudo()
        if values.get("subtype_xmlid"):
            return subtypes_sudo.env.ref(values["subtype_xmlid"]).internal
        return not values.get("subtype_id") or subtypes_sudo.browse(values["subtype_id"]).internal

    def message_notify(self, **kwargs):
        """See message_post."""
        model = self._name if self else kwargs.get("model")
        sending_rules.check_internal(self.env, model, kwargs.get("partner_ids"))
        return super().message_notify(**kwargs)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """See message_post: followers are notified of notes."""
        sending_rules.check_internal(self.env, self._name, partner_ids)
        return super().message_subscribe(partner_ids, subtype_ids)

    @api.readonly
    def message_get_followers(self, after=None, limit=100, filter_recipients=False):
        """The followers of a record of ours are for those who may read it; Odoo shows them to every internal user."""
        if sending_rules.is_internal(self._name):
            self.check_access("read")
        return super().message_get_followers(after, limit, filter_recipients)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Followers and recipients: messages about a record of ours stay internal."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not self._klientbox_is_internal(message, msg_vals):
            return recipients
        return [data for data in recipients if not data.get("share", True)]

    @api.model
    def _klientbox_is_internal(self, message, msg_vals):
        model = (msg_vals or {}).get("model") or message.sudo().model
        return sending_rules.is_internal(model)

    # -- messages of Odoo ---------------------------------------------------------

    def _message_sms(self, *args, **kwargs):
        """A message of an app about its own document (a delivery, a reminder) requires no role of the user."""
        purpose = Purpose.vouched(self.env.context) or Purpose.SINGLE
        return super(MailThread, self.with_context(klientbox_purpose=purpose))._message_sms(*args, **kwargs)

    def _message_track_post_template(self, changes):
        """An automatic message of an app at a change of its document (a stage, a state) is about that document, though
        it uses the composer's mass mode."""
        document = self.with_context(klientbox_purpose=Purpose.SINGLE)
        return super(MailThread, document)._message_track_post_template(changes)

    def _message_sms_schedule_mass(self, *args, **kwargs):
        """See _message_sms; to several recipients it is a mailing nevertheless."""
        return super(MailThread, self.with_context(klientbox_purpose=Purpose.MASS))._message_sms_schedule_mass(
            *args, **kwargs
        )

    def message_post_with_source(self, source_ref, **kwargs):
        """For several documents it is a mailing."""
        several = sending_rules.for_documents(self, self.ids)
        return super(MailThread, several).message_post_with_source(source_ref, **kwargs)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """A scheduled message is sent by a job: its author's rights are checked now."""
        is_for_later = self._is_notification_scheduled(kwargs.get("scheduled_date"))
        if is_for_later and not self.env.su and not Purpose.vouched(self.env.context):
            recipients = self._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
            if count := self._klientbox_sms_count(recipients, kwargs.get("sms_numbers")):
                sending_rules.check_sms_sender(self.env, is_mass=count > 1)
            self._klientbox_check_chosen(message, [data for data in recipients if data["notif"] == "email"])
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _notify_thread_by_sms(self, message, recipients_data, msg_vals=False, sms_numbers=None, **kwargs):
        """Several recipients of one message make a mailing, for any author."""
        if self._klientbox_is_internal(message, msg_vals):
            return None
        purpose = Purpose.vouched(self.env.context)
        if not purpose:
            count = self._klientbox_sms_count(recipients_data, sms_numbers)
            purpose = Purpose.of_count(count)
            if count and not self.env.su:
                sending_rules.check_sms_sender(self.env, is_mass=count > 1)
        return super(MailThread, self.with_context(klientbox_purpose=purpose))._notify_thread_by_sms(
            message, recipients_data, msg_vals=msg_vals, sms_numbers=sms_numbers, **kwargs
        )

    @api.model
    def _klientbox_sms_count(self, recipients_data, numbers):
        """How many recipients get an SMS of a message."""
        return len({data["id"] for data in recipients_data if data["notif"] == "sms"}) + len(
            {part for number in numbers or () for part in phone.listed(number or "")}
        )

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Mark the purpose of a message's e-mails; they are created and sent in parts."""
        mailed = [data for data in recipients_data if data["notif"] == "email"]
        purpose = Purpose.vouched(self.env.context) or self._klientbox_mail_purpose(message, mailed)
        if purpose is Purpose.MASS:
            emails = {data.get("email_normalized") for data in mailed if data.get("share", True)} - {False, None}
            sending_rules.check_mass_mail_sender(self.env, self.env.company, emails)
        elif purpose is Purpose.SEVERAL:
            self._klientbox_check_chosen(message, mailed)
        return super(MailThread, self.with_context(klientbox_purpose=purpose))._notify_thread_by_email(
            message, recipients_data, **kwargs
        )

    def _klientbox_mail_purpose(self, message, recipients_data):
        """A user's message to several external recipients, other than the one person of the document, is a mailing.

        A job (a reminder, an invoice run) sends its own messages.
        """
        if (message.create_uid.id or self.env.uid) == SUPERUSER_ID:
            return Purpose.SINGLE
        return Purpose.of_count(len(self._klientbox_external_recipients(recipients_data)))

    def _klientbox_external_recipients(self, recipients_data):
        """The external recipients other than the person whom the document is about."""
        own = sending_rules.persons_of(self).ids if self.id else ()
        return [data for data in recipients_data if data.get("share", True) and data["id"] not in own]

    def _klientbox_check_chosen(self, message, recipients_data):
        """Raise AccessError where a user who is no manager chooses several clients for one message.

        Not for the followers of a document, who are notified of every message, a client's reply as well.
        """
        chosen = message.sudo().partner_ids.ids
        others = self._klientbox_external_recipients(recipients_data)
        others = [data for data in others if not data["id"] or data["id"] in chosen]
        emails = {data.get("email_normalized") for data in others} - {False, None}
        sending_rules.check_mass_mail_sender(self.env, self.env.company, emails, least=2)
