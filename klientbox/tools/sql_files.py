"""Functions and triggers of PostgreSQL, in files of the folder sql/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from odoo.tools import SQL

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

CORE = Path(__file__).parents[1] / "sql"


def run(cr: BaseCursor, name: str, folder: Path = CORE, **values: Any) -> None:
    """Execute sql/<name>.sql. `values` replace %(name)s there as literals; without any, a % needs no second one."""
    statement = (folder / f"{name}.sql").read_text()
    cr.execute(SQL(statement, **values) if values else statement)
