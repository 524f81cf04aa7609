from datetime import timedelta
from types import SimpleNamespace

from odoo.addons.klientbox.api.filters import ID, REF, TEXT, Column
from odoo.addons.klientbox.api.sync import tombstones
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import webhook
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import NOON, SalonCase

PHONE, OLD_PHONE = "+420601234567", "+420777000111"
# Models with a client whose records neither move nor are lost with a merged entry, and why.
STAYS = {
    "klientbox.decision": "it moves by a statement that also ends what is open",
    "klientbox.consent.record": "a dialog",
    "klientbox.client.merge": "a dialog",
    "klientbox.message.write": "a dialog",
}


@tagged("post_install", "-at_install")
class TestMerge(SalonCase):
    """Jana's first entry is kept; the second is merged into it."""

    def setUp(self):
        super().setUp()
        self.jana = self.client(
            phone=PHONE, email="jana@example.com", code="A1", external_id="7", external_source="koibox", notes="Alergie"
        )
        self.twin = self.client(
            "Jana Malá",
            phone=OLD_PHONE,
            email="mala@example.com",
            code="B2",
            external_id="9",
            external_source="koibox",
            birth_date="1990-05-16",
            notes="Káva",
        )
        self.former = self.twin.id
        self.Client = self.env["klientbox.client"]

    def merge(self, *others, target=None):
        target = target or self.jana
        clients = self.Client.union(target, *(others or (self.twin,)))
        self.env["klientbox.client.merge"]._merge(clients, target)
        self.env.flush_all()

    def entries(self, client=None):
        return (client or self.jana).alias_ids

    # -- refusals

    def test_no_user_writes_merged_entries(self):
        self.merge()
        vals = {"client_id": self.jana.id, "former_id": 1, "name": "x", "company_id": self.salon.id}
        for user in (self.receptionist, self.manager, self.owner, self.env.user):
            entries = self.entries().with_user(user)
            for attempt in (
                lambda entries=entries: entries.create(vals),
                lambda entries=entries: entries.write({"phone": "1"}),
                lambda entries=entries: entries.unlink(),
                lambda user=user: self.jana.with_user(user).write({"alias_ids": [(0, 0, vals)]}),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
        self.assertEqual(self.entries().mapped("former_id"), [self.former])

    def test_another_company_s_entries_are_not_seen_nor_followed(self):
        self.merge()
        stranger = self.Client.with_company(self.other).with_context(allowed_company_ids=self.other.ids)
        stranger = stranger.with_user(self.env.ref("klientbox.user_api"))
        self.assertEqual(stranger._survivors([self.former]), {})
        self.assertEqual(stranger.browse(self.former)._merged_into(), {self.former: None})
        self.assertFalse(stranger._person_with_phone(self.other, OLD_PHONE))
        self.assertTrue(stranger.create({"name": "Petr", "external_id": "9", "external_source": "koibox"}))

    def test_entries_of_two_companies_are_not_merged(self):
        with self.assertRaises(ValidationError):
            self.merge(self.client(company=self.other))
        self.assertTrue(self.twin.exists())

    def test_the_number_of_a_merged_entry_is_taken_as_if_the_client_had_it(self):
        self.merge()
        for vals in ({}, {"active": False}):
            with self.assertRaises(FieldError) as refusal, self.env.cr.savepoint():
                self.client("Petr", external_id="9", external_source="koibox", **vals)
            self.assertEqual(refusal.exception.problems[0][:2], ("external_id", "external_id_taken"))
        [[_vals, problems]] = self.Client._prepare_each(
            [{"name": "Petr", "external_id": "9", "external_source": "koibox"}]
        )
        self.assertEqual([problem[1] for problem in problems], ["external_id_taken"])
        self.assertTrue(self.client("Petr", external_id="9", external_source="other"))

    # -- nothing is lost

    def test_what_does_not_fit_is_noted_and_what_is_lacking_is_taken_over(self):
        self.merge()
        self.assertRecordValues(
            self.jana,
            [
                {
                    "name": "Jana Nováková",
                    "phone": PHONE,
                    "email": "jana@example.com",
                    "code": "A1",
                    "external_id": "7",
                    "birth_date": self.jana.birth_date,
                }
            ],
        )
        self.assertEqual(str(self.jana.birth_date), "1990-05-16")
        self.assertEqual(
            self.jana.notes,
            "Alergie\nKáva\nMerged entry of 11/20/2026: Jana Malá; Phone: +420 777 000 111; E-mail: mala@example.com;"
            " Code: B2; External number: 9 (koibox)",
        )

    def test_entries_that_say_the_same_leave_no_line(self):
        twin = self.client("Jana Nováková", email="Jana@example.com", notes="Alergie")
        self.merge(twin)
        self.assertEqual(self.jana.notes, "Alergie")
        self.assertRecordValues(self.entries(), [{"phone": False, "email": False, "external_id": False}])

    def test_each_entry_has_its_line(self):
        third = self.client("Jana Velká", birth_date="1991-01-01", gender="female")
        self.merge(self.twin, third)
        lines = self.jana.notes.splitlines()
        self.assertEqual(lines[3], "Merged entry of 11/20/2026: Jana Velká; Birth date: 01/01/1991")
        self.assertEqual(self.jana.gender, "female")

    def test_parts_of_the_same_name_are_taken_over_and_those_of_another_are_not(self):
        self.twin.write({"given_name": "Jana", "family_name": "Malá"})
        same = self.client(given_name="Jana", family_name="NOVÁKOVÁ")
        self.merge(self.twin, same)
        self.assertRecordValues(self.jana, [{"name": "Jana Nováková", "given_name": "Jana", "family_name": "NOVÁKOVÁ"}])

    def test_a_phone_that_another_client_holds_by_now_is_noted_alone(self):
        self.twin.action_archive()
        petr = self.client("Petr", phone=OLD_PHONE)
        third = self.client("Jana Velká")
        self.merge(target=third)
        self.assertEqual((third.phone, third.email, petr.phone), (False, "mala@example.com", OLD_PHONE))
        self.assertIn("Phone: +420 777 000 111", third.notes)
        self.assertEqual(self.Client._person_with_phone(self.salon, OLD_PHONE), petr)

    def test_files_activities_followers_and_external_ids_are_the_client_s(self):
        files = self.env["ir.attachment"].create(
            {"name": "photo.jpg", "raw": b"x", "res_model": "klientbox.client", "res_id": self.twin.id}
        )
        note = self.twin.message_post(body="Volala", attachments=[("a.txt", b"text")])
        activity = self.twin.activity_schedule("mail.mail_activity_data_todo", summary="Zavolat")
        for client in (self.jana, self.twin):
            client.message_subscribe(self.receptionist.partner_id.ids)
        self.twin.message_subscribe(self.manager.partner_id.ids)
        self.env["ir.model.data"].create(
            {"module": "__import__", "name": "twin", "model": "klientbox.client", "res_id": self.twin.id}
        )
        self.merge()
        self.assertEqual((files | note.attachment_ids).mapped("res_id"), [self.jana.id] * 2)
        self.assertEqual(note.attachment_ids.raw, b"text")
        self.assertEqual((activity.res_id, activity.res_name), (self.jana.id, "Jana Nováková"))
        self.assertEqual(self.jana.activity_ids, activity)
        self.assertEqual(self.jana.message_partner_ids, self.receptionist.partner_id | self.manager.partner_id)
        self.assertEqual(self.env.ref("__import__.twin"), self.jana)

    def test_every_record_of_a_client_moves(self):
        moved = {*self.env["klientbox.client.merge"]._moved_models(), *STAYS}
        links = {
            name
            for name, model in self.env.registry.items()
            for field in model._fields.values()
            if field.type == "many2one" and field.comodel_name == "klientbox.client" and field.store
            if not model._abstract
        }
        self.assertEqual(sorted(links - moved), [])

    # -- contacts

    def test_the_contact_moves_where_the_client_has_none(self):
        contact = self.twin._make_partner()
        self.merge()
        self.assertEqual((self.jana.partner_id, contact.name, contact.phone), (contact, "Jana Nováková", PHONE))
        self.assertFalse(self.entries().partner_id)

    def test_a_second_contact_keeps_its_documents_and_is_linked(self):
        mine, other = self.jana._make_partner(), self.twin._make_partner()
        self.merge()
        self.assertEqual((self.jana.partner_id, self.entries().partner_id), (mine, other))
        self.assertEqual(other.name, "Jana Malá")
        self.env["base.partner.merge.automatic.wizard"]._merge((mine | other).ids, mine, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual((self.jana.partner_id, self.entries().partner_id), (mine, mine))

    # -- former identifiers

    def test_the_old_id_leads_to_the_client_also_over_a_second_merge(self):
        third = self.client("Jana Velká")
        self.merge()
        self.assertEqual(self.Client._survivor(self.former), self.jana)
        jana_id = self.jana.id
        self.merge(self.jana, target=third)
        self.assertEqual(self.Client._survivors([self.former, jana_id]), {self.former: third, jana_id: third})
        self.assertEqual(
            tombstones(self.Client, [self.former, jana_id]),
            [{"id": self.former, "merged_into": third.id}, {"id": jana_id, "merged_into": third.id}],
        )
        self.assertEqual(self.Client.search(self.Client._get_search_domain("777 000 111")), third)
        third.unlink()
        self.assertEqual(self.Client._survivors([self.former, jana_id]), {})

    def test_the_tombstone_of_a_merged_client_names_the_remaining_client(self):
        hook = self.env["klientbox.webhook"].create(
            {"name": "h", "url": "https://h.example/", "company_id": self.salon.id}
        )
        self.merge()
        gone = hook._tombstones_of(webhook.CLIENT, [self.former, 2**31 - 1])
        self.assertEqual(
            gone,
            {
                self.former: {"id": self.former, "merged_into": self.jana.id},
                2**31 - 1: {"id": 2**31 - 1, "merged_into": None},
            },
        )

    def test_a_visit_for_the_old_id_is_the_client_s(self):
        self.merge()
        api = self.env["klientbox.visit"].with_user(self.env.ref("klientbox.user_api")).with_company(self.salon)
        visit = api._record(self.former, NOON - timedelta(days=1), "done")
        self.assertEqual(visit.client_id, self.jana)
        self.jana.action_archive()
        with self.assertRaises(FieldError) as refusal:
            api._record(self.former, NOON - timedelta(days=2), "done")
        self.assertEqual(refusal.exception.problems[0][:2], ("client_id", "unknown_client"))

    def test_filters_by_the_old_id_and_number_find_the_client(self):
        visit = self.visit(self.twin)
        self.merge()
        client_id = Column(REF, merged_by="former_id", field="client_id")
        for lookup, value in (("", self.former), ("in", [self.former, self.jana.id])):
            found = self.env["klientbox.visit"].search(client_id.domain(lookup, value))
            self.assertEqual(found, visit)
        number = Column(TEXT, merged_by="external_id", field="external_id")
        self.assertEqual(
            self.Client.search(number.domain("", "9") & Domain("company_id", "=", self.salon.id)), self.jana
        )
        old_id = Column(ID, merged_by="former_id", field="id")
        self.assertEqual(self.Client.search(old_id.domain("in", [self.former])), self.jana)
        self.assertFalse(self.Client.search(old_id.domain("gt", self.Client.search([], order="id desc", limit=1).id)))

    def test_an_etag_of_a_merged_entry_names_the_client_no_more(self):
        for text in "abcdef":
            self.twin.notes = text
            self.env.flush_all()
        seen = {self.twin.version, self.jana.version}
        self.merge()
        self.env.invalidate_all()
        self.assertGreater(self.jana.version, max(seen))

    def test_a_living_client_comes_before_a_merged_entry(self):
        """Where both have a number, which only two concurrent transactions can cause."""
        self.merge()
        petr = self.client("Petr", external_id="10", external_source="koibox", phone=OLD_PHONE)
        self.env.cr.execute("UPDATE klientbox_client SET external_id = '9' WHERE id = %s", [petr.id])
        self.env.invalidate_all()
        self.assertEqual(self.Client._person_with_phone(self.salon, OLD_PHONE), petr)
        third = self.client("Jana Velká", external_id="11", external_source="koibox")
        self.merge(petr, target=third)
        entries = self.env["klientbox.client.alias"].search([("external_id", "=", "9")])
        self.assertEqual(entries.client_id, third)

    # -- replies, erasure

    def test_a_refusal_from_the_old_phone_is_the_client_s(self):
        self.merge()
        Message = self.env["klientbox.message"]
        outbox = SimpleNamespace(report=lambda *report: None)
        Message._receive_reply(outbox, self.salon, "sms", OLD_PHONE, "STOP", Message)
        self.assertTrue(self.jana.sms_opt_out)
        self.assertEqual(self.jana.message_log_ids.mapped("reply_class"), ["refusal"])
        [[source, count]] = self.env["klientbox.suppression"]._read_group(
            [("company_id", "=", self.salon.id), ("channel", "=", "sms")], ["event_id"], ["__count"]
        )[:1]
        self.assertEqual((source.source, count), ("stop", 1))
        again = self.client("Petr", phone=OLD_PHONE)
        self.assertTrue(again.sms_opt_out)

    def test_what_merged_entries_were_known_by_is_erased_with_the_client(self):
        mine, other = self.jana._make_partner(), self.twin._make_partner()
        self.merge()
        self.jana.with_user(self.owner).action_erase()
        self.env.invalidate_all()
        self.assertFalse(self.env["klientbox.client.alias"].search([("former_id", "=", self.former)]))
        self.assertFalse((mine | other).exists())
        self.assertEqual(self.jana.search_key, f"erased client {self.jana.id}")
        back = self.client("Jana", phone=OLD_PHONE, email="mala@example.com")
        self.assertEqual((back.sms_opt_out, back.email_opt_out), (True, True))
