"""Koibox's API as a salon's integration uses it. Every answer is checked against the vendor's contract."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import requests
import yaml

from .api import INNER_TALK, JSON_TYPE, TIMEOUT, Answer
from .contract import Described

CONTRACT = Described(yaml.safe_load((Path(__file__).parent / "data" / "koibox.openapi.yaml").read_text()), prefix="")
CLIENT = CONTRACT.tree["components"]["schemas"]["Cliente"]
MEMBERS = CLIENT["properties"]
LIST, ME = "/api/clientes/", "/api/api-key/me/"
# Statuses that no vendor's contract lists but any server may send.
EXTRA_STATUSES = {405, 409, 412, 413, 415, 422, 500, 503}


def examine(answer):
    """Checks of every answer, whatever the request."""
    assert not 300 <= answer.status < 400, f"{answer}: a redirect"
    assert "Set-Cookie" not in answer.headers, answer
    assert answer.headers["Content-Type"] == JSON_TYPE, answer
    path = re.sub("/+", "/", answer.target.partition("?")[0]).rstrip("/") + "/"
    name = CONTRACT.operation_at(answer.method, path)
    if answer.status >= 400:
        assert not INNER_TALK.search(answer.content.decode()), f"{answer}: inner talk"
        if answer.status == 400:
            assert answer.body, answer
            assert all(
                isinstance(messages, list) and messages and all(isinstance(each, str) and each for each in messages)
                for messages in answer.body.values()
            ), answer
        else:
            assert answer.body.keys() == {"detail"}, answer
            assert isinstance(answer.body["detail"], str), answer
    if name and answer.status in CONTRACT.statuses(name):
        CONTRACT.validate(answer, path)
    else:
        assert answer.status in EXTRA_STATUSES | ({400, 401, 403, 404, 429} if not name else set()), answer
    if answer.status == 401:
        assert answer.headers["WWW-Authenticate"] == "X-Koibox-Key", answer


class Koibox:
    """The API with one key; None is without."""

    def __init__(self, url, key):
        self.url = url
        self.key = key
        self.session = requests.Session()
        # No proxy or .netrc of the machine may be used.
        self.session.trust_env = False

    def copy(self):
        """The same for another thread."""
        return Koibox(self.url, self.key)

    def with_key(self, key):
        """The same server with another key."""
        return Koibox(self.url, key)

    def list(self, **query):
        """A section of the clients: the body."""
        return self.get(LIST, **query).expect()

    def all(self, **query):
        """All clients, section by section, by the links of the answers."""
        body = self.list(limit=50, **query)
        rows = body["results"]
        while body["next"]:
            assert body["next"].startswith(self.url)
            body = self.request("GET", body["next"].removeprefix(self.url)).expect()
            rows += body["results"]
        assert len(rows) == body["count"]
        return rows

    def get(self, path, /, **query):
        """GET with a query string."""
        return self.request("GET", path, params=query)

    def post(self, /, **members):
        """Add a client."""
        return self.request("POST", LIST, json=members)

    def patch(self, client_id, /, **members):
        """Change a client."""
        return self.request("PATCH", f"{LIST}{client_id}/", json=members)

    def request(self, method, path, headers=None, **options):
        """Any request that `requests` can make."""
        sent_headers = {**({"X-Koibox-Key": self.key} if self.key else {}), **(headers or {})}
        response = self.session.request(
            method, self.url + path, headers=sent_headers, timeout=TIMEOUT, allow_redirects=False, **options
        )
        query = urlsplit(response.url).query
        target = path.partition("?")[0] + (query and f"?{query}")
        answer = Answer(method, target, response.status_code, response.headers, response.content)
        examine(answer)
        return answer


def detail(answer, status):
    """The message of an error that is not about single members."""
    return answer.expect(status)["detail"]


def wrong(answer):
    """The members in an error."""
    return set(answer.expect(400))


def as_json(value):
    """A body with any content, including numbers that JSON lacks."""
    return json.dumps(value).encode()
