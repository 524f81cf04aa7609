"""Which rows belong to one visit, which are duplicates, and which visits exist already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True, eq=False)
class RowVisit:
    """The visit of a row. `client` is any key of the person; `day` is set where the row has no time, `state` only where
    it has one.

    `line` above 1 means that the row is a further service of the visit before it; a row with a line of 1 and without a
    number is a visit of its own, even if it equals another.
    """

    number: int
    client: Hashable
    start: datetime
    day: date | None
    ref: str | None
    amount: float
    services: str
    line: int | None = None
    state: str | None = None
    has_amount: bool = True
    visit_row: int = 0
    duplicate: bool = False


@dataclass(slots=True, eq=False)
class Known:
    """An existing visit; `day` is its local day. It `is_untouched` when an import has created it and no user has
    changed it since."""

    id: int
    client: Hashable
    start: datetime
    day: date
    ref: str | None
    amount: float
    state: str | None = None
    is_untouched: bool | None = False


def differences(rows: list[RowVisit], known: Known) -> set[str]:
    """Which of "start", "state" and "amount" differ in the file for a visit that it names by number."""
    first = min(rows, key=lambda row: (row.line or 1, row.start, row.number))
    if not first.ref or first.ref != known.ref:
        return set()
    found = set()
    if first.day != known.day if first.day else first.start != known.start:
        found.add("start")
    if first.state and first.state != known.state:
        found.add("state")
    if any(row.has_amount for row in rows) and sum(row.amount for row in rows) != known.amount:
        found.add("amount")
    return found


def group(rows: Iterable[RowVisit]) -> dict[int, list[RowVisit]]:
    """{first row's number: rows} of the visits; sets `visit_row` and `duplicate` of each row.

    Rows are one visit when they share its number, or when a row is marked as a further line. An exact repetition of a
    row adds nothing.
    """
    visits: dict[int, list[RowVisit]] = {}
    by_ref: dict[tuple[object, ...], int] = {}
    last: dict[tuple[object, ...], int] = {}
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        key, is_further = (row.client, row.start), bool(row.line and row.line > 1)
        first = by_ref.get((row.client, row.ref)) if row.ref else None
        if first is None and is_further:
            first = last.get(key)
        row.visit_row = first or row.number
        content = (*key, row.ref, row.line, row.services, row.visit_row if is_further else None)
        row.duplicate = content in seen and not (row.line == 1 and not row.ref)
        if row.duplicate:
            row.visit_row = seen[content]
            continue
        visits.setdefault(row.visit_row, []).append(row)
        seen[content] = last[key] = row.visit_row
        if row.ref:
            by_ref[row.client, row.ref] = row.visit_row
    return visits


def match(visits: dict[int, list[RowVisit]], known: Iterable[Known]) -> dict[int, int]:
    """{first row's number: id} of the visits that exist already; each existing visit matches one of the file.

    By number, else a visit of the same client at the same time (on the same day where the row has no time): several at
    one time are distinguished by their amounts as far as possible, so that the same file twice finds all its visits.
    """
    here = _Here(known)
    found = {}
    judges: tuple[Callable[[list[RowVisit]], Known | None], ...] = (
        lambda rows: here.by_ref(rows[0].client, rows[0].ref),
        lambda rows: here.at(rows[0], sum(row.amount for row in rows)),
        lambda rows: here.at(rows[0]),
    )
    for judge in judges:
        for number, rows in visits.items():
            if number not in found and (visit := judge(rows)):
                found[number] = visit.id
                here.take(visit)
    return found


class _Here:
    """The existing visits without a match so far."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._refs, self._moments, self._days = {}, defaultdict(list), defaultdict(list)
        self._taken: set[int] = set()
        for visit in known:
            if visit.ref:
                self._refs[visit.client, visit.ref] = visit
            self._moments[visit.client, visit.start].append(visit)
            self._days[visit.client, visit.day].append(visit)

    def by_ref(self, client: Hashable, ref: str | None) -> Known | None:
        return self._free([self._refs[client, ref]] if ref and (client, ref) in self._refs else [])

    def at(self, row: RowVisit, amount: float | None = None) -> Known | None:
        """A visit at the same time, or day; with an amount, one of this amount only."""
        places = self._days[row.client, row.day] if row.day else self._moments[row.client, row.start]
        # Another number means another visit.
        places = [visit for visit in places if not (row.ref and visit.ref and row.ref != visit.ref)]
        return self._free(visit for visit in places if amount is None or visit.amount == amount)

    def take(self, visit: Known) -> None:
        self._taken.add(visit.id)

    def _free(self, visits: Iterable[Known]) -> Known | None:
        return next((visit for visit in visits if visit.id not in self._taken), None)
