"""The cost of the usual calls in processor time, each beside a peer: pages, one record, the key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from dev.postgres import Cluster

from . import api_keys, clients, cpu, rates, visits
from .api_list import COMPANIES, COUNT, PAGE, Empty, Json2, server_of
from .result import Result

DATABASE = "klientbox_bench_calls"


class Get(rates.Ours):
    """A GET of v1."""

    def __init__(self, address: str, keys: list[str], path: str) -> None:
        super().__init__(address, keys)
        self.path = path

    def __call__(self, connection: HTTPConnection) -> Any:
        """The body."""
        return self.get(connection, self.path)


def measure() -> list[Result]:
    """Milliseconds of processor time a call."""
    with (
        Cluster("test") as cluster,
        clients.database(cluster, DATABASE, COUNT, date.today(), COMPANIES) as database,
    ):
        visits.fill(cluster, database)
        with server_of(cluster, database) as server:
            keys = api_keys.make(cluster, database)
            address = urlsplit(server.url).netloc
            one = Get(address, keys["ours"], f"/clients?per_page={PAGE}")(HTTPConnection(address))["data"][7]["id"]
            paths = {
                "clients": f"/clients?per_page={PAGE}",
                "me": "/me",
                "client": f"/clients/{one}",
                "visits": f"/visits?per_page={PAGE}",
            }
            ways: dict[str, rates.Way] = {name: Get(address, keys["ours"], path) for name, path in paths.items()}
            ways |= {"empty": Empty(address), "json2": Json2(address, keys["json2"])}
            cost = cpu.compare(server, cluster, ways, "Calls")
    return _results(cost)


def _results(cost: dict[str, float]) -> list[Result]:
    page = f"GET /clients of {PAGE}"
    beside: Callable[..., Result] = lambda name, bound, peer, described, **more: Result(  # noqa: E731
        f"api_call_{name}", cost[name], "ms CPU", bound, peer=described, peer_value=cost[peer], **more
    )
    return [
        beside("clients", 1 / 0.60, "empty", "a route of Odoo's that does nothing, auth='none'"),
        Result(
            *("api_call_clients_vs_json2", cost["clients"], "ms CPU", 1 / 5.0),
            peer="Odoo's POST /json/2 search_read and search_count",
            peer_value=cost["json2"],
        ),
        beside("me", 1.0, "clients", page),
        beside("client", 1.0, "clients", page),
        beside("visits", 2.5, "clients", page),
    ]
