"""schemathesis against the served document, and how a run of it ends."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from . import made_up
from .contract import CONTRACT, PREFIX


def run(site, salon, folder, phases, examples, seed, checks=(), hooks="fuzz_hooks", config="", timeout=600):
    """Let schemathesis try the served document; how often each status was answered, if it found nothing.

    `checks` are all that it has, unless some are named.
    """
    workers, before = site.server.worker_pids(), answered(site)
    settings = folder / "schemathesis.toml"
    settings.write_text(config)
    command = [
        Path(sys.executable).with_name("schemathesis"),
        f"--config-file={settings}",
        "run",
        f"{site.server.url}{PREFIX}/openapi.json",
        f"--header=X-API-Key: {salon.key}",
        *([f"--checks={','.join(checks)}"] if checks else []),
        f"--phases={phases}",
        f"--max-examples={examples}",
        f"--seed={seed}",
        "--continue-on-failure",
        "--workers=2",
        "--no-color",
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": f"{__package__}.{hooks}",
        "KLIENTBOX_FUZZ_RECORDS": json.dumps(records_of(salon)),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )
    told = result.stdout[-20_000:] + result.stderr[-2_000:]
    assert result.returncode == 0, told
    statuses = answered(site) - before
    assert {status for status in statuses if status >= 500} == set(), told
    assert site.server.worker_pids() == workers
    return statuses


def records_of(salon):
    """{collection: id of a record}, of all collections that can be listed."""
    found = {}
    for collection in made_up.MODELS:
        if f"/{collection}" in CONTRACT.served.tree["paths"]:
            for row in salon.api.get(f"/{collection}", per_page=1).expect()["data"]:
                found[collection] = row["id"]
    return found


def answered(site):
    """How often each status was answered so far, by the access log."""
    return Counter(int(status) for status in re.findall(rf'"[A-Z]+ {PREFIX}\S* HTTP/1.1" (\d+)', site.log))
