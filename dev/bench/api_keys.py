"""Keys for both APIs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from dev.home import folder
from dev.postgres import Cluster
from dev.server import run_inside

SCRIPT = Path(__file__).with_name("api_keys_inside.py")


def make(cluster: Cluster, database: str) -> dict[str, Any]:
    """Keys of ours with the default limit ("ours"), enough that none reaches it; one of Odoo's administrator ("json2");
    and the id of their "company"."""
    with tempfile.TemporaryDirectory(dir=folder("run")) as private:
        answer = Path(private) / "keys.json"
        run_inside(cluster, database, SCRIPT, str(answer))
        made: dict[str, Any] = json.loads(answer.read_text())
        return made
