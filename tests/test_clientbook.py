"""Client Book's API as an integration uses it: every operation, parameter and member of the contract."""

import itertools
import random
import threading
import time

import pytest
import requests

from .clientbook import CONTRACT, CREDENTIALS, EXERCISED, connect, switch

_numbers = itertools.count(1)
# The operations of the contract that are not served, and why.
NOT_SERVED = {}
# Members that a caller may send but not change.
DECIDED_IN_ODOO = {"password": "secret-word", "permissions": "2", "status": "enable"}
LONG_AGO = "5134794505"
MOMENT = "2026-02-01 10:30:00"
# Values that are not free text.
VALUES = {
    "client_email": "dana@example.com",
    "client_cell_phone": "+420601777001",
    "client_birth_date": "1990-01-02 00:00:00",
    "client_gender": "female",
    "sign_birth_date": "1991-02-03 00:00:00",
    "sign_gender": "male",
    "client_tags": "rings, silver",
    "date_contacted": MOMENT,
    "price": "120.50",
    "price_estimate": "80.00",
    "due_date": MOMENT,
    "sent_date": MOMENT,
    "received_date": MOMENT,
    "contacted_date": MOMENT,
    "completed_date": MOMENT,
    "sent": "1",
    "received": "1",
    "contacted": "1",
    "archived": "0",
    "archive": "N",
    "is_completed": "Y",
    "email": "gold@example.com",
    "web": "https://gold.example",
    "owner_subscribe_manager": "Y",
    "guardian_notification": "enable",
    "store_notification": "enable",
    "company_notification": "disable",
    "employee_reminders": "enable",
    "permissions": "0",
    "password": "",
}
FAMILIES = {
    "clients": "client",
    "wishlist": "wishlist",
    "repairs": "repair",
    "specialorders": "specialorder",
    "purchase": "purchase",
    "vendors": "vendor",
    "employee": "employee",
}


@pytest.fixture(scope="module")
def crm(site):
    """A salon with an enabled integration."""
    return connect(site, site.salon())


@pytest.fixture(scope="module")
def other(site):
    """Another one, with an enabled integration as well."""
    return connect(site, site.salon())


@pytest.fixture(scope="module")
def records(crm):
    """{family: a record}: one of each kind."""
    return stock(crm)


def stock(crm):
    """Add one record to each family."""
    client = crm.added("clients", client_last_name="Nováková", client_first_name="Jana")
    vendor = crm.added("vendors", name="Gold House")
    return {
        "clients": client,
        "vendors": vendor,
        "employee": crm.added("employee", username=f"kim-{next(_numbers)}"),
        "wishlist": crm.added("wishlist", client_id=client["client_id"], item="White gold ring", price="2500.00"),
        "repairs": crm.added("repairs", client_id=client["client_id"], item="Ring"),
        "purchase": crm.added("purchase", client_id=client["client_id"], item="Silver chain"),
        "specialorders": crm.added("specialorders", owner_id=client["client_id"], description="Engraved band"),
    }


def id_name(family):
    return {"clients": "client_id", "purchase": "item_id", "employee": "user_id"}.get(family, "id")


def properties(name):
    """{member: schema} of an operation's body."""
    schema = CONTRACT.body(name)
    parts = [CONTRACT.resolve(part) for part in schema.get("allOf", [schema])]
    return {member: each for part in parts for member, each in part["properties"].items()}


def members(name, family, records, number):
    """A value for each member of an operation's body."""
    own = {
        "client_id": records["clients"]["client_id"],
        "vendor": records["vendors"]["id"],
        "vendor_id": records["vendors"]["id"],
        "store": records["clients"]["store"],
        "user_id": records["employee"]["user_id"],
        "owner_id": records["clients"]["client_id"] if family == "specialorders" else records["employee"]["user_id"],
        "status": {"repairs": "CLIENT CONTACTED", "employee": "disable"}.get(family, ""),
        "new_inventory_id": f"{family}-{number}",
        "old_inventory_id": f"{family}-old-{number}",
        id_name(family): records[family][id_name(family)],
        "client_cell_phone": f"+42060177700{number}",
        "username": f"kim {number}",
    }
    if name.endswith("Add"):
        own.pop(id_name(family))
        own |= {"client_id": records["clients"]["client_id"]} if family != "clients" else {}
    known = {**VALUES, **own}
    return {member: known.get(member, f"some {member}") for member in properties(name) if member != "its"}


