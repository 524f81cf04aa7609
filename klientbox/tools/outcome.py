"""What is known after an attempt to hand a message over."""

from dataclasses import dataclass

SENT, REFUSED, NOT_SENT, UNKNOWN = "sent", "refused", "not_sent", "unknown"


@dataclass(frozen=True)
class Outcome:
    """`kind` says what is certain: taken, refused for good, certainly not sent (try again), or nothing.

    `reason` is a short word of ours or the gateway's, never an address or a text. `wait` is in seconds.
    """

    kind: str
    provider_ref: str | None = None
    reason: str | None = None
    parts: int | None = None
    price: float | None = None
    wait: int | None = None


@dataclass(frozen=True)
class Letter:
    """A message at the moment it goes out."""

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
