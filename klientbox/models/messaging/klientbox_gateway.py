import secrets
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.orm.models import NO_ACCESS

from ...exceptions import FieldError
from ...lib import clock, gateway_format
from ...lib.callback import InvalidFormat
from ...lib.callback_signature import Signature
from ...lib.text import storable
from ...tools.http_gateway import FORM, JSON, QUERY, HttpGateway
from ...tools.retired_gateway import GATEWAY_RETIRED, RetiredGateway
from ..mixins.url_check import allowed_networks, check_url

CALLBACK_PATH = "/klientbox/gateway"
# The kind of a gateway whose own kind was that of an uninstalled app.
RETIRED = "retired"
# How long the previous callback address stays valid.
OVERLAP = timedelta(hours=24)
# The fields that decide where the secret is sent.
SECRET_ROUTES = {"url", "status_url", "template"}
TEMPLATE = """{
  "reference": "{reference}",
  "to": "{to}",
  "text": "{text}",
  "sender": "{sender}",
  "callback": "{callback}"
}"""


def retire_gateways(gateways):
    """What becomes of the gateways of a kind when its app is uninstalled: the `ondelete` of every kind that an addon
    adds. They can't be deleted, since their messages are kept."""
    gateways._retire()


def is_entered(secret):
    """Whether something is left of an entered secret when it is stored; else the previous one stays."""
    return bool(secret) and bool(storable(str(secret)).strip())


