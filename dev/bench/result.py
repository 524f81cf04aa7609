"""The result of a measurement, and how it is shown and stored."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from dev.console import say
from dev.home import REPOSITORY

LATEST = REPOSITORY / "docs" / "benchmarks" / "latest.json"
DIGITS = 3


@dataclass(frozen=True)
class Result:
    """A figure, and its limit: for its ratio to the peer's figure, or without a peer for its own value.

    The limit is the maximum, or the minimum with ``at_least``; None is a figure without a limit.
    """

    name: str
    value: float
    unit: str
    bound: float | None
    peer: str | None = None
    peer_value: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None

    @property
    def held(self) -> bool:
        if self.bound is None:
            return True
        judged = self.value if self.peer is None else self.ratio
        if judged is None:
            return False
        return judged >= self.bound if self.at_least else judged <= self.bound

    def as_dict(self) -> dict[str, object]:
        return {
            "value": _rounded(self.value),
            "unit": self.unit,
            "peer": self.peer,
            "peer_value": _rounded(self.peer_value),
            "ratio": _rounded(self.ratio),
            "bound": self.bound,
            "held": self.held,
        }


def print_table(results: list[Result]) -> None:
    row = "{:<27} {:>9} {:<11} {:>9} {:>7} {:>7}  {}"
    say("\n" + row.format("", "ours", "", "peer's", "ratio", "bound", ""))
    for result in results:
        shown = [_shown(value) for value in (result.value, result.peer_value, result.ratio)]
        bound = "" if result.bound is None else f"{'>=' if result.at_least else '<='} {result.bound:g}"
        verdict = "" if result.bound is None else "held" if result.held else "NOT HELD"
        say(row.format(result.name, shown[0], result.unit, *shown[1:], bound, verdict))
    for result in results:
        if result.peer:
            say(f"\n{result.name}: the peer is {result.peer}")


def save(results: dict[str, list[Result]], known: AbstractSet[str]) -> None:
    """Store the figures, each with its measurement. Older ones of the same measurement are removed, and those that are
    not ``known`` any more."""
    kept = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    kept = {name: figure for name, figure in kept.items() if figure.get("measurement") in known - results.keys()}
    for measurement, figures in results.items():
        kept.update({result.name: {"measurement": measurement, **result.as_dict()} for result in figures})
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    say(f"\nKept in {LATEST.relative_to(REPOSITORY)}")


def _rounded(value: float | None) -> float | None:
    return value if value is None else float(f"{value:.{DIGITS}g}")


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.{DIGITS}g}"
