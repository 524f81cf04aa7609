"""Many callers at once and slow ones, with the servers of `make run WORKERS=2`: all are answered quickly."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
from datetime import datetime, timedelta

import pytest
import requests

from dev import debian, nginx
from dev.postgres import HOST

from .api import TIMEOUT, examine
from .contract import PREFIX

VISITS, SECONDS = 50, 3
FIRST = datetime(2026, 3, 1, 9, 0)
DRIPPING, IDLE, CALLS = 20, 50, 20
PROMPT = 5  # seconds for a call that takes 50 ms without load


@pytest.fixture(scope="module")
def site(make_site, at_once):
    """A server with two workers, a scheduler and nginx before them."""
    try:
        nginx.ensure()
    except debian.Unavailable as reason:
        pytest.skip(f"nginx can't be had: {reason}")
    with make_site("crowd", salons=9, cron_threads=1, proxy=True).serving() as served:
        # Each worker loads the registry at its first request; that is not measured.
        warm = served.salon()
        client = warm.client()
        at_once(16, lambda _number: warm.api.copy().post("/visits", client_id=client["id"]).expect(201))
        yield served


def totals(site, client):
    """(visits done, day of the last, money spent, status) as the database has them."""
    statement = "SELECT total_visits, last_visit_date, total_spent FROM klientbox_client WHERE id = %s"
    return site.sql(statement, [client["id"]])[0]


def counted(site, client):
    """The same, counted anew."""
    return site.sql(
        """
        SELECT count(*), max((start AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Prague')::date), sum(amount)
          FROM klientbox_visit WHERE client_id = %s AND state = 'done'
        """,
        [client["id"]],
    )[0]


def record_at_once(site, salon, at_once):
    """Record many visits of one client at once; the seconds that took."""
    client = salon.client()
    vals = {"name": "Střih", "duration": 45, "price": 590.0, "company_id": salon.company_id}
    [service] = site.admin.call("klientbox.service", "create", [vals])
    started = time.monotonic()
    answers = at_once(
        VISITS,
        lambda number: salon.api.copy().post(
            "/visits",
            client_id=client["id"],
            date=(FIRST + timedelta(days=number)).isoformat(),
            service_id=service,
            state="done",
        ),
    )
    seconds = time.monotonic() - started
    assert [answer.status for answer in answers] == [201] * VISITS
    assert totals(site, client) == counted(site, client) == (VISITS, (FIRST + timedelta(days=VISITS - 1)).date(), 29500)
    return seconds


def test_fifty_visits_of_one_client_at_once_are_all_recorded(site, salon, at_once):
    record_at_once(site, salon, at_once)


def test_changes_cancellations_bulk_and_the_form_at_once_leave_exact_totals(site, salon, at_once):
    clients = [salon.client(phone=f"+42060100000{number}") for number in range(2)]
    visits = [salon.visit(clients[number % 2], f"2026-03-{number + 1:02}T09:00:00") for number in range(16)]
    web = site.admin

    def change(number):
        api, kind = salon.api.copy(), number % 4
        visit, client = visits[number % 16], clients[number % 2]
        if kind == 0:
            return api.delete(f"/visits/{visit['id']}").status
        if kind == 1:
            return api.patch(f"/visits/{visit['id']}", date=f"2026-02-{number % 28 + 1:02}T09:00:00").status
        if kind == 2:
            # Both clients, in either order.
            items = [
                {"client_id": each["id"], "date": f"2026-01-{number % 28 + 1:02}T10:00:00"}
                for each in (clients if number % 8 == 2 else clients[::-1])
            ]
            return api.post("/visits/bulk", items=items).status
        session = web.copy()
        new = {"client_id": client["id"], "start": f"2026-01-{number % 28 + 1:02} 12:00:00", "state": "done"}
        [made] = session.call("klientbox.visit", "web_save", [], new, specification={})
        session.call("klientbox.visit", "action_cancel", [made["id"]])
        return 200

    started = time.monotonic()
    assert set(at_once(32, change)) == {200}
    assert time.monotonic() - started < 2 * SECONDS
    for client in clients:
        assert totals(site, client) == counted(site, client)


@pytest.mark.parametrize("callers", [50, 200])
def test_all_who_call_at_once_are_answered(salon, at_once, callers):
    salon.client()

    def call(number):
        method, body = (
            ("GET", None) if number % 2 else ("POST", f'{{"name": "C{number}", "phone": "+42072{number:07}"}}')
        )
        return salon.api.copy().raw(method, f"{PREFIX}/clients", {"Content-Type": "application/json"}, body)

    answers = at_once(callers, call)
    for answer in answers:
        examine(answer)
    assert {answer.status for answer in answers[1::2]} == {200}
    assert {answer.status for answer in answers[::2]} == {201}
    assert salon.api.get("/clients").expect()["total"] == 1 + callers // 2


def test_slow_and_idle_connections_hold_no_worker(site, salon):
    head = f"POST {PREFIX}/clients HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\n"
    stop = threading.Event()

    def drip(connections):
        for char in head * 10:
            for connection in connections:
                # One that was slow for too long is closed.
                with contextlib.suppress(OSError):
                    connection.sendall(char.encode())
            if stop.wait(0.2):
                return

    connections = [
        socket.create_connection((HOST, site.server.port), timeout=TIMEOUT) for _each in range(DRIPPING + IDLE)
    ]
    # Half of them have sent the whole head already.
    for connection in connections[:DRIPPING:2]:
        connection.sendall(head.encode())
    thread = threading.Thread(target=drip, args=(connections[:DRIPPING],))
    thread.start()
    try:
        for _each in range(CALLS):
            started = time.monotonic()
            salon.api.copy().get("/clients").expect()
            assert time.monotonic() - started < PROMPT
    finally:
        stop.set()
        thread.join()
        for connection in connections:
            connection.close()


def test_a_caller_is_counted_by_the_real_address_despite_forged_headers(site):
    site.sql("DELETE FROM klientbox_api_rate WHERE key_id < 0")
    for number in range(3):
        made_up = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
        api = site.api.with_key("junk")
        api.request("GET", "/clients", headers=made_up).refused(403, "api_key_invalid")
        without_host = f"GET {PREFIX}/clients HTTP/1.0\r\nX-API-Key: junk\r\nX-Real-IP: 198.51.100.{number}\r\n\r\n"
        with socket.create_connection((HOST, site.server.port), timeout=TIMEOUT) as connection:
            connection.sendall(without_host.encode())
            assert b" 403 " in connection.makefile("rb").readline()
    assert site.sql("SELECT count(*), max(cardinality(ring)) FROM klientbox_api_rate WHERE key_id < 0")[0][0] == 1


def test_a_body_that_is_too_large_is_refused_in_json(site, salon):
    answer = salon.api.raw("POST", f"{PREFIX}/clients", {"Content-Type": "application/json"}, b"x" * 2_000_000)
    examine(answer)
    assert (answer.status, answer.error["code"]) == (413, "request_entity_too_large")
    # More than nginx allows: it refuses without having read it.
    head = f"POST {PREFIX}/clients HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 500000000\r\n\r\n"
    with socket.create_connection((HOST, site.server.port), timeout=TIMEOUT) as connection:
        connection.sendall(head.encode())
        said = connection.makefile("rb").readline()
    assert b" 413 " in said


@pytest.mark.parametrize(
    ("version", "headers", "status", "code"),
    [
        ("1.1", "Host: xn--a\r\n", 400, "bad_request"),
        ("1.1", "Host: xn--99999999\r\n", 400, "bad_request"),
        ("1.1", "Host: a\xe9b\r\n", 400, "bad_request"),
        ("1.1", "Host: salon.example\r\nTransfer-Encoding: wings\r\n", 501, "not_implemented"),
        # nginx gives up before it knows the address.
        ("7.1", "Host: salon.example\r\n", 505, None),
    ],
)
def test_what_nginx_or_odoo_refuse_at_once_has_the_form_of_the_api(site, version, headers, status, code):
    head = f"POST {PREFIX}/clients HTTP/{version}\r\n{headers}Connection: close\r\n\r\n"
    with socket.create_connection((HOST, site.server.port), timeout=TIMEOUT) as connection:
        connection.sendall(head.encode("latin-1"))
        first, _, body = connection.makefile("rb").read().decode().partition("\r\n\r\n")
    assert first.split(" ")[1] == str(status)
    assert "Retry-After" not in first
    if code:
        assert json.loads(body)["error"]["code"] == code
    else:
        assert body == "This version of HTTP is not supported."


def test_the_pages_of_databases_are_not_there(site):
    for path in ("/web/database/selector", "/web/database/manager", "//web//database/manager", "/web/database"):
        assert requests.get(site.server.url + path, timeout=TIMEOUT).status_code == 404


def test_the_websocket_comes_through(site):
    url = f"{site.server.url}/websocket?version=1"
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": site.server.url,
        "Cookie": f"session_id={site.admin.session_id}",
    }
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
        assert answer.status_code == 101


def test_every_route_answers_503_while_odoo_is_down(site, salon):
    os.killpg(site.server.pid, signal.SIGKILL)
    for answer in (salon.api.get("/clients"), salon.api.post("/clients", name="Eva", phone="601234567")):
        answer.refused(503, "unavailable")
        assert answer.headers["Retry-After"] == "5"
    for path in ("/odoo", "/web/login"):
        page = requests.get(site.server.url + path, timeout=TIMEOUT)
        assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
        assert '<p lang="cs">' in page.text
    koibox = requests.get(f"{site.server.url}/api/clientes/", timeout=TIMEOUT)
    assert (koibox.status_code, koibox.json()) == (503, {"detail": "The service is not available at the moment."})
    clientbook = requests.get(f"{site.server.url}/apiv1/clients/list", timeout=TIMEOUT)
    assert (clientbook.status_code, clientbook.text) == (503, "The service is not available at the moment.")
