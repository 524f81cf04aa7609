"""Who may call which public method, and set which field: a table for each addon, reviewed by hand and checked by tests.

`<addon>/tests/inventory_methods.csv` and `inventory_fields.csv` have a row for each public method that the addon's
classes define and for each stored or inverse field that it adds. `people` is the lowest role of KlientBox that may
(none: no role may), `api` whether the API's user may. A missing, obsolete or different row fails, and the error
shows the right line.
"""

import base64
import csv
from contextlib import suppress

import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw, get_public_method
from odoo.tests import new_test_user
from odoo.tools import file_open

from .test_rights import TestRights

NO_ROLE = "none"
ROLES = ("receptionist", "manager", "administrator")
X2MANY = ("one2many", "many2many")
# What a request can send in place of an id, and of commands.
STRANGE_IDS = ("603", 603.0, True, "x", "\0", -1, 2**31, 2**70, {}, {"id": "1"}, [1], [[1]], {"id": [1]}, [None, "x"])
STRANGE_LISTS = (
    *(5, "x", True, {"a": 1}, [None], ["603"], [603.0], [True], [2**70], [{"id": "1"}], [[]], [[[]]], [["x"]]),
    *([[0]], [[0, 0]], [[0, 0, 0]], [[0, 0, [["name", 1]]]], [[1]], [[1, "603", {}]], [[1, 2**70, {}]], [[1, 1, 0]]),
    *([[2]], [[2, "603"]], [[3, 603.0]], [[4]], [[4, [1]]], [[4, 2**70]], [[4, 1, 0, 0]], [[5, 0, 0, 0]]),
    *(
        [[6]],
        [[6, 0]],
        [[6, 0, "603"]],
        [[6, 0, 1]],
        [[6, 0, [[1]]]],
        [[6, 0, {"a": 1}]],
        [[7, 1, 0]],
        [[6, 0, [1]], 5],
    ),
)
SIMPLE = {
    "char": "Changed",
    "text": "Changed",
    "date": "2026-10-05",
    "datetime": "2026-10-05 10:00:00",
    "json": {"changed": 1},
    "binary": base64.b64encode(b"changed").decode(),
}
# Values that are more than "Changed": {(model, name): value}.
VALUES = {
    ("klientbox.client", "phone"): "+420777123456",
    ("klientbox.client", "koibox_code"): 4711,
    ("klientbox.client", "email"): "changed@example.com",
    ("klientbox.gateway", "template"): '{"to": "{to}", "text": "{text}"}',
    ("klientbox.gateway", "url"): "https://changed.example/send",
    ("klientbox.gateway", "status_url"): "https://changed.example/state",
    ("klientbox.rule.step", "body"): "Changed {salon} {stop}",
    ("klientbox.settings", "api_origins"): "https://changed.example",
    ("klientbox.settings", "active_days"): 61,
    ("klientbox.webhook", "url"): "https://changed.example/hook",
    ("klientbox.webhook", "events"): "client.created",
}


