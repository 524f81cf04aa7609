from odoo import models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(self, res_ids, **kwargs):
        """A template for several documents at once writes to many, when a person asks for it."""
        several = self.env["klientbox.sending"]._for_documents(self, res_ids)
        return super(MailTemplate, several).send_mail_batch(res_ids, **kwargs)
