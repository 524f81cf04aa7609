import threading

from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import text
from odoo.addons.klientbox.lib.sending_hours import SendingHours
from odoo.addons.klientbox.tools.message_sender import MessageSender
from odoo.addons.klientbox.tools.odoo_mail import OdooMail
from odoo.addons.klientbox.tools.outbox import Claim
from odoo.addons.klientbox.tools.outcome import NOT_SENT, REFUSED, SENT, UNKNOWN, Outcome, OutgoingMessage
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from .common import SalonCase

BREAKS = "\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\x01", "\t", "\xa0"


class TestOneLineText(BaseCase):
    def test_every_kind_of_break_becomes_one_space(self):
        for char in BREAKS:
            with self.subTest(char=repr(char)):
                self.assertEqual(text.one_line(f"{char}Jana{char}{char} Nováková{char}"), "Jana Nováková")
        self.assertEqual(text.one_line("\n"), "")


@tagged("post_install", "-at_install")
class TestOneLine(SalonCase):
    """A name or a subject with a line break would be an e-mail header that can't be built."""

    WRITTEN, KEPT = "Jana\r\nBcc: eva@example.com\u2028 Nová\x85", "Jana Bcc: eva@example.com Nová"

    def test_names_in_every_model_are_one_line(self):
        company = {"company_id": self.salon.id}
        wanted = {
            "klientbox.client": {"name": self.WRITTEN, **company},
            "klientbox.service": {"name": self.WRITTEN, **company},
            "klientbox.staff": {"name": self.WRITTEN, **company},
            "klientbox.tag": {"name": self.WRITTEN, **company},
            "klientbox.gateway": {"name": self.WRITTEN, **company},
            "klientbox.webhook": {"name": self.WRITTEN, "url": "https://shop.example/hook", **company},
            "res.company": {"name": self.WRITTEN},
        }
        for model, vals in wanted.items():
            with self.subTest(model=model):
                record = self.env[model].create(vals)
                self.assertEqual(record.name, self.KEPT)
                record.name = "Eva"
                record.write({"name": self.WRITTEN + "!"})
                self.assertEqual(record.name, self.KEPT + " !")
        rule = self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)], limit=1)
        rule.name = self.WRITTEN
        rule.step_ids.write({"channel": "email", "subject": self.WRITTEN})
        self.assertEqual((rule.name, rule.step_ids.subject), (self.KEPT, self.KEPT))

    def test_a_file_of_odoo_s_own_import_is_no_way_around(self):
        Client = self.env["klientbox.client"].with_company(self.salon)
        for header, row, name in (
            (["given_name", "family_name"], ["Jana\u2028", "\nNová"], "Jana Nová"),
            (["name"], ["Eva\r\nMalá"], "Eva Malá"),
        ):
            result = Client.load(header, [row])
            self.assertEqual(Client.browse(result["ids"]).mapped("name"), [name])

    def test_a_name_of_white_space_alone_is_none(self):
        nameless = {"name": "\n\u2028", "company_id": self.salon.id}
        with self.assertRaises(FieldError) as refused:
            self.env["klientbox.service"].create(nameless)
        self.assertEqual(refused.exception.problems[0][:2], ("name", "required"))

    def test_what_the_database_can_not_store_is_left_out(self):
        client = self.client(
            "Ja\ud800na", notes="Aler\x00gie\ud83d\nlak", external_id="A\udfff1", external_source="till"
        )
        self.env.flush_all()
        self.assertEqual((client.name, client.notes, client.external_id), ("Jana", "Alergie\nlak", "A1"))
        client.notes = "\udc00Lak"
        self.env.flush_all()
        self.assertEqual(client.notes, "Lak")

    def test_a_number_of_another_system_has_no_line_break(self):
        client = self.client()
        visit = self.visit(client)
        for record, name in ((client, "external_id"), (client, "external_source"), (visit, "external_ref")):
            for char in ("\n", "\r", "\t", "\x01", "\u2028"):
                with self.subTest(name=name, char=char), self.assertRaises(FieldError) as refused:
                    record.write({name: f"A{char}1"})
                self.assertEqual(refused.exception.problems[0][:2], (name, "control_character"))

    def test_a_name_of_a_client_is_as_long_as_in_the_api(self):
        client = self.client("J" * 255, phone="601234567")
        for name in ("name", "given_name", "family_name"):
            with self.subTest(name=name), self.assertRaises(FieldError) as refused:
                client.write({name: "J" * 256})
            self.assertEqual(refused.exception.problems[0][:2], (name, "too_long"))
        with self.assertRaises(FieldError):
            self.client("J" * 256)

    def test_a_key_of_another_system_stays_as_it_is(self):
        client = self.client(external_id="A  1", external_source="till")
        self.assertEqual(client.external_id, "A  1")
        gateway = self.env["klientbox.gateway"].create(
            {"name": "Brána", "company_id": self.salon.id, "new_secret": "a  b"}
        )
        self.assertEqual(gateway.sudo().secret, "a  b")