class InventoryChecks:
    """Checks of the tables of an `addon`; beside a SalonCase."""

    # Odoo runs test methods of base classes only on request.
    allow_inherited_tests_method = True
    records_of_the_other_salon = TestRights.records_of_the_other_salon
    values = VALUES

    def setUp(self):
        super().setUp()
        self.users = dict(zip(ROLES, (self.receptionist, self.manager, self.owner), strict=True))
        self.users["api"] = self.env.ref("klientbox.user_api")
        company = {"company_id": self.salon.id, "company_ids": [(6, 0, self.salon.ids)]}
        self.outsiders = [
            new_test_user(self.env, login=f"kb_{group}", groups=f"base.group_{group}", **company)
            for group in ("user", "portal")
        ]

    def samples(self):
        """A record of each model in the salon: {model: record}."""
        self.other = self.salon
        samples = {name: records[:1] for name, records in self.records_of_the_other_salon().items()}
        return {**samples, "res.company": self.salon}

    def as_user(self, record, user):
        return record.with_user(user).with_context(allowed_company_ids=self.salon.ids)

    def table(self, name):
        """The rows of a table: {(model, name): (people, api)}."""
        with file_open(f"{self.addon}/tests/{name}.csv") as file:
            return {(row["model"], row["name"]): (row["people"], row["api"]) for row in csv.DictReader(file)}

    def compare(self, name, found):
        """Fail with the missing lines of the table, and the obsolete ones."""
        table = self.table(name)
        wrong = [f"- {','.join((*key, *table[key]))}" for key in table if found.get(key) != table[key]]
        wrong += [f"+ {','.join((*key, *value))}" for key, value in found.items() if table.get(key) != value]
        self.assertFalse(wrong, f"{self.addon}/tests/{name}.csv:\n" + "\n".join(sorted(wrong, key=lambda w: w[2:])))

    def judged(self, allowed):
        """(people, api) by `allowed(user)`; a role has the rights of those below it."""
        may = {role: allowed(user) for role, user in self.users.items()}
        people = next((role for role in ROLES if may[role]), NO_ROLE)
        self.assertEqual(
            [role for role in ROLES if may[role]], list(ROLES[ROLES.index(people) :] if people in ROLES else ())
        )
        self.assertFalse([user.login for user in self.outsiders if allowed(user)])
        return people, "yes" if may["api"] else "no"

    # -- methods --------------------------------------------------------------------

    def test_each_public_method_is_called_by_its_roles_alone(self):
        samples = self.samples()
        found = {}
        for model, name in self.public_methods():
            with self.subTest(model=model, method=name):
                record = samples.get(model, self.env[model])
                found[model, name] = self.judged(lambda user, r=record, name=name: self.may_call(r, name, user))
        self.compare("inventory_methods", found)

    def public_methods(self):
        """(model, method) of methods that the addon's classes define and a request may call, except Odoo's own."""
        for model, cls in sorted(self.env.registry.items()):
            for name in sorted({name for base in cls.mro() if self.is_mine(base) for name in vars(base)}):
                if name.startswith("_") or not callable(getattr(cls, name)):
                    continue
                if hasattr(self.env.registry["base"], name) or any(self.is_odoos(base, name) for base in cls.mro()):
                    continue
                if self.is_public(model, name):
                    yield model, name

    def is_mine(self, cls):
        return cls.__module__.startswith(f"odoo.addons.{self.addon}.")

    def is_odoos(self, cls, name):
        """Whether a class of Odoo's own defines the method: ours only extends it."""
        return name in vars(cls) and cls.__module__.startswith("odoo.") and "klientbox" not in cls.__module__

    def is_public(self, model, name):
        try:
            get_public_method(self.env[model], name)
        except AccessError:
            return False
        return True

    def may_call(self, record, name, user):
        """Whether the call is permitted; its other errors don't matter here."""
        # Cached records are not checked for rights again.
        self.env.invalidate_all()
        mine = self.as_user(record, user)
        method = getattr(type(record), name)
        arguments = [] if getattr(method, "_api_model", False) else [record.ids]
        try:
            with self.env.cr.savepoint():
                call_kw(mine.browse(), name, arguments, {"context": dict(mine.env.context)})
                self.env.flush_all()
                raise Undone
        except AccessError:
            return False
        except (Undone, UserError):
            return True

    # -- fields ---------------------------------------------------------------------

    def test_each_field_is_set_by_its_roles_alone(self):
        samples = self.samples()
        found = {}
        for model, field in self.own_fields():
            with self.subTest(model=model, field=field.name):
                record = samples.get(model, self.env[model])
                found[model, field.name] = self.judged(lambda user, r=record, f=field: self.may_set(r, f, user))
        # A field that no role may set needs no line.
        self.compare("inventory_fields", {key: who for key, who in found.items() if who != (NO_ROLE, "no")})

    def own_fields(self):
        """(model, field) of the addon's fields whose value can be stored."""
        for model in sorted(self.env.registry):
            if self.env[model]._abstract:
                continue
            for name, field in sorted(self.env[model]._fields.items()):
                is_brought = field._modules[:1] == (self.addon,) and name not in MAGIC_COLUMNS
                if is_brought and (field.store or field.inverse):
                    yield model, field

    def may_set(self, record, field, user):
        return self.may_write(record, field, user) or self.may_create(record, field, user)

    def may_write(self, record, field, user):
        """Whether a write is accepted and changes the value; for lines, whether any command is accepted."""
        mine = self.as_user(record, user)
        if not record or not mine.browse().has_access("write"):
            return False
        before, value = self.present(record, field), self.another(record, field)
        try:
            with self.env.cr.savepoint():
                mine.write({field.name: value})
                self.env.flush_all()
                self.env.invalidate_all()
                changed = field.type in X2MANY or not field.store or self.present(record, field) != before
                raise Undone
        except Undone:
            return changed
        except (UserError, psycopg2.IntegrityError):
            return False

    def may_create(self, record, field, user):
        """Whether a new record has the value that was sent."""
        mine = self.as_user(record, user).browse()
        if not record or not mine.has_access("create"):
            return False
        value = self.another(record, field) or self.present(record, field)
        try:
            with self.env.cr.savepoint():
                made = mine.create({**self.required(record, user), field.name: value})
                self.env.flush_all()
                self.env.invalidate_all()
                kept = (
                    field.type in X2MANY
                    or not field.store
                    or self.present(made, field) == self.kept(made, field, value)
                )
                raise Undone
        except Undone:
            return kept
        except (UserError, psycopg2.IntegrityError):
            # Two of a kind may be impossible; only the rights matter here.
            return False

    def required(self, record, user):
        """Required values of a new record of this kind."""
        return {
            name: value
            for name, value in record.copy_data()[0].items()
            if record._fields[name].required
            and self.as_user(record, user)._has_field_access(record._fields[name], "write")
        }

    def present(self, record, field):
        return field.convert_to_write(record.sudo()[field.name], record.sudo())

    def kept(self, record, field, value):
        cached = field.convert_to_cache(value, record.sudo(), validate=False)
        return field.convert_to_write(field.convert_to_record(cached, record.sudo()), record.sudo())

    def another(self, record, field):
        """A value that the record does not have."""
        if (record._name, field.name) in self.values:
            return self.values[record._name, field.name]
        if field.type in X2MANY:
            return []
        now = record.sudo()[field.name]
        if field.type == "boolean":
            return not now
        if field.type in ("integer", "float", "monetary"):
            return now + 1
        if field.type == "selection":
            return next((key for key in field.get_values(self.env) if key != now), now)
        if field.type == "many2one":
            others = self.env[field.comodel_name].search([("id", "!=", now.id)])
            mine = others.filtered(lambda other: "company_id" not in other or other.company_id == self.salon)
            return (mine or others)[:1].id if mine or not now else False
        return SIMPLE[field.type]

    # -- links ----------------------------------------------------------------------

    def test_no_form_of_a_link_is_a_surprise(self):
        """Whatever a request sends in place of an id or a list of commands, the answer is a refusal in words."""
        samples = self.samples()
        for model, field in self.linking_fields():
            record = samples.get(model) or self.env[model]
            for value in STRANGE_LISTS if field.type in X2MANY else STRANGE_IDS:
                with self.subTest(model=model, field=field.name, value=value):
                    self.send_strange(record, {field.name: value})

    def linking_fields(self):
        """(model, field) of the links of our models, also those that a user can't write."""
        for model in sorted(self.env.registry):
            if model.startswith("klientbox.") and not self.env[model]._abstract:
                for _name, field in sorted(self.env[model]._fields.items()):
                    if field.relational and field._modules[:1] == (self.addon,):
                        yield model, field

    def send_strange(self, record, vals):
        """Send the values as a request does, in each method with values."""
        mine = self.as_user(record, self.owner)
        calls = [
            ("create", [vals]),
            ("web_save", [], vals, {}),
            ("onchange", [], vals, list(vals), {name: {} for name in vals}),
        ]
        calls += (
            [(name, record.ids, vals, *more) for name, more in (("write", []), ("web_save", [{}]))] if record else []
        )
        for name, *arguments in calls:
            self.env.invalidate_all()
            # Odoo itself explains violated constraints.
            with suppress(UserError, psycopg2.IntegrityError, Undone), self.env.cr.savepoint():
                call_kw(mine.browse(), name, arguments, {"context": dict(mine.env.context)})
                self.env.flush_all()
                raise Undone


class Undone(Exception):
    """Ends the savepoint of a permitted call."""
