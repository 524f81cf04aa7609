"""The demo's gateway simulator and mail sink in a process of their own, and the connection to them.

Their ports change with each start, so the demo's database is updated each time. Some of its clients reply, some can't
be reached.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request

from .console import Problem
from .databases import execute
from .home import REPOSITORY, log_path
from .postgres import HOST, Cluster
from .processes import Service, clean_environment, tail
from .server import DIRECT, free_port
from .simulator.server import SECRET

GATEWAY, MAIL_SERVER = "Simulator", "Sink"
READY_SECONDS = 20
# Every n-th client, by the last digits of the id.
REPLIES = {3: "Ano, ráda přijdu příští týden.", 11: "Děkuji, ozvu se.", 17: "STOP"}
NOT_REACHED = 13


class DemoMessaging:
    """Call ``start``, then ``lead`` for a database to use it, then ``teach`` to configure its clients' behaviour."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._port, self._smtp_port = free_port(), free_port()
        self._service: Service | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        log = log_path(f"{self._cluster.name}-simulator")
        log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "dev.simulator", "--port", self._port, "--smtp-port", self._smtp_port]
        environment = clean_environment(PYTHONUNBUFFERED="1")
        self._service = Service(self._cluster.name, "simulator", command, log, env=environment, cwd=REPOSITORY)
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if self._service.ended() or time.monotonic() > deadline:
                raise Problem("The gateway simulator did not start.", f"Whole log: {log}", tail(log))
            time.sleep(0.05)

    def stop(self) -> None:
        if self._service:
            self._service.stop()

    def lead(self, database: str, base_url: str) -> None:
        """Write the present addresses of simulator and sink to a database, and that it was only stopped, not
        restored."""
        for statement, parameters in (
            (
                "UPDATE klientbox_gateway SET url = %s, status_url = %s, secret = %s WHERE name = %s",
                [f"{self.url}/send", f"{self.url}/messages/{{reference}}", SECRET, GATEWAY],
            ),
            (
                "UPDATE ir_mail_server SET smtp_host = %s, smtp_port = %s WHERE name = %s",
                [HOST, self._smtp_port, MAIL_SERVER],
            ),
            ("UPDATE ir_config_parameter SET value = %s WHERE key = 'web.base.url'", [base_url]),
            ("UPDATE klientbox_heartbeat SET at = clock_timestamp()", []),
        ):
            execute(self._cluster, database, statement, parameters)

    def teach(self, database: str) -> None:
        """Some phones of the demo reply, some are off."""
        phones = execute(self._cluster, database, "SELECT id, phone FROM klientbox_client WHERE phone IS NOT NULL")
        answers = {phone: text for number, phone in phones for last, text in REPLIES.items() if number % 20 == last}
        unreachable = {phone: "failed" for number, phone in phones if number % 20 == NOT_REACHED}
        config = {"reply_by_number": answers, "report_by_number": unreachable, "report_delay": 2, "reply_delay": 5}
        request = urllib.request.Request(
            f"{self.url}/_sim/config", json.dumps(config).encode(), {"Content-Type": "application/json"}
        )
        DIRECT.open(request, timeout=10).close()

    def _answers(self) -> bool:
        try:
            with DIRECT.open(f"{self.url}/_sim/config", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
