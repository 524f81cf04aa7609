"""One salon's gateway swallows its messages without an answer: what do the other salon and the API notice?"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from dev.console import step
from dev.home import folder
from dev.postgres import Cluster
from dev.server import OdooServer, run_inside
from dev.simulator import Simulator

from . import clients
from .list_page import Ours
from .result import Result

SCRIPT = Path(__file__).with_name("hung_gateway_inside.py")
DATABASE = "klientbox_bench_hung"
COUNT, MESSAGES, SWALLOWED = 5_000, 60, 3
PAUSE, HANG_SECONDS, PATIENCE = 0.5, 60, 60
AT_MOST = 1.25


def measure() -> list[Result]:
    """95th percentiles: from the press of "Send a test SMS" to its arrival at the gateway, and of a list by the API."""
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster("test"))
        database = stack.enter_context(clients.database(cluster, DATABASE, COUNT, date.today()))
        free, hung = (stack.enter_context(Simulator()) for _number in range(2))
        for simulator in (free, hung):
            simulator.configure(report="none", hang_seconds=HANG_SECONDS)
        with tempfile.TemporaryDirectory(dir=folder("run")) as private:
            answer = Path(private) / "answer.json"
            run_inside(cluster, database, SCRIPT, str(answer), free.url, hung.url, free.secret)
            made = json.loads(answer.read_text())
        server = stack.enter_context(OdooServer(database, cluster, workers=3, cron_threads=1))
        staff = Staff(server.url, database)
        api = Ours(urlsplit(server.url).netloc, made["key"])
        with step("Both gateways well"):
            well = _percentiles(staff, made["free"], free, api)
        hung.configure(mode="hang")
        with step("One gateway hung"):
            for _number in range(SWALLOWED):
                staff.send_test(made["hung"])
            hung.wait_for(1, PATIENCE)
            ill = _percentiles(staff, made["free"], free, api)
    peer = "the same while both gateways are well"
    return [
        Result("hung_gateway_send_p95", ill["send"], "s", AT_MOST, peer=peer, peer_value=well["send"]),
        Result("hung_gateway_api_p95", ill["api"], "s", AT_MOST, peer=peer, peer_value=well["api"]),
    ]


class Staff:
    """Somebody at the desk, in the web client."""

    def __init__(self, url: str, database: str):
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._cookie = None
        self._call("/web/session/authenticate", db=database, login="admin", password="admin")

    def send_test(self, gateway: int) -> None:
        self._call(
            "/web/dataset/call_kw/klientbox.gateway/action_send_test",
            model="klientbox.gateway",
            method="action_send_test",
            args=[[gateway]],
            kwargs={},
        )

    def _call(self, path: str, **parameters):
        headers = {"Content-Type": "application/json", **({"Cookie": self._cookie} if self._cookie else {})}
        self._connection.request("POST", path, json.dumps({"jsonrpc": "2.0", "params": parameters}), headers)
        answer = self._connection.getresponse()
        self._cookie = (answer.getheader("Set-Cookie") or self._cookie or "").partition(";")[0]
        body = json.loads(answer.read())
        assert "error" not in body, body["error"]
        return body["result"]


def _percentiles(staff: Staff, gateway: int, simulator: Simulator, api: Ours) -> dict[str, float]:
    """The 95th percentiles of both waits, in seconds, while messages are sent one after the other."""
    pages, over = [], threading.Event()

    def ask() -> None:
        connection = HTTPConnection(api.address, timeout=60)
        while not over.is_set():
            started = time.perf_counter()
            api.page(connection)
            pages.append(time.perf_counter() - started)
            time.sleep(PAUSE / 10)
        connection.close()

    asker = threading.Thread(target=ask)
    asker.start()
    waits = []
    try:
        for _number in range(MESSAGES):
            known = len(simulator.messages())
            started = time.time()
            staff.send_test(gateway)
            waits.append(simulator.wait_for(known + 1, PATIENCE)[known]["at"] - started)
            time.sleep(PAUSE)
    finally:
        over.set()
        asker.join()
    return {"send": quantiles(waits, n=20)[-1], "api": quantiles(pages, n=20)[-1]}
