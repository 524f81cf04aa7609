"""Ten thousand hostile requests without a key, and another ten thousand with a new seed each time.

KLIENTBOX_SEED repeats the second run's choices. Each request is sent alone, so that the processor time the workers used
meanwhile is its own; a web page of Odoo's that fails is reported, but is not ours.
"""

import os
import random

import pytest
import requests

from tests import hostile

from . import figures

REQUESTS = int(os.environ.get("KLIENTBOX_REQUESTS", "10000"))
FIXED_SEED = 13
RANDOM_SEED = int(os.environ.get("KLIENTBOX_SEED", random.randrange(1_000_000)))


@pytest.fixture(scope="module")
def site(make_site):
    with make_site("hostile", salons=2).serving() as served:
        # The gateway whose callbacks are sent.
        salon = served.salon()
        served.inside([{"model": "klientbox.gateway", "create": [{"name": "g", "company_id": salon.company_id}]}])
        yield served


@pytest.mark.parametrize("seed", [FIXED_SEED, RANDOM_SEED], ids=["fixed", "random"])
def test_no_request_without_a_key_costs_half_a_second_or_is_a_server_error(site, request, seed):
    print(f"\nKLIENTBOX_SEED={seed}")
    workers = site.server.worker_pids()
    outcomes = hostile.attack(site.server, seed, REQUESTS)
    figures.keep(f"hostile_{request.node.callspec.id}", hostile.figures(outcomes, seed))
    assert hostile.server_errors(outcomes) == []
    assert hostile.costly(outcomes) == []
    assert site.server.worker_pids() == workers
    health = requests.get(f"{site.server.url}/web/health", timeout=5)
    assert health.json() == {"status": "pass"}