# -- refusals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"app_id": None}, 507),
        ({"app_id": "0123456789abcdef"}, 507),
        ({"app_key": None}, 507),
        ({"app_key": "wrong"}, 507),
        ({"app_key": "wrong", "token": "wrong"}, 507),
        ({"app_id": "\x00"}, 507),
        ({"token": None}, 508),
        ({"token": "kbx_live_AAAAAAAA"}, 508),
        ({"secret": None}, 508),
        ({"secret": "A" * 49}, 508),
        ({"secret": "\x00'\""}, 508),
    ],
)
def test_a_missing_or_wrong_credential_has_the_status_of_its_kind(crm, wrong, status):
    crm = copy_of(crm, **wrong)
    for method, url in (("GET", "clients/list"), ("POST", "clients/add"), ("GET", "license/view")):
        assert crm.call(method, url).status == status


def copy_of(crm, **credentials):
    changed = type(crm)(**{**crm.credentials, **credentials})
    changed.crm_host_url = crm.crm_host_url
    return changed


def test_a_repeated_credential_is_refused(crm):
    twice = crm.session.get(
        f"{crm.crm_host_url}{crm.version}/clients/list",
        params=[*crm.credentials.items(), ("secret", crm.credentials["secret"])],
        timeout=60,
    )
    assert twice.status_code == 508


def test_the_credentials_of_two_companies_do_not_mix(crm, other):
    for name in ("app_id", "app_key"):
        assert copy_of(crm, **{name: other.credentials[name]}).call("GET", "clients/list").status == 507
    both = {name: other.credentials[name] for name in ("app_id", "app_key")}
    assert copy_of(crm, **both).call("GET", "clients/list").status == 508
    for name in ("token", "secret"):
        assert copy_of(crm, **{name: other.credentials[name]}).call("GET", "clients/list").status == 508


def test_an_api_key_that_is_no_token_is_none(site):
    salon = site.salon()
    crm = connect(site, salon)
    token, _, secret = salon.key.rpartition("_")
    assert copy_of(crm, token=token, secret=secret).call("GET", "clients/list").status == 508


def test_revoked_expired_switched_off_and_too_low_a_tier(site):
    salon = site.salon()
    crm = connect(site, salon)
    [key] = site.admin.call("klientbox.api.key", "search", [("clientbook_integration_id", "=", crm.page)])
    switch(site, crm, "disabled")
    assert crm.call("GET", "license/view").status == 509
    login = {"username": "admin", "password": "admin"}
    assert crm.call("POST", "license/token", data=login).status == 509
    switch(site, crm, "enabled")
    assert crm.get("license/view") == {"status": "success", "data": {"integration_status": "ENABLED"}}
    site.settings(salon, tier="start")
    assert crm.call("GET", "clients/list").status == 509
    assert crm.call("POST", "license/token", data=login).status == 509
    site.settings(salon, tier="provoz")
    site.admin.call("klientbox.api.key", "write", [key], {"expires_at": "2020-01-01 00:00:00"})
    assert crm.call("GET", "clients/list").status == 508
    site.admin.call("klientbox.api.key", "write", [key], {"expires_at": False})
    site.admin.call("klientbox.api.key", "write", [key], {"clients_access": "read"})
    assert crm.call("GET", "clients/list").status == 200
    assert crm.call("POST", "clients/add", data={"client_last_name": "X"}).status == 508
    site.admin.call("klientbox.api.key", "action_revoke", [key])
    assert crm.call("GET", "clients/list").status == 508


