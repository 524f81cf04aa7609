from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ..models.klientbox_client import ADDRESS_FIELDS
from ..models.klientbox_consent_event import OWN_REFUSALS

# What moves along by its column `client_id`.
MOVED_MODELS = ("klientbox.visit", "klientbox.message", "klientbox.status.change", "klientbox.consent.event")
# What a merged client takes over where it has nothing of its own. No parts of a name: they would make another name.
MERGED_FIELDS = ("phone", "email", "birth_date", "gender", "lang", "code", "is_vip")


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
        help="Keeps its name and addresses, takes over what it lacks, and all visits, messages and refusals.",
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

        Raises ValidationError when they are of different companies.
        """
        others = clients - target
        if (others | target).company_id != target.company_id:
            raise ValidationError(self.env._("Only clients of one company can be merged."))
        if any((others | target).mapped("erased_at")):
            raise ValidationError(self.env._("A client whose personal data are erased can't be merged."))
        # The target's own as well: without an address it is its last event, and the others' events come after that.
        refusals = {channel: self._weightiest_refusal(target | others, channel) for channel in ADDRESS_FIELDS}
        missing = {}
        for name in self._merged_fields():
            given = next((other[name] for other in others if other[name]), False)
            if given and not target[name]:
                missing[name] = given
        tags, notes = others.tag_ids, [other.notes for other in others if other.notes]
        self.env.flush_all()
        self._repoint(others, target)
        # An address is held by one client: it must be free before the other takes it.
        others.unlink()
        target._as_system().write(
            {
                **missing,
                "tag_ids": [Command.link(tag.id) for tag in tags],
                "notes": "\n".join([target.notes or "", *notes]).strip() or False,
            }
        )
        # A client without an address is refused by events, which no flag depends on.
        target._recompute_opt_outs()
        for channel, source in refusals.items():
            present = target._refused_by(channel)
            if source and (not present or source in OWN_REFUSALS and present not in OWN_REFUSALS):
                target._opt_out(channel, source, text=self.env._("Taken over from a merged entry."))
        target._recount_visits()

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
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET res_id = %s WHERE model = %s AND res_id = ANY(%s)",
                target.id,
                target._name,
                others.ids,
            )
        )
        self.env.invalidate_all()
