"""Functions and triggers of PostgreSQL, and long statements, in files of the folder sql/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from odoo.tools import SQL

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

CORE = Path(__file__).parents[1] / "sql"


def statement(name: str, folder: Path = CORE, **values: Any) -> SQL:
    """sql/<name>.sql with `values` in place of its %(name)s, as literals."""
    return SQL(_text(name, folder), **values)


def run(cr: BaseCursor, name: str, folder: Path = CORE, **values: Any) -> None:
    """Execute sql/<name>.sql, see `statement`; without any values, a % needs no second one."""
    cr.execute(statement(name, folder, **values) if values else _text(name, folder))


def _text(name: str, folder: Path) -> str:
    return (folder / f"{name}.sql").read_text()
