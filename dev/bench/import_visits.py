"""A salon of 24,000 clients imports 70,000 visits: the time, and the effect on a user in the web client.

The file is the sample of real purchase histories (tests/data), ten times over, with a name and a phone for each client.
"""

from __future__ import annotations

import base64
import io
import threading
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil

from dev import databases
from dev.console import step
from dev.home import REPOSITORY
from dev.postgres import Cluster
from dev.server import OdooServer

from .result import Result
from .web_client import WebClient

SAMPLE = REPOSITORY / "tests" / "data" / "cdnow_sample.txt"
DATABASE = "klientbox_bench_import"
TIMES, MOST_SECONDS, MOST_MEGABYTES, MOST_WAIT = 10, 180, 600, 1.0
IDLE_SECONDS, PATIENCE, PAUSE = 5, 600, 0.1
COLUMNS: dict[str, dict[str, object]] = {
    "name": {},
    "phone": {},
    "status": {},
    "last_visit_date": {},
    "total_visits": {},
}


def measure() -> list[Result]:
    """Visits a second over checking and importing, memory of the importing process, and the time of a list."""
    content, rows, clients = _file(SAMPLE, TIMES)
    with Cluster("test") as cluster:
        databases.create(cluster, DATABASE, databases.template(cluster))
        try:
            with OdooServer(DATABASE, cluster, workers=2, cron_threads=1) as server:
                web = WebClient(server.url, DATABASE)
                with step("The list of clients, nothing else going on"):
                    idle = _Lists(server.url)
                    idle.ask_for(IDLE_SECONDS)
                seconds, megabytes, waits, outcome = _import(web, server, content)
        finally:
            databases.drop(cluster, DATABASE)
    visits = outcome["visits_created"] + outcome["visits_existing"]
    assert (outcome["row_count"], visits, outcome["clients_created"]) == (rows, rows, clients), outcome
    return [
        Result("import_visits_per_s", rows / seconds, "visits/s", 70_000 / MOST_SECONDS, at_least=True),
        Result("import_70k_s", seconds, "s", MOST_SECONDS),
        Result("import_70k_mb", megabytes, "MB", MOST_MEGABYTES),
        Result("import_list_p95", waits, "s", MOST_WAIT),
        Result("import_list_idle_p95", idle.p95(), "s", MOST_WAIT),
    ]


def _file(sample: Path, times: int) -> tuple[bytes, int, int]:
    """The file, its number of rows, and of clients."""
    text, phones = io.StringIO("Jméno;Telefon;Datum;Služba;Cena\r\n"), set()
    text.seek(0, io.SEEK_END)
    purchases = [line.split() for line in sample.read_text(encoding="ascii").splitlines()]
    for round_number in range(times):
        for _master, number, day, count, dollars in purchases:
            client = round_number * 3_000 + int(number)
            phones.add(client)
            price = dollars.replace(".", ",")
            when = f"{day[6:8]}.{day[4:6]}.{day[:4]}"
            text.write(
                f"Zákazník {client:05};720 {client // 1000:03} {client % 1000:03};{when};Nákup {count};{price}\r\n"
            )
    return text.getvalue().encode(), len(purchases) * times, len(phones)


def _import(web: WebClient, server: OdooServer, content: bytes) -> tuple[float, float, float, dict[str, Any]]:
    values = {"file": base64.b64encode(content).decode(), "file_name": "salon.csv"}
    [record] = web.call("klientbox.import", "create", [values])
    memory, lists = _Memory(server.pid), _Lists(server.url)
    with memory, lists, step("The import"):
        seconds = sum(
            _press(web, record, button, state)
            for button, state in (("action_check", "ready"), ("action_import", "done"))
        )
    counts = ["row_count", "clients_created", "visits_created", "visits_existing"]
    [outcome] = web.call("klientbox.import", "read", [record], counts)
    return seconds, memory.megabytes, lists.p95(), outcome


def _press(web: WebClient, record: int, button: str, state: str) -> float:
    """Seconds from a button to the state that it leads to."""
    started = time.perf_counter()
    web.call("klientbox.import", button, [record])
    while time.perf_counter() < started + PATIENCE:
        [row] = web.call("klientbox.import", "read", [record], ["state", "problem"])
        if row["state"] == state:
            return time.perf_counter() - started
        assert not row["problem"], row["problem"]
        time.sleep(PAUSE)
    raise TimeoutError(f"not {state} within {PATIENCE} s")


class _Background:
    """Repeats something while a block runs."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> _Background:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(PAUSE):
            self._do()

    def _do(self) -> None:
        raise NotImplementedError


class _Lists(_Background):
    """The first page of clients, as the list view requests it."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._client = WebClient(url, DATABASE)
        self._waits: list[float] = []

    def ask_for(self, seconds: float) -> None:
        with self:
            time.sleep(seconds)

    def p95(self) -> float:
        return quantiles(self._waits, n=20)[-1]

    def _do(self) -> None:
        started = time.perf_counter()
        self._client.call("klientbox.client", "web_search_read", domain=[], specification=COLUMNS, limit=80)
        self._waits.append(time.perf_counter() - started)


class _Memory(_Background):
    """The most megabytes of a server's processes for jobs, over those at the start."""

    def __init__(self, master: int) -> None:
        super().__init__()
        self._master = psutil.Process(master)
        self._first = self._now()
        self.megabytes = 0.0

    def _now(self) -> float:
        # Odoo gives its processes for jobs a lower priority than itself.
        jobs = [child for child in self._master.children() if child.nice() > self._master.nice()]
        return max(job.memory_info().rss for job in jobs) / 2**20

    def _do(self) -> None:
        self.megabytes = max(self.megabytes, self._now() - self._first)
