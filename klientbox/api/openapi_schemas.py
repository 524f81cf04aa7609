"""The schemas of an API's shapes, under distinct names.

Each addon's shapes are described by themselves: no addon changes the name of a schema of the API's own, and one that
has its name for something else gets the addon's name before its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from . import openapi_parts as parts
from .openapi_parts import Schema

Mode = Literal["validation", "serialization"]
# A shape, and whether it is read or written.
Form = tuple[type[BaseModel], Mode]
REF = "#/components/schemas/"


class Schemas:
    """The schemas of shapes by name, in `components`, and references to them."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._refs: dict[tuple[str, Any], Schema] = {}

    def add(self, addon: str, forms: set[Form]) -> None:
        """Describe the shapes of an addon's operations. The addons before it keep their names."""
        refs, definitions = models_json_schema(sorted(forms, key=str), ref_template=f"{REF}{{model}}")
        schemas: dict[str, Schema] = parts.tidy(definitions.get("$defs", {}))
        names = _names(addon, schemas, self.components)
        renamed = {f"{REF}{old}": f"{REF}{new}" for old, new in names.items() if old != new}
        self.components |= {names[old]: _renamed(schema, renamed) for old, schema in schemas.items()}
        self._refs |= {(addon, form): _renamed(ref, renamed) for form, ref in refs.items()}

    def ref(self, addon: str, shape: type[BaseModel], mode: Mode) -> Schema:
        """The reference to a shape, as an addon's operations use it."""
        return self._refs[addon, (shape, mode)]

    def name(self, addon: str, shape: type[BaseModel], mode: Mode) -> str:
        """The name of a shape's schema."""
        return str(self.ref(addon, shape, mode)["$ref"]).removeprefix(REF)


def _names(addon: str, schemas: Mapping[str, Schema], known: Mapping[str, Schema]) -> dict[str, str]:
    """{name: name in the document} of an addon's schemas. A schema differs from the known one of its name if one that
    it refers to does."""
    different = {name for name, schema in schemas.items() if known.get(name, schema) != schema}
    while more := {
        name
        for name in (schemas.keys() & known.keys()) - different
        if any(f"{REF}{each}" in set(_texts(schemas[name])) for each in different)
    }:
        different |= more
    # A dot is in no name of a class.
    return {name: f"{addon}.{name}" if name in different else name for name in schemas}


def _texts(schema: Any) -> Iterator[str]:
    """All texts in a schema, references among them."""
    if isinstance(schema, str):
        yield schema
    elif isinstance(schema, (dict, list)):
        for each in schema.values() if isinstance(schema, dict) else schema:
            yield from _texts(each)


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """A schema with other references."""
    if isinstance(schema, str):
        return names.get(schema, schema)
    if isinstance(schema, list):
        return [_renamed(each, names) for each in schema]
    if isinstance(schema, dict):
        return {name: _renamed(each, names) for name, each in schema.items()}
    return schema
