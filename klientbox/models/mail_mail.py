from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all, email_split_and_format_normalize

from ..exceptions import FieldError
from ..lib.address import EMAIL
from ..lib.purpose import MARKETING, SEVERAL, TRANSACTIONAL, Purpose

# Written by the server alone.
OURS = ("klientbox_company_id", "klientbox_purpose")
# The later, the fewer get it.
STRICT = (TRANSACTIONAL, SEVERAL, MARKETING)
RECIPIENTS = ("email_to", "email_cc", "recipient_ids")


class MailMail(models.Model):
    """Every e-mail of Odoo's own passes here: composers, templates, notifications, mailings, what is sent later."""

    _inherit = "mail.mail"

    klientbox_company_id = fields.Many2one("res.company", "Sending company", readonly=True, ondelete="set null")
    klientbox_purpose = fields.Selection(
        [(MARKETING, "To many"), (SEVERAL, "To several"), (TRANSACTIONAL, "To one")],
        "Composed",
        readonly=True,
        copy=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Remember who sends and for what; a person's single mail to several addresses is found by them."""
        vouched = Purpose.vouched(self.env.context)
        # A caller's own rows, several at once.
        by_hand = Purpose.MASS if not self.env.su and len(vals_list) > 1 else Purpose.SINGLE
        purpose = (vouched or by_hand).value
        mails = super().create(
            [
                {
                    **vals,
                    "klientbox_company_id": self.env.company.id,
                    # Of a mailing also what tests it: to whom it may go does not depend on the button.
                    "klientbox_purpose": MARKETING
                    if vals.get("mailing_id")
                    else _stricter(purpose, vals.get("klientbox_purpose")),
                }
                for vals in vals_list
            ]
        )
        if self.env.uid != SUPERUSER_ID and any(mail._klientbox_outside() for mail in mails):
            self.env["klientbox.sending"]._refuse_outside()
        if not vouched:
            mails._klientbox_mark_several()
        return mails

    def write(self, vals):
        """Whoever may write these rows can't pass one to many off as something else."""
        if not self.env.su and any(name in vals for name in OURS):
            raise FieldError((OURS[1], "readonly", self.env._("What an e-mail is for is decided when it is composed.")))
        result = super().write(vals)
        if not self.env.su and any(name in vals for name in RECIPIENTS):
            self._klientbox_mark_several()
        return result

    def _send(self, *args, **kwargs):
        """Whoever has refused gets nothing that goes to many, however it was composed; and nothing about a record of
        ours leaves the house."""
        for mail in self.filtered(lambda mail: mail.state == "outgoing" and mail._klientbox_outside()):
            mail._klientbox_keep_from(mail._klientbox_outside())
        asked = self.filtered(lambda mail: mail.klientbox_purpose in (MARKETING, SEVERAL))
        if not asked:
            return super()._send(*args, **kwargs)
        for mail in self:
            # One after the other: the queue commits after each, and then sees what was refused meanwhile.
            if mail in asked and mail.state == "outgoing":
                mail._klientbox_leave_out()
            super(MailMail, mail)._send(*args, **kwargs)
        return True

    def _klientbox_mark_several(self):
        if self.env.uid == SUPERUSER_ID:
            return
        several = self.filtered(lambda mail: len(mail._klientbox_emails()) > 1 and mail.klientbox_purpose != MARKETING)
        several.sudo().klientbox_purpose = SEVERAL
        several._klientbox_check_several()

    def _klientbox_check_several(self):
        """Raise AccessError where a person of the house who is no manager writes one mail to several clients.

        Whoever has no inside account only causes what an app sends.
        """
        if not self.env.user._is_internal():
            return
        # Odoo makes these rows with sudo for whoever has asked for them; it is that person's role that counts.
        sending = self.env(su=False)["klientbox.sending"]
        for mail_sudo in self.sudo():
            emails = mail_sudo._klientbox_emails() - mail_sudo._klientbox_spared()
            sending._check_mass_mail_sender(self.env.company, emails, least=2)

    def _klientbox_emails(self):
        """The addresses it goes to, in their one spelling."""
        written = email_normalize_all(f"{self.email_to or ''},{self.email_cc or ''}")
        return set(written).union(*(_emails_of(partner) for partner in self.recipient_ids))

    def _klientbox_spared(self):
        """Addresses that get it all the same: people of the house, and those whom the document is about."""
        if self.klientbox_purpose == MARKETING and self.message_type == "email_outgoing":
            return set()
        partners = self.recipient_ids.filtered(lambda partner: not partner.partner_share)
        if self.klientbox_purpose == SEVERAL and self.model in self.env and self.res_id:
            document = self.env[self.model].browse(self.res_id).exists()
            partners |= document._mail_get_partners().get(self.res_id, partners.browse())
        return set().union(*(_emails_of(partner) for partner in partners))

    def _klientbox_outside(self):
        """Addresses outside the house to which a mail about a record of ours would go."""
        if not self.env["klientbox.sending"]._is_for_house(self.model):
            return set()
        # As for contacts: who has an account is asked whatever the writer may see.
        mail_sudo = self.sudo()
        emails = mail_sudo._klientbox_emails()
        users_sudo = (
            self.env["res.users"]
            .sudo()
            .search([("share", "=", False), ("partner_id.email_normalized", "in", list(emails))])
        )
        return emails - set(users_sudo.partner_id.mapped("email_normalized"))

    def _klientbox_leave_out(self):
        """Take those who have refused off it; one that is left without anybody is cancelled."""
        self.ensure_one()
        # Mails are sent by whoever has caused them; what is looked at and written here is the sending's own.
        mail_sudo = self.sudo()
        # The document's company as well, which is what a caller says it is.
        companies_sudo = mail_sudo.record_company_id | (mail_sudo.klientbox_company_id or self.env.company)
        emails = mail_sudo._klientbox_emails()
        sending = self.env["klientbox.sending"]
        refused = sending._passed_over(companies_sudo, EMAIL, emails - mail_sudo._klientbox_spared())
        if refused:
            self._klientbox_keep_from(refused)

    def _klientbox_keep_from(self, refused):
        """Take addresses off it; one that is left without any is cancelled."""
        mail_sudo = self.sudo()
        partners = mail_sudo.recipient_ids.filtered(lambda partner: refused & _emails_of(partner))
        self._klientbox_notify_left_out(partners, refused)
        kept = {name: _without(mail_sudo[name], refused) for name in ("email_to", "email_cc")}
        if mail_sudo.recipient_ids - partners or any(kept.values()):
            mail_sudo.write({**kept, "recipient_ids": [(3, partner.id) for partner in partners]})
        else:
            mail_sudo.write({"state": "cancel", "failure_type": "mail_optout"})
            if self.env.context.get("mailing_test_mail"):
                # Whoever tests a mailing is told of failures alone.
                mail_sudo.write({"state": "exception", "failure_reason": self.env._("E-mails refused.")})
            if "mailing_trace_ids" in mail_sudo._fields:
                # Of Odoo's mailings, which count by these.
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


def _stricter(purpose, given):
    """What is given may be a caller's: it can make a mail stricter, as that of a copy does, and no more."""
    return max(purpose, given, key=STRICT.index) if given in STRICT else purpose


def _emails_of(partner):
    return set(email_normalize_all(partner.email))


def _without(addresses, refused):
    """A header of addresses without some of them; as it is where it holds none of them."""
    if not refused & set(email_normalize_all(addresses)):
        return addresses
    return ", ".join(
        address for address in email_split_and_format_normalize(addresses) if email_normalize(address) not in refused
    )
