from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all, email_split_and_format_normalize

from ...exceptions import FieldError
from ...lib.address import EMAIL
from ...lib.purpose import MARKETING, SEVERAL, TRANSACTIONAL, Purpose
from . import sending_rules

# Written by the server alone.
OURS = ("klientbox_company_id", "klientbox_purpose")
# From lenient to strict: later ones reach fewer recipients.
STRICT = (TRANSACTIONAL, SEVERAL, MARKETING)
RECIPIENTS = ("email_to", "email_cc", "recipient_ids")


class MailMail(models.Model):
    """Every e-mail of Odoo's own passes here: composers, templates, notifications, mailings, scheduled messages."""

    _inherit = "mail.mail"

    klientbox_company_id = fields.Many2one("res.company", "Sending company", readonly=True, ondelete="set null")
    klientbox_purpose = fields.Selection(
        [(MARKETING, "Many recipients"), (SEVERAL, "Several recipients"), (TRANSACTIONAL, "One recipient")],
        "Recipients",
        readonly=True,
        copy=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Store sender and purpose; detects a user's single mail to several addresses."""
        vouched = Purpose.vouched(self.env.context)
        # Rows created by the caller, several at once.
        by_hand = Purpose.MASS if not self.env.su and len(vals_list) > 1 else Purpose.SINGLE
        purpose = (vouched or by_hand).value
        mails = super().create(
            [
                {
                    **vals,
                    "klientbox_company_id": self.env.company.id,
                    # Also the test of a mailing: its recipients do not depend on the button.
                    "klientbox_purpose": MARKETING
                    if vals.get("mailing_id")
                    else _stricter(purpose, vals.get("klientbox_purpose")),
                }
                for vals in vals_list
            ]
        )
        if self.env.uid != SUPERUSER_ID and any(mail._klientbox_external_emails() for mail in mails):
            sending_rules.refuse_external(self.env)
        if not vouched:
            mails._klientbox_mark_several()
        return mails

    def write(self, vals):
        """Users who may write these rows can't disguise a mailing."""
        if not self.env.su and any(name in vals for name in OURS):
            raise FieldError(
                (
                    OURS[1],
                    "readonly",
                    self.env._("The purpose of an e-mail is set when it is composed and can't be changed."),
                )
            )
        result = super().write(vals)
        if not self.env.su and any(name in vals for name in RECIPIENTS):
            self._klientbox_mark_several()
        return result

    def _send(self, *args, **kwargs):
        """Recipients who have refused get no mailing, however it was composed; and no mail about a record of ours goes
        to external recipients."""
        for mail in self.filtered(lambda mail: mail.state == "outgoing" and mail._klientbox_external_emails()):
            mail._klientbox_remove_recipients(mail._klientbox_external_emails())
        commercial = self.filtered(lambda mail: mail.klientbox_purpose in (MARKETING, SEVERAL))
        if not commercial:
            return super()._send(*args, **kwargs)
        for mail in self:
            # One after the other: the queue commits after each, so that refusals meanwhile count.
            if mail in commercial and mail.state == "outgoing":
                mail._klientbox_remove_refused()
            super(MailMail, mail)._send(*args, **kwargs)
        return True

    def _klientbox_mark_several(self):
        if self.env.uid == SUPERUSER_ID:
            return
        several = self.filtered(lambda mail: len(mail._klientbox_emails()) > 1 and mail.klientbox_purpose != MARKETING)
        several.sudo().klientbox_purpose = SEVERAL
        several._klientbox_check_several()

    def _klientbox_check_several(self):
        """Raise AccessError where an internal user who is no manager writes one mail to several clients.

        Other users only trigger mails of an app.
        """
        if not self.env.user._is_internal():
            return
        # Odoo creates these rows with sudo for a user; that user's role counts.
        for mail_sudo in self.sudo():
            emails = mail_sudo._klientbox_emails() - mail_sudo._klientbox_unfiltered_emails()
            sending_rules.check_mass_mail_sender(self.env(su=False), self.env.company, emails, least=2)

    def _klientbox_emails(self):
        """The addresses it goes to, in their one spelling."""
        written = email_normalize_all(f"{self.email_to or ''},{self.email_cc or ''}")
        return set(written).union(*(_emails_of(partner) for partner in self.recipient_ids))

    def _klientbox_unfiltered_emails(self):
        """Addresses to which it is sent although they have refused: internal users, and the person whom the document
        is about."""
        if self.klientbox_purpose == MARKETING and self.message_type == "email_outgoing":
            return set()
        partners = self.recipient_ids.filtered(lambda partner: not partner.partner_share)
        if self.klientbox_purpose == SEVERAL and self.model in self.env and self.res_id:
            partners |= sending_rules.persons_of(self.env[self.model].browse(self.res_id).exists())
        return set().union(*(_emails_of(partner) for partner in partners))

    def _klientbox_external_emails(self):
        """External addresses to which a mail about a record of ours would go."""
        if not sending_rules.is_internal(self.model):
            return set()
        # As for contacts: internal accounts are looked up regardless of the user's access.
        mail_sudo = self.sudo()
        emails = mail_sudo._klientbox_emails()
        users_sudo = (
            self.env["res.users"]
            .sudo()
            .search([("share", "=", False), ("partner_id.email_normalized", "in", list(emails))])
        )
        return emails - set(users_sudo.partner_id.mapped("email_normalized"))

    def _klientbox_remove_refused(self):
        """Remove recipients who have refused; a mail without recipients is cancelled."""
        self.ensure_one()
        # Mails are sent by the user who caused them; reads and writes here belong to the sending itself.
        mail_sudo = self.sudo()
        # The document's company as well, which a caller could choose.
        companies_sudo = mail_sudo.record_company_id | (mail_sudo.klientbox_company_id or self.env.company)
        emails = mail_sudo._klientbox_emails() - mail_sudo._klientbox_unfiltered_emails()
        refused = sending_rules.not_to_contact(self.env, companies_sudo, EMAIL, emails)
        if refused:
            self._klientbox_remove_recipients(refused)

    def _klientbox_remove_recipients(self, refused):
        """Remove addresses; a mail without recipients is cancelled."""
        mail_sudo = self.sudo()
        partners = mail_sudo.recipient_ids.filtered(lambda partner: refused & _emails_of(partner))
        self._klientbox_notify_left_out(partners, refused)
        kept = {name: _without(mail_sudo[name], refused) for name in ("email_to", "email_cc")}
        if mail_sudo.recipient_ids - partners or any(kept.values()):
            mail_sudo.write({**kept, "recipient_ids": [(3, partner.id) for partner in partners]})
        else:
            mail_sudo.write({"state": "cancel", "failure_type": "mail_optout"})
            if self.env.context.get("mailing_test_mail"):
                # The tester of a mailing is notified of failures alone.
                mail_sudo.write({"state": "exception", "failure_reason": self.env._("E-mails refused.")})
            if "mailing_trace_ids" in mail_sudo._fields:
                # For Odoo's mailings, which count by these.
                mail_sudo.mailing_trace_ids.set_canceled()

    def _klientbox_notify_left_out(self, partners, refused):
        notifications_sudo = (
            self.env["mail.notification"]
            .sudo()
            .search([("mail_mail_id", "=", self.id), ("notification_status", "not in", ("sent", "canceled"))])
            .filtered(
                lambda known: known.res_partner_id in partners or email_normalize(known.mail_email_address) in refused
            )
        )
        notifications_sudo.write({"notification_status": "canceled", "failure_type": "mail_optout"})
        notifications_sudo.mail_message_id._notify_message_notification_update()


def _stricter(purpose, requested):
    """The purpose may come from a caller: it can make a mail stricter, as in a copy, and nothing else."""
    return max(purpose, requested, key=STRICT.index) if requested in STRICT else purpose


def _emails_of(partner):
    return set(email_normalize_all(partner.email))


def _without(addresses, refused):
    """A header of addresses without some of them; unchanged where it contains none of them."""
    if not refused & set(email_normalize_all(addresses)):
        return addresses
    return ", ".join(
        address for address in email_split_and_format_normalize(addresses) if email_normalize(address) not in refused
    )
