"""The OpenAPI 3.1 document of a facade, made from the declarations that the requests use."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..lib.reasons import PHONE_TAKEN
from . import openapi_parts as parts
from .errors import MESSAGES, ApiError
from .filters import Filters
from .openapi_schemas import Schemas
from .paging import changes_form, partial_form
from .shapes import SCOPE
from .sync import Polled

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .facade import Facade
    from .openapi_schemas import Form
    from .routes import Operation, Routes

# One error of each status: code, message, and the bad fields.
EXAMPLES: dict[int, tuple[Any, ...]] = {
    400: ("phone_taken", PHONE_TAKEN, ("phone", "phone_taken", PHONE_TAKEN)),
    401: ("api_key_missing", MESSAGES["api_key_missing"]),
    403: ("api_key_invalid", MESSAGES["api_key_invalid"]),
    404: ("not_found", "Client not found"),
    409: ("idempotency_in_progress", MESSAGES["idempotency_in_progress"]),
    412: ("precondition_failed", MESSAGES["precondition_failed"]),
    413: ("request_entity_too_large", "Request Entity Too Large"),
    415: ("unsupported_media_type", "Send JSON."),
    422: ("idempotency_key_reused", MESSAGES["idempotency_key_reused"]),
    429: ("rate_limited", MESSAGES["rate_limited"]),
    500: ("internal_error", MESSAGES["internal_error"]),
    503: ("unavailable", MESSAGES["unavailable"]),
}
# A JSON Schema, or another object of the document.
_Schema = dict[str, Any]


def document(facade: Facade, routes: Routes, error_shape: type[BaseModel], refusals: Mapping[int, str]) -> str:
    """The document of one database's operations, as a JSON text.

    `refusals` maps a status to its description; `error_shape` is the body of all of them.
    """
    served = [operation for operation in routes.operations if not operation.public]
    every = facade.examples.get("*", {})
    schemas = _schemas(facade, served, error_shape)
    queries = {schemas.name(each.addon, each.query, "validation") for each in served if each.query}
    components = {
        # Viewers send the examples of parameters, and a list with all filters at once is empty.
        name: schema if name in queries else parts.with_examples(schema, {**every, **facade.examples.get(name, {})})
        for name, schema in schemas.components.items()
    }
    paths: dict[str, _Schema] = {}
    for operation in served:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(routes, operation, schemas)
    refusals = {**refusals, **parts.REFUSALS}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {
                "title": facade.title,
                "version": facade.version,
                "description": facade.description,
                "license": {"name": facade.license, "identifier": facade.license},
            },
            "servers": [{"url": facade.prefix}],
            "security": [{"ApiKey": []}],
            "tags": _tags(facade, served),
            "paths": paths,
            "components": {
                "securitySchemes": {"ApiKey": _key(facade)},
                "parameters": parts.PARAMETERS,
                "headers": parts.HEADERS,
                "schemas": {
                    name: parts.scopes(routes.scopes) if schema == SCOPE else schema
                    for name, schema in components.items()
                    if name not in queries
                },
                "responses": {
                    f"E{status}": parts.refusal(
                        status,
                        description,
                        schemas.ref(facade.addon, error_shape, "serialization"),
                        _example(facade, status),
                    )
                    for status, description in sorted(refusals.items())
                },
            },
        }
    )


def _schemas(facade: Facade, served: Iterable[Operation], error_shape: type[BaseModel]) -> Schemas:
    """The schemas of all shapes, the facade's own first."""
    forms: dict[str, set[Form]] = {facade.addon: {(error_shape, "serialization")}}
    for operation in served:
        used = forms.setdefault(operation.addon, set())
        used |= {(form, "serialization") for form in _forms(operation)}
        used |= {(shape, "validation") for shape in (operation.takes, operation.query) if shape}
    schemas = Schemas()
    for addon in [facade.addon, *sorted(forms.keys() - {facade.addon})]:
        schemas.add(addon, forms[addon])
    return schemas


