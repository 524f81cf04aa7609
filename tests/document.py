"""An OpenAPI document to walk through: its operations, with references resolved."""

from functools import cached_property
from typing import NamedTuple


class Route(NamedTuple):
    """An operation, its path, and all members of its path and its query string."""

    method: str
    path: str
    operation: dict
    parameters: list


class Document:
    """An OpenAPI document in memory."""

    def __init__(self, tree):
        self.tree = tree

    def resolve(self, node):
        """The node itself, or the target of its $ref."""
        while "$ref" in node:
            target = self.tree
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    @cached_property
    def operations(self):
        """{operationId: Route}."""
        return {
            operation["operationId"]: Route(method.upper(), path, operation, self._parameters(item, operation))
            for path, item in self.tree["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        }

    def statuses(self, name):
        """The statuses that are listed for an operation."""
        return {int(status) for status in self.operations[name].operation["responses"]}

    def query(self, name):
        """{name: schema} of an operation's query string."""
        parameters = self.operations[name].parameters
        return {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}

    def body(self, name):
        """The schema of an operation's body, references resolved; None without one."""
        body = self.operations[name].operation.get("requestBody")
        return self.resolve(self.resolve(body)["content"]["application/json"]["schema"]) if body else None

    def alternatives(self, schema):
        """The alternatives of a schema, or itself."""
        schema = self.resolve(schema)
        return [self.resolve(each) for each in schema.get("anyOf", [schema])]

    def _parameters(self, item, operation):
        return [self.resolve(each) for each in [*item.get("parameters", []), *operation.get("parameters", [])]]
