import json

from odoo.addons.klientbox.api import strict_json
from odoo.addons.klientbox.api.errors import ApiError
from odoo.addons.klientbox.api.facade import JSON_TYPE, Facade, Refusal
from odoo.addons.klientbox.lib.api_key import KeyCheck
from werkzeug.routing import BaseConverter

from ..lib.key_parts import CLIENT_BOOK

TEXT_TYPE = "text/plain; charset=utf-8"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# The only call before there is a token.
WITHOUT_TOKEN = ("/license/token",)
# Errors that have a status of their own at the vendor, in plain text.
APPLICATION, TOKEN, SWITCHED_OFF = 507, 508, 509
REASONS = {
    "application_invalid": (APPLICATION, "Invalid application ID or application key"),
    "api_key_invalid": (TOKEN, "Invalid access token or secret"),
    "api_key_revoked": (TOKEN, "This access token has been revoked"),
    "api_key_expired": (TOKEN, "This access token has expired"),
    "api_key_elsewhere": (TOKEN, "Invalid access token or secret"),
    "switched_off": (SWITCHED_OFF, "The API is switched off for this account"),
    "tier_too_low": (SWITCHED_OFF, "The tier of this account does not include the API"),
    "company_inactive": (SWITCHED_OFF, "This account is archived"),
}
# Temporary refusals of the key check.
TOO_MANY = ("rate_limited", "too_many_invalid_keys")
# Errors that the caller can correct; the vendor has no status for them, so they are 200 with `status: error`.
OF_CONTENT = {400, 403, 409, 412, 413, 415, 422}


class NumberConverter(BaseConverter):
    """A number of any length: the vendor's have ten digits, ours never do."""

    regex = r"[0-9]+"


class ClientBook(Facade):
    """The differences of Client Book's API to the protocol of v1.

    Four credentials in the query of each call; text in and text out; a failure is 507, 508 or 509 with the reason as
    plain text, and refused content is 200 with `status: error`.
    """

    # The vendor has no Idempotency-Key, and one answer contains a secret that must not be stored.
    heeds_idempotency_key = False
    id_converter = NumberConverter

    def check_address(self, httprequest):
        """The vendor has its credentials in the query string."""

    def admit(self, request):
        """Authenticate: application first, then token, then whether the integration is enabled.

        Each request is counted once: by its token, or by the caller's address where it has no valid one.
        """
        httprequest = request.httprequest
        credentials = {name: _one(httprequest.args, name) for name in ("app_id", "app_key", "token", "secret")}
        keys, integrations = request.env["klientbox.api.key"], request.env["klientbox.clientbook.integration"]
        needs_token = self.below_prefix(httprequest.path).rstrip("/") not in WITHOUT_TOKEN
        text = f"{credentials['token']}_{credentials['secret']}" if needs_token else ""
        admission = keys._admit(text, httprequest.remote_addr or "", CLIENT_BOOK)
        if admission.refusal in TOO_MANY:
            # The API layer raises it, with the time to wait.
            return admission
        application = integrations._application(credentials["app_id"], credentials["app_key"], admission.key_id)
        if not application:
            raise _failure("application_invalid")
        if needs_token and (admission.refusal in REASONS or application.token_company_id is None):
            raise _failure(admission.refusal or "api_key_invalid")
        if not application.is_enabled:
            raise _failure("switched_off")
        if not application.is_active:
            raise _failure("company_inactive")
        if not application.has_tier:
            raise _failure("tier_too_low")
        return admission if needs_token else KeyCheck(None, application.company_id, zone=application.zone)

    def query(self, shape, parameters):
        """Parameters of the shape: others, including the credentials, are ignored, as the vendor does. Of a repeated
        name the last counts, as in PHP."""
        return {name: parameters.getlist(name)[-1] for name in parameters if name in _names(shape)}

    def members(self, httprequest):
        """A form or a JSON object, by its first character; all values are text, as in a form."""
        raw = httprequest.get_data()
        if raw.lstrip()[:1] not in (b"{", b"[") and httprequest.mimetype in FORMS:
            return {name: values[-1] for name, values in httprequest.form.to_dict(flat=False).items()}
        try:
            members = strict_json.loads(raw or b"{}")
        except strict_json.InvalidJson as error:
            raise ApiError(400, "invalid_json", f"Send a form or a JSON object. {error}") from error
        return {name: _as_text(value) for name, value in members.items()} if isinstance(members, dict) else members

    def refusal(self, error, request_id):
        """The vendor's three failures, and all other errors, as plain text; refused content as JSON."""
        if error.error_code == "scope_missing":
            error = ApiError(TOKEN, error.error_code, error.message.replace("API key", "access token"))
        if error.code in OF_CONTENT:
            body = {"status": "error", "message": _messages(error), "data": []}
            return Refusal(200, json.dumps(body, ensure_ascii=False), error.headers, JSON_TYPE)
        return Refusal(error.code, error.message, error.headers, TEXT_TYPE)


def _messages(error):
    """The errors, each member by name."""
    messages = [message if name in message else f"{name}: {message}" for name, _code, message in error.details]
    return "; ".join(messages) or error.message


def _failure(code):
    status, reason = REASONS[code]
    return ApiError(status, code, reason)


def _one(parameters, name):
    """A credential; one that is repeated, or contains a character that ours never do, is invalid."""
    values = parameters.getlist(name)
    return values[0] if len(values) == 1 and values[0].isascii() and values[0].isprintable() else ""


def _names(shape):
    return {field.alias or name for name, field in shape.model_fields.items()}


def _as_text(value):
    """A number or boolean as a form would send it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, (int, float)) else value


clientbook = ClientBook(
    addon="klientbox_clientbook",
    prefix="/apiv1",
    other_prefixes=("/v1",),
    title="Client Book compatible API",
    version="1.0.0",
    field_names={
        "phone": "client_cell_phone",
        "email": "client_email",
        "name": "client_last_name",
        "clientbook_has_login": "status",
        "clientbook_permissions": "permissions",
        "clientbook_password": "password",
        "clientbook_username": "username",
        "clientbook_email": "email",
    },
)
