"""Maintains the undeliverable addresses, klientbox_undeliverable: by a trigger on messages, for any writer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..lib.failure_reasons import PERMANENT, TEMPORARY, UNSUBSCRIBED
from . import sql_files

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor


def install(cr: BaseCursor) -> None:
    """Create the trigger that adds and removes addresses, and the function that returns why one gets no messages."""
    sql_files.run(
        cr,
        "undeliverable",
        permanent=_array(PERMANENT),
        temporary=_array(TEMPORARY),
        unsubscribed=UNSUBSCRIBED,
    )


def _array(words: Iterable[str]) -> str:
    return f"{{{','.join(words)}}}"
