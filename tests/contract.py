"""The contract of v1 (data/klientbox.openapi.yaml, as it was given) and how an answer is held against it."""

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
    """A place where v1 knowingly gives more than the contract says, and why."""

    def __init__(self, schema, member, reason, types=None, **keywords):
        self.schema, self.member, self.reason = schema, member, reason
        self.keywords = {"type": types, **keywords} if types else keywords

    def apply(self, schemas):
        """Change the contract's schemas to what v1 really gives."""
        schemas[self.schema]["properties"].setdefault(self.member, {}).update(self.keywords)


# Everything else must be as the contract has it; test_document compares and lets nothing else pass.
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
    """A document, and whether an answer is as it describes it. Its paths stand below the prefix."""

    def __init__(self, tree, prefix=PREFIX):
        super().__init__(tree)
        self._prefix = prefix
        self._openapi = OpenAPI.from_dict({**tree, "servers": [{"url": prefix or "/"}]})

    @cached_property
    def _patterns(self):
        # The contract's ids are numbers; what stands there literally is not taken for one.
        return [
            (name, route.method, re.compile(self._prefix + re.sub(r"\{\w+\}", r"[1-9]\\d*", route.path)))
            for name, route in self.operations.items()
        ]

    def operation_at(self, method, path):
        """The operationId that a request means, or None."""
        found = (name for name, verb, pattern in self._patterns if verb == method and pattern.fullmatch(path))
        return next(found, None)

    def validate(self, answer, path):
        """Raise when an answer, of a status that is listed, is not what stands there."""
        self._openapi.validate_response(
            MockRequest("http://localhost", answer.method.lower(), path),
            MockResponse(answer.content, answer.status, dict(answer.headers), answer.headers.get("Content-Type", "")),
        )


class Contract(Described):
    """Operations and schemas of the contract, and how answers are held against it.

    v1 may have more than the contract: operations, parameters that may be left out, members and statuses. For those the
    document counts that the site itself serves, see `learn`. Whoever knows the contract alone gets what it says.
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
        """From now on the served document counts, too. All sites serve the same: the first one is asked."""
        self.served = Described(tree)

    def check(self, answer):
        """Hold an answer against contract and served document; raises AssertionError or what openapi-core does."""
        target, _, query = answer.target.partition("?")
        # A doubled or a last slash may be taken for none.
        path = re.sub("/+", "/", target).rstrip("/")
        known = self.operation_at(answer.method, path)
        served = self.served and self.served.operation_at(answer.method, path)
        if answer.status >= 400:
            self._error.validate(json.loads(answer.content))
        # What else was asked for may be answered in another way: some members only, tombstones.
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
