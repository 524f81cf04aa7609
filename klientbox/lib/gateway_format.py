"""How a gateway of the generic kind is spoken to and understood: templates of bodies, paths into answers.

A path names a member by dots, a number is a place in a list: `data.messages.0.id`.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from .message import DELIVERED, FAILED

PLACEHOLDERS = ("to", "to_digits", "text", "reference", "sender", "callback", "user", "secret")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class InvalidFormat(ValueError):
    """A template or a callback can't be read; the text says what is wrong with it."""


@dataclass(frozen=True)
class Report:
    """A gateway's news of a message: `state` is ours, or None while nothing final is known."""

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
class CallbackFormat:
    """Paths of what a gateway posts, and its words for the two ends of a message."""

    reference: str
    provider_ref: str
    state: str
    delivered: str
    failed: str
    reply_from: str
    reply_text: str
    reply_to: str
    event_id: str

    def events_of(self, body, is_form):
        """Reports and replies of one callback: an object, a list of objects, or a form. Raises InvalidFormat."""
        return [self._event(event) for event in _events(body, is_form)]

    def _event(self, event):
        sender, text = pick(event, self.reply_from), pick(event, self.reply_text)
        if sender and text is not None:
            return Reply(str(sender), str(text), _word(pick(event, self.reply_to)), _word(pick(event, self.event_id)))
        state = _word(pick(event, self.state))
        return Report(
            _word(pick(event, self.reference)),
            _word(pick(event, self.provider_ref)),
            self.state_of(state),
            state,
        )

    def state_of(self, word):
        """Our state for a gateway's word; None for one that is not final, as "buffered"."""
        word = (word or "").lower()
        if word in _words(self.delivered):
            return DELIVERED
        return FAILED if word in _words(self.failed) else None


def parse_template(text):
    """A body's template as a JSON object. Raises InvalidFormat for what is none and for unknown placeholders."""
    try:
        template = json.loads(text)
    except ValueError as error:
        raise InvalidFormat("not JSON") from error
    if not isinstance(template, dict):
        raise InvalidFormat("not a JSON object")
    strange = [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
    if strange:
        raise InvalidFormat(f"unknown placeholder {{{strange[0]}}}")
    return template


def fill(template, values):
    """A template with the values put in, as text wherever they stand: no value can change the structure."""
    if isinstance(template, str):
        return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), template)
    if isinstance(template, list):
        return [fill(part, values) for part in template]
    if isinstance(template, dict):
        return {name: fill(part, values) for name, part in template.items()}
    return template


def pick(data, path):
    """What stands at a path, or None."""
    for step in path.split(".") if path else [None]:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and (step or "").isdecimal():
            data = data[int(step)] if int(step) < len(data) else None
        else:
            return None
    return data


def _events(body, is_form):
    if is_form:
        return [dict(parse_qsl(body, keep_blank_values=True))]
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidFormat("not JSON") from error
    events = data if isinstance(data, list) else [data]
    if not all(isinstance(event, dict) for event in events):
        raise InvalidFormat("not an object")
    return events


def _words(text):
    return {word.strip().lower() for word in (text or "").split(",")}


def _word(value):
    """A scalar as text; anything else is none."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
