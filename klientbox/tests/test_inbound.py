import json
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.addons.klientbox.lib import phone
from odoo.addons.klientbox.models.messaging import gateway_callbacks
from odoo.addons.klientbox.models.messaging.gateway_callbacks import LAST_TRY, CallbackGateway
from odoo.addons.klientbox.tools.outbox import Outbox
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NOON, SalonCase

ANA, EVA, IVA = "+420601000001", "+420601000002", "+420601000003"


@tagged("post_install", "-at_install")
class TestInbound(SalonCase):
    def setUp(self):
        super().setUp()
        self.gateway = self.env["klientbox.gateway"].create({"name": "Brána", "company_id": self.salon.id})
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)

    def receive(self, *events):
        gateway = CallbackGateway(self.gateway.id, self.salon.id, None)
        self.env["klientbox.inbound"]._receive(gateway, {}, "", json.dumps(events))

    def work(self, states=("new",)):
        """The job's processing, on a cursor of its own; the state and the number of finished events."""
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["klientbox.inbound"]._work(Outbox(self.env.registry), states)
        self.env.invalidate_all()
        row = self.env["klientbox.inbound"].search([("gateway_id", "=", self.gateway.id)])
        return row.state, len(row.settled or [])

    def texts(self):
        answers = self.env["klientbox.message"].search([("company_id", "=", self.salon.id), ("direction", "=", "in")])
        return sorted(answers.mapped(lambda answer: (answer.address, answer.body)))

    def refusals(self):
        events = self.env["klientbox.consent.event"].search(
            [("company_id", "=", self.salon.id), ("source", "=", "stop")]
        )
        return sorted(events.mapped("address"))

    def failing(self, address):
        """From here on a reply from this phone can't be stored."""
        write_down = gateway_callbacks.KlientboxInbound._take_reply

        def take(inbound, outbox, reply):
            if reply.sender == address:
                raise RuntimeError("no room")
            write_down(inbound, outbox, reply)

        patcher = patch.object(gateway_callbacks.KlientboxInbound, "_take_reply", take)
        patcher.start()
        self.addCleanup(patcher.stop)
        return patcher

    def test_a_bad_event_does_not_take_the_others_along(self):
        patcher = self.failing(EVA)
        self.receive(*({"from": number, "text": "STOP"} for number in (ANA, EVA, IVA)))
        with mute_logger("odoo.addons.klientbox.models.messaging.gateway_callbacks"):
            self.assertEqual(self.work(), ("new", 2))
        self.assertEqual(self.refusals(), [ANA, IVA])
        patcher.stop()
        self.addCleanup(patcher.start)
        self.assertEqual(self.work(), ("done", 3))
        self.assertEqual(self.refusals(), [ANA, EVA, IVA])
        self.assertEqual(self.texts(), [(number, "STOP") for number in (ANA, EVA, IVA)])

    def test_a_settled_event_is_not_settled_again_with_the_rest(self):
        self.receive({"from": ANA, "text": "Ano"}, {"id": "later", "state": "delivered"})
        self.assertEqual(self.work(), ("waiting", 1))
        # After an hour the same text is another reply.
        self.set_clock(NOON + timedelta(hours=2))
        self.assertEqual(self.work(("waiting",)), ("waiting", 1))
        self.assertEqual(self.texts(), [(ANA, "Ano")])
        self.set_clock(NOON + timedelta(hours=25))
        self.assertEqual(self.work(("waiting",)), ("unmatched", 1))
        self.assertEqual(self.texts(), [(ANA, "Ano")])

    def test_a_repetition_begins_anew(self):
        self.receive({"from": ANA, "text": "STOP"}, {"from": EVA, "text": "STOP"})
        self.assertEqual(self.work(), ("done", 2))
        self.receive({"from": ANA, "text": "STOP"}, {"from": EVA, "text": "STOP"})
        self.set_clock(NOON + timedelta(hours=2))
        self.assertEqual(self.work(), ("done", 2))
        self.assertEqual(self.refusals(), [ANA, EVA])
        self.assertEqual(len(self.texts()), 4)

    def test_what_fails_again_and_again_is_shown_to_people_once(self):
        self.failing(EVA)
        before = self.env["mail.message"].search([])
        self.receive({"from": EVA, "text": "STOP"}, {"from": ANA, "text": "STOP"}, {"what": "else"})
        with mute_logger("odoo.addons.klientbox.models.messaging.gateway_callbacks"):
            for _ in range(LAST_TRY - 1):
                self.assertEqual(self.work(), ("new", 1))
            self.assertEqual(self.work(), ("unreadable", 1))
        self.assertEqual(self.refusals(), [ANA])
        self.receive("nonsense")
        with self.env.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["klientbox.inbound"]._work(Outbox(self.env.registry))
        self.env.invalidate_all()
        notices = (self.env["mail.message"].search([]) - before).filtered(
            lambda message: self.owner.partner_id in message.notified_partner_ids
        )
        self.assertEqual(notices.mapped("subject"), ["KlientBox cannot read callbacks from Brána"])
        self.assertNotIn(self.manager.partner_id, notices.notified_partner_ids)
        self.assertEqual(self.gateway.alarm_since, NOON)
        self.assertEqual(self.settings().with_user(self.receptionist).unread_count, 2)
        self.gateway.with_user(self.owner).action_close_alarm()
        self.env.invalidate_all()
        self.assertEqual(self.settings().unread_count, 0)

    def test_a_stop_finds_the_client_however_the_gateway_spells_the_phone(self):
        foreign = self.client("Zuzana", phone="+421905123456")
        german = self.client("Greta", phone="+4915112345678")
        self.receive({"from": "421905123456", "text": "STOP"}, {"from": 4915112345678, "text": "STOP"})
        self.assertEqual(self.work(), ("done", 2))
        self.assertEqual((foreign | german).mapped("sms_opt_out"), [True, True])

    def test_a_stop_by_mail_counts_whatever_its_charset(self):
        reference = "0" * 31
        for place, (body, headers) in enumerate(
            (
                (b"STOP\0", {}),
                (b"STOP", {"Content-Type": "text/plain; charset=x-no-such"}),
                (b"STOP", {"Message-ID": f"<{'x' * 6000}@example.com>"}),
            )
        ):
            with self.subTest(body=body, headers=headers):
                address = f"jana{place}@example.com"
                client = self.client(email=address)
                message = self.env["klientbox.message"].create(
                    {
                        "company_id": self.salon.id,
                        "client_id": client.id,
                        "direction": "out",
                        "channel": "email",
                        "state": "sent",
                        "address": address,
                        "reference": f"{reference}{place}",
                    }
                )
                self.env.flush_all()
                mail = EmailMessage()
                mail["Content-Type"] = headers.get("Content-Type", "text/plain")
                mail.set_payload(body)
                parsed = {
                    "in_reply_to": f"<{message.reference}@klientbox.message>",
                    "email_from": address,
                    "message_id": headers.get("Message-ID"),
                }
                self.assertTrue(self.env["klientbox.message"]._receive_mail(mail, parsed))
                self.assertTrue(client.email_opt_out)

    def test_a_refusal_from_no_phone_is_shown_to_people(self):
        self.receive({"from": "SalonJana", "text": "STOP"}, {"from": ANA, "text": "STOP"})
        self.assertEqual(self.work(), ("unreadable", 1))
        self.assertEqual((self.refusals(), self.texts()), ([ANA], [(ANA, "STOP")]))
        self.assertEqual(self.gateway.alarm_since, NOON)

    def test_the_job_looks_again_at_once_while_callbacks_are_left(self):
        patcher = patch.object(gateway_callbacks, "BATCH", 1)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.failing(EVA)
        Inbound = self.env["klientbox.inbound"]
        self.receive({"from": ANA, "text": "STOP"})
        self.receive({"from": EVA, "text": "STOP"})
        for left in (True, True, False):
            self.assertEqual(Inbound._is_behind(), left)
            with (
                self.env.registry.cursor() as cr,
                mute_logger("odoo.addons.klientbox.models.messaging.gateway_callbacks"),
            ):
                api.Environment(cr, SUPERUSER_ID, {})["klientbox.inbound"]._work(Outbox(self.env.registry))
            self.env.invalidate_all()
        self.assertEqual(self.refusals(), [ANA])

    def test_a_large_callback_of_one_company_does_not_delay_a_stop_of_another(self):
        other = self.env["res.company"].create({"name": "Jiný salon"})
        gateway = self.env["klientbox.gateway"].create({"name": "Jejich brána", "company_id": other.id})
        self.receive(*({"from": f"+420601{number:06}", "text": "Ano"} for number in range(40)))
        order = []
        take = gateway_callbacks.KlientboxInbound._take_reply

        def note(inbound, outbox, reply):
            if not order:
                # It arrives while the large one is worked on.
                theirs = CallbackGateway(gateway.id, other.id, None)
                body = json.dumps({"from": ANA, "text": "STOP"})
                self.env["klientbox.inbound"]._receive(theirs, {}, "", body)
            order.append(inbound.company_id)
            take(inbound, outbox, reply)

        with (
            patch.object(gateway_callbacks, "TURN", 0),
            patch.object(gateway_callbacks.KlientboxInbound, "_take_reply", note),
        ):
            self.assertEqual(self.work(), ("done", 40))
        self.assertEqual(len(order), 41)
        self.assertEqual(order.index(other), 2)

    def test_a_large_callback_continues_where_a_call_of_the_job_has_ended(self):
        self.receive(*({"from": f"+420601{number:06}", "text": "Ano"} for number in range(5)))
        with patch.object(gateway_callbacks, "TURN", 0), patch.object(gateway_callbacks, "SECONDS", 0.001):
            state, settled = self.work()
        self.assertEqual(state, "new")
        self.assertTrue(1 <= settled < 5)
        self.assertTrue(self.env["klientbox.inbound"]._is_behind())
        self.assertEqual(self.work(), ("done", 5))
        self.assertEqual(len(self.texts()), 5)

    def test_a_callback_that_ends_the_process_delays_no_other_and_is_shown_to_people(self):
        self.receive({"from": EVA, "text": "STOP"})
        poison = self.env["klientbox.inbound"].search([("gateway_id", "=", self.gateway.id)])
        order = []
        take = gateway_callbacks.KlientboxInbound._take_reply

        def note(inbound, outbox, reply):
            order.append(reply.sender)
            if reply.sender == EVA:
                raise SystemExit
            take(inbound, outbox, reply)

        with patch.object(gateway_callbacks.KlientboxInbound, "_take_reply", note):
            for tries in range(1, LAST_TRY + 1):
                # Not assertRaises: Odoo's undoes what was committed within it.
                with suppress(SystemExit):
                    self.work()
                self.env.invalidate_all()
                self.assertEqual((poison.state, poison.tries), ("new", tries))
                if tries == 1:
                    self.receive({"from": ANA, "text": "STOP"})
            self.assertEqual(order, [EVA, ANA] + [EVA] * (LAST_TRY - 1))
            with self.env.registry.cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {})["klientbox.inbound"]._work(Outbox(self.env.registry))
        self.env.invalidate_all()
        self.assertEqual(len(order), LAST_TRY + 1)
        self.assertEqual((poison.state, self.refusals()), ("unreadable", [ANA]))
        self.assertEqual(self.gateway.alarm_since, NOON)

    def test_a_refusal_in_an_unknown_member_is_shown_to_people_at_once(self):
        self.receive({"from": ANA, "text": None, "id": "later", "state": "delivered", "message": "STOP"})
        self.assertEqual(self.work(), ("unreadable", 0))
        self.assertEqual(self.gateway.alarm_since, NOON)
        self.assertEqual(self.settings().unread_count, 1)
        # Its report still waits for the message, without another alarm.
        self.gateway.with_user(self.owner).action_close_alarm()
        message = self.env["klientbox.message"].create(
            {
                "company_id": self.salon.id,
                "direction": "out",
                "channel": "sms",
                "state": "sent",
                "attempts": 1,
                "address": ANA,
                "gateway_id": self.gateway.id,
                "provider_ref": "later",
            }
        )
        self.env.flush_all()
        self.assertEqual(self.work(("new", "waiting")), ("unreadable", 0))
        self.assertEqual(message.state, "delivered")
        row = self.env["klientbox.inbound"].search([("gateway_id", "=", self.gateway.id)])
        self.assertEqual((row.is_expecting, self.gateway.alarm_since), (False, False))

    def test_what_is_no_refusal_may_come_from_a_name(self):
        self.receive({"from": "SalonJana", "text": "Dobrý den"})
        self.assertEqual(self.work(), ("done", 0))
        self.assertEqual(self.texts(), [("SalonJana", "Dobrý den")])

    def test_a_refusal_from_no_phone_counts_for_the_message_that_it_answers(self):
        client = self.client(phone=ANA)
        message = self.env["klientbox.message"].create(
            {
                "company_id": self.salon.id,
                "client_id": client.id,
                "direction": "out",
                "channel": "sms",
                "state": "sent",
                "attempts": 1,
                "address": ANA,
                "reference": "0" * 32,
                "gateway_id": self.gateway.id,
            }
        )
        self.env.flush_all()
        self.receive({"from": "hidden", "text": "STOP", "in_reply_to": message.reference})
        self.assertEqual(self.work(), ("done", 0))
        self.assertEqual((self.refusals(), client.sms_opt_out), ([ANA], True))

    def test_readings_of_a_phone(self):
        for text, expected in (
            ("%2B420601550031", ["+420601550031"]),
            ("%252B420601550031", ["+420601550031"]),
            ("+420601550033@sms.example.cz", ["+420601550033"]),
            ("601550033@10.0.0.1", ["+420601550033"]),
            ("+420601550035;npi=1", ["+420601550035"]),
            ("420601550035;1", ["+420601550035"]),
            ("+420601550036/Jana", ["+420601550036"]),
            ("601550036/2", ["+420601550036"]),
            ("601/550 036", ["+420601550036"]),
            ("+420 (0) 601 550 027", ["+420601550027"]),
            ("0601550029", ["+420601550029"]),
            ("0420601550029", ["+420601550029"]),
            ("+0420601550029", ["+420601550029"]),
            ("sip:+420601550005@gw", ["+420601550005"]),
            ('"Jana 1" <sip:+420601550005@gw:5060;user=phone>', ["+420601550005"]),
            ("%zz", []),
            ("<>", []),
            ("+420 601 234 567", ["+420601234567"]),
            ("00420601234567", ["+420601234567"]),
            ("420601234567", ["+420601234567"]),
            (" 420601234567", ["+420601234567"]),
            ("601234567", ["+420601234567"]),
            ("421905123456", ["+421905123456"]),
            ("tel:+421905123456", ["+421905123456"]),
            ("SalonJana", []),
            ("", []),
        ):
            with self.subTest(text=text):
                self.assertEqual(phone.readings(text, "CZ"), expected)
