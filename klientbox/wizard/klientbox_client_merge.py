from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class KlientboxClientMerge(models.TransientModel):
    _name = "klientbox.client.merge"
    _description = "Merge clients"
    _inherit = ["klientbox.owned"]

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
        self.client_ids._merge_into(self.target_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "klientbox.client",
            "res_id": self.target_id.id,
            "view_mode": "form",
        }
