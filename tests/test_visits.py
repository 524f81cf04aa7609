"""Visits through v1: bodies, times and zones, filters, order, and their effect on the client."""

from datetime import date, datetime, timedelta

import pytest

NOON = datetime(2026, 6, 15, 10, 0, 0)  # 12:00 in Prague


@pytest.fixture
def jana(salon):
    return salon.client()


@pytest.fixture
def haircut(site, salon):
    vals = {"name": "Střih", "duration": 45, "price": 590.0, "company_id": salon.company_id}
    return site.admin.call("klientbox.service", "create", [vals])[0]


# -- recording --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"client_id": "required"}),
        ({"client_id": None}, {"client_id": "invalid_type"}),
        ({"client_id": "1"}, {"client_id": "invalid_type"}),
        ({"client_id": 1.5}, {"client_id": "invalid_type"}),
        ({"client_id": True}, {"client_id": "invalid_type"}),
        ({"client_id": 0}, {"client_id": "out_of_range"}),
        ({"client_id": -1}, {"client_id": "out_of_range"}),
        ({"client_id": 2**31 - 1}, {"client_id": "unknown_client"}),
        ({"client_id": 2**31}, {"client_id": "unknown_client"}),
        ({"client_id": 2**63}, {"client_id": "unknown_client"}),
        ({"client_id": 10**30}, {"client_id": "unknown_client"}),
        ({"client_id": 10**30, "service_id": 10**30}, {"client_id": "unknown_client", "service_id": "unknown_service"}),
        ({"client_id": 1, "state": "dreamt", "colour": "red"}, {"state": "invalid_choice", "colour": "unknown_field"}),
        ({"client_id": 1, "state": None}, {"state": "invalid_choice"}),
        ({"client_id": 1, "note": "x" * 10_001}, {"note": "too_long"}),
        ({"client_id": 1, "staff_name": "x" * 256}, {"staff_name": "too_long"}),
        ({"client_id": 1, "note": 5}, {"note": "invalid_type"}),
        ({"client_id": 1, "service_name": "Haircut"}, {"service_name": "unknown_field"}),
    ],
)
def test_a_refused_visit_lists_every_bad_field_and_makes_nothing(empty_salon, body, fields):
    empty_salon.api.post("/visits", **body).invalid(**fields)
    assert empty_salon.api.get("/visits").expect()["total"] == 0


def test_without_date_and_state_it_is_done_now(salon, jana, clock):
    clock.set(NOON)
    visit = salon.api.post("/visits", client_id=jana["id"]).expect(201)
    assert {name: visit[name] for name in visit.keys() - {"id", "created"}} == {
        "client_id": jana["id"],
        "client_name": "Jana Nováková",
        "date": "2026-06-15T12:00:00",
        "state": "done",
        "service_id": None,
        "service_name": None,
        "note": None,
        "staff_name": None,
    }


def test_all_members_come_back_as_they_went(salon, jana, haircut):
    visit = salon.visit(
        jana,
        "2026-04-15T14:00:00",
        service_id=haircut,
        state="no_show",
        note="Řekla: 10 min.\nPak nic.",
        staff_name="Ota",
    )
    assert {name: visit[name] for name in visit.keys() - {"id", "created"}} == {
        "client_id": jana["id"],
        "client_name": "Jana Nováková",
        "date": "2026-04-15T14:00:00",
        "state": "no_show",
        "service_id": haircut,
        "service_name": "Střih",
        "note": "Řekla: 10 min.\nPak nic.",
        "staff_name": "Ota",
    }
    assert salon.api.get("/visits").expect()["data"] == [visit]


def test_empty_optional_members_are_null(salon, jana):
    visit = salon.visit(jana, "2026-04-15T14:00:00", service_id=None, note="", staff_name="")
    assert (visit["service_id"], visit["note"], visit["staff_name"]) == (None, None, None)
    visit = salon.visit(jana, "2026-04-15T14:00:00", note=None, staff_name=None)
    assert (visit["note"], visit["staff_name"]) == (None, None)


