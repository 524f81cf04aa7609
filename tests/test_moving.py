"""Moving: a salon fetches its account from a vendor, and the vendor is one of our own facades."""

import itertools
import json
from datetime import date, timedelta

import pytest
import requests

from .api import RpcError
from .importing import command
from .moving import SAME, AccountForm, Between, clients_of, fill

COUNT = 130


class Koibox:
    """A salon's account at Koibox."""

    kind, page = "koibox", 50
    not_returned, values = set(), {}

    def __init__(self, site, salon):
        self.credentials = {"koibox_key": salon.key}
        self.key_ids = site.key_ids(salon.key)

    def ask(self, url):
        """A page, requested without an import."""
        return get(f"{url}/api/clientes/?limit=5", headers={"X-Koibox-Key": self.credentials["koibox_key"]})

    @staticmethod
    def rows(body):
        """The records of an answer."""
        return body["results"]


class ClientBook:
    """A salon's account at Client Book, which has neither visits nor refusals, and lists no archived client."""

    kind, page = "clientbook", 100
    not_returned, values = {"last_visit_date", "sms_opt_out", "email_opt_out"}, {"active": True}

    def __init__(self, site, salon):
        call = site.admin.call
        [integration] = call(
            "klientbox.clientbook.integration", "create", [{"company_id": salon.company_id, "status": "enabled"}]
        )
        shown = call("klientbox.clientbook.integration", "action_generate", [integration])["context"]
        self.credentials = {f"clientbook_{name}": shown[f"default_{name}"] for name in NAMES}
        self.key_ids = call("klientbox.api.key", "search", [("clientbook_integration_id", "=", integration)])
        call("klientbox.api.key", "write", self.key_ids, {"rate_limit": 0})

    def ask(self, url):
        """A page, requested without an import."""
        given = {name: self.credentials[f"clientbook_{name}"] for name in NAMES}
        return get(f"{url}/apiv1/clients/list", params={**given, "limit": 5, "from": 0})

    @staticmethod
    def rows(body):
        """The records of an answer."""
        return body["data"]


NAMES = ("app_id", "app_key", "token", "secret")
VENDORS = [Koibox, ClientBook]


def get(url, **options):
    """The JSON at an address."""
    with requests.Session() as session:
        # No proxy or .netrc of the machine may be used.
        session.trust_env = False
        return session.get(url, timeout=60, **options).json()


@pytest.fixture(scope="module")
def moving_site(make_site):
    """A server that may connect to itself."""
    with make_site("moving", salons=32).serving() as served:
        served.admin.call("ir.config_parameter", "set_param", "klientbox.private_networks", "127.0.0.0/8")
        yield served


def opened(vendor, site):
    """A vendor with the account of a salon that has clients."""
    salon = site.salon()
    made = vendor(site, salon)
    made.salon, made.site = salon, site
    made.ids = fill(site, salon, COUNT, **made.values)
    return made


@pytest.fixture(scope="module", params=VENDORS, ids=lambda vendor: vendor.kind)
def vendor(request, moving_site):
    """A vendor with an account that all tests share."""
    return opened(request.param, moving_site)


@pytest.fixture
def between(vendor):
    """The proxy between the salon and its vendor."""
    with Between(vendor.site.server.url) as made:
        yield made


@pytest.fixture
def target(moving_site):
    """The salon that moves in."""
    return moving_site.salon()


def form(vendor, target, between, **options):
    credentials = options.pop("credentials", vendor.credentials)
    return AccountForm(vendor.site, target, vendor.kind, between.address, credentials, **options)


def kept(site, made):
    """The stored credentials in the database."""
    [[credentials]] = site.sql("SELECT credentials FROM klientbox_import WHERE id = %s", [made.id])
    return credentials


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_wrong_credentials_are_forgotten_and_bring_nothing(vendor, target, between):
    wrong = {name: text[:-4] + "0000" for name, text in vendor.credentials.items()}
    made = form(vendor, target, between, credentials=wrong)
    assert made.check() == "stopped"
    assert "does not accept these credentials" in made.read("problem")
    assert (kept(vendor.site, made), len(between.received)) == (None, 1)
    assert made.go_on(**vendor.credentials) == "ready"
    assert made.report["clients_created"] == COUNT


