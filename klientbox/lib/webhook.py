"""Webhooks as https://www.standardwebhooks.com has them: events, signatures, and when to try again."""

import base64
import hashlib
import hmac
import random
import secrets
from datetime import datetime
from typing import NamedTuple

CLIENT, VISIT, MESSAGE = "klientbox.client", "klientbox.visit", "klientbox.message"
CREATED, UPDATED, DELETED = "created", "updated", "deleted"
# What can be told, family by family; `data` of an event is what GET of the record gives.
FAMILIES = {
    CLIENT: ("client", (CREATED, UPDATED, DELETED)),
    VISIT: ("visit", (CREATED, UPDATED, "done", "cancelled", "no_show", DELETED)),
    MESSAGE: ("message", ("queued", "sent", "delivered", "failed", "replied")),
}
EVERYTHING = "*"
TEST = "webhook.test"
EVENTS = tuple(f"{family}.{word}" for family, words in FAMILIES.values() for word in words)
# States of a visit that are told by an event of their own, beside created or updated.
_TELLING = {"done", "cancelled", "no_show"}

# Seconds before each attempt, with a tenth more or less; after the last it is dead.
SCHEDULE = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
JITTER = 0.1
# How long a receiver may ask for patience.
LONGEST_ASKED = 3600
_PREFIX = "whsec_"
_SECRET_BYTES = 32


class UnknownEvent(ValueError):
    """Nothing of that name is told; the argument is the name."""


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
    """What is to be told of a record. `at` is naive UTC."""

    type: str
    model: str
    res_id: int
    at: datetime

    @property
    def is_deletion(self):
        """Whether there is nothing left to show."""
        return self.type.endswith(f".{DELETED}")


def models_of(names):
    """Models whose changes somebody who asked for these events must see."""
    wanted = covered(names)
    return [model for model, (family, _words) in FAMILIES.items() if any(name.startswith(family) for name in wanted)]


def covered(names):
    """The events that names, families (`client.*`) and `*` stand for; raises UnknownEvent."""
    found = set()
    for name in names:
        matching = {event for event in EVENTS if name in (EVERYTHING, event, f"{event.partition('.')[0]}.*")}
        if not matching:
            raise UnknownEvent(name)
        found |= matching
    return found


def canonical(names):
    """The shortest way to write a choice of events, in a fixed order: whole families as `client.*`."""
    if EVERYTHING in names:
        return [EVERYTHING]
    wanted, written = covered(names), []
    for family, words in FAMILIES.values():
        members = [f"{family}.{word}" for word in words]
        chosen = [member for member in members if member in wanted]
        written += [f"{family}.*"] if chosen == members else chosen
    return written


def events_of(changes):
    """What a stretch of the change log comes to, in its order.

    A record is told about once for each event: who is created and then changed is created, who is created and deleted
    was never there. The data are read afterwards, so they are those of the last change anyway.
    """
    told = {}
    for change in changes:
        events = told.setdefault((change.model, change.res_id), {})
        for word in _words(change):
            _add(events, word, change)
    found = [event for events in told.values() for event in events.values()]
    return [event for _change_id, event in sorted(found, key=lambda pair: pair[0])]


def _add(events, word, change):
    """Let the events of one record grow by another."""
    if word == UPDATED and CREATED in events:
        return
    if word == DELETED:
        unknown = CREATED in events
        events.clear()
        if unknown:
            return
    else:
        events.pop(DELETED, None)
    family, _all = FAMILIES[change.model]
    events.pop(word, None)
    events[word] = (change.id, Event(f"{family}.{word}", change.model, change.res_id, change.at))


def _words(change):
    """The words of one change."""
    if change.model == CLIENT:
        return _client_words(change)
    moved = change.became if change.became != change.was else None
    if change.model == VISIT:
        first = {"insert": CREATED, "update": UPDATED, "delete": DELETED}[change.kind]
        return [first, moved] if moved in _TELLING else [first]
    _family, words = FAMILIES[MESSAGE]
    return [moved] if moved in words and (moved != "queued" or change.kind == "insert") else []


def _client_words(change):
    """An archived client is a deleted one for the API; one who comes back has changed."""
    was, became = change.was == "true", change.became == "true"
    if change.kind == "insert":
        return [CREATED] if became else []
    return [UPDATED] if became else [DELETED] if was else []


def new_secret():
    """A secret to sign with."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signatures(keys, event_id, timestamp, body):
    """The header `webhook-signature`: one signature for each secret that is valid now, with spaces between.

    `timestamp` is in whole seconds, `body` the text as it is sent.
    """
    return " ".join(f"v1,{_signature(key, event_id, timestamp, body)}" for key in keys)


def _signature(key, event_id, timestamp, body):
    raw = base64.b64decode(key.removeprefix(_PREFIX))
    signed = f"{event_id}.{timestamp}.{body}".encode()
    return base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()


def wait_after(attempts, asked=None):
    """Seconds until the next attempt after so many, or None when that was the last.

    `asked` is what the receiver's Retry-After wants: it may make the wait longer, up to LONGEST_ASKED.
    """
    if attempts >= len(SCHEDULE):
        return None
    wait = SCHEDULE[attempts] * random.uniform(1 - JITTER, 1 + JITTER)
    return max(wait, min(asked or 0, LONGEST_ASKED))
