"""Forty calls, each by sixteen twins: every one takes effect once and has one answer, also when processes die during
it."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter, deque
from contextlib import suppress

import psutil
import pytest
import requests

from . import figures

SEED = int(os.environ.get("KLIENTBOX_SEED", random.randrange(1_000_000)))
KEYS, TWINS, KILLS = 40, 16, 10
# The claim of a dead process is taken over after a minute.
DONE_WITHIN = 240
SLOWLY = """
    CREATE FUNCTION verify_slowly() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$;
    CREATE TRIGGER verify_slowly BEFORE INSERT ON klientbox_client FOR EACH ROW EXECUTE FUNCTION verify_slowly();
    CREATE TRIGGER verify_slowly BEFORE INSERT ON klientbox_visit FOR EACH ROW EXECUTE FUNCTION verify_slowly();
"""
AT_WORK = """
    SELECT client_port FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'active' AND query ~ '^INSERT INTO "klientbox_(client|visit)"'
"""
UNANSWERED = """
    SELECT name FROM klientbox_idempotency_claim claim WHERE name LIKE %s AND NOT EXISTS (
        SELECT FROM klientbox_idempotency_answer answer WHERE (answer.key_id, answer.name) = (claim.key_id, claim.name))
"""


class Story:
    """One kind of call: its path, and the body of each of the forty."""

    def __init__(self, duo, path):
        self.path = path
        self.member = {"/clients": "name", "/visits": "note"}[path]
        self.salon = duo.site.salon()
        # A client for each visit: those of the same client wait for each other.
        wanted = KEYS if path == "/visits" else 0
        self._clients = [self.salon.client(f"Client {number}", phone(number))["id"] for number in range(wanted)]

    def call(self, api, number):
        """One of the twins' call; its answer."""
        return self.send(api, self.key(number), self.body(number))

    def send(self, api, key, body):
        return api.request("POST", self.path, json=body, headers={"Idempotency-Key": key})

    def key(self, number):
        return f"{self.path}-{self.salon.company_id}-{number}"

    def body(self, number):
        if self._clients:
            return {"client_id": self._clients[number], "date": "2026-01-15T10:00:00", "note": f"Visit {number}"}
        return {"name": f"Client {number}", "phone": phone(number)}

    def made(self):
        """The existing records, with their counts: {sent value: how often}."""
        return Counter(row[self.member] for row in self.salon.api.pages(self.path))

    def expected(self):
        return Counter(self.body(number)[self.member] for number in range(KEYS))


def phone(number):
    """A phone for each number."""
    return f"+420601{number:06}"


@pytest.fixture(params=["/clients", "/visits"])
def story(duo, request):
    return Story(duo, request.param)


def test_sixteen_twins_of_forty_calls_make_forty(duo, story, at_once):
    apis = [duo.api(number, story.salon.key) for number in range(TWINS)]
    replayed = busy = 0
    for number in range(KEYS):
        answers = at_once(TWINS, lambda twin, number=number: story.call(apis[twin], number))
        done = [answer for answer in answers if answer.status == 201]
        for answer in answers:
            if answer.status != 201:
                answer.refused(409, "idempotency_in_progress")
                assert int(answer.headers["Retry-After"]) >= 1
        again = [answer for answer in done if answer.headers.get("Idempotency-Replayed") == "true"]
        assert len(done) == len(again) + 1
        assert len({answer.content for answer in done}) == 1
        assert story.call(apis[0], number).content == done[0].content
        replayed, busy = replayed + len(again), busy + TWINS - len(done)
    other = {**story.body(0), story.member: "Something else"}
    story.send(apis[1], story.key(0), other).refused(422, "idempotency_key_reused")
    made = story.made()
    figures.keep(
        f"idempotency_twins_{story.path.strip('/')}",
        {"calls": KEYS * TWINS, "in_progress": busy, "keys": KEYS, "made": made.total(), "replayed": replayed},
    )
    assert made == story.expected()


class Twin(threading.Thread):
    """A client that sends all forty calls and repeats each until it succeeds, as the guide requires."""

    def __init__(self, api, story, seed):
        super().__init__()
        self.api, self.story = api, story
        self.bodies, self.statuses, self.errors = {}, Counter(), []
        self._waiting = deque(range(KEYS))
        random.Random(seed).shuffle(self._waiting)

    def run(self):
        deadline = time.monotonic() + DONE_WITHIN
        while self._waiting and not self.errors and time.monotonic() < deadline:
            number = self._waiting.popleft()
            try:
                answer = self.story.call(self.api, number)
            except requests.RequestException:
                # Its process was killed: whether it acted is not known.
                self.statuses["unanswered"] += 1
                self._waiting.append(number)
                continue
            except AssertionError as error:
                self.errors.append(error)
                raise
            self.statuses[answer.status] += 1
            if answer.status == 201:
                self.bodies[number] = answer.content
            else:
                self._waiting.append(number)
                time.sleep(0.2)


@pytest.fixture
def slowly(duo):
    """Makes every call last long enough for a kill to hit a process in the middle of it."""
    duo.site.sql(SLOWLY)
    yield
    duo.site.sql("DROP FUNCTION verify_slowly CASCADE")


@pytest.mark.usefixtures("slowly")
def test_forty_calls_make_forty_records_when_workers_are_killed(duo, story):
    print(f"\nKLIENTBOX_SEED={SEED}")
    chance = random.Random(SEED)
    twins = [Twin(duo.api(number, story.salon.key), story, SEED + number) for number in range(TWINS)]
    started, kills = time.monotonic(), 0
    for twin in twins:
        twin.start()
    while kills < KILLS and any(twin.is_alive() for twin in twins):
        time.sleep(chance.uniform(0.2, 0.8))
        victims = at_work(duo)
        if victims:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(victims), signal.SIGKILL)
                kills += 1
    left = len(duo.site.sql(UNANSWERED, [f"{story.path}-{story.salon.company_id}-%"]))
    for twin in twins:
        twin.join()
    seconds = time.monotonic() - started

    statuses = sum((twin.statuses for twin in twins), Counter())
    made = story.made()
    figures.keep(
        f"idempotency_kills_{story.path.strip('/')}",
        {
            "answers": {str(status): count for status, count in statuses.items()},
            "claims_without_answer_after_the_kills": left,
            "keys": KEYS,
            "kills": kills,
            "made": made.total(),
            "seconds": round(seconds),
            "seed": SEED,
        },
    )
    assert kills == KILLS
    assert [error for twin in twins for error in twin.errors] == []
    assert made == story.expected()
    bodies = {number: {twin.bodies.get(number) for twin in twins} for number in range(KEYS)}
    assert {number for number, answers in bodies.items() if len(answers) != 1 or None in answers} == set()
    assert {json.loads(next(iter(answers)))["id"] for answers in bodies.values()} == set(ids(story))
    assert statuses.keys() <= {201, 409, "unanswered"}
    assert seconds < DONE_WITHIN


def at_work(duo):
    """The processes that are in the middle of a call, identified by their end of the connection to the database."""
    ports, found = {port for [port] in duo.site.sql(AT_WORK)}, []
    for pid in duo.pids():
        with suppress(psutil.NoSuchProcess):
            if any(each.laddr.port in ports for each in psutil.Process(pid).net_connections("tcp")):
                found.append(pid)
    return found


def ids(story):
    """The ids of the created records."""
    return [row["id"] for row in story.salon.api.pages(story.path)]
