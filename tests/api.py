"""The two ways into Odoo: `Api` as an integration uses it, `Web` as a browser does.

Every answer of the API, in any test, is checked against the contract and for content that must never be in one.
"""

import copy
import http.client
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from .contract import CONTRACT, PREFIX

TIMEOUT = 60
JSON_TYPE = "application/json; charset=utf-8"
# The one page for people.
DOCS, HTML_TYPE = f"{PREFIX}/docs", "text/html; charset=utf-8"
# An error must reveal nothing internal.
INNER_TALK = re.compile(r"Traceback|<!?\w|psycopg|SELECT |INSERT |UPDATE |klientbox[._]|[Oo]doo|File \"|\.py\b|DETAIL")
# One record with a version, or the address where one is created.
VERSIONED = re.compile(rf"{PREFIX}/(clients|visits|services)(/[1-9]\d*)?")


@dataclass(frozen=True)
class Answer:
    """An answer with its request."""

    method: str
    target: str
    status: int
    headers: requests.structures.CaseInsensitiveDict = field(repr=False)
    content: bytes

    @property
    def body(self):
        """The JSON of the answer."""
        return json.loads(self.content)

    @property
    def error(self):
        """The inner object of an error body."""
        return self.body["error"]

    def expect(self, status=200):
        """The body, if the answer has this status."""
        assert self.status == status, self
        return self.body

    def refused(self, status, code, /, **fields):
        """Assert an error: its status, its code, and {field: code} of its details, all of them."""
        assert (self.status, self.error["code"]) == (status, code), self
        assert {detail["field"]: detail["code"] for detail in self.error.get("details", [])} == fields, self
        return self.error

    def invalid(self, /, **fields):
        """Assert a 400 for exactly these fields."""
        return self.refused(400, "invalid_request", **fields)


def examine(answer):
    """Checks of every answer below the prefix, whatever the request."""
    headers = answer.headers
    assert not 300 <= answer.status < 400, f"{answer}: a redirect"
    assert answer.status != 500, f"{answer}: a server error"
    assert "Set-Cookie" not in headers, f"{answer}: a cookie"
    has_record = answer.status == 201 and not answer.target.endswith("/test")
    made = f"{answer.target}/{answer.body['id']}" if has_record else None
    assert headers.get("Location") == made, f"{answer}: not where the record is"
    assert headers["Cache-Control"] == "no-store", answer
    assert re.fullmatch(r"[\w.\-]{1,64}", headers["X-Request-Id"]), answer
    if "RateLimit" in headers:
        left = re.fullmatch(r'"default";r=(\d+);t=(\d+)', headers["RateLimit"])
        assert left, answer
        for prefix in ("RateLimit", "X-RateLimit"):
            assert left.groups() == (headers[f"{prefix}-Remaining"], headers[f"{prefix}-Reset"]), answer
            assert headers["RateLimit-Policy"] == f'"default";q={headers[f"{prefix}-Limit"]};w=60', answer
    else:
        assert not [name for name in headers if "ratelimit" in name.lower()], answer
    challenge = 'ApiKey realm="KlientBox REST API", header="X-API-Key"'
    assert headers.get("WWW-Authenticate") == (challenge if answer.status == 401 else None), answer
    if answer.status == 204 or answer.method == "HEAD":
        assert answer.content == b"", answer
        return
    if answer.status == 200 and answer.target == DOCS:
        assert headers["Content-Type"] == HTML_TYPE, answer
        return
    assert headers["Content-Type"] == JSON_TYPE, answer
    body = json.loads(answer.content.decode())
    if answer.status >= 400:
        assert not INNER_TALK.search(answer.content.decode()), f"{answer}: inner talk"
        assert body["error"]["request_id"] == headers["X-Request-Id"], answer
        assert re.fullmatch(r"[a-z][a-z0-9_]*", body["error"]["code"]), answer
        assert body["error"]["message"], answer
    elif VERSIONED.fullmatch(answer.target) and answer.method != "DELETE" and "data" not in body:
        assert re.fullmatch(r'"\d+"', headers["ETag"]), answer
    CONTRACT.check(answer)


