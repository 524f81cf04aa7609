"""A resource: the records of one model under one path, and the calls on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from .facade import Facade
    from .shapes import Answer


_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Resource:
    """Declares operations with a common path, model, tag, scope and answer.

    Operations are named after `singular` and `plural`, as `getClient` and `listClients`; the plural is the tag as well.
    The first word of the scopes is that of the path, as "clients" of `clients:read`. Each method decorates the function
    of the call; `more` are members of `Operation`.
    """

    facade: Facade
    path: str
    model: str
    singular: str
    plural: str
    gives: type[Answer]

    def on_list(self, **more: Any) -> Callable[[_Function], _Function]:
        """GET of all; the function gets the environment and the query."""
        return self._declare("GET", "", f"list{self.plural}", **more)

    def on_create(self, **more: Any) -> Callable[[_Function], _Function]:
        """POST of a new one; the function gets the environment and the body."""
        return self._declare("POST", "", f"create{self.singular}", status=201, **more)

    def on_create_many(self, **more: Any) -> Callable[[_Function], _Function]:
        """POST of several at once."""
        return self._declare("POST", "/bulk", f"create{self.plural}", **more)

    def on_read(self, **more: Any) -> Callable[[_Function], _Function]:
        """GET of one; the function gets the environment and the record."""
        return self.on_one("GET", "", f"get{self.singular}", **more)

    def on_update(self, **more: Any) -> Callable[[_Function], _Function]:
        """PUT and PATCH of one; the function gets the environment, the record and the changes."""

        def declare(function: _Function) -> _Function:
            for method, verb in (("PUT", "update"), ("PATCH", "patch")):
                self.on_one(method, "", f"{verb}{self.singular}", **more)(function)
            return function

        return declare

    def on_delete(self, name: str | None = None, **more: Any) -> Callable[[_Function], _Function]:
        """DELETE of one; the function gets the environment and the record."""
        return self.on_one("DELETE", "", name or f"delete{self.singular}", **more)

    def on_one(self, method: str, below: str, name: str, **more: Any) -> Callable[[_Function], _Function]:
        """Any call on one record; `below` is the path after its id."""
        return self._declare(method, f"/{{id}}{below}", name, subject=self.model, **more)

    def _declare(self, method: str, below: str, name: str, **more: Any) -> Callable[[_Function], _Function]:
        scope = f"{self.path.split('/')[1]}:{'read' if method == 'GET' else 'write'}"
        common = {"tag": self.plural, "scope": scope, "gives": self.gives}
        return self.facade.operation(method, f"{self.path}{below}", name=name, **{**common, **more})
