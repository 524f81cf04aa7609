"""The served document describes the same as the contract."""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from .contract import CONTRACT, DIFFERENCES, EXTRA_STATUSES
from .document import Document

# The contract leaves these out of `required`; v1 has them in every answer.
ALWAYS_GIVEN = {
    "error.request_id": "names the request in a support question; it is in the header X-Request-Id as well",
    "total": "services are paged as all lists are (only they leave it open in the contract)",
    "page": "services are paged as all lists are",
    "per_page": "services are paged as all lists are",
    "client_name": "a visit is shown without a second request",
    "service_name": "a visit is shown without a second request, null without a service",
    "created": "every record has it",
}
# All additions of v1 to the contract: callers who know the contract alone never meet them.
EXTRA = {
    "cancelVisit",
    "createClients",
    "createService",
    "createVisits",
    "createWebhook",
    "deleteService",
    "deleteWebhook",
    "getKey",
    "getMessage",
    "getService",
    "getVisit",
    "getWebhook",
    "listMessages",
    "listWebhookDeliveries",
    "listWebhooks",
    "patchService",
    "patchVisit",
    "replayWebhookDelivery",
    "rotateWebhookSecret",
    "testWebhook",
    "updateService",
    "updateVisit",
    "updateWebhook",
}
EXTRA_TAGS = {"Key", "Messages", "Webhooks"}
SCOPE = re.compile(r"(clients|visits|services|messages|reports|webhooks):(read|write)")
TYPES = {str: "string", bool: "boolean", int: "integer", type(None): "null"}
every_operation = pytest.mark.parametrize("name", sorted(CONTRACT.operations))


class Promises(Document):
    """The guarantees of a document, in a form in which two can be compared."""

    def parameters(self, name):
        """{(name, in): (required, its values)} of an operation."""
        return {
            (each["name"], each["in"]): (each.get("required", False), self.values(each["schema"]))
            for each in self.operations[name].parameters
        }

    def must_be_sent(self, name):
        """Whether an operation's body must be sent; it is JSON."""
        body = self.resolve(self.operations[name].operation.get("requestBody", {}))
        assert list(body.get("content", {})) in ([], ["application/json"])
        return body.get("required", False)

    def answers(self, name):
        """{status: schema} of an operation. Where an answer has several forms, the first is the default."""
        found = {}
        for status, answer in self.operations[name].operation["responses"].items():
            found[status] = self.alternatives(self.resolve(answer)["content"]["application/json"]["schema"])[0]
        return found

    def values(self, schema):
        """The values of a schema: its types and, where they are enumerated, the values themselves."""
        types, choices = set(), None
        for each in self.alternatives(schema):
            if "const" in each:
                each = {"enum": [each["const"]], **each}
            if "enum" in each:
                choices = sorted(each["enum"], key=str)
                types |= {TYPES[type(choice)] for choice in choices}
            declared = each.get("type", [])
            types |= {declared} if isinstance(declared, str) else set(declared)
        return frozenset(types), choices and tuple(choices)

    def members(self, schema, name="body"):
        """{dotted name: (required, its values)} of everything below an object or a list."""
        schema = self.resolve(schema)
        found = {}
        if "items" in schema:
            return self.members(schema["items"], f"{name}[]")
        for member, inner in schema.get("properties", {}).items():
            path = f"{name}.{member}"
            found[path] = (member in schema.get("required", ()), self.values(inner))
            found |= self.members(inner, path)
        return found


@pytest.fixture(scope="module")
def served(site):
    return Promises(site.api.get("/openapi.json").expect())


@pytest.fixture(scope="module")
def written():
    return Promises(CONTRACT.tree)


def known_differences(members):
    """The members of an answer's schema in which v1 deliberately differs, see contract.DIFFERENCES."""
    is_client = any(path.endswith("days_since_visit") for path in members)
    names = {difference.member for difference in DIFFERENCES}
    return {path for path in members if is_client and path.rpartition(".")[2] in names}


def test_the_served_document_is_valid_openapi(served):
    OpenAPIV31SpecValidator(served.tree).validate()
    assert served.tree["openapi"] == "3.1.0"


def test_it_is_served_without_a_key(site):
    assert site.api.get("/openapi.json").status == 200