@tagged("post_install", "-at_install")
class TestGatewayKey(SalonCase):
    def test_a_key_that_is_no_header_leaves_nothing_unknown(self):
        gateway = self.env["klientbox.gateway"].create(
            {"name": "Brána", "company_id": self.salon.id, "url": "https://gateway.example", "new_secret": "a\nb"}
        )
        outcome = gateway.sudo()._provider().send(outgoing(channel="sms", address="+420601000001"))
        self.assertEqual((outcome.kind, outcome.reason), (NOT_SENT, "not_buildable"))


class ScriptedProvider:
    """A provider that behaves as a test requests, a message at a time."""

    lease, can_look_up, is_idempotent = 60, False, False

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)

    def send(self, _outgoing):
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def outgoing(**vals):
    known = {"address": "jana@example.com", "subject": "Chybíte nám", "body": "Ahoj", "reference": "abc"}
    known |= {"id": 1, "token": "t", "company_id": 1, "channel": "email", "provider_ref": None, "attempts": 1}
    return OutgoingMessage(**(known | vals))


@tagged("post_install", "-at_install")
class TestMail(SalonCase):
    def setUp(self):
        super().setUp()
        self.salon.email = "salon@example.com"
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)
        self.provider = OdooMail(self.env.registry, self.salon.id, self.env["klientbox.message"]._message_id)

    def mail(self, **vals):
        """The mail to be sent, as it was built."""
        addresses = self.provider._addresses(self.salon)
        return self.provider._build(self.env["ir.mail_server"], outgoing(**vals), *addresses)

    def test_what_an_old_name_holds_adds_no_header(self):
        """From before names were one line, and from the contact, which other users edit."""
        self.env.flush_all()
        for name in ("Salon\nBcc: eva@example.com", "Salon\u2028Jana", "Salon\x85", 'Salon "Jana"\r\n\r\nAhoj'):
            self.env.cr.execute("UPDATE res_partner SET name = %s WHERE id = %s", [name, self.salon.partner_id.id])
            self.env.invalidate_all()
            with self.subTest(name=repr(name)):
                mail = self.mail(subject=f"Chybíte\n{name}", reference="abc")
                self.assertEqual(mail["From"].addresses[0].addr_spec, "salon@example.com")
                self.assertEqual(mail["From"].addresses[0].display_name.strip(), text.one_line(name))
                self.assertEqual(mail["Reply-To"].addresses[0].addr_spec, "salon@example.com")
                self.assertEqual(str(mail["Subject"]), text.one_line(f"Chybíte {name}"))
                self.assertEqual(mail["Message-Id"].strip(), "<abc@klientbox.message>")
                self.assertIsNone(mail["Bcc"])
                self.assertEqual(len(mail.as_string().partition("\n\n")[0].split("\nBcc:")), 1)

    def test_what_cannot_be_built_has_failed_and_was_not_sent(self):
        outcome = self.provider.send(outgoing(address="jana@example.com\nBcc: eva@example.com"))
        self.assertEqual((outcome.kind, outcome.reason), (REFUSED, "not_buildable"))


class FakeOutbox:
    """The outbox's statements as a MessageSender calls them, for one lane of messages."""

    def __init__(self, count):
        hours = SendingHours("Europe/Prague")
        self.waiting = [
            Claim(number, str(number), 1, False, "email", "jana@example.com", hours) for number in range(count)
        ]
        self.finished, self.rested = [], []

    def claim(self, _lane, _limit):
        claims, self.waiting = self.waiting, []
        return claims

    def start(self, claim, _key, _lease, once):
        return outgoing(id=claim.id, token=claim.token)

    def finish(self, sent, outcome, _due_at):
        self.finished.append((sent.id, outcome.kind, outcome.reason))

    def release(self, claims):
        self.waiting = claims

    def rest(self, *_lane_and_until):
        self.rested.append(True)

    def leave_unknown(self, _lane):
        pass


class TestPostman(BaseCase):
    def test_a_lane_goes_on_after_a_message_that_breaks_its_provider(self):
        outbox = FakeOutbox(3)
        provider = ScriptedProvider(Outcome(SENT), ValueError("bad"), Outcome(SENT))
        message_sender = MessageSender(outbox, lambda _lane: provider, lambda _channel, _address: "key")
        with mute_logger("odoo.addons.klientbox.tools.message_sender"):
            self.assertTrue(message_sender.serve("mail:1", threading.Event()))
        self.assertEqual(
            outbox.finished,
            [(0, SENT, None), (1, UNKNOWN, "ValueError"), (2, SENT, None)],
            "what it may have sent is unknown",
        )
        self.assertEqual(outbox.rested, [])
