"""Keys from outside: the access of each, its company, how it is rolled, and the limit of invalid tries."""

import time
from datetime import datetime, timedelta, timezone

import pytest
import requests
from requests.adapters import HTTPAdapter

from dev.simulator import Simulator

from .api import Answer
from .contract import PREFIX
from .messaging import Messaging

RESOURCES = ("clients", "visits", "services", "messages", "reports", "webhooks")
JUNK_LIMIT = 300


def access(**levels):
    """The dialog's fields."""
    return {f"{resource}_access": level for resource, level in levels.items()}


def rolled(site, text, overlap):
    """Roll a key in the dialog; the new one's text."""
    action = site.admin.call("klientbox.api.key", "action_roll", site.key_ids(text))
    [dialog] = site.admin.call("klientbox.api.key.roll", "create", [{"overlap": overlap}], context=action["context"])
    return site.admin.call("klientbox.api.key.roll", "action_roll", [dialog])["context"]["default_key"]


@pytest.fixture(scope="module")
def trial(site):
    """A salon with a client, and the API with a test key of it."""
    salon = site.salon()
    salon.client("Live", "+420601000100")
    tests = salon.api.with_key(site.new_key(salon, "test", mode="test", rate_limit=0))
    # The creator of the key gets access to the test data; the open session does not have it yet.
    site.__dict__.pop("admin")
    return salon, tests


def trial_company(site, salon):
    [[company]] = site.sql("SELECT company_id FROM klientbox_settings WHERE test_of_id = %s", [salon.company_id])
    return company


# -- the place of a key -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "api_key=abc",
        "apiKey=",
        "X-API-Key=abc",
        "x-api-key=abc&page=1",
        "key={key}",
        "search={key}&page=nonsense",
        "{key}",
        "{key}=1",
        "a={cut}",
        "a=%6Bbx%5Flive_{prefix}_",
        "page=1&page=2&sort=Bearer+{key}",
    ],
)
def test_a_key_in_the_address_is_refused_before_anything_else(site, empty_salon, query):
    """On every operation and on unknown paths, with a valid key in the header, an invalid one and none; nothing is
    counted or logged."""
    key = empty_salon.key
    query = query.format(key=key, cut=key[:-20], prefix=key.split("_")[2])
    paths = [("GET", "/me"), ("GET", "/clients"), ("POST", "/clients"), ("PATCH", "/clients/7"), ("GET", "/nothing")]
    paths += [("GET", "/openapi.json"), ("GET", "/docs"), ("DELETE", "/me")]
    for method, path in paths:
        for api in (empty_salon.api, empty_salon.api.with_key("junk"), empty_salon.api.with_key(None)):
            headers = {"X-API-Key": api.key} if api.key else {}
            answer = api.raw(method, f"{PREFIX}{path}?{query}", headers, b"{" if method == "POST" else None)
            assert "RateLimit" not in answer.headers
            answer.refused(400, "api_key_in_address")
    assert empty_salon.api.raw("OPTIONS", f"{PREFIX}/clients?{query}").status == 204
    assert key[:-20].encode() not in site.server.log_path.read_bytes()


def test_what_only_sounds_like_a_key_in_the_address_is_none(empty_salon):
    for query, status in (("search=kbx_live_", 200), ("search=api_key", 200), ("key=abc", 400), ("search=kbx", 200)):
        answer = empty_salon.api.raw("GET", f"{PREFIX}/clients?{query}", {"X-API-Key": empty_salon.key})
        assert (answer.status, answer.body.get("error", {}).get("code")) in ((200, None), (400, "invalid_request"))
        assert answer.status == status


# -- the access of a key ----------------------------------------------------------------------------------------------


def declared(site):
    """(method, path, scope that it needs) of every operation of the served document."""
    for path, item in site.api.get("/openapi.json").expect()["paths"].items():
        for method, operation in item.items():
            resource = operation["tags"][0].lower() if method != "parameters" else None
            if resource in RESOURCES:
                yield method.upper(), path, f"{resource}:{'read' if method == 'get' else 'write'}"


