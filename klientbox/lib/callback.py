"""What gateways post: the request, the events in it, and the answer that the gateway expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FORM = "application/x-www-form-urlencoded"


class InvalidFormat(ValueError):
    """A template or a callback can't be read; the text says what is wrong with it."""


@dataclass(frozen=True)
class Report:
    """A gateway's news of a message: `state` is ours, or None while nothing final is known.

    `reason` is one of lib/failure_reasons where the gateway's words say more than that it failed, else the word itself.
    """

    reference: str | None
    provider_ref: str | None
    state: str | None
    reason: str | None = None


@dataclass(frozen=True)
class Reply:
    """An incoming SMS. `event_id` is the gateway's own number of it, where it has one."""

    sender: str
    text: str
    reference: str | None = None
    event_id: str | None = None


@dataclass(frozen=True)
class Callback:
    """The events of one callback. It is not whole when some of its objects can't be read."""

    events: tuple[Report | Reply, ...]
    is_whole: bool


@dataclass(frozen=True)
class CallbackRequest:
    """A callback as it arrives. The names of `headers` are in lower case, `query` and `body` are undecoded."""

    method: str
    headers: Mapping[str, str]
    query: bytes
    body: bytes


@dataclass(frozen=True)
class CallbackResponse:
    """The answer that a gateway expects once its callback is stored."""

    body: str = "OK"
    content_type: str = "text/plain"
    status: int = 200


def is_form(headers: Mapping[str, str]) -> bool:
    """Whether a body is a form by its Content-Type."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
