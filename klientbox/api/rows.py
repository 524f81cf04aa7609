"""A page of rows and their total by one statement, for shapes of columns, and of ids and names of references.

Half of the ORM's time for a page goes into returning values one by one. Access rights, company rules and pending
changes are the ORM's here as well: the statement is made from `_search`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from odoo.fields import Domain
from odoo.tools import SQL

from .shapes import Reference

if TYPE_CHECKING:
    from odoo.fields import Field
    from odoo.models import BaseModel
    from odoo.tools import Query

    from .shapes import Answer

# The maximum number of a pattern's matches that are sorted before the page is cut.
FEW = 2_000


def are_columns(model: BaseModel, names: Sequence[str]) -> bool:
    """Whether every name is a plain column of the model's table, or a reference's id or name ("client_id.name")."""
    return all(_is_column(model, *name.partition(".")[::2]) for name in names)


def _is_column(model: BaseModel, name: str, part: str) -> bool:
    field = model._fields[name]
    if not part:
        return _is_plain(field) or (name in _in_sql(model) and not field.relational)
    if field.type != "many2one" or not _has_sql(model, field):
        return False
    return part == "id" or _is_plain(model.env[field.comodel_name]._fields[part])


def _is_plain(field: Field[Any]) -> bool:
    return bool(field.store and field.column_type) and not (
        field.relational or field.translate or field.company_dependent
    )


def _has_sql(model: BaseModel, field: Field[Any]) -> bool:
    """Whether `_field_to_sql` knows the field: it is stored, leads to a stored one, or is written by the model."""
    if field.store or field.name in _in_sql(model):
        return True
    path = field.related.split(".") if field.related else []
    return len(path) == 2 and bool(model._fields[path[0]].store)


def _in_sql(model: BaseModel) -> Sequence[str]:
    """Fields that are not stored, and which the model's `_field_to_sql` reads from other tables."""
    names: Sequence[str] = getattr(model, "_klientbox_in_sql", ())
    return names


def page_of_rows(
    model: BaseModel,
    domain: Domain,
    names: Sequence[str],
    order: str,
    offset: int,
    limit: int,
    by_pattern: bool = False,
) -> tuple[list[dict[str, Any]], int]:
    """(rows, total number of matches). A row is {name: value}; empty values are None, of a reference a Reference.

    `by_pattern`: the domain looks for parts of texts, so that PostgreSQL can only guess how many match.
    """
    query, columns, number = parts(model, domain, names, order, offset, limit)
    if by_pattern and order == "id":
        found, total = _page_of_few(model, query, columns, offset, limit)
        if total > FEW:
            found, total = _page_of_any(model, query, columns, number, offset)
    else:
        found, total = _page_of_any(model, query, columns, number, offset)
    return [_row(names, values) for values in found], total


def _row(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in zip(names, values, strict=False):
        reference, _, part = name.partition(".")
        if part:
            row[reference] = row.get(reference, Reference())._replace(**{part: value})
        else:
            row[name] = value
    return row


def _page_of_any(
    model: BaseModel, query: Query, columns: list[SQL], number: SQL, offset: int
) -> tuple[list[tuple[Any, ...]], int]:
    found = model.env.execute_query(query.select(*columns, SQL("(%s)", number)))
    if found:
        return found, found[0][-1]
    return found, model.env.execute_query(number)[0][0] if offset else 0


def _page_of_few(
    model: BaseModel, query: Query, columns: list[SQL], offset: int, limit: int
) -> tuple[list[tuple[Any, ...]], int]:
    """The same with all matches first, up to FEW and one: for patterns.

    PostgreSQL can only estimate the matches of a pattern. Where the estimate is too high it scans all clients in their
    order for a page of matches, which may never be full.
    """
    table = SQL.identifier(query.table)
    statement = SQL(
        """
        WITH found AS MATERIALIZED (SELECT %(table)s.id FROM %(source)s WHERE %(condition)s LIMIT %(most)s),
             page AS (SELECT id FROM found ORDER BY id OFFSET %(offset)s LIMIT %(limit)s),
             total AS (SELECT count(*) AS total FROM found)
        SELECT %(columns)s, total.total FROM total
          LEFT JOIN page ON TRUE LEFT JOIN %(source)s ON %(table)s.id = page.id
         ORDER BY page.id
        """,
        table=table,
        source=query.from_clause,
        condition=query.where_clause,
        most=FEW + 1,
        offset=offset,
        limit=limit,
        columns=SQL(", ").join([*columns, SQL("page.id")]),
    )
    found = model.env.execute_query(statement)
    total = found[0][-1]
    return [(*values, total) for *values, page_id, total in found if page_id], total


class Statement(NamedTuple):
    """A statement in which $1 and $2 are the rows and offset of a page, or $1 is a record's id.

    The last column of a page is the total.
    """

    text: str
    names: tuple[str, ...]

    def row(self, values: Sequence[Any]) -> dict[str, Any]:
        """{name: value} of a row of it."""
        return _row(self.names, values)


def statement_of_page(model: BaseModel, domain: Domain, shape: type[Answer], order: str) -> Statement | None:
    """The statement of all pages of a list; None for a shape with more than columns."""
    names = tuple(dict.fromkeys(shape.column_names()))
    if not are_columns(model, names):
        return None
    query, columns, number = parts(model, domain, names, order, SQL("$2"), SQL("$1"))
    return _statement(model, query, names, [*columns, SQL("(%s)", number)])


def statement_of_one(record: BaseModel, shape: type[Answer]) -> Statement | None:
    """The statement that reads a record of the model of `record`, and its version; None as above."""
    version = ("version",) if "version" in record._fields else ()
    names = tuple(dict.fromkeys([*shape.column_names(), *version]))
    if not are_columns(record, names):
        return None
    query = record.browse()._search(Domain.TRUE)
    query.add_where(SQL("%s = $1", SQL.identifier(query.table, "id")))
    return _statement(record, query, names, [_column(record, query, name) for name in names])


def _statement(model: BaseModel, query: Query, names: tuple[str, ...], columns: list[SQL]) -> Statement:
    return Statement(model.env.cr.mogrify(query.select(*columns)).decode(), names)


def parts(
    model: BaseModel, domain: Domain, names: Sequence[str], order: str, offset: int | SQL, limit: int | SQL
) -> tuple[Query, list[SQL], SQL]:
    """(query of the page, its columns, statement of the total)."""
    query = model._search(domain, order=order, offset=offset, limit=limit)
    number = SQL("SELECT count(*) FROM %s WHERE %s", query.from_clause, query.where_clause or SQL("TRUE"))
    return query, [_column(model, query, name) for name in names], number


def _column(model: BaseModel, query: Query, name: str) -> SQL:
    """The column, with the ORM's value where numbers and flags are NULL."""
    name, _, part = name.partition(".")
    column, field = model._field_to_sql(query.table, name, query), model._fields[name]
    if part == "name":
        return _name(model.env[field.comodel_name], column)
    if not part and field.type in ("boolean", "integer", "float", "monetary"):
        return SQL("COALESCE(%s, %s)", column, field.falsy_value)
    return column


def _name(model: BaseModel, record_id: SQL) -> SQL:
    """The name of one record, read for the rows of the page alone."""
    alias = f"named_{model._table}"
    name, table = model._field_to_sql(alias, "name"), SQL.identifier(model._table)
    return SQL("(SELECT %s FROM %s AS %s WHERE id = %s)", name, table, SQL.identifier(alias), record_id)
