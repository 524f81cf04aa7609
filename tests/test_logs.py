"""Comes last: the logs of all servers of these tests contain no key and no phone."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.home import log_path

from .clientbook import connect
from .contract import PREFIX

KEY = re.compile(r"\bkbx_(live|test)_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}\b")
PHONE = re.compile(r"(\+|%2B)420\d{9}", re.I)
# Values that the salon below sends and refuses; none of them is in a log, wherever it was sent.
LEAKED = re.compile(r"jana\.leak|tajna|601560000|601234567", re.I)
# A query string of the access log.
QUERY = re.compile(r'"[A-Z]+ /[^"\s]*\?(?!\*\*\*)')
# Another vendor's API has its keys in the query string.
NAMED = re.compile(r"[?&](app_id|app_key|token|secret|password)=(?!\*\*\*)[^&\s]")
# The path of a gateway's callbacks is its password.
CALLBACK = re.compile(r"/klientbox/gateway/\d+-[\w\-]{20,}")


@pytest.fixture(scope="module")
def logs(make_site, site, salon_of_logs):
    """{path: text} of the logs of every server."""
    return {path: path.read_text(errors="replace") for path in make_site.logs if path.exists()}


@pytest.fixture(scope="module")
def salon_of_logs(site):
    """A salon whose key and clients were certainly used, should these tests run alone."""
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
        f"/{'%0a'}2026-11-30%2017:00:00,000%201%20INFO%20FORGED",
    ):
        salon.api.raw("GET", path)
    crm.get("clients/list", {"q": "+420601234567"})
    crm.call("GET", "clients/nothing")
    crm.call("POST", "license/token", {"username": "admin", "password": "wrong"}, data={"username": "admin"})
    salon.crm = crm
    return salon


def test_the_servers_have_logged_their_requests(logs):
    """Otherwise the search below could find nothing for the wrong reason."""
    for path, text in logs.items():
        assert re.search(r'"[A-Z]+ /klientbox/api/v1/\w+(\?\S*)? HTTP/1.1" 20[01]', text), path


def test_no_log_holds_a_key(logs):
    assert {path: len(KEY.findall(text)) for path, text in logs.items()} == dict.fromkeys(logs, 0)


def test_no_log_holds_a_phone(logs):
    assert {path: len(PHONE.findall(text)) for path, text in logs.items()} == dict.fromkeys(logs, 0)


def test_no_log_holds_what_an_address_names_a_secret(logs, salon_of_logs):
    """By its name in the address, and wherever else by its pattern."""
    assert {path: NAMED.findall(text) for path, text in logs.items()} == {path: [] for path in logs}
    for name in ("app_id", "app_key", "secret"):
        value = salon_of_logs.crm.credentials[name]
        assert [path for path, text in logs.items() if value in text] == [], name


def test_no_log_holds_what_persons_were_looked_for_or_refused_by(logs):
    assert {path: LEAKED.findall(text) for path, text in logs.items()} == {path: [] for path in logs}
    assert {path: QUERY.findall(text) for path, text in logs.items()} == {path: [] for path in logs}


def test_the_database_s_log_holds_no_statement(cluster, site, salon_of_logs):
    if cluster.external:
        pytest.skip("the log of the PostgreSQL of $KLIENTBOX_PG is not ours")
    text = log_path(f"postgres-{cluster.name}").read_text(errors="replace")
    assert LEAKED.findall(text) == []


def test_no_log_holds_a_line_that_a_caller_has_written(logs):
    for path, text in logs.items():
        assert [line for line in text.splitlines() if "FORGED" in line and "werkzeug" not in line] == [], path


def test_no_log_holds_the_path_of_a_gateway_s_callbacks(logs):
    assert {path: len(CALLBACK.findall(text)) for path, text in logs.items()} == dict.fromkeys(logs, 0)


def test_no_log_holds_an_unforeseen_error(logs):
    """Only where a test broke the database on purpose may a traceback be logged."""
    for path, text in logs.items():
        if "outage" in path.name:
            continue
        tracebacks = re.findall(r"Traceback \(most recent call last\):\n(?:[ \t].*\n)+(\S.*)", text)
        unforeseen = [last for last in tracebacks if "search_key" not in last]
        assert unforeseen == [], path
