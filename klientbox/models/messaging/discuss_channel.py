from odoo import models
from odoo.tools import email_normalize

from ...lib.address import EMAIL
from . import sending_rules


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def invite_by_email(self, emails):
        """Inviting several people is one mail to several recipients, though Odoo makes a mail for each."""
        addresses = {address for email in emails if email and (address := email_normalize(email))}
        if len(addresses) > 1:
            sending_rules.check_mass_mail_sender(self.env, self.env.company, addresses, least=2)
            refused = sending_rules.refused(self.env, self.env.company, EMAIL, addresses)
            emails = [email for email in emails if email_normalize(email or "") not in refused]
        return super().invite_by_email(emails)
