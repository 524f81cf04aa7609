"""Requests made from a document: valid ones, and the places in them that refer to a record."""

import itertools
import re
from typing import NamedTuple

# The model behind each collection of v1, by its segment of the path. A missing one fails the tests that need it.
MODELS = {
    "clients": "klientbox.client",
    "deliveries": "klientbox.webhook.delivery",
    "messages": "klientbox.message",
    "services": "klientbox.service",
    "visits": "klientbox.visit",
    "webhooks": "klientbox.webhook",
}
# Ends in _id, but is the caller's own text.
OWN_TEXT = {"external_id"}
TEXTS = {
    "date": "2026-01-15T10:00:00",
    "email": "made.up@example.com",
    "name": "Made Up",
    "url": "https://example.com/hook",
}
_numbers = itertools.count(700_000_000)


class Place(NamedTuple):
    """A place for the id of a record in an operation: in path, query or body, its name, its collection.

    The name in a body is dotted; `[]` is an item of a list.
    """

    where: str
    name: str
    collection: str


def collection_of(path):
    """The collection at the end of a path: clients of /clients/bulk, webhooks of /webhooks/{id}/test."""
    known = [segment for segment in path.split("/") if segment in MODELS]
    assert known, f"{path}: which model is that? Tell made_up.MODELS."
    return known[-1]


def places(document, name):
    """All places of an operation, by its description."""
    route = document.operations[name]
    found = [Place("path", each, _collection_in_path(each, route.path)) for each in _path_members(route.path)]
    for each in document.query(name):
        field, _, lookup = each.partition("__")
        if lookup in ("", "in") and _is_id(field):
            found.append(Place("query", each, _collection(field, route.path)))
    schema = document.body(name)
    if schema:
        for each in _ids_within(document, schema):
            found.append(Place("body", each, _collection(each.rpartition(".")[2].removesuffix("[]"), route.path)))
    return found


def request(document, name, records, changed=None, value=None):
    """A valid request, as path below the prefix and options of `Api.request`.

    `records` has an id of each collection; at the place `changed` the value is `value` instead.
    """
    route = document.operations[name]
    where = changed.where if changed else None
    path = route.path
    for each in _path_members(route.path):
        is_changed = where == "path" and changed.name == each
        record = value if is_changed else records[_collection_in_path(each, route.path)]
        path = path.replace(f"{{{each}}}", str(record))
    options = {}
    if where == "query":
        options["params"] = {changed.name: value}
    schema = document.body(name)
    if schema:
        options["json"] = body(document, schema, records, collection_of(route.path))
        if where == "body":
            _put(options["json"], changed.name.split("."), value)
    return path, options


def body(document, schema, records, collection):
    """A valid body: its required members, or one text where there are none."""
    properties = schema.get("properties", {})
    wanted = schema.get("required") or [name for name in properties if _is_plain_text(document, properties[name])][:1]
    return {name: _value(document, name, properties[name], records, collection) for name in wanted}


def item_schema(document, name):
    """The schema of an operation's written values: of its body, or of an item where it takes many."""
    schema = document.body(name)
    items = schema["properties"].get("items")
    return document.resolve(items["items"]) if items else schema


def _path_members(path):
    return re.findall(r"\{(\w+)\}", path)


def _collection_in_path(member, path):
    """The record of a path: in /webhooks/{id}/deliveries the webhook."""
    return collection_of(path.partition(f"{{{member}}}")[0])


def _value(document, name, schema, records, collection):
    schema = next(each for each in document.alternatives(schema) if each.get("type") != "null")
    kind = schema.get("type")
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    if kind == "array":
        return [_value(document, name, schema["items"], records, collection)]
    if kind == "object":
        return body(document, schema, records, collection)
    if kind == "integer":
        return records[_collection(name, collection)] if _is_id(name) else max(schema.get("minimum", 1), 1)
    if name == "phone":
        return f"+420{next(_numbers)}"
    return {"number": 1, "boolean": True}.get(kind) or TEXTS.get(name, "Something")


def _put(members, path, value):
    """Set a member, by its dotted name; an item of a list is the first."""
    [first, *rest] = path
    name = first.removesuffix("[]")
    if rest:
        _put(members[name][0] if first.endswith("[]") else members[name], rest, value)
    else:
        members[name] = [value] if first.endswith("[]") else value


def _ids_within(document, schema):
    """The dotted names of all ids in a body."""
    for name, inner in schema.get("properties", {}).items():
        for form in document.alternatives(inner):
            items = document.resolve(form["items"]) if "items" in form else None
            if _is_id(name) and (form.get("type") == "integer" or (items and items.get("type") == "integer")):
                yield f"{name}[]" if items else name
            elif "properties" in (items or form):
                for below in _ids_within(document, items or form):
                    yield f"{name}[].{below}" if items else f"{name}.{below}"


def _is_id(name):
    return name not in OWN_TEXT and re.fullmatch(r"id|\w+_ids?", name) is not None


def _collection(name, path):
    """The collection of an id: of client_id the clients, of id that of the path."""
    return collection_of(path) if name == "id" else collection_of(f"{re.sub('_ids?$', '', name)}s")


def _is_plain_text(document, schema):
    return any(form.get("type") == "string" and "enum" not in form for form in document.alternatives(schema))
