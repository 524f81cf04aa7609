"""Some hundreds of hostile requests without a key; `make verify` sends ten thousand."""

import pytest
import requests

from . import hostile
from .api import TIMEOUT

REQUESTS, SEED = 500, 13


def test_no_hostile_request_costs_much_or_is_a_server_error(site):
    workers = site.server.worker_pids()
    outcomes = hostile.attack(site.server, SEED, REQUESTS)
    assert hostile.server_errors(outcomes) == []
    assert hostile.costly(outcomes) == []
    assert site.server.worker_pids() == workers


def test_the_requests_reach_every_part_and_are_the_same_for_a_seed():
    """Otherwise the test above could find nothing for the wrong reason."""
    made = list(hostile.Inventor(SEED).make(REQUESTS))
    assert [request.raw for request in made] == [request.raw for request in hostile.Inventor(SEED).make(REQUESTS)]
    assert {request.kind for request in made} == {
        "path", "query", "choking", "headers", "body", "framing", "callback", "credentials"
    }  # fmt: skip
    ours = [request.path for request in made if request.is_ours]
    assert len(ours) > 0.8 * REQUESTS
    for prefix in (hostile.V1, hostile.CALLBACK, "/api/clientes", "/apiv1", "/v1", "/klientbox/export"):
        assert sum(path.startswith(prefix) for path in ours) >= 5, prefix


BAD_HOSTS = ("xn--a", "xn--zzzz--", "xn--99999999", "xn--a.example:80", "a b", "[::", "a:b", "a/b", "ž.example")
MESSAGE = "The header Host is no host name."


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_host_that_is_none_is_a_bad_request(site, host):
    def ask(path):
        headers = {"Host": host.encode()}
        return requests.get(site.server.url + path, headers=headers, allow_redirects=False, timeout=TIMEOUT)

    refused = ask(f"{hostile.V1}/clients")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_request")
    assert refused.json()["error"]["message"] == MESSAGE
    refused = ask("/api/clientes/")
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": [MESSAGE]})
    # That vendor answers any bad request with 200.
    refused = ask("/apiv1/clients/list")
    assert (refused.status_code, refused.json()) == (200, {"status": "error", "message": MESSAGE, "data": []})
    for path in ("/klientbox/gateway/1-x", "/web/login", "/", "/web/static/img/favicon.ico"):
        refused = ask(path)
        assert (refused.status_code, refused.text) == (400, f"{MESSAGE}\n"), path


@pytest.mark.parametrize(
    "host", ["salon.example.com", "127.0.0.1:8069", "[::1]:8069", "xn--bcher-kva.example", "my_host"]
)
def test_a_host_that_is_one_is_served(site, host):
    answer = requests.get(site.server.url + "/web/health", headers={"Host": host}, timeout=TIMEOUT)
    assert (answer.status_code, answer.json()) == (200, {"status": "pass"})


@pytest.mark.parametrize("path", ["", "/selector", "/manager", "/create", "/drop", "/list", "/"])
def test_the_pages_of_databases_are_not_there(site, path):
    for method in ("GET", "POST"):
        answer = requests.request(method, f"{site.server.url}/web/database{path}", timeout=TIMEOUT)
        assert (answer.status_code, answer.text) == (404, "There is nothing at this address.\n")


def test_a_callback_that_names_another_database_is_not_found(site):
    path = f"{hostile.CALLBACK}1-{'A' * 43}"
    for name in ("another", ";" * 40, "\x01"):
        answer = requests.post(site.server.url + path, headers={"X-Odoo-Database": name}, timeout=TIMEOUT)
        assert (answer.status_code, answer.text) == (404, "Not Found")


@pytest.mark.parametrize("path", [f"{hostile.V1}%00/clients", "/%00", "/klientbox/export/%00"])
def test_a_zero_byte_in_a_path_is_not_found(site, path):
    answer = requests.get(site.server.url + path, timeout=TIMEOUT)
    assert (answer.status_code, answer.text) == (404, "There is nothing at this address.\n")
