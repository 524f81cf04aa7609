import secrets
import uuid

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ..exceptions import FieldError
from ..lib import gateway_format
from ..tools.http_gateway import FORM, JSON, QUERY, HttpGateway

CALLBACK_PATH = "/klientbox/gateway"
TEMPLATE = """{
  "reference": "{reference}",
  "to": "{to}",
  "text": "{text}",
  "sender": "{sender}",
  "callback": "{callback}"
}"""


class KlientboxGateway(models.Model):
    """A company's account at an SMS provider. Its secret is kept where no read can fetch it."""

    _name = "klientbox.gateway"
    _description = "SMS gateway"
    _inherit = ["klientbox.owned"]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(ondelete="cascade")
    kind = fields.Selection([("http", "HTTP gateway (generic)")], required=True, default="http")
    sender = fields.Char(help="What the gateway shows as the sender, where it lets you choose.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    part_price = fields.Float("Price of an SMS part", digits=(16, 4))

    url = fields.Char("Address", help="Where a message is sent to, as https://gateway.example/send")
    body_format = fields.Selection(
        [(JSON, "POST, JSON"), (FORM, "POST, form"), (QUERY, "GET")], "Request", required=True, default=JSON
    )
    template = fields.Text(
        "Body",
        required=True,
        default=TEMPLATE,
        help="A JSON object; as a form or GET its members are the fields. Known are {to}, {to_digits} (without +),"
        " {text}, {reference}, {sender}, {callback}, {user}, {secret}.",
    )
    auth = fields.Selection(
        [("none", "None"), ("basic", "User and password"), ("bearer", "Bearer token"), ("header", "Own header")],
        "Authentication",
        required=True,
        default="bearer",
    )
    user = fields.Char()
    header = fields.Char(default="X-API-Key")
    secret = fields.Char("Kept secret", groups=NO_ACCESS, copy=False)
    new_secret = fields.Char(
        "Secret", compute="_compute_new_secret", inverse="_inverse_new_secret", help="Written, never shown again."
    )
    has_secret = fields.Boolean(compute="_compute_new_secret")
    id_path = fields.Char("Its number of the message", default="id")
    parts_path = fields.Char("SMS parts", default="parts")
    price_path = fields.Char("Price", default="price")
    refused_path = fields.Char("Refusal", default="error", help="When something stands there, the message is refused.")
    is_idempotent = fields.Boolean(
        "Sends each reference only once",
        help="Tick only what the provider promises: unknown messages are then sent again with the same reference.",
    )
    status_url = fields.Char(
        "Status address",
        help="Where the state of a message is asked for by {reference} or {id}; 404 must mean that it never arrived."
        " Empty: unknown messages wait for a report or for you.",
    )
    status_path = fields.Char("State", default="state")
    callback_token = fields.Char(
        groups=NO_ACCESS, required=True, copy=False, default=lambda self: secrets.token_urlsafe(32)
    )
    callback_url = fields.Char(
        "Callback address", compute="_compute_callback_url", help="Tell it to the provider, for reports and answers."
    )
    report_reference_path = fields.Char("Our reference", default="reference")
    report_id_path = fields.Char("Its number", default="id")
    report_state_path = fields.Char("State of a report", default="state")
    delivered_words = fields.Char("Words for delivered", default="delivered, 1, seen")
    failed_words = fields.Char("Words for failed", default="failed, undelivered, rejected, expired, 3")
    reply_from_path = fields.Char("Sender of an answer", default="from")
    reply_text_path = fields.Char("Text of an answer", default="text")
    reply_to_path = fields.Char("Reference that it answers", default="in_reply_to")
    reply_id_path = fields.Char("Number of an answer", default="event_id")

    def _compute_new_secret(self):
        for gateway, gateway_sudo in zip(self, self.sudo(), strict=True):
            # Only whether there is one is told.
            gateway.has_secret = bool(gateway_sudo.secret)
            gateway.new_secret = False

    def _inverse_new_secret(self):
        for gateway in self.filtered("new_secret"):
            # Whoever may write the gateway may give it another secret; nobody may read it.
            gateway.sudo().secret = gateway.new_secret

    def _compute_callback_url(self):
        for gateway, gateway_sudo in zip(self, self.sudo(), strict=True):
            # An administrator registers it with the provider; the model is closed to everybody else.
            gateway.callback_url = gateway_sudo._callback_address()

    @api.constrains("template", "url", "status_url", "body_format")
    def _check_formats(self):
        for gateway in self:
            try:
                template = gateway_format.parse_template(gateway.template)
            except gateway_format.InvalidFormat as error:
                message = self.env._("The body can't be read: %(reason)s.", reason=error)
                raise FieldError(("template", "invalid_template", message)) from error
            if gateway.body_format != JSON and not all(isinstance(value, str) for value in template.values()):
                message = self.env._("A form has texts only, no lists and no objects.")
                raise FieldError(("template", "invalid_template", message))
            for name in ("url", "status_url"):
                if gateway[name]:
                    self.env["klientbox.outbound"]._check_address(name, gateway[name])

    def action_send_test(self):
        """Send an SMS to the user's own phone, through the outbox like any other."""
        self.ensure_one()
        self.check_access("write")
        company = self.company_id
        number = self.env.user.phone
        if not number:
            raise FieldError(("phone", "required", self.env._("Write your own phone into your contact first.")))
        number = self.env["klientbox.client"]._e164(number, company)
        text = self.env._("KlientBox: the gateway %(name)s works.", name=self.name)
        # Messages are written by the engine alone; this one goes to the asking user's own phone.
        self.env["klientbox.post"].sudo()._take_over(company, number, text, uuid.uuid4().hex, gateway=self)
        self.env.ref("klientbox.cron_post")._trigger()
        message = self.env._("A message is on its way to your phone. What became of it stands in Messages.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    def _callback_address(self):
        return f"{self.get_base_url()}{CALLBACK_PATH}/{self.id}-{self.callback_token}"

    def _callback_format(self):
        """How this gateway's callbacks read."""
        self.ensure_one()
        return gateway_format.CallbackFormat(
            reference=self.report_reference_path or "",
            provider_ref=self.report_id_path or "",
            state=self.report_state_path or "",
            delivered=self.delivered_words or "",
            failed=self.failed_words or "",
            reply_from=self.reply_from_path or "",
            reply_text=self.reply_text_path or "",
            reply_to=self.reply_to_path or "",
            event_id=self.reply_id_path or "",
        )

    def _provider(self):
        """Who sends by this gateway, without any tie to this transaction; None while it is switched off."""
        self.ensure_one()
        if not self.exists() or not self.active or not self.url:
            return None
        return HttpGateway(
            url=self.url,
            body_format=self.body_format,
            template=gateway_format.parse_template(self.template),
            auth=self.auth,
            user=self.user or "",
            secret=self.secret or "",
            header=self.header or "",
            sender=self.sender or "",
            callback=self._callback_address(),
            id_path=self.id_path or "",
            parts_path=self.parts_path or "",
            price_path=self.price_path or "",
            refused_path=self.refused_path or "",
            status_url=self.status_url or "",
            status_path=self.status_path or "",
            callback_format=self._callback_format(),
            is_idempotent=self.is_idempotent,
            allowed=self.env["klientbox.outbound"]._networks(),
        )