def test_the_reason_for_stopping_is_in_the_language_of_the_import_s_user(vendor, target, between, moving_site):
    moving_site.admin.call("res.users", "write", [moving_site.admin.user_id], {"lang": "cs_CZ"})
    try:
        made = form(vendor, target, between)
        made.press("action_check")
        # A name with another address by now does the same.
        moving_site.sql("UPDATE klientbox_import SET account_url = 'https://10.0.0.1' WHERE id = %s", [made.id])
        made.work()
    finally:
        moving_site.admin.call("res.users", "write", [moving_site.admin.user_id], {"lang": "en_US"})
    assert (made.read("state"), made.read("problem")) == ("stopped", "Tato adresa není ve veřejném internetu.")
    assert between.received == []


def test_an_address_inside_of_a_network_is_refused_when_it_is_typed(vendor, target, moving_site):
    for address in ("https://10.0.0.1", "https://169.254.169.254", "ftp://vendor.example", "nonsense"):
        with pytest.raises(RpcError, match=r"address|web"):
            AccountForm(moving_site, target, vendor.kind, address, vendor.credentials)


# -- all of it --------------------------------------------------------------------------------------------------------


def test_a_salon_moves_with_all_its_clients(vendor, target, between):
    site = vendor.site
    company = {"company_id": vendor.salon.company_id, "state": "done"}
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(12)]
    # The first and the fourteenth are archived.
    seen = zip(vendor.ids[1:13], days, strict=True)
    visits = [{**company, "client_id": client, "start": f"{day} 10:00:00"} for client, day in seen]
    site.admin.call("klientbox.visit", "create", visits)

    made = form(vendor, target, between)
    assert made.check() == "ready", made.read("problem")
    assert clients_of(site, target) == []
    assert (made.report["rows"], made.report["clients_created"], made.report["refused"]) == (COUNT, COUNT, [])
    assert kept(site, made) is None

    made.press("action_import")
    made.work()
    there, here = clients_of(site, vendor.salon), clients_of(site, target)
    expected = [{name: row[name] for name in SAME if name not in vendor.not_returned} for row in there]
    assert [{name: row[name] for name in expected[0]} for row in here] == expected
    assert sources_of(site, target) == [(vendor.kind, client) for client in sorted(vendor.ids)]
    assert target.api.get("/clients", per_page=1).expect()["total"] == sum(row["active"] for row in there)

    again = form(vendor, target, between)
    assert again.take_over() == "done"
    report = again.report
    assert (report["clients_created"], report["clients_matched"], report["visits_created"]) == (0, COUNT, 0)
    assert clients_of(site, target) == here

    assert made.undo() == "undone"
    assert clients_of(site, target) == []


def sources_of(site, salon):
    """(vendor, its number) of all clients."""
    rows = site.sql(
        "SELECT external_source, external_id::int FROM klientbox_client WHERE company_id = %s ORDER BY 2",
        [salon.company_id],
    )
    return [tuple(row) for row in rows]


def test_the_report_says_what_became_of_each_member(vendor, target, between):
    made = form(vendor, target, between)
    assert made.check() == "ready"
    means = made.means()
    assert None not in means
    served = {name for row in vendor.rows(vendor.ask(vendor.site.server.url)) for name in row}
    assert served
    assert served - means.keys() == set()
    # No member of our facades is unknown.
    assert {name for name, (_field, _count, remark) in means.items() if "not known" in remark} == set()
    assert {count for field, count, _remark in means.values() if field == "external_id"} == {COUNT}


def test_it_asks_no_more_often_than_it_may(vendor, target, between):
    made = form(vendor, target, between, per_second=4)
    assert made.check() == "ready"
    times = [at for at, _path in between.received]
    assert len(times) > 1
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) > 0.2


# -- failures ---------------------------------------------------------------------------------------------------------


def test_a_429_pauses_the_import_for_the_time_in_retry_after(vendor, target, between):
    between.prepared = [(429, {"Retry-After": "600"})]
    made = form(vendor, target, between)
    assert made.check() == "fetching"
    made.work()
    assert len(between.received) == 1
    [[seconds]] = vendor.site.sql(
        "SELECT extract(epoch FROM next_at - (now() AT TIME ZONE 'UTC'))::float FROM klientbox_import WHERE id = %s",
        [made.id],
    )
    assert 580 < seconds <= 600
    assert made.wait_no_longer() == "ready"
    assert made.report["clients_created"] == COUNT