def test_every_operation_is_refused_to_a_key_that_lacks_its_scope_and_to_no_other(site, subtests):
    salon = site.salon()
    everything = site.new_key(salon, rate_limit=0)
    reader = site.new_key(salon, rate_limit=0, **access(**dict.fromkeys(RESOURCES, "read")))
    blind = {name: site.new_key(salon, rate_limit=0, **access(**{name: "none"})) for name in RESOURCES}
    mute = {name: site.new_key(salon, rate_limit=0, **access(**{name: "read"})) for name in RESOURCES}
    walked = list(declared(site))
    assert len(walked) >= 10
    for method, path, scope in walked:
        resource, right = scope.split(":")
        target = path.replace("{id}", str(2**31 - 1))
        lacking = [blind[resource]] + ([mute[resource], reader] if right == "write" else [])
        having = [everything] + ([mute[resource], reader] if right == "read" else [])
        with subtests.test(method=method, path=path):
            for key in lacking:
                error = salon.api.with_key(key).request(method, target).refused(403, "scope_missing")
                assert scope in error["message"]
            for key in having:
                assert salon.api.with_key(key).request(method, target).status != 403


def test_what_is_taken_from_a_key_is_missing_at_the_next_request(site, salon):
    key = site.new_key(salon, rate_limit=0)
    api = salon.api.with_key(key)
    api.get("/services").expect()
    site.admin.call("klientbox.api.key", "write", site.key_ids(key), {"services_access": "none"})
    for _ in range(8):
        api.get("/services").refused(403, "scope_missing")
    api.get("/clients").expect()


def test_a_key_without_any_right_still_tells_what_it_is(site, salon):
    nothing = salon.api.with_key(site.new_key(salon, "nothing", **access(**dict.fromkeys(RESOURCES, "none"))))
    body = nothing.get("/me").expect()
    assert (body["name"], body["scopes"]) == ("nothing", [])


# -- /me --------------------------------------------------------------------------------------------------------------


def test_me_tells_of_the_key_and_its_company(site, salon):
    site.settings(salon, timezone="Europe/London")
    key = site.new_key(salon, "E-shop", expires_at="2030-07-01 10:00:00", rate_limit=7, **access(visits="none"))
    api = salon.api.with_key(key)
    api.get("/me").expect()
    body = api.get("/me").expect()
    [[name, currency, country]] = site.sql(
        """
        SELECT company.name, currency.name, country.code FROM res_company company
          JOIN res_currency currency ON currency.id = company.currency_id
          JOIN res_partner partner ON partner.id = company.partner_id
          LEFT JOIN res_country country ON country.id = partner.country_id
         WHERE company.id = %s
        """,
        [salon.company_id],
    )
    made = datetime.fromisoformat(body.pop("created"))
    assert abs(made - datetime.now(timezone.utc).replace(tzinfo=None)) < timedelta(hours=1, minutes=5)
    assert body == {
        "name": "E-shop",
        "key": f"{key[:17]}_…",
        "mode": "live",
        "company": {
            "id": salon.company_id,
            "name": name,
            "timezone": "Europe/London",
            "currency": currency,
            "country": country,
        },
        "scopes": [
            "clients:read",
            "clients:write",
            "services:read",
            "services:write",
            "messages:read",
            "reports:read",
            "webhooks:read",
            "webhooks:write",
        ],
        "rate_limit": {"limit": 7, "window_seconds": 60, "remaining": 5},
        "expires_at": "2030-07-01T11:00:00",
    }
    assert key not in str(body)
    assert salon.api.get("/me").expect()["rate_limit"] is None


def test_me_needs_a_key(site):
    site.api.get("/me").refused(401, "api_key_missing")
    site.api.with_key("kbx_live_x").get("/me").refused(403, "api_key_invalid")


# -- rolling ----------------------------------------------------------------------------------------------------------


