"""schemathesis against the served document, and the result of its run."""

import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from . import made_up
from .contract import CONTRACT, PREFIX

# The start of the phones and numbers of each run: two runs in one salon must not collide.
_numbers = itertools.count(610_000_000, 1_000_000)
# All checks are on; these mean something other than existing records.
CONFIG = """
# A stale If-Match is a refusal as well (412).
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 429, 503]

# A company has at most 20 webhooks, and one that is switched off is neither tested nor sent anything again.
[[operations]]
include-operation-id = ["createWebhook", "testWebhook", "replayWebhookDelivery"]
checks.positive_data_acceptance.enabled = false

# A visit is cancelled, not deleted: it stays, and may even take place after all.
[[operations]]
include-operation-id = ["getVisit", "updateVisit", "patchVisit", "cancelVisit"]
checks.use_after_free.enabled = false

# Of many records in one call each is refused by itself, in an answer that is 200; fuzz_hooks checks that it is.
[[operations]]
include-operation-id = ["createClients", "createVisits"]
checks.negative_data_rejection.enabled = false
"""


def lively(site):
    """A salon with a record of every kind."""
    salon = site.salon()
    company = {"company_id": salon.company_id}
    clients = [
        salon.client(f"Client {number}", f"+42060100000{number}", email=f"client{number}@example.com")
        for number in range(5)
    ]
    [[service], _message] = site.inside(
        [
            {"model": "klientbox.service", "create": [{"name": "Haircut", **company}]},
            {"model": "klientbox.message", "create": [{"client_id": clients[0]["id"], "channel": "sms", **company}]},
        ]
    )
    for number, client in enumerate(clients):
        salon.visit(client, f"2026-04-1{number}T14:00:00", service_id=service)
    if "/webhooks" in CONTRACT.served.tree["paths"]:
        salon.api.post("/webhooks", url="https://shop.example/hook").expect(201)
    return salon


def run(site, salon, folder, phases, examples, seed, timeout=600):
    """Run schemathesis on the served document with all its checks; returns how often each status was answered, if there
    was no finding."""
    workers, before = site.server.worker_pids(), answered(site)
    settings = folder / "schemathesis.toml"
    settings.write_text(CONFIG)
    command = [
        Path(sys.executable).with_name("schemathesis"),
        f"--config-file={settings}",
        "run",
        f"{site.server.url}{PREFIX}/openapi.json",
        f"--header=X-API-Key: {salon.key}",
        f"--phases={phases}",
        f"--max-examples={examples}",
        f"--seed={seed}",
        "--continue-on-failure",
        "--workers=2",
        "--no-color",
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": f"{__package__}.fuzz_hooks",
        "KLIENTBOX_FUZZ_FROM": str(next(_numbers)),
        "KLIENTBOX_FUZZ_RECORDS": json.dumps(records_of(salon)),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )
    output = result.stdout[-20_000:] + result.stderr[-2_000:]
    assert result.returncode == 0, output
    statuses = answered(site) - before
    assert {status for status in statuses if status >= 500} == set(), output
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
