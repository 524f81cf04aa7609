"""The output for people: steps with their progress, and problems in plain words."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

TERMINAL_TICK = 0.5
LOG_TICK = 15.0
DETAIL_WIDTH = 70


_stream: TextIO = sys.stdout


def talk_to(stream: TextIO) -> None:
    """Print to this stream from now on, where standard output is used otherwise."""
    global _stream  # noqa: PLW0603 - there is one person who listens
    _stream = stream


class Problem(Exception):  # noqa: N818 - it is shown to people, not caught by type name
    """A message to the user: the error, and what to do now."""

    def __init__(self, what: str, remedy: str = "", details: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        parts = [self.what]
        if self.details:
            parts.append("\n".join(f"    | {line}" for line in self.details.splitlines()))
        if self.remedy:
            parts.append(f"  -> {self.remedy}")
        return "\n".join(parts)


class Step:
    """One long step. Set ``detail`` to a text, or to a function that returns one, to show the progress."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail: str | Callable[[], str] = ""
        self.started = time.monotonic()
        self._finished = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def begin(self) -> None:
        if not _stream.isatty():
            say(f"- {self.title} ...")
        self._ticker.start()

    def end(self, outcome: str) -> None:
        self._finished.set()
        self._ticker.join()
        if _stream.isatty():
            say(f"\r\x1b[K- {self.title}: {outcome}")
        else:
            say(f"  {outcome}")

    def _tick(self) -> None:
        terminal = _stream.isatty()
        while not self._finished.wait(TERMINAL_TICK if terminal else LOG_TICK):
            text = self._progress()
            if terminal:
                print(f"\r\x1b[K- {self.title} ... {text}", end="", file=_stream, flush=True)
            else:
                say(f"  {text}")

    def _progress(self) -> str:
        detail = self.detail() if callable(self.detail) else self.detail
        return f"{self.seconds:.0f} s  {detail[:DETAIL_WIDTH]}".rstrip()


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Announce a long step, show its progress while it runs, and how long it took."""
    current = Step(title)
    current.begin()
    try:
        yield current
    except KeyboardInterrupt:
        current.end("interrupted")
        raise
    except BaseException:
        current.end(f"failed after {current.seconds:.0f} s")
        raise
    current.end(f"done in {current.seconds:.1f} s")


def say(text: str = "") -> None:
    print(text, file=_stream, flush=True)


def complain(problem: Problem) -> None:
    print(f"\nProblem: {problem}", file=sys.stderr, flush=True)
