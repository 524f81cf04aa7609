from odoo import fields, models


class MailNotification(models.Model):
    """Odoo knows these reasons for its SMS, but not for the notification that shows them in a chatter."""

    _inherit = "mail.notification"

    failure_type = fields.Selection(
        selection_add=[
            ("sms_blacklist", "Blacklisted"),
            ("sms_optout", "Opted Out"),
            ("sms_duplicate", "Duplicate"),
        ],
        ondelete=dict.fromkeys(("sms_blacklist", "sms_optout", "sms_duplicate"), "set null"),
    )
