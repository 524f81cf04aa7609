from odoo import api, fields, models
from odoo.exceptions import UserError

from ...lib import clock
from ...lib.address import EMAIL, SMS, address_hash
from ...tools import sql_files

SALT_PARAMETER = "klientbox.address_salt"
# Refusals by the client in person: only their own new consent ends them, no flag set by someone else.
OWN_REFUSALS = {"stop", "unsubscribe", "provider", "erasure"}


class KlientboxConsentEvent(models.Model):
    """A consent or refusal of a client: when, where and in which words; the proof, so no row is ever changed.

    The key is (root company, channel, hash of the address): it outlives merge, deletion and erasure of the client.
    Personal data (client, address, words) are in separate columns and can be erased. Without an address the client is
    the key.

    `_record` is the only way to create events: a user who could call `create` would also choose source, time and actor
    of the proof.
    """

    _name = "klientbox.consent.event"
    _description = "Consent event"
    _inherit = ["klientbox.sealed"]
    _order = "at desc, id desc"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", "Root company", required=True, readonly=True, ondelete="restrict")
    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], required=True, readonly=True)
    address_hash = fields.Char("Address hash", readonly=True)
    address = fields.Char(readonly=True, help="Readable until it is erased.")
    client_id = fields.Many2one("klientbox.client", readonly=True, ondelete="set null", index=True)
    kind = fields.Selection(
        [("given", "Consent given"), ("withdrawn", "Refused"), ("lifted", "Block lifted")],
        required=True,
        readonly=True,
        help="A lifted block is not a consent: staff or an integration removed a block that staff or an integration"
        " had set.",
    )
    basis = fields.Selection([("consent", "Consent"), ("customer", "Existing customer")], readonly=True)
    source = fields.Selection(
        [
            ("staff", "Staff"),
            ("api", "API"),
            ("import", "Import"),
            ("form", "Form"),
            ("stop", "STOP reply"),
            ("unsubscribe", "Unsubscribe link"),
            ("provider", "Refused at the provider"),
            ("erasure", "Erasure"),
        ],
        required=True,
        readonly=True,
    )
    is_imported = fields.Boolean(
        "From an import", readonly=True, help="Source, time and words are those of the imported file."
    )
    how = fields.Selection(
        [("in_person", "In person"), ("phone", "By phone"), ("written", "In writing")],
        "Form of the statement",
        readonly=True,
    )
    said_on = fields.Date(
        "Statement date", readonly=True, help="The day of the client's statement, as recorded by staff."
    )
    text = fields.Text(readonly=True, help="The exact words the person agreed to.")
    actor_id = fields.Many2one("res.users", "Recorded by", readonly=True, ondelete="set null")
    at = fields.Datetime("Time", required=True, readonly=True)

    _address_index = models.Index("(company_id, channel, address_hash, id)")

    def init(self):
        """Database constraints beyond the checks in Python: only personal data may be removed, and records of different
        companies are never linked."""
        sql_files.run(self.env.cr, "consent_events")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Consent events can't be changed or deleted."))

    @api.model
    def _record(self, source, vals_list):
        """Record consent events; returns them. They take effect at once: the suppression list and the flags of every
        client with that address are updated.

        `vals_list` holds company (the root), client or none, channel, address or none, kind, and where known text,
        basis, how, said_on. Only an import passes `at`, as its proofs are older than the import. The actor is always
        the user of the environment.
        """
        now = clock.now()
        rows = [
            {
                "at": now,
                **vals,
                "address_hash": self._hash(vals["channel"], vals.get("address")),
                "source": source,
                "actor_id": self.env.uid,
            }
            for vals in vals_list
        ]
        with self._unseal():
            # No user may create events: they would choose source, time and actor.
            events_sudo = self.sudo().create(rows)
        # An event without a client belongs to the root company, so a branch which records one can't read it.
        self.env["klientbox.suppression"]._apply(events_sudo)
        return events_sudo.with_env(self.env)

    def _erase(self):
        """Remove personal data; consent or refusal, time, method and the hash of the address stay."""
        with self._unseal():
            # Rights to erase are checked where the erasure begins; the trigger allows no other change.
            self.sudo().write({"address": False, "text": False})

    @api.model
    def _salt(self):
        """The database's own salt of address hashes.

        Not `database.secret`: that one changes when a database is copied, and every refusal would be lost.
        """
        # Parameters are for system administrators; any user who records a consent needs the salt, which stays on the
        # server.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        salt = parameters_sudo.get_param(SALT_PARAMETER)
        if not salt:
            # With another salt every refusal would be lost, so no new one is generated here.
            raise UserError(self.env._("The system parameter %(name)s is missing. Restore it.", name=SALT_PARAMETER))
        return salt

    @api.model
    def _hash(self, channel, address):
        """The hash of an address, or False when there is none."""
        return bool(address) and address_hash(self._salt(), channel, address)
