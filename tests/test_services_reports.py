"""Services and the two reports through v1."""

from datetime import datetime

import pytest

NOON = datetime(2026, 6, 15, 10, 0, 0)  # 12:00 in Prague, in the middle of a month
NOTHING = {"sent": 0, "delivered": 0, "replied": 0, "failed": 0}


def add_services(site, salon, *services):
    return site.admin.call(
        "klientbox.service", "create", [{"company_id": salon.company_id, **service} for service in services]
    )


def test_services_come_in_the_salons_order_with_their_page(site, salon):
    made = add_services(
        site,
        salon,
        {"name": "Střih", "duration": 45, "price": 590.5, "sequence": 20},
        {"name": "Barva", "duration": 120, "price": 0, "sequence": 10},
        {"name": "Archived", "active": False},
        {"name": "Čištění", "duration": 15, "price": 99.99, "sequence": 20},
    )
    body = salon.api.get("/services").expect()
    assert body["data"][0] == {"id": made[1], "name": "Barva", "duration_minutes": 120, "price": 0.0, "active": True}
    assert {service["name"]: service["price"] for service in body["data"]} == {
        "Barva": 0.0,
        "Střih": 590.5,
        "Čištění": 99.99,
    }
    assert (body["total"], body["page"], body["per_page"]) == (3, 1, 200)
    second = salon.api.get("/services", per_page=1, page=2).expect()
    assert (len(second["data"]), second["total"], second["page"], second["per_page"]) == (1, 3, 2, 1)
    assert salon.api.get("/services", page=9).expect()["data"] == []


def test_a_salon_without_services_has_an_empty_list(empty_salon):
    assert empty_salon.api.get("/services").expect() == {"data": [], "total": 0, "page": 1, "per_page": 200}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name": "required"}),
        ({"name": " ", "price": 1}, {"name": "required"}),
        ({"name": "x" * 256}, {"name": "too_long"}),
        ({"name": "Střih", "price": -0.01}, {"price": "out_of_range"}),
        ({"name": "Střih", "price": 1e300}, {"price": "out_of_range"}),
        ({"name": "Střih", "price": "490"}, {"price": "invalid_type"}),
        ({"name": "Střih", "duration_minutes": 0}, {"duration_minutes": "out_of_range"}),
        ({"name": "Střih", "duration_minutes": 30.5}, {"duration_minutes": "invalid_type"}),
        ({"name": "Střih", "duration_minutes": 2**31}, {"duration_minutes": "out_of_range"}),
        (
            {"name": "Střih", "active": True, "company_id": 1},
            {"active": "unknown_field", "company_id": "unknown_field"},
        ),
    ],
)
def test_a_refused_service_lists_every_bad_field_and_makes_nothing(empty_salon, body, fields):
    empty_salon.api.post("/services", **body).invalid(**fields)
    assert empty_salon.api.get("/services").expect()["total"] == 0


def test_a_service_is_made_read_changed_and_taken_away(salon):
    service = salon.api.post("/services", name=" Střih ", duration_minutes=45, price=590.5).expect(201)
    assert service == {"id": service["id"], "name": "Střih", "duration_minutes": 45, "price": 590.5, "active": True}
    path = f"/services/{service['id']}"
    assert salon.api.get(path).expect() == service
    assert salon.api.put(path, **service).expect() == service
    assert salon.api.patch(path, price=600).expect() == {**service, "price": 600.0}
    salon.api.patch(path, active=False).invalid(active="read_only")
    salon.api.patch(path, name=None, price=None).invalid(name="invalid_type", price="invalid_type")
    changed = salon.api.put(path, name="Střih a foukaná", duration_minutes=60).expect()
    assert changed == {**service, "name": "Střih a foukaná", "duration_minutes": 60, "price": 600.0}
    assert salon.api.get("/services").expect()["data"] == [changed]
    assert salon.api.delete(path).expect() == {"deleted": True, "id": service["id"]}
    for method in ("GET", "DELETE"):
        salon.api.request(method, path).refused(404, "not_found")
    assert salon.api.get("/services").expect()["data"] == []


def test_a_service_needs_no_more_than_a_name(salon):
    service = salon.api.post("/services", name="Barva").expect(201)
    assert service == {"id": service["id"], "name": "Barva", "duration_minutes": 30, "price": 0.0, "active": True}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_foreign_service_looks_like_one_that_never_was(salon, empty_salon, method):
    service = salon.api.post("/services", name="Barva").expect(201)
    options = {"json": {"name": "mine"}} if method in ("PUT", "PATCH") else {}
    for number in (service["id"], 2**31 - 1):
        empty_salon.api.request(method, f"/services/{number}", **options).refused(404, "not_found")
    assert salon.api.get("/services").expect()["data"] == [service]


# -- summary ----------------------------------------------------------------------------------------------------------


def test_the_summary_of_an_empty_salon_is_all_zeros(empty_salon):
    assert empty_salon.api.get("/reports/summary").expect() == {
        "total_clients": 0,
        "status_breakdown": {"new": 0, "active": 0, "warning": 0, "inactive": 0, "lost": 0},
        "visits_today": 0,
        "messages_this_month": 0,
    }


def test_the_summary_counts_clients_by_status_and_not_the_deleted(salon, clock):
    clock.set(NOON)
    for number, day in enumerate(["2026-06-01", "2026-06-02", "2026-04-01", "2026-03-01", "2025-01-01", None]):
        client = salon.client(f"Client {number}", f"+42060100000{number}")
        if day:
            salon.visit(client, f"{day}T10:00:00")
    salon.api.delete(f"/clients/{salon.client('Gone', '+420601999999')['id']}").expect()
    body = salon.api.get("/reports/summary").expect()
    assert body["status_breakdown"] == {"new": 1, "active": 2, "warning": 1, "inactive": 1, "lost": 1}
    assert body["total_clients"] == 6


