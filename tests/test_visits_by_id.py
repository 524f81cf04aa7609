"""One visit through v1: reading, changing and cancelling it."""

from datetime import datetime

import pytest

NOON = datetime(2026, 6, 15, 10, 0, 0)  # 12:00 in Prague


@pytest.fixture
def jana(salon):
    return salon.client()


@pytest.fixture
def haircut(salon):
    return salon.api.post("/services", name="Střih", duration_minutes=45, price=590).expect(201)


@pytest.fixture
def visit(salon, jana, haircut):
    return salon.visit(
        jana, "2026-06-10T14:00:00", state="scheduled", service_id=haircut["id"], note="Poprvé", staff_name="Ota"
    )


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_foreign_visit_looks_like_one_that_never_was(salon, visit, empty_salon, method):
    options = {"json": {"note": "mine"}} if method in ("PUT", "PATCH") else {}
    for number in (visit["id"], 2**31 - 1, 2**31):
        empty_salon.api.request(method, f"/visits/{number}", **options).refused(404, "not_found")
    assert salon.api.get(f"/visits/{visit['id']}").expect() == visit


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"body": "required"}),
        ({"date": None}, {"date": "invalid_datetime"}),
        ({"date": "tomorrow", "state": "dreamt"}, {"date": "invalid_datetime", "state": "invalid_choice"}),
        ({"state": None}, {"state": "invalid_choice"}),
        ({"service_id": 2**31 - 1}, {"service_id": "unknown_service"}),
        ({"service_id": 10**30}, {"service_id": "unknown_service"}),
        ({"service_id": 0}, {"service_id": "out_of_range"}),
        ({"note": "x" * 10_001, "staff_name": "x" * 256}, {"note": "too_long", "staff_name": "too_long"}),
        ({"client_id": 1}, {"client_id": "read_only"}),
        ({"client_name": "Eva", "id": 7, "note": "x"}, {"client_name": "read_only", "id": "read_only"}),
        ({"service_name": "Barva", "colour": "red"}, {"service_name": "read_only", "colour": "unknown_field"}),
        ({"state": "done", "date": "2126-06-15T12:00:01"}, {"date": "done_in_future"}),
    ],
)
def test_a_refused_change_lists_every_bad_field_and_changes_nothing(salon, visit, body, fields):
    salon.api.patch(f"/visits/{visit['id']}", **body).invalid(**fields)
    assert salon.api.get(f"/visits/{visit['id']}").expect() == visit


def test_the_service_of_another_salon_is_none(site, salon, visit):
    theirs = site.salon().api.post("/services", name="Holení").expect(201)
    salon.api.patch(f"/visits/{visit['id']}", service_id=theirs["id"]).invalid(service_id="unknown_service")


# -- changing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_only_what_is_sent_is_changed(salon, visit, method):
    path = f"/visits/{visit['id']}"
    changed = salon.api.request(method, path, json={"date": "2026-06-11T13:30:00Z"}).expect()
    assert changed == {**visit, "date": "2026-06-11T15:30:00"}
    changed = salon.api.request(method, path, json={"staff_name": "Petr", "note": None}).expect()
    assert changed == {**visit, "date": "2026-06-11T15:30:00", "staff_name": "Petr", "note": None}
    assert salon.api.get(path).expect() == changed


def test_what_was_read_can_be_sent_back(salon, visit):
    path = f"/visits/{visit['id']}"
    tag = salon.api.get(path).headers["ETag"]
    assert salon.api.put(path, **visit).expect() == visit
    assert salon.api.get(path).headers["ETag"] == tag
    salon.api.delete(f"/services/{visit['service_id']}").expect()
    assert salon.api.put(path, **{**visit, "note": "Podruhé"}).expect() == {**visit, "note": "Podruhé"}


def test_null_clears_service_note_and_staff(salon, visit):
    changed = salon.api.patch(f"/visits/{visit['id']}", service_id=None, note=None, staff_name=None).expect()
    assert changed == {**visit, "service_id": None, "service_name": None, "note": None, "staff_name": None}


def test_a_visit_that_becomes_done_counts_at_once(salon, jana, visit, clock):
    clock.set(NOON)
    salon.api.patch(f"/visits/{visit['id']}", state="done").expect()
    client = salon.api.get(f"/clients/{jana['id']}").expect()
    assert (client["status"], client["total_visits"], client["last_visit_date"]) == ("active", 1, "2026-06-10")
    salon.api.patch(f"/visits/{visit['id']}", date="2026-04-01T10:00:00").expect()
    client = salon.api.get(f"/clients/{jana['id']}").expect()
    assert (client["status"], client["total_visits"], client["last_visit_date"]) == ("warning", 1, "2026-04-01")


def test_an_archived_client_s_visit_can_still_be_settled(salon, jana, visit):
    salon.api.delete(f"/clients/{jana['id']}").expect()
    assert salon.api.patch(f"/visits/{visit['id']}", state="no_show").expect() == {**visit, "state": "no_show"}


# -- cancelling -------------------------------------------------------------------------------------------------------


def test_a_visit_is_cancelled_and_stays(salon, jana, visit):
    path = f"/visits/{visit['id']}"
    salon.api.patch(path, state="done", date="2026-01-10T14:00:00").expect()
    cancelled = {**visit, "state": "cancelled", "date": "2026-01-10T14:00:00"}
    first = salon.api.delete(path)
    assert first.expect() == cancelled
    second = salon.api.delete(path)
    assert (second.expect(), second.headers["ETag"]) == (cancelled, first.headers["ETag"])
    assert salon.api.get(path).expect() == cancelled
    assert salon.api.get("/visits").expect()["data"] == [cancelled]
    assert salon.api.get(f"/clients/{jana['id']}").expect() == jana