def test_staff_of_the_salon_are_known_by_name_and_strangers_stay_as_written(site, salon, jana):
    site.admin.call("klientbox.staff", "create", [{"name": "Ota Říha", "company_id": salon.company_id}])
    assert salon.visit(jana, "2026-04-15T14:00:00", staff_name=" ota riha ")["staff_name"] == "Ota Říha"
    assert salon.visit(jana, "2026-04-15T15:00:00", staff_name="Dr. Made Up")["staff_name"] == "Dr. Made Up"


def test_an_archived_service_is_refused(site, salon, jana, haircut):
    site.admin.call("klientbox.service", "write", [haircut], {"active": False})
    salon.api.post("/visits", client_id=jana["id"], service_id=haircut).invalid(service_id="unknown_service")
    assert salon.api.get("/visits").expect()["total"] == 0


# -- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-04-15T14:00:00", "2026-04-15T14:00:00"),
        ("2026-04-15T14:00", "2026-04-15T14:00:00"),
        ("2026-04-15", "2026-04-15T00:00:00"),
        ("2026-04-15T12:00:00Z", "2026-04-15T14:00:00"),
        ("2026-04-15T14:00:00+02:00", "2026-04-15T14:00:00"),
        ("2026-04-15T08:00:00-0400", "2026-04-15T14:00:00"),
        ("2026-04-15T23:30:00Z", "2026-04-16T01:30:00"),
        ("2026-01-15T12:00:00Z", "2026-01-15T13:00:00"),
        # The night of 29 March 2026 has no 2 o'clock: such a time means the hour after.
        ("2026-03-29T01:59:59", "2026-03-29T01:59:59"),
        ("2026-03-29T02:30:00", "2026-03-29T03:30:00"),
        ("2026-03-29T03:00:00", "2026-03-29T03:00:00"),
        ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00"),
        # The night of 26 October 2025 has it twice: without an offset it is the first.
        ("2025-10-26T02:30:00", "2025-10-26T02:30:00"),
        ("2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00"),
        ("2025-10-26T02:30:00+01:00", "2025-10-26T02:30:00"),
        ("2025-10-26T01:30:00Z", "2025-10-26T02:30:00"),
    ],
)
def test_a_date_is_the_companys_local_time(salon, jana, written, kept):
    assert salon.visit(jana, written)["date"] == kept


def test_the_hour_that_happens_twice_is_kept_apart_by_its_offset(salon, jana):
    first = salon.visit(jana, "2025-10-26T02:30:00+02:00")["id"]
    second = salon.visit(jana, "2025-10-26T02:30:00+01:00")["id"]
    unsaid = salon.visit(jana, "2025-10-26T02:30:00")["id"]
    assert [visit["id"] for visit in salon.api.get("/visits").expect()["data"]] == [second, unsaid, first]


def test_another_zone_of_the_company_is_another_local_time(site, salon, jana):
    site.settings(salon, timezone="America/New_York")
    assert salon.visit(jana, "2026-04-15T12:00:00Z")["date"] == "2026-04-15T08:00:00"
    assert salon.visit(jana, "2026-04-15T20:00:00")["date"] == "2026-04-15T20:00:00"
    assert salon.api.get("/visits", date_from="2026-04-15", date_to="2026-04-15").expect()["total"] == 2
    site.settings(salon, timezone="Asia/Tokyo")
    dates = [visit["date"] for visit in salon.api.get("/visits").expect()["data"]]
    assert dates == ["2026-04-16T09:00:00", "2026-04-15T21:00:00"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "invalid_datetime"),
        ("tomorrow", "invalid_datetime"),
        ("15.4.2026", "invalid_datetime"),
        ("2026-04-31T10:00:00", "invalid_datetime"),
        ("2026-02-29", "invalid_datetime"),
        ("2026-04-15T24:30:00", "invalid_datetime"),
        ("2026-04-15T10:60:00", "invalid_datetime"),
        ("2026-04-15T10:00:00+25:00", "invalid_datetime"),
        ("2026-04-15T10", "invalid_datetime"),
        ("20260415", "invalid_datetime"),
        ("٢٠٢٦-04-15", "invalid_datetime"),
        (1_776_254_400, "invalid_datetime"),
        (None, "invalid_datetime"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
        ("1899-12-31T23:59:59", "out_of_range"),
        ("9999-12-31T23:59:59-12:00", "out_of_range"),
    ],
)
def test_a_date_that_is_none_is_refused(empty_salon, written, code):
    empty_salon.api.post("/visits", client_id=1, date=written).invalid(date=code)


