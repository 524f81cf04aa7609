"""The interface of everything that sends messages.

A gateway's `kind` chooses its provider: an addon adds a kind to `klientbox.gateway` and a method `_<kind>_provider()`
that returns a `GatewayProvider`. See docs/gateways.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ..lib.callback import Callback, CallbackRequest, CallbackResponse
from .outcome import Outcome, OutgoingMessage


class Provider(Protocol):
    """Sends the messages of one lane, in a thread of its own and outside any transaction."""

    @property
    def lease(self) -> int:
        """Seconds after which a worker that has not finished a message counts as dead; well over the longest call."""

    @property
    def can_look_up(self) -> bool:
        """Whether `look_up` works."""

    @property
    def is_idempotent(self) -> bool:
        """Whether a message that is sent twice with the same reference arrives once."""

    def send(self, message: OutgoingMessage) -> Outcome:
        """Send one message. An error of the network or the provider is an Outcome, never an exception."""

    def look_up(self, message: OutgoingMessage) -> Outcome | str | None:
        """The state of a message that may have arrived: an Outcome, a state of lib/message, or None where the
        provider does not know. Called only where `can_look_up`."""


class GatewayProvider(Provider, Protocol):
    """A provider that also calls back."""

    def is_authentic(self, request: CallbackRequest) -> bool:
        """Whether a callback is the provider's own. Its secret address was right already."""

    def covers_query(self) -> bool:
        """Whether the query of a POST can be trusted like its body. False where only the body is signed: the query is
        then dropped."""

    def read_callback(self, headers: Mapping[str, str], query: str, body: str) -> Callback:
        """The events of a stored callback. `query` is a form in UTF-8, as is the body of a form; Content-Type says what
        `body` is. Raises InvalidFormat where nothing of it can be read."""

    def respond(self, request: CallbackRequest) -> CallbackResponse:
        """The answer that the provider expects."""
