"""The contract of v1 (data/klientbox.openapi.yaml, unchanged) and the check of an answer against it."""

import copy
import json
import re
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qs

import yaml
from jsonschema import Draft202012Validator
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from .document import Document

PREFIX = "/klientbox/api/v1"
PATH = Path(__file__).parent / "data" / "klientbox.openapi.yaml"
# Statuses that any response may have beyond those that its operation lists:
# docs/decisions/0012-openapi-document-from-declarations.md.
EXTRA_STATUSES = {405, 409, 412, 413, 415, 422, 503}


class Difference:
    """A deliberate difference of v1 from the contract, and why."""

    def __init__(self, schema, member, reason, types=None, **keywords):
        self.schema, self.member, self.reason = schema, member, reason
        self.keywords = {"type": types, **keywords} if types else keywords

    def apply(self, schemas):
        """Change the contract's schemas to v1's actual answers."""
        schemas[self.schema]["properties"].setdefault(self.member, {}).update(self.keywords)


# Everything else must equal the contract; test_document compares and allows no other difference.
DIFFERENCES = (
    Difference(
        "Client",
        "phone",
        "a client may lack a phone (walk-in, child, import); creating one by the API still asks for it",
        types=["string", "null"],
    ),
    Difference(
        "Client",
        "notes",
        "notes can be written, so they are given back; the contract allows extra members",
        types=["string", "null"],
    ),
)


class Described(Document):
    """A document, and whether an answer conforms to it. Its paths are relative to the prefix."""

    def __init__(self, tree, prefix=PREFIX):
        super().__init__(tree)
        self._prefix = prefix
        self._openapi = OpenAPI.from_dict({**tree, "servers": [{"url": prefix or "/"}]})

    @cached_property
    def _patterns(self):
        # The contract's ids are numbers; a literal path segment is not one.
        return [
            (name, route.method, re.compile(self._prefix + re.sub(r"\{\w+\}", r"[1-9]\\d*", route.path)))
            for name, route in self.operations.items()
        ]

    def operation_at(self, method, path):
        """The operationId of a request, or None."""
        found = (name for name, verb, pattern in self._patterns if verb == method and pattern.fullmatch(path))
        return next(found, None)

    def validate(self, answer, path):
        """Raise when an answer, of a listed status, does not conform."""
        self._openapi.validate_response(
            MockRequest("http://localhost", answer.method.lower(), path),
            MockResponse(answer.content, answer.status, dict(answer.headers), answer.headers.get("Content-Type", "")),
        )


class Contract(Described):
    """Operations and schemas of the contract, and the check of answers against them.

    v1 may have more than the contract: operations, optional parameters, members and statuses. For those the document of
    the site itself counts, see `learn`. A caller who knows the contract alone gets what it specifies.
    """

    def __init__(self):
        super().__init__(yaml.safe_load(PATH.read_text()))
        agreed = copy.deepcopy(self.tree)
        for difference in DIFFERENCES:
            difference.apply(agreed["components"]["schemas"])
        self._agreed = Described(agreed)
        self._error = Draft202012Validator({**agreed["components"]["schemas"]["Error"]})
        self.served = None

    def learn(self, tree):
        """From now on the served document counts, too. All sites serve the same: the first one is read."""
        self.served = Described(tree)

    def check(self, answer):
        """Check an answer against contract and served document; raises AssertionError or openapi-core's errors."""
        target, _, query = answer.target.partition("?")
        # A doubled or a last slash may be ignored.
        path = re.sub("/+", "/", target).rstrip("/")
        known = self.operation_at(answer.method, path)
        served = self.served and self.served.operation_at(answer.method, path)
        if answer.status >= 400:
            self._error.validate(json.loads(answer.content))
        # Other parameters may change the answer: some members only, tombstones.
        asks_more = known and parse_qs(query, keep_blank_values=True).keys() - self.query(known).keys()
        is_listed = False
        if known and answer.status in self.statuses(known) and not (asks_more and answer.status < 400):
            self._agreed.validate(answer, path)
            is_listed = True
        if served and answer.status in self.served.statuses(served):
            self.served.validate(answer, path)
            is_listed = True
        if is_listed:
            return
        if answer.status >= 400:
            is_exact = (known or served) and path == target
            allowed = EXTRA_STATUSES if is_exact else EXTRA_STATUSES | {400, 401, 403, 404, 429}
            assert answer.status in allowed, f"{answer}: not a status of the contract or the document"
        else:
            assert path == f"{PREFIX}/openapi.json", f"{answer}: neither contract nor document know this operation"


CONTRACT = Contract()
