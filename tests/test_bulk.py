"""Many clients or visits in one call: an invalid one gets its own error and affects no other."""

import time

import pytest


def client(number, **members):
    return {"name": f"Client {number}", "phone": f"+4206010{number:05}", **members}


def codes_of(result):
    """{field: code} of a result."""
    return {detail["field"]: detail["code"] for detail in result["error"]["details"]}


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/clients/bulk", "/visits/bulk"])
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"items": "required"}),
        ({"items": None}, {"items": "invalid_type"}),
        ({"items": {}}, {"items": "invalid_type"}),
        ({"items": []}, {"items": "required"}),
        ({"items": [{}] * 501}, {"items": "too_long"}),
        ({"items": [{}], "dry_run": True}, {"dry_run": "unknown_field"}),
    ],
)
def test_a_request_that_is_no_list_of_items_is_refused_as_a_whole(empty_salon, path, body, fields):
    empty_salon.api.post(path, **body).invalid(**fields)


def test_only_post_is_allowed(empty_salon):
    answer = empty_salon.api.get("/clients/bulk")
    answer.refused(405, "method_not_allowed")
    assert answer.headers["Allow"] == "OPTIONS, POST"


# -- clients ----------------------------------------------------------------------------------------------------------


def test_one_bad_item_loses_none_of_the_others(salon):
    there = salon.client("Jana", "+420601999999", external_id="X1")
    items = [
        client(1, email="one@example.com", notes="VIP", external_id="A1"),
        client(2, phone="601 999 999"),
        {"name": "", "phone": "x", "colour": "red"},
        client(3),
        client(4, phone="+420601000003"[:-5] + "00003"),
        client(5, external_id="X1"),
        client(6, external_id="A1"),
        "Petr",
        client(7, sms_opt_out=True),
    ]
    body = salon.api.post("/clients/bulk", items=items).expect()
    assert (body["created"], body["failed"]) == (3, 6)
    assert [result["index"] for result in body["results"]] == list(range(9))
    assert [result["status"] for result in body["results"]] == [201, 400, 400, 201, 400, 400, 400, 400, 201]
    refused = {result["index"]: codes_of(result) for result in body["results"] if result["status"] == 400}
    assert refused == {
        1: {"phone": "phone_taken"},
        2: {"name": "required", "phone": "invalid_phone", "colour": "unknown_field"},
        4: {"phone": "phone_taken"},
        5: {"external_id": "external_id_taken"},
        6: {"external_id": "external_id_taken"},
        7: {"body": "invalid_type"},
    }
    assert body["results"][1] == {
        "index": 1,
        "status": 400,
        "id": None,
        "data": None,
        "error": {
            "code": "phone_taken",
            "message": "Another client of this company has this phone.",
            "details": [
                {
                    "field": "phone",
                    "code": "phone_taken",
                    "message": "Another client of this company has this phone.",
                }
            ],
        },
    }
    made = [result["data"] for result in body["results"] if result["data"]]
    assert [(row["name"], row["external_id"], row["sms_opt_out"]) for row in made] == [
        ("Client 1", "A1", False),
        ("Client 3", None, False),
        ("Client 7", None, True),
    ]
    assert salon.api.pages("/clients") == [there, *made]


def test_items_are_refused_as_single_ones_are(salon):
    salon.client("Jana", "+420601999999")
    for item in ({}, client(1, phone="601999999"), client(1, email="x"), client(1, name=5), client(1, id=7)):
        [result] = salon.api.post("/clients/bulk", items=[item]).expect()["results"]
        alone = salon.api.post("/clients", **item)
        assert alone.status == result["status"] == 400
        assert {name: alone.error.get(name) for name in ("code", "message", "details")} == result["error"]


def test_five_hundred_at_once_are_quick_and_count_as_one_request(site, salon):
    key = site.new_key(salon, rate_limit=1)
    items = [client(number) for number in range(500)]
    items[250] = client(250, phone="nonsense")
    start = time.monotonic()
    body = salon.api.with_key(key).post("/clients/bulk", items=items).expect()
    print(f"500 clients in {time.monotonic() - start:.2f} s")
    assert (body["created"], body["failed"]) == (499, 1)
    assert salon.api.get("/clients").expect()["total"] == 499


def test_two_who_bring_the_same_people_at_once_make_each_of_them_once(salon, at_once):
    items = [client(number) for number in range(40)]
    answers = at_once(4, lambda _number: salon.api.copy().post("/clients/bulk", items=items))
    bodies = [answer.expect() for answer in answers]
    assert sum(body["created"] for body in bodies) == 40
    codes = {str(codes_of(result)) for body in bodies for result in body["results"] if result["error"]}
    assert codes == {str({"phone": "phone_taken"})}
    assert salon.api.get("/clients").expect()["total"] == 40


# -- visits -----------------------------------------------------------------------------------------------------------


def test_visits_are_taken_or_refused_each_by_itself(site, salon):
    jana = salon.client()
    gone = salon.client("Gone", "+420601000009")
    salon.api.delete(f"/clients/{gone['id']}").expect()
    foreign = site.salon().client()
    service = salon.api.post("/services", name="Střih", price=490).expect(201)
    items = [
        {"client_id": jana["id"], "date": "2026-04-01T10:00:00", "service_id": service["id"], "staff_name": "Ota"},
        {"client_id": foreign["id"], "service_id": 2**31 - 1},
        {"client_id": jana["id"], "date": "2126-04-01T10:00:00"},
        {"client_id": jana["id"], "date": "2126-04-01T10:00:00", "state": "scheduled"},
        {"client_id": gone["id"]},
        {"client_id": jana["id"], "date": "2026-04-02T10:00:00", "state": "no_show", "note": "sorry"},
    ]
    body = salon.api.post("/visits/bulk", items=items).expect()
    assert (body["created"], body["failed"]) == (3, 3)
    assert {result["index"]: codes_of(result) for result in body["results"] if result["error"]} == {
        1: {"client_id": "unknown_client", "service_id": "unknown_service"},
        2: {"date": "done_in_future"},
        4: {"client_id": "unknown_client"},
    }
    made = [result["data"] for result in body["results"] if result["data"]]
    assert [(row["state"], row["service_name"], row["staff_name"], row["note"]) for row in made] == [
        ("done", "Střih", "Ota", None),
        ("scheduled", None, None, None),
        ("no_show", None, None, "sorry"),
    ]
    assert salon.api.pages("/visits", sort="id") == made
    assert salon.api.get(f"/clients/{jana['id']}").expect()["total_visits"] == 1


def test_visits_count_for_their_clients_at_once(salon):
    jana, eva = salon.client(), salon.client("Eva", "+420601000002")
    items = [{"client_id": (jana, eva)[day % 2]["id"], "date": f"2026-04-{day + 1:02}"} for day in range(9)]
    assert salon.api.post("/visits/bulk", items=items).expect()["created"] == 9
    counted = [(row["total_visits"], row["last_visit_date"]) for row in salon.api.pages("/clients")]
    assert counted == [(5, "2026-04-09"), (4, "2026-04-08")]
