"""One salon's gateway accepts its messages without an answer: the effect on the other salon and the API."""

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
from dev.simulator.server import Simulator

from . import clients
from .api_list import Ours
from .result import Result
from .web_client import WebClient

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
        staff = WebClient(server.url, database)
        api = Ours(urlsplit(server.url).netloc, [made["key"]])
        with step("Both gateways well"):
            well = _percentiles(staff, made["free"], free, api)
        hung.configure(mode="hang")
        with step("One gateway hung"):
            for _number in range(SWALLOWED):
                _send_test(staff, made["hung"])
            hung.wait_for(1, PATIENCE)
            ill = _percentiles(staff, made["free"], free, api)
    peer = "the same while both gateways are well"
    return [
        Result("hung_gateway_send_p95", ill["send"], "s", AT_MOST, peer=peer, peer_value=well["send"]),
        Result("hung_gateway_api_p95", ill["api"], "s", AT_MOST, peer=peer, peer_value=well["api"]),
    ]


def _percentiles(staff: WebClient, gateway: int, simulator: Simulator, api: Ours) -> dict[str, float]:
    """The 95th percentiles of both times, in seconds, while messages are sent one after the other."""
    pages, over = [], threading.Event()

    def ask() -> None:
        connection = HTTPConnection(api.address, timeout=60)
        while not over.is_set():
            started = time.perf_counter()
            api(connection)
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
            _send_test(staff, gateway)
            waits.append(simulator.wait_for(known + 1, PATIENCE)[known]["at"] - started)
            time.sleep(PAUSE)
    finally:
        over.set()
        asker.join()
    return {"send": quantiles(waits, n=20)[-1], "api": quantiles(pages, n=20)[-1]}


def _send_test(staff: WebClient, gateway: int) -> None:
    staff.call("klientbox.gateway", "action_send_test", [gateway])
