"""PostgreSQL unavailable: an honest 503 in JSON, no acknowledged write lost, and Odoo recovers by itself."""

import itertools
import time

import pytest
import requests

from dev import databases

from .api import TIMEOUT, examine
from .contract import PREFIX
from .outage import Load, lasting, scheduler_listens, serving_pids, stopped, wait_for

BACK_WITHIN = 15
PATHS = ("/nic", "/clients", "/clients/1", "//clients", "/openapi.json", "")


@pytest.fixture(scope="module")
def served(make_site, cluster):
    """A server that survives an outage of PostgreSQL."""
    with lasting(make_site, cluster, "outage") as site:
        yield site


def test_an_outage_under_load_is_answered_with_503_and_loses_nothing(served, cluster):
    salon = served.salon()
    salon.client()
    process, workers = served.server.pid, serving_pids(served.server)
    with Load(salon) as load:
        wait_for(lambda: len(load.acknowledged) >= 20, 60)
        with stopped(cluster):
            during = len(load.answers)
            wait_for(lambda: len(load.answers) >= during + 40, 60)
            for path in ("/clients", "/services", "/reports/summary", "/visits?page=1"):
                started = time.monotonic()
                answer = salon.api.get(path)
                answer.refused(503, "unavailable")
                assert int(answer.headers["Retry-After"]) >= 1
                assert time.monotonic() - started < 2
            away = len(load.answers)
        wait_for(lambda: salon.api.raw("GET", f"{PREFIX}/clients").status == 200, BACK_WITHIN)
        back = len(load.acknowledged)
        wait_for(lambda: len(load.acknowledged) >= back + 20, 60)

    assert load.unanswered == []
    for answer in load.answers:
        examine(answer)
        assert answer.status in (200, 201, 503), answer
    assert {answer.status for answer in load.answers[during + 8 : away]} == {503}
    kept = {client["id"]: client["phone"] for client in salon.api.pages("/clients")}
    assert load.acknowledged.items() <= kept.items()
    assert not served.server.ended()
    assert (served.server.pid, serving_pids(served.server)) == (process, workers)


def test_nothing_below_the_prefix_is_a_page_while_the_database_is_away(served, cluster):
    salon = served.salon()
    salon.api.get("/services").expect()
    with stopped(cluster):
        for method, path in itertools.product(("GET", "POST", "DELETE", "OPTIONS", "BREW"), PATHS):
            for api in (salon.api, salon.api.with_key(None), salon.api.with_key("junk")):
                answer = api.raw(method, PREFIX + path, {"Accept-Language": "cs", "Accept": "text/html"})
                assert answer.status in (200, 204, 400, 401, 403, 404, 405, 503), answer
                examine(answer)
    wait_for(lambda: salon.api.raw("GET", f"{PREFIX}/services").status == 200, BACK_WITHIN)


# -- browsers ---------------------------------------------------------------------------------------------------------

CZECH = {"Accept-Language": "cs-CZ,cs;q=0.9", "Accept": "text/html"}
PAGES = ("/odoo", "/odoo/action-klientbox.klientbox_client_action", "/web", "/web/login")
CALLBACK = "/klientbox/gateway/1-x"


def browse(web, path, **headers):
    """A page as a browser with this session's cookie requests it."""
    return web.session.get(web.url + path, headers=headers, allow_redirects=False, timeout=TIMEOUT)


def test_a_browser_gets_a_temporary_error_and_stays_logged_in(served, cluster):
    web = served.web("admin", "admin")
    cookies = web.session.cookies.get_dict()
    assert browse(web, "/odoo").status_code == 200
    with stopped(cluster):
        for path in PAGES:
            page = browse(web, path)
            assert page.status_code == 503, path
            assert page.headers["Retry-After"] == "5"
            assert page.headers["Cache-Control"] == "no-store"
            assert page.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "Set-Cookie" not in page.headers
            assert "The database is temporarily unavailable" in page.text
            assert '<meta http-equiv="refresh" content="5">' in page.text
        params = {"model": "res.users", "method": "read", "args": [2], "kwargs": {}}
        call = {"jsonrpc": "2.0", "id": 7, "params": params}
        for path in ("/web/dataset/call_kw/res.users/read", "/web/webclient/version_info"):
            lost = web.session.post(web.url + path, json=call, timeout=TIMEOUT)
            # The web client takes 502 as a lost connection; it then requests the version until it gets it.
            assert lost.status_code == 502
            assert "Set-Cookie" not in lost.headers
            body = lost.json()
            assert (body["id"], body["error"]["code"]) == (7, 503)
            assert body["error"]["message"] == "The database is temporarily unavailable. Please try again."
            assert body["error"]["data"]["debug"] == ""
        json2 = web.session.post(f"{web.url}/json/2/res.users/read", json={"ids": [2]}, timeout=TIMEOUT)
        assert json2.status_code == 503
        assert json2.json()["message"] == "The database is temporarily unavailable. Please try again."
        stranger = requests.get(f"{web.url}/odoo", headers=CZECH, allow_redirects=False, timeout=TIMEOUT)
        assert (stranger.status_code, stranger.headers.get("Set-Cookie")) == (503, None)
        assert "Databáze teď není dostupná" in stranger.text
        callbacks = (
            requests.post(web.url + CALLBACK, json={"status": "delivered"}, timeout=TIMEOUT),
            requests.post(web.url + CALLBACK, data={"status": "delivered"}, timeout=TIMEOUT),
            requests.get(web.url + CALLBACK, headers=CZECH, timeout=TIMEOUT),
        )
        for answer in callbacks:
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert answer.text == "The service is not available at the moment.\n"
        # The process itself is healthy.
        health = requests.get(f"{web.url}/web/health", timeout=TIMEOUT)
        assert (health.status_code, health.json()) == (200, {"status": "pass"})
        assert requests.get(f"{web.url}/web/health?db_server_status=1", timeout=TIMEOUT).status_code == 500
        assert browse(web, "/web/static/img/favicon.ico").status_code == 200
    wait_for(lambda: browse(web, "/odoo").status_code == 200, BACK_WITHIN)
    assert web.session.cookies.get_dict() == cookies
    assert web.call("res.users", "search_count", [("id", "=", web.user_id)]) == 1


def test_without_workers_the_scheduler_goes_on_as_well(make_site, cluster):
    with lasting(make_site, cluster, "outage_threads", workers=0) as served:
        with stopped(cluster):
            time.sleep(3)
        wait_for(lambda: served.salon().api.raw("GET", f"{PREFIX}/services").status == 200, BACK_WITHIN)
        wait_for(lambda: scheduler_listens(served), BACK_WITHIN)
        served.sql("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC', lastcall = NULL WHERE active")

        def has_run():
            # Repeatedly: a job triggered before it listens runs a minute later.
            databases.execute(cluster, "postgres", "SELECT pg_notify('cron_trigger', %s)", [served.database])
            time.sleep(0.5)
            return bool(served.sql("SELECT 1 FROM ir_cron WHERE lastcall IS NOT NULL"))

        wait_for(has_run, 30)
