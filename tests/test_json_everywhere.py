"""Below the prefix every answer is JSON: no page, redirect, cookie, traceback or SQL, whatever the request."""

import json
import re

import pytest
import requests

from dev import databases
from dev.server import run_inside

from .api import Answer, examine
from .contract import CONTRACT, PREFIX
from .salons import HERE

ALLOW = {
    "/clients": "GET, HEAD, OPTIONS, POST",
    "/clients/1": "DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
    "/visits": "GET, HEAD, OPTIONS, POST",
    "/services": "GET, HEAD, OPTIONS, POST",
    "/clients/bulk": "OPTIONS, POST",
    "/messages": "GET, HEAD, OPTIONS",
    "/messages/1": "GET, HEAD, OPTIONS",
    "/services/1": "DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
    "/visits/1": "DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
    "/visits/bulk": "OPTIONS, POST",
    "/reports/summary": "GET, HEAD, OPTIONS",
    "/reports/reactivation": "GET, HEAD, OPTIONS",
    "/openapi.json": "GET, HEAD, OPTIONS",
}
UNKNOWN = [
    PREFIX,
    f"{PREFIX}/",
    f"{PREFIX}/nic",
    f"{PREFIX}/n%C3%AD%C4%8Deho",
    f"{PREFIX}/clients/1/visits",
    f"{PREFIX}/clients/x",
    "/klientbox/api//v1/nic",
    f"{PREFIX}/../v1/clients",
    f"{PREFIX}/./clients",
    f"{PREFIX}/clients%00",
    f"{PREFIX}/%00",
    f"{PREFIX}/clients/%ff%fe",
    f"{PREFIX}/%zz",
    f"{PREFIX}/%",
    f"{PREFIX}/%E0%A4",
    f"{PREFIX}/clients;jsessionid=1",
    f"{PREFIX}/CLIENTS",
    f"{PREFIX}/" + "a" * 5000,
    f"{PREFIX}/{{id}}",
    f"{PREFIX}/<script>alert(1)</script>",
    f"{PREFIX}/cs/clients",
    f"{PREFIX}/web/login",
]
# With too many slashes: treated as without them, or 404; a redirect would lose the body of a POST.
SLASHES = [
    f"{PREFIX}//clients",
    "/klientbox//api/v1/clients",
    "//klientbox/api/v1/clients",
    f"{PREFIX}/clients/",
    f"{PREFIX}/clients//",
    f"{PREFIX}///clients?page=1",
]
CZECH = {"Accept-Language": "cs-CZ,cs;q=0.9", "Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="session")
def website_template(cluster, template, folder):
    """A database with KlientBox and a website in two languages; created once for each state of the addon."""
    name = "klientbox_website"
    facts = {"template": template}
    if databases.marks(cluster, name) != facts:
        databases.create(cluster, name, template)
        run_inside(cluster, name, HERE / "make_website.py")
        databases.mark(cluster, name, facts)
    return name


@pytest.fixture(scope="module")
def website(make_site, website_template):
    """A server whose database has a website in English and Czech."""
    with make_site("website", template=website_template, salons=1).serving() as served:
        yield served


@pytest.fixture(scope="module")
def website_salon(website):
    return website.salon()


def ask(api, method, target, headers=None, body=None):
    """An answer, examined."""
    answer = api.raw(method, target, headers, body)
    examine(answer)
    return answer


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", UNKNOWN)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_404_in_json(empty_salon, method, target):
    body = b'{"name": "Eva"}' if method == "POST" else None
    answer = ask(empty_salon.api, method, target, {"Content-Type": "application/json"} if body else {}, body)
    answer.refused(404, "not_found")


def test_the_website_really_speaks_two_languages(website):
    """Otherwise the tests below would prove nothing: a Czech browser is redirected to the Czech pages."""
    page = requests.get(website.server.url, headers={**CZECH, "User-Agent": "Mozilla/5.0"}, timeout=60)
    assert 'lang="cs-CZ"' in page.text
    assert page.history
    assert page.url.startswith(f"{website.server.url}/cs")


@pytest.mark.parametrize("target", UNKNOWN)
def test_with_a_website_in_two_languages_too(website_salon, target):
    ask(website_salon.api, "GET", target, CZECH).refused(404, "not_found")


@pytest.mark.parametrize("target", ["/cs/klientbox/api/v1/clients", "/cs_CZ/klientbox/api/v1/clients"])
def test_a_language_before_the_prefix_opens_nothing(website_salon, target):
    """These addresses belong to the website's page; they must not reach the API."""
    assert website_salon.api.raw("GET", target, CZECH).status in (301, 303, 404)


def test_with_a_website_every_operation_answers_as_without(website_salon):
    api = website_salon.api
    client = website_salon.client()
    website_salon.visit(client, "2026-04-15T14:00:00")
    for path in ("/clients", f"/clients/{client['id']}", "/visits", "/services", "/reports/summary", "/openapi.json"):
        ask(api, "GET", PREFIX + path, CZECH).expect()
    for path in ("/clients", "/reports/reactivation"):
        ask(api.with_key(None), "GET", PREFIX + path, CZECH).refused(401, "api_key_missing")
    message = ask(api, "POST", f"{PREFIX}/clients", CZECH, b"{}").error["message"]
    assert message == "name is required; phone is required"


@pytest.mark.parametrize("target", SLASHES)
def test_slashes_too_many_are_no_redirect(empty_salon, website_salon, target):
    for salon, headers in ((empty_salon, {}), (website_salon, CZECH)):
        assert ask(salon.api, "GET", target, headers).status in (200, 404)
        answer = ask(salon.api, "POST", target, {**headers, "Content-Type": "application/json"}, b"{}")
        assert answer.status in (400, 404)


# -- methods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "allowed"), ALLOW.items())
def test_another_method_is_405_with_allow(empty_salon, path, allowed):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW"):
        if method not in allowed.split(", "):
            answer = ask(empty_salon.api, method, PREFIX + path)
            answer.refused(405, "method_not_allowed")
            assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize(("path", "allowed"), ALLOW.items())
def test_options_tells_the_methods_and_does_nothing_else(empty_salon, path, allowed):
    for api in (empty_salon.api, empty_salon.api.with_key(None)):
        answer = ask(api, "OPTIONS", PREFIX + path)
        assert (answer.status, answer.headers["Allow"], answer.content) == (204, allowed, b"")


def test_options_of_an_unknown_address_is_404(empty_salon):
    ask(empty_salon.api, "OPTIONS", f"{PREFIX}/nic").refused(404, "not_found")


def test_head_is_get_without_a_body(salon):
    client = salon.client()
    for path in ("/clients", f"/clients/{client['id']}", "/visits", "/services", "/reports/summary", "/openapi.json"):
        got, head = ask(salon.api, "GET", PREFIX + path), ask(salon.api, "HEAD", PREFIX + path)
        assert (head.status, head.content) == (200, b"")
        assert head.headers["Content-Type"] == got.headers["Content-Type"]
    assert ask(salon.api, "HEAD", f"{PREFIX}/clients/999999999").status == 404
    assert ask(salon.api.with_key(None), "HEAD", f"{PREFIX}/clients").status == 401


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_no_header_turns_a_get_into_a_delete(salon, header):
    client = salon.client()
    ask(salon.api, "GET", f"{PREFIX}/clients/{client['id']}", {header: "DELETE"}).expect()
    salon.api.get(f"/clients/{client['id']}").expect()


# -- bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"{'name': 'Eva'}",
        b'{"name": "Eva",}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": -Infinity}',
        b'{"name": "Eva", "name": "Eva"}',
        b'{"name": "Eva", "x": {"a": 1, "a": 2}}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\xff\xfe"}',
        '{"name": "Eva"}'.encode("utf-16"),
        b'{"name": "line\nbreak"}',
        b'{"name": ' + b"9" * 5000 + b"}",
        b"\x00",
        b'{"name": "Eva"} {"name": "Eva"}',
        b"name=Eva&phone=601234567",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_not_json_is_400_and_makes_nothing(empty_salon, body):
    for path in ("/clients", "/visits"):
        answer = ask(empty_salon.api, "POST", PREFIX + path, {"Content-Type": "application/json"}, body)
        answer.refused(400, "invalid_json")
    assert empty_salon.api.get("/clients").expect()["total"] == 0


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"Eva"', b"true", b'[{"name": "Eva"}]'])
def test_json_that_is_no_object_is_400(empty_salon, body):
    ask(empty_salon.api, "POST", f"{PREFIX}/clients", {"Content-Type": "application/json"}, body).invalid(
        body="invalid_type"
    )


def test_a_body_over_a_megabyte_is_413(empty_salon):
    body = json.dumps({"name": "Eva", "phone": "601234567", "notes": "x" * 2_000_000}).encode()
    answer = ask(empty_salon.api, "POST", f"{PREFIX}/clients", {"Content-Type": "application/json"}, body)
    assert answer.status == 413
    assert empty_salon.api.get("/clients").expect()["total"] == 0


@pytest.mark.parametrize("length", ["-1", "x", "1e3"])
def test_a_content_length_that_is_none_is_no_server_error(empty_salon, length):
    answer = empty_salon.api.raw("POST", f"{PREFIX}/clients", {"Content-Length": length}, b"{}")
    assert 400 <= answer.status < 500


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml", "image/png", "multipart/form-data", "a/b"])
def test_another_declared_format_is_415(empty_salon, content_type):
    ask(empty_salon.api, "POST", f"{PREFIX}/clients", {"Content-Type": content_type}, b"{}").refused(
        415, "unsupported_media_type"
    )


@pytest.mark.parametrize(
    "query", ["%ff", "search=%ff", "search=%00", "page=%zz", "%00=1", "=", "&&&", "search=" + "%C5%99" * 3000, "a[]=1"]
)
def test_a_query_of_any_bytes_is_answered_in_json(empty_salon, query):
    assert ask(empty_salon.api, "GET", f"{PREFIX}/clients?{query}").status in (200, 400)


@pytest.mark.parametrize("request_id", ["abc-123", "x" * 64])
def test_the_callers_request_id_comes_back(empty_salon, request_id):
    assert (
        ask(empty_salon.api, "GET", f"{PREFIX}/clients", {"X-Request-Id": request_id}).headers["X-Request-Id"]
        == request_id
    )


@pytest.mark.parametrize("request_id", ["", "x" * 65, "a b", "<script>", "a;b"])
def test_a_request_id_that_could_do_harm_is_replaced(empty_salon, request_id):
    assert (
        ask(empty_salon.api, "GET", f"{PREFIX}/clients", {"X-Request-Id": request_id}).headers["X-Request-Id"]
        != request_id
    )


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_browsers_session_has_no_effect_and_gets_no_cookie(site, salon):
    cookie = {"Cookie": f"session_id={site.admin.session_id}; frontend_lang=cs_CZ; cids=1"}
    client = salon.client()
    assert ask(salon.api, "GET", f"{PREFIX}/clients", cookie).expect()["data"] == [client]
    ask(salon.api.with_key(None), "GET", f"{PREFIX}/clients", cookie).refused(401, "api_key_missing")
    ask(salon.api.with_key("junk"), "GET", f"{PREFIX}/clients", cookie).refused(403, "api_key_invalid")
    # The session itself is still valid.
    assert site.admin.call("klientbox.client", "search_count", [("id", "=", client["id"])]) == 1


def test_a_cookie_that_is_none_gets_none(salon):
    for cookie in ("session_id=nonsense", "session_id=" + "a" * 84, "session_id=../../etc/passwd", "x"):
        ask(salon.api, "GET", f"{PREFIX}/clients", {"Cookie": cookie}).expect()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "elsewhere.example"},
        {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"},
        {"Origin": "https://elsewhere.example"},
    ],
)
def test_headers_of_the_way_change_nothing(salon, headers):
    assert ask(salon.api, "GET", f"{PREFIX}/clients", headers).status in (200, 404, 503)
    answer = ask(salon.api, "GET", f"{PREFIX}/clients?db=postgres", headers)
    assert answer.status in (400, 404, 503)