def test_visits_today_are_those_of_the_local_day_that_took_or_will_take_place(salon, clock):
    clock.set(NOON)
    client = salon.client()
    for state in ("scheduled", "arrived", "no_show", "cancelled"):
        salon.visit(client, "2026-06-15T18:00:00", state=state)
    salon.visit(client, "2026-06-15T00:00:00")
    salon.visit(client, "2026-06-15T23:59:59", state="scheduled")
    salon.visit(client, "2026-06-14T23:59:59")
    salon.visit(client, "2026-06-16T00:00:00", state="scheduled")
    assert salon.api.get("/reports/summary").expect()["visits_today"] == 4


# -- messages ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def writer(site):
    """A salon with messages of all kinds in May and June 2026."""
    salon = site.salon()
    client = salon.client()

    def message(day, trigger, state, direction="out", channel="sms"):
        return {
            "company_id": salon.company_id,
            "client_id": client["id"],
            "day": day,
            "trigger": trigger,
            "state": state,
            "direction": direction,
            "channel": channel,
        }

    site.inside(
        [
            {
                "model": "klientbox.message",
                "create": [
                    message("2026-05-31", "warning", "delivered"),
                    message("2026-06-01", "warning", "sent"),
                    message("2026-06-01", "warning", "delivered", channel="email"),
                    message("2026-06-02", "warning", "replied"),
                    message("2026-06-10", "inactive", "failed"),
                    message("2026-06-15", "lost", "delivered"),
                    message("2026-06-15", False, "sent"),
                    message("2026-06-15", "lost", "queued"),
                    message("2026-06-15", "lost", "delivered", direction="in"),
                    message("2026-06-16", "lost", "delivered"),
                    message(False, "lost", "queued"),
                ],
            }
        ]
    )
    return salon


def test_messages_this_month_are_those_handed_over_from_the_first_until_today(writer, clock):
    clock.set(NOON)
    assert writer.api.get("/reports/summary").expect()["messages_this_month"] == 6
    clock.set(datetime(2026, 5, 31, 21, 59, 59))  # the last second of May in Prague
    assert writer.api.get("/reports/summary").expect()["messages_this_month"] == 1
    clock.set(datetime(2026, 5, 31, 22, 0, 0))
    assert writer.api.get("/reports/summary").expect()["messages_this_month"] == 2


def test_the_reactivation_report_is_by_default_of_this_month_until_today(writer, clock):
    clock.set(NOON)
    body = writer.api.get("/reports/reactivation").expect()
    assert body == {
        "date_from": "2026-06-01",
        "date_to": "2026-06-15",
        "total_sent": 5,
        "delivered": 3,
        "replied": 1,
        "failed": 1,
        "by_trigger": {
            "warning": {"sent": 3, "delivered": 2, "replied": 1, "failed": 0},
            "inactive": {"sent": 1, "delivered": 0, "replied": 0, "failed": 1},
            "lost": {"sent": 1, "delivered": 1, "replied": 0, "failed": 0},
        },
    }
    assert writer.api.get("/reports/reactivation", date_from="2026-06-01", date_to="2026-06-15").expect() == body


def test_each_total_is_the_sum_over_the_triggers(writer):
    body = writer.api.get("/reports/reactivation", date_from="2026-01-01", date_to="2026-12-31").expect()
    assert (body["total_sent"], body["delivered"], body["replied"], body["failed"]) == (7, 5, 1, 1)
    for total, figure in (("total_sent", "sent"), ("delivered", "delivered"), ("replied", "replied"), ("failed",) * 2):
        assert body[total] == sum(trigger[figure] for trigger in body["by_trigger"].values())


def test_a_single_day_counts_alone(writer):
    body = writer.api.get("/reports/reactivation", date_from="2026-05-31", date_to="2026-05-31").expect()
    assert body["by_trigger"] == {
        "warning": {"sent": 1, "delivered": 1, "replied": 0, "failed": 0},
        "inactive": NOTHING,
        "lost": NOTHING,
    }


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"date_from": "2026-06-16", "date_to": "2026-06-15"}, {"date_to": "out_of_range"}),
        ({"date_from": "June"}, {"date_from": "invalid_date"}),
        ({"date_from": "2026-06-31", "date_to": "x"}, {"date_from": "invalid_date", "date_to": "invalid_date"}),
        ({"date_from": ""}, {"date_from": "invalid_date"}),
    ],
)
def test_a_bad_range_is_refused(empty_salon, query, fields):
    empty_salon.api.get("/reports/reactivation", **query).invalid(**fields)


@pytest.mark.parametrize(
    ("query", "range_"),
    [
        ({"date_from": "2026-05-10"}, ("2026-05-10", "2026-06-15")),
        ({"date_to": "2026-06-20"}, ("2026-06-01", "2026-06-20")),
        ({"date_from": "0001-01-01", "date_to": "9999-12-31"}, ("0001-01-01", "9999-12-31")),
    ],
)
def test_half_a_range_is_filled_up(empty_salon, clock, query, range_):
    clock.set(NOON)
    body = empty_salon.api.get("/reports/reactivation", **query).expect()
    assert (body["date_from"], body["date_to"]) == range_
    assert body["by_trigger"] == {"warning": NOTHING, "inactive": NOTHING, "lost": NOTHING}