def test_a_token_serves_this_api_alone(site):
    crm = connect(site, site.salon())
    key = f"{crm.credentials['token']}_{crm.credentials['secret']}"
    assert crm.call("GET", "clients/list").status == 200
    for path in ("/me", "/clients", "/reports/summary"):
        site.api.with_key(key).get(path).refused(403, "api_key_elsewhere")
    koibox = requests.get(f"{site.server.url}/api/clientes/", headers={"X-Koibox-Key": key}, timeout=60)
    assert (koibox.status_code, koibox.json()) == (403, {"detail": "This API key is for another API."})
    [row] = site.admin.call("klientbox.api.key", "read", site.key_ids(key), ["audience"])
    assert row["audience"] == "clientbook"


def test_new_credentials_end_every_token_before(site):
    crm = connect(site, site.salon())
    one_more = site.admin.call("klientbox.clientbook.integration", "action_add_token", [crm.page])["context"]
    second = copy_of(crm, **{name: one_more[f"default_{name}"] for name in ("token", "secret")})
    assert [each.call("GET", "clients/list").status for each in (crm, second)] == [200, 200]
    made = site.admin.call("klientbox.clientbook.integration", "action_generate", [crm.page])["context"]
    assert crm.call("GET", "clients/list").status == 507
    for former in (crm, second):
        mixed = copy_of(former, app_key=made["default_app_key"])
        assert mixed.call("GET", "clients/list").status == 508
    new = copy_of(crm, **{name: made[f"default_{name}"] for name in CREDENTIALS})
    assert new.call("GET", "clients/list").status == 200


@pytest.mark.parametrize(("ending", "status"), [("disabled", 509), ("action_revoke", 508), ("action_generate", 507)])
def test_what_ends_a_token_ends_it_in_every_worker_at_once(site, at_once, ending, status):
    crm = connect(site, site.salon())
    calls, ended = [], threading.Event()

    def go_on(number):
        if number:
            mine, after = copy_of(crm), 0
            while after < 10:
                begun_after = ended.is_set()
                calls.append((begun_after, mine.call("GET", "license/view").status))
                after += begun_after
            return
        while len(calls) < 20:
            time.sleep(0.01)
        if ending == "disabled":
            switch(site, crm, ending)
        elif ending == "action_revoke":
            keys = site.admin.call("klientbox.api.key", "search", [("clientbook_integration_id", "=", crm.page)])
            site.admin.call("klientbox.api.key", ending, keys)
        else:
            site.admin.call("klientbox.clientbook.integration", ending, [crm.page])
        ended.set()

    at_once(5, go_on)
    assert {answer for begun_after, answer in calls if begun_after} == {status}
    assert calls[0] == (False, 200)


def test_over_the_limit_is_429_in_plain_text(site):
    crm = connect(site, site.salon())
    keys = site.admin.call("klientbox.api.key", "search", [("clientbook_integration_id", "=", crm.page)])
    site.admin.call("klientbox.api.key", "write", keys, {"rate_limit": 2})
    assert [crm.call("GET", "license/view").status for _ in range(3)] == [200, 200, 429]
    assert 1 <= int(crm.call("GET", "license/view").headers["Retry-After"]) <= 60


def test_unknown_addresses_are_404_and_wrong_methods_405(crm):
    for url in (
        "",
        "nothing/list",
        "clients",
        "clients/nothing",
        "clients/view/id/x",
        "clients/view/id",
        "employee/view/id/1",
    ):
        assert crm.call("GET", url).status == 404, url
    answer = crm.call("POST", "clients/list")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert crm.call("GET", "clients/edit").status == 405


