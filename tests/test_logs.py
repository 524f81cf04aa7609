"""A server's log contains no key, no phone, and nothing that a caller has written there.

`Site.serving` makes the same checks of the log of every server of these tests, when it ends.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.home import log_path

from . import logs
from .clientbook import connect
from .contract import PREFIX


@pytest.fixture(scope="module")
def salon_of_logs(site):
    """A salon that has sent what must be in no log."""
    salon = site.salon()
    client = salon.client(phone="+420601234567")
    salon.api.post("/clients", name="Twin", phone="+420601234567").refused(400, "phone_taken", phone="phone_taken")
    salon.api.get("/clients", search="+420601234567").expect()
    salon.api.with_key(None).get("/clients", key=salon.key)
    salon.visit(client, "2026-04-15T14:00:00")
    crm = connect(site, salon)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: salon.api.post("/clients", name="race tajna", phone="+420601560000"), range(6)))
    for address in (
        "/clients/jana.leak@example.com",
        "/clients/601234567x",
        "/clients?search%5B%5D=jana.leak",
        '/clients?search=a"jana.leak@example.com',
        "/clients&phone_number=601234567",
    ):
        salon.api.raw("GET", f"{PREFIX}{address}")
    for path in (
        "/klientbox/gateway/1-%2Fjana.leak?text=tajna",
        "/api/clientes/?foo%5Bmovil%5D=601234567",
        "/api/clientes/420-601-777-333/",
        "/api/clientes/420%20601%20777%20333/",
        "/api/clientes/420/601/777/333/",
        f"/{'%0a'}2026-11-30%2017:00:00,000%201%20INFO%20FORGED",
    ):
        salon.api.raw("GET", path)
    crm.get("clients/list", {"q": "+420601234567"})
    crm.call("GET", "clients/nothing")
    crm.call("POST", "license/token", {"username": "admin", "password": "wrong"}, data={"username": "admin"})
    salon.crm = crm
    return salon


@pytest.fixture
def text(site, salon_of_logs):
    """The log of the server that got it."""
    return site.log


def test_the_server_has_logged_its_requests(text):
    """Otherwise the search below could find nothing for the wrong reason."""
    assert re.search(r'"[A-Z]+ /klientbox/api/v1/\w+(\?\S*)? HTTP/1.1" 20[01]', text)


@pytest.mark.parametrize("kind", logs.CHECKS)
def test_the_log_holds_nothing_of_this_kind(text, kind):
    assert logs.CHECKS[kind](text) == []


@pytest.mark.parametrize(("kind", "line"), logs.EXAMPLES)
def test_the_check_finds_an_example(kind, line):
    assert {name for name, check in logs.CHECKS.items() if check(f"{line}\n")} == {kind}


def test_the_log_holds_no_credentials_of_the_other_vendor(text, salon_of_logs):
    """By their values: by their names, the checks above look for them."""
    values = [salon_of_logs.crm.credentials[name] for name in ("app_id", "app_key", "secret")]
    assert [value for value in values if value in text] == []


def test_the_database_s_log_holds_no_statement(cluster, salon_of_logs):
    if cluster.external:
        pytest.skip("the log of the PostgreSQL of $KLIENTBOX_PG is not ours")
    text = log_path(f"postgres-{cluster.name}").read_text(errors="replace")
    assert logs.CHECKS["what was looked for or refused"](text) == []
