import json
import uuid

from odoo import SUPERUSER_ID, api
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.models.messaging.klientbox_gateway import retire_gateways
from odoo.addons.klientbox.tools.outbox import Outbox
from odoo.addons.klientbox.tools.outcome import REFUSED
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_reactivation import ReactivationCase

WHY = "The app of the SMS gateway was uninstalled"
EVA = "+420601000002"


@tagged("post_install", "-at_install")
class TestRetiredGateway(ReactivationCase):
    def setUp(self):
        super().setUp()
        self.gateway = self.env["klientbox.gateway"].create(
            {
                "name": "Brána",
                "company_id": self.salon.id,
                "url": "https://gateway.example/send",
                "new_secret": "tajné",
                "signature_header": "X-Signature",
                "new_signing_secret": "tajné",
            }
        )
        self.settings().sms_gateway_id = self.gateway

    def forget_kind(self):
        """The app was uninstalled, and has not retired its gateway."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_gateway SET kind = 'gone' WHERE id = %s", [self.gateway.id])
        self.env.invalidate_all()

    def queue(self, number=EVA, **vals):
        """A message that waits in the gateway's queue."""
        reference = uuid.uuid4().hex
        self.env["klientbox.message"]._queue_odoo_sms(self.salon, number, "Ahoj", reference, gateway=self.gateway)
        message = self.env["klientbox.message"].search([("reference", "=", reference)])
        message.write(vals)
        return message

    def test_it_sends_nothing_more_and_its_secrets_are_deleted(self):
        archived = self.gateway.copy({"name": "Archived", "active": False})
        retire_gateways(self.gateway | archived)
        self.assertRecordValues(
            (self.gateway | archived).sudo(),
            [
                {"kind": "retired", "active": False, "secret": False, "signing_secret": False, "is_retired": True},
                {"kind": "retired", "active": False, "secret": False, "signing_secret": False, "is_retired": True},
            ],
        )
        self.gateway.active = True
        self.assertFalse(self.gateway._is_sending())
        with self.assertRaisesRegex(UserError, WHY):
            self.gateway.action_send_test()
        outcome = self.gateway._provider().send(None)
        self.assertEqual((outcome.kind, outcome.reason), (REFUSED, "gateway_retired"))

    def test_what_waits_is_cancelled_with_the_reason(self):
        other_lane = self.queue(lane=f"test:{self.salon.id}")
        waiting, claimed = self.queue(), self.queue(state="claimed", claim_token="a")
        sent, unknown = self.queue(state="sent"), self.queue(state="unknown")
        retire_gateways(self.gateway)
        self.assertRecordValues(
            waiting | claimed | sent | unknown | other_lane,
            [
                {"state": "cancelled", "reason": "gateway_retired", "reason_text": WHY, "claim_token": False},
                {"state": "cancelled", "reason": "gateway_retired", "reason_text": WHY, "claim_token": False},
                {"state": "sent", "reason": False, "reason_text": False, "claim_token": False},
                {"state": "unknown", "reason": False, "reason_text": False, "claim_token": False},
                {"state": "queued", "reason": False, "reason_text": False, "claim_token": False},
            ],
        )
        self.assertFalse(unknown.due_at)

    def test_the_job_cancels_what_came_into_its_queue_later(self):
        message, unknown = self.queue(), self.queue(state="unknown")
        self.forget_kind()
        unknown.with_user(self.manager).action_send_again()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            provider_of = self.env["klientbox.message"]._provider_maker(self.env.registry)
            self.assertIsNone(provider_of(message.lane))
            self.assertEqual(Outbox(self.env.registry).lanes(), [])
        self.env.invalidate_all()
        self.assertEqual((message | unknown).mapped("reason"), ["gateway_retired"] * 2)

    def test_no_new_sms_is_queued_for_it(self):
        eva = self.client("Eva", phone=EVA, email="eva@example.com")
        absent = self.absent(61, email="jana@example.com")
        for case in (self.forget_kind, lambda: retire_gateways(self.gateway)):
            case()
            with self.subTest(kind=self.gateway.kind):
                self.assertEqual(self.queue(), self.env["klientbox.message"])
                sms = self.env["sms.sms"].create({"number": EVA, "body": "Ahoj"})
                sms.send(unlink_failed=False)
                self.assertRecordValues(sms, [{"state": "error", "failure_type": "sms_server"}])
                with self.assertRaisesRegex(FieldError, WHY):
                    eva._queue_writing("sms", "transactional", False, "Ahoj", "1")
                self.assertFalse(eva._writing_objection_to_channel("email"))
                self.night()
                self.assertEqual((len(self.messages()), self.reason(absent)), (0, "gateway_retired"))

    def test_other_gateways_and_test_data_are_not_affected(self):
        retire_gateways(self.gateway)
        self.assertFalse(self.settings(self.other).gateway_problem)
        self.assertEqual(self.settings().gateway_problem, WHY)
        test = self.salon._klientbox_test_company()
        self.settings(test).sms_gateway_id = self.gateway.copy({"company_id": test.id})
        self.assertFalse(self.settings(test).gateway_problem)
        absent = self.absent(61)
        self.settings().sms_gateway_id = self.gateway.copy({"kind": "http", "active": True})
        self.night()
        self.assertEqual((self.messages(absent).state, self.reason(absent)), ("queued", False))

    def test_a_night_that_is_closed_and_an_e_mail_need_no_gateway(self):
        retire_gateways(self.gateway)
        mailed = self.absent(62, phone="+420222123456", email="petr@example.com")
        texted = self.absent(61)
        self.night()
        self.assertEqual([message.client_id for message in self.messages()], [mailed])
        self.night(closed="imported")
        self.assertEqual(self.messages(texted).reason, "imported")

    def test_callbacks_are_stored_and_an_alarm_says_that_they_cannot_be_read(self):
        token = self.gateway.sudo().callback_token
        body = json.dumps({"from": EVA, "text": "STOP"})
        for number, case in enumerate((self.forget_kind, lambda: retire_gateways(self.gateway))):
            case()
            self.gateway.action_close_alarm()
            self.env.flush_all()
            with self.subTest(kind=self.gateway.kind), self.enter_registry_test_mode():
                inbound = self.env["klientbox.inbound"]
                found = inbound._find_gateway(self.gateway.id, token)
                self.assertTrue(found.provider.is_authentic(None))
                self.assertTrue(found.provider.covers_query())
                answer = found.provider.respond(None)
                self.assertEqual((answer.status, answer.body), (200, "OK"))
                inbound._receive(found, {}, str(number), body)
                with self.env.registry.cursor() as cr:
                    api.Environment(cr, SUPERUSER_ID, {})["klientbox.inbound"]._work(Outbox(self.env.registry))
                self.env.invalidate_all()
                self.assertTrue(self.gateway.alarm_since)
                self.assertEqual(self.settings().unread_count, number + 1)
        notices = self.env["mail.message"].search([("partner_ids", "in", self.owner.partner_id.ids)])
        self.assertEqual(len(notices), 2)
        self.assertIn("record each refusal with the client", notices[0].body)

    def test_a_gateway_of_an_app_that_is_there_again_works_again(self):
        retire_gateways(self.gateway)
        self.gateway.write({"kind": "http", "active": True})
        self.assertFalse(self.gateway.is_retired)
        self.assertTrue(self.gateway._is_sending())
        self.assertFalse(self.settings().gateway_problem)
