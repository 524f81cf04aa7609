from odoo import api, fields, models


class KlientboxClientDialog(models.AbstractModel):
    """A dialog about one client, in the client's company."""

    _name = "klientbox.client.dialog"
    _description = "Dialog about a client"
    _inherit = ["klientbox.owned"]
    _check_company_auto = True
    _klientbox_initial = ("client_id",)

    client_id = fields.Many2one(
        "klientbox.client", required=True, readonly=True, ondelete="cascade", check_company=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        """The dialog's company is the client's; erased clients are refused."""
        self._klientbox_check_named(vals_list)
        clients = self.env["klientbox.client"]
        for vals in vals_list:
            client = clients.browse(vals.get("client_id") or self.env.context.get("default_client_id"))
            if client:
                client._refuse_erased()
                vals["company_id"] = client.company_id.id
        return super().create(vals_list)
