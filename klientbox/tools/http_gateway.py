"""The generic HTTP gateway: for any provider that accepts one message a request."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import HTTPError

from ..lib import gateway_format, message
from ..lib.callback import Callback, CallbackRequest, CallbackResponse, is_form
from ..lib.callback_signature import Signature
from . import url_guard
from .outcome import NOT_SENT, REFUSED, SENT, UNKNOWN, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .outcome import OutgoingMessage
    from .url_guard import Network

JSON, FORM, QUERY = "json", "form", "query"
TOO_MANY, UNAVAILABLE, NOT_FOUND = 429, 503, 404
LONGEST_WAIT = 3600
LONGEST_REASON = 64


@dataclass(frozen=True)
class HttpGateway:
    """One account at a provider. `send` and `look_up` never raise for an error of the gateway or the network."""

    # A worker that was suspended longer than this has lost its message; well over the longest call.
    lease = 60

    url: str
    body_format: str
    template: dict[str, Any]
    auth: str
    user: str
    secret: str = field(repr=False)
    header: str
    sender: str
    callback: str = field(repr=False)
    id_path: str
    parts_path: str
    price_path: str
    refused_path: str
    status_url: str
    status_path: str
    callback_format: gateway_format.CallbackFormat
    is_idempotent: bool
    signature: Signature
    allowed: tuple[Network, ...]

    @property
    def can_look_up(self) -> bool:
        """Whether the gateway can report a message's state."""
        return bool(self.status_url)

    def send(self, outgoing: OutgoingMessage) -> Outcome:
        """Send one message; returns an Outcome."""
        body = gateway_format.fill(self.template, self._values(outgoing))
        sending = {JSON: "json", FORM: "data", QUERY: "params"}[self.body_format]
        method = "GET" if self.body_format == QUERY else "POST"
        try:
            answer, content = self._request(method, self.url, **{sending: body})
        except (requests.exceptions.InvalidHeader, UnicodeError):
            # A key that can't be a header. Nothing was sent, and the message waits until the gateway is corrected.
            return Outcome(NOT_SENT, reason="not_buildable")
        except (requests.RequestException, HTTPError) as error:
            return _of_exception(error)
        return self._outcome(answer, content)

    def look_up(self, outgoing: OutgoingMessage) -> Outcome | str | None:
        """The gateway's state of a message that may have reached it: an Outcome, or a state of ours, or None."""
        url = gateway_format.fill(self.status_url, self._values(outgoing) | {"id": outgoing.provider_ref or ""})
        try:
            answer, content = self._request("GET", url)
        except (requests.RequestException, HTTPError):
            return None
        if answer.status_code == NOT_FOUND:
            return NOT_SENT
        if not answer.ok:
            return None
        found = _parsed(content)
        if found is None:
            return None
        code = str(gateway_format.pick(found, self.status_path))
        state = self.callback_format.state_of(code)
        reason = self.callback_format.reason_of(code) or self.callback_format.reason_in(found)
        if reason and state != message.DELIVERED:
            return Outcome(REFUSED, reason=reason)
        return state or message.SENT

    def is_authentic(self, request: CallbackRequest) -> bool:
        """Whether a callback has the signature that was agreed on; of a GET the query is signed."""
        signed = request.query if request.method == "GET" else request.body
        return self.signature.is_right(signed, request.headers)

    def covers_query(self) -> bool:
        """False where the body is signed: anyone could change the query."""
        return not self.signature.header

    def read_callback(self, headers: Mapping[str, str], query: str, body: str) -> Callback:
        """The events of a callback by the gateway's own names for them. Raises InvalidFormat."""
        return self.callback_format.parse(*gateway_format.with_query(body, is_form(headers), query))

    def respond(self, request: CallbackRequest) -> CallbackResponse:
        """A plain OK."""
        return CallbackResponse()

    def _request(self, method: str, url: str, **options: Any) -> tuple[requests.Response, bytes]:
        with url_guard.session(self.allowed) as session:
            if self.auth == "basic":
                session.auth = (self.user, self.secret)
            elif self.auth == "bearer":
                session.headers["Authorization"] = f"Bearer {self.secret}"
            elif self.auth == "header":
                session.headers[self.header] = self.secret
            return url_guard.request(session, method, url, **options)

    def _values(self, outgoing: OutgoingMessage) -> dict[str, str]:
        return {
            "to": outgoing.address,
            "to_digits": outgoing.address.lstrip("+"),
            "text": outgoing.body,
            "reference": outgoing.reference,
            "sender": self.sender,
            "callback": self.callback,
            "user": self.user,
            "secret": self.secret,
        }

    def _outcome(self, answer: requests.Response, content: bytes) -> Outcome:
        status = answer.status_code
        found = _parsed(content)
        if status == TOO_MANY or (status == UNAVAILABLE and "Retry-After" in answer.headers):
            return Outcome(NOT_SENT, reason=f"http_{status}", wait=url_guard.retry_after(answer, LONGEST_WAIT))
        if status >= 500:
            return Outcome(UNKNOWN, reason=f"http_{status}")
        if status >= 300:
            return Outcome(REFUSED, reason=self._reason(found) or f"http_{status}")
        if not isinstance(found, (dict, list)):
            return Outcome(UNKNOWN, reason="unreadable_answer")
        if refused := self._reason(found):
            return Outcome(REFUSED, reason=refused)
        reference = gateway_format.pick(found, self.id_path)
        parts, price = (gateway_format.pick(found, path) for path in (self.parts_path, self.price_path))
        return Outcome(
            SENT,
            provider_ref=str(reference) if reference is not None else None,
            parts=parts if isinstance(parts, int) else None,
            price=float(price) if isinstance(price, (int, float)) else None,
        )

    def _reason(self, found: Any) -> str | None:
        value = gateway_format.pick(found, self.refused_path) if self.refused_path else None
        # Error texts of a gateway may contain the number: only a short code is kept.
        code = str(value).strip() if value else ""
        if not code:
            return None
        if known := self.callback_format.reason_of(code):
            return known
        return code if code.replace("_", "").isalpha() and len(code) <= LONGEST_REASON else "refused"


def _of_exception(error: Exception) -> Outcome:
    if isinstance(error, requests.RequestException) and url_guard.never_left(error):
        return Outcome(NOT_SENT, reason="unreachable")
    timeout = isinstance(error, requests.Timeout)
    return Outcome(UNKNOWN, reason="timeout" if timeout else "connection_lost")


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
