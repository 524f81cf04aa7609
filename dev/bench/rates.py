"""How many calls a second a server handles over several connections, for several APIs in turn."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from statistics import median
from typing import Any, Protocol

from dev.console import Problem, step

WORKERS, CONNECTIONS = 2, 4
ROUNDS, SECONDS, WARM_UP_SECONDS = 7, 4, 2
JSON = {"Content-Type": "application/json"}


class Way(Protocol):
    """What is called with a connection to its address."""

    @property
    def address(self) -> str: ...
    def __call__(self, connection: HTTPConnection) -> object: ...


class Ours:
    """v1, with one key after the other."""

    def __init__(self, address: str, keys: list[str]) -> None:
        self.address = address
        self._keys = itertools.cycle(keys)

    def get(self, connection: HTTPConnection, path: str) -> Any:
        """The JSON of a GET."""
        return self._call(connection, "GET", path)

    def post(self, connection: HTTPConnection, path: str, **members: Any) -> Any:
        """The JSON of a POST."""
        return self._call(connection, "POST", path, json.dumps(members))

    def _call(self, connection: HTTPConnection, method: str, path: str, body: str | None = None) -> Any:
        headers = {"X-API-Key": next(self._keys), **JSON}
        connection.request(method, f"/klientbox/api/v1{path}", body, headers)
        return json.loads(contents(connection))


class Json2:
    """Odoo's own API with a key of its."""

    def __init__(self, address: str, key: str) -> None:
        self.address = address
        self.headers = {"Authorization": f"Bearer {key}", **JSON}

    def call(self, connection: HTTPConnection, model: str, method: str, **arguments: Any) -> Any:
        """The result of a model's method."""
        connection.request("POST", f"/json/2/{model}/{method}", json.dumps(arguments), self.headers)
        return json.loads(contents(connection))


def contents(connection: HTTPConnection) -> bytes:
    """The body of a successful answer."""
    answer = connection.getresponse()
    body = answer.read()
    if answer.status not in (200, 201):
        raise Problem(f"The server answered {answer.status}.", details=body.decode(errors="replace")[:1000])
    return body


def compare(ways: Mapping[str, Way], what: str) -> dict[str, float]:
    """Calls a second of each API, median of the rounds, taken in turn; the first one alternates.

    Each has an address and is called with a connection to it.
    """
    rates: dict[str, list[float]] = {name: [] for name in ways}
    with step(f"{what}, {ROUNDS} rounds"):
        for way in ways.values():
            _rate(way, WARM_UP_SECONDS)
        for number in range(ROUNDS):
            for name in sorted(ways, reverse=bool(number % 2)):
                rates[name].append(_rate(ways[name], SECONDS))
    return {name: median(measured) for name, measured in rates.items()}


def _rate(way: Way, seconds: float) -> float:
    """Calls a second over all connections, each of which repeats its request after the answer."""
    counts: list[int] = []
    failures: list[Exception] = []
    started = time.monotonic()

    def ask() -> None:
        connection, calls = HTTPConnection(way.address, timeout=60), 0
        try:
            while time.monotonic() < started + seconds:
                way(connection)
                calls += 1
        except Exception as error:  # noqa: BLE001 - it belongs to the main thread
            failures.append(error)
        finally:
            connection.close()
        counts.append(calls)

    threads = [threading.Thread(target=ask) for _number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.monotonic() - started)