def test_both_keys_work_until_the_old_one_ends_and_then_the_new_one_alone(site, salon):
    old = site.new_key(salon, "E-shop", **access(clients="read"))
    new = rolled(site, old, "hour")
    for key in (old, new):
        salon.api.with_key(key).get("/services").expect()
        salon.api.with_key(key).post("/clients", name="X", phone="+420601000001").refused(403, "scope_missing")
    [[minutes]] = site.sql(
        "SELECT extract(epoch FROM expires_at - now() AT TIME ZONE 'UTC') / 60 FROM klientbox_api_key WHERE id = %s",
        site.key_ids(old),
    )
    assert 55 < minutes <= 60
    site.sql(
        "UPDATE klientbox_api_key SET expires_at = expires_at - interval '1 hour' WHERE id = %s RETURNING id",
        site.key_ids(old),
    )
    salon.api.with_key(old).get("/services").refused(403, "api_key_expired")
    salon.api.with_key(new).get("/services").expect()


def test_rolled_at_once_the_old_key_stops_at_once(site, salon):
    old = site.new_key(salon)
    salon.api.with_key(old).get("/services").expect()
    new = rolled(site, old, "now")
    for _ in range(8):
        salon.api.with_key(old).get("/services").refused(403, "api_key_revoked")
    salon.api.with_key(new).get("/services").expect()


def test_a_valid_call_records_the_last_use_of_its_key_once_a_minute(site, salon):
    key = site.new_key(salon)
    [key_id] = site.key_ids(key)
    used = "SELECT last_used_at FROM klientbox_api_key WHERE id = %s"
    assert site.sql(used, [key_id]) == [(None,)]
    salon.api.with_key(key[:-1] + ("A" if key[-1] != "A" else "B")).get("/services").refused(403, "api_key_invalid")
    assert site.sql(used, [key_id]) == [(None,)]
    salon.api.with_key(key).get("/services").expect()
    [[first]] = site.sql(used, [key_id])
    assert abs(first - datetime.now(timezone.utc).replace(tzinfo=None)) < timedelta(minutes=1)
    salon.api.with_key(key).get("/services").expect()
    assert site.sql(used, [key_id]) == [(first,)]


# -- test data --------------------------------------------------------------------------------------------------------


def test_a_test_key_sees_and_changes_test_data_only_and_a_live_key_none_of_them(site, trial):
    salon, tests = trial
    assert tests.key.startswith("kbx_test_")
    assert tests.get("/clients").expect()["total"] == 0
    # The phone is used in the salon; in the test data it is free.
    made = tests.post("/clients", name="Test", phone="+420601000100", sms_opt_out=True).expect(201)
    tests.post("/visits", client_id=made["id"], date="2026-01-15T10:00:00").expect(201)
    [live] = salon.api.get("/clients").expect()["data"]
    assert (live["name"], live["total_visits"], live["sms_opt_out"]) == ("Live", 0, False)
    for api, theirs in ((tests, live), (salon.api, made)):
        api.get(f"/clients/{theirs['id']}").refused(404, "not_found")
        api.patch(f"/clients/{theirs['id']}", name="Changed").refused(404, "not_found")
        api.delete(f"/clients/{theirs['id']}").refused(404, "not_found")
        assert api.post("/visits", client_id=theirs["id"], date="2026-01-15T10:00:00").status == 400
        assert api.get("/visits", client_id=theirs["id"]).expect()["total"] == 0
    assert salon.api.get("/reports/summary").expect()["total_clients"] == 1
    body = tests.get("/me").expect()
    assert (body["mode"], body["company"]["id"]) == ("test", trial_company(site, salon))
    assert body["company"]["id"] != salon.company_id