def test_refused_content_is_200_and_names_the_member(crm, records):
    client = records["clients"]["client_id"]
    cases = [
        ("clients/add", {}, "client_last_name"),
        ("clients/add", {"client_last_name": "  "}, "client_last_name"),
        ("clients/add", {"client_last_name": "X", "client_cell_phone": "12"}, "client_cell_phone"),
        ("clients/add", {"client_last_name": "X", "client_email": "no"}, "client_email"),
        ("clients/add", {"client_last_name": "X", "client_gender": "x"}, "client_gender"),
        ("clients/add", {"client_last_name": "X" * 256}, "client_last_name"),
        ("clients/add", {"client_last_name": "X", "client_birth_date": "1990-02-30"}, "client_birth_date"),
        ("clients/add", {"client_last_name": "X", "store": "999"}, "store"),
        ("clients/add", {"client_last_name": "X", "user_id": "999999"}, "user_id"),
        ("clients/edit", {"client_last_name": "X"}, "client_id"),
        ("clients/edit", {"client_id": LONG_AGO, "client_last_name": "X"}, "client_id"),
        ("clients/edit", {"client_id": "x"}, "client_id"),
        ("clients/edit", {"client_id": client, "client_cell_phone": "tel"}, "client_cell_phone"),
        ("clients/delete", {}, "client_id"),
        ("clients/delete", {"client_id": "0"}, "client_id"),
        ("wishlist/add", {"item": "X"}, "client_id"),
        ("wishlist/add", {"client_id": LONG_AGO}, "client_id"),
        ("wishlist/add", {"client_id": client, "price": "much"}, "price"),
        ("wishlist/add", {"client_id": client, "price": "-1"}, "price"),
        ("wishlist/add", {"client_id": client, "vendor_id": "1"}, "vendor_id"),
        ("repairs/add", {"client_id": client, "status": "LOST"}, "status"),
        ("repairs/add", {"client_id": client, "received": "2"}, "received"),
        ("repairs/add", {"client_id": client, "due_date": "tomorrow"}, "due_date"),
        ("specialorders/add", {"description": "X"}, "owner_id"),
        ("specialorders/add", {"owner_id": client, "is_completed": "1"}, "is_completed"),
        ("vendors/add", {}, "name"),
        ("employee/add", {}, "username"),
        ("employee/edit", {"user_id": "999999"}, "user_id"),
    ]
    cases += [
        (f"{family}/edit", {id_name(family): records[family][id_name(family)], name: ""}, name)
        for family, name in (
            ("wishlist", "item"),
            ("wishlist", "client_id"),
            ("purchase", "item"),
            ("repairs", "item"),
            ("specialorders", "description"),
            ("specialorders", "owner_id"),
            ("vendors", "name"),
            ("employee", "name"),
        )
    ]
    for url, sent, name in cases:
        crm.refused(crm.call("POST", url, data=sent), name)
        crm.refused(crm.call("POST", url, json=sent), name)
    crm.refused(crm.call("GET", f"clients/view/id/{LONG_AGO}"), "id")
    crm.refused(crm.call("GET", "purchase/specificlist"), "cid")
    crm.refused(crm.call("GET", "purchase/specificlist", {"cid": client, "cinvid": "1"}), "cid")
    crm.refused(crm.call("GET", "purchase/specificlist", {"cinvid": "unknown"}), "cinvid")
    for name, value in (("limit", "0"), ("from", "-1"), ("limit", "x"), ("order", "price")):
        crm.refused(crm.call("GET", "clients/list", {name: value}), name)
    crm.refused(crm.call("POST", "clients/add", data="{", headers={"Content-Type": "application/json"}))
    crm.refused(crm.call("POST", "clients/add", json=[1]))


def test_no_employee_gets_access_by_the_api(site, crm, records):
    """Neither a new nor an existing one, and no account changes."""
    before = site.sql("SELECT id, login, password, active FROM res_users ORDER BY id")
    for member, value in DECIDED_IN_ODOO.items():
        crm.refused(crm.call("POST", "employee/add", data={"username": f"new {member}", member: value}), member)
        kim = records["employee"]["user_id"]
        crm.refused(crm.call("POST", "employee/edit", data={"user_id": kim, member: value}), member)
    rows = crm.get("employee/list")["data"]
    assert {(row["status"], row["permissions"], row["password"]) for row in rows} == {("0", "0", "")}
    assert site.sql("SELECT id, login, password, active FROM res_users ORDER BY id") == before


