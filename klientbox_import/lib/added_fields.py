"""Fields of clients and visits that other addons add to files: a column may fill them, and an export writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .column_headers import CLIENT, FIELDS, VISIT, Field

# How a cell is read: as a text of one line or of several, an answer, a whole number, an amount in the company's
# currency, or a date in the order of its column.
TEXT, LINES, YES_NO, NUMBER, AMOUNT, DAY = KINDS = ("text", "lines", "yes_no", "number", "amount", "day")


@dataclass(frozen=True)
class AddedField(Field):
    """A field that an addon has added to klientbox.client or klientbox.visit; it has the same name there.

    `read` returns the value of a cell as the model stores it, where `kind` is not enough; it raises values.Unreadable.
    `write` returns the cell of a value that is not empty. An unreadable cell refuses its row, unless the field
    `is_optional`: then it is left empty, with a remark. A value that `is_unique` refuses rows of a second client.
    """

    kind: str = TEXT
    read: Callable[[str], Any] | None = None
    write: Callable[[Any], str] | None = None
    is_optional: bool = False
    is_unique: bool = False

    def __post_init__(self) -> None:
        if self.about not in (CLIENT, VISIT) or self.kind not in KINDS:
            raise ValueError(f"{self.label}: no such subject or kind.")
        if self.is_unique and self.about != CLIENT:
            raise ValueError(f"{self.label}: only values of clients can be unique.")


def with_added(added: Mapping[str, AddedField]) -> dict[str, Field]:
    """All fields of files, by name. A field of ours can't be replaced."""
    if taken := FIELDS.keys() & added.keys():
        raise ValueError(f"Fields of klientbox_import: {sorted(taken)}")
    return {**FIELDS, **added}
