"""Ten thousand generated requests, and ten thousand others, with all checks that schemathesis has.

KLIENTBOX_EXAMPLES sets a smaller number, KLIENTBOX_SEED repeats the second run's choices.
"""

import os
import random
import time

import pytest

from tests import fuzzing

from . import figures

REQUESTS, DEFAULT_EXAMPLES = 10_000, 120
EXAMPLES = int(os.environ.get("KLIENTBOX_EXAMPLES", str(DEFAULT_EXAMPLES)))
FIXED_SEED = 19
RANDOM_SEED = int(os.environ.get("KLIENTBOX_SEED", random.randrange(1_000_000)))


@pytest.fixture(scope="module")
def site(make_site):
    with make_site("fuzz_long", salons=2).serving() as served:
        yield served


@pytest.mark.parametrize("seed", [FIXED_SEED, RANDOM_SEED], ids=["fixed", "random"])
def test_no_made_up_request_finds_a_fault(site, tmp_path, request, seed):
    print(f"\nKLIENTBOX_SEED={seed}")
    salon, started = fuzzing.lively(site), time.monotonic()
    phases = "examples,coverage,fuzzing,stateful"
    statuses = fuzzing.run(site, salon, tmp_path, phases, EXAMPLES, seed, timeout=3600)
    result = {
        "requests": statuses.total(),
        "seconds": round(time.monotonic() - started),
        "seed": seed,
        "server_errors": sum(count for status, count in statuses.items() if status >= 500),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
    }
    if EXAMPLES == DEFAULT_EXAMPLES:
        figures.keep(f"fuzz_{request.node.callspec.id}", result)
        assert statuses.total() >= REQUESTS
    else:
        print(result)