def test_no_test_message_reaches_a_gateway_even_one_that_the_test_company_has(site, trial):
    salon, tests = trial
    company = trial_company(site, salon)
    ends = {
        "+420601100001": ("failed", "refused"),
        "+420601100002": ("unknown", "timeout"),
        "+420601100003": ("failed", "undelivered"),
        "+420601100009": ("delivered", None),
        "bounced+1@example.com": ("failed", "bounced"),
        "jana@example.com": ("sent", None),
    }
    with Simulator() as gateway:
        messaging = Messaging(site, type(salon)(company, tests), gateway)
        # Clients in the status warning get an SMS, later ones an e-mail.
        later = [("rule_id", "in", messaging.rules), ("rule_id.trigger", "=", "inactive")]
        steps = site.admin.call("klientbox.rule.step", "search", later)
        site.admin.call("klientbox.rule.step", "write", steps, {"channel": "email", "subject": "Ahoj"})
        for place, address in enumerate(ends):
            if "@" in address:
                messaging.absent(120 + place, f"+42060110020{place}", f"Client {place}", email=address)
            else:
                messaging.absent(70 + place, address, f"Client {place}")
        messaging.absent(80, "+420601100010", "Strayed")
        messaging.run_now()
        assert {lane for [lane] in messaging.rows("lane")} == {f"test:{company}"}
        # A test message in a lane of a real provider: put there by force.
        lane = f"gateway:{messaging.gateway}"
        site.sql(
            "UPDATE klientbox_message SET lane = %s WHERE company_id = %s AND address = '+420601100010' RETURNING id",
            [lane, company],
        )
        messaging.send()
        assert gateway.messages() == []
        assert gateway.summary()["total"] == 0
    found = {address: (state, reason) for address, state, reason in messaging.rows("address", "state", "reason")}
    assert found.pop("+420601100010") == ("sent", None)
    assert found == ends


def test_the_company_s_own_messages_are_sent_as_before(site, trial):
    salon, _tests = trial
    with Simulator() as gateway:
        messaging = Messaging(site, salon, gateway)
        messaging.absent(70, "+420601200001")
        messaging.run_now()
        messaging.send()
        assert [message["to"] for message in gateway.messages()] == ["+420601200001"]


# -- too many invalid tries -------------------------------------------------------------------------------------------


class From(HTTPAdapter):
    """Requests from another address of this machine, which no other test uses."""

    def __init__(self, address):
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        """Bind before connecting."""
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **options)


def test_an_address_with_too_many_wrong_keys_waits_and_a_right_key_from_there_does_not(site, salon):
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", From("127.0.0.77"))

    def get(key):
        response = session.get(f"{site.server.url}{PREFIX}/services", headers={"X-API-Key": key}, timeout=60)
        return Answer("GET", "/services", response.status_code, response.headers, response.content)

    limited = site.new_key(salon, "beside")
    wrong = limited[:17] + "_" + "0" * 49
    for number in range(JUNK_LIMIT):
        get((wrong, "junk", "kbx_live_")[number % 3]).refused(403, "api_key_invalid")
    answer = get("junk")
    answer.refused(429, "too_many_invalid_keys")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "RateLimit" not in answer.headers
    get(wrong).refused(429, "too_many_invalid_keys")
    # The key itself has used up nothing, and is accepted from there.
    ours = get(limited)
    ours.expect()
    assert ours.headers["RateLimit"].startswith('"default";r=99;')
    get(salon.key).expect()
    salon.api.with_key("junk").get("/services").refused(403, "api_key_invalid")
    salon.api.with_key(None).get("/services").refused(401, "api_key_missing")
    # Instead of waiting: the oldest of the three hundred is made as old as Retry-After says, but for two seconds.
    answer = get("junk")
    site.sql(
        """
        UPDATE klientbox_api_rate SET ring = ARRAY(
            SELECT hit - make_interval(secs => %s) FROM unnest(ring) WITH ORDINALITY AS hits(hit, place) ORDER BY place
        ) WHERE key_id < 0 AND cardinality(ring) = %s AND NOT '-infinity' = ANY(ring) RETURNING key_id
        """,
        [int(answer.headers["Retry-After"]) - 2, JUNK_LIMIT],
    )
    time.sleep(int(get("junk").headers["Retry-After"]))
    get("junk").refused(403, "api_key_invalid")