@pytest.mark.parametrize("name", ["postgres", "no_such_database", "template1", "a b", "%00", "x" * 3000])
@pytest.mark.parametrize("path", ["/clients", "/nothing", "/openapi.json"])
def test_a_database_that_is_not_there_is_404(salon, name, path):
    answer = salon.api.raw("GET", PREFIX + path, {"X-Odoo-Database": name})
    assert (answer.status, answer.error["code"]) == (404, "unknown_database")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "Retry-After" not in answer.headers


def test_the_database_may_be_named(site, salon):
    ask(salon.api, "GET", f"{PREFIX}/clients", {"X-Odoo-Database": site.database}).expect()


# -- faults -----------------------------------------------------------------------------------------------------------


def test_a_failing_statement_is_500_without_a_word_about_it(site, salon):
    """A column is dropped under the running server; the answer does not show it and the log no phone."""
    site.sql("ALTER TABLE klientbox_client RENAME COLUMN search_key TO search_key_away")
    try:
        answers = [
            salon.api.raw("GET", f"{PREFIX}/clients?search=%2B420601234567"),
            salon.api.raw("POST", f"{PREFIX}/clients", {}, b'{"name": "Eva", "phone": "+420601234567"}'),
        ]
    finally:
        site.sql("ALTER TABLE klientbox_client RENAME COLUMN search_key_away TO search_key")
    for answer in answers:
        assert answer.status == 500
        assert answer.error.keys() == {"code", "message", "request_id"}
        assert (answer.error["code"], answer.error["message"]) == ("internal_error", "Internal server error")
        CONTRACT.check(answer)
        assert answer.headers["X-Request-Id"] == answer.error["request_id"]
        assert not {"Set-Cookie", "Location"} & set(answer.headers)
    salon.client()


