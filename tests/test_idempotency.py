"""Idempotency-Key: a repeated call takes effect once and gets the same answer, with the same bytes."""

import itertools

import pytest

TWINS = 16
_numbers = itertools.count(1)


@pytest.fixture
def key():
    """A key for one test."""
    return f"order-{next(_numbers)}"


def create(api, key, name="Jana", phone="+420601000001", **members):
    body = {"name": name, "phone": phone, **members}
    return api.request("POST", "/clients", json=body, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("bad", ["", "with space", "x" * 256, "\u00e1".encode().decode("latin-1"), "tab\there"])
def test_a_key_that_is_none_is_refused(salon, bad):
    answer = create(salon.api, bad)
    answer.refused(400, "invalid_request", **{"Idempotency-Key": "invalid_idempotency_key"})
    assert salon.api.get("/clients").expect()["total"] == 0


def test_the_same_key_for_another_call_is_refused(salon, key):
    first = create(salon.api, key).expect(201)
    create(salon.api, key, name="Eva").refused(422, "idempotency_key_reused")
    headers = {"Idempotency-Key": key}
    other = salon.api.request("PATCH", f"/clients/{first['id']}", json={"notes": "x"}, headers=headers)
    other.refused(422, "idempotency_key_reused")
    assert salon.api.pages("/clients") == [first]


def test_a_repeated_call_is_answered_with_the_same_bytes_and_acts_once(salon, key):
    first = create(salon.api, key)
    assert (first.status, "Idempotency-Replayed" in first.headers) == (201, False)
    salon.api.patch(f"/clients/{first.body['id']}", notes="changed meanwhile").expect()
    for _ in range(3):
        again = create(salon.api, key)
        assert (again.status, again.content, again.headers["ETag"]) == (201, first.content, first.headers["ETag"])
        assert again.headers["Idempotency-Replayed"] == "true"
    assert salon.api.get("/clients").expect()["total"] == 1


def test_the_order_of_members_makes_no_other_call(salon, key):
    first = create(salon.api, key, email="jana@example.com")
    body = '{"phone": "+420601000001", "email": "jana@example.com", "name":    "Jana"}'
    again = salon.api.request("POST", "/clients", data=body, headers={"Idempotency-Key": key})
    assert again.content == first.content


def test_sixteen_twins_at_once_make_one(salon, key, at_once):
    answers = at_once(TWINS, lambda _number: create(salon.api.copy(), key))
    made = [answer for answer in answers if answer.status == 201]
    for answer in answers:
        if answer.status != 201:
            answer.refused(409, "idempotency_in_progress")
            assert answer.headers["Retry-After"] == "1"
    assert len({answer.content for answer in made}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in made) == 1
    assert salon.api.get("/clients").expect()["total"] == 1


def test_a_refusal_of_the_operation_is_kept_and_one_of_the_shape_is_not(salon, key):
    salon.client()
    taken = create(salon.api, key, name="Eva")
    taken.refused(400, "phone_taken", phone="phone_taken")
    again = create(salon.api, key, name="Eva")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (taken.content, "true")
    create(salon.api, key + "b", name="").invalid(name="required")
    create(salon.api, key + "b", phone="+420601000002").expect(201)


def test_what_was_not_there_is_not_kept(salon, key):
    headers = {"Idempotency-Key": key}
    salon.api.request("PATCH", "/clients/999999999", json={"notes": "x"}, headers=headers).refused(404, "not_found")
    client = salon.client()
    answer = salon.api.request("PATCH", f"/clients/{client['id']}", json={"notes": "x"}, headers=headers)
    assert answer.expect()["notes"] == "x"


def test_keys_belong_to_the_api_key(site, salon, key):
    create(salon.api, key).expect(201)
    other = salon.api.with_key(site.new_key(salon))
    answer = create(other, key, name="Eva", phone="+420601000002")
    assert answer.expect(201)["name"] == "Eva"


def test_the_claim_of_a_dead_process_runs_out(site, salon, key):
    create(salon.api, key).expect(201)
    # The state after a process has died between claim and answer.
    [[key_id]] = site.sql("SELECT key_id FROM klientbox_idempotency_answer WHERE name = %s", [key])
    copy = "INSERT INTO klientbox_idempotency_claim SELECT key_id, %s, fingerprint, 'dead', clock_timestamp() - %s * "
    copy += "interval '1 s' FROM klientbox_idempotency_claim WHERE key_id = %s AND name = %s"
    site.sql("UPDATE klientbox_client SET active = false WHERE company_id = %s", [salon.company_id])
    site.sql(copy, [key + "-fresh", 55, key_id, key])
    site.sql(copy, [key + "-old", 61, key_id, key])
    create(salon.api, key + "-fresh").refused(409, "idempotency_in_progress")
    create(salon.api, key + "-old").expect(201)


def test_after_a_day_the_key_may_be_used_again(site, salon, key):
    first = create(salon.api, key).expect(201)
    statement = (
        "UPDATE klientbox_idempotency_answer SET answered_at = answered_at - interval '24 hours' WHERE name = %s"
    )
    site.sql(statement, [key])
    site.sql(
        "UPDATE klientbox_idempotency_claim SET claimed_at = claimed_at - interval '24 hours' WHERE name = %s", [key]
    )
    second = create(salon.api, key, name="Eva", phone="+420601000002").expect(201)
    assert second["id"] != first["id"]


def test_reading_and_deleting_need_no_key(salon, key):
    client = salon.client()
    for method in ("GET", "DELETE"):
        answer = salon.api.request(method, f"/clients/{client['id']}", headers={"Idempotency-Key": key})
        answer.expect()
        assert "Idempotency-Replayed" not in answer.headers
