"""The one clock of engine, API and jobs, so that any day can be simulated and tested.

A moment is a naive datetime in UTC, as Odoo stores it. Only two things set it: `as_of` in the same thread, and, for a
whole server, the file named by the environment variable KLIENTBOX_AS_OF_FILE (read again at each call, so that a test
can change it).

Time zones are those of pytz, which Odoo itself uses: the system's may be of another year.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytz

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)

_moment: ContextVar[datetime | None] = ContextVar("klientbox_as_of", default=None)
_file = os.environ.get("KLIENTBOX_AS_OF_FILE")
if _file:
    logging.getLogger(__name__).warning("The time is what KLIENTBOX_AS_OF_FILE says: for rehearsals and tests only.")


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Within the block the time is `moment` (naive UTC)."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def now() -> datetime:
    """The present moment, naive UTC, whole seconds."""
    moment = _moment.get()
    if moment is None and _file:
        written = Path(_file).read_text(encoding="ascii").strip()
        moment = datetime.fromisoformat(written) if written else None
    if moment is None:
        moment = datetime.now(timezone.utc).replace(tzinfo=None)
    return moment.replace(microsecond=0)


def now_whole(minutes: int) -> datetime:
    """The present moment, rounded down to a whole number of minutes (a divisor of 15, as offsets of zones have)."""
    moment = now()
    return moment.replace(minute=moment.minute - moment.minute % minutes, second=0)


def today(zone: str) -> date:
    """The present day in the time zone of this name."""
    return local(now(), zone).date()


def local(moment: datetime, zone: str) -> datetime:
    """Local time, naive, in `zone` of a naive UTC moment."""
    place = _place(zone)
    return place.fromutc(moment.replace(tzinfo=place)).replace(tzinfo=None)


def with_offset(moment: datetime, zone: str) -> datetime:
    """A naive UTC moment as an aware one in `zone`."""
    return moment.replace(tzinfo=timezone.utc).astimezone(_place(zone))


def utc(wall: datetime, zone: str) -> datetime:
    """The naive UTC moment of a naive local time in `zone`; of a time that occurs twice, the first."""
    return wall.replace(tzinfo=_place(zone)).astimezone(timezone.utc).replace(tzinfo=None)


@cache
def _place(zone: str) -> ZoneInfo:
    if zone not in pytz.all_timezones_set:
        raise KeyError(zone)
    with pytz.open_resource(zone) as data:
        return ZoneInfo.from_file(data, key=zone)


def offsets(zone: str, since: date, days: int) -> list[tuple[datetime, int]]:
    """[(moment, seconds east of UTC), ...] at noon of this many days from `since` on, naive UTC."""
    moments = [datetime.combine(since + timedelta(days=number), time(12)) for number in range(days)]
    return [(moment, int((with_offset(moment, zone).utcoffset() or timedelta()).total_seconds())) for moment in moments]


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """First moment of a local day and first moment of the next one, naive UTC. A day may have 23 or 25 hours.

    Days outside the supported range are set to its limit, where conversion between zones still works.
    """
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return utc(datetime.combine(day, time.min), zone), utc(datetime.combine(day + timedelta(days=1), time.min), zone)
