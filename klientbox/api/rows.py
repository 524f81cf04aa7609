"""A page of rows and their number by one statement, for shapes that ask for nothing but columns.

Half of what the ORM takes for a page goes into giving values out one by one. Access rights, company rules and pending
changes are the ORM's here as well: the statement is made of `_search`.
"""

from collections import namedtuple
from functools import lru_cache

from odoo.tools import SQL


def are_columns(model, names):
    """Whether every name is a plain column of the model's table."""
    fields = [model._fields[name] for name in names]
    return all(
        field.store and field.column_type and not (field.relational or field.translate or field.company_dependent)
        for field in fields
    )


def page_of_rows(model, domain, names, order, offset, limit):
    """(rows, number of all that match). A row has the names as attributes; what is empty is None."""
    query = model._search(domain, order=order, offset=offset, limit=limit)
    number = SQL("SELECT count(*) FROM %s WHERE %s", query.from_clause, query.where_clause or SQL("TRUE"))
    columns = [_column(model, query, name) for name in names]
    found = model.env.execute_query(query.select(*columns, SQL("(%s)", number)))
    if found:
        make = _row_type(names)
        return [make(*values) for *values, _number in found], found[0][-1]
    return [], model.env.execute_query(number)[0][0] if offset else 0


@lru_cache
def _row_type(names):
    return namedtuple("Row", names)


def _column(model, query, name):
    """The column, with the ORM's value where numbers and flags were never written."""
    column, field = model._field_to_sql(query.table, name, query), model._fields[name]
    if field.type in ("boolean", "integer", "float", "monetary"):
        return SQL("COALESCE(%s, %s)", column, field.falsy_value)
    return column
