"""A page of 50 clients with their total, in a company of 5,000 among 50,000: our API beside Odoo's own JSON API and
beside a route of Odoo's that does nothing, over the same server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from dev import odoo_config
from dev.console import Problem
from dev.postgres import Cluster
from dev.server import OdooServer

from . import api_keys, clients, rates
from .result import Result

DATABASE = "klientbox_bench_list"
ADDONS = Path(__file__).parent / "addons"
COUNT, COMPANIES, PAGE = 50_000, 10, 50
FIELDS = [
    *("name", "phone", "email", "status", "last_visit_date", "total_visits", "days_since_visit"),
    *("sms_opt_out", "email_opt_out", "notes", "external_id", "create_date"),
]


def measure() -> list[Result]:
    """Pages a second. Odoo's API needs two requests for what ours returns in one: the page and the count."""
    with (
        Cluster("test") as cluster,
        clients.database(cluster, DATABASE, COUNT, date.today(), COMPANIES) as database,
        server_of(cluster, database) as server,
    ):
        keys = api_keys.make(cluster, database)
        address = urlsplit(server.url).netloc
        ways: dict[str, Ours | Json2] = {"ours": Ours(address, keys["ours"]), "json2": Json2(address, keys["json2"])}
        _require_same(ways)
        measured = rates.compare({**ways, "empty": Empty(address)}, f"Lists of {PAGE}")
    return [
        Result(
            *("api_list_vs_json2", measured["ours"], "pages/s", 2.5),
            peer="Odoo's POST /json/2/klientbox.client/search_read and search_count, same fields and page",
            peer_value=measured["json2"],
            at_least=True,
        ),
        Result(
            *("api_list_vs_empty_route", measured["ours"], "pages/s", 0.35),
            peer="a route of Odoo's that does nothing, auth='none'",
            peer_value=measured["empty"],
            at_least=True,
        ),
    ]


def server_of(cluster: Cluster, database: str) -> OdooServer:
    """A server that also has the empty route."""
    settings = {
        "addons_path": odoo_config.addons_path(ADDONS),
        "server_wide_modules": ",".join([*odoo_config.SERVER_WIDE_MODULES, "empty_route"]),
    }
    return OdooServer(database, cluster, workers=rates.WORKERS, settings=settings)


class Ours(rates.Ours):
    """One GET."""

    def __call__(self, connection: HTTPConnection) -> tuple[list[int], int]:
        """The ids of the first page, and the total."""
        answer = self.get(connection, f"/clients?per_page={PAGE}")
        return [client["id"] for client in answer["data"]], answer["total"]


class Json2(rates.Json2):
    """Two POSTs."""

    def __call__(self, connection: HTTPConnection) -> tuple[list[int], int]:
        """The ids of the first page, and the total."""
        wanted = {"domain": [], "fields": FIELDS, "limit": PAGE, "order": "id"}
        rows = self.call(connection, "klientbox.client", "search_read", **wanted)
        return [row["id"] for row in rows], self.call(connection, "klientbox.client", "search_count", domain=[])


class Empty:
    """One GET of an empty answer."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __call__(self, connection: HTTPConnection) -> None:
        """An empty answer, as fast as Odoo returns one."""
        connection.request("GET", "/empty")
        rates.contents(connection)


def _require_same(ways: Mapping[str, Ours | Json2]) -> None:
    """Both must return the same clients and total, or the comparison is meaningless."""
    pages = [way(HTTPConnection(way.address, timeout=60)) for way in ways.values()]
    if pages[0] != pages[1] or len(pages[0][0]) != PAGE or pages[0][1] != COUNT // COMPANIES:
        raise Problem("The two APIs do not give the same page.", details=repr(pages)[:1000])
