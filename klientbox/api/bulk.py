"""Many records in one call: an invalid one gets its own error and affects no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import psycopg2
from odoo.exceptions import UserError
from pydantic import Field, ValidationError, WrapValidator

from .errors import ApiError, from_exception, invalid
from .shapes import Answer, problems

if TYPE_CHECKING:
    from odoo.models import BaseModel
    from pydantic import ValidatorFunctionWrapHandler

    from .errors import Problem

T = TypeVar("T")
MOST = 500


class Refused(NamedTuple):
    """An item that was refused: an ApiError."""

    error: ApiError


def _attempt(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError as error:
        return Refused(invalid(problems(error)))


# In the document an item has its shape; an invalid one is a Refused in the list.
Items = Annotated[list[Annotated[T, WrapValidator(_attempt)]], Field(min_length=1, max_length=MOST)]


class ItemProblem(Answer):
    """One field of an item and what is wrong with it."""

    field: str
    code: str
    message: str


class ItemError(Answer):
    """Why an item was refused: the error of the request for a single record."""

    code: str
    message: str
    details: list[ItemProblem]


class Result(Answer, Generic[T]):
    """The result of one item."""

    index: int = Field(ge=0, description="Position in the request, from 0.")
    status: Literal[201, 400]
    id: int | None = Field(description="Of the new record.")
    data: T | None
    error: ItemError | None


class Results(Answer, Generic[T]):
    """The results of all items, in the order of the request."""

    results: list[T]
    created: int = Field(ge=0)
    failed: int = Field(ge=0)


def create_each(
    model: BaseModel, items: Sequence[dict[str, Any] | Refused], field_names: Mapping[str, str]
) -> dict[str, Any]:
    """Create a record for each of `items` (dictionaries, or Refused) and return the Results.

    The model decides by `_prepare_each` which of them can be created; those are created together. Only if that fails,
    as when another request takes a phone at the same moment, one by one. `field_names` are the resource's.
    """
    valid_items = [item for item in items if not isinstance(item, Refused)]
    prepared: Iterator[tuple[dict[str, Any], list[Problem]]] = iter(model._prepare_each(valid_items))
    outcomes: list[Any] = [
        item if isinstance(item, Refused) else _understood(*next(prepared), field_names) for item in items
    ]
    good = [place for place, outcome in enumerate(outcomes) if not isinstance(outcome, Refused)]
    made = _create(model, [outcomes[place] for place in good], field_names)
    for place, outcome in zip(good, made, strict=True):
        outcomes[place] = outcome
    results = [_result(place, outcome) for place, outcome in enumerate(outcomes)]
    created = sum(result["status"] == 201 for result in results)
    return {"results": results, "created": created, "failed": len(results) - created}


def _understood(
    vals: dict[str, Any], found: Iterable[Problem], field_names: Mapping[str, str]
) -> dict[str, Any] | Refused:
    if not found:
        return vals
    return Refused(invalid([(field_names.get(name, name), code, message) for name, code, message in found]))


def _create(
    model: BaseModel, vals_list: list[dict[str, Any]], field_names: Mapping[str, str]
) -> list[BaseModel | Refused]:
    """For each of the values the record, or Refused."""
    try:
        with model.env.cr.savepoint():
            return list(model.create(vals_list))
    except (UserError, psycopg2.IntegrityError) as error:
        refusal = from_exception(error, field_names, model.env)
        if refusal.code != 400:
            raise
        if len(vals_list) == 1:
            return [Refused(refusal)]
    return [outcome for vals in vals_list for outcome in _create(model, [vals], field_names)]


def _result(place: int, outcome: BaseModel | Refused) -> dict[str, Any]:
    if isinstance(outcome, Refused):
        error = outcome.error
        details = [dict(zip(("field", "code", "message"), detail, strict=True)) for detail in error.details]
        described = {"code": error.error_code, "message": error.message, "details": details}
        return {"index": place, "status": 400, "id": None, "data": None, "error": described}
    return {"index": place, "status": 201, "id": outcome.id, "data": outcome, "error": None}
