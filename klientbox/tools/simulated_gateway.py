"""Stands where the messages of test companies would leave: nothing goes out, see lib/simulation.py."""

from ..lib import simulation
from .outcome import REFUSED, SENT, UNKNOWN, Outcome

_OUTCOMES = {
    simulation.REFUSED: Outcome(REFUSED, reason="refused"),
    simulation.UNKNOWN: Outcome(UNKNOWN, reason="timeout"),
}


class SimulatedGateway:
    """Answers at once, and speaks to nobody."""

    lease = 60
    can_ask = is_idempotent = False

    def send(self, letter):
        """What the address says; an Outcome."""
        fate = simulation.fate(letter.channel, letter.address)
        return _OUTCOMES.get(fate) or Outcome(SENT, provider_ref=f"test-{letter.reference}")


class Guarded:
    """A real provider that test messages never reach, whatever lane they got into.

    `is_test` tells of a company's id whether its data are test data.
    """

    def __init__(self, provider, is_test):
        self._provider, self._is_test = provider, is_test
        self.lease, self.can_ask, self.is_idempotent = provider.lease, provider.can_ask, provider.is_idempotent

    def send(self, letter):
        """Hand one message over; returns an Outcome."""
        return self._real_or_not(letter).send(letter)

    def ask(self, letter):
        """What is known of a message; of a test message nobody knows anything."""
        return None if self._is_test(letter.company_id) else self._provider.ask(letter)

    def _real_or_not(self, letter):
        return SimulatedGateway() if self._is_test(letter.company_id) else self._provider
