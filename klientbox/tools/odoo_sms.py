"""Odoo's own SMS providers (IAP, Twilio) for our outbox: one message a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests
from odoo import SUPERUSER_ID, api

from .. import compat
from ..lib.failure_reasons import INVALID_NUMBER, TWILIO
from ..lib.purpose import OUTBOX
from .cursors import autocommit_cursor
from .outcome import NOT_SENT, REFUSED, SENT, UNKNOWN, Outcome
from .url_guard import never_left

if TYPE_CHECKING:
    from odoo.addons.sms.tools.sms_api import SmsApiBase
    from odoo.modules.registry import Registry

    from .outcome import OutgoingMessage

TAKEN = {"success", "processing", "sent"}
# An error name that Odoo's classes also use for a timeout, or for an unreadable answer.
UNCERTAIN = {"server_error", "unknown"}
REASONS = {"wrong_number_format": INVALID_NUMBER}


class OdooSms:
    """The provider that the company has chosen in Odoo. `send` never raises for an error of the provider."""

    lease = 60
    can_look_up = is_idempotent = False

    def __init__(self, registry: Registry, company_id: int) -> None:
        self._registry = registry
        self._company_id = company_id

    def send(self, message: OutgoingMessage) -> Outcome:
        """Send one message; returns an Outcome. Results that Odoo does not distinguish are unknown."""
        batch = [{"content": message.body, "numbers": [{"number": message.address, "uuid": message.reference}]}]
        # Each statement is committed by itself: no transaction stays open while the provider is called.
        with autocommit_cursor(self._registry) as cr:
            company = api.Environment(cr, SUPERUSER_ID, {})["res.company"].browse(self._company_id)
            sender = company.with_context(klientbox_outbox=OUTBOX)._get_sms_api_class()
            provider = sender(company.with_company(company).env)
            compat.set_sms_company(provider, company)
            codes = _noting_codes(provider)
            try:
                [result] = compat.send_sms(provider, batch, f"{company.get_base_url()}/sms/status")
            except Exception as error:  # noqa: BLE001 - whatever a provider's class raises, the message may be out
                return Outcome(NOT_SENT if _never_left(error) else UNKNOWN, reason=type(error).__name__)
        if result["state"] in TAKEN:
            return Outcome(SENT, provider_ref=result.get("sms_twilio_sid"))
        # Odoo's name for most of these is "unknown", though Twilio has answered that it did not accept the message.
        if reason := next((TWILIO[code] for code in codes if code in TWILIO), None):
            return Outcome(REFUSED, reason=reason)
        state = result["state"]
        return Outcome(UNKNOWN if state in UNCERTAIN else REFUSED, reason=REASONS.get(state, state))


def _noting_codes(provider: SmsApiBase) -> list[int | None]:
    """A list that receives the error codes in Twilio's answers: Odoo's class has one name for many of them."""
    codes: list[int | None] = []
    compat.on_twilio_error(provider, lambda answer: codes.append(answer.get("code") or answer.get("error_code")))
    return codes


def _never_left(error: BaseException) -> bool:
    """Odoo wraps the exception of `requests`; it is the cause."""
    behind = error.__cause__ or error.__context__
    return isinstance(behind, requests.RequestException) and never_left(behind)
