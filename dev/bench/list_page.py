"""A page of 50 among 50,000 clients with their total: our API beside Odoo's own JSON API, over the same server."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from dev.console import Problem, step
from dev.home import folder
from dev.postgres import Cluster
from dev.server import OdooServer, run_inside

from . import clients
from .result import Result

SCRIPT = Path(__file__).with_name("list_page_inside.py")
DATABASE = "klientbox_bench_list"
COUNT, PAGE = 50_000, 50
WORKERS, CONNECTIONS = 2, 4
ROUNDS, SECONDS, WARM_UP_SECONDS = 7, 4, 2
AT_LEAST = 1.5
FIELDS = [
    *("name", "phone", "email", "status", "last_visit_date", "total_visits", "days_since_visit"),
    *("sms_opt_out", "email_opt_out", "notes", "create_date"),
]


def measure() -> list[Result]:
    """Pages a second. Odoo's API needs two requests for what ours gives in one: the page and the count."""
    with Cluster("test") as cluster, clients.database(cluster, DATABASE, COUNT, date.today()) as database:
        keys = _make_keys(cluster, database)
        with OdooServer(database, cluster, workers=WORKERS) as server:
            address = urlsplit(server.url).netloc
            ways = {"ours": Ours(address, keys["ours"]), "json2": Json2(address, keys["json2"])}
            _require_same(ways)
            rates = _compare(ways)
    return [
        Result(
            *("api_list_vs_json2", median(rates["ours"]), "pages/s", AT_LEAST),
            peer="Odoo's POST /json/2/klientbox.client/search_read and search_count, same fields and page",
            peer_value=median(rates["json2"]),
            at_least=True,
        )
    ]


class Ours:
    """One GET."""

    def __init__(self, address: str, key: str):
        self.address = address
        self.headers = {"X-API-Key": key}

    def page(self, connection: HTTPConnection) -> tuple[list[int], int]:
        """The ids of the first page, and the total."""
        connection.request("GET", f"/klientbox/api/v1/clients?per_page={PAGE}", headers=self.headers)
        answer = _answer(connection)
        return [client["id"] for client in answer["data"]], answer["total"]


class Json2:
    """Two POSTs."""

    def __init__(self, address: str, key: str):
        self.address = address
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def page(self, connection: HTTPConnection) -> tuple[list[int], int]:
        rows = self._call(connection, "search_read", domain=[], fields=FIELDS, limit=PAGE, order="id")
        return [row["id"] for row in rows], self._call(connection, "search_count", domain=[])

    def _call(self, connection: HTTPConnection, method: str, **arguments):
        path = f"/json/2/klientbox.client/{method}"
        connection.request("POST", path, json.dumps(arguments), headers=self.headers)
        return _answer(connection)


def _answer(connection: HTTPConnection):
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise Problem(f"The server answered {answer.status}.", details=body.decode(errors="replace")[:1000])
    return json.loads(body)


def _make_keys(cluster: Cluster, database: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory(dir=folder("run")) as private:
        answer = Path(private) / "keys.json"
        run_inside(cluster, database, SCRIPT, str(answer))
        return json.loads(answer.read_text())


def _require_same(ways: dict) -> None:
    """Both must give the same clients and total, or the comparison means nothing."""
    pages = [way.page(HTTPConnection(way.address, timeout=60)) for way in ways.values()]
    if pages[0] != pages[1] or len(pages[0][0]) != PAGE or pages[0][1] != COUNT:
        raise Problem("The two APIs do not give the same page.", details=repr(pages)[:1000])


def _compare(ways: dict) -> dict[str, list[float]]:
    """Pages a second of each way, in turn; who comes first changes."""
    rates = {name: [] for name in ways}
    with step(f"Lists of {PAGE}, {ROUNDS} rounds"):
        for way in ways.values():
            _rate(way, WARM_UP_SECONDS)
        for number in range(ROUNDS):
            for name in sorted(ways, reverse=number % 2):
                rates[name].append(_rate(ways[name], SECONDS))
    return rates


def _rate(way, seconds: float) -> float:
    """Pages a second over all connections, each of which asks again as soon as it has its answer."""
    counts, failures = [], []
    started = time.monotonic()

    def ask() -> None:
        connection, pages = HTTPConnection(way.address, timeout=60), 0
        try:
            while time.monotonic() < started + seconds:
                way.page(connection)
                pages += 1
        except Exception as error:  # noqa: BLE001 - it belongs to the main thread
            failures.append(error)
        finally:
            connection.close()
        counts.append(pages)

    threads = [threading.Thread(target=ask) for _number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.monotonic() - started)
