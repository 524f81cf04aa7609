"""Webhooks by https://www.standardwebhooks.com: events, signatures, and when to try again."""

from __future__ import annotations

import base64
import random
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timezone
from typing import NamedTuple

from standardwebhooks import Webhook

from .scope import READ

CLIENT, VISIT, MESSAGE = "klientbox.client", "klientbox.visit", "klientbox.message"
CREATED, UPDATED, DELETED = "created", "updated", "deleted"
# The events, family by family; `data` of an event is the answer to GET of the record.
FAMILIES = {
    CLIENT: ("client", (CREATED, UPDATED, DELETED)),
    VISIT: ("visit", (CREATED, UPDATED, "done", "cancelled", "no_show", DELETED)),
    MESSAGE: ("message", ("queued", "sent", "delivered", "failed", "replied")),
}
EVERYTHING = "*"
TEST = "webhook.test"
EVENTS = tuple(f"{family}.{action}" for family, actions in FAMILIES.values() for action in actions)
# States of a visit with an event of their own, beside created or updated.
_STATES_WITH_EVENT = {"done", "cancelled", "no_show"}

# Seconds before each attempt, with a tenth more or less; after the last the delivery is dead.
SCHEDULE = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
JITTER = 0.1
# The longest wait that a receiver may request.
LONGEST_RETRY_AFTER = 3600
_PREFIX = "whsec_"
_SECRET_BYTES = 32


class UnknownEvent(ValueError):
    """An unknown event; the argument is its name."""


class Change(NamedTuple):
    """A row of the change log."""

    id: int
    model: str
    res_id: int
    kind: str
    was: str | None
    became: str | None
    at: datetime


class Event(NamedTuple):
    """An event about a record. `at` is naive UTC."""

    type: str
    model: str
    res_id: int
    at: datetime

    @property
    def is_deletion(self) -> bool:
        """Whether the record no longer exists."""
        return self.type.endswith(f".{DELETED}")


def models_of(names: Collection[str]) -> list[str]:
    """Models whose changes are needed for these events."""
    wanted = covered(names)
    return [model for model, (family, _actions) in FAMILIES.items() if any(name.startswith(family) for name in wanted)]


def covered(names: Collection[str]) -> set[str]:
    """The events of names, families (`client.*`) and `*`; raises UnknownEvent."""
    found = set()
    for name in names:
        matching = {event for event in EVENTS if name in (EVERYTHING, event, f"{event.partition('.')[0]}.*")}
        if not matching:
            raise UnknownEvent(name)
        found |= matching
    return found


def scope_of(event: str) -> str | None:
    """The scope for what an event contains: that of GET for its record. A test event contains nothing."""
    return None if event == TEST else f"{event.partition('.')[0]}s:{READ}"


def scopes_of(names: Collection[str]) -> list[str]:
    """The scopes for what these events, families or `*` contain."""
    return sorted({scope for event in covered(names) if (scope := scope_of(event))})


def canonical(names: Collection[str]) -> list[str]:
    """The shortest notation of a choice of events, in a fixed order: whole families as `client.*`."""
    if EVERYTHING in names:
        return [EVERYTHING]
    wanted, written = covered(names), []
    for family, actions in FAMILIES.values():
        members = [f"{family}.{action}" for action in actions]
        chosen = [member for member in members if member in wanted]
        written += [f"{family}.*"] if chosen == members else chosen
    return written


def events_of(changes: Iterable[Change]) -> list[Event]:
    """The events of a section of the change log, in its order.

    A record has one event of each kind: a record created and then changed is created, one created and deleted never
    existed. The data are read afterwards, so they are those of the last change anyway.
    """
    by_record: dict[tuple[str, int], dict[str, tuple[int, Event]]] = {}
    for change in changes:
        events = by_record.setdefault((change.model, change.res_id), {})
        for action in _actions(change):
            _add(events, action, change)
    found = [event for events in by_record.values() for event in events.values()]
    return [event for _change_id, event in sorted(found, key=lambda pair: pair[0])]


def _add(events: dict[str, tuple[int, Event]], action: str, change: Change) -> None:
    """Add an event to those of one record."""
    if action == UPDATED and CREATED in events:
        return
    if action == DELETED:
        unknown = CREATED in events
        events.clear()
        if unknown:
            return
    else:
        events.pop(DELETED, None)
    family, _all = FAMILIES[change.model]
    events.pop(action, None)
    events[action] = (change.id, Event(f"{family}.{action}", change.model, change.res_id, change.at))


def _actions(change: Change) -> list[str]:
    """The event names of one change."""
    if change.model == CLIENT:
        return _client_actions(change)
    moved = change.became if change.became != change.was else None
    if change.model == VISIT:
        first = {"insert": CREATED, "update": UPDATED, "delete": DELETED}[change.kind]
        return [first, moved] if moved in _STATES_WITH_EVENT else [first]
    _family, actions = FAMILIES[MESSAGE]
    return [moved] if moved in actions and (moved != "queued" or change.kind == "insert") else []


def _client_actions(change: Change) -> list[str]:
    """For the API an archived client is deleted; a restored one has changed."""
    was, became = change.was == "true", change.became == "true"
    if change.kind == "insert":
        return [CREATED] if became else []
    return [UPDATED] if became else [DELETED] if was else []


def new_secret() -> str:
    """A new signing secret."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signatures(keys: Iterable[str], event_id: str, timestamp: int, body: str) -> str:
    """The header `webhook-signature`: one signature for each secret that is valid now, with spaces between.

    `timestamp` is in whole seconds, `body` the text as it is sent.
    """
    # The library reads the time as UTC, whatever its zone.
    moment = datetime.fromtimestamp(timestamp, timezone.utc)
    return " ".join(Webhook(key).sign(event_id, moment, body) for key in keys)


def wait_after(attempts: int, retry_after: int | None = None) -> float | None:
    """Seconds until the next attempt after this many, or None when that was the last.

    `retry_after` is the receiver's Retry-After: it may make the wait longer, up to LONGEST_RETRY_AFTER.
    """
    if attempts >= len(SCHEDULE):
        return None
    wait = SCHEDULE[attempts] * random.uniform(1 - JITTER, 1 + JITTER)
    return max(wait, min(retry_after or 0, LONGEST_RETRY_AFTER))
