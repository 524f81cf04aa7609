"""A realistic Czech salon: people, their habits, and every visit of its last months before a given day.

Pure Python, and the same for the same (trade, seed, day), so that demos, screenshots and measurements can be repeated.
Names, phones and habits depend on the seed alone: the same people, on whichever day the demo is made.
"""

from __future__ import annotations

import heapq
import random
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate

import holidays

OPENS, CLOSES, CLOSES_ON_SATURDAY = 8, 19, 14
SATURDAY, SUNDAY = 5, 6
QUARTER = 15
SHIFT_HOURS = 8
AHEAD_DAYS = 21
# How busy the days of a week and of a year are; 1 is the mean of all days. A quiet summer, a rush before Christmas.
WEEKDAYS = (0.95, 1.15, 1.2, 1.3, 1.5, 0.95, 0)
MONTHS = (0.8, 0.9, 1, 1.05, 1.1, 1.1, 0.78, 0.8, 1.1, 1, 1.05, 1.4)
AFTER_CHRISTMAS = 0.6
# The share of clients who book their next visit this many weeks before it.
BOOKED_AHEAD = (0.85, 0.6, 0.4)


@dataclass(frozen=True)
class Service:
    """A service: minutes in the chair, and a price in CZK."""

    name: str
    minutes: int
    price: int


@dataclass(frozen=True)
class Member:
    """A member of staff, with their services."""

    name: str
    skills: frozenset[str]


@dataclass(frozen=True)
class Habit:
    """A kind of client: services, and interval in weeks. ``baskets`` are (weight, names of services)."""

    name: str
    gender: str
    weight: float
    weeks: tuple[float, float]
    baskets: tuple[tuple[float, tuple[str, ...]], ...]
    child: bool = False


@dataclass(frozen=True)
class Trade:
    """A kind of salon: services, staff, kinds of clients, and the start of its records."""

    name: str
    clients: int
    history_days: int
    services: tuple[Service, ...]
    staff: tuple[Member, ...]
    habits: tuple[Habit, ...]


@dataclass(frozen=True)
class Consent:
    """One consent or refusal of a client, in the values of ``klientbox.consent.event``."""

    kind: str
    channel: str
    source: str
    day: date
    text: str | None = None


