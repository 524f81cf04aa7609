import uuid

from odoo import api, fields, models
from odoo.tools import format_date

from ..lib import clock, sms_parts
from ..lib.address import EMAIL, SMS
from ..lib.purpose import MARKETING, TRANSACTIONAL
from ..models.clients.klientbox_client import ADDRESS_FIELDS

DRAFT = ("channel", "purpose", "subject", "body")


class KlientboxMessageWrite(models.TransientModel):
    """The dialog Write: one SMS or e-mail to one client, with everything to know before it is sent.

    klientbox.client decides what may be sent, and when (models/messaging/write_to_client.py).
    """

    _name = "klientbox.message.write"
    _description = "Write to a client"
    _inherit = ["klientbox.client.dialog"]

    channel = fields.Selection(
        [(SMS, "SMS"), (EMAIL, "E-mail")],
        "Send by",
        compute="_compute_channel",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    channel_reasons = fields.Json("Reasons against each channel", compute="_compute_reasons")
    address = fields.Char(compute="_compute_address")
    purpose = fields.Selection(
        [(TRANSACTIONAL, "About a visit or an order"), (MARKETING, "Offer")],
        help="An offer is anything that invites or advertises. By law it must not be sent to clients who have"
        " refused offers.",
    )
    purpose_reasons = fields.Json("Reasons against each purpose", compute="_compute_reasons")
    subject = fields.Char()
    body = fields.Text("Text")
    attempt = fields.Char(
        default=lambda self: uuid.uuid4().hex, help="Identifies this dialog, so that its message is not sent twice."
    )
    message_id = fields.Many2one("klientbox.message", readonly=True, ondelete="cascade")
    notice = fields.Char(compute="_compute_notice", help="A notice that applies to every message now.")
    warning = fields.Char(compute="_compute_outlook")
    objection = fields.Char("Reason against sending", compute="_compute_outlook")
    when = fields.Char(compute="_compute_outlook")
    preview_subject = fields.Char("Preview of the subject", compute="_compute_preview")
    preview = fields.Text(compute="_compute_preview")
    parts = fields.Integer("SMS parts", compute="_compute_preview")
    left = fields.Integer("Characters left", compute="_compute_preview")
    price = fields.Char(compute="_compute_preview")

    def write(self, vals):
        """A sent message is no draft any more."""
        if self.message_id and not self._is_system():
            vals = {name: value for name, value in vals.items() if name not in ("client_id", *DRAFT)}
        return super().write(vals)

    @api.depends("client_id")
    def _compute_channel(self):
        for dialog in self:
            client = dialog.client_id
            dialog.channel = SMS if client.phone or not client.email else EMAIL

    @api.depends("client_id", "channel")
    def _compute_address(self):
        for dialog in self:
            client = dialog.client_id
            dialog.address = dialog.channel and (client.phone_pretty if dialog.channel == SMS else client.email)

    @api.depends("client_id", "channel")
    def _compute_reasons(self):
        for dialog in self:
            client = dialog.client_id
            unreachable = _reasons({each: client._writing_objection_to_channel(each) for each in ADDRESS_FIELDS})
            is_reachable = dialog.channel and dialog.channel not in unreachable
            dialog.channel_reasons = unreachable
            dialog.purpose_reasons = _reasons(
                {MARKETING: is_reachable and client._writing_objection_to_offer(dialog.channel)}
            )

    @api.depends("client_id")
    def _compute_notice(self):
        for dialog in self:
            settings = dialog.client_id.company_id._klientbox_settings() if dialog.client_id else False
            dialog.notice = False
            if settings and settings.test_of_id:
                dialog.notice = self.env._("Test data: the message is recorded, nothing is sent.")
            elif settings and settings.held_since:
                dialog.notice = self.env._(
                    "Messages are held. This message waits until an administrator decides in the Outbox."
                )

    @api.depends("client_id", *DRAFT)
    def _compute_outlook(self):
        for dialog in self:
            dialog.warning = dialog.objection = dialog.when = False
            client, channel, purpose = dialog.client_id, dialog.channel, dialog.purpose
            if not client or not channel:
                continue
            dialog.warning = client._writing_warning(channel, purpose)
            dialog.objection = client._writing_objection(channel, purpose) or dialog._first_problem()
            dialog.when = not dialog.objection and client._writing_time(purpose)

    def _first_problem(self):
        """What the draft still lacks, or False."""
        if not self.purpose:
            return self.client_id._no_purpose_text()
        problems = self.client_id._writing_problems(*(self[name] for name in DRAFT))
        # A mistake in the text matters more than a missing part.
        problems.sort(key=lambda problem: problem[1] == "required")
        return problems[0][2] if problems else False

    @api.depends("client_id", *DRAFT)
    def _compute_preview(self):
        for dialog in self:
            dialog.preview_subject = dialog.preview = dialog.price = False
            dialog.parts = dialog.left = 0
            if not dialog.client_id or not dialog.channel or not (dialog.body or "").strip():
                continue
            dialog.preview_subject, dialog.preview = dialog.client_id._writing_render(*(dialog[name] for name in DRAFT))
            if dialog.channel == SMS:
                dialog.parts, dialog.left = sms_parts.count(dialog.preview), sms_parts.left(dialog.preview)
                dialog.price = dialog.client_id._writing_price(dialog.parts)

    def action_send(self):
        """Queue the message; pressed twice, it is sent once."""
        self.ensure_one()
        self.check_access("write")
        if not self.message_id:
            self.client_id.check_access("write")
            message = self.client_id._queue_writing(*(self[name] for name in DRAFT), self.attempt)
            # The message contains the text; a second copy would have to be erased as well.
            self._as_system().write({"message_id": message.id, "subject": False, "body": False})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self._outcome(),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _outcome(self):
        """The state of the queued message."""
        message, settings = self.message_id, self.company_id._klientbox_settings()
        if settings.test_of_id:
            return self.env._("The message is recorded. These are test data: nothing is sent.")
        if settings.held_since:
            return self.env._("The message waits: messages are held until an administrator decides in the Outbox.")
        if message.due_at and message.due_at > clock.now():
            wall = clock.local(message.due_at, settings.timezone)
            moment = f"{format_date(self.env, wall.date())} {wall:%H:%M}"
            return self.env._(
                "The message to %(client)s will be sent on %(moment)s.", client=self.client_id.name, moment=moment
            )
        return self.env._("The message to %(client)s is on its way.", client=self.client_id.name)


def _reasons(reasons):
    return {choice: reason for choice, reason in reasons.items() if reason}
