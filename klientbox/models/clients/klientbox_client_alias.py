from odoo import api, fields, models


class KlientboxClientAlias(models.Model):
    """The identifiers of an entry that was merged into a client, so that all of them lead to the remaining client: its
    id here, its number in another system, its addresses, its contact.

    Clients come first: a number or address that a client has as well is the client's.
    """

    _name = "klientbox.client.alias"
    _description = "Merged entry of a client"
    _inherit = ["klientbox.owned", "klientbox.sealed"]
    _order = "id"
    _check_company_auto = True

    client_id = fields.Many2one(
        "klientbox.client", required=True, readonly=True, ondelete="cascade", index=True, check_company=True
    )
    former_id = fields.Integer("Former number", required=True, readonly=True, aggregator=None)
    name = fields.Char("Client name", required=True, readonly=True)
    phone = fields.Char(readonly=True, help="If it differs from the phone of the remaining client.")
    email = fields.Char("E-mail", readonly=True, help="If it differs from the e-mail of the remaining client.")
    external_id = fields.Char("External number", readonly=True)
    external_source = fields.Char("External system", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        help="It keeps its documents; new ones go to the contact of the remaining client.",
    )

    _former_unique = models.UniqueIndex("(former_id)", "This entry was merged already.")
    _external_unique = models.UniqueIndex(
        "(company_id, external_source, external_id) WHERE external_id IS NOT NULL",
        "Another merged entry has this external number.",
    )
    _external_index = models.Index("(company_id, external_id) WHERE external_id IS NOT NULL")
    _phone_index = models.Index("(company_id, phone) WHERE phone IS NOT NULL")

    @api.model
    def _keep(self, vals_list):
        """Record merged entries."""
        with self._unseal():
            # No user may write aliases; rights to merge are checked where the merge begins.
            return self.sudo().create(vals_list).with_env(self.env)

    @api.model
    def _clear_numbers_of(self, clients):
        """Remove external numbers that clients have from merged entries: clients come first."""
        for client in clients.filtered("external_id"):
            same = [(name, "=", client[name]) for name in ("external_source", "external_id")]
            with self._unseal():
                # See _keep.
                self.sudo().search([("company_id", "=", client.company_id.id), *same]).write(
                    {"external_source": False, "external_id": False}
                )
        self.flush_model()

    def _erase(self):
        """Delete the entries' names, numbers and addresses."""
        with self._unseal():
            # Rights to erase are checked where the erasure begins.
            self.sudo().unlink()

    def _clear_contacts(self):
        """Remove the contacts, which may then be deleted."""
        with self._unseal():
            # See _erase.
            self.sudo().write({"partner_id": False})