def test_the_account_of_an_employee_with_a_login_is_out_of_reach(site):
    salon = site.salon()
    crm = connect(site, salon)
    company = {"company_id": salon.company_id}
    [[owner], _staff] = made = site.inside(
        [
            {
                "model": "res.users",
                "create": [
                    {
                        "name": "Olga",
                        "login": f"olga{salon.company_id}",
                        "password": "a passphrase of the tests",
                        "email": "olga@example.com",
                        "company_ids": [salon.company_id],
                        "group_ids": [group_id(site, "group_administrator")],
                        **company,
                    }
                ],
            },
            {"model": "klientbox.staff", "create": [{"name": "Olga", **company}]},
        ]
    )
    [staff] = made[1]
    site.admin.call("klientbox.staff", "write", [staff], {"user_id": owner})
    [row] = crm.get("employee/list", {"username": f"olga{salon.company_id}"})["data"]
    assert (row["user_id"], row["permissions"], row["status"], row["password"]) == (str(staff), "2", "1", "")
    before = site.sql("SELECT login, password, active FROM res_users WHERE id = %s", [owner])
    for member, value in (
        ("username", "mallory"),
        ("email", "mallory@example.com"),
        ("password", "mine now"),
        ("permissions", "0"),
        ("status", "disable"),
    ):
        crm.refused(crm.call("POST", "employee/edit", data={"user_id": str(staff), member: value}), member)
    assert site.sql("SELECT login, password, active FROM res_users WHERE id = %s", [owner]) == before
    # Present values may be repeated, and values that belong to no account may change.
    body = crm.post("employee/edit", {**row, "status": "enable", "name": "Olga N."})
    assert (body["status"], body["data"]["name"], body["data"]["permissions"]) == ("success", "Olga N.", "2")


def group_id(site, name):
    [[group]] = site.sql("SELECT res_id FROM ir_model_data WHERE module = 'klientbox' AND name = %s", [name])
    return group


# -- the whole contract ------------------------------------------------------


def test_the_documented_class_works_as_documented(crm, records):
    client, wish = records["clients"]["client_id"], records["wishlist"]["id"]
    body = crm.post("clients/edit", {"client_id": client, "client_last_name": "last name api1"})
    assert (body["status"], body["data"]["client_last_name"]) == ("success", "last name api1")
    assert body["data"]["client_first_name"] == "Jana"
    assert crm.get(f"wishlist/view/id/{wish}")["data"]["item"] == "White gold ring"
    rows = crm.get("wishlist/list", {"order": "created", "q": "2500"})["data"]
    assert [row["id"] for row in rows] == [wish]


@pytest.mark.parametrize("version", ["/apiv1", "/v1"])
@pytest.mark.parametrize("body", ["data", "json"])
def test_every_operation_takes_and_gives_what_the_contract_says(site, version, body):
    """Each with every parameter and every member; the answers return the sent values."""
    crm = connect(site, site.salon())
    crm.version = version
    records = stock(crm)
    for number, (family, called) in enumerate(FAMILIES.items()):
        for function in ("Add", "Edit"):
            name = f"{called}{function}"
            sent = members(name, family, records, number + 1 if function == "Add" else number + 2 and 9 - number)
            answer = crm.call("POST", f"{family}/{function.lower()}", **{body: sent})
            assert answer.body["status"] == "success", (answer, answer.content)
            record = answer.body["data"]
            expected = {member: value for member, value in sent.items() if member != "status" or family == "repairs"}
            assert {member: record[member] for member in expected} == expected
            if family != "employee":
                same = crm.get(f"{family}/view/id/{record[id_name(family)]}")["data"]
                assert same == record
        name = f"{called}List"
        for query in ({}, *({each: list_value(each, records)} for each in CONTRACT.query(name))):
            rows = crm.get(f"{family}/list", query)["data"]
            assert isinstance(rows, list)
        assert {row[id_name(family)] for row in crm.get(f"{family}/list")["data"]} >= {record[id_name(family)]}
    client = crm.get(f"clients/view/id/{records['clients']['client_id']}")["data"]
    for query in ({"cid": client["client_id"]}, {"cinvid": client["new_inventory_id"]}):
        everything = {**query, "order": "update", "limit": "10", "from": "0"}
        assert len(crm.get("purchase/specificlist", everything)["data"]) == 2
    for family in FAMILIES:
        if family != "employee":
            one = records[family][id_name(family)]
            gone = crm.call("POST", f"{family}/delete", **{body: {id_name(family): one}}).body
            assert gone == {"status": "success", "data": {id_name(family): one}}
    assert crm.get("license/view")["data"] == {"integration_status": "ENABLED"}


