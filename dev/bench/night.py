"""A whole night of 100,000 clients, 2,000 of them due, without sending: undisturbed, and killed in between."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from dev import odoo_config
from dev.console import step
from dev.databases import execute
from dev.home import REPOSITORY, folder
from dev.postgres import Cluster
from dev.server import run_inside

from . import clients
from .result import Result

SCRIPT = Path(__file__).with_name("night_inside.py")
DATABASE = "klientbox_bench_night"
COUNT, DUE = 100_000, 2_000
TODAY = date(2026, 6, 30)
MOST_SECONDS, MOST_MEGABYTES = 120, 300
KILLED_AT = (0.3, 0.6)
# The expected results of a night, whichever process was killed.
OUTCOME = """
    SELECT (SELECT count(*) FROM klientbox_message WHERE state = 'queued'),
           (SELECT count(DISTINCT client_id) FROM klientbox_message WHERE state = 'queued'),
           (SELECT count(*) FROM klientbox_status_change),
           (SELECT string_agg(status || n, ',' ORDER BY status)
              FROM (SELECT status, count(*) AS n FROM klientbox_client GROUP BY status) statuses),
           (SELECT string_agg(outcome || coalesce(reason, '') || n, ',' ORDER BY outcome, reason)
              FROM (SELECT outcome, reason, count(*) AS n FROM klientbox_decision GROUP BY 1, 2) decisions)
    """


def measure() -> list[Result]:
    """An ordinary night, one that is killed twice, and the first night of a salon with a backlog of 80,000."""
    with Cluster("test") as cluster, clients.database(cluster, DATABASE, COUNT, TODAY) as database:
        night = _Night(cluster, database)
        ordinary = night.run()
        assert ordinary["outcome"][:2] == [DUE, DUE], ordinary["outcome"]
        killed = night.run_killed([part * ordinary["seconds"] for part in KILLED_AT])
        assert killed == ordinary["outcome"], f"{killed} after a kill, {ordinary['outcome']} without"
        backlog = night.run(backlog=True)
    return [
        Result("night_100k_s", ordinary["seconds"], "s", MOST_SECONDS),
        Result("night_100k_mb", ordinary["megabytes"], "MB", MOST_MEGABYTES),
        Result("night_100k_backlog_s", backlog["seconds"], "s", MOST_SECONDS),
        Result("night_100k_backlog_mb", backlog["megabytes"], "MB", MOST_MEGABYTES),
    ]


class _Night:
    def __init__(self, cluster: Cluster, database: str) -> None:
        self._cluster = cluster
        self._database = database

    def run(self, backlog: bool = False) -> dict[str, Any]:
        """Seconds, megabytes over the start, and the result of an undisturbed night."""
        self._prepare(backlog)
        with step("A night" + " with a backlog" * backlog), tempfile.TemporaryDirectory(dir=folder("run")) as private:
            answer = Path(private) / "answer.json"
            run_inside(self._cluster, self._database, SCRIPT, "run", TODAY.isoformat(), str(answer))
            return {**json.loads(answer.read_text()), "outcome": self._outcome()}

    def run_killed(self, after: list[float]) -> list[Any]:
        """The result of a night that is killed this many seconds after each of its starts, and then runs to its end."""
        self._prepare(backlog=False)
        with step("A night killed twice"), tempfile.TemporaryDirectory(dir=folder("run")) as private:
            answer = Path(private) / "answer.json"
            for seconds in after:
                self._start_and_kill(Path(private) / "started", seconds)
            run_inside(self._cluster, self._database, SCRIPT, "run", TODAY.isoformat(), str(answer))
        return self._outcome()

    def _start_and_kill(self, started: Path, seconds: float) -> None:
        config = odoo_config.write(f"{self._cluster.name}-killed", self._cluster, self._database, log_level="warn")
        started.unlink(missing_ok=True)
        command = [sys.executable, "-m", "dev.inside", config, SCRIPT, "run", TODAY.isoformat(), started]
        process = subprocess.Popen(
            [*map(str, command), "tell-start"], env=odoo_config.environment(), cwd=REPOSITORY, start_new_session=True
        )
        while not started.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def _prepare(self, backlog: bool) -> None:
        with step("The evening before"):
            run_inside(self._cluster, self._database, SCRIPT, "prepare", TODAY.isoformat(), str(0 if backlog else DUE))
            execute(self._cluster, self._database, "VACUUM ANALYZE")

    def _outcome(self) -> list[Any]:
        [row] = execute(self._cluster, self._database, OUTCOME)
        return list(row)
