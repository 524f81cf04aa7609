"""The formats of a gateway of the generic kind: templates of bodies, paths into answers.

A path names a member by dots, a number is a place in a list: `data.messages.0.id`.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .callback import Callback, InvalidFormat, Reply, Report
from .failure_reasons import UNSUBSCRIBED, of_permanent_code
from .message import DELIVERED, FAILED
from .replies import refuses
from .text import listing, of_ucs2_hex, short, storable

# Longer than any phone, in any spelling, with the name of its owner.
LONGEST_SENDER = 200
MOST_DIGITS = 30
# What is read of one callback. The members of its address, and those beside a list, count once for each object, as
# does each hundred characters of a reply.
MOST_EVENTS, MOST_VALUES, CHARACTERS = 1000, 100_000, 100

PLACEHOLDERS = ("to", "to_digits", "text", "reference", "sender", "callback", "user", "secret")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Charsets that a gateway may name; Python has others, which are no charsets or cost much to decode.
_CHARSET = re.compile(
    r"utf-?(8|16|32)([-_]?[bl]e)?|us-ascii|iso-?8859-?\d{1,2}|(windows-|cp)(125\d|852)", re.IGNORECASE
)
_WIDE = re.compile(r"utf-?(16|32)", re.IGNORECASE)
_CZECH = "cp1250"
# Before the members of an address, in a line of its own above a body that is no form.
_QUERY = "?"
# States of gateways for a message that is in progress. A callback with a sender and another state may be a reply.
_INTERIM = listing(
    "accepted acked buffered enroute en_route in_progress in_transit pending processing queued scheduled sending sent"
    " submitted"
)


# A value of JSON, as a gateway wrote it.
Json = Any


@dataclass(frozen=True)
class CallbackFormat:
    """Paths in a gateway's callbacks, and its names of the final states of a message, with commas between them."""

    reference: str
    provider_ref: str
    state: str
    delivered: str
    failed: str
    reply_from: str
    reply_text: str
    reply_to: str
    event_id: str
    reason: str = ""
    permanent: str = ""
    unsubscribed: str = ""

    def parse(self, body: str, is_form: bool) -> Callback:
        """Parse a callback: an object, a list of objects, or a form; `is_form` is the type that its sender declares.

        A callback with more than MOST_EVENTS or MOST_VALUES is read up to there, and is not whole. Raises InvalidFormat
        where nothing in it can be read.
        """
        events: dict[Report | Reply, None] = {}
        is_whole = True
        reading = _Reading()
        query, objects = _parsed(body, is_form)
        try:
            for item in objects:
                found, is_item_whole = self._events_of(query, item, reading)
                events.update(dict.fromkeys(found))
                is_whole = is_whole and is_item_whole
                if len(events) > MOST_EVENTS:
                    raise _TooMuch
        except _TooMuch:
            is_whole = False
        return Callback(tuple(events)[:MOST_EVENTS], is_whole)

    def _events_of(self, query: dict[str, Json], item: Json, reading: _Reading) -> tuple[list[Report | Reply], bool]:
        """(the replies or else the reports of one object with the members of the address, whether that is its whole
        content)."""
        if not isinstance(item, dict):
            return [], False
        reading.count(_size(query))
        item = _merged(query, item)
        parts = list(reading.parts(item, self.reply_from))
        by_part = [list(self._replies(part, reading)) for part in parts]
        is_whole = all(found or self._has_no_reply(part, reading) for part, found in zip(parts, by_part, strict=True))
        events: list[Report | Reply] = [reply for found in by_part for reply in found]
        events = events or [report for part in reading.parts(item, self.state) for report in self._reports(part)]
        return events, is_whole and bool(events)

    def _has_no_reply(self, part: Json, reading: _Reading) -> bool:
        """Whether an object without a readable reply contains none: a report may name its sender, and no more."""
        senders, texts = (
            [value for value in _choices(part, path) if value not in (None, "", False)]
            for path in (self.reply_from, self.reply_text)
        )
        if None in map(_scalar_text, texts) or (texts and not all(map(_is_sender, senders))):
            return False
        state = _scalar_text(pick(part, self.state))
        if senders and any(reading.refuses(text) for text in _texts(part) if text != state):
            # A refusal in a member that is not configured as the text.
            return False
        return not (senders or texts) or self.state_of(state) is not None or (state or "").lower() in _INTERIM

    def _replies(self, part: Json, reading: _Reading) -> Iterator[Reply]:
        # An SMS without a text, such as a picture, is still a reply; a report may name its sender and no text.
        empty = None if _scalar_text(pick(part, self.state)) else ""
        found = [empty if text is None else _scalar_text(text) for text in _choices(part, self.reply_text)]
        texts = [text for text in found if text is not None]
        if not texts:
            return
        # Of a repeated member the refusal counts.
        text = of_ucs2_hex(next(filter(reading.refuses, texts), texts[-1]))
        reference, event_id = _scalar_text(pick(part, self.reply_to)), _scalar_text(pick(part, self.event_id))
        event_id = event_id and short(event_id)
        for sender in dict.fromkeys(filter(_is_sender, _choices(part, self.reply_from))):
            reading.count(len(text) // CHARACTERS)
            yield Reply(_scalar_text(sender) or "", text, reference, event_id)

    def _reports(self, part: Json) -> Iterator[Report]:
        state, reason = _scalar_text(pick(part, self.state)), self.reason_in(part)
        if state or reason == UNSUBSCRIBED:
            reference, provider_ref = (
                _scalar_text(pick(part, self.reference)),
                _scalar_text(pick(part, self.provider_ref)),
            )
            known = self.state_of(state)
            if reason and known != DELIVERED:
                known = FAILED
            yield Report(reference, provider_ref, known, reason or state)

    def state_of(self, code: str | None) -> str | None:
        """Our state for a gateway's; None for one that is not final, as "buffered"."""
        code = (code or "").strip().lower()
        if code in _codes(self.delivered):
            return DELIVERED
        return FAILED if code in _codes(self.failed) or self.reason_of(code) else None

    def reason_in(self, part: Json) -> str | None:
        """The permanent reason in an object's state or error; see reason_of."""
        codes = [_scalar_text(pick(part, path)) for path in (self.state, self.reason) if path]
        found = [self.reason_of(code) for code in codes]
        return UNSUBSCRIBED if UNSUBSCRIBED in found else next(filter(None, found), None)

    def reason_of(self, code: str | None) -> str | None:
        """UNSUBSCRIBED for a gateway's name of a refusal by the recipient, a reason of `failure_reasons` for that of a
        permanently undeliverable address; None for any other."""
        code = (code or "").strip().lower()
        if code and code in _codes(self.unsubscribed):
            return UNSUBSCRIBED
        return of_permanent_code(code) if code and code in _codes(self.permanent) else None


class _TooMuch(Exception):
    """A callback has more than is read of one."""


class _Reading:
    """The reading of one callback: what it has cost, and the texts that it has looked at.

    Anyone with a gateway's address can post 64 kB, and the job reads the callbacks of all companies.
    """

    def __init__(self) -> None:
        self.refuses = cache(refuses)
        self._values = 0

    def count(self, values: int) -> None:
        """Count values that are looked at. Raises _TooMuch."""
        self._values += values
        if self._values > MOST_VALUES:
            raise _TooMuch

    def parts(self, item: Json, path: str) -> Iterator[Json]:
        """The parts of an object, see `_parts`, each of them counted. Raises _TooMuch."""
        for part in _parts(item, path):
            self.count(_size(part))
            yield part


def _size(data: Json) -> int:
    """The number of values in an object, however deep."""
    return sum(1 for _ in _values(data))


def _texts(data: Json) -> Iterator[str]:
    """All texts in an object, however deep."""
    return (value for value in _values(data) if isinstance(value, str))


def _values(data: Json) -> Iterator[Json]:
    left = [data]
    while left:
        value = left.pop()
        yield value
        if isinstance(value, (dict, list)):
            left += value.values() if isinstance(value, dict) else value


def _is_sender(value: Json) -> bool:
    sender = _scalar_text(value)
    return bool(sender and len(sender) <= LONGEST_SENDER)


def parse_template(text: str) -> dict[str, Json]:
    """A body's template as a JSON object. Raises InvalidFormat for an invalid one and for unknown placeholders."""
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


def fill(template: Json, values: Mapping[str, str]) -> Json:
    """A template with the values inserted, as text wherever they are: no value can change the structure."""
    if isinstance(template, str):
        return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), template)
    if isinstance(template, list):
        return [fill(part, values) for part in template]
    if isinstance(template, dict):
        return {name: fill(part, values) for name, part in template.items()}
    return template


