"""A visit recorded: our API beside Odoo's own JSON API, in a company of 5,000 clients among 50,000."""

from __future__ import annotations

import itertools
from datetime import date
from http.client import HTTPConnection
from urllib.parse import urlsplit

from dev import databases
from dev.console import Problem
from dev.postgres import Cluster
from dev.server import OdooServer

from . import api_keys, clients, rates
from .result import Result

DATABASE = "klientbox_bench_create"
COUNT, COMPANIES = 50_000, 10
START = "2026-01-15T10:00:00"
VISITS = "SELECT count(*), count(DISTINCT state), min(start) = max(start) FROM klientbox_visit WHERE company_id = %s"


def measure() -> list[Result]:
    """Visits a second, each of another client, done, in the past: both update the client's status and totals."""
    with (
        Cluster("test") as cluster,
        clients.database(cluster, DATABASE, COUNT, date.today(), COMPANIES) as database,
        OdooServer(database, cluster, workers=rates.WORKERS) as server,
    ):
        keys = api_keys.make(cluster, database)
        address = urlsplit(server.url).netloc
        statement = "SELECT id FROM klientbox_client WHERE company_id = %s ORDER BY id"
        ids = [row for [row] in databases.execute(cluster, database, statement, [keys["company"]])]
        ways: dict[str, rates.Way] = {
            "ours": Ours(address, keys["ours"], ids[: len(ids) // 2]),
            "json2": Json2(address, keys["json2"], ids[len(ids) // 2 :]),
        }
        measured = rates.compare(ways, "Visits")
        [recorded] = databases.execute(cluster, database, VISITS, [keys["company"]])
        if recorded[1:] != (1, True) or recorded[0] < 100:
            raise Problem("The two APIs do not record the same visits.", details=repr(recorded))
    return [
        Result(
            *("api_create_vs_json2", measured["ours"], "visits/s", 1),
            peer="Odoo's POST /json/2/klientbox.visit/create of the same row",
            peer_value=measured["json2"],
            at_least=True,
        )
    ]


class Ours(rates.Ours):
    """POST /visits."""

    def __init__(self, address: str, keys: list[str], ids: list[int]) -> None:
        super().__init__(address, keys)
        self._ids = itertools.cycle(ids)

    def __call__(self, connection: HTTPConnection) -> None:
        """One visit."""
        self.post(connection, "/visits", client_id=next(self._ids), date=f"{START}Z", state="done")


class Json2(rates.Json2):
    """POST /json/2/klientbox.visit/create."""

    def __init__(self, address: str, key: str, ids: list[int]) -> None:
        super().__init__(address, key)
        self._ids = itertools.cycle(ids)

    def __call__(self, connection: HTTPConnection) -> None:
        """One visit."""
        visit = {"client_id": next(self._ids), "start": START.replace("T", " "), "state": "done"}
        self.call(connection, "klientbox.visit", "create", vals_list=[visit])
