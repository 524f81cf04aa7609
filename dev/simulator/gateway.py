"""The gateway's treatment of a message: the failures of real ones."""

from __future__ import annotations

import copy
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .callbacks import Callbacks, Refusal

DEFAULTS: dict[str, Any] = {
    "mode": "ok",
    "modes_by_number": {},  # {phone: mode}; a phone in here does not use the script
    "script": [],  # modes, one for each /send, before `mode` applies again
    "answer_delay": 0.0,
    "hang_seconds": 60.0,
    "report": "delivered",
    "report_by_number": {},
    "error_by_number": {},  # the reason in a report of a failure, such as "unsubscribed" or "invalid_number"
    "report_delay": 0.05,  # seconds after acceptance
    "report_times": 1,
    "report_first": False,  # the report is posted, and its answer awaited, before /send is answered
    "batch": False,  # reports wait for each other and go as one array
    "batch_size": 10,
    "batch_wait": 0.5,
    "reply": None,  # the reply of each message's recipient, after the report
    "reply_by_number": {},
    "reply_delay": 0.0,
    "idempotent": False,  # a known reference gets the first answer again, in any mode
    "status_query": True,
}


class Answer(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str] = {}
    content_type: str = "application/json"


NOT_TAKING: dict[str, Answer | None] = {
    "refuse": Answer(422, {"error": "invalid_number"}),
    "unsubscribed": Answer(400, {"error": "21610"}),
    "busy": Answer(429, {"error": "busy"}, {"Retry-After": "1"}),
    "unavailable": Answer(503, {"error": "unavailable"}, {"Retry-After": "1"}),
    "redirect": Answer(302, {}, {"Location": "/send2"}),
    "hang_before": None,
}
MODES = {"ok", "repeat", "error", "hang", "reset", "html", "huge", *NOT_TAKING}
REPORTS = {"delivered", "failed", "none"}
WORDS = {
    **dict.fromkeys(("mode", "modes_by_number", "script"), MODES),
    **dict.fromkeys(("report", "report_by_number"), REPORTS),
}


