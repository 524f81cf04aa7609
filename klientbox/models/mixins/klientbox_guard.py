import re

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tools.misc import clean_context

from ...exceptions import FieldError
from ...lib.reasons import NO_SUCH_RECORD
from .reasons import translated

OURS = "klientbox."
ADDONS = "klientbox"
# How Odoo's models name a record of any model: the field of its model, and those of its id or ids.
MODEL_FIELDS = ("res_model", "model")
ID_FIELDS = ("res_id", "res_ids")
RELATIONAL = ("many2one", "one2many", "many2many")
# Commands of an x2many with the id of one record.
NAMING = (Command.UPDATE, Command.DELETE, Command.UNLINK, Command.LINK)
# {command: (its least length, the types of its third element)}.
FORMS = {
    Command.CREATE: (3, dict),
    Command.UPDATE: (3, dict),
    Command.DELETE: (2, object),
    Command.UNLINK: (2, object),
    Command.LINK: (2, object),
    Command.CLEAR: (1, object),
    Command.SET: (3, (list, tuple)),
}
# The web client's name for a line that is not saved yet.
VIRTUAL = "virtual_"
NOT_THERE = -1
# Models whose own `create` and `write` say which of our fields a user sets.
GUARD_THEMSELVES = {
    "klientbox.api.key",
    "klientbox.clientbook.integration",
    "klientbox.consent.event",
    "klientbox.gateway",
    "klientbox.suppression",
    "klientbox.webhook",
    "mail.mail",
    "sms.sms",
}
# In the context of writes by our own code. An object: no request can send it.
_SYSTEM = object()


