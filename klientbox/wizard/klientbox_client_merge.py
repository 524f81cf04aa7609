from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL, format_date, format_datetime

from ..lib import names, phone
from ..lib.address import is_email
from ..models.clients.klientbox_client import ADDRESS_FIELDS
from ..models.clients.klientbox_consent_event import OWN_REFUSALS

# Models whose records move by their column `client_id`.
MOVED_MODELS = (
    "klientbox.visit",
    "klientbox.message",
    "klientbox.status.change",
    "klientbox.consent.event",
    "klientbox.client.alias",
)
# Fields that the target takes over where its own are empty; other values are noted. A name is no such field: its parts
# would make another name.
MERGED_FIELDS = ("phone", "email", "birth_date", "gender", "lang", "code", "is_vip")
NAME_PARTS = ("given_name", "family_name")
# An external number is valid in its system only, so both go together.
EXTERNAL = ("external_id", "external_source")
# Tables of Odoo's that refer to a record by model and number, and their two columns.
NAMING = (
    ("mail_message", "model", "res_id"),
    ("mail_scheduled_message", "model", "res_id"),
    ("ir_model_data", "model", "res_id"),
)


class KlientboxClientMerge(models.TransientModel):
    _name = "klientbox.client.merge"
    _description = "Merge clients"
    _inherit = ["klientbox.owned"]
    _check_company_auto = True

    client_ids = fields.Many2many("klientbox.client", string="Entries of one person", check_company=True)
    target_id = fields.Many2one(
        "klientbox.client",
        "Keep",
        required=True,
        check_company=True,
        domain="[('id', 'in', client_ids)]",
        help="Keeps its name and addresses, and takes over missing values and all visits, messages and refusals."
        " Other values are added to the notes.",
    )

    @api.model
    def default_get(self, fields):
        """The chosen clients; the one with most visits is kept unless the user chooses another."""
        values = super().default_get(fields)
        clients = self.env["klientbox.client"].browse(self.env.context.get("active_ids", [])).exists()
        best = clients.sorted(lambda client: (-client.total_visits, client.id))[:1]
        return {
            **values,
            "client_ids": [Command.set(clients.ids)],
            "target_id": best.id,
            "company_id": best.company_id.id or self.env.company.id,
        }

    def action_merge(self):
        """Merge, and open the remaining client."""
        self.ensure_one()
        if len(self.client_ids) < 2 or self.target_id not in self.client_ids:
            raise UserError(self.env._("Choose at least two clients, and which one to keep."))
        self.client_ids.check_access("unlink")
        # Wait for visits that are recorded at this moment, so that they move as well.
        self.env["klientbox.visit"]._lock_with_clients(self.client_ids.ids)
        self.env.invalidate_all()
        self._merge(self.client_ids, self.target_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "klientbox.client",
            "res_id": self.target_id.id,
            "view_mode": "form",
        }

    @api.model
    def _merge(self, clients, target):
        """Merge the entries of one person: `target` keeps its own data and takes over missing values, all visits,
        messages and refusals; the others are deleted.

        Values that conflict with the target's own are added to its notes; ids, external numbers, addresses and contacts
        of the others lead to the target from then on, see klientbox.client.alias. Raises ValidationError when they are
        of different companies.
        """
        others = clients - target
        if (others | target).company_id != target.company_id:
            raise ValidationError(self.env._("Only clients of one company can be merged."))
        if any((others | target).mapped("erased_at")):
            raise ValidationError(self.env._("A client whose personal data are erased can't be merged."))
        if not others:
            return
        # The target's own as well: without an address its state is its last event, and the others' events come after
        # that.
        refusals = {channel: self._strongest_refusal(target | others, channel) for channel in ADDRESS_FIELDS}
        missing = self._missing_vals(others, target)
        notes = self._merged_notes(others, target, missing)
        entries = [self._prepare_alias_vals(other, target, missing) for other in others]
        tags, version = others.tag_ids, max((others | target).mapped("version"))
        self.env["klientbox.client.alias"]._clear_numbers_of(others)
        self.env.flush_all()
        self._repoint(others, target)
        # Only one client can have an address: it must be free before the other takes it.
        others.unlink()
        target._as_system().write(
            {**missing, "tag_ids": [Command.link(tag.id) for tag in tags], "notes": notes or False}
        )
        self.env["klientbox.client.alias"]._keep(entries)
        if missing.get("partner_id"):
            target._update_partner()
        # Refusals are stored for a client without an address as events, which no flag depends on.
        target._recompute_opt_outs()
        for channel, source in refusals.items():
            present = target._refused_by(channel)
            if source and (not present or source in OWN_REFUSALS and present not in OWN_REFUSALS):
                target._opt_out(channel, source, text=self.env._("Taken over from a merged entry."))
        target._recount_visits()
        self._raise_version(target, version)

    @api.model
    def _missing_vals(self, others, target):
        """The values that the target takes over, for `write`."""
        missing = {}
        for name in (*self._merged_fields(), "partner_id"):
            source = next((other for other in others if other[name]), None)
            if source and not target[name]:
                missing[name] = self._plain(source, name)
        held = (target.company_id.id, missing.get("phone"))
        if target.active and held[1] and held in (target | others)._taken_phones([held]):
            # An archived entry keeps its phone also where another client has it by now.
            del missing["phone"]
        # Stored before these were refused.
        if missing.get("phone") and phone.is_dummy(missing["phone"]):
            del missing["phone"]
        if missing.get("email") and not is_email(missing["email"]):
            del missing["email"]
        numbered = next((other for other in others if other.external_id), None)
        if numbered and not target.external_id:
            missing |= {name: numbered[name] for name in EXTERNAL}
        return missing | self._missing_name_parts(others, target)

    @api.model
    def _missing_name_parts(self, others, target):
        """The parts of the name from an entry of the same name; the name keeps its spelling."""
        parts = self._name_parts()
        if any(target[name] for name in parts):
            return {}
        for other in others:
            if any(other[name] for name in parts) and names.key(other.name) == names.key(target.name):
                return {**{name: other[name] for name in parts}, "name": target.name}
        return {}

    @api.model
    def _prepare_alias_vals(self, other, target, missing):
        """The identifiers of an entry that is merged into the target, except those that the target has itself."""
        kept = {**{name: self._plain(target, name) for name in ("phone", "email", "partner_id", *EXTERNAL)}, **missing}
        vals = {name: self._plain(other, name) for name in ("phone", "email", "partner_id")}
        vals = {name: not _is_same(value, kept[name]) and value for name, value in vals.items()}
        if other.external_id and any(other[name] != kept[name] for name in EXTERNAL):
            vals |= {name: other[name] for name in EXTERNAL}
        return {
            **vals,
            "company_id": target.company_id.id,
            "client_id": target.id,
            "former_id": other.id,
            "name": other.name,
        }

    @api.model
    def _merged_notes(self, others, target, missing):
        """The notes of all, each once, and a line for each entry with values that would be lost."""
        kept = {
            name: missing.get(name, self._plain(target, name))
            for name in (*self._noted_fields(), *self._name_parts(), "external_source")
        }
        notes = [target.notes, *others.mapped("notes"), *(self._leftovers(other, target, kept) for other in others)]
        return "\n".join(dict.fromkeys(filter(None, notes))).strip()

    @api.model
    def _leftovers(self, other, target, kept):
        """A line with the values of an entry that differ from the target's; False if there are none. `kept` are the
        target's values after the merge."""
        noted_names = [] if other.name == target.name else [other.name]
        parts = [other[name] for name in self._name_parts() if other[name]]
        if any(part not in other.name for part in parts):
            noted_names.append(" ".join(parts))
        noted_values = [
            f"{other._fields[name]._description_string(self.env)}: {self._readable(other, name)}"
            for name in self._noted_fields()
            if other[name] and not _is_same(self._plain(other, name), kept[name])
        ]
        if not noted_names and not noted_values:
            return False
        return self.env._(
            "Merged entry of %(day)s: %(what)s",
            day=format_date(self.env, target.company_id._klientbox_settings()._today()),
            what="; ".join([*(noted_names or [other.name]), *noted_values]),
        )

    @api.model
    def _readable(self, record, name):
        """A field's value as text for users."""
        field, value = record._fields[name], record[name]
        if name == "external_id":
            return f"{value} ({record.external_source})" if record.external_source else value
        if name == "phone":
            return phone.pretty(value)
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        if field.type == "many2one":
            return value.display_name
        if field.type == "boolean":
            return self.env._("yes")
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "datetime":
            return format_datetime(self.env, value)
        return str(value)

    @api.model
    def _plain(self, record, name):
        """A field's value in the form for `write`."""
        return record._fields[name].convert_to_write(record[name], record)

    @api.model
    def _raise_version(self, target, version):
        """Give the target a version that none of the entries ever had: their ETags no longer match."""
        target.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE klientbox_client SET version = greatest(version, %s) + 1 WHERE id = %s", version, target.id)
        )
        target.invalidate_recordset(["version"], flush=False)

    @api.model
    def _strongest_refusal(self, clients, channel):
        """The source of a refusal of one of the clients, or False; a client's own refusal comes first."""
        sources = [source for client in clients if (source := client._refused_by(channel))]
        return next((source for source in sources if source in OWN_REFUSALS), sources[0] if sources else False)

    @api.model
    def _merged_fields(self):
        """The fields that the target takes over where its own are empty."""
        return MERGED_FIELDS

    @api.model
    def _name_parts(self):
        """The parts of a name."""
        return NAME_PARTS

    @api.model
    def _noted_fields(self):
        """The fields that are noted where the target has another value."""
        return (*self._merged_fields(), "external_id")

    @api.model
    def _moved_models(self):
        """The models whose records move to the target."""
        return MOVED_MODELS

    @api.model
    def _repoint(self, others, target):
        """Move visits, messages, decisions, consent events and chatter of `others` to `target`."""
        # Records that no user may write move with the client; rights to merge are checked where the merge begins.
        for model in self._moved_models():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET client_id = %s WHERE client_id = ANY(%s)",
                    SQL.identifier(self.env[model]._table),
                    target.id,
                    others.ids,
                )
            )
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_decision SET client_id = %s, day_to = coalesce(day_to, day_from)
                 WHERE client_id = ANY(%s)
                """,
                target.id,
                others.ids,
            )
        )
        for table, model, number in NAMING:
            self._rename(table, model, number, others, target)
        # Files of fields are the values of the entry's own fields.
        self._rename("ir_attachment", "res_model", "res_id", others, target, SQL("AND res_field IS NULL"))
        self._move_activities(others, target)
        self._move_followers(others, target)
        self.env.invalidate_all()
        # Entries merged into one of these before now belong to the target.
        self.env.add_to_compute(target._fields["search_key"], target)

    @api.model
    def _rename(self, table, model, number, others, target, condition=None):
        """Let rows of a table that refer to `others` by model and number refer to the target."""
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(number)s = %(target)s"
                " WHERE %(model)s = %(name)s AND %(number)s = ANY(%(others)s) %(condition)s",
                table=SQL.identifier(table),
                number=SQL.identifier(number),
                model=SQL.identifier(model),
                target=target.id,
                name=target._name,
                others=others.ids,
                condition=condition or SQL(),
            )
        )

    @api.model
    def _move_activities(self, others, target):
        """Activities store the name of their record beside its number."""
        self.env.cr.execute(
            SQL(
                "UPDATE mail_activity SET res_id = %s, res_name = %s WHERE res_model = %s AND res_id = ANY(%s)",
                target.id,
                target.name,
                target._name,
                others.ids,
            )
        )

    @api.model
    def _move_followers(self, others, target):
        """Followers of one of the entries follow the target, once; the remaining rows are deleted with the entries."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE mail_followers SET res_id = %(target)s
                 WHERE id IN (
                    SELECT min(id) FROM mail_followers AS follower
                     WHERE res_model = %(model)s AND res_id = ANY(%(others)s)
                       AND NOT EXISTS (SELECT FROM mail_followers AS known
                                        WHERE known.res_model = %(model)s AND known.res_id = %(target)s
                                          AND known.partner_id = follower.partner_id)
                     GROUP BY partner_id)
                """,
                target=target.id,
                model=target._name,
                others=others.ids,
            )
        )


def _is_same(value, other):
    """Whether two values of a field are equal: case is ignored in e-mails and texts."""
    return value == other or (isinstance(value, str) and isinstance(other, str) and value.lower() == other.lower())
