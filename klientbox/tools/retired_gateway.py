"""Replaces the provider of a gateway whose app was uninstalled.

Nothing is sent. Callbacks are accepted and stay unreadable, since a STOP may be among them: a user handles them, or
they are read again once the app is installed again.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..lib.callback import Callback, CallbackRequest, CallbackResponse, InvalidFormat
from .outcome import REFUSED, Outcome, OutgoingMessage

# Why a message is not sent.
GATEWAY_RETIRED = "gateway_retired"


class RetiredGateway:
    """A GatewayProvider."""

    lease = 60
    can_look_up = is_idempotent = False

    def send(self, message: OutgoingMessage) -> Outcome:
        """Refuse the message; the queue of such a gateway is cancelled before."""
        return Outcome(REFUSED, reason=GATEWAY_RETIRED)

    def look_up(self, message: OutgoingMessage) -> None:
        """Unknown: there is no provider to ask."""

    def is_authentic(self, request: CallbackRequest) -> bool:
        """Only the app knew how the provider signs; the secret address was right."""
        return True

    def covers_query(self) -> bool:
        """The query may be all that there is."""
        return True

    def read_callback(self, headers: Mapping[str, str], query: str, body: str) -> Callback:
        """Only the app knew the format."""
        raise InvalidFormat("the app of this gateway was uninstalled")

    def respond(self, request: CallbackRequest) -> CallbackResponse:
        """Stored, so the provider need not repeat it."""
        return CallbackResponse()
