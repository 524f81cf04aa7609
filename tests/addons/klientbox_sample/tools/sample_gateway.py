"""A provider with a protocol of its own: headers name the recipient, the body is the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import requests
from odoo.addons.klientbox.lib.callback import Callback, CallbackRequest, CallbackResponse, Report
from odoo.addons.klientbox.lib.message import DELIVERED, FAILED
from odoo.addons.klientbox.tools import url_guard
from odoo.addons.klientbox.tools.outcome import NOT_SENT, SENT, UNKNOWN, Outcome, OutgoingMessage

STATES = {"yes": DELIVERED, "no": FAILED}


@dataclass(frozen=True)
class SampleGateway:
    """One account. A GatewayProvider."""

    url: str
    password: str
    allowed: tuple

    lease = 60
    can_look_up = is_idempotent = False

    def send(self, message: OutgoingMessage) -> Outcome:
        """Send one message."""
        headers = {"To": message.address, "Reference": message.reference}
        try:
            with url_guard.session(self.allowed) as session:
                url_guard.request(session, "POST", self.url, data=message.body.encode(), headers=headers)
        except requests.RequestException as error:
            return Outcome(NOT_SENT if url_guard.never_left(error) else UNKNOWN, reason="unreachable")
        return Outcome(SENT, provider_ref=f"sample-{message.reference}")

    def look_up(self, message: OutgoingMessage) -> None:
        """Unknown: it has no such call."""

    def is_authentic(self, request: CallbackRequest) -> bool:
        """Whether the password is in the header."""
        return request.headers.get("x-password") == self.password

    def covers_query(self) -> bool:
        """The password covers all of it."""
        return True

    def read_callback(self, headers: Mapping[str, str], query: str, body: str) -> Callback:
        """The state is a header, the reference the query."""
        return Callback((Report(query.removeprefix("message="), None, STATES[headers["x-arrived"]]),), True)

    def respond(self, request: CallbackRequest) -> CallbackResponse:
        """It insists on XML."""
        return CallbackResponse("<Response/>", "text/xml", 202)
