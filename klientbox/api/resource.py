"""A resource: the records of one model under one path, and the calls on them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Resource:
    """Declares operations with a common path, model, tag, scope and answer.

    Operations are named after `singular` and `plural`, as `getClient` and `listClients`; the plural is the tag as well.
    The first word of the scopes is that of the path, as "clients" of `clients:read`. Each method decorates the function
    of the call; `more` are members of `Operation`.
    """

    facade: Any
    path: str
    model: str
    singular: str
    plural: str
    gives: Any

    def on_list(self, **more):
        """GET of all; the function gets the environment and the query."""
        return self._declare("GET", "", f"list{self.plural}", **more)

    def on_create(self, **more):
        """POST of a new one; the function gets the environment and the body."""
        return self._declare("POST", "", f"create{self.singular}", status=201, **more)

    def on_create_many(self, **more):
        """POST of several at once."""
        return self._declare("POST", "/bulk", f"create{self.plural}", **more)

    def on_read(self, **more):
        """GET of one; the function gets the environment and the record."""
        return self.on_one("GET", "", f"get{self.singular}", **more)

    def on_update(self, **more):
        """PUT and PATCH of one; the function gets the environment, the record and the changes."""

        def declare(function):
            for method, verb in (("PUT", "update"), ("PATCH", "patch")):
                self.on_one(method, "", f"{verb}{self.singular}", **more)(function)
            return function

        return declare

    def on_delete(self, name=None, **more):
        """DELETE of one; the function gets the environment and the record."""
        return self.on_one("DELETE", "", name or f"delete{self.singular}", **more)

    def on_one(self, method, below, name, **more):
        """Any call on one record; `below` is the path after its id."""
        return self._declare(method, f"/{{id}}{below}", name, subject=self.model, **more)

    def _declare(self, method, below, name, **more):
        scope = f"{self.path.split('/')[1]}:{'read' if method == 'GET' else 'write'}"
        common = {"tag": self.plural, "scope": scope, "gives": self.gives}
        return self.facade.operation(method, f"{self.path}{below}", name=name, **{**common, **more})
