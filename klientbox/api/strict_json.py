"""JSON as in the RFC, and as a database can store it: the standard parser without its leniency."""

from __future__ import annotations

import json
from typing import Any, NoReturn

MAX_DEPTH = 32


class InvalidJson(ValueError):
    """The text is not acceptable JSON; the message says why."""


def loads(raw: bytes) -> Any:
    """Parse UTF-8 bytes.

    Refuses NaN and Infinity, repeated names, NUL, lone surrogates and nesting over MAX_DEPTH (InvalidJson).
    """
    try:
        value = json.loads(raw.decode(), parse_constant=_refuse_constant, object_pairs_hook=_object)
    except RecursionError as error:
        raise _too_deep() from error
    except UnicodeDecodeError as error:
        raise InvalidJson("The body is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise InvalidJson(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except ValueError as error:
        # Errors of our own hooks, and of integers beyond the interpreter's limit of digits.
        raise (
            error if isinstance(error, InvalidJson) else InvalidJson("The body contains a number that is too long.")
        ) from error
    _check(value, MAX_DEPTH)
    return value


def _too_deep() -> InvalidJson:
    return InvalidJson("The body is nested too deeply.")


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidJson(f"{name} is not JSON.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise InvalidJson("A name is repeated in one object.")
    return members


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise _too_deep()
    if isinstance(value, str):
        if not is_storable(value):
            raise InvalidJson("The body contains a character that can't be stored.")
    elif isinstance(value, dict):
        for name, member in value.items():
            _check(name, depth)
            _check(member, depth - 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth - 1)


def is_storable(text: str) -> bool:
    """No NUL and no lone surrogate: PostgreSQL accepts neither."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
