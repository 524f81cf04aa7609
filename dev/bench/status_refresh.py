"""The nightly update of statuses beside bare SQL: first when nearly all change, then on an ordinary day."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path
from statistics import median

from dev.console import step
from dev.home import folder
from dev.postgres import Cluster
from dev.server import run_inside

from . import clients
from .result import Result

SCRIPT = Path(__file__).with_name("status_refresh_inside.py")
DATABASE = "klientbox_bench_status"
COUNT = 100_000
ROUNDS = 5
TODAY = date(2026, 6, 30)
MOST, QUARTER = 3, 0.25


def measure() -> list[Result]:
    """The product's whole way (chunks, commits, the log of changes) against the one statement that it replaces."""
    with Cluster("test") as cluster, clients.database(cluster, DATABASE, COUNT, TODAY) as database:
        seconds = _run(cluster, database)
    return [
        Result(
            *("status_refresh_vs_sql", median(seconds["all"]["ours"]), "s", MOST),
            peer="one UPDATE ... SET status = CASE ... of all clients, without triggers; 85 % change",
            peer_value=median(seconds["all"]["bare"]),
        ),
        Result(
            *("status_refresh_one_percent", median(seconds["one_percent"]["ours"]), "s", QUARTER),
            peer="the same UPDATE of all clients; 1 % change",
            peer_value=median(seconds["one_percent"]["bare"]),
        ),
    ]


def _run(cluster: Cluster, database: str) -> dict[str, dict[str, list[float]]]:
    with step(f"Statuses of {COUNT:,} clients"), tempfile.TemporaryDirectory(dir=folder("run")) as private:
        answer = Path(private) / "seconds.json"
        run_inside(cluster, database, SCRIPT, str(answer), TODAY.isoformat(), str(ROUNDS))
        seconds: dict[str, dict[str, list[float]]] = json.loads(answer.read_text())
        return seconds
