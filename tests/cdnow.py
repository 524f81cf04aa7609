"""Real purchase histories (see data/README.md) as clients and visit days, with the expected statuses on any day.

The statuses are counted here from the days alone: nothing of the addon is imported, so that a test compares two
independent results. ``python3 -m tests.cdnow`` prints the figures.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

SAMPLE = Path(__file__).parent / "data" / "cdnow_sample.txt"
FIRST_DAY, LAST_DAY = date(1997, 1, 1), date(1998, 6, 30)
# Days since the last purchase, the limit included; above the last one the client is lost.
BOUNDS = ((60, "active"), (90, "warning"), (180, "inactive"))
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Client:
    """A customer of the sample. ``days`` are those with a purchase, once each, in order."""

    id: int
    days: tuple[date, ...]

    @property
    def name(self) -> str:
        return f"Zákazník {self.id:04}"

    @property
    def phone(self) -> str:
        """A Czech mobile number of their own."""
        return f"+420720{self.id:06}"

    def last_day(self, day: date) -> date | None:
        """Their last purchase up to and including this day."""
        known = bisect_right(self.days, day)
        return self.days[known - 1] if known else None

    def status_on(self, day: date) -> str:
        """Their status at the end of this day."""
        return _status(self.last_day(day), day)


def load(path: Path = SAMPLE) -> list[Client]:
    """All customers, in the order of their ids."""
    days = defaultdict(set)
    for line in path.read_text(encoding="ascii").splitlines():
        _master_id, sample_id, written, _number, _dollars = line.split()
        days[int(sample_id)].add(datetime.strptime(written, "%Y%m%d").date())
    return [Client(number, tuple(sorted(bought))) for number, bought in sorted(days.items())]


def status_on(clients: list[Client], day: date) -> dict[int, str]:
    """{client's id: status} at the end of this day."""
    return {client.id: client.status_on(day) for client in clients}


def moves_on(clients: list[Client], day: date, buyers: bool = False) -> dict[str, set[int]]:
    """{new status: ids} of the clients whose status changes on this day by date alone.

    Clients who buy on this day are left out: the purchase decides. With ``buyers`` they are included: the status
    changes before the shop opens.
    """
    moved = defaultdict(set)
    for client in clients:
        before = client.last_day(day - ONE_DAY)
        old, new = _status(before, day - ONE_DAY), _status(before, day)
        if old != new and (buyers or client.last_day(day) == before):
            moved[new].add(client.id)
    return dict(moved)


def _status(last: date | None, day: date) -> str:
    if last is None:
        return "new"
    absent = (day - last).days
    return next((status for bound, status in BOUNDS if absent <= bound), "lost")


def _print_figures() -> None:
    clients = load()
    days = [FIRST_DAY + ONE_DAY * number for number in range((LAST_DAY - FIRST_DAY).days + 1)]
    moves = Counter()
    for day in days:
        moves.update({status: len(ids) for status, ids in moves_on(clients, day).items()})
    print(f"clients         {len(clients)}")
    print(f"purchase days   {sum(len(client.days) for client in clients)}")
    print(f"client-days     {len(clients) * len(days)} ({len(days)} days)")
    print(f"on {LAST_DAY}   {dict(Counter(status_on(clients, LAST_DAY).values()))}")
    print(f"moves           {dict(moves)}")


if __name__ == "__main__":
    _print_figures()
