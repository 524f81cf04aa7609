"""The OpenAPI 3.1 document of a facade, made of the declarations that really run."""

import json

from pydantic.json_schema import models_json_schema

from .filters import Filters
from .paging import changes_form, partial_form
from .sync import Polled

REF = "#/components/schemas/{model}"


def document(facade, error_shape, refusals):
    """The document as a JSON text.

    `refusals` maps a status to its description; `error_shape` is the body of all of them.
    """
    served = [operation for operation in facade.operations if not operation.public]
    shapes = {(form, "serialization") for operation in served for form in _forms(operation)}
    shapes |= {(operation.takes, "validation") for operation in served if operation.takes}
    shapes |= {(operation.query, "validation") for operation in served if operation.query}
    shapes.add((error_shape, "serialization"))
    refs, definitions = models_json_schema(sorted(shapes, key=str), ref_template=REF)
    components = definitions["$defs"]
    queries = {operation.query.__name__ for operation in served if operation.query}
    paths = {}
    for operation in served:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, refs, components)
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": facade.title, "version": facade.version, "description": facade.description},
            "servers": [{"url": facade.prefix}],
            "security": [{"ApiKey": []}],
            "tags": [{"name": name} for name in dict.fromkeys(operation.tag for operation in served)],
            "paths": paths,
            "components": {
                "securitySchemes": {"ApiKey": {"type": "apiKey", "in": "header", "name": facade.key_header}},
                "schemas": {name: schema for name, schema in components.items() if name not in queries},
                "responses": {
                    f"E{status}": _refusal(status, description, refs[error_shape, "serialization"])
                    for status, description in refusals.items()
                },
            },
        }
    )


def _operation(operation, refs, components):
    described = {"operationId": operation.name, "tags": [operation.tag], "summary": operation.summary}
    if operation.description:
        described["description"] = operation.description
    parameters = _parameters(operation, components)
    if parameters:
        described["parameters"] = parameters
    if operation.takes:
        described["requestBody"] = {"required": True, "content": _json(refs[operation.takes, "validation"])}
    described["responses"] = {
        str(operation.status): {
            "description": operation.summary,
            "content": _json(_answer(operation, refs)),
        },
        **{str(status): {"$ref": f"#/components/responses/E{status}"} for status in operation.statuses},
    }
    return described


def _forms(operation):
    """The shapes that an operation's answer may have; the one that is given to whoever asks for nothing else first."""
    forms = [operation.gives]
    if operation.query and issubclass(operation.query, Polled):
        forms.append(changes_form(operation.gives))
    if operation.query and issubclass(operation.query, Filters):
        forms.append(partial_form(operation.gives))
    return forms


def _answer(operation, refs):
    schemas = [refs[form, "serialization"] for form in _forms(operation)]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _parameters(operation, components):
    parameters = []
    if operation.subject:
        schema = {"type": "integer", "minimum": 1}
        parameters.append({"name": "id", "in": "path", "required": True, "schema": schema})
    if operation.query:
        shape = components[operation.query.__name__]
        for name, schema in shape["properties"].items():
            # A list is one text with commas.
            is_list = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
            required = name in shape.get("required", ())
            parameters.append({"name": name, "in": "query", "required": required, "schema": schema, **is_list})
    return parameters


def _refusal(status, description, schema):
    refusal = {"description": description, "content": _json(schema)}
    if status == 429:
        refusal["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds."}}
    return refusal


def _json(schema):
    return {"application/json": {"schema": schema}}
