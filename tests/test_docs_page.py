"""The page of documentation, as an integrator uses it: read it, choose a language, try a call."""

import os
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from .contract import PREFIX
from .test_screens import QUIET, SIZES

PATIENCE = 30_000
LANGUAGES = {"Curl": "curl 'http", "Requests": "requests.get(", "cURL": "curl_init(", "Fetch": "fetch('http"}


@pytest.fixture(scope="module")
def salon(site):
    salon = site.salon()
    salon.client("Žaneta Dokumentová", "+420601200300")
    return salon


@pytest.fixture(params=SIZES)
def window(request, site):
    """A window at the list of clients. At the end: no errors, and every request stayed on the server."""
    width, height = SIZES[request.param]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=QUIET)
        page = browser.new_page(viewport={"width": width, "height": height}, is_mobile=request.param == "phone")
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        urls, failures = [], []
        page.on("request", lambda sent: urls.append(sent.url))
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
        page.goto(f"{site.server.url}{PREFIX}/docs#tag/clients/GET/clients")
        yield page
        browser.close()
    assert failures == []
    hosts = {urlsplit(url).netloc for url in urls if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(site.server.url).netloc}


def test_a_request_is_run_from_the_page_and_the_key_is_kept_nowhere(salon, window):
    expect(window.get_by_role("heading", name="List clients")).to_be_visible()
    window.get_by_role("button", name="Test Request (get /clients)").click()
    client = window.get_by_role("dialog", name="API Client")
    # The field of the key is recognised by its placeholder alone.
    client.get_by_placeholder("kbx_live_…").fill(salon.key)
    client.get_by_role("button", name="Send").first.click()
    expect(client.get_by_text("200 OK")).to_be_visible()
    expect(client.get_by_text("Žaneta Dokumentová")).to_be_visible()
    kept = window.evaluate("JSON.stringify([localStorage, sessionStorage, location.href, document.cookie])")
    assert salon.key.split("_")[3] not in kept


def test_the_call_is_shown_in_four_languages(window):
    operation = window.locator("[id='api-1/tag/clients/GET/clients']")
    chosen = "Shell Curl"
    for language, call in LANGUAGES.items():
        operation.get_by_role("button", name=chosen).click()
        window.get_by_role("option", name=language, exact=True).click()
        expect(operation).to_contain_text(call)
        # The viewer must make no request that the user did not start.
        expect(operation).not_to_contain_text("status=")
        chosen = {"Curl": "Shell Curl", "Requests": "Python Requests", "cURL": "PHP cURL", "Fetch": "JS Fetch"}[
            language
        ]


def test_the_page_may_load_and_ask_nothing_but_this_server(site):
    answer = site.api.get("/docs")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'"} <= set(policy.split("; "))