@dataclass(frozen=True)
class Client:
    """A client of the salon. ``since`` is the day of their first record."""

    code: str
    given_name: str
    family_name: str
    gender: str
    birth_date: date | None
    phone: str | None
    email: str | None
    since: date
    is_vip: bool = False
    tags: tuple[str, ...] = ()
    notes: str | None = None
    consents: tuple[Consent, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class Line:
    """One service of a visit, with its member of staff."""

    service: Service
    member: Member


@dataclass(frozen=True)
class Visit:
    """A visit of the client with this index in the salon's list. ``start`` is local; from the day on it is planned."""

    client: int
    start: datetime
    state: str
    lines: tuple[Line, ...]
    note: str | None = None

    @property
    def stop(self) -> datetime:
        return self.start + timedelta(minutes=sum(line.service.minutes for line in self.lines))


@dataclass(frozen=True)
class Salon:
    """The whole salon. Visits in chronological order."""

    trade: Trade
    day: date
    tags: tuple[str, ...]
    clients: tuple[Client, ...]
    visits: tuple[Visit, ...]


def generate(trade: Trade, seed: int, day: date) -> Salon:
    """The salon on the morning of ``day``: past visits, and bookings of the next three weeks."""
    people = _people(random.Random(f"{seed} {trade.name}"), trade, day)
    visits = _Diary(random.Random(f"{seed} {trade.name} {day}"), trade, day).fill(people)
    clients = _mark_best([person.client for person in people], visits)
    tags = sorted({tag for client in clients for tag in client.tags})
    return Salon(trade, day, tuple(tags), tuple(clients), tuple(visits))


def is_open(day: date) -> bool:
    """Closed on Sundays and public holidays."""
    return day.weekday() != SUNDAY and day not in _HOLIDAYS


_HOLIDAYS = holidays.country_holidays("CZ")


# People


@dataclass
class _Person:
    """A client with data that the salon does not record: their habit, and when they start and stop to come."""

    client: Client
    habit: Habit
    favourite: str
    hour: float
    # Mean of the interval in days, and how regular it is: the shape of a gamma distribution.
    interval: float
    regularity: float
    no_show: float
    cancels: float
    first: date
    leaves: date | None = None
    once: bool = False


def _people(rng: random.Random, trade: Trade, day: date) -> list[_Person]:
    taken: set[str] = set()
    people: list[_Person] = []
    for number in range(1, trade.clients + 1):
        habit = rng.choices(trade.habits, [habit.weight for habit in trade.habits])[0]
        client = _client(rng, f"{number:04}", habit, taken, day)
        person = _Person(
            client=client,
            habit=habit,
            favourite=_favourite(rng, trade, habit),
            hour=rng.choice((9, 10, 11, 13, 14.5, 16, 17)),
            interval=7 * rng.uniform(*habit.weeks),
            regularity=rng.uniform(1.5, 3) if rng.random() < 0.25 else rng.uniform(8, 30),
            no_show=rng.betavariate(1, 30),
            cancels=rng.betavariate(1, 20),
            first=day,
        )
        _plan_life(rng, person, trade, day)
        person.client = replace(
            person.client, tags=_tags(rng, person, day), consents=_consents(rng, person.client, day)
        )
        people.append(person)
    _give_children_parents(rng, people)
    return people


def _favourite(rng: random.Random, trade: Trade, habit: Habit) -> str:
    """Staff who can do all services of the client's usual basket."""
    _weight, usual = habit.baskets[0]
    return rng.choice([member.name for member in trade.staff if member.skills.issuperset(usual)])


def _plan_life(rng: random.Random, person: _Person, trade: Trade, day: date) -> None:
    """When they come first and when they stop: most came before the records begin, one in four leaves one day."""
    opening = day - timedelta(days=trade.history_days)
    known_for = 0
    kind = rng.random()
    if kind < 0.04:
        # Recorded lately, without a visit yet: it is still to come, or the client never came.
        person.first = day + timedelta(days=rng.randint(-10, 18))
        person.no_show, person.cancels, person.once = 0.5, 0.5, True
    elif kind < 0.12:
        person.first = opening + timedelta(days=rng.randrange(trade.history_days))
        person.once = True
    elif kind < 0.24:
        person.first = opening + timedelta(days=rng.randrange(trade.history_days))
    else:
        person.first = opening + timedelta(days=rng.randrange(int(person.interval)))
        known_for = rng.randrange(1200)
    if not person.once and rng.random() < 0.25:
        person.leaves = person.first + (day - person.first) * rng.random() ** 0.7
    since = min(person.first - timedelta(days=known_for), day)
    person.client = replace(person.client, since=since)


def _client(rng: random.Random, code: str, habit: Habit, taken: set[str], day: date) -> Client:
    names = _FEMALE if habit.gender == "female" else _MALE
    age = rng.randint(4, 14) if habit.child else min(max(int(rng.gauss(43, 15)), 16), 84)
    given = rng.choice(names[0 if age < 28 else 1 if age < 55 else 2])
    family = rng.choices(_FAMILIES, _FAMILY_WEIGHTS)[0][0 if habit.gender == "male" else 1]
    email = _email(rng, given, family, taken) if not habit.child and rng.random() < 0.62 else None
    born = date(day.year - age, 1, 1) + timedelta(days=rng.randrange(365))
    return Client(
        code=code,
        given_name=given,
        family_name=family,
        gender=habit.gender,
        birth_date=born if habit.child or rng.random() < 0.7 else None,
        phone=None if habit.child else _phone(rng, taken),
        email=email,
        since=day,
        notes=rng.choice(_NOTES) if rng.random() < 0.14 else None,
    )


def _phone(rng: random.Random, taken: set[str]) -> str:
    while True:
        prefix = rng.choice((*range(601, 609), *range(720, 740), *range(773, 778)))
        number = f"+420{prefix}{rng.randrange(1_000_000):06}"
        if number not in taken:
            taken.add(number)
            return number


def _email(rng: random.Random, given: str, family: str, taken: set[str]) -> str:
    local = _ascii(rng.choice((f"{given}.{family}", f"{given[0]}.{family}", f"{family}.{given}")))
    domain = rng.choice(("example.com", "example.cz"))
    number = 1
    while (address := f"{local}{number if number > 1 else ''}@{domain}") in taken:
        number += 1
    taken.add(address)
    return address


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _tags(rng: random.Random, person: _Person, day: date) -> tuple[str, ...]:
    client = person.client
    age = day.year - client.birth_date.year if client.birth_date else 40
    chosen = {
        "Student": 15 <= age < 26,
        "Senior": age >= 65,
        "Dítě": person.habit.child,
        "Barva": "Barvení" in person.habit.baskets[0][1],
        "Na doporučení": rng.random() < 0.08,
        "Alergie": "lerg" in (client.notes or ""),
    }
    return tuple(tag for tag, fits in chosen.items() if fits)


def _consents(rng: random.Random, client: Client, day: date) -> tuple[Consent, ...]:
    """Most consent to messages at their first visit; some refuse later, at the reception or in reply to the first
    message."""
    consents = []
    for channel, address in (("sms", client.phone), ("email", client.email)):
        said, source = rng.random(), rng.choice(("form", "form", "staff"))
        if not address or said > 0.93:
            continue
        consents.append(Consent("given", channel, source, client.since, _CONSENT[channel]))
        own_word, text = _REFUSAL[channel]
        if said < 0.05:
            consents.append(Consent("withdrawn", channel, own_word, client.since + timedelta(days=7), text))
        elif said < 0.08:
            consents.append(Consent("withdrawn", channel, "staff", client.since + timedelta(days=1)))
    return tuple(consent for consent in consents if consent.day <= day)


def _give_children_parents(rng: random.Random, people: list[_Person]) -> None:
    """A child has a parent's surname, and the parent's name in the notes, as they have no phone of their own."""
    parents = [person.client for person in people if person.client.phone]
    for person in people:
        if person.habit.child:
            parent = rng.choice(parents)
            [family] = [pair for pair in _FAMILIES if parent.family_name in pair][:1]
            person.client = replace(
                person.client,
                family_name=family[0 if person.client.gender == "male" else 1],
                notes=f"Rodič: {parent.name}, {parent.phone}",
            )


def _mark_best(clients: list[Client], visits: list[Visit]) -> list[Client]:
    """One client in 25 is a VIP: those with the highest total."""
    spent = [0] * len(clients)
    for visit in visits:
        if visit.state == "done":
            spent[visit.client] += sum(line.service.price for line in visit.lines)
    best = sorted(range(len(clients)), key=lambda place: -spent[place])[: len(clients) // 25]
    return [replace(client, is_vip=place in best) for place, client in enumerate(clients)]


# Visits


class _Calendar:
    """Days weighted by how busy they are: intervals shrink before Christmas, and no visit is on a closed day."""

    def __init__(self, first: date, last: date) -> None:
        self.first = first
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        self._sums = list(accumulate(_busyness(day) for day in days))

    def after(self, day: date, gap: float) -> date:
        """The open day that lies ``gap`` ordinary days after ``day``, the next one at the earliest."""
        place = (day - self.first).days
        before = self._sums[place] if place >= 0 else 0
        found = bisect_left(self._sums, before + max(gap, 0.01))
        return self.first + timedelta(days=found)


def _busyness(day: date) -> float:
    if not is_open(day):
        return 0
    season = AFTER_CHRISTMAS if day.month == 12 and day.day > 26 else MONTHS[day.month - 1]
    return season * WEEKDAYS[day.weekday()]


@dataclass
class _Schedule:
    """One open day: the free staff at each time. Times are quarters of an hour since opening, as bits."""

    day: date
    trade: Trade
    busy: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, member in enumerate(self.trade.staff):
            self.busy[member.name] = ~_shift(self.day, place)

    def place(self, services: list[Service], favourite: str, wanted: int) -> tuple[int, tuple[Line, ...]] | None:
        """The start nearest to the preferred one at which all services follow one another, and their staff; or None."""
        total = (CLOSES - OPENS) * 60 // QUARTER
        for start in sorted(range(total), key=lambda quarter: abs(quarter - wanted)):
            lines = self._lines_at(start, services, favourite)
            if lines:
                return start, lines
        return None

    def book(self, start: int, lines: tuple[Line, ...]) -> None:
        for line in lines:
            length = line.service.minutes // QUARTER
            self.busy[line.member.name] |= _bits(start, length)
            start += length

    def _lines_at(self, start: int, services: list[Service], favourite: str) -> tuple[Line, ...] | None:
        lines = []
        for service in services:
            length = service.minutes // QUARTER
            able = [member for member in self.trade.staff if service.name in member.skills]
            able.sort(key=lambda member: member.name != favourite)
            free = next((member for member in able if not self.busy[member.name] & _bits(start, length)), None)
            if not free:
                return None
            lines.append(Line(service, free))
            start += length
        return tuple(lines)


def _shift(day: date, place: int) -> int:
    """The quarters that the member at this index works: early and late shifts change weekly, Saturdays are shared."""
    turn = (day.isocalendar().week + place) % 2
    if day.weekday() == SATURDAY:
        return _bits(0, (CLOSES_ON_SATURDAY - OPENS) * 60 // QUARTER) if turn else 0
    late = (CLOSES - OPENS - SHIFT_HOURS) * 60 // QUARTER
    return _bits(late if turn else 0, SHIFT_HOURS * 60 // QUARTER)


def _bits(start: int, length: int) -> int:
    return ((1 << length) - 1) << start


class _Diary:
    """Books visits day by day: each client who is due gets the nearest free time, or comes the next day."""

    def __init__(self, rng: random.Random, trade: Trade, day: date) -> None:
        self.rng = rng
        self.trade = trade
        self.day = day
        self.services = {service.name: service for service in trade.services}
        self.calendar = _Calendar(day - timedelta(days=trade.history_days + 1), day + timedelta(days=400))
        self.schedules: dict[date, _Schedule] = {}

    def fill(self, people: list[_Person]) -> list[Visit]:
        end = self.day + timedelta(days=AHEAD_DAYS)
        queue = [(self.calendar.after(person.first, 0), place) for place, person in enumerate(people)]
        heapq.heapify(queue)
        visits = []
        while queue:
            day, place = heapq.heappop(queue)
            person = people[place]
            if day > end or (person.leaves and day > person.leaves):
                continue
            visit = self._visit(place, person, day)
            if not visit:
                heapq.heappush(queue, (self.calendar.after(day, 0), place))
                continue
            if day >= self.day and not person.once and not self._books_ahead(day):
                continue
            visits.append(visit)
            self._book(visit)
            following = self._next(person, visit)
            if following and visit.start.date() < self.day:
                heapq.heappush(queue, (following, place))
        return sorted(visits, key=lambda visit: (visit.start, visit.client))

    def _visit(self, place: int, person: _Person, day: date) -> Visit | None:
        _weight, names = self._basket(person.habit)
        hour = max(person.hour + self.rng.gauss(0, 1), OPENS)
        favourite = person.favourite if self.rng.random() < 0.9 else ""
        wanted = int((hour - OPENS) * 60 // QUARTER)
        found = self._schedule(day).place([self.services[name] for name in names], favourite, wanted)
        if not found:
            return None
        start, lines = found
        note = self.rng.choice(_VISIT_NOTES) if self.rng.random() < 0.04 else None
        begins = datetime.combine(day, time(OPENS)) + timedelta(minutes=start * QUARTER)
        return Visit(place, begins, self._state(person, day), lines, note)

    def _basket(self, habit: Habit) -> tuple[float, tuple[str, ...]]:
        return self.rng.choices(habit.baskets, [weight for weight, _names in habit.baskets])[0]

    def _state(self, person: _Person, day: date) -> str:
        happens = self.rng.random()
        if happens < person.cancels:
            return "cancelled"
        if day >= self.day:
            return "scheduled"
        return "no_show" if happens < person.cancels + person.no_show else "done"

    def _books_ahead(self, day: date) -> bool:
        weeks = min((day - self.day).days // 7, len(BOOKED_AHEAD) - 1)
        return self.rng.random() < BOOKED_AHEAD[weeks]

    def _next(self, person: _Person, visit: Visit) -> date | None:
        """The day of the next visit: soon after one that did not take place, else by the client's interval."""
        if person.once:
            return None
        day = visit.start.date()
        if visit.state != "done" and self.rng.random() < 0.85:
            return self.calendar.after(day, self.rng.uniform(2, 12))
        gap = self.rng.gammavariate(person.regularity, person.interval / person.regularity)
        return self.calendar.after(day, max(gap, 4))

    def _schedule(self, day: date) -> _Schedule:
        if day not in self.schedules:
            self.schedules[day] = _Schedule(day, self.trade)
        return self.schedules[day]

    def _book(self, visit: Visit) -> None:
        """A cancelled time is free for other clients."""
        if visit.state != "cancelled":
            start = (visit.start.hour - OPENS) * 60 // QUARTER + visit.start.minute // QUARTER
            self._schedule(visit.start.date()).book(start, visit.lines)


# The salons


def _member(name: str, *skills: str) -> Member:
    return Member(name, frozenset(skills))


def _habit(
    name: str, gender: str, weight: float, weeks: tuple[float, float], baskets: dict[str, float], child: bool = False
) -> Habit:
    """A habit whose baskets are written as {"Barvení + Foukaná": weight}, the usual one first."""
    split = tuple((often, tuple(names.split(" + "))) for names, often in baskets.items())
    return Habit(name, gender, weight, weeks, split, child)


_HAIR_WORK = ("Dámský střih", "Barvení", "Melír", "Foukaná", "Společenský účes", "Regenerační kúra", "Dětský střih")
_QUICK_WORK = ("Pánský střih", "Dětský střih", "Dámský střih", "Foukaná", "Regenerační kúra")
_NAIL_WORK = ("Manikúra", "Gelové nehty", "Pedikúra", "Úprava obočí")
_BARBERS_WORK = ("Pánský střih", "Střih strojkem", "Úprava vousů", "Holení břitvou", "Dětský střih")
_BEAUTY_WORK = ("Kosmetické ošetření", "Úprava obočí", "Lash lifting", "Depilace", "Líčení")

HAIR_SALON = Trade(
    name="Salon Jana",
    clients=600,
    history_days=548,
    services=(
        Service("Dámský střih", 60, 690),
        Service("Pánský střih", 30, 390),
        Service("Dětský střih", 30, 290),
        Service("Barvení", 90, 1290),
        Service("Melír", 120, 1790),
        Service("Foukaná", 30, 350),
        Service("Společenský účes", 60, 950),
        Service("Regenerační kúra", 30, 450),
        Service("Manikúra", 45, 490),
        Service("Gelové nehty", 90, 890),
        Service("Pedikúra", 60, 650),
        Service("Úprava obočí", 15, 220),
    ),
    staff=(
        _member("Jana Dvořáková", *_HAIR_WORK),
        _member("Lenka Horáková", *_HAIR_WORK, "Pánský střih"),
        _member("Petra Němcová", *_HAIR_WORK),
        _member("Tomáš Veselý", *_QUICK_WORK),
        _member("Nikola Benešová", *_QUICK_WORK),
        _member("Markéta Králová", *_NAIL_WORK),
        _member("Ivana Říhová", *_NAIL_WORK),
    ),
    habits=(
        _habit(
            "Střih",
            "female",
            weight=20,
            weeks=(4, 8.5),
            baskets={"Dámský střih": 6, "Dámský střih + Foukaná": 3, "Dámský střih + Regenerační kúra": 1},
        ),
        _habit(
            "Barva",
            "female",
            weight=16,
            weeks=(4, 6),
            baskets={"Barvení + Foukaná": 4, "Barvení + Dámský střih + Foukaná": 4, "Dámský střih + Foukaná": 2},
        ),
        _habit(
            "Melír",
            "female",
            weight=8,
            weeks=(6, 10),
            baskets={"Melír + Dámský střih + Foukaná": 5, "Melír + Foukaná": 3, "Dámský střih + Foukaná": 2},
        ),
        _habit(
            "Foukaná",
            "female",
            weight=6,
            weeks=(3, 4),
            baskets={"Foukaná": 7, "Dámský střih + Foukaná": 2, "Společenský účes": 1},
        ),
        _habit(
            "Nehty",
            "female",
            weight=18,
            weeks=(2.8, 4.2),
            baskets={
                "Gelové nehty": 5,
                "Manikúra": 3,
                "Manikúra + Úprava obočí": 2,
                "Manikúra + Pedikúra": 1,
                "Manikúra + Dámský střih": 1,
            },
        ),
        _habit("Pánský střih", "male", weight=26, weeks=(3, 4.8), baskets={"Pánský střih": 1}),
        _habit("Chlapec", "male", weight=3, weeks=(6, 10), baskets={"Dětský střih": 1}, child=True),
        _habit("Holčička", "female", weight=2, weeks=(7, 10), baskets={"Dětský střih": 1}, child=True),
    ),
)

BARBERSHOP = Trade(
    name="Barbershop Brno",
    clients=60,
    history_days=320,
    services=(
        Service("Pánský střih", 45, 550),
        Service("Střih strojkem", 30, 350),
        Service("Úprava vousů", 30, 390),
        Service("Holení břitvou", 45, 490),
        Service("Dětský střih", 30, 390),
    ),
    staff=(_member("Martin Kučera", *_BARBERS_WORK), _member("Ondřej Svoboda", *_BARBERS_WORK)),
    habits=(
        _habit("Střih", "male", weight=6, weeks=(3, 6), baskets={"Pánský střih": 5, "Střih strojkem": 1}),
        _habit(
            "Vousy",
            "male",
            weight=4,
            weeks=(3, 5),
            baskets={"Pánský střih + Úprava vousů": 4, "Úprava vousů": 2, "Holení břitvou": 1},
        ),
        _habit("Chlapec", "male", weight=0.5, weeks=(5, 9), baskets={"Dětský střih": 1}, child=True),
    ),
)

BEAUTY_STUDIO = Trade(
    name="Studio Klára",
    clients=15,
    history_days=270,
    services=(
        Service("Kosmetické ošetření", 75, 990),
        Service("Úprava obočí", 15, 250),
        Service("Lash lifting", 60, 890),
        Service("Depilace", 30, 390),
        Service("Líčení", 45, 790),
    ),
    staff=(_member("Klára Fialová", *_BEAUTY_WORK),),
    habits=(
        _habit(
            "Péče",
            "female",
            weight=1,
            weeks=(4, 8),
            baskets={
                "Kosmetické ošetření": 4,
                "Kosmetické ošetření + Úprava obočí": 3,
                "Lash lifting": 1,
                "Depilace": 1,
            },
        ),
    ),
)

# Texts

_CONSENT = {
    "sms": "Souhlasím se zasíláním SMS s připomenutím termínu a s nabídkami salonu.",
    "email": "Souhlasím se zasíláním e-mailů s novinkami a nabídkami salonu.",
}
_REFUSAL = {"sms": ("stop", "STOP"), "email": ("unsubscribe", None)}
_NOTES = (
    "Alergie na PPD, používat barvu bez amoniaku.",
    "Alergická na latex.",
    "Odstín 7/1, oxidant 6 %.",
    "Odstín 8/3 a 9/1, délky tónovat.",
    "Volat až po 16. hodině.",
    "Káva s mlékem, bez cukru.",
    "Platí vždy kartou.",
    "Citlivá pokožka hlavy.",
    "Chodí s kočárkem, prosí místo u dveří.",
    "Preferuje ticho.",
    "Objednává se přes recepci.",
    "Parkuje ve dvoře, kód k bráně dát předem.",
)
_VISIT_NOTES = (
    "Přišel/přišla o 10 minut později.",
    "Chce zkusit tmavší odstín.",
    "Platba voucherem.",
    "Příště objednat o půl hodiny déle.",
    "Spokojenost, doporučí nás dál.",
    "Nejdřív konzultace.",
)


def _words(text: str) -> list[str]:
    return text.split()


# Given names of three generations: under 28, under 55, older.
_FEMALE = (
    _words(
        "Tereza Eliška Anna Adéla Natálie Karolína Kristýna Barbora Nikola Aneta Klára Sofie Viktorie Ema Julie Amálie"
        " Denisa Žaneta Kateřina Veronika"
    ),
    _words(
        "Jana Lucie Petra Kateřina Lenka Martina Veronika Michaela Markéta Jitka Zuzana Monika Pavla Šárka Hana Radka"
        " Simona Andrea Iveta Renata"
    ),
    _words(
        "Marie Eva Hana Věra Alena Jaroslava Ludmila Helena Jiřina Zdeňka Ivana Dagmar Olga Libuše Květoslava Božena"
        " Milena Blanka Růžena Drahomíra"
    ),
)
_MALE = (
    _words("Jakub Matěj Adam Vojtěch Filip Dominik Šimon Kryštof Štěpán Ondřej Daniel Matyáš Tadeáš Antonín Lukáš"),
    _words("Petr Martin Tomáš Jan Pavel Jiří Michal Lukáš Ondřej David Marek Radek Roman Aleš Zdeněk"),
    _words(
        "Josef Jaroslav František Václav Miroslav Zdeněk Karel Vladimír Ladislav Stanislav Milan Jindřich Bohumil"
        " Oldřich Luboš"
    ),
)
# Surnames in their male and female forms, the most frequent first.
_FAMILIES = [
    tuple(pair.split("/"))
    for pair in _words(
        "Novák/Nováková Svoboda/Svobodová Novotný/Novotná Dvořák/Dvořáková Černý/Černá Procházka/Procházková"
        " Kučera/Kučerová Veselý/Veselá Horák/Horáková Němec/Němcová Marek/Marková Pokorný/Pokorná"
        " Pospíšil/Pospíšilová Hájek/Hájková Král/Králová Jelínek/Jelínková Růžička/Růžičková Beneš/Benešová"
        " Fiala/Fialová Sedláček/Sedláčková Doležal/Doležalová Zeman/Zemanová Kolář/Kolářová Krejčí/Krejčí"
        " Navrátil/Navrátilová Čermák/Čermáková Urban/Urbanová Vaněk/Vaňková Blažek/Blažková Kříž/Křížová"
        " Kovář/Kovářová Kratochvíl/Kratochvílová Bartoš/Bartošová Kopecký/Kopecká Vlček/Vlčková Polák/Poláková"
        " Musil/Musilová Šimek/Šimková Konečný/Konečná Malý/Malá Čech/Čechová Štěpánek/Štěpánková Staněk/Staňková"
        " Holub/Holubová Kadlec/Kadlecová Dostál/Dostálová Soukup/Soukupová Šťastný/Šťastná Mareš/Marešová"
        " Sýkora/Sýkorová Valenta/Valentová Moravec/Moravcová Tichý/Tichá Vávra/Vávrová Matoušek/Matoušková"
        " Říha/Říhová Ševčík/Ševčíková Bláha/Bláhová Bureš/Burešová Hruška/Hrušková Mašek/Mašková Dušek/Dušková"
        " Pavlík/Pavlíková Janda/Jandová Hrubý/Hrubá Mach/Machová Müller/Müllerová Liška/Lišková Žák/Žáková"
        " Ježek/Ježková Nguyen/Nguyen Stejskal/Stejskalová Jaroš/Jarošová Vítek/Vítková Bednář/Bednářová"
        " Štěrba/Štěrbová Kubát/Kubátová Zelenka/Zelenková Nováček/Nováčková Ďurica/Ďuricová"
    )
]
_FAMILY_WEIGHTS = [1 / (place + 6) for place in range(len(_FAMILIES))]
