"""Whatever a machine makes up from the served document: no server error, and every answer as the document says."""

import pytest

from .fuzzing import run

REQUESTS = 2_000
SEED = 19
# Not among them: positive_data_acceptance and negative_data_rejection. That a phone must be free and possible, that a
# client must exist, that a visit that is done lies in the past: no schema can say it, so valid bodies are refused as
# well; and v1 takes more spellings of times and of text than its schemas name.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
)


@pytest.fixture(scope="module")
def lively(site):
    """A salon in which there is something to find."""
    salon = site.salon()
    for number in range(5):
        client = salon.client(f"Client {number}", f"+42060100000{number}", email=f"client{number}@example.com")
        salon.visit(client, f"2026-04-1{number}T14:00:00")
    site.admin.call("klientbox.service", "create", [{"name": "Haircut", "company_id": salon.company_id}])
    return salon


def test_two_thousand_made_up_requests_find_no_fault(site, lively, tmp_path):
    statuses = run(site, lively, tmp_path, "coverage,fuzzing", examples=260, seed=SEED, checks=CHECKS)
    assert statuses.total() >= REQUESTS
    # It got past the refusals, and tried them too.
    assert {200, 201, 400, 401, 403, 404, 405} <= statuses.keys()


def test_made_up_stories_find_no_fault(site, lively, tmp_path):
    """Calls that use what earlier ones gave: create, read, change, delete, use after that."""
    statuses = run(site, lively, tmp_path, "stateful", examples=15, seed=SEED, checks=CHECKS)
    assert {200, 201, 400, 404} <= statuses.keys()