def test_it_names_the_address_where_it_is_served(site, salon, served):
    [server] = served.tree["servers"]
    assert site.api.raw("GET", f"{server['url']}/services", {"X-API-Key": salon.key}).status == 200


def test_the_key_goes_where_the_contract_says(served, written):
    assert served.tree["security"] == written.tree["security"]
    [[name, scheme]] = written.tree["components"]["securitySchemes"].items()
    mine = served.tree["components"]["securitySchemes"][name]
    assert {key: mine[key] for key in ("type", "in", "name")} == {key: scheme[key] for key in ("type", "in", "name")}


def test_it_has_the_operations_of_the_contract(served, written):
    def shape(document):
        return {name: (*route[:2], route.operation["tags"]) for name, route in document.operations.items()}

    assert shape(written).items() <= shape(served).items()
    assert shape(served).keys() <= shape(written).keys() | EXTRA
    tags = {tag["name"] for tag in served.tree["tags"]}
    assert {tag["name"] for tag in written.tree["tags"]} <= tags
    assert tags <= {tag["name"] for tag in written.tree["tags"]} | EXTRA_TAGS


def test_what_is_beyond_the_contract_is_described_as_well(served, subtests):
    """Summary, tag and, as every key has scopes, the one that it needs."""
    for name in served.operations.keys() & EXTRA:
        operation = served.operations[name].operation
        with subtests.test(name):
            assert operation["summary"]
            assert len(operation["tags"]) == 1
            assert SCOPE.search(str(operation)) or name == "getKey"


@every_operation
def test_parameters_are_those_of_the_contract(served, written, name):
    mine, theirs = served.parameters(name), written.parameters(name)
    assert {key: mine.get(key) for key in theirs} == theirs
    assert {key for key, (is_required, _what) in mine.items() if is_required} <= theirs.keys()


@every_operation
def test_the_body_has_the_members_of_the_contract(served, written, name):
    mine, theirs = served.body(name), written.body(name)
    assert served.must_be_sent(name) == written.must_be_sent(name)
    assert (mine is None) == (theirs is None)
    if mine:
        mine, theirs = served.members(mine), written.members(theirs)
        assert {path: mine.get(path) for path in theirs} == theirs
        assert {path for path, (is_required, _what) in mine.items() if is_required} <= theirs.keys()


@every_operation
def test_statuses_are_those_of_the_contract(served, written, name):
    mine, theirs = served.answers(name).keys(), written.answers(name).keys()
    assert theirs <= mine
    # An additional parameter may be wrong where the contract has none.
    assert mine - theirs <= {str(status) for status in EXTRA_STATUSES | {400}}


@every_operation
def test_answers_have_the_members_of_the_contract(served, written, name):
    for status, schema in written.answers(name).items():
        mine, theirs = served.members(served.answers(name)[status]), written.members(schema)
        kept = theirs.keys() - known_differences({**mine, **theirs})
        assert {path: mine[path][1] for path in kept & mine.keys()} == {path: theirs[path][1] for path in kept}, status


@every_operation
def test_answers_promise_at_least_what_the_contract_promises(served, written, name):
    def required(members):
        return {path for path, (is_required, _what) in members.items() if is_required}

    for status, schema in written.answers(name).items():
        mine, theirs = served.members(served.answers(name)[status]), written.members(schema)
        assert required(theirs) <= required(mine), status
        more = (required(mine) & theirs.keys()) - required(theirs) - known_differences(mine)
        assert {path.removeprefix("body.").removeprefix("data[].") for path in more} <= ALWAYS_GIVEN.keys(), status


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: f"{each.schema}.{each.member}")
def test_a_known_difference_is_still_one(served, written, difference):
    mine = served.members(served.tree["components"]["schemas"][difference.schema])[f"body.{difference.member}"]
    assert mine[1] == (frozenset(difference.keywords["type"]), None), difference.reason
    theirs = written.members(written.tree["components"]["schemas"][difference.schema])
    assert theirs.get(f"body.{difference.member}", (None, None))[1] != mine[1]


def test_429_carries_retry_after(served):
    answer = served.resolve(served.operations["listClients"].operation["responses"]["429"])
    assert answer["headers"]["Retry-After"]["schema"]["type"] == "integer"
