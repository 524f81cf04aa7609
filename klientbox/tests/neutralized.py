"""Common checks of the neutralize.sql of every addon."""

import re

from odoo.modules.neutralize import neutralize_database
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

# A stored field with such a name may contain a secret, give access elsewhere, or send data out.
SUSPICIOUS = re.compile(
    r"secret|token|digest|credential|password|hash|(^|_)key(_|$)|app_id|^enabled$|^active$|^state$|^status$"
    r"|^next_at$|^due_at$|^lease_until$|url$|uuid"
)
# Expectations: the field keeps its value, or `neutralized` returns the new one.
KEPT = "kept"


class Neutralized:
    """`addon` is the one whose fields are checked; `judged` has an expectation for each suspicious field, as
    model.field: KEPT, or the value afterwards, or a function of (value before, value after)."""

    # Odoo runs test methods of base classes only on request.
    allow_inherited_tests_method = True

    def suspicious(self):
        """{model.field} of the stored fields of the addon that need an expectation."""
        return {
            f"{name}.{field.name}"
            for name, model in self.env.registry.items()
            if not model._abstract and not model._transient
            for field in model._fields.values()
            if field._module == self.addon and field.store and field.column_type
            if SUSPICIOUS.search(field.name) or field.groups == NO_ACCESS
        }

    def test_every_field_that_may_hold_a_secret_is_judged(self):
        self.assertEqual(sorted(self.suspicious() ^ set(self.judged)), [])

    def test_a_neutralized_copy_neither_answers_nor_writes_nor_knows_a_secret(self):
        """By Odoo's own function, which runs the file of every installed module; a second time changes nothing more."""
        self.make_something_of_everything()
        before = self._values()
        self.assertEqual({name for name, values in before.items() if not any(values.values())} - self.empty, set())
        for _time in range(2):
            neutralize_database(self.env.cr)
            self.env.invalidate_all(flush=False)
            after = self._values()
            for name, judgement in self.judged.items():
                for record_id, value in before[name].items():
                    became = after[name].get(record_id)
                    with self.subTest(name, record=record_id, value=value):
                        if judgement == KEPT:
                            self.assertEqual(became, value)
                        elif callable(judgement):
                            self.assertTrue(judgement(value, became), became)
                        else:
                            self.assertEqual(became, judgement)

    # Fields that `make_something_of_everything` leaves empty.
    empty = frozenset()

    def _values(self):
        self.env.flush_all()
        values = {}
        for name in self.judged:
            model, _dot, field = name.rpartition(".")
            column, table = SQL.identifier(field), SQL.identifier(self.env[model]._table)
            values[name] = dict(self.env.execute_query(SQL("SELECT id, %s FROM %s", column, table)))
        return values


def is_new(before, after):
    """Another secret, unknown to anyone."""
    return bool(after) and after != before


def by(table):
    """A judgement: values that are named in the table become others, all else is kept."""
    return lambda before, after: after == table.get(before, before)
