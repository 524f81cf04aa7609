from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL, format_date, format_datetime

from ..lib import names, phone
from ..models.klientbox_client import ADDRESS_FIELDS
from ..models.klientbox_consent_event import OWN_REFUSALS

# What moves along by its column `client_id`.
MOVED_MODELS = (
    "klientbox.visit",
    "klientbox.message",
    "klientbox.status.change",
    "klientbox.consent.event",
    "klientbox.client.alias",
)
# What a merged client takes over where it has nothing of its own; what it has already is noted. A name is no such
# field: its parts would make another name.
MERGED_FIELDS = ("phone", "email", "birth_date", "gender", "lang", "code", "is_vip")
NAME_PARTS = ("given_name", "family_name")
# An external number means something in its system only, so both go together.
EXTERNAL = ("external_id", "external_source")
# Tables of Odoo's that name a record by model and number, and their two columns.
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
        help="Keeps its name and addresses, takes over what it lacks, and all visits, messages and refusals; what does"
        " not fit is added to the notes.",
    )

    @api.model
    def default_get(self, fields):
        """The chosen clients; the one with most visits is kept unless somebody says otherwise."""
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
        """Merge, and open the client that is left."""
        self.ensure_one()
        if len(self.client_ids) < 2 or self.target_id not in self.client_ids:
            raise UserError(self.env._("Choose at least two clients, and which one to keep."))
        self.client_ids.check_access("unlink")
        # Visits that are recorded at this moment are waited for, so that they move as well.
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
        """Two entries of one person become one: `target` keeps its own data and takes over what it lacks, all visits,
        messages and refusals; the others are deleted.

        What does not fit beside the target's own data is noted in its notes; ids, external numbers, addresses and
        contacts of the others lead to the target from then on, see klientbox.client.alias. Raises ValidationError when
        they are of different companies.
        """
        others = clients - target
        if (others | target).company_id != target.company_id:
            raise ValidationError(self.env._("Only clients of one company can be merged."))
        if any((others | target).mapped("erased_at")):
            raise ValidationError(self.env._("A client whose personal data are erased can't be merged."))
        if not others:
            return
        # The target's own as well: without an address it is its last event, and the others' events come after that.
        refusals = {channel: self._weightiest_refusal(target | others, channel) for channel in ADDRESS_FIELDS}
        missing = self._missing_vals(others, target)
        notes = self._merged_notes(others, target, missing)
        entries = [self._prepare_alias_vals(other, target, missing) for other in others]
        tags, version = others.tag_ids, max((others | target).mapped("version"))
        self.env["klientbox.client.alias"]._let_numbers_go(others)
        self.env.flush_all()
        self._repoint(others, target)
        # An address is held by one client: it must be free before the other takes it.
        others.unlink()
        target._as_system().write(
            {**missing, "tag_ids": [Command.link(tag.id) for tag in tags], "notes": notes or False}
        )
        self.env["klientbox.client.alias"]._keep(entries)
        if missing.get("partner_id"):
            target._update_partner()
        # A client without an address is refused by events, which no flag depends on.
        target._recompute_opt_outs()
        for channel, source in refusals.items():
            present = target._refused_by(channel)
            if source and (not present or source in OWN_REFUSALS and present not in OWN_REFUSALS):
                target._opt_out(channel, source, text=self.env._("Taken over from a merged entry."))
        target._recount_visits()
        self._outgrow(target, version)

    @api.model
    def _missing_vals(self, others, target):
        """What the target takes over, as values for `write`."""
        missing = {}
        for name in (*self._merged_fields(), "partner_id"):
            given = next((other for other in others if other[name]), None)
            if given and not target[name]:
                missing[name] = self._plain(given, name)
        held = (target.company_id.id, missing.get("phone"))
        if target.active and held[1] and held in (target | others)._taken_phones([held]):
            # An archived entry keeps its phone also where another client holds it by now.
            del missing["phone"]
        numbered = next((other for other in others if other.external_id), None)
        if numbered and not target.external_id:
            missing |= {name: numbered[name] for name in EXTERNAL}
        return missing | self._missing_name_parts(others, target)

    @api.model
    def _missing_name_parts(self, others, target):
        """The parts of the name from an entry of the same name; the name stays as it is spelt."""
        parts = self._name_parts()
        if any(target[name] for name in parts):
            return {}
        for other in others:
            if any(other[name] for name in parts) and names.key(other.name) == names.key(target.name):
                return {**{name: other[name] for name in parts}, "name": target.name}
        return {}

    @api.model
    def _prepare_alias_vals(self, other, target, missing):
        """By what an entry is known that is merged into the target, but for what the target has itself."""
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
        """The notes of all, each once, and a line of each entry with what would be lost with it."""
        kept = {
            name: missing.get(name, self._plain(target, name))
            for name in (*self._noted_fields(), *self._name_parts(), "external_source")
        }
        notes = [target.notes, *others.mapped("notes"), *(self._leftovers(other, target, kept) for other in others)]
        return "\n".join(dict.fromkeys(filter(None, notes))).strip()

    @api.model
    def _leftovers(self, other, target, kept):
        """A line with what an entry has and the target has otherwise; False for nothing. `kept` is what the target will
        have."""
        names_told = [] if other.name == target.name else [other.name]
        parts = [other[name] for name in self._name_parts() if other[name]]
        if any(part not in other.name for part in parts):
            names_told.append(" ".join(parts))
        said = [
            f"{other._fields[name]._description_string(self.env)}: {self._readable(other, name)}"
            for name in self._noted_fields()
            if other[name] and not _is_same(self._plain(other, name), kept[name])
        ]
        if not names_told and not said:
            return False
        return self.env._(
            "Merged entry of %(day)s: %(what)s",
            day=format_date(self.env, target.company_id._klientbox_settings()._today()),
            what="; ".join([*(names_told or [other.name]), *said]),
        )

    @api.model
    def _readable(self, record, name):
        """A field's value for people."""
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
        """A field's value as `write` takes it."""
        return record._fields[name].convert_to_write(record[name], record)

    @api.model
    def _outgrow(self, target, version):
        """Give the target a version that none of the entries ever had: an ETag of another one names it no more."""
        target.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE klientbox_client SET version = greatest(version, %s) + 1 WHERE id = %s", version, target.id)
        )
        target.invalidate_recordset(["version"], flush=False)

    @api.model
    def _weightiest_refusal(self, clients, channel):
        """The source of a refusal of one of the clients, or False; one of the person's own counts most."""
        sources = [source for client in clients if (source := client._refused_by(channel))]
        return next((source for source in sources if source in OWN_REFUSALS), sources[0] if sources else False)

    @api.model
    def _merged_fields(self):
        """What a merged client takes over where it has nothing of its own."""
        return MERGED_FIELDS

    @api.model
    def _name_parts(self):
        """The fields that a name is composed of."""
        return NAME_PARTS

    @api.model
    def _noted_fields(self):
        """What is noted where the target has another value."""
        return (*self._merged_fields(), "external_id")

    @api.model
    def _moved_models(self):
        """The models whose records of the others become those of the target."""
        return MOVED_MODELS

    @api.model
    def _repoint(self, others, target):
        """Visits, messages, decisions, consent events and chatter of `others` become those of `target`."""
        # What nobody may write by hand moves with the client; who may merge is asked where the merge begins.
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
        # Those of fields are the values of the entry's own fields.
        self._rename("ir_attachment", "res_model", "res_id", others, target, SQL("AND res_field IS NULL"))
        self._move_activities(others, target)
        self._move_followers(others, target)
        self.env.invalidate_all()
        # The entries that others were merged into before are the target's now.
        self.env.add_to_compute(target._fields["search_key"], target)

    @api.model
    def _rename(self, table, model, number, others, target, condition=None):
        """Let rows of a table that name `others` by model and number name the target."""
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
        """Activities keep the name of their record beside its number."""
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
        """Whoever follows one of the entries follows the target, once; what is left goes with the entries."""
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
    """Whether two values of a field say the same: the case of an e-mail does not count, nor that of a text."""
    return value == other or (isinstance(value, str) and isinstance(other, str) and value.lower() == other.lower())