def test_a_visit_that_is_done_lies_in_the_past(salon, jana, clock):
    clock.set(NOON)
    for written in ("2026-06-15T12:00:01", "2026-06-15T10:00:01Z", "2026-06-16"):
        salon.api.post("/visits", client_id=jana["id"], date=written, state="done").invalid(date="done_in_future")
    assert salon.api.get("/visits").expect()["total"] == 0
    assert salon.visit(jana, "2026-06-15T12:00:00", state="done")["date"] == "2026-06-15T12:00:00"
    for state in ("scheduled", "arrived", "no_show", "cancelled"):
        assert salon.visit(jana, "2026-06-16T12:00:00", state=state)["state"] == state


# -- the effect of a visit on the client ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (0, "active"),
        (59, "active"),
        (60, "active"),
        (61, "warning"),
        (90, "warning"),
        (91, "inactive"),
        (180, "inactive"),
        (181, "lost"),
        (4000, "lost"),
    ],
)
def test_status_follows_from_the_days_since_the_last_visit_at_once(salon, jana, clock, days, status):
    clock.set(NOON)
    day = date(2026, 6, 15) - timedelta(days=days)
    salon.visit(jana, f"{day}T09:00:00")
    client = salon.api.get(f"/clients/{jana['id']}").expect()
    assert (client["status"], client["days_since_visit"], client["last_visit_date"], client["total_visits"]) == (
        status,
        days,
        str(day),
        1,
    )


def test_days_are_counted_by_the_companys_midnight(salon, jana, clock):
    salon.visit(jana, "2026-06-14T23:59:59")
    clock.set(datetime(2026, 6, 14, 21, 59, 59))  # 23:59:59 in Prague
    assert salon.api.get(f"/clients/{jana['id']}").expect()["days_since_visit"] == 0
    clock.set(datetime(2026, 6, 14, 22, 0, 0))
    assert salon.api.get(f"/clients/{jana['id']}").expect()["days_since_visit"] == 1


def test_only_done_visits_count(salon, jana):
    for state in ("scheduled", "arrived", "no_show", "cancelled"):
        salon.visit(jana, "2026-04-15T14:00:00", state=state)
    assert salon.api.get(f"/clients/{jana['id']}").expect() == jana


def test_the_last_visit_is_the_latest_not_the_newest_record(salon, jana):
    salon.visit(jana, "2026-04-15T14:00:00")
    salon.visit(jana, "2026-02-15T14:00:00")
    client = salon.api.get(f"/clients/{jana['id']}").expect()
    assert (client["last_visit_date"], client["total_visits"]) == ("2026-04-15", 2)


def test_sixteen_visits_of_a_client_at_once_are_all_counted(salon, jana, at_once):
    answers = at_once(
        16,
        lambda number: salon.api.copy().post(
            "/visits", client_id=jana["id"], date=f"2026-04-{number + 1:02}T14:00:00", state="done"
        ),
    )
    assert [answer.status for answer in answers] == [201] * 16
    client = salon.api.get(f"/clients/{jana['id']}").expect()
    assert (client["total_visits"], client["last_visit_date"]) == (16, "2026-04-16")


# -- lists ------------------------------------------------------------------------------------------------------------


def ids(answer):
    return [visit["id"] for visit in answer.expect()["data"]]


