"""A client's status: the age of the last done visit, in whole local days of the company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

NEW, ACTIVE, WARNING, INACTIVE, LOST = "new", "active", "warning", "inactive", "lost"
STATUSES = (NEW, ACTIVE, WARNING, INACTIVE, LOST)
# A change to one of these by date makes a client due for a message.
DUE = (WARNING, INACTIVE, LOST)


@dataclass(frozen=True)
class Thresholds:
    """Upper limits, in days since the last done visit, of active, warning and inactive; above the last one is lost."""

    active: int = 60
    warning: int = 90
    inactive: int = 180

    def status_of(self, last_visit: date | None, today: date) -> str:
        """The status of a client; without a done visit, new."""
        if not last_visit:
            return NEW
        days = (today - last_visit).days
        for status, bound in ((ACTIVE, self.active), (WARNING, self.warning), (INACTIVE, self.inactive)):
            if days <= bound:
                return status
        return LOST

    def windows(self, today: date) -> tuple[tuple[str, date | None, date | None], ...]:
        """(status, first day, last day) of the last visit for each status but new; None where there is no limit."""
        edges = [today - timedelta(days=bound) for bound in (self.active, self.warning, self.inactive)]
        before = [edge - timedelta(days=1) for edge in edges]
        return (
            (ACTIVE, edges[0], None),
            (WARNING, edges[1], before[0]),
            (INACTIVE, edges[2], before[1]),
            (LOST, None, before[2]),
        )


def days_since(last_visit: date, today: date) -> int:
    """Whole days since a visit; never below 0, as a visit of this evening may be a day ahead in another zone."""
    return max((today - last_visit).days, 0)