def list_value(name, records):
    return {
        "order": "created",
        "status": "active",
        "limit": "5",
        "from": "0",
        "store": records["clients"]["store"],
    }.get(name, "kim")


def test_rows_come_by_limit_and_from_together_or_all_at_once(site):
    crm = connect(site, site.salon())
    ids = [crm.added("clients", client_last_name=f"Client {number}")["client_id"] for number in range(5)]

    def listed(**query):
        return [row["client_id"] for row in crm.get("clients/list", query)["data"]]

    assert listed() == ids
    assert listed(limit=2) == ids
    assert listed(**{"from": 3}) == ids
    assert listed(limit=2, **{"from": 0}) == ids[:2]
    assert listed(limit=2, **{"from": 2}) == ids[2:4]
    assert listed(limit=2, **{"from": 5}) == []
    assert listed(limit="", **{"from": ""}) == ids
    assert listed(q="client 3") == [ids[3]]
    assert listed(q="100%") == []
    crm.post("clients/edit", {"client_id": ids[0], "client_last_name": "Changed"})
    assert listed(order="update") == [*ids[1:], ids[0]]
    assert listed(order="created") == ids
    assert listed(page=7, something="else") == ids


def test_repairs_are_listed_by_what_is_due_and_by_what_is_archived(site):
    crm = connect(site, site.salon())
    client = crm.added("clients", client_last_name="Nováková")["client_id"]
    late, soon, never = (
        crm.added("repairs", client_id=client, item=item, due_date=due)["id"]
        for item, due in (("late", "2027-01-01 00:00:00"), ("soon", "2026-01-01 00:00:00"), ("never", ""))
    )
    crm.post("repairs/edit", {"id": late, "archived": "1"})

    def listed(**query):
        return [row["id"] for row in crm.get("repairs/list", query)["data"]]

    assert listed(order="due") == [soon, late, never]
    assert listed(status="active", order="due") == [soon, never]
    assert listed(status="archived") == [late]
    assert listed(status="all") == [late, soon, never]


def test_a_change_in_odoo_puts_a_record_out_of_step(site):
    salon = site.salon()
    crm = connect(site, salon)
    client = crm.added("clients", client_last_name="Nováková", new_inventory_id="A-17")

    def numbers():
        row = crm.get(f"clients/view/id/{client['client_id']}")["data"]
        return row["new_inventory_id"], row["old_inventory_id"]

    assert numbers() == ("A-17", "A-17")
    crm.post("clients/edit", {"client_id": client["client_id"], "client_city": "Brno"})
    assert numbers() == ("A-17", "A-17")
    salon.api.patch(f"/clients/{client['client_id']}", name="Jana Nováková").expect()
    assert numbers() == ("", "A-17")
    crm.post("clients/edit", {"client_id": client["client_id"], "new_inventory_id": "B-18"})
    assert numbers() == ("B-18", "A-17")


# -- tokens for a password ---------------------------------------------------


