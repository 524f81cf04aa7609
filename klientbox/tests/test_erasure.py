from datetime import timedelta

from odoo import fields
from odoo.addons.klientbox.exceptions import FieldError
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import NOON, SalonCase

PHONE = "+420601234567"


@tagged("post_install", "-at_install")
class TestErasure(SalonCase):
    def setUp(self):
        super().setUp()
        self.jana = self.client(
            phone=PHONE,
            email="Jana@example.com",
            notes="Alergie",
            birth_date="1990-01-01",
            gender="female",
            code="A7",
            external_id="7",
            external_source="koibox",
        )
        self.visit(self.jana, NOON - timedelta(days=70), note="Jana chce krátký střih", external_ref="jana-1")
        self.env.flush_all()

    def erase(self, client=None, user=None):
        (client or self.jana).with_user(user or self.owner).action_erase()
        self.env.invalidate_all()

    def message(self, state="queued", **vals):
        vals = {"client_id": self.jana.id, "company_id": self.salon.id, "channel": "sms", "address": PHONE, **vals}
        return self.env["klientbox.message"].create({"state": state, "body": "Dobrý den, Jano", **vals})

    def test_only_an_administrator_erases(self):
        for user in (self.receptionist, self.manager, self.env.ref("klientbox.user_api")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.erase(user=user)
        stranger = self.client("Petr", company=self.other, phone=PHONE)
        with self.assertRaises(AccessError):
            self.erase(stranger)
        self.assertEqual((stranger.name, self.jana.name), ("Petr", "Jana Nováková"))

    def test_figures_stay_and_the_person_goes(self):
        before = self.jana.read(["status", "last_visit_date", "total_visits", "total_spent", "create_date"])
        waiting, sent = self.message(), self.message("sent", cost=1.5, parts=2)
        ahead = self.visit(self.jana, NOON + timedelta(days=3), state="scheduled", note="zavolat")
        self.env.flush_all()
        self.erase()
        name = f"Erased client {self.jana.id}"
        self.assertRecordValues(
            self.jana,
            [
                {
                    "name": name,
                    "search_key": name.lower(),
                    "active": False,
                    "erased_at": NOON,
                    "sms_opt_out": True,
                    "email_opt_out": True,
                    **dict.fromkeys(
                        ("phone", "email", "notes", "birth_date", "gender", "code", "external_id", "external_source"),
                        False,
                    ),
                }
            ],
        )
        self.assertEqual(self.jana.read(before[0].keys()), before)
        self.assertEqual(self.jana.visit_ids.mapped("note"), [False, False])
        self.assertEqual(ahead.state, "cancelled")
        self.assertRecordValues(
            waiting | sent,
            [
                {
                    "state": "cancelled",
                    "reason": "client_erased",
                    "address": False,
                    "body": False,
                    "cost": 0,
                    "parts": 0,
                },
                {"state": "sent", "reason": False, "address": False, "body": False, "cost": 1.5, "parts": 2},
            ],
        )
        self.assertRecordValues(
            self.jana.consent_event_ids,
            [
                {"kind": "withdrawn", "source": "erasure", "channel": channel, "address": False, "text": False}
                for channel in ("email", "sms")
            ],
        )
        log = self.env["klientbox.erasure"].search([("company_id", "=", self.salon.id)])
        self.assertRecordValues(
            log, [{"client_number": self.jana.id, "user_id": self.owner.id, "at": NOON, "contact_kept": False}]
        )

    def test_an_erased_person_stays_suppressed_and_consents_as_a_new_client(self):
        self.erase()
        again = self.client("Jana Nováková", phone="601 234 567", email="JANA@example.com")
        self.assertEqual((again.sms_opt_out, again.email_opt_out), (True, True))
        with self.assertRaises(FieldError) as refusal:
            again.sms_opt_out = False
        self.assertEqual(refusal.exception.problems[0][:2], ("sms_opt_out", "consent_required"))
        again._consent("sms", "Ano, pište mi.", NOON.date(), "written")
        self.assertEqual((again.sms_opt_out, again.email_opt_out), (False, True))

    def test_a_walk_in_without_an_address_is_erased_as_well(self):
        eva = self.client("Eva", notes="Alergie")
        self.erase(eva)
        self.assertEqual((eva.name, eva.notes, eva.active), (f"Erased client {eva.id}", False, False))
        self.assertFalse(self.jana.sms_opt_out)

    def test_an_old_number_is_suppressed_and_that_of_another_client_is_not(self):
        daughter = self.client("Eva", email="jana@example.com")
        self.message("sent", address="+420777000111")
        self.env.flush_all()
        self.erase()
        self.assertFalse(daughter.email_opt_out)
        self.assertTrue(self.client("Jana", phone="777 000 111").sms_opt_out)

    def test_what_the_client_has_refused_stays_as_it_was_said(self):
        self.jana._opt_out("sms", "stop", text="STOP, Nováková")
        [event] = self.jana.consent_event_ids
        before = event.read(["company_id", "channel", "kind", "source", "at", "address_hash", "actor_id"])
        self.erase()
        self.assertEqual(event.read(before[0].keys()), before)
        self.assertEqual((event.address, event.text), (False, False))

    def test_an_erased_client_stays_erased(self):
        self.erase()
        jana = self.jana.with_user(self.owner)
        for attempt in (
            lambda: jana.write({"phone": PHONE}),
            jana.action_unarchive,
            jana.action_erase,
            lambda: self.env["klientbox.client.merge"]._merge(self.jana | self.client("Eva"), self.jana),
            lambda: self.env["klientbox.client.merge"]._merge(self.jana | (eva := self.client("Eva")), eva),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        self.assertEqual(self.jana.name, f"Erased client {self.jana.id}")

    def test_an_erased_client_is_not_filled_again(self):
        visit, eva = self.jana.visit_ids, self.client("Eva", phone="602234567")
        others = self.visit(eva, NOON - timedelta(days=3))
        self.erase()
        jana, visit, others = (record.with_user(self.owner) for record in (self.jana, visit, others))
        Record = self.env["klientbox.consent.record"].with_user(self.owner)
        about = {"res_model": "klientbox.client", "res_id": jana.id}
        for attempt in (
            lambda: jana.message_post(body="Jana volala"),
            lambda: self.jana.message_post(body="Jana volala"),
            lambda: visit.write({"note": "Jana volala"}),
            lambda: visit.write({"external_ref": "jana-1"}),
            lambda: visit.write({"client_id": eva.id}),
            lambda: others.write({"client_id": jana.id}),
            lambda: Record.create({"client_id": jana.id, "text": "Ano, Jana"}),
            lambda: self.env["klientbox.message.write"].create({"client_id": jana.id, "body": "Jano"}),
            lambda: jana._consent("sms", "Ano, Jana", NOON.date(), "written"),
        ):
            with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
                attempt()
            self.assertEqual(
                str(refusal.exception),
                "This client's personal data are permanently erased. If the person comes back, create a new client.",
            )
        for attempt in (
            lambda: jana.activity_schedule("mail.mail_activity_data_todo", summary="Jana"),
            lambda: self.env["ir.attachment"].with_user(self.owner).create({"name": "j.txt", "raw": b"J", **about}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        visit.write({"state": "no_show", "note": False})
        self.assertEqual((visit.state, others.client_id), ("no_show", eva))

    def test_no_name_in_place_of_staff_is_put_on_an_erased_client(self):
        eva, petr = self.client("Eva"), self.client("Petr")
        theirs, other = self.visit(eva), self.visit(petr)
        line = self.env["klientbox.visit.line"].create({"visit_id": theirs.id})
        eva.action_erase()
        lines = self.env["klientbox.visit.line"].with_user(self.receptionist)
        named = {"staff_name": "Eva Malá"}
        for call in (
            lambda: lines.create({"visit_id": theirs.id, **named}),
            lambda: lines.create([{"visit_id": other.id, **named}, {"visit_id": theirs.id, **named}]),
            lambda: lines.browse(line.id).write(named),
            lambda: theirs.with_user(self.receptionist).write({"line_ids": [(0, 0, named)]}),
            lambda: theirs.with_user(self.receptionist).write({"line_ids": [(1, line.id, named)]}),
        ):
            with self.assertRaises(FieldError) as refused, self.env.cr.savepoint():
                call()
            self.assertEqual(refused.exception.problems[0][:2], ("client_id", "client_erased"))
        service = self.env["klientbox.service"].create({"name": "Cut", "company_id": self.salon.id})
        lines.create({"visit_id": theirs.id, "service_id": service.id})
        lines.create({"visit_id": other.id, **named})

    def test_saved_searches_for_the_client_go_and_no_others(self):
        eva = self.client("Eva Malá", phone="609234567", email="eva@example.com")
        stranger = new_test_user(
            self.env, login="kb_stranger", groups="base.group_user", company_id=self.other.id,
            company_ids=[(6, 0, self.other.ids)],
        )  # fmt: skip

        def save(user, name="Mine", domain="[]", **vals):
            values = {"name": name, "domain": domain, "model_id": "klientbox.client", "user_ids": [(6, 0, user.ids)]}
            return self.env["ir.filters"].with_user(user).sudo().create({**values, **vals})

        gone = (
            save(self.receptionist, domain="[('phone', '=', '+420609234567')]")
            | save(self.receptionist, "609 234 567")
            | save(self.manager, domain='["|", ("name", "ilike", "Eva Malá"), ("id", "=", 7)]')
            | save(self.manager, "EVA@example.com", active=False)
            | save(self.env.user, context="{'default_email': 'eva@example.com'}", user_ids=[(6, 0, self.manager.ids)])
        )
        kept = (
            save(self.receptionist, domain="[('phone', '=', '+420609234568')]")
            | save(self.receptionist, "Eva", domain="[('name', 'ilike', 'Eva')]")
            | save(stranger, domain="[('email', '=', 'eva@example.com')]")
        )
        eva.with_user(self.owner).action_erase()
        self.assertFalse(gone.exists())
        self.assertEqual(kept.exists(), kept)

    def test_no_user_writes_the_log_of_erasures(self):
        self.erase()
        log = self.env["klientbox.erasure"].search([("company_id", "=", self.salon.id)])
        vals = {"company_id": self.salon.id, "client_number": 1, "at": NOON}
        for user in (self.manager, self.owner, self.env.ref("base.user_admin")):
            rows = log.with_user(user)
            for attempt in (
                lambda rows=rows: rows.create(vals),
                lambda rows=rows: rows.write({"client_number": 1}),
                rows.unlink,
                lambda user=user: self.client("Eva").with_user(user).write({"erased_at": NOON}),
                lambda user=user: self.env["klientbox.client"].with_user(user).create({"name": "x", "erased_at": NOON}),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    attempt()
        self.assertEqual(log.client_number, self.jana.id)

    def test_what_is_on_its_way_is_waited_for(self):
        sending = self.message("sending")
        self.env.flush_all()
        with self.assertRaises(UserError) as refusal:
            self.erase()
        self.assertEqual(str(refusal.exception), "A message of this client is on its way; try again in a minute.")
        self.env.cr.execute("UPDATE klientbox_message SET state = 'unknown' WHERE id = %s", [sending.id])
        gateway = self.env["klientbox.gateway"].create({"name": "Brána", "company_id": self.salon.id})
        callback = {"gateway_id": gateway.id, "company_id": self.salon.id, "received_at": NOON, "digest": "x"}
        new = self.env["klientbox.inbound"].create({**callback, "body": '{"from": "601 234 567", "text": "STOP"}'})
        self.env.flush_all()
        with self.assertRaises(UserError):
            self.erase()
        self.assertEqual(self.jana.phone, PHONE)
        new.state = "done"
        self.env.flush_all()
        self.erase()
        self.assertFalse(new.exists())
        self.assertEqual((sending.state, sending.due_at), ("unknown", False))

    def test_a_contact_that_is_used_elsewhere_stays(self):
        contact = self.jana._make_partner()
        self.env["res.partner"].create({"name": "Adresa", "parent_id": contact.id})
        self.env.flush_all()
        action = self.jana.with_user(self.owner).action_erase()
        self.assertIn("stays there", action["params"]["message"])
        self.assertEqual((contact.exists().name, self.jana.partner_id.ids), ("Jana Nováková", []))
        eva = self.client("Eva", phone="602234567")
        contact = eva._make_partner()
        contact.message_post(body="Eva")
        self.env.flush_all()
        self.erase(eva)
        self.assertFalse(contact.exists())

    def test_an_open_dialog_keeps_no_contact_and_goes(self):
        contact, eva = self.jana._make_partner(), self.client("Eva", phone="602234567")
        other = eva._make_partner()
        Mail, Text = self.env["mail.compose.message"], self.env["sms.composer"]
        to_client = {"model": "klientbox.client", "res_ids": str(self.jana.ids)}
        file = self.env["ir.attachment"].create({"name": "jana.txt", "raw": b"Jana", "res_model": Mail._name})
        gone = [
            Mail.create({**to_client, "subject": "Jano", "attachment_ids": file.ids}),
            Mail.create({"model": "res.partner", "res_ids": str(contact.ids), "body": "Jano"}),
            Mail.create({"model": "res.partner", "res_ids": str(other.ids), "partner_ids": (contact | other).ids}),
            Mail.with_user(self.owner).create({"subject": "Ahoj", "body": "<p>Volala 601 234 567</p>"}),
            Text.create({"res_model": "klientbox.client", "res_id": self.jana.id, "body": "Jano"}),
            Text.create({"res_model": "res.partner", "res_ids": str([other.id, contact.id]), "body": "Ahoj"}),
            Text.with_user(self.owner).create({"numbers": "601 234 567", "body": "Ahoj"}),
        ]
        kept = [
            Mail.create({**to_client, "res_ids": str(eva.ids), "partner_ids": other.ids, "subject": "Evo"}),
            Text.create({"res_model": "klientbox.client", "res_id": eva.id, "body": "Evo"}),
        ]
        self.env.flush_all()
        self.erase()
        self.assertEqual([each.exists().ids for each in gone], [[]] * len(gone))
        self.assertEqual([each.exists() for each in kept], kept)
        self.assertEqual((file.exists().ids, contact.exists().ids, other.exists()), ([], [], other))
        log = self.env["klientbox.erasure"].search([("company_id", "=", self.salon.id)])
        self.assertFalse(log.contact_kept)

    def test_a_message_scheduled_for_later_goes(self):
        contact, eva = self.jana._make_partner(), self.client("Eva", phone="602234567")
        tomorrow = fields.Datetime.now() + timedelta(days=1)

        def scheduled(record, body, **vals):
            vals = {"scheduled_date": tomorrow, "author_id": self.owner.partner_id.id, "body": body, **vals}
            Message = self.env["mail.scheduled.message"].with_user(self.owner).sudo()
            return Message.create({"model": record._name, "res_id": record.id, **vals})

        gone = (
            scheduled(self.jana, "Jano", is_note=True)
            | scheduled(contact, "Jano")
            | scheduled(eva._make_partner(), "Ahoj", partner_ids=contact.ids)
            | scheduled(eva, "Pozvi i JANA@example.com", is_note=True)
        )
        kept = scheduled(eva, "Evo", is_note=True)
        self.env.flush_all()
        self.erase()
        self.assertEqual((gone.exists().ids, kept.exists(), contact.exists().ids), ([], kept, []))

    def test_chatter_files_and_activities_go(self):
        file = self.env["ir.attachment"].create({"name": "jana.txt", "raw": b"Jana", "res_model": "klientbox.client"})
        file.res_id = self.jana.id
        note = self.jana.message_post(body="Jana volala", attachments=[("foto.txt", b"Jana")])
        activity = self.jana.activity_schedule("mail.mail_activity_data_todo", summary="Zavolat", user_id=self.owner.id)
        texted = self.env["sms.sms"].create({"number": PHONE, "body": "Jano"})
        self.env.flush_all()
        files = file | note.attachment_ids
        self.erase()
        for records in (files, note, activity, texted):
            self.assertFalse(records.exists())

    def test_a_client_that_is_needed_is_not_deleted_and_the_refusal_says_what_to_do(self):
        self.message("sent")
        self.env.flush_all()
        with self.assertRaises(UserError) as refusal:
            self.jana.with_user(self.manager).unlink()
        self.assertEqual(
            str(refusal.exception),
            "Jana Nováková has visits (1), messages (1) and can't be deleted. Archive the client instead. If the person"
            " asks for it, an administrator can erase their personal data in the Consent tab; the figures stay.",
        )
        eva = self.client("Eva", phone="602234567", sms_opt_out=True)
        event = eva.consent_event_ids
        eva.with_user(self.manager).unlink()
        self.assertEqual((event.address, event.client_id.ids), ("+420602234567", []))
