"""A site whose acknowledged writes survive a crash of PostgreSQL, and callers that continue without a break."""

import json
import threading
import time
from contextlib import contextmanager
from typing import NamedTuple

import psutil
import pytest
from requests import RequestException

from dev import databases

from .api import Answer
from .contract import PREFIX


@contextmanager
def lasting(make_site, cluster, name, **options):
    """A server with a scheduler, on a database whose acknowledged writes survive a crash of PostgreSQL."""
    if cluster.external:
        pytest.skip("the PostgreSQL of $KLIENTBOX_PG is not ours to stop")
    with make_site(name, salons=2, cron_threads=1, foresees_errors=True, **options).serving() as served:
        # The tests' server acknowledges before it writes, for speed; this database must not.
        statement = f"ALTER DATABASE {served.database} SET synchronous_commit = on"
        databases.execute(cluster, "postgres", statement)
        served.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        log_sequences(served)
        wait_for(lambda: scheduler_listens(served), 60)
        yield served


def log_sequences(site):
    """Let a crash of PostgreSQL leave a new database's sequences unchanged.

    A sequence copied from a template loses its position in a crash: PostgreSQL 15 and newer copy the mark that 32
    further numbers are logged, but not the log. Setting one logs it.
    """
    site.sql(
        "SELECT setval(format('%%I.%%I', schemaname, sequencename), last_value) FROM pg_sequences"
        " WHERE last_value IS NOT NULL"
    )


@contextmanager
def stopped(cluster):
    """Stop the database server for a block, like a crash; start it again whatever happens."""
    cluster.stop(immediate=True)
    try:
        yield
    finally:
        cluster.start()


def serving_pids(server):
    """The worker processes that answer requests; Odoo gives the scheduler's a lower priority."""
    by_priority = {}
    for pid in server.worker_pids():
        by_priority.setdefault(psutil.Process(pid).nice(), []).append(pid)
    return by_priority[min(by_priority)]


def scheduler_listens(served):
    """Whether a scheduler waits for jobs: it alone has a connection to this database that lasts."""
    statement = "SELECT 1 FROM pg_stat_activity WHERE datname = 'postgres' AND usename = current_user"
    return bool(served.sql(statement))


class Timed(NamedTuple):
    """An answer, when it was requested (monotonic) and how long it took."""

    answer: Answer
    sent_at: float
    seconds: float


class Load:
    """Threads that write and read without a break; each answer is stored."""

    def __init__(self, salon, threads=4):
        self.salon = salon
        self.timed = []
        self.unanswered = []
        self.acknowledged = {}
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(threads)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def answers(self):
        """All answers so far."""
        return [each.answer for each in self.timed]

    def _run(self, number):
        api, count = self.salon.api.copy(), 0
        while not self._stop.is_set():
            count += 1
            phone = f"+4206{number}{count:07}"
            try:
                body = json.dumps({"name": f"Client {number}/{count}", "phone": phone}).encode()
                # At once: earlier answers must not be counted into the outage by a GET that hung.
                answer = self._ask(api, "POST", f"{PREFIX}/clients", {}, body)
                self._ask(api, "GET", f"{PREFIX}/clients?per_page=1")
            except (OSError, RequestException) as error:
                self.unanswered.append(error)
                continue
            if answer.status == 201:
                self.acknowledged[answer.body["id"]] = phone

    def _ask(self, api, *request):
        sent_at = time.monotonic()
        answer = api.raw(*request)
        self.timed.append(Timed(answer, sent_at, time.monotonic() - sent_at))
        return answer


def wait_for(condition, seconds):
    """Repeat until it holds; returns how long that took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - started
