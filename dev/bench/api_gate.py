"""The key check with its limiter, as in every request: with a few keys and with ten thousand."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from dev import databases
from dev.console import step
from dev.home import folder
from dev.postgres import Cluster
from dev.server import run_inside

from .result import Result

SCRIPT = Path(__file__).with_name("api_gate_inside.py")
DATABASE = "klientbox_bench_gate"
KEYS = 10_000
MOST_MS = 2


def measure() -> list[Result]:
    """Milliseconds, one call after the other in one process."""
    with Cluster("test") as cluster, tempfile.TemporaryDirectory(dir=folder("run")) as private:
        databases.create(cluster, DATABASE, databases.template(cluster))
        try:
            with step(f"The gate, with {KEYS:,} keys at last"):
                answer = Path(private) / "figures.json"
                run_inside(cluster, DATABASE, SCRIPT, str(KEYS), str(answer))
                figures = json.loads(answer.read_text())
        finally:
            databases.drop(cluster, DATABASE)
    return [
        Result("api_auth_limit_ms", figures["few"]["p50"], "ms", MOST_MS),
        Result("api_auth_limit_p95_ms", figures["few"]["p95"], "ms", MOST_MS),
        Result("api_auth_limit_10k_ms", figures["many"]["p50"], "ms", MOST_MS),
        Result("api_auth_limit_10k_p95_ms", figures["many"]["p95"], "ms", MOST_MS),
    ]