def test_a_token_for_a_password_does_no_more_than_its_user(site):
    salon = site.salon()
    crm = connect(site, salon)
    password = "a passphrase of the tests"
    receptionist, stranger = f"receptionist{salon.company_id}", f"stranger{salon.company_id}"
    [users] = site.inside(
        [
            {
                "model": "res.users",
                "create": [
                    {
                        "name": login,
                        "login": login,
                        "password": password,
                        "company_id": company,
                        "company_ids": [company],
                        "group_ids": [group_id(site, "group_receptionist")],
                    }
                    for login, company in ((receptionist, salon.company_id), (stranger, 1))
                ],
            }
        ]
    )
    crm.refused(crm.call("POST", "license/token", data={"username": receptionist}), "password")
    unknown = crm.call("POST", "license/token", data={"username": "no-match", "password": password})
    wrong = crm.call("POST", "license/token", data={"username": receptionist, "password": "wrong"})
    elsewhere = crm.call("POST", "license/token", data={"username": stranger, "password": password})
    assert unknown.body["status"] == "error"
    assert unknown.content == wrong.content == elsewhere.content
    without = copy_of(crm, token=None, secret=None)
    token = without.post("license/token", {"username": receptionist, "password": password})["data"]
    her = copy_of(crm, **token)
    assert her.get("license/view")["status"] == "success"
    assert her.call("POST", "clients/add", data={"client_last_name": "Nováková"}).body["status"] == "success"
    assert her.call("POST", "vendors/add", data={"name": "Gold House"}).status == 508
    site.admin.call("res.users", "write", [users[0]], {"active": False})
    assert her.call("GET", "license/view").status == 508


def test_guessing_passwords_is_stopped(make_site, folder):
    """By Odoo's own limit: after this many failures of an address not even the right password is tried."""
    with make_site("guessing", salons=1, workers=0).serving() as site:
        salon = site.salon()
        salon.api.get("/clients").expect()
        crm = connect(site, salon)
        site.admin.call("ir.config_parameter", "set_param", "base.login_cooldown_after", "3")
        site.admin.call("ir.config_parameter", "set_param", "base.login_cooldown_duration", "600")
        for _ in range(3):
            crm.refused(crm.call("POST", "license/token", data={"username": "admin", "password": "wrong"}))
        crm.refused(crm.call("POST", "license/token", data={"username": "admin", "password": "admin"}))
        assert "Login attempt ignored" in site.log
        assert site.sql("SELECT count(*) FROM klientbox_api_key WHERE clientbook_user_id IS NOT NULL") == [(0,)]


# -- isolation ---------------------------------------------------------------


def test_no_record_of_another_company_is_read_named_or_changed(site, crm, other):
    theirs, ours = stock(other), stock(crm)
    tables = {
        "clients": "klientbox_client",
        "vendors": "res_partner",
        "employee": "klientbox_staff",
        "wishlist": "klientbox_wishlist_item",
        "repairs": "klientbox_repair",
        "purchase": "klientbox_purchase",
        "specialorders": "klientbox_special_order",
    }

    def rows():
        return {
            table: site.sql(f"SELECT md5(t::text) FROM {table} t WHERE id = %s", [int(theirs[family][id_name(family)])])
            for family, table in tables.items()
        }

    before = rows()
    for family in FAMILIES:
        name = id_name(family)
        foreign, missing = theirs[family][name], "2147483647"
        calls = [("POST", f"{family}/{function}") for function in ("edit", "delete")]
        if family == "employee":
            calls.pop()
        for method, url in calls:
            answers = [crm.call(method, url, data={name: number}) for number in (foreign, missing)]
            crm.refused(answers[0], name)
            assert answers[0].content == answers[1].content
        if family != "employee":
            answers = [crm.call("GET", f"{family}/view/id/{number}") for number in (foreign, missing)]
            crm.refused(answers[0], "id")
            assert answers[0].content == answers[1].content
        listed = {row[name] for row in crm.get(f"{family}/list")["data"]}
        assert ours[family][name] in listed
        assert foreign not in listed
    client = ours["clients"]["client_id"]
    for url, member, family, more in (
        ("wishlist/add", "client_id", "clients", {}),
        ("wishlist/add", "vendor_id", "vendors", {"client_id": client}),
        ("wishlist/add", "owner_id", "employee", {"client_id": client}),
        ("repairs/add", "client_id", "clients", {}),
        ("purchase/add", "client_id", "clients", {}),
        ("specialorders/add", "owner_id", "clients", {}),
        ("specialorders/add", "vendor", "vendors", {"owner_id": client}),
        ("clients/add", "user_id", "employee", {"client_last_name": "X"}),
        ("clients/add", "store", "clients", {"client_last_name": "X"}),
    ):
        foreign = theirs[family]["store" if member == "store" else id_name(family)]
        answers = [crm.call("POST", url, data={**more, member: number}) for number in (foreign, "2147483647")]
        crm.refused(answers[0], member)
        assert answers[0].content == answers[1].content
    assert rows() == before