def test_a_key_in_a_wrong_header_shows_up_nowhere(site, salon):
    answer = ask(salon.api.with_key(None), "GET", f"{PREFIX}/clients?key={salon.key}")
    answer.refused(400, "api_key_in_address")
    assert salon.key not in site.log
    assert re.search(r"GET /klientbox/api/v1/clients\?\*\*\* HTTP", site.log)


def test_examine_would_notice():
    """The check of every answer finds what it searches for."""
    headers = {"Cache-Control": "no-store", "X-Request-Id": "1", "Content-Type": "application/json; charset=utf-8"}

    def refuses(status=400, body=None, **more):
        error = {"error": {"code": "invalid_request", "message": "no", "request_id": "1", **(body or {})}}
        answer = Answer("GET", f"{PREFIX}/clients", status, {**headers, **more}, json.dumps(error).encode())
        try:
            examine(answer)
        except Exception:  # noqa: BLE001 - any complaint will do
            return True
        return False

    assert not refuses()
    assert refuses(418)
    assert refuses(303)
    assert refuses(500)
    assert refuses(body={"message": "Traceback (most recent call last)"})
    assert refuses(body={"message": "SELECT 1 FROM klientbox_client"})
    assert refuses(body={"code": "Not A Word"})
    assert refuses(**{"Set-Cookie": "session_id=1"})
    assert refuses(**{"Content-Type": "text/html"})
