"""The contract of v1 (data/klientbox.openapi.yaml, as it was given) and how an answer is held against it."""

import copy
import json
import re
from functools import cached_property
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

PREFIX = "/klientbox/api/v1"
PATH = Path(__file__).parent / "data" / "klientbox.openapi.yaml"
# What an answer may be beyond the statuses that the contract lists: design.md, section 5.
EXTRA_STATUSES = {405, 413, 415, 503}

# Addresses of v1 that the contract does not know.
BEYOND = {"/openapi.json", "/me"}


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


class Contract:
    """Operations and schemas; `check` raises AssertionError for an answer that the contract does not allow."""

    def __init__(self):
        self.document = yaml.safe_load(PATH.read_text())
        served = copy.deepcopy(self.document)
        served["servers"] = [{"url": PREFIX}]
        for difference in DIFFERENCES:
            difference.apply(served["components"]["schemas"])
        self._openapi = OpenAPI.from_dict(served)
        self._error = Draft202012Validator({**served["components"]["schemas"]["Error"]})

    @cached_property
    def operations(self):
        """{operationId: (method, path below the prefix, operation)}."""
        return {
            operation["operationId"]: (method.upper(), path, operation)
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        }

    def operation_at(self, method, path):
        """The operationId that a request means, or None."""
        for name, (verb, template, _operation) in self.operations.items():
            pattern = re.sub(r"\{\w+\}", r"[1-9]\\d*", template)
            if verb == method and re.fullmatch(PREFIX + pattern, path):
                return name
        return None

    def statuses(self, name):
        """The statuses that the contract lists for an operation."""
        return {int(status) for status in self.operations[name][2]["responses"]}

    def check(self, answer):
        """Hold an answer against the contract."""
        written = answer.target.partition("?")[0]
        # A doubled or a last slash may be taken for none.
        path = re.sub("/+", "/", written).rstrip("/")
        name = self.operation_at(answer.method, path)
        if name and answer.status in self.statuses(name):
            content_type = answer.headers["Content-Type"]
            self._openapi.validate_response(
                MockRequest("http://localhost", answer.method.lower(), path),
                MockResponse(answer.content, answer.status, dict(answer.headers), content_type),
            )
        elif answer.status >= 400:
            allowed = EXTRA_STATUSES if name and path == written else EXTRA_STATUSES | {400, 401, 403, 404, 429}
            assert answer.status in allowed, f"{answer}: not a status of the contract"
        else:
            assert path in (f"{PREFIX}/openapi.json", f"{PREFIX}/me"), (
                f"{answer}: the contract does not know this operation"
            )
        if answer.status >= 400:
            self._error.validate(json.loads(answer.content))


CONTRACT = Contract()