class Base(models.AbstractModel):
    """Checks the ids and fields in a user's values before anything is computed from them.

    Odoo computes related and stored fields as superuser and reads names of linked records past their rules. So another
    company's id in the values of an `onchange` reveals the content of that record: here such an id is refused, like one
    that does not exist. For Odoo any request may write a field that is read-only in Python; for our fields it may not,
    unless the model allows it.
    """

    _inherit = "base"

    # Fields that are read-only on the screens, but may be set when a record is created.
    _klientbox_initial = ()

    # -- ids ----------------------------------------------------------------------

    def onchange(self, values, field_names, fields_spec):
        """Refuse records that the user may not read, before anything is computed from them."""
        self._klientbox_check_links([values])
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        """See onchange; defaults come from the context as well, and from those of the user."""
        self._klientbox_check_links([{}])
        return super().default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        """See onchange."""
        self._klientbox_check_named(vals_list)
        if not self._klientbox_is_for_a_user():
            return super().create(vals_list)
        # The request's defaults were meant for another model, whose fields were checked.
        clean = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        return super(Base, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        """See onchange."""
        self._klientbox_check_named([vals])
        return super().write(vals)

    def _klientbox_check_named(self, vals_list):
        """Raise FieldError for each field whose values name a record that the user may not read, or that does not
        exist. Our code that reads such values before the ORM does calls it first."""
        if self.env.su:
            return
        self._klientbox_check_links(vals_list)
        for vals in vals_list:
            for name, value in vals.items():
                # Values in place of an id, which only the draft of a form has.
                if isinstance(value, dict) and self._klientbox_is_link(name) and self._fields[name].type == "many2one":
                    raise FieldError((name, "unknown", translated(self.env, NO_SUCH_RECORD)))

    def _klientbox_is_for_a_user(self):
        """Whether our code creates records of ours as superuser during a user's request."""
        return self._name.startswith(OURS) and self.env.su and self.env.uid != SUPERUSER_ID

    def _klientbox_is_link(self, name, is_ours=False):
        """Whether a field is a relation that is checked."""
        field = self._fields.get(name)
        if not field or field.type not in RELATIONAL:
            return False
        return is_ours or self._name.startswith(OURS) or field.comodel_name.startswith(OURS)

    def _klientbox_check_links(self, vals_list):
        """See _klientbox_check_named, for the draft of a form.

        Every relation of our models is checked, of other models the relations to ours. A record's present value may be
        sent again.
        """
        if not self.env.su:
            self._klientbox_check_values(self._klientbox_with_defaults(vals_list))

    def _klientbox_check_values(self, vals_list):
        """See _klientbox_check_links, for these values alone."""
        named, is_ours = {}, self._klientbox_is_part_of_ours()
        for vals in vals_list:
            self._klientbox_collect(vals, named, is_ours)
        problems = {}
        for model_name, fields_by_id in named.items():
            hidden = fields_by_id.keys() - self.env[model_name]._klientbox_readable(fields_by_id.keys())
            for record_id in hidden:
                for record, name in fields_by_id[record_id]:
                    if not record._klientbox_has_value(name, record_id):
                        problems[name] = (name, "unknown", translated(self.env, NO_SUCH_RECORD))
        if problems:
            raise FieldError(*problems.values())

    def _klientbox_is_part_of_ours(self):
        """Whether the records, or what is written into them, belong to a record of ours."""
        return self._name.startswith(OURS)

    def _klientbox_with_defaults(self, vals_list):
        """The values with the defaults that the context and the user have for new records: a record may be named by
        the one's model and the other's id."""
        if self:
            return vals_list
        of_context = self._klientbox_context_defaults()
        defaults = {**self.env["ir.default"]._get_model_defaults(self._name), **of_context}
        if not defaults:
            return vals_list
        return [*({**defaults, **vals} for vals in vals_list), of_context]

    @api.model
    def _klientbox_context_defaults(self):
        """{field: default} of the context."""
        prefix = "default_"
        return {key.removeprefix(prefix): value for key, value in self.env.context.items() if key.startswith(prefix)}

    def _klientbox_collect(self, vals, named, is_ours=False):
        """Add the ids in the values to {model: {id: {(record, field)}}}; `is_ours`: they are part of a record of
        ours."""
        is_ours = is_ours or self._name.startswith(OURS)
        for name, value in vals.items():
            if not value or not self._klientbox_is_link(name, is_ours):
                continue
            if self._fields[name].type == "many2one":
                self._klientbox_collect_one(name, value, named, is_ours)
            elif isinstance(value, (list, tuple)):
                for command in value:
                    self._klientbox_collect_command(name, command, named, is_ours)
            else:
                self._klientbox_refuse_form(name)
        self._klientbox_collect_pairs(vals, named)

    def _klientbox_collect_one(self, name, value, named, is_ours):
        """The id of one record, or its values as in the draft of a form."""
        if isinstance(value, dict):
            self.env[self._fields[name].comodel_name]._klientbox_collect(value, named, is_ours)
            value = value.get("id")
        self._klientbox_add(name, value, named)

    def _klientbox_collect_command(self, name, command, named, is_ours):
        """A command of an x2many, or an id or values in its place."""
        if not isinstance(command, (list, tuple)):
            self._klientbox_collect_one(name, command, named, is_ours)
            return
        operation, record_id, content = self._klientbox_command(name, command)
        if operation in NAMING:
            self._klientbox_add(name, record_id, named)
        elif operation == Command.SET:
            for each in content or ():
                self._klientbox_add(name, each, named)
        if operation in (Command.CREATE, Command.UPDATE):
            line = self.env[self._fields[name].comodel_name]
            if operation == Command.UPDATE and isinstance(record_id, int):
                line = line.browse(record_id)
            line._klientbox_collect(content, named, is_ours)

    def _klientbox_command(self, name, command):
        """(operation, id, content) of a command, at the places where Odoo reads them. Odoo ignores what is behind
        them: a longer command is refused, like one of no known form."""
        operation, record_id, content = (*command, None, None, None)[:3]
        form = FORMS.get(operation) if isinstance(operation, (int, float)) else None
        if not form or not form[0] <= len(command) <= 3 or not isinstance(content, form[1]):
            self._klientbox_refuse_form(name)
        return operation, record_id, content

    def _klientbox_refuse_form(self, name):
        raise FieldError((name, "invalid_command", self.env._("This is not a valid list of records.")))

    def _klientbox_collect_pairs(self, vals, named):
        """A record named by its model and its id, as in activities and composers."""
        if self._name.startswith(OURS):
            return
        id_fields = [name for name in ID_FIELDS if name in self._fields and vals.get(name)]
        for model_name in self._klientbox_paired_models(vals) if id_fields else ():
            for name in id_fields:
                for record_id in _ids_in(vals[name]):
                    named.setdefault(model_name, {}).setdefault(record_id, set()).add((self, name))

    def _klientbox_paired_models(self, vals):
        """Those of our models that the values, or the records themselves, name beside an id."""
        names = {vals.get(name) for name in MODEL_FIELDS if isinstance(vals.get(name), str)}
        if "res_model_id" in self._fields:
            # A model's name is no secret, and its own rules decide who may use it.
            model_id = vals.get("res_model_id")
            model_ids = _ids_of(model_id.get("id") if isinstance(model_id, dict) else model_id)
            names.update(self.env["ir.model"].sudo().browse(model_ids).exists().mapped("model"))
        if not names and self.ids:
            names = {name for field in MODEL_FIELDS if field in self._fields for name in self.sudo().mapped(field)}
        return [name for name in names if name and name.startswith(OURS) and name in self.env]

    def _klientbox_add(self, name, record_id, named):
        for number in _ids_of(record_id):
            ids = named.setdefault(self._fields[name].comodel_name, {})
            ids.setdefault(number, set()).add((self, name))

    @api.model
    def _klientbox_readable(self, ids):
        """The set of those ids that the user may read in the present companies."""
        if self._name == "res.company":
            # A branch writes shared values, such as a refusal, to its parent; it can't read other companies.
            companies_sudo = self.env.companies.sudo()
            return set((companies_sudo | companies_sudo.parent_ids).ids)
        if not self.has_access("read"):
            return set()
        domain = Domain("id", "in", list(ids)) & self._klientbox_colleagues()
        return set(self.with_context(active_test=False).search(domain)._ids)

    @api.model
    def _klientbox_colleagues(self):
        """Odoo shows every user to every other; our records may refer only to users of the present companies."""
        companies = self.env.companies.ids
        if self._name == "res.users":
            return Domain("company_ids", "in", companies)
        if self._name == "res.partner":
            return Domain("user_ids", "=", False) | Domain("user_ids.company_ids", "in", companies)
        return Domain.TRUE

    def _klientbox_has_value(self, name, record_id):
        """Whether the records, which the user may read, have this value already."""
        if not self.ids or name not in self._fields or not self.has_access("read"):
            return False
        # The caller learns only whether the value is the same; any reader of a record sees its links anyway.
        field = self._fields[name]
        return field.relational and all(record_id in record_sudo[name].ids for record_sudo in self.sudo())

    # -- fields that the system sets ------------------------------------------------

    def _has_field_access(self, field, operation):
        """Only our own code writes a read-only field of ours, whatever a request sends."""
        allowed = super()._has_field_access(field, operation)
        return allowed and (operation == "read" or not self._klientbox_is_system_field(field))

    @api.model
    def _klientbox_is_system_field(self, field):
        return (
            self._klientbox_is_fixed(field)
            and not self.env.su
            and not self._is_system()
            and self._name not in GUARD_THEMSELVES
            # The rules check the company of a new record, and it stays; see klientbox.owned.
            and (field.name != "company_id" or field.related)
        )

    @api.model
    def _klientbox_is_fixed(self, field):
        """Whether a field is ours, and its value no choice of any user."""
        return field.readonly and field.name not in self._klientbox_initial and is_of_ours(field)

    def _as_system(self):
        """The same records for our own code, which may set fields that no user may set; rights and rules still
        apply."""
        return self.with_context(klientbox_system=_SYSTEM)

    @api.model
    def _is_system(self):
        """Whether our own code is writing, see `_as_system`."""
        return self.env.context.get("klientbox_system") is _SYSTEM

    def _as_system_beside(self, *vals_list):
        """Like `_as_system`, for system values added to a user's values: the user's own are checked first, and for a
        new record the defaults in the context."""
        defaults = {} if self else self._klientbox_context_defaults()
        named = {name for vals in (*vals_list, defaults) for name in vals}
        for name in named & self._fields.keys():
            self._check_field_access(self._fields[name], "write")
        return self._as_system()

    def copy_data(self, default=None):
        """Values set by the system are not copied."""
        copies = super().copy_data(default)
        if not self._name.startswith(OURS):
            return copies
        overrides = default or {}
        return [
            vals
            and {
                name: value
                for name, value in vals.items()
                if name in overrides or not self._klientbox_is_system_field(self._fields[name])
            }
            for vals in copies
        ]


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """In debug mode Odoo's error names the records to the user: not those of other companies."""
        user = self.env.user
        # The API's user has access to every company and acts for one.
        companies_sudo = (self.env.companies if user.has_group("klientbox.group_api") else user.company_ids).sudo()
        hidden = "company_id" in records and any(
            record_sudo.company_id and record_sudo.company_id not in companies_sudo for record_sudo in records.sudo()
        )
        if not hidden:
            return super()._make_access_error(operation, records)
        model = self.env["ir.model"]._get(records._name).name or records._name
        records.invalidate_recordset()
        return AccessError(
            self.env._("These records (%(model)s) do not exist, or you have no access to them.", model=model)
        )


def is_of_ours(field):
    """Whether an addon of ours defines or changes a field."""
    return any(module.startswith(ADDONS) for module in field._modules)


def _ids_of(value):
    """The ids in the place of an id: none or one. A value that is no id, as digits in a text, never exists."""
    if not value or (isinstance(value, str) and value.startswith(VIRTUAL)):
        return []
    return [value if type(value) is int else NOT_THERE]


def _ids_in(value):
    """The ids of a field that contains one, or several as text."""
    return [int(number) for number in re.findall(r"\d+", str(value))]
