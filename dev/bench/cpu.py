"""What a call costs the machine: processor time of the server and of PostgreSQL together, for several calls in turn.

Unlike throughput it hardly depends on what else the machine is doing.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPConnection
from statistics import median

import psutil

from dev.console import step
from dev.postgres import Cluster
from dev.server import OdooServer

from .rates import Way

ROUNDS, CALLS, WARM_UP_CALLS = 7, 150, 50


def compare(server: OdooServer, cluster: Cluster, ways: Mapping[str, Way], what: str) -> dict[str, float]:
    """Milliseconds of processor time per call, median of the rounds, taken in turn; the first one alternates."""
    costs: dict[str, list[float]] = {name: [] for name in ways}
    with step(f"{what}, {ROUNDS} rounds"):
        for way in ways.values():
            _call(way, WARM_UP_CALLS)
        for number in range(ROUNDS):
            for name in sorted(ways, reverse=bool(number % 2)):
                before = _spent(server.pid, cluster.pid)
                _call(ways[name], CALLS)
                costs[name].append((_spent(server.pid, cluster.pid) - before) / CALLS * 1000)
    return {name: median(measured) for name, measured in costs.items()}


def _call(way: Way, times: int) -> None:
    connection = HTTPConnection(way.address, timeout=60)
    for _number in range(times):
        way(connection)
    connection.close()


def _spent(*pids: int) -> float:
    """Seconds of processor time of these processes and their children, also of those that have ended."""
    spent = 0.0
    for pid in pids:
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            times = process.cpu_times()
            spent += times.user + times.system
        ended = parent.cpu_times()
        spent += ended.children_user + ended.children_system
    return spent
