"""A resource: the records of one model under one path, and the calls on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .facade import Facade
    from .shapes import Answer


_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Resource:
    """Declares operations with a common path, model, tag, scope and answer.

    `singular` and `plural` are nouns such as "Gift card"; operations are named after them, as `getGiftCard` and
    `listGiftCards`. By default `tag` is the plural, and `scope`, the resource to which a key needs access, the first
    word of the path. `about` describes the tag. `field_names` maps fields that the answer does not show to their names
    in the API, for errors. Each method decorates the function of the call; `more` are members of `Operation`.
    """

    facade: Facade
    path: str
    model: str
    singular: str
    gives: type[Answer]
    plural: str = ""
    tag: str = ""
    scope: str = ""
    about: str = ""
    field_names: Mapping[str, str] = field(default_factory=dict)

    def wire_names(self, takes: type[BaseModel] | None = None) -> dict[str, str]:
        """Fields of the model and their names in the API, in an answer to a body of this shape."""
        sent = {name: name for name in takes.model_fields} if takes else {}
        return {**self.facade.field_names, **self.gives.wire_names(), **sent, **self.field_names}

    def on_list(self, **more: Any) -> Callable[[_Function], _Function]:
        """GET of all; the function gets the environment and the query."""
        return self._declare("GET", "", f"list{self._many}", **more)

    def on_create(self, **more: Any) -> Callable[[_Function], _Function]:
        """POST of a new one; the function gets the environment and the body."""
        return self._declare("POST", "", f"create{self._one}", status=201, **more)

    def on_create_many(self, **more: Any) -> Callable[[_Function], _Function]:
        """POST of several at once."""
        return self._declare("POST", "/bulk", f"create{self._many}", **more)

    def on_read(self, **more: Any) -> Callable[[_Function], _Function]:
        """GET of one; the function gets the environment and the record."""
        return self.on_one("GET", "", f"get{self._one}", **more)

    def on_update(self, **more: Any) -> Callable[[_Function], _Function]:
        """PUT and PATCH of one; the function gets the environment, the record and the changes."""

        def declare(function: _Function) -> _Function:
            for method, verb in (("PUT", "update"), ("PATCH", "patch")):
                self.on_one(method, "", f"{verb}{self._one}", **more)(function)
            return function

        return declare

    def on_delete(self, name: str | None = None, **more: Any) -> Callable[[_Function], _Function]:
        """DELETE of one; the function gets the environment and the record."""
        return self.on_one("DELETE", "", name or f"delete{self._one}", **more)

    def on_one(self, method: str, below: str, name: str, **more: Any) -> Callable[[_Function], _Function]:
        """Any call on one record; `below` is the path after its id."""
        return self._declare(method, f"/{{id}}{below}", name, subject=self.model, **more)

    @property
    def _one(self) -> str:
        return _camel_case(self.singular)

    @property
    def _many(self) -> str:
        return _camel_case(self._plural)

    @property
    def _plural(self) -> str:
        return self.plural or _plural(self.singular)

    def _declare(self, method: str, below: str, name: str, **more: Any) -> Callable[[_Function], _Function]:
        scope = self.scope or self.path.split("/")[1]
        common = {
            "tag": self.tag or self._plural,
            "about": self.about,
            "scope": f"{scope}:{'read' if method == 'GET' else 'write'}",
            "gives": self.gives,
            "noun": _noun(self.singular),
            "field_names": self.wire_names(more.get("takes")),
        }
        return self.facade.operation(method, f"{self.path}{below}", name=name, **{**common, **more})


def _words(text: str) -> list[str]:
    """The words of "Gift card" or "GiftCard"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).split()


def _camel_case(text: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in _words(text))


def _noun(text: str) -> str:
    """In a sentence; abbreviations stay."""
    return " ".join(word if len(word) > 1 and word.isupper() else word.lower() for word in _words(text))


def _plural(singular: str) -> str:
    """The regular plural."""
    if re.search(r"[^aeiou]y$", singular):
        return f"{singular[:-1]}ies"
    return f"{singular}es" if re.search(r"(s|x|z|ch|sh)$", singular) else f"{singular}s"
