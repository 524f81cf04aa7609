"""Records that are inserted by statements: because there are thousands of them, or because an index decides which stay.

They get what `create` gives them: defaults and precomputed values of all fields that the rows don't have, also of
fields that other addons have added, and everything that depends on the new records is computed again. They don't get
what a model adds in its own `create`, and neither constraints in Python nor access rights are checked.
"""

from collections import defaultdict

from odoo.models import MAGIC_COLUMNS
from odoo.tools import SQL, split_every
from odoo.tools.misc import clean_context
from psycopg2.extras import Json

from .ir_default import CREATING

# Rows of one statement.
CHUNK = 2_000
ANY_CONFLICT_FAILS = SQL()


def insert(model, rows, conflict=ANY_CONFLICT_FAILS, returning="id"):
    """Insert rows, {name: value}; returns the values of the column `returning` of those that were inserted.

    Values are those of the columns (JSON as psycopg2's Json). Names of other fields, such as commands of lines, are for
    the computations only. `conflict` is an ON CONFLICT clause. Rows with the same names are inserted in their order.
    """
    # Defaults in the context are those of a form that happens to be open, and a user's own are for forms.
    context = {**clean_context(model.env.context), CREATING: True}
    model = model.browse().with_context(context)  # pylint: disable=context-overridden
    returned, given = [], []
    for chunk in split_every(CHUNK, rows, list):
        for names, alike in _by_names(chunk).items():
            columns = [name for name in names if model._fields[name].column_type]
            done = model.env.execute_query(_statement(model, *_completed(model, alike, columns), conflict, returning))
            returned += (value for _id, value in done)
            given.append(([model._fields[name] for name in columns], model.browse(new for new, _value in done)))
    model.invalidate_model()
    with model.env.protecting(given):
        model.union(*(records for _fields, records in given)).modified(model._fields, create=True)
    return returned


def _by_names(rows):
    alike = defaultdict(list)
    for row in rows:
        alike[tuple(row)].append(row)
    return alike


def _statement(model, rows, names, conflict, returning):
    arrays = [SQL(f"%s::{model._fields[name].column_type[0]}[]", [row[name] for row in rows]) for name in names]
    columns = [SQL.identifier(name) for name in names]
    log, logged = [], []
    if model._log_access:
        log = [SQL.identifier(name) for name in ("create_uid", "create_date", "write_uid", "write_date")]
        logged = [SQL("%s", model.env.uid), SQL("now() AT TIME ZONE 'UTC'")] * 2
    return SQL(
        "INSERT INTO %(table)s (%(all)s) SELECT %(values)s FROM unnest(%(arrays)s) AS new(%(columns)s) %(conflict)s"
        " RETURNING id, %(returning)s",
        table=SQL.identifier(model._table),
        all=SQL(", ").join(columns + log),
        values=SQL(", ").join(columns + logged),
        arrays=SQL(", ").join(arrays),
        columns=SQL(", ").join(columns),
        conflict=conflict,
        returning=SQL.identifier(returning),
    )


def _completed(model, rows, names):
    """(rows, names) with the columns that the model fills by itself: by a default or a precomputed value."""
    left = {
        name: field
        for name, field in model._fields.items()
        if field.store and field.column_type and name not in (*names, *MAGIC_COLUMNS)
    }
    by_user = model.env["ir.default"]._get_model_defaults(model._name)
    defaults = [name for name, field in left.items() if field.default or name in by_user]
    computed = [name for name, field in left.items() if field.precompute and name not in defaults]
    if not defaults and not computed:
        return rows, names
    # Defaults for each row by itself: one may be a new token.
    vals_list = [{**_plain(row), **model.default_get(defaults)} for row in rows]
    if computed:
        _precompute(model, vals_list, computed)
    added = defaults + computed
    return [
        {**row, **{name: left[name].convert_to_column_insert(vals[name], model, vals) for name in added}}
        for row, vals in zip(rows, vals_list, strict=True)
    ], names + added


def _plain(row):
    """Values as `create` takes them."""
    return {name: value.adapted if isinstance(value, Json) else value for name, value in row.items() if name != "id"}


def _precompute(model, vals_list, names):
    """Add the values of these fields, computed from drafts as `create` does."""
    drafts = model.concat(*map(model.new, vals_list))
    for draft, vals in zip(drafts, vals_list, strict=True):
        for name in names:
            vals[name] = draft._fields[name].convert_to_write(draft[name], model)
    drafts.invalidate_recordset(flush=False)
