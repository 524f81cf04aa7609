from odoo import models
from odoo.tools import email_normalize

from ..lib.address import EMAIL


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def invite_by_email(self, emails):
        """Inviting several people is one mail to several recipients, though Odoo makes a mail for each."""
        addresses = {address for email in emails if email and (address := email_normalize(email))}
        if len(addresses) > 1:
            sending = self.env["klientbox.sending"]
            sending._check_mass_mail_sender(self.env.company, addresses, least=2)
            refused = sending._refused(self.env.company, EMAIL, addresses)
            emails = [email for email in emails if email_normalize(email or "") not in refused]
        return super().invite_by_email(emails)