def _tags(facade: Facade, served: Sequence[Operation]) -> list[dict[str, str]]:
    """The used tags, in the facade's order, others after them."""
    used = {operation.tag for operation in served}
    about = {**{operation.tag: operation.about for operation in served if operation.about}, **facade.tags}
    names = [*facade.tags, *sorted(used - facade.tags.keys())]
    return [{"name": name, **({"description": about[name]} if name in about else {})} for name in names if name in used]


def _key(facade: Facade) -> dict[str, str]:
    description = "An API key of one company. Send it in this header only; in the query string it is refused (400)."
    return {"type": "apiKey", "in": "header", "name": facade.key_header, "description": description}


def _example(facade: Facade, status: int) -> dict[str, Any]:
    """The body of an error in the facade's format."""
    code, message, *details = EXAMPLES[status]
    message = facade.message(code) if code in MESSAGES else message
    return facade.error_body(ApiError(status, code, message, details), "5f2b8c1d9e3a4f60")


def _operation(routes: Routes, operation: Operation, schemas: Schemas) -> _Schema:
    described: _Schema = {"operationId": operation.name, "tags": [operation.tag], "summary": operation.summary}
    scope = f"Needs the scope `{operation.scope}`." if operation.scope else ""
    description = "\n\n".join(filter(None, [operation.description, scope]))
    if description:
        described["description"] = description
    if operation.scope:
        described["x-scope"] = operation.scope
    parameters = [*_parameters(operation, schemas), *parts.parameters(operation)]
    if parameters:
        described["parameters"] = parameters
    if operation.takes:
        described["requestBody"] = {
            "required": True,
            "content": _json(schemas.ref(operation.addon, operation.takes, "validation")),
        }
    described["responses"] = {
        str(operation.status): {
            "description": operation.summary,
            "headers": parts.headers(routes, operation),
            "content": _json(_answer(operation, schemas)),
        },
        **{str(status): {"$ref": f"#/components/responses/E{status}"} for status in parts.statuses(operation)},
    }
    return described


def _forms(operation: Operation) -> list[type[BaseModel]]:
    """The possible shapes of an operation's answer; the default one first."""
    forms: list[type[BaseModel]] = [operation.gives]
    if operation.query and issubclass(operation.query, Polled):
        forms.append(changes_form(operation.gives))
    if operation.query and issubclass(operation.query, Filters) and "fields" in operation.query.model_fields:
        forms.append(partial_form(operation.gives))
    return forms


def _answer(operation: Operation, schemas: Schemas) -> _Schema:
    forms = [schemas.ref(operation.addon, form, "serialization") for form in _forms(operation)]
    return forms[0] if len(forms) == 1 else {"anyOf": forms}


def _parameters(operation: Operation, schemas: Schemas) -> list[_Schema]:
    parameters = []
    if operation.subject:
        schema = {"type": "integer", "minimum": 1}
        described = f"The {operation.noun}'s id. An id of another company is not found."
        parameters.append(
            {"name": "id", "in": "path", "required": True, "schema": schema, "description": described, "example": 42}
        )
    if operation.query:
        shape = schemas.components[schemas.name(operation.addon, operation.query, "validation")]
        for name, schema in shape["properties"].items():
            # A list is one text with commas.
            is_list = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
            # Beside a reference to a shared schema, too.
            about = {key: schema[key] for key in ("description",) if key in schema}
            schema = {key: value for key, value in schema.items() if key != "description"}
            required = name in shape.get("required", ())
            parameters.append(
                {"name": name, "in": "query", "required": required, "schema": schema, **is_list, **about}
                | _example_not_sent(schema, schemas.components)
            )
    return parameters


def _example_not_sent(schema: _Schema, components: Mapping[str, _Schema]) -> _Schema:
    """For a parameter with few values an example that the viewer does not send by itself; it would send the first."""
    values = components.get(schema.get("$ref", "").rpartition("/")[2], schema).get("enum")
    return {"examples": {"one": {"value": values[0], "x-disabled": True}}} if values else {}


def _json(schema: _Schema) -> _Schema:
    return {"application/json": {"schema": schema}}
