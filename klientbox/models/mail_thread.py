from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """An answer to a message of ours goes to it, not to a document of Odoo."""
        if not message_dict.get("is_bounce") and self.env["klientbox.answer"]._receive_mail(message, message_dict):
            return []
        return super().message_route(message, message_dict, model, thread_id, custom_values)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """A mail of ours that came back has failed."""
        self.env["klientbox.answer"]._receive_bounce(message_dict.get("bounced_msg_ids") or [])
        return super()._routing_handle_bounce(email_message, message_dict)
