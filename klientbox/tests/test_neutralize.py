from datetime import timedelta

from odoo import fields
from odoo.modules.neutralize import neutralize_database
from odoo.tests import tagged

from .common import SalonCase
from .neutralized import KEPT, Neutralized, by, is_new

STATES = {"queued": "cancelled", "claimed": "cancelled", "sending": "unknown"}
DELIVERY_STATES = {"pending": "dead", "sending": "dead"}


@tagged("-at_install", "post_install")
class TestNeutralize(Neutralized, SalonCase):
    """A copy of a salon's database: everything that still could reply, write or be used elsewhere."""

    addon = "klientbox"
    judged = {
        "klientbox.api.key.digest": is_new,
        "klientbox.client.active": KEPT,
        "klientbox.client.search_key": KEPT,
        "klientbox.client.status": KEPT,
        # Refusals, with a salt that stays: a copy must not lose refusals.
        "klientbox.consent.event.address_hash": KEPT,
        "klientbox.suppression.address_hash": KEPT,
        "klientbox.message.address_hash": KEPT,
        "klientbox.gateway.active": False,
        "klientbox.gateway.secret": None,
        "klientbox.gateway.callback_token": is_new,
        "klientbox.gateway.previous_callback_token": None,
        "klientbox.gateway.signing_secret": None,
        # Addresses give no access; the gateway is off and has no secret, and so is the webhook.
        "klientbox.gateway.url": KEPT,
        "klientbox.gateway.status_url": KEPT,
        "klientbox.webhook.url": KEPT,
        "klientbox.webhook.enabled": False,
        # The key is revoked.
        "klientbox.webhook.api_key_id": KEPT,
        "klientbox.webhook.secret": is_new,
        "klientbox.webhook.previous_secret": None,
        "klientbox.webhook.is_secret_shown": KEPT,
        "klientbox.webhook.delivery.state": by(DELIVERY_STATES),
        "klientbox.webhook.delivery.next_at": None,
        "klientbox.webhook.delivery.claim_token": None,
        "klientbox.webhook.delivery.lease_until": None,
        # Received before the copy was made; it is processed and leads to no message.
        "klientbox.inbound.digest": KEPT,
        "klientbox.inbound.state": KEPT,
        "klientbox.message.state": by(STATES),
        "klientbox.message.due_at": KEPT,
        "klientbox.message.claim_token": None,
        "klientbox.message.lease_until": None,
        "klientbox.message.sms_uuid": KEPT,
        "klientbox.rule.active": KEPT,
        "klientbox.rule.enabled": False,
        "klientbox.rule.step.active": KEPT,
        "klientbox.service.active": KEPT,
        "klientbox.staff.active": KEPT,
        "klientbox.visit.state": KEPT,
    }

    def make_something_of_everything(self):
        client = self.client(phone="+420601234567", email="jana@example.com")
        self.visit(client)
        company = {"company_id": self.salon.id}
        self.env["klientbox.api.key"]._generate(self.salon, "live")
        key, _text = self.env["klientbox.api.key"]._generate(self.salon, "revoked")
        key.action_revoke()
        self.revoked_at = key.revoked_at
        self.env["klientbox.gateway"].create(
            {"name": "g", "url": "https://g.example/", "status_url": "https://g.example/s", **company}
        ).write({"secret": "s", "signing_secret": "s", "previous_callback_token": "t"})
        hook = self.env["klientbox.webhook"].create({"name": "w", "url": "https://shop.example/hook", **company})
        hook.write({"previous_secret": "whsec_x", "is_secret_shown": True, "api_key_id": key.id})
        later = fields.Datetime.now() + timedelta(hours=1)
        for number, state in enumerate(("pending", "sending", "delivered")):
            vals = {"event_id": f"e{number}", "type": "client.created", "sequence": number + 1, "payload": "{}"}
            vals |= {"claim_token": "t", "lease_until": later} if state == "sending" else {}
            vals |= {"next_at": later} if state == "pending" else {}
            self.env["klientbox.webhook.delivery"].create({"webhook_id": hook.id, "state": state, **vals, **company})
        self.env["klientbox.inbound"].create({"body": "x", "digest": "d", **self.inbound_vals()})
        for state in ("queued", "claimed", "sending", "sent", "unknown", "cancelled"):
            vals = {"claim_token": "t", "lease_until": later} if state in ("claimed", "sending") else {}
            vals |= {"address_hash": "h", "sms_uuid": f"u{state}", "due_at": later}
            self.env["klientbox.message"].create(
                {"client_id": client.id, "channel": "sms", "state": state, **vals, **company}
            )
        rule = self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)], limit=1)
        rule.enabled = True
        client.write({"sms_opt_out": True})
        self.env["klientbox.service"].create({"name": "Cut", **company})
        self.env["klientbox.staff"].create({"name": "Eva", **company})
        self.sms = self.env["sms.sms"].create(
            [{"number": "+420601234567", "body": "x", "state": state} for state in ("outgoing", "process", "sent")]
        )
        self.env.cr.execute(
            "INSERT INTO klientbox_idempotency_answer (key_id, name, fingerprint, status, headers, body)"
            " VALUES (1, 'n', 'f', 201, '[]', 'whsec_')"
        )

    def inbound_vals(self):
        gateway = self.env["klientbox.gateway"].search([("company_id", "=", self.salon.id)], limit=1)
        return {"gateway_id": gateway.id, "company_id": self.salon.id, "received_at": fields.Datetime.now()}

    def test_what_is_no_field_of_ours_is_cleared_as_well(self):
        self.make_something_of_everything()
        self._neutralize()
        keys = self.env["klientbox.api.key"].search([("company_id", "=", self.salon.id)])
        self.assertEqual(set(keys.mapped("state")), {"revoked"})
        self.assertEqual(self.revoked_at, keys.filtered(lambda key: key.name == "revoked").revoked_at)
        self.assertEqual(self.sms.mapped("state"), ["canceled", "canceled", "sent"])
        self.env.cr.execute("SELECT count(*) FROM klientbox_idempotency_answer")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertTrue(self.env["klientbox.consent.event"]._salt())

    def _neutralize(self):
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all(flush=False)
