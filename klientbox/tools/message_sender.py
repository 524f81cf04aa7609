"""Sends messages."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg2

from ..lib import clock
from ..lib.faults import point
from .lanes import FinishedCounter
from .outcome import NOT_SENT, SENT, UNKNOWN, Outcome

if TYPE_CHECKING:
    from datetime import datetime
    from threading import Event

    from .outbox import Claim, Outbox
    from .outcome import OutgoingMessage
    from .provider import Provider

_logger = logging.getLogger(__name__)

CLAIM = 20
LOOK_UPS = 20
# Pauses in seconds after failures in a row: else a dead gateway would use up the whole queue.
MOST_FAILURES, REST = 3, 300
FIRST_WAIT, LONGEST_WAIT = 30, 3600
# Well below the shortest lease: the maximum time between the last statement and the call.
LONGEST_START = 15
# Each may hold a connection; Odoo's pool has 64 by default.
MOST_LANES = 16


class MessageSender:
    """The queue of messages: a lane is a provider (a gateway, a company's SMS provider, its mail server).

    `provider_of(lane)` returns the provider (None: none is active), `hash_of(channel, address)` the key of an address
    on the suppression list; `finished` counts messages.
    """

    most = MOST_LANES

    def __init__(
        self, outbox: Outbox, provider_of: Callable[[str], Provider | None], hash_of: Callable[[str, str], str]
    ) -> None:
        self._outbox = outbox
        self._provider_of = provider_of
        self._hash_of = hash_of
        self.finished = FinishedCounter()

    def lanes(self) -> list[str]:
        """Lanes with work now."""
        return self._outbox.lanes()

    def serve(self, lane: str, closing: Event) -> bool:
        """Work on one lane: claim, send, write, until it is empty or failing. Returns whether it may be served
        again."""
        provider = self._provider_of(lane)
        if provider is None:
            return False
        self._send_all(lane, provider, closing)
        self._look_up_unknown(lane, provider, closing)
        return True

    def _send_all(self, lane: str, provider: Provider, closing: Event) -> None:
        """Send due messages, until there are no more, or the lane needs a pause."""
        failures = 0
        while not closing.is_set():
            point("before_claim")
            claims = self._outbox.claim(lane, CLAIM)
            if not claims:
                return
            point("claimed")
            while claims:
                if closing.is_set():
                    self._outbox.release(claims)
                    return
                outcome = self._send_one(provider, claims.pop(0))
                failures = failures + 1 if outcome and outcome.kind in (NOT_SENT, UNKNOWN) else 0
                rest = outcome and outcome.wait or (REST if failures >= MOST_FAILURES else 0)
                if rest:
                    self._outbox.release(claims)
                    self._outbox.rest(lane, clock.now() + timedelta(seconds=rest))
                    return

    def _send_one(self, provider: Provider, claim: Claim) -> Outcome | None:
        """Send one message; its Outcome, or None when it was not to be sent now."""
        now = clock.now()
        if claim.is_commercial and not claim.hours.are_open(now):
            self._outbox.postpone(claim.id, claim.token, claim.hours.next_open(now))
            return None
        address_hash = claim.address and self._hash_of(claim.channel, claim.address)
        point("judged", claim.id)
        started = time.monotonic()
        message = self._outbox.start(claim, address_hash, provider.lease, once=provider.is_idempotent)
        self.finished.add()
        if message is None:
            return None
        point("sending", claim.id)
        if time.monotonic() - started > LONGEST_START:
            # A process that was frozen here may have been given up, and another may have sent its message.
            outcome = Outcome(NOT_SENT, reason="interrupted")
        else:
            outcome = self._hand_over(provider, message)
        point("answered")
        self._outbox.finish(message, outcome, self._next_look(provider, message, outcome))
        if outcome.kind == UNKNOWN and provider.is_idempotent:
            self._outbox.requeue(message, believe=0)
        point("done")
        if outcome.kind != SENT:
            _logger.info("Message %s: %s (%s).", message.id, outcome.kind, outcome.reason)
        return outcome

    def _hand_over(self, provider: Provider, message: OutgoingMessage) -> Outcome:
        """The result of sending a message; one that makes its provider raise must not stop those behind it."""
        try:
            return provider.send(message)
        except psycopg2.Error:
            # Without the database nothing can continue here.
            raise
        except Exception as error:
            _logger.exception("Message %s: its provider failed.", message.id)
            return Outcome(UNKNOWN, reason=type(error).__name__)

    def _next_look(self, provider: Provider, message: OutgoingMessage, outcome: Outcome) -> datetime | None:
        """When a message that was not sent is tried again, or an unknown one is looked up, if ever."""
        if outcome.kind == NOT_SENT:
            wait = outcome.wait or min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT)
            return clock.now() + timedelta(seconds=wait)
        return clock.now() if provider.can_look_up else None

    def _look_up_unknown(self, lane: str, provider: Provider, closing: Event) -> None:
        """Resolve unknown messages by a query at the gateway, where it supports queries."""
        if not provider.can_look_up and not provider.is_idempotent:
            self._outbox.leave_unknown(lane)
            return
        for message in self._outbox.claim_look_ups(lane, LOOK_UPS):
            if closing.is_set():
                break
            if provider.is_idempotent:
                self._outbox.requeue(message, believe=0)
                continue
            answer = provider.look_up(message)
            if answer == NOT_SENT:
                self._outbox.requeue(message)
            elif isinstance(answer, Outcome):
                self._outbox.finish(message, answer, None)
            elif answer:
                self._outbox.finish(message, Outcome(SENT), None)
                self._outbox.report(message.id, answer)