class KlientboxGateway(models.Model):
    """A company's account at an SMS provider. Its secret is stored where no read can fetch it."""

    _name = "klientbox.gateway"
    _description = "SMS gateway"
    _inherit = ["klientbox.credential", "klientbox.named"]

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(ondelete="cascade")
    kind = fields.Selection(
        [("http", "HTTP gateway (generic)"), (RETIRED, "Retired: its app was uninstalled")],
        required=True,
        default="http",
    )
    is_retired = fields.Boolean("Retired", compute="_compute_is_retired")
    sender = fields.Char(help="The sender shown by the gateway, if it can be chosen.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    part_price = fields.Float("Price of an SMS part", digits=(16, 4))

    url = fields.Char("Address", help="The address to which messages are sent, such as https://gateway.example/send")
    body_format = fields.Selection(
        [(JSON, "POST, JSON"), (FORM, "POST, form"), (QUERY, "GET")], "Request", required=True, default=JSON
    )
    template = fields.Text(
        "Body",
        required=True,
        default=TEMPLATE,
        help="A JSON object. For a form or GET, its members are the fields. Placeholders: {to}, {to_digits} (without"
        " +), {text}, {reference}, {sender}, {callback}, {user}, {secret}.",
    )
    auth = fields.Selection(
        [("none", "None"), ("basic", "User and password"), ("bearer", "Bearer token"), ("header", "Custom header")],
        "Authentication",
        required=True,
        default="bearer",
    )
    user = fields.Char()
    header = fields.Char(default="X-API-Key")
    secret = fields.Char("Stored secret", groups=NO_ACCESS, copy=False)
    new_secret = fields.Char(
        "Secret", compute="_compute_new_secret", inverse="_inverse_new_secret", help="Stored, never shown again."
    )
    has_secret = fields.Boolean("Has a secret", compute="_compute_new_secret")
    id_path = fields.Char("Gateway's message number", default="id")
    parts_path = fields.Char("SMS parts", default="parts")
    price_path = fields.Char("Price", default="price")
    refused_path = fields.Char("Refusal", default="error", help="If this member has a value, the message is refused.")
    is_idempotent = fields.Boolean(
        "Sends each reference only once",
        help="Tick only if the provider guarantees this: unknown messages are then sent again with the same reference.",
    )
    status_url = fields.Char(
        "Status address",
        help="The address for queries of a message's state by {reference} or {id}; 404 must mean that the gateway"
        " never received it. Empty: unknown messages wait for a report or for your decision.",
    )
    status_path = fields.Char("State", default="state")
    callback_token = fields.Char(
        "Callback token", groups=NO_ACCESS, required=True, copy=False, default=lambda self: secrets.token_urlsafe(32)
    )
    previous_callback_token = fields.Char("Previous callback token", groups=NO_ACCESS, copy=False)
    previous_callback_until = fields.Datetime("Previous address works until", readonly=True, copy=False)
    callback_url = fields.Char(
        "Callback address", compute="_compute_callback_url", help="Enter it at the provider, for reports and replies."
    )
    signature_header = fields.Char(
        "Signature header",
        copy=False,
        help="The header with the provider's signature (HMAC-SHA256 of the body). Empty: no signature is checked.",
    )
    timestamp_header = fields.Char(
        "Timestamp header",
        copy=False,
        help="The header with the provider's time in seconds; the signature is that of <time>.<body>. Anything older"
        " than five minutes is refused.",
    )
    signing_secret = fields.Char("Stored signing secret", groups=NO_ACCESS, copy=False)
    new_signing_secret = fields.Char(
        "Signing secret",
        compute="_compute_new_secret",
        inverse="_inverse_new_signing_secret",
        help="Stored, never shown again.",
    )
    has_signing_secret = fields.Boolean("Has a signing secret", compute="_compute_new_secret")
    alarm_since = fields.Datetime("Unreadable callbacks since", readonly=True, copy=False)
    unread_count = fields.Integer("Unreadable callbacks", compute="_compute_unread_count")
    report_reference_path = fields.Char("Our reference", default="reference")
    report_id_path = fields.Char("Gateway's number", default="id")
    report_state_path = fields.Char("Report state", default="state")
    report_reason_path = fields.Char("Failure reason", default="error")
    delivered_words = fields.Char("Words for delivered", default="delivered, 1, seen")
    failed_words = fields.Char("Words for failed", default="failed, undelivered, rejected, expired, 3")
    permanent_words = fields.Char(
        "Words for an invalid number",
        default="invalid_number, invalid_destination, unknown_subscriber, absent_subscriber_permanent, landline,"
        " 21211, 21614, 30005, 30006",
        help="The number does not exist or can't get SMS. No rule sends to it any more.",
    )
    unsubscribed_words = fields.Char(
        "Words for a refusal",
        default="unsubscribed, opted_out, opt_out, optout, 21610",
        help="The recipient has refused messages at the provider. KlientBox records it like a STOP.",
    )
    reply_from_path = fields.Char("Reply sender", default="from")
    reply_text_path = fields.Char("Reply text", default="text")
    reply_to_path = fields.Char("Reference of the original message", default="in_reply_to")
    reply_id_path = fields.Char("Reply number", default="event_id")

    @api.depends("kind")
    def _compute_is_retired(self):
        for gateway in self:
            gateway.is_retired = gateway._is_retired()

    def _compute_new_secret(self):
        for gateway, gateway_sudo in zip(self, self.sudo(), strict=True):
            # Returns only whether there is a secret.
            gateway.has_secret, gateway.has_signing_secret = (
                bool(gateway_sudo.secret),
                bool(gateway_sudo.signing_secret),
            )
            gateway.new_secret = gateway.new_signing_secret = False

    def _inverse_new_secret(self):
        for gateway in self.filtered(lambda gateway: is_entered(gateway.new_secret)):
            # Users who may write the gateway may set another secret; no one may read it.
            gateway.sudo().secret = gateway.new_secret

    def _inverse_new_signing_secret(self):
        for gateway in self.filtered(lambda gateway: is_entered(gateway.new_signing_secret)):
            # As above.
            gateway.sudo().signing_secret = gateway.new_signing_secret

    def _compute_unread_count(self):
        counts = dict(
            self.env["klientbox.inbound"]._read_group(
                [("gateway_id", "in", self.ids), ("state", "=", "unreadable")], ["gateway_id"], ["__count"]
            )
        )
        for gateway in self:
            gateway.unread_count = counts.get(gateway, 0)

    def _compute_callback_url(self):
        for gateway, gateway_sudo in zip(self, self.sudo(), strict=True):
            # An administrator registers it with the provider; no one else may read the model.
            gateway.callback_url = gateway_sudo._callback_address()

    @api.constrains("template", "url", "status_url", "body_format")
    def _check_formats(self):
        for gateway in self:
            try:
                template = gateway_format.parse_template(gateway.template)
            except InvalidFormat as error:
                message = self.env._("The body can't be read: %(reason)s.", reason=error)
                raise FieldError(("template", "invalid_template", message)) from error
            if gateway.body_format != JSON and not all(isinstance(value, str) for value in template.values()):
                message = self.env._("A form can only contain texts, not lists or objects.")
                raise FieldError(("template", "invalid_template", message))
            for name in ("url", "status_url"):
                if gateway[name]:
                    check_url(self.env, name, gateway[name])

    @api.model_create_multi
    def create(self, vals_list):
        """A gateway that signs needs a secret to sign with."""
        gateways = super().create(vals_list)
        gateways._check_signature()
        return gateways

    def _check_signature(self):
        for gateway, gateway_sudo in zip(self, self.sudo(), strict=True):
            # Only whether there is a secret matters.
            if gateway.signature_header and not gateway_sudo.signing_secret:
                message = self.env._("Enter the signing secret of the provider.")
                raise FieldError(("new_signing_secret", "required", message))
            if gateway.timestamp_header and not gateway.signature_header:
                message = self.env._("Enter the signature header as well: the time is part of the signed content.")
                raise FieldError(("signature_header", "required", message))

    def write(self, vals):
        """A secret is valid for the hosts known when it was written: for a new host it has to be typed in again; it is
        never copied from here."""
        known = [gateway._secret_routes() for gateway in self] if SECRET_ROUTES & vals.keys() else []
        result = super().write(vals)
        if {"signature_header", "timestamp_header", "new_signing_secret"} & vals.keys():
            self._check_signature()
        if not is_entered(vals.get("new_secret")):
            self._check_routes(known)
        return result

    def _check_routes(self, known):
        """Raise FieldError when a stored secret would be sent to a new destination.

        `known` are the destinations of each gateway before a change, or empty.
        """
        for gateway, routes in zip(self, known, strict=False):
            # Only whether there is a secret matters.
            if gateway.sudo().secret and gateway._secret_routes() - routes:
                message = self.env._("The secret would be sent to a new address. Enter it again.")
                raise FieldError(("new_secret", "required", message))

    def _secret_routes(self):
        """Where the secret is sent: hosts, and a body that contains it."""
        self.ensure_one()
        routes = {urlsplit(url)[:2] for url in (self.url, self.status_url) if url}
        return {*routes, self.template} if "{secret}" in (self.template or "") else routes

    def action_roll_callback(self):
        """Make another callback address; the previous one stays valid for a day."""
        self._roll_callback(OVERLAP)

    def action_roll_callback_now(self):
        """Make another callback address; the previous one stops at once."""
        self._roll_callback(timedelta(0))

    def _roll_callback(self, overlap):
        self.ensure_one()
        self.check_access("write")
        # Only this method can read the tokens.
        gateway_sudo = self.sudo()
        gateway_sudo.write(
            {
                "previous_callback_token": gateway_sudo.callback_token if overlap else False,
                "previous_callback_until": clock.now() + overlap if overlap else False,
                "callback_token": secrets.token_urlsafe(32),
            }
        )
        self.invalidate_recordset(["callback_url"])

    def action_unread(self):
        """The callbacks that could not be read."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_inbound_action")
        return {**action, "domain": [("gateway_id", "=", self.id), ("state", "=", "unreadable")], "context": {}}

    def action_read_again(self):
        """Read the unreadable callbacks once more, after the formats were corrected."""
        self.ensure_one()
        self.env["klientbox.inbound"].search([("gateway_id", "=", self.id), ("state", "=", "unreadable")])._read_again()
        self.action_close_alarm()

    def action_close_alarm(self):
        """Close the alarm; the next unreadable callback raises a new one."""
        self.check_access("write")
        self._write_system({"alarm_since": False})

    def _raise_alarm(self):
        """Notify the company's administrators of an unreadable callback: it may contain a STOP. Once, until the alarm
        is closed."""
        for gateway in self._open_alarm():
            for user in gateway.company_id._klientbox_administrators():
                gateway.with_context(lang=user.lang)._notify_unread(user)

    def _open_alarm(self):
        """Show the alarm; returns the gateways that had none."""
        quiet = self.filtered(lambda gateway: not gateway.alarm_since)
        quiet._write_system({"alarm_since": clock.now()})
        return quiet

    def _notify_unread(self, user):
        if self._is_retired():
            body = self.env._(
                "They may include a client's STOP. The app of this gateway was uninstalled. Open KlientBox,"
                " Configuration, Gateway callbacks, read them yourself, and record each refusal with the client."
            )
        else:
            body = self.env._(
                "They may include a client's STOP. Open KlientBox, Configuration, Gateway callbacks, and compare"
                " them with the Formats tab of the gateway."
            )
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("KlientBox cannot read callbacks from %(name)s", name=self.name),
            body=body,
        )

    def action_send_test(self):
        """Send an SMS to the user's own phone, through the outbox like any other message."""
        self.ensure_one()
        self.check_access("write")
        if self._is_retired():
            raise UserError(self._retired_text())
        company = self.company_id
        number = self.env.user.phone
        if not number:
            raise FieldError(("phone", "required", self.env._("Add your phone number to your own contact first.")))
        number = self.env["klientbox.client"]._e164(number, company)
        text = self.env._("KlientBox: the gateway %(name)s works.", name=self.name)
        # Only the engine may write messages; this one goes to the user's own phone.
        self.env["klientbox.message"].sudo()._queue_odoo_sms(company, number, text, uuid.uuid4().hex, gateway=self)
        self.env.ref("klientbox.cron_messages")._trigger()
        message = self.env._("A test message is on its way to your phone. See the result in Messages.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    def _callback_address(self):
        return f"{self.get_base_url()}{CALLBACK_PATH}/{self.id}-{self.callback_token}"

    def _callback_format(self):
        """The formats of this gateway's callbacks."""
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
            reason=self.report_reason_path or "",
            permanent=self.permanent_words or "",
            unsubscribed=self.unsubscribed_words or "",
        )

    def _provider(self):
        """The GatewayProvider of this kind of gateway, independent of this transaction; also of an archived one."""
        self.ensure_one()
        return RetiredGateway() if self._is_retired() else getattr(self, f"_{self.kind}_provider")()

    def _is_sending(self):
        """Whether it can send messages now."""
        self.ensure_one()
        can_send = not self._is_retired() and (self.kind != "http" or self.url)
        return bool(self.exists() and self.active and can_send)

    def _is_retired(self):
        """Whether the app of its kind was uninstalled; also where that app has not retired it."""
        return bool(self) and not hasattr(self, f"_{self.kind}_provider")

    @api.model
    def _retired_text(self):
        """Why a retired gateway sends nothing."""
        return self.env["klientbox.message"]._reason_labels()[GATEWAY_RETIRED]

    def _retire(self):
        """Keep gateways whose app is being uninstalled: as proof of what they have sent, and so that callbacks have a
        destination. Nothing more is sent by them, and their secrets are deleted."""
        self.write({"kind": RETIRED, "active": False, "secret": False, "signing_secret": False})
        self.env["klientbox.message"]._cancel_of_gateways(self, GATEWAY_RETIRED)

    def _http_provider(self):
        return HttpGateway(
            url=self.url or "",
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
            signature=Signature(
                header=self.signature_header or "",
                timestamp_header=self.timestamp_header or "",
                secret=self.signing_secret or "",
            ),
            allowed=allowed_networks(self.env),
        )