# -- bad input ---------------------------------------------------------------

NASTY = (
    "",
    " ",
    "0",
    "-1",
    "1e400",
    "NaN",
    "9" * 400,
    "\x00",
    "\ud7ff\uffff",
    "'; DROP TABLE klientbox_client; --",
    "<script>alert(1)</script>",
    "%",
    "_",
    "\\",
    "𝒜" * 300,
    "x" * 20_000,
    "2026-13-45 99:99:99",
    "0000-00-00 00:00:00",
    "true",
    "[]",
    "../../etc/passwd",
)
NASTY_JSON = (None, True, 0, -1, 1.5, 10**30, [], {}, [[]], {"a": {"b": []}}, "\x00")


def test_whatever_is_sent_no_error_of_the_server_answers(site, crm):
    """No 5xx and nothing internal, in the vendor's own format: `examine` checks each answer."""
    records = stock(crm)
    chance = random.Random(6)
    for name, route in CONTRACT.operations.items():
        url = route.path.lstrip("/").replace("{id}", "1")
        if name == "licenseToken":
            continue
        for _ in range(6):
            if route.method == "GET":
                query = {each: chance.choice(NASTY) for each in CONTRACT.query(name)}
                crm.call("GET", url.replace("id/1", f"id/{chance.choice(('0', '1', '9' * 30, '٣'))}"), query)
                continue
            family = url.partition("/")[0]
            sent = members(name, family, records, 1)
            for member in chance.sample(sorted(sent), min(3, len(sent))):
                sent[member] = chance.choice(NASTY)
            crm.call("POST", url, data=sent)
            sent[chance.choice(sorted(sent))] = chance.choice(NASTY_JSON)
            crm.call("POST", url, json=sent)
    for content in (b"\xff\xfe", b"{" * 3000, b'{"client_last_name": "\\ud800"}', b"a=%ff%00", b"[" * 9):
        for kind in ("application/json", "application/x-www-form-urlencoded", "text/xml", "multipart/form-data"):
            crm.call("POST", "clients/add", data=content, headers={"Content-Type": kind})
    crm.call("POST", "clients/add", data=b"x" * 2_000_000, headers={"Content-Type": "application/json"})


# -- completeness --------------------------------------------------------------


def test_every_operation_parameter_and_member_was_exercised(crm, records):
    """Every operation of the contract is served and tested above, or in NOT_SERVED. Comes last."""
    test_tokens = {"username", "password"}
    for name in CONTRACT.operations.keys() - NOT_SERVED.keys():
        assert name in EXERCISED.answer, name
        assert EXERCISED.query[name] >= CONTRACT.query(name).keys(), name
        if CONTRACT.body(name):
            sent = test_tokens if name == "licenseToken" else properties(name).keys()
            assert EXERCISED.body[name] >= set(sent), name
    schemas = CONTRACT.tree["components"]["schemas"]
    for family, called in FAMILIES.items():
        schema = schemas[called.capitalize()]
        for function in ("List", "View", "Edit", "Add"):
            if f"{called}{function}" in CONTRACT.operations:
                assert EXERCISED.answer[f"{called}{function}"] == schema["properties"].keys(), (family, function)


def test_the_credentials_are_in_no_log(site, crm):
    for name in CREDENTIALS:
        assert crm.credentials[name] not in site.log, name
