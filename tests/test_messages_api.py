"""Messages through v1: read, never written."""

import pytest


@pytest.fixture(scope="module")
def writer(site):
    salon = site.salon()
    client = salon.client()
    company = {"company_id": salon.company_id}
    mine = {"client_id": client["id"], "queued_for": client["id"], **company}
    [made] = site.inside(
        [
            {
                "model": "klientbox.message",
                "create": [
                    {
                        "channel": "sms",
                        "trigger": "lost",
                        "step": 2,
                        "state": "delivered",
                        "address": "+420601000001",
                        "body": "Jano, chybíte nám. STOP na 123",
                        "parts": 1,
                        "cost": 1.2,
                        "queued_day": "2026-06-01",
                        "day": "2026-06-02",
                        "sent_at": "2026-06-02 08:00:00",
                        "delivered_at": "2026-06-02 08:00:05",
                        **mine,
                    },
                    {"channel": "email", "state": "queued", "subject": "Ahoj", "queued_day": "2026-06-03", **mine},
                    {
                        "channel": "sms",
                        "direction": "in",
                        "state": "replied",
                        "body": "Díky",
                        "day": "2026-06-04",
                        "sent_at": "2026-06-04 22:30:00",
                        "address": "+420609999999",
                        **company,
                    },
                ],
            }
        ]
    )
    site.sql("UPDATE klientbox_message SET create_date = '2026-06-01 00:00:00' WHERE id = ANY(%s)", [made])
    return salon, client, made


def test_all_members_of_a_message(writer):
    salon, client, [sent, queued, answer] = writer
    assert salon.api.get(f"/messages/{sent}").expect() == {
        "id": sent,
        "client_id": client["id"],
        "client_name": "Jana Nováková",
        "direction": "out",
        "channel": "sms",
        "state": "delivered",
        "trigger": "lost",
        "step": 2,
        "reason": None,
        "subject": None,
        "body": "Jano, chybíte nám. STOP na 123",
        "parts": 1,
        "cost": 1.2,
        "currency": "CZK",
        "queued": "2026-06-01T02:00:00",
        "sent": "2026-06-02T10:00:00",
        "delivered": "2026-06-02T10:00:05",
        "created": "2026-06-01T02:00:00",
    }
    body = salon.api.get(f"/messages/{answer}").expect()
    nothing = ("client_id", "client_name", "trigger", "step", "reason", "subject", "parts", "queued", "delivered")
    assert {name: body[name] for name in nothing} == dict.fromkeys(nothing)
    assert (body["direction"], body["body"], body["cost"], body["sent"]) == ("in", "Díky", None, "2026-06-05T00:30:00")


def test_messages_come_newest_first(writer):
    salon, _client, made = writer
    body = salon.api.get("/messages").expect()
    assert [message["id"] for message in body["data"]] == made[::-1]
    assert (body["total"], body["page"], body["per_page"]) == (3, 1, 50)
    assert body["data"] == [salon.api.get(f"/messages/{number}").expect() for number in made[::-1]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"date_from": "2026-06-02", "date_to": "2026-06-02"}, [0]),
        ({"date_from": "2026-06-01", "date_to": "2026-06-01"}, []),
        ({"date_from": "2026-06-03"}, [2, 1]),
        ({"date_to": "2026-06-03"}, [1, 0]),
        ({"channel": "email"}, [1]),
        ({"trigger": "lost", "state": "delivered", "direction": "out"}, [0]),
        ({"direction": "in"}, [2]),
        ({"client_id__isnull": "true"}, [2]),
        ({"client_id": 2**31 - 1}, []),
    ],
)
def test_filters(writer, query, found):
    salon, _client, made = writer
    rows = salon.api.get("/messages", **query).expect()["data"]
    assert [made.index(message["id"]) for message in rows] == found


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"date_from": "2026-06-03", "date_to": "2026-06-02"}, {"date_to": "out_of_range"}),
        ({"date_from": "June"}, {"date_from": "invalid_date"}),
        ({"channel": "pigeon"}, {"channel": "invalid_choice"}),
        ({"updated_since": "2026-06-03"}, {"updated_since": "unknown_field"}),
    ],
)
def test_a_bad_filter_is_refused(empty_salon, query, fields):
    empty_salon.api.get("/messages", **query).invalid(**fields)


def test_a_foreign_message_looks_like_one_that_never_was(writer, empty_salon):
    _salon, _client, made = writer
    assert empty_salon.api.get("/messages").expect()["data"] == []
    for number in (made[0], 2**31 - 1):
        empty_salon.api.get(f"/messages/{number}").refused(404, "not_found")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(writer, method):
    salon, _client, made = writer
    salon.api.request(method, "/messages", json={"body": "x"}).refused(405, "method_not_allowed")
    salon.api.request(method, f"/messages/{made[0]}", json={"body": "x"}).refused(405, "method_not_allowed")
