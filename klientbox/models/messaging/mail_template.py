from odoo import models

from ...lib.purpose import Purpose
from . import sending_rules


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(self, res_ids, force_send=False, **kwargs):
        """A template for several documents is a mailing, when a user sends it."""
        several = sending_rules.for_documents(self, res_ids)
        if Purpose.vouched(several.env.context) is not Purpose.MASS:
            return super().send_mail_batch(res_ids, force_send=force_send, **kwargs)
        # The recipients are known when the mails exist, and none is sent before the check.
        mails_sudo = super(MailTemplate, several).send_mail_batch(res_ids, force_send=False, **kwargs)
        emails = set().union(*(mail._klientbox_emails() for mail in mails_sudo))
        if len(emails) > 1:
            sending_rules.check_mass_mail_sender(self.env, self.env.company, emails)
        if force_send:
            mails_sudo.send(raise_exception=kwargs.get("raise_exception", False))
        return mails_sudo