def test_visits_come_newest_first_and_at_one_moment_the_later_record_first(salon, jana):
    middle = salon.visit(jana, "2026-04-15T14:00:00")["id"]
    oldest = salon.visit(jana, "2026-04-14T14:00:00")["id"]
    newest = salon.visit(jana, "2026-04-16T14:00:00")["id"]
    twin = salon.visit(jana, "2026-04-15T14:00:00")["id"]
    assert ids(salon.api.get("/visits")) == [newest, twin, middle, oldest]
    assert ids(salon.api.get("/visits", per_page=2, page=2)) == [middle, oldest]
    body = salon.api.get("/visits", per_page=2, page=9).expect()
    assert (body["data"], body["total"], body["page"], body["per_page"]) == ([], 4, 9, 2)


def test_filters_go_together(salon, jana):
    eva = salon.client("Eva", "+420601000002")
    done = salon.visit(jana, "2026-04-15T14:00:00")["id"]
    cancelled = salon.visit(jana, "2026-04-15T15:00:00", state="cancelled")["id"]
    hers = salon.visit(eva, "2026-04-15T16:00:00")["id"]
    assert ids(salon.api.get("/visits", client_id=jana["id"])) == [cancelled, done]
    assert ids(salon.api.get("/visits", state="done")) == [hers, done]
    assert ids(salon.api.get("/visits", client_id=jana["id"], state="done", date_from="2026-04-15")) == [done]
    assert ids(salon.api.get("/visits", client_id=jana["id"], state="arrived")) == []


@pytest.mark.parametrize("day", ["2026-03-29", "2025-10-26", "2026-06-15"])
def test_date_from_and_date_to_include_the_whole_local_day(salon, jana, day):
    before, after = (date.fromisoformat(day) + timedelta(days=shift) for shift in (-1, 1))
    salon.visit(jana, f"{before}T23:59:59")
    first = salon.visit(jana, f"{day}T00:00:00")["id"]
    last = salon.visit(jana, f"{day}T23:59:59")["id"]
    salon.visit(jana, f"{after}T00:00:00")
    assert ids(salon.api.get("/visits", date_from=day, date_to=day)) == [last, first]
    assert len(ids(salon.api.get("/visits", date_from=day))) == 3
    assert len(ids(salon.api.get("/visits", date_to=day))) == 3


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"date_from": "2026-04-16", "date_to": "2026-04-15"}, {"date_to": "out_of_range"}),
        ({"date_from": "yesterday"}, {"date_from": "invalid_date"}),
        ({"date_to": "2026-04-31"}, {"date_to": "invalid_date"}),
        ({"date_to": "2026-04-15T00:00:00"}, {"date_to": "invalid_date"}),
        ({"date_to": "15. 4. 2026"}, {"date_to": "invalid_date"}),
        ({"state": "dreamt"}, {"state": "invalid_choice"}),
        ({"client_id": "0"}, {"client_id": "out_of_range"}),
        ({"client_id": "-1"}, {"client_id": "invalid_number"}),
        ({"client_id": "Jana"}, {"client_id": "invalid_number"}),
        (
            {"client_id": "Jana", "state": "x", "a": "b"},
            {"client_id": "invalid_number", "state": "invalid_choice", "a": "unknown_field"},
        ),
    ],
)
def test_a_bad_filter_is_refused(empty_salon, query, fields):
    empty_salon.api.get("/visits", **query).invalid(**fields)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_edge_of_the_calendar_is_a_day(salon, jana, day):
    salon.visit(jana, "2026-04-15T14:00:00")
    found = 1 if day == "9999-12-31" else 0
    assert salon.api.get("/visits", date_to=day).expect()["total"] == found
    assert salon.api.get("/visits", date_from=day).expect()["total"] == 1 - found


@pytest.mark.parametrize("client_id", [2**31 - 1, 2**31, 10**17])
def test_visits_of_an_id_that_never_was_are_none(empty_salon, client_id):
    assert empty_salon.api.get("/visits", client_id=client_id).expect()["data"] == []
