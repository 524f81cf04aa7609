"""Web pages of other origins: none may call by default, and only those that the key's company has listed."""

import pytest

OWN, OTHER = "https://www.salon.example", "https://evil.example"


@pytest.fixture
def named(site, salon):
    """A salon whose web page may call."""
    site.settings(salon, api_origins=OWN)
    return salon


def cors(answer):
    """{header that a browser reads: value} of an answer."""
    prefix = "Access-Control-"
    return {name.removeprefix(prefix): value for name, value in answer.headers.items() if name.startswith(prefix)}


def preflight(api, origin, path="/clients/1"):
    headers = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
    return api.with_key(None).request("OPTIONS", path, headers=headers)


def test_by_default_no_page_may_call(salon):
    assert cors(preflight(salon.api, "https://never-named.example")) == {}
    assert cors(salon.api.request("GET", "/clients", headers={"Origin": OWN})) == {}


def test_a_named_page_may_call_and_read_what_it_needs(named):
    allowed = cors(preflight(named.api, OWN))
    assert allowed["Allow-Origin"] == OWN
    assert {"GET", "PUT", "PATCH", "DELETE"} <= set(allowed["Allow-Methods"].split(", "))
    assert {"X-API-Key", "Content-Type", "Idempotency-Key", "If-Match"} <= set(allowed["Allow-Headers"].split(", "))
    answer = named.api.request("GET", "/clients", headers={"Origin": OWN})
    assert cors(answer)["Allow-Origin"] == OWN
    assert {"ETag", "Retry-After", "X-Request-Id"} <= set(cors(answer)["Expose-Headers"].split(", "))
    assert "Origin" in answer.headers["Vary"]
    refused = named.api.request("GET", "/clients/999999999", headers={"Origin": OWN})
    assert (refused.status, cors(refused)["Allow-Origin"]) == (404, OWN)


@pytest.mark.parametrize(
    "origin", [OTHER, "null", "*", f"{OWN}.evil.example", OWN.replace("https", "http"), f"{OWN}:8443"]
)
def test_no_other_page_may(named, origin):
    assert cors(preflight(named.api, origin)) == {}
    assert cors(named.api.request("GET", "/clients", headers={"Origin": origin})) == {}


def test_a_page_of_one_company_may_not_call_with_the_key_of_another(site, named):
    stranger = site.salon()
    assert cors(stranger.api.request("GET", "/clients", headers={"Origin": OWN})) == {}


def test_credentials_are_never_allowed(named):
    assert "Allow-Credentials" not in {**cors(preflight(named.api, OWN))}
    assert "Allow-Credentials" not in cors(named.api.request("GET", "/clients", headers={"Origin": OWN}))