def pick(data: Json, path: str) -> Json:
    """The value at a path, or None; of a repeated member the last."""
    return next(reversed(_choices(data, path)), None)


def body_text(raw: bytes, is_form: bool, charset: str | None = None) -> str:
    """The body of a callback in its stored form: text without NUL; the values of a form in UTF-8.

    `charset` is the one of its Content-Type; gateways omit it, or name another one than they use.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    # JSON in UTF-16 or UTF-32 is recognised by a mark or by its many zeros.
    is_wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or raw.count(0) * 3 > len(raw)
    if is_form and not is_wide and raw.lstrip()[:1] not in (b"{", b"["):
        return _form(raw, charset)
    return decoded(raw, json.detect_encoding(raw) if is_wide else charset)


def form_text(pairs: Sequence[tuple[str, str]]) -> str:
    """Members that are parsed already, as the body of a form."""
    return urlencode(pairs)


def query_text(raw: bytes) -> str:
    """The query of a callback as it is kept: a form in UTF-8."""
    return _form(raw, None)


def with_query(text: str, is_form: bool, query: str) -> tuple[str, bool]:
    """(the body of a callback with the members of its query before it, whether it is a form)."""
    if not query:
        return text, is_form
    if not text.strip():
        return query, True
    if is_form and not _looks_like_json(text):
        return f"{query}&{text}", True
    return f"{_QUERY}{query}\n{text}", is_form


def _form(raw: bytes, charset: str | None) -> str:
    pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return form_text([(_of_latin(name, charset), _of_latin(value, charset)) for name, value in pairs])


def _of_latin(text: str, charset: str | None) -> str:
    return decoded(text.encode("latin-1"), charset)


def decoded(raw: bytes, charset: str | None) -> str:
    """The text of some bytes. Valid UTF-8 is decoded as such whatever `charset` says: other text is hardly ever valid
    UTF-8 by chance, and senders name a charset that they do not use."""
    is_wide = bool(charset and _WIDE.match(charset))
    for encoding in (charset, "utf-8") if is_wide else ("utf-8", charset):
        try:
            if encoding and _CHARSET.fullmatch(encoding):
                return storable(raw.decode(encoding).removeprefix("\ufeff"))
        except (UnicodeDecodeError, LookupError):
            continue
    return storable(raw.decode(_CZECH, errors="replace"))


class _Twice(list[Json]):
    """All values of a repeated member of an object."""


def _choices(data: Json, path: str) -> list[Json]:
    """All values at a path: more than one where a member is repeated."""
    found = [data]
    for step in path.split(".") if path else [None]:
        found = [value for part in found for value in _step(part, step)]
    return found


def _step(data: Json, step: str | None) -> list[Json]:
    if isinstance(data, dict) and step in data:
        value = data[step]
        return value if isinstance(value, _Twice) else [value]
    if isinstance(data, list) and step and step.isdecimal() and len(step) < 6 and int(step) < len(data):
        return [data[int(step)]]
    return []


def _parts(item: Json, path: str) -> Iterator[Json]:
    """An object whose path leads through the first item of a list, once for each item of that list."""
    steps = path.split(".")
    for place, step in enumerate(steps):
        parent = ".".join(steps[:place])
        held = pick(item, parent) if parent else None
        if step == "0" and isinstance(held, list) and len(held) > 1:
            for element in held:
                yield from _parts(_with_value(item, steps[:place], [element]), path)
            return
    yield item


def _with_value(data: Json, steps: list[str], value: Json) -> Json:
    """`data` with another value at the end of some steps; the rest is shared."""
    if not steps:
        return value
    if isinstance(data, dict):
        return {**data, steps[0]: _with_value(pick(data, steps[0]), steps[1:], value)}
    copy = list(data)
    copy[int(steps[0])] = _with_value(copy[int(steps[0])], steps[1:], value)
    return copy


def _parsed(body: str, is_form: bool) -> tuple[dict[str, Json], list[Json]]:
    """(the members of a callback's address, its objects)."""
    query: dict[str, Json] = {}
    if body.startswith(_QUERY) and "\n" in body:
        line, _end, body = body.partition("\n")
        query = _members(parse_qsl(line.removeprefix(_QUERY), keep_blank_values=True))
    return query, _objects(body, is_form)


def _objects(body: str, is_form: bool) -> list[Json]:
    """A declared form may be JSON, and the other way round: some gateways do so."""
    if is_form and not _looks_like_json(body):
        return [_members(parse_qsl(body, keep_blank_values=True))]
    try:
        # Numbers keep their notation: phones have no exponent, and some ids have more digits than a number may.
        data = json.loads(body, object_pairs_hook=_members, parse_int=str, parse_float=_number, parse_constant=str)
    except (ValueError, RecursionError) as error:
        if "=" in body and not _looks_like_json(body):
            return [_members(parse_qsl(body, keep_blank_values=True))]
        raise InvalidFormat("not JSON") from error
    return data if isinstance(data, list) else [data]


def _looks_like_json(body: str) -> bool:
    return body.lstrip()[:1] in ("{", "[")


def _merged(first: dict[str, Json], second: dict[str, Json]) -> dict[str, Json]:
    """The members of two objects; of a member of both all values, the second's last."""
    twice = {name: _Twice([*_step(first, name), *_step(second, name)]) for name in first.keys() & second.keys()}
    return {**first, **second, **twice}


def _members(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """An object that keeps all values of a repeated member."""
    members: dict[str, Json] = {}
    for name, value in pairs:
        name = storable(name)
        value = storable(value) if isinstance(value, str) else value
        known = members.get(name, members)
        if isinstance(known, _Twice):
            known.append(value)
        else:
            members[name] = value if known is members else _Twice([known, value])
    return members


def _number(text: str) -> str:
    """A number with a fraction or an exponent; a whole one in its digits."""
    try:
        number = Decimal(text)
        whole = number.to_integral_value() if abs(number.adjusted()) < MOST_DIGITS else None
    except InvalidOperation:
        return text
    return str(int(whole)) if whole is not None and whole == number else text


def _codes(text: str | None) -> set[str]:
    return {code.strip().lower() for code in (text or "").split(",")}


def _scalar_text(value: Json) -> str | None:
    """A scalar as text; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return storable(str(value))
