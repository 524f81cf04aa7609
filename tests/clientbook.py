"""A client of Client Book's API: the vendor's documented PHP class, ported, and its contract. Every answer is
examined."""

import json
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
import yaml

from .api import INNER_TALK, TIMEOUT, Answer
from .contract import Described

PREFIX = "/apiv1"
CONTRACT = Described(
    yaml.safe_load((Path(__file__).parent / "data" / "clientbook.openapi.yaml").read_text()), prefix=PREFIX
)
CREDENTIALS = ("app_id", "app_key", "token", "secret")
JSON_TYPE, TEXT_TYPE = "application/json; charset=utf-8", "text/plain; charset=utf-8"
# The statuses of the contract, and the two temporary ones.
STATUSES = {200, 404, 405, 429, 503, 507, 508, 509}
REFUSED = {"status", "message", "data"}


class Exercised:
    """The parts of the contract that were requested and returned: parameters and members by operation."""

    def __init__(self):
        self.query, self.body, self.answer = defaultdict(set), defaultdict(set), defaultdict(set)

    def note(self, name, query, members, body):
        """An operation has answered 200 with a record, a list of them, or another body."""
        self.query[name] |= query
        self.body[name] |= members
        data = body["data"]
        for row in data if isinstance(data, list) else [data]:
            self.answer[name] |= row.keys()


EXERCISED = Exercised()


class ClientBookCRM:
    """A port of the vendor's class: `get` and `post` with family/function/additional and a dictionary."""

    crm_host_url = ""
    version = PREFIX

    def __init__(self, app_id, app_key, token, secret):
        self.credentials = dict(zip(CREDENTIALS, (app_id, app_key, token, secret), strict=True))
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, url, parameter=None):
        """The body of a GET."""
        return self.call("GET", url, parameter).body

    def post(self, url, parameter=None):
        """The body of a POST, sent as a form."""
        return self.call("POST", url, data=parameter or {}).body

    def call(self, method, url, query=None, headers=None, **options):
        """Any request; the answer is examined."""
        credentials = {name: value for name, value in self.credentials.items() if value is not None}
        response = self.session.request(
            method,
            f"{self.crm_host_url}{self.version}/{url}",
            params={**(query or {}), **credentials},
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
            **options,
        )
        target = urlsplit(response.url)
        answer = Answer(method, target.path, response.status_code, response.headers, response.content)
        sent = options.get("data") or options.get("json") or {}
        examine(answer, parse_qs(target.query).keys() - set(CREDENTIALS), sent.keys() if isinstance(sent, dict) else ())
        return answer

    def added(self, family, **members):
        """The record that was added."""
        body = self.post(f"{family}/add", members)
        assert body["status"] == "success", body
        return body["data"]

    def refused(self, answer, *names):
        """Assert a 200 that says error and names each member."""
        assert (answer.status, answer.body["status"], answer.body["data"]) == (200, "error", []), answer.content
        for name in names:
            assert re.search(rf"\b{name}\b", answer.body["message"]), answer.body
        return answer.body["message"]


def examine(answer, query, members):
    """Checks of every answer, whatever the request."""
    assert answer.status in STATUSES, answer
    assert "Set-Cookie" not in answer.headers, answer
    assert "Location" not in answer.headers, answer
    assert answer.headers["Cache-Control"] == "no-store", answer
    text = answer.content.decode()
    if answer.status != 200:
        assert answer.headers["Content-Type"] == TEXT_TYPE, answer
        assert text, answer
        assert not text.startswith("{"), answer
        assert not INNER_TALK.search(text), answer
        return
    assert answer.headers["Content-Type"] == JSON_TYPE, answer
    body = json.loads(text)
    path = PREFIX + answer.target.removeprefix(PREFIX).removeprefix("/v1")
    name = CONTRACT.operation_at(answer.method, path)
    if body["status"] == "error":
        assert body.keys() == REFUSED, answer
        assert body["data"] == [], answer
        assert body["message"], answer
        assert not INNER_TALK.search(text), answer
        return
    assert name, f"{answer}: the contract does not know this operation"
    CONTRACT.validate(answer, path)
    EXERCISED.note(name, set(query), set(members), body)


def connect(site, salon):
    """The four credentials of a salon, made on its page."""
    pages = "klientbox.clientbook.integration"
    found = site.admin.call(pages, "search", [("company_id", "=", salon.company_id)])
    [page] = found or site.admin.call(pages, "create", [{"company_id": salon.company_id, "status": "enabled"}])
    context = site.admin.call(pages, "action_generate", [page])["context"]
    crm = ClientBookCRM(*(context[f"default_{name}"] for name in CREDENTIALS))
    crm.crm_host_url = site.server.url
    crm.page = page
    keys = site.admin.call("klientbox.api.key", "search", [("clientbook_integration_id", "=", page)])
    site.admin.call("klientbox.api.key", "write", keys, {"rate_limit": 0})
    return crm


def switch(site, crm, status):
    """Switch an integration on or off on its page."""
    site.admin.call("klientbox.clientbook.integration", "write", [crm.page], {"status": status})
