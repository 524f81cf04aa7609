"""When commercial messages may be sent, in the company's own time."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from . import clock

SUNDAY = 6
# Rest days never follow each other for longer than this.
FURTHEST_DAYS = 31


@dataclass(frozen=True)
class SendingHours:
    """From `opens` to `closes` (whole hours, 0 to 24), in a time zone; optionally not on Sundays and public holidays
    of a country (ISO 3166)."""

    zone: str
    opens: int = 8
    closes: int = 20
    rest_days: bool = True
    country: str = "CZ"

    def are_open(self, moment: datetime) -> bool:
        """Whether a message may be sent at this moment (naive UTC)."""
        wall = clock.local(moment, self.zone)
        return self.opens <= wall.hour < self.closes and not self._rests_on(wall.date())

    def next_open(self, moment: datetime) -> datetime:
        """The first moment from `moment` on, itself included, at which a message may be sent; naive UTC."""
        if self.are_open(moment):
            return moment
        wall = clock.local(moment, self.zone)
        day = wall.date() + timedelta(days=wall.hour >= self.opens)
        for _day in range(FURTHEST_DAYS):
            if not self._rests_on(day):
                break
            day += timedelta(days=1)
        return clock.utc(datetime.combine(day, time(self.opens)), self.zone)

    def _rests_on(self, day: date) -> bool:
        return self.rest_days and (day.weekday() == SUNDAY or day in _holidays(self.country))


@cache
def _holidays(country: str) -> Container[date]:
    """Public holidays of a country, computed year by year when needed; none of an unknown country."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return {}
