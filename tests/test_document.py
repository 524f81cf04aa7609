"""The document that is served describes what the contract describes."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from .contract import CONTRACT, DIFFERENCES

# The contract leaves these out of `required`; v1 promises them in every answer.
ALWAYS_GIVEN = {
    "error.request_id": "whoever asks for help can name the request; it is in the header X-Request-Id as well",
    "total": "services are paged as all lists are (only they leave it open in the contract)",
    "page": "services are paged as all lists are",
    "per_page": "services are paged as all lists are",
    "client_name": "a visit is shown without a second request",
    "service_name": "a visit is shown without a second request, null without a service",
    "created": "every record has it",
}
every_operation = pytest.mark.parametrize("name", sorted(CONTRACT.operations))


class Document:
    """An OpenAPI document, with its references followed."""

    def __init__(self, tree):
        self.tree = tree

    def resolve(self, node):
        """The node itself, or what its $ref names."""
        while "$ref" in node:
            target = self.tree
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    def operations(self):
        """{operationId: (method, path, item of the path, operation)}."""
        return {
            operation["operationId"]: (method, path, item, operation)
            for path, item in self.tree["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        }

    def parameters(self, name):
        """{(name, in): (required, what it may be)} of an operation."""
        _method, _path, item, operation = self.operations()[name]
        given = [self.resolve(each) for each in [*item.get("parameters", []), *operation.get("parameters", [])]]
        return {
            (each["name"], each["in"]): (each.get("required", False), self.values(each["schema"])) for each in given
        }

    def body(self, name):
        """The schema of an operation's body, and whether it must be sent; (None, False) without one."""
        body = self.operations()[name][3].get("requestBody")
        if not body:
            return None, False
        body = self.resolve(body)
        assert list(body["content"]) == ["application/json"]
        return body["content"]["application/json"]["schema"], body.get("required", False)

    def answers(self, name):
        """{status: schema} of an operation."""
        return {
            status: self.resolve(answer)["content"]["application/json"]["schema"]
            for status, answer in self.operations()[name][3]["responses"].items()
        }

    def values(self, schema):
        """What a value may be: its types and, where they are counted out, the values themselves."""
        schema = self.resolve(schema)
        types, choices = set(), None
        for each in schema.get("anyOf", [schema]):
            each = self.resolve(each)
            if "const" in each:
                each = {"enum": [each["const"]], **each}
            if "enum" in each:
                choices = sorted(each["enum"], key=str)
                types |= {{str: "string", bool: "boolean"}[type(choice)] for choice in choices}
            declared = each.get("type", [])
            types |= {declared} if isinstance(declared, str) else set(declared)
        return frozenset(types), choices and tuple(choices)

    def members(self, schema, name="body"):
        """{dotted name: (required, what it may be)} of everything below an object or a list."""
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
    return Document(site.api.get("/openapi.json").expect())


@pytest.fixture(scope="module")
def written():
    return Document(CONTRACT.document)


def known_differences(members):
    """The members of an answer's schema in which v1 knowingly differs, see contract.DIFFERENCES."""
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
    assert {key: scheme[key] for key in ("type", "in", "name")} == served.tree["components"]["securitySchemes"][name]


def test_it_has_the_operations_of_the_contract_and_of_others_those_that_are_known(served, written):
    def shape(document):
        return {
            name: (method, path, operation["tags"])
            for name, (method, path, _item, operation) in document.operations().items()
        }

    beyond = {"getKey": ("get", "/me", ["Key"])}
    assert shape(served) == shape(written) | beyond
    assert {tag["name"] for tag in served.tree["tags"]} == {tag["name"] for tag in written.tree["tags"]} | {"Key"}


@every_operation
def test_parameters_are_those_of_the_contract(served, written, name):
    assert served.parameters(name) == written.parameters(name)


@every_operation
def test_the_body_has_the_members_of_the_contract(served, written, name):
    (mine, mine_required), (theirs, theirs_required) = served.body(name), written.body(name)
    assert mine_required == theirs_required
    assert (mine is None) == (theirs is None)
    if mine:
        assert served.members(mine) == written.members(theirs)


@every_operation
def test_statuses_are_those_of_the_contract(served, written, name):
    assert served.answers(name).keys() == written.answers(name).keys()


@every_operation
def test_answers_have_the_members_of_the_contract(served, written, name):
    for status, schema in written.answers(name).items():
        mine, theirs = served.members(served.answers(name)[status]), written.members(schema)
        known = known_differences({**mine, **theirs})
        assert {path: what for path, (_required, what) in mine.items() if path not in known} == {
            path: what for path, (_required, what) in theirs.items() if path not in known
        }, status


@every_operation
def test_answers_promise_at_least_what_the_contract_promises(served, written, name):
    def required(members):
        return {path for path, (is_required, _what) in members.items() if is_required}

    for status, schema in written.answers(name).items():
        mine, theirs = served.members(served.answers(name)[status]), written.members(schema)
        assert required(theirs) <= required(mine), status
        more = required(mine) - required(theirs) - known_differences(mine)
        assert {path.removeprefix("body.").removeprefix("data[].") for path in more} <= ALWAYS_GIVEN.keys(), status


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: f"{each.schema}.{each.member}")
def test_a_known_difference_is_still_one(served, written, difference):
    mine = served.members(served.tree["components"]["schemas"][difference.schema])[f"body.{difference.member}"]
    assert mine[1] == (frozenset(difference.keywords["type"]), None), difference.reason
    theirs = written.members(written.tree["components"]["schemas"][difference.schema])
    assert theirs.get(f"body.{difference.member}", (None, None))[1] != mine[1]


def test_429_carries_retry_after(served):
    answer = served.resolve(served.operations()["listClients"][3]["responses"]["429"])
    assert answer["headers"]["Retry-After"]["schema"]["type"] == "integer"