def test_our_own_limit_is_obeyed(vendor, target, between):
    """The facade itself answers 429, and how long to wait."""
    vendor = opened(type(vendor), vendor.site)
    vendor.site.admin.call("klientbox.api.key", "write", vendor.key_ids, {"rate_limit": 1})
    made = form(vendor, target, between)
    assert made.check() == "fetching"
    assert (made.read("fetched_count"), made.read("failures")) == (vendor.page, 1)
    vendor.site.admin.call("klientbox.api.key", "write", vendor.key_ids, {"rate_limit": 0})
    assert made.wait_no_longer() == "ready"
    assert made.report["clients_created"] == COUNT


def test_a_source_that_dies_in_the_middle_goes_on_where_it_was(vendor, target, between):
    pages = []

    def die_after_the_first_page(body):
        pages.append(1)
        if len(pages) == 1:
            between.prepared = [None, (500, {}), None]
        return body

    between.change = die_after_the_first_page
    made = form(vendor, target, between)
    assert made.check() == "fetching"
    assert made.read("fetched_count") == vendor.page
    between.stop()
    made.wait_no_longer()
    assert made.read("state") == "fetching"
    for _time in range(8):
        if made.read("state") == "fetching":
            made.wait_no_longer()
    assert made.read("state") == "stopped"
    assert "the data fetched so far are kept" in made.read("problem")
    assert made.read("has_credentials") is True
    between.prepared = []
    between.start()
    assert made.go_on() == "ready"
    assert (made.read("fetched_count"), made.report["clients_created"]) == (COUNT, COUNT)


def test_junk_in_the_account_is_refused_and_all_else_comes(vendor, target, between):
    junk = [None, 7, "text", [], {}, {"id": True}, {"client_id": ""}, {"x": "\x00\ud800"}]

    def with_junk(body):
        if len(vendor.rows(body)) < vendor.page:
            vendor.rows(body).extend(junk)
        return body

    between.change = with_junk
    made = form(vendor, target, between)
    assert made.check() == "ready", made.read("problem")
    report = made.report
    assert (report["clients_created"], report["rows"]) == (COUNT, COUNT + len(junk))
    assert {refused["reason"] for refused in report["refused"]} == {"Name: is missing"}
    assert len(report["refused"]) == len(junk)


def test_clients_who_come_and_go_meanwhile(vendor, target, between):
    """Some of the first page are deleted and some are new: all others are here."""
    site, vendor = vendor.site, opened(type(vendor), vendor.site)
    gone, changed = vendor.ids[:20], []

    def change_once(body):
        if not changed:
            changed.append(1)
            site.admin.call("klientbox.client", "unlink", gone)
            values = {"company_id": vendor.salon.company_id, "name": "Nová", "phone": "+420777000111"}
            site.admin.call("klientbox.client", "create", [values])
        return body

    between.change = change_once
    made = form(vendor, target, between)
    assert made.take_over() == "done"
    numbers = [number for _source, number in sources_of(site, target)]
    assert set(vendor.ids) < set(numbers)
    assert len(numbers) == len(clients_of(site, target)) == COUNT + 1


def test_the_command_fetches_as_well(moving_site, target):
    site, salon = moving_site, moving_site.salon()
    ids = fill(site, salon, 3)
    source = ("--account", "koibox", "--address", site.server.url)
    refused = command(site, target, None, *source, typed="{}")
    assert (refused.status, list(refused.body)) == (1, ["error"])
    assert "Enter the credentials first" in refused.body["error"]
    typed = json.dumps({"key": salon.key})
    preview = command(site, target, None, "--dry-run", *source, typed=typed)
    assert (preview.status, clients_of(site, target)) == (0, [])
    assert (preview.body["clients_created"], preview.body["members"]["id"]) == (3, ["external_id", 3])
    assert command(site, target, None, *source, typed=typed).body == preview.body
    assert sources_of(site, target) == [("koibox", client) for client in ids]


# -- secrets ----------------------------------------------------------------------------------------------------------


def test_credentials_appear_in_no_log_and_no_answer(vendor, target, between):
    between.prepared = [None, (500, {})]
    made = form(vendor, target, between)
    made.check()
    made.wait_no_longer()
    assert made.wait_no_longer() == "ready"
    [values] = made.web.call("klientbox.import", "read", [made.id])
    secrets = [text for text in vendor.credentials.values() if len(text) > 8]
    assert secrets
    for text in secrets:
        assert text not in str(values)
        assert text not in vendor.site.log
    assert "credentials" not in values
