"""The result of an attempt to send a message."""

from __future__ import annotations

from dataclasses import dataclass

SENT, REFUSED, NOT_SENT, UNKNOWN = "sent", "refused", "not_sent", "unknown"


@dataclass(frozen=True)
class Outcome:
    """`kind` says what is certain: sent, refused permanently, certainly not sent (try again), or nothing.

    `reason` is a short code of ours or the gateway's, never an address or a text. `wait` is in seconds.
    """

    kind: str
    provider_ref: str | None = None
    reason: str | None = None
    parts: int | None = None
    price: float | None = None
    wait: int | None = None


@dataclass(frozen=True)
class OutgoingMessage:
    """A message at the moment it is sent."""

    id: int
    token: str
    company_id: int
    channel: str
    address: str
    subject: str | None
    body: str
    reference: str
    provider_ref: str | None
    attempts: int