class Api:
    """v1 with one key. Paths are relative to the prefix; every answer is examined."""

    def __init__(self, url, key=None):
        self.url = url
        self.key = key
        self.session = requests.Session()
        # No proxy or .netrc of the machine may be used.
        self.session.trust_env = False

    def copy(self):
        """The same for another thread."""
        return Api(self.url, self.key)

    def with_key(self, key):
        """The same server with another key; None is without."""
        return Api(self.url, key)

    def get(self, path, /, **query):
        """GET with a query string."""
        return self.request("GET", path, params=query)

    def post(self, path, /, **members):
        """POST a JSON object."""
        return self.request("POST", path, json=members)

    def put(self, path, /, **members):
        """PUT a JSON object."""
        return self.request("PUT", path, json=members)

    def patch(self, path, /, **members):
        """PATCH a JSON object."""
        return self.request("PATCH", path, json=members)

    def delete(self, path, /):
        """DELETE."""
        return self.request("DELETE", path)

    def pages(self, path, /, **query):
        """All rows of a list, page by page, and their total."""
        rows, page = [], 1
        while True:
            body = self.get(path, page=page, per_page=200, **query).expect()
            rows += body["data"]
            if len(rows) >= body["total"] or not body["data"]:
                assert len(rows) == body["total"]
                return rows
            page += 1

    def request(self, method, path, headers=None, **options):
        """Any request that `requests` can make."""
        sent_headers = {**({"X-API-Key": self.key} if self.key else {}), **(headers or {})}
        response = self.session.request(
            method, self.url + PREFIX + path, headers=sent_headers, timeout=TIMEOUT, allow_redirects=False, **options
        )
        query = urlsplit(response.url).query
        target = PREFIX + path.partition("?")[0] + (query and f"?{query}")
        answer = Answer(method, target, response.status_code, response.headers, response.content)
        examine(answer)
        return answer

    def raw(self, method, target, headers=None, body=None):
        """A request whose target is sent exactly as it is written; not examined."""
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=TIMEOUT)
        # Requests that the library would refuse to send are tested here.
        connection._validate_path = connection._validate_method = lambda text: None
        sent_headers = {**({"X-API-Key": self.key} if self.key else {}), **(headers or {})}
        try:
            connection.request(method, target, body=body, headers=sent_headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        received = requests.structures.CaseInsensitiveDict(response.getheaders())
        return Answer(method, target, response.status, received, content)


class RpcError(Exception):
    """An error of the web client's RPC: `name` is the exception's."""

    def __init__(self, error):
        super().__init__(error["data"]["message"])
        self.name = error["data"]["name"].rpartition(".")[2]


class Web:
    """A logged-in web session."""

    def __init__(self, url, database, login, password):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.login = login
        result = self.rpc("/web/session/authenticate", db=database, login=login, password=password)
        self.user_id = result["uid"]
        # A portal user has none.
        allowed = result.get("user_companies", {}).get("allowed_companies", [])
        self.company_ids = [int(company) for company in allowed]

    def copy(self):
        """The same session for another thread."""
        twin = copy.copy(self)
        twin.session = requests.Session()
        twin.session.trust_env = False
        twin.session.cookies.update(self.session.cookies)
        return twin

    @property
    def session_id(self):
        """The cookie that a browser would send."""
        return self.session.cookies["session_id"]

    def call(self, model, method, *arguments, **options):
        """A method of a model, in all companies of the user, as the web client calls it. Raises RpcError."""
        companies = {"allowed_company_ids": self.company_ids} if self.company_ids else {}
        context = {**companies, **options.pop("context", {})}
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(arguments),
            kwargs={**options, "context": context},
        )

    def rpc(self, path, **parameters):
        """Any of the web client's JSON-RPC calls. Raises RpcError."""
        reply = self.session.post(
            self.url + path, json={"jsonrpc": "2.0", "id": 1, "params": parameters}, timeout=TIMEOUT
        ).json()
        if "error" in reply:
            raise RpcError(reply["error"])
        return reply.get("result")
