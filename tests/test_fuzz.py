"""Requests generated from the served document: no server error, and every answer conforms to the document."""

import pytest

from . import fuzzing

REQUESTS = 2_000
SEED = 19


@pytest.fixture(scope="module")
def lively(site):
    return fuzzing.lively(site)


def test_two_thousand_made_up_requests_find_no_fault(site, lively, tmp_path):
    statuses = fuzzing.run(site, lively, tmp_path, "coverage,fuzzing", examples=15, seed=SEED)
    assert statuses.total() >= REQUESTS
    # It got past the refusals, and tried them too.
    assert {200, 201, 400, 401, 403, 404, 405} <= statuses.keys()


def test_made_up_stories_find_no_fault(site, lively, tmp_path):
    """Calls with results of earlier ones: create, read, change, delete, use after that."""
    statuses = fuzzing.run(site, lively, tmp_path, "stateful", examples=15, seed=SEED)
    assert {200, 201, 400, 404} <= statuses.keys()
