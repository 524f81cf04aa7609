from odoo import api, fields, models
from odoo.tools import email_normalize

from ...lib.address import EMAIL
from ...lib.purpose import Purpose
from . import sending_rules


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    klientbox_warning = fields.Char("Refused", compute="_compute_klientbox_warning")
    klientbox_outcome = fields.Char("Sending result", readonly=True)

    @api.depends("composition_mode", "composition_batch", "partner_ids")
    def _compute_klientbox_warning(self):
        """Warn before a single e-mail to recipients who have refused e-mails, or whose last ones bounced."""
        for composer in self:
            partners = composer.partner_ids if composer._klientbox_is_single() else composer.partner_ids.browse()
            refused = sending_rules.refused(
                self.env, self.env.company, EMAIL, {email_normalize(each.email) for each in partners}
            )
            names = [each.name or each.email for each in partners if email_normalize(each.email) in refused]
            by_address = {email_normalize(each.email): each.name or each.email for each in partners}
            warnings = (
                sending_rules.refusal_warning(self.env, EMAIL, names),
                sending_rules.reach_warning(self.env, self.env.company, EMAIL, by_address),
            )
            composer.klientbox_warning = " ".join(filter(None, warnings)) or False

    def onchange(self, values, field_names, fields_spec):
        """Check before it opens: on records of ours it is for notes."""
        context = self.env.context
        if not field_names and sending_rules.is_internal(context.get("default_model")):
            subtype = {name: context.get(f"default_{name}") for name in ("subtype_id", "subtype_xmlid")}
            is_note = any(subtype.values()) and self.env["mail.thread"]._klientbox_is_note(subtype)
            if context.get("default_composition_mode") == "mass_mail" or not is_note:
                sending_rules.refuse_external(self.env)
        return super().onchange(values, field_names, fields_spec)

    def action_send_mail(self):
        """Show how many recipients were left out."""
        result = super().action_send_mail()
        return sending_rules.with_notification(
            self.env, result, [outcome for outcome in self.mapped("klientbox_outcome") if outcome]
        )

    def _action_send_mail(self, auto_commit=False):
        """A mailing to many leaves out recipients who have refused messages."""
        sent_mails, sent_messages = self.env["mail.mail"].sudo(), self.env["mail.message"]
        for composer in self:
            composer = sending_rules.for_company_of(composer, "mass_mailing_id")
            if not composer._klientbox_is_single() and not Purpose.vouched(self.env.context):
                composer = composer.with_context(klientbox_purpose=Purpose.MASS)
            mails, messages = super(MailComposeMessage, composer)._action_send_mail(auto_commit=auto_commit)
            composer._as_system().klientbox_outcome = composer._klientbox_outcome_of(mails, messages)
            sent_mails += mails
            sent_messages += messages
        return sent_mails, sent_messages

    def _process_mail_values_state(self, mail_values_dict):
        """A user without a role can't send to many recipients if some are clients."""
        emails = self._klientbox_emails(mail_values_dict)
        if (self.composition_batch or len(emails) > 1) and Purpose.vouched(self.env.context) is Purpose.MASS:
            sending_rules.check_mass_mail_sender(self.env, self.env.company, emails)
        return super()._process_mail_values_state(mail_values_dict)

    def _get_optout_emails(self, mail_values_dict):
        """Odoo cancels these as opted out."""
        if Purpose.vouched(self.env.context) is Purpose.SINGLE:
            return super()._get_optout_emails(mail_values_dict)
        emails = self._klientbox_emails(mail_values_dict)
        if sending_rules.is_internal(self.model):
            # For a job; a user gets an error message.
            return list(emails)
        companies = self.env.company
        for vals in mail_values_dict.values():
            companies |= companies.browse(vals.get("record_company_id"))
        return [
            *super()._get_optout_emails(mail_values_dict),
            *sending_rules.not_to_contact(self.env, companies, EMAIL, emails),
        ]

    def _klientbox_emails(self, mail_values_dict):
        return {
            email
            for data in self._get_recipients_data(mail_values_dict).values()
            for email in data["mail_to_normalized"]
        }

    def _klientbox_is_single(self):
        return self.composition_mode == "comment" and not self.composition_batch

    def _klientbox_outcome_of(self, mails, messages):
        """How many of the recipients get none, as text."""
        left_out = len(mails.exists().filtered(lambda mail: mail.failure_type == "mail_optout"))
        if not self._klientbox_is_single():
            # Notifications are sent later, by the queue, which checks again.
            partners_sudo = (
                messages.sudo()
                .notification_ids.filtered(lambda known: known.notification_type == "email")
                .res_partner_id.filtered("partner_share")
            )
            emails = {email_normalize(partner.email) for partner in partners_sudo}
            left_out += len(sending_rules.not_to_contact(self.env, self.env.company, EMAIL, emails))
        if not left_out:
            return False
        return self.env._(
            "%(count)s left out: they have refused e-mails, their reply has not been read yet, or their address is"
            " undeliverable.",
            count=left_out,
        )
