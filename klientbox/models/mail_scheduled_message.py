from odoo import api, models


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse now a message that could not be posted later, while its author is there."""
        messages = super().create(vals_list)
        messages._klientbox_check_house()
        return messages

    def write(self, vals):
        """See create."""
        result = super().write(vals)
        self._klientbox_check_house()
        return result

    def _klientbox_check_house(self):
        sending = self.env["klientbox.sending"]
        for message in self.filtered(lambda message: sending._is_for_house(message.model)):
            sending._check_house(message.model, message.partner_ids.ids)
            if not message.is_note:
                sending._refuse_outside()
