"""Some hundreds of hostile requests without a key; `make verify` sends ten thousand."""

from . import hostile

REQUESTS, SEED = 500, 13


def test_no_hostile_request_costs_much_or_is_a_server_error(site):
    workers = site.server.worker_pids()
    outcomes = hostile.attack(site.server, SEED, REQUESTS)
    assert hostile.server_errors(outcomes) == []
    assert hostile.costly(outcomes) == []
    assert site.server.worker_pids() == workers


def test_the_requests_reach_every_part_and_are_the_same_for_a_seed():
    """Otherwise the test above would find nothing for the wrong reason."""
    made = list(hostile.Inventor(SEED).make(REQUESTS))
    assert [asked.raw for asked in made] == [asked.raw for asked in hostile.Inventor(SEED).make(REQUESTS)]
    assert {asked.kind for asked in made} == {
        "path", "query", "choking", "headers", "body", "framing", "callback", "credentials"
    }  # fmt: skip
    ours = [asked.path for asked in made if asked.is_ours]
    assert len(ours) > 0.8 * REQUESTS
    for prefix in (hostile.V1, hostile.CALLBACK, "/api/clientes", "/apiv1", "/v1", "/klientbox/export"):
        assert sum(path.startswith(prefix) for path in ours) >= 5, prefix
