"""Each operation of the contract, with the statuses that it lists."""

import pytest

from .contract import CONTRACT

# A valid call of each operation: the path after the prefix, and options of Api.request.
CALLS = {
    "listClients": {"params": {"search": "Novak", "status": "new", "page": 1, "per_page": 50}},
    "createClient": {
        "json": {
            "name": "Eva Nová",
            "phone": "+420601234568",
            "email": "eva@example.com",
            "notes": "VIP customer",
            "sms_opt_out": False,
            "email_opt_out": False,
        }
    },
    "getClient": {},
    "updateClient": {"json": {"name": "Jan Novak Jr.", "email": "jan.jr@example.com"}},
    "patchClient": {"json": {"name": "Jan Novak Jr.", "email": "jan.jr@example.com"}},
    "deleteClient": {},
    "listVisits": {
        "params": {"date_from": "2026-04-01", "date_to": "2026-04-30", "client_id": 42, "state": "done", "page": 1}
    },
    "createVisit": {
        "json": {
            "client_id": None,
            "date": "2026-04-15T14:00:00",
            "state": "done",
            "note": "Regular checkup",
            "staff_name": "Dr. Svoboda",
        }
    },
    "listServices": {"params": {"page": 1, "per_page": 10}},
    "reportSummary": {},
    "reportReactivation": {"params": {"date_from": "2026-04-01", "date_to": "2026-04-30"}},
}
# A request that gets 400 of each operation that lists it.
BAD = {
    "listClients": {"params": {"status": "asleep"}},
    "createClient": {"json": {"name": "Without a phone"}},
    "updateClient": {"json": {"phone": "not a phone"}},
    "patchClient": {"json": {"phone": "not a phone"}},
    "listVisits": {"params": {"date_from": "tomorrow"}},
    "createVisit": {"json": {"client_id": 2**31 - 1}},
    "listServices": {"params": {"page": 0}},
    "reportReactivation": {"params": {"date_from": "2026-02-30"}},
}
SUCCESS = {"createClient": 201, "createVisit": 201}
every_operation = pytest.mark.parametrize("name", sorted(CONTRACT.operations))


@pytest.fixture
def subject(salon):
    """A client for the operations that need one."""
    return salon.client("Jan Novak", "+420601234567", email="jan.novak@example.com")


def call(api, name, client, options):
    route = CONTRACT.operations[name]
    if options.get("json", {}).get("client_id", 1) is None:
        options = {"json": {**options["json"], "client_id": client["id"]}}
    return api.request(route.method, route.path.replace("{id}", str(client["id"])), **options)


@every_operation
def test_without_a_key_it_is_401(salon, subject, name):
    call(salon.api.with_key(None), name, subject, CALLS[name]).refused(401, "api_key_missing")


@every_operation
def test_with_a_key_that_is_none_it_is_403(salon, subject, name):
    call(salon.api.with_key("kbx_live_nonsense"), name, subject, CALLS[name]).refused(403, "api_key_invalid")


@every_operation
def test_with_a_key_of_the_tier_start_it_is_403(site, name):
    salon = site.salon()
    client = salon.client()
    site.settings(salon, tier="start")
    call(salon.api, name, client, CALLS[name]).refused(403, "tier_too_low")


@pytest.mark.parametrize("name", sorted(name for name in CONTRACT.operations if 400 in CONTRACT.statuses(name)))
def test_bad_fields_are_400(salon, subject, name):
    answer = call(salon.api, name, subject, BAD[name])
    assert answer.status == 400
    assert len(answer.error["details"]) == 1


@pytest.mark.parametrize("name", sorted(name for name in CONTRACT.operations if 404 in CONTRACT.statuses(name)))
def test_an_id_that_never_was_is_404(empty_salon, name):
    call(empty_salon.api, name, {"id": 2**31 - 1}, CALLS[name]).refused(404, "not_found")


def test_over_the_limit_every_operation_is_429(site, salon, subject):
    api = salon.api.with_key(site.new_key(salon, rate_limit=1))
    api.get("/reports/summary").expect(200)
    for name in CONTRACT.operations:
        answer = call(api, name, subject, CALLS[name])
        answer.refused(429, "rate_limited")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60


@every_operation
def test_it_succeeds_as_the_contract_says(salon, subject, name):
    call(salon.api, name, subject, CALLS[name]).expect(SUCCESS.get(name, 200))


def test_the_contract_in_one_story(salon):
    """The examples of the contract, one after the other."""
    api = salon.api
    jan = api.post(
        "/clients",
        name="Jan Novak",
        phone="+420601234567",
        email="jan.novak@example.com",
        notes="VIP customer",
        sms_opt_out=False,
        email_opt_out=False,
    ).expect(201)
    created = jan.pop("created")
    client_id = jan.pop("id")
    assert jan == {
        "name": "Jan Novak",
        "phone": "+420601234567",
        "email": "jan.novak@example.com",
        "status": "new",
        "last_visit_date": None,
        "total_visits": 0,
        "days_since_visit": None,
        "sms_opt_out": False,
        "email_opt_out": False,
        "notes": "VIP customer",
        "external_id": None,
    }
    assert api.get(f"/clients/{client_id}").expect() == {"id": client_id, "created": created, **jan}

    visit = api.post(
        "/visits",
        client_id=client_id,
        date="2026-04-15T14:00:00",
        state="done",
        note="Regular checkup",
        staff_name="Dr. Svoboda",
    ).expect(201)
    assert {name: visit[name] for name in visit.keys() - {"id", "created"}} == {
        "client_id": client_id,
        "client_name": "Jan Novak",
        "date": "2026-04-15T14:00:00",
        "state": "done",
        "service_id": None,
        "service_name": None,
        "note": "Regular checkup",
        "staff_name": "Dr. Svoboda",
    }
    assert api.get("/visits", client_id=client_id).expect() == {"data": [visit], "total": 1, "page": 1, "per_page": 50}

    jan |= {"name": "Jan Novak Jr.", "email": "jan.jr@example.com", "total_visits": 1, "last_visit_date": "2026-04-15"}
    changed = api.put(f"/clients/{client_id}", name="Jan Novak Jr.", email="jan.jr@example.com").expect()
    assert {name: changed[name] for name in jan.keys() - {"status", "days_since_visit"}} == {
        name: jan[name] for name in jan.keys() - {"status", "days_since_visit"}
    }
    assert api.get("/clients", search="Novak").expect() == {"data": [changed], "total": 1, "page": 1, "per_page": 50}

    assert api.delete(f"/clients/{client_id}").expect() == {"deleted": True, "id": client_id}
    assert api.get("/clients").expect() == {"data": [], "total": 0, "page": 1, "per_page": 50}