class Gateway:
    """The gateway's state: its configuration, accepted messages and how often, pending callbacks."""

    def __init__(self, journal: Path | None = None) -> None:
        self.callbacks = Callbacks()
        self._journal = journal
        self._changed = threading.Condition()
        self._ids, self._events = itertools.count(1), itertools.count(1)  # continue when all is deleted
        self.reset()

    def reset(self) -> None:
        """Restore the defaults, and delete all messages."""
        with self._changed:
            self._config = copy.deepcopy(DEFAULTS)
        self.forget()

    def forget(self) -> None:
        with self._changed:
            self._messages: list[dict[str, Any]] = []
            self.refused: list[dict[str, Any]] = []
            self._first: dict[str, dict[str, Any]] = {}  # the first message of each reference
            self._counts: Counter[str] = Counter()
        self.callbacks.forget()

    def config(self) -> dict[str, Any]:
        with self._changed:
            return copy.deepcopy(self._config)

    def configure(self, /, **members: Any) -> dict[str, Any]:
        """Change these members of the configuration (see ``DEFAULTS``), all or none."""
        if unknown := sorted(members.keys() - DEFAULTS.keys()):
            raise Refusal(400, f"unknown: {', '.join(unknown)}")
        if wrong := sorted(name for name, value in members.items() if not _fits(name, value)):
            raise Refusal(400, f"wrong value: {', '.join(wrong)}")
        with self._changed:
            self._config.update(copy.deepcopy(members))
        return self.config()

    def take(self, fields: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
        """Accept a message, or not: returns the mode to answer in, the configuration of that moment, and the
        message."""
        with self._changed:
            config, script, known = dict(self._config), self._config["script"], self._first.get(fields["reference"])
            mode = config["modes_by_number"].get(fields["to"]) or (script.pop(0) if script else config["mode"])
            if known and (mode == "repeat" or config["idempotent"]):
                return "known", config, known
            entry = {**fields, "at": time.time(), "mode": mode}
            if mode in ("refuse", "unsubscribed"):
                self.refused.append(entry)
            if mode in NOT_TAKING:
                return mode, config, None
            message = self._record({"id": f"sim-{next(self._ids)}", **entry, "state": "accepted"})
            reported = threading.Event()
            delay = 0 if config["report_first"] else config["report_delay"]
            self.callbacks.after(delay, partial(self._tell, message, config, reported))
        if config["report_first"]:
            reported.wait(60)
        return mode, config, message

    def message(self, reference: str) -> dict[str, Any]:
        """The first message accepted under this reference."""
        with self._changed:
            if reference not in self._first:
                raise Refusal(404, "not_found")
            return self._first[reference]

    def messages(
        self, limit: int | None = None, to: str | None = None, reference: str | None = None
    ) -> list[dict[str, Any]]:
        """Accepted messages, the newest last; of this number, this reference, and at most this many of the newest."""
        with self._changed:
            found = [
                dict(message)
                for message in self._messages
                if to in (None, message["to"]) and reference in (None, message["reference"])
            ]
        return found if limit is None else found[max(0, len(found) - limit) :]

    def counts(self) -> dict[str, int]:
        with self._changed:
            return dict(self._counts)

    def count(self, reference: str) -> int:
        return self.counts().get(reference, 0)

    def max_count(self) -> int:
        """How often the most repeated reference was accepted: above 1, a recipient got a message twice."""
        return max(self.counts().values(), default=0)

    def summary(self, **filters: Any) -> dict[str, Any]:
        """The answer to ``GET /_sim/messages``; the numbers are those of all messages."""
        counts = self.counts()
        return {
            "total": sum(counts.values()),
            "references": counts,
            "max_count": max(counts.values(), default=0),
            "messages": self.messages(**filters),
            "refused": len(self.refused),
            "callbacks": self.callbacks.results(),
        }

    def report(self, reference: str, state: str) -> None:
        """Report this state now, whatever was reported before."""
        message = self.message(reference)
        message["state"] = state  # a status query that comes before the report gets the same
        self.callbacks.after(0, partial(self._report, message, state, DEFAULTS))

    def reply(self, number: str, text: str, in_reply_to: str = "", callback: str = "", event_id: str = "") -> str:
        """Reply from a phone now, by default to its last message; with a known event_id, once more."""
        last = (self.messages(limit=1, to=number) or [{"callback": "", "reference": None}])[0]
        url = callback or last["callback"]
        if not url:
            raise Refusal(404, "not_found")
        event_id = event_id or f"in-{next(self._events)}"
        reply = {"event_id": event_id, "from": number, "text": text, "in_reply_to": in_reply_to or last["reference"]}
        self.callbacks.after(0, partial(self.callbacks.post, url, reply))
        return event_id

    def wait_for(self, count: int, timeout: float = 10) -> list[dict[str, Any]]:
        """Return the messages once this many are accepted."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._messages) >= count, timeout):
                raise TimeoutError(f"{len(self._messages)} of {count} messages after {timeout:g} s")
        return self.messages()

    def settle(self, timeout: float = 10) -> dict[str, Any]:
        """Return the callbacks' results once none is pending."""
        if not self.callbacks.settle(timeout):
            raise TimeoutError(f"callbacks still waiting after {timeout:g} s: {self.callbacks.results()}")
        return self.callbacks.results()

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        self._messages.append(message)
        self._first.setdefault(message["reference"], message)
        self._counts[message["reference"]] += 1
        if self._journal:
            with self._journal.open("a") as file:
                file.write(json.dumps(message) + "\n")
        self._changed.notify_all()
        return message

    def _tell(self, message: dict[str, Any], config: dict[str, Any], reported: threading.Event) -> None:
        """Report the message's result, then let its recipient reply."""
        number, reference, url = message["to"], message["reference"], message["callback"]
        state = config["report_by_number"].get(number, config["report"])
        text = config["reply_by_number"].get(number, config["reply"])

        def then() -> None:
            if text is not None and url:
                self.callbacks.after(config["reply_delay"], partial(self.reply, number, text, reference, url))

        if state == "none":
            then()
        else:
            self._report(message, state, config, then)
        reported.set()

    def _report(
        self, message: dict[str, Any], state: str, config: dict[str, Any], then: Callable[[], object] | None = None
    ) -> None:
        message["state"] = state
        url = message["callback"]
        if not url:
            return
        at = datetime.now(timezone.utc).isoformat()
        report = {"reference": message["reference"], "id": message["id"], "state": state, "at": at}
        if state == "failed" and (error := config["error_by_number"].get(message["to"])):
            report["error"] = error
        post = partial(self.callbacks.post, url, report)
        if config["batch"] and not config["report_first"]:
            post = partial(self.callbacks.collect, url, report, config["batch_size"], config["batch_wait"])
        for _ in range(config["report_times"] - 1):
            self.callbacks.after(0, post)
        post(then=then)


def _fits(name: str, value: Any) -> bool:
    """Whether a member of the configuration may have this value."""
    default = DEFAULTS[name]
    if default is None:
        return value is None or isinstance(value, str)
    if isinstance(default, float):
        return type(value) in (int, float) and value >= 0
    if type(value) is not type(default):
        return False
    if isinstance(default, (bool, int)):
        return isinstance(default, bool) or value > 0
    words = [value] if isinstance(value, str) else value.values() if isinstance(value, dict) else value
    return all(isinstance(word, str) and word in WORDS.get(name, {word}) for word in words)
