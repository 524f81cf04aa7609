"""Sends webhook deliveries: a lane is a webhook, so a slow or hanging receiver delays no other."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import requests
from urllib3.exceptions import HTTPError

from ..lib import clock, webhook
from ..lib.faults import point
from . import url_guard
from .lanes import FinishedCounter
from .webhook_deliveries import DeliveryResult

if TYPE_CHECKING:
    from threading import Event

    from .url_guard import Network
    from .webhook_deliveries import Deliveries, OutgoingEvent

_logger = logging.getLogger(__name__)

ANSWER_SECONDS = 15
GONE, BUSY = 410, (429, 503)
# Pauses in seconds after failures in a row: else a dead receiver would keep its lane busy for nothing.
MOST_FAILURES, REST = 3, 60
MOST_LANES = 16


class WebhookSender:
    """The queue of webhook deliveries. `allowed` are networks as `url_guard.networks` returns them; `finished` counts
    attempts."""

    most = MOST_LANES

    def __init__(self, deliveries: Deliveries, allowed: Sequence[Network]) -> None:
        self._deliveries = deliveries
        self._allowed = allowed
        self.finished = FinishedCounter()

    def lanes(self) -> list[str]:
        """A lane for each webhook with due deliveries."""
        return [f"webhook:{webhook_id}" for webhook_id in self._deliveries.lanes()]

    def serve(self, lane: str, closing: Event) -> bool:
        """Send the due deliveries of one webhook, one at a time, in their order. Returns whether it may be served
        again."""
        webhook_id = int(lane.partition(":")[2])
        failures = 0
        while not closing.is_set():
            event = self._deliveries.claim(webhook_id)
            if event is None:
                break
            result = self._deliver(event)
            failures = failures + 1 if result.error else 0
            rest = result.retry_after or (REST if failures >= MOST_FAILURES else 0)
            if rest:
                self._deliveries.rest(webhook_id, clock.now() + timedelta(seconds=rest))
                break
        return True

    def _deliver(self, event: OutgoingEvent) -> DeliveryResult:
        """Make one attempt and record it."""
        point("webhook_claimed")
        result = send(event, self._allowed)
        point("webhook_answered")
        is_gone = result.status == GONE
        wait = None if is_gone else webhook.wait_after(event.attempts, result.retry_after)
        next_at = clock.now() + timedelta(seconds=wait) if result.error and wait is not None else None
        if self._deliveries.finish(event, result, next_at):
            if result.error:
                self._deliveries.failed(event.webhook_id, is_gone)
                _logger.info("Webhook %s: delivery %s failed (%s).", event.webhook_id, event.id, result.error)
            else:
                self._deliveries.succeeded(event.webhook_id)
        self.finished.add()
        return result


def send(event: OutgoingEvent, allowed: Sequence[Network]) -> DeliveryResult:
    """Post one event; the result. Never raises for an error of the receiver or the network."""
    # The receiver compares it with its own clock: real time, also in tests with a frozen one.
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "KlientBox-Webhooks/1",
        "webhook-id": event.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": webhook.signatures(event.secrets, event.event_id, timestamp, event.payload),
    }
    status = retry_after = None
    error: str | None
    began = time.monotonic()
    try:
        with url_guard.session(allowed, within=ANSWER_SECONDS) as session:
            answer, _body = url_guard.request(
                session,
                "POST",
                event.url,
                timeout=(url_guard.CONNECT_SECONDS, ANSWER_SECONDS),
                data=event.payload.encode(),
                headers=headers,
            )
    except (requests.RequestException, HTTPError) as problem:
        error = url_guard.error_code(problem)
    else:
        status = answer.status_code
        error = None if 200 <= status < 300 else f"http_{status}"
        retry_after = url_guard.retry_after(answer, webhook.LONGEST_RETRY_AFTER) if status in BUSY else None
    return DeliveryResult(status, error, round((time.monotonic() - began) * 1000), retry_after)
