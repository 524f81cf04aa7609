"""Replaces the providers for messages of test companies: nothing is sent, see lib/simulation.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..lib import simulation
from .outcome import REFUSED, SENT, UNKNOWN, Outcome

if TYPE_CHECKING:
    from .outcome import OutgoingMessage
    from .provider import Provider

_OUTCOMES = {
    simulation.REFUSED: Outcome(REFUSED, reason="refused"),
    simulation.UNKNOWN: Outcome(UNKNOWN, reason="timeout"),
}


class SimulatedGateway:
    """Answers at once, without a network."""

    lease = 60
    can_look_up = is_idempotent = False

    def send(self, message: OutgoingMessage) -> Outcome:
        """The result that the address encodes; an Outcome."""
        result = simulation.result_of(message.channel, message.address)
        return _OUTCOMES.get(result) or Outcome(SENT, provider_ref=f"test-{message.reference}")


class Guarded:
    """A real provider that refuses test messages, whatever lane they are in.

    `is_test` says for a company's id whether its data are test data.
    """

    def __init__(self, provider: Provider, is_test: Callable[[int], bool]) -> None:
        self._provider, self._is_test = provider, is_test
        self.lease, self.can_look_up, self.is_idempotent = provider.lease, provider.can_look_up, provider.is_idempotent

    def send(self, message: OutgoingMessage) -> Outcome:
        """Send one message; returns an Outcome."""
        return self._real_or_not(message).send(message)

    def look_up(self, message: OutgoingMessage) -> Outcome | str | None:
        """The state of a message; of a test message there is none."""
        return None if self._is_test(message.company_id) else self._provider.look_up(message)

    def _real_or_not(self, message: OutgoingMessage) -> Provider | SimulatedGateway:
        return SimulatedGateway() if self._is_test(message.company_id) else self._provider
