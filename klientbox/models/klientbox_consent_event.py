from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import clock
from ..lib.address import EMAIL, SMS, address_hash

SALT_PARAMETER = "klientbox.address_salt"
# Refusals of the person herself: only a new consent of hers ends them, no flag set by somebody else.
OWN_REFUSALS = {"stop", "unsubscribe"}


class KlientboxConsentEvent(models.Model):
    """What a person allowed or refused, when, where and in which words; the proof, so nothing here is ever changed.

    The key is (root company, channel, hash of the address): it outlives merge, deletion and erasure of the client.
    What reads as a person (client, address) stands beside it and can be erased. A client without an address is known
    by the client alone.
    """

    _name = "klientbox.consent.event"
    _description = "Consent event"
    _order = "at desc, id desc"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", "Root company", required=True, readonly=True, ondelete="restrict")
    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], required=True, readonly=True)
    address_hash = fields.Char(readonly=True)
    address = fields.Char(readonly=True, help="Readable, until it is erased.")
    client_id = fields.Many2one("klientbox.client", readonly=True, ondelete="set null", index=True)
    kind = fields.Selection(
        [("given", "Consent given"), ("withdrawn", "Refused"), ("lifted", "Block lifted")],
        required=True,
        readonly=True,
        help="A lifted block is no consent: staff or an integration took back what staff or an integration had set.",
    )
    basis = fields.Selection([("consent", "Consent"), ("customer", "Own customer")], readonly=True)
    source = fields.Selection(
        [
            ("staff", "Staff"),
            ("api", "API"),
            ("import", "Import"),
            ("form", "Form"),
            ("stop", "STOP reply"),
            ("unsubscribe", "Unsubscribe link"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Text(readonly=True, help="The exact words the person agreed to.")
    actor_id = fields.Many2one("res.users", readonly=True, ondelete="set null", default=lambda self: self.env.user)
    at = fields.Datetime(required=True, readonly=True, default=lambda self: clock.now())

    _address_index = models.Index("(company_id, channel, address_hash, id)")

    def init(self):
        """The database refuses what Python could be asked to do: only personal data may vanish."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION klientbox_keep_event() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE erasable text[] := '{client_id,address,actor_id,create_uid,write_uid,write_date}';
            BEGIN
                IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - erasable = to_jsonb(NEW) - erasable
                   AND (NEW.address IS NULL OR NEW.address = OLD.address) THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'Consent events are kept as they are.';
            END $$;
            DROP TRIGGER IF EXISTS klientbox_keep_event ON klientbox_consent_event;
            CREATE TRIGGER klientbox_keep_event BEFORE UPDATE OR DELETE ON klientbox_consent_event
            FOR EACH ROW EXECUTE FUNCTION klientbox_keep_event();
            """
        )

    @api.model_create_multi
    def create(self, vals_list):
        """An event counts at once: the suppression list and the flags of every client with that address follow."""
        events = super().create(vals_list)
        self.env["klientbox.suppression"]._apply(events)
        return events

    def write(self, vals):
        """Refused, but for the erasure of personal data."""
        if not all(name in ("client_id", "address", "actor_id") and not value for name, value in vals.items()):
            raise UserError(self.env._("Consent events are kept as they are."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Consent events are kept as they are."))

    @api.model
    def _salt(self):
        """The database's own salt of address hashes.

        Not `database.secret`: that one changes when a database is copied, and with it every refusal would be forgotten.
        """
        # Parameters are for system administrators; the salt serves whoever records a consent and stays on the server.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        salt = parameters_sudo.get_param(SALT_PARAMETER)
        if not salt:
            # With another salt every refusal would be forgotten, so none is made up here.
            raise UserError(self.env._("The system parameter %(name)s is gone; restore it.", name=SALT_PARAMETER))
        return salt

    @api.model
    def _hash(self, channel, address):
        """The key of an address, or False when there is none."""
        return bool(address) and address_hash(self._salt(), channel, address)
