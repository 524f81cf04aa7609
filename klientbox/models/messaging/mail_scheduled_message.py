from odoo import api, models

from . import sending_rules


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse now a message that could not be posted later, while its author is there."""
        messages = super().create(vals_list)
        messages._klientbox_check_internal()
        return messages

    def write(self, vals):
        """See create."""
        result = super().write(vals)
        self._klientbox_check_internal()
        return result

    def _klientbox_check_internal(self):
        for message in self.filtered(lambda message: sending_rules.is_internal(message.model)):
            sending_rules.check_internal(self.env, message.model, message.partner_ids.ids)
            if not message.is_note:
                sending_rules.refuse_external(self.env)
