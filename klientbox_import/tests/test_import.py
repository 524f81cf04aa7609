import base64
from datetime import datetime, timedelta

from odoo.addons.klientbox.lib import reasons
from odoo.addons.klientbox.tests.common import NOON, SalonCase
from odoo.addons.klientbox_import.lib import limits, values
from odoo.addons.klientbox_import.lib.column_headers import guess
from odoo.addons.klientbox_import.models import texts
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestImport(SalonCase):
    """Files of a few rows; complete imports, from outside and with thousands of rows, are in the top-level tests."""

    def prepared(self, *lines, company=None):
        """An import of these lines of CSV whose columns are guessed."""
        content = "\r\n".join(lines).encode()
        record = self.env["klientbox.import"]._from_file(company or self.salon, "salon.csv", content)
        record._prepare()
        return record

    def checked(self, *lines, **options):
        record = self.prepared(*lines, **options)
        record._finish("checking")
        return record

    def imported(self, *lines, **options):
        record = self.checked(*lines, **options)
        record._finish("importing")
        return record

    def clients(self, *domain):
        return (
            self.env["klientbox.client"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.salon.id), *domain])
        )

    def outcome(self, record):
        report = record._report()
        names = ("rows", "clients_created", "clients_matched", "visits_created", "visits_existing")
        return tuple(report[name] for name in names) + ([(each["row"], each["reason"]) for each in report["refused"]],)

    # -- refusals -----------------------------------------------------------------

    def test_a_file_that_can_t_be_read_says_why_and_leaves_nothing(self):
        for content, words in ((b"", "empty"), (b"name;phone\n", "no rows"), (b"\x89PNG\r\n\x1a\n\0\0", "not a table")):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.env["klientbox.import"]._from_file(self.salon, "x", content)._prepare()

    def test_a_file_of_other_columns_asks_what_they_mean(self):
        record = self.prepared("Výrobek;Sklad", "Šampon;12")
        self.assertEqual(
            record.problem, "No column holds a name, phone or e-mail. Select the meaning of the columns below."
        )
        record.column_ids[0].field = "name"
        record.action_check()
        self.assertEqual((record.state, record.problem), ("checking", False))

    def test_a_receptionist_imports_nothing(self):
        with self.assertRaises(AccessError):
            self.env["klientbox.import"].with_user(self.receptionist).create({})
        record = self.checked("name", "Jana")
        with self.assertRaises(AccessError):
            record.with_user(self.receptionist).action_import()
        with self.assertRaises(AccessError):
            self.env["klientbox.export"].with_user(self.receptionist)._file(self.salon, "csv")

    def test_a_step_that_was_taken_is_not_taken_again(self):
        record = self.imported("name", "Jana").with_user(self.manager)
        for action in (record.action_import, record.action_check, record.action_back):
            with self.assertRaisesRegex(UserError, "has changed meanwhile"):
                action()

    def test_every_code_has_its_words(self):
        self.assertEqual(set(texts.of_files(self.env)), limits.CODES)
        self.assertLessEqual(values.CODES | set(reasons.PHONE) - {"too_long"}, set(texts.of_problems(self.env)))

    # -- clients ------------------------------------------------------------------

    def test_who_is_here_is_found_and_only_what_she_lacks_is_filled(self):
        jana = self.client("Jana Nováková", phone="601111111", notes="ráda kávu")
        petr = self.client("Petr", email="petr@example.com")
        eva = self.client("Eva", external_id="7", external_source="import")
        record = self.imported(
            "jméno;telefon;e-mail;datum narození;poznámka;id klienta;štítky",
            "Jana N.;601 111 111;jana@example.com;1.2.1990;čaj;;VIP",
            "Petr;;PETR@example.com;;;;",
            "Eva Malá;602 222 222;;;;7;",
            "Nová;603 333 333;nova@example.com;;;;",
        )
        self.assertEqual(self.outcome(record), (4, 1, 3, 0, 0, []))
        self.assertRecordValues(
            jana | petr | eva,
            [
                {"name": "Jana Nováková", "email": "jana@example.com", "notes": "ráda kávu", "phone": "+420601111111"},
                {"name": "Petr", "email": "petr@example.com", "notes": False, "phone": False},
                {"name": "Eva", "email": False, "notes": False, "phone": "+420602222222"},
            ],
        )
        self.assertEqual((str(jana.birth_date), jana.tag_ids.name), ("1990-02-01", "VIP"))
        self.assertEqual(self.clients().mapped("name"), ["Eva", "Jana Nováková", "Nová", "Petr"])

    def test_a_client_without_phone_email_or_number_is_known_by_her_name(self):
        self.client("Jana Nováková", phone="601111111")
        lines = ("klient;datum;cena", "Jana Nováková;1.3.2026;500", "Karel;1.3.2026;300", "KAREL;2.3.2026;300")
        self.assertEqual(self.outcome(self.imported(*lines)), (3, 1, 1, 3, 0, []))
        self.assertEqual(self.outcome(self.imported(*lines)), (3, 0, 2, 0, 3, []))
        self.client("Jana Nováková", phone="602222222")
        refused = [(2, "Name: several clients have this name; add a phone or an e-mail to identify the client")]
        self.assertEqual(self.outcome(self.checked(*lines)), (3, 0, 1, 0, 2, refused))

    def test_an_archived_client_stays_archived_and_gets_no_new_visit(self):
        jana = self.client("Jana", phone="601111111", active=False)
        record = self.imported("name;phone;date", "Jana;601111111;1.3.2026", "Jana;601111111;")
        self.assertEqual(self.outcome(record), (2, 0, 1, 0, 0, [(2, "Name: this client is archived")]))
        self.assertFalse(jana.active)

    def test_a_client_recorded_after_the_check_is_not_created_again(self):
        record = self.checked("name;phone;date", "Jana;601111111;1.3.2026")
        jana = self.client("Jana", phone="601111111")
        record._finish("importing")
        self.assertEqual(self.outcome(record), (1, 0, 1, 1, 0, []))
        self.assertEqual(self.clients(), jana)
        self.assertEqual(jana.total_visits, 1)

    # -- consent ------------------------------------------------------------------

    def test_a_consent_without_proof_is_none_and_a_refusal_counts(self):
        record = self.imported(
            "name;phone;email;sms_consent;consent_date;consent_text;email_consent",
            "Jana;601111111;jana@example.com;yes;;;no",
        )
        jana = self.clients()
        self.assertEqual(record.consents_unproved, 1)
        self.assertRecordValues(jana, [{"sms_opt_out": False, "email_opt_out": True}])
        self.assertRecordValues(
            jana.consent_event_ids, [{"channel": "email", "kind": "withdrawn", "source": "import", "text": False}]
        )

    def test_a_consent_with_proof_is_kept_once_and_never_lifts_a_refusal(self):
        lines = (
            "name;phone;sms_consent;sms_consent_at;sms_consent_text",
            "Jana;601111111;yes;1.3.2024;Souhlasím se zasíláním SMS",
            "Petr;602222222;yes;1.3.2024;Souhlasím se zasíláním SMS",
        )
        petr = self.client("Petr", phone="602222222")
        petr._opt_out("sms", "stop")
        for _time in range(2):
            self.imported(*lines)
            [event] = self.clients(("name", "=", "Jana")).consent_event_ids
            self.assertEqual(
                (event.kind, event.source, event.text, event.at),
                ("given", "import", "Souhlasím se zasíláním SMS", datetime(2024, 2, 29, 23)),
            )
            self.assertEqual((petr.sms_opt_out, petr.consent_event_ids.mapped("source")), (True, ["stop"]))

    def test_an_import_does_not_revoke_an_opt_out(self):
        self.client("Jana", phone="601111111")._opt_out("sms", "stop")
        self.clients().unlink()
        self.imported("name;phone;sms_consent", "Jana;601111111;yes")
        self.assertTrue(self.clients().sms_opt_out)

    # -- visits -------------------------------------------------------------------

    def test_imported_visits_are_what_the_model_would_have_computed(self):
        eva = self.env["klientbox.staff"].create({"name": "Eva", "company_id": self.salon.id})
        cut = self.env["klientbox.service"].create(
            {"name": "Střih", "duration": 40, "price": 450, "company_id": self.salon.id}
        )
        self.imported(
            "name;phone;visit number;line;date;time;service;staff;duration;amount;state;visit note",
            "Jana;601111111;R1;;1.3.2026;14:30;střih;Eva;;500;done;první",
            "Jana;601111111;R1;;1.3.2026;14:30;Barva;EVA;60;1200;done;",
            "Jana;601111111;;;2.3.2026;9:00;Střih;Karel;;;;",
            "Jana;601111111;;;3.3.2027;9:00;Střih;;;;;",
            "Jana;601111111;;;4.3.2026;;;;;;no_show;",
        )
        jana = self.clients()
        visits = jana.visit_ids.sorted("start")
        fields = ("start", "stop", "duration", "amount", "state", "note", "external_ref", "staff_id")
        expected = [
            (datetime(2026, 3, 1, 13, 30), datetime(2026, 3, 1, 15, 10), 100, 1700, "done", "první", "R1", eva.id),
            (datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 8, 40), 40, 0, "done", False, False, False),
            (datetime(2026, 3, 3, 23), datetime(2026, 3, 3, 23, 30), 30, 0, "no_show", False, False, False),
            (datetime(2027, 3, 3, 8), datetime(2027, 3, 3, 8, 40), 40, 450, "scheduled", False, False, False),
        ]
        self.assertRecordValues(visits, [dict(zip(fields, row, strict=True)) for row in expected])
        lines = visits.line_ids
        self.assertEqual(lines.mapped("staff_name"), ["Eva", "Eva", "Karel", False])
        self.assertEqual(lines[1].start, datetime(2026, 3, 1, 14, 10), "after the first service")
        self.assertEqual(lines.service_id - cut, self.env["klientbox.service"].search([("name", "=", "Barva")]))
        self.env.invalidate_all()
        stored = (visits.read(), lines.read(), jana.read())
        for records in (visits, lines, jana):
            for field in records._fields.values():
                # Price and duration of a service are only defaults; the file has actual values.
                if field.store and field.compute and not (records == lines and field.name in ("price", "duration")):
                    self.env.add_to_compute(field, records)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((visits.read(), lines.read(), jana.read()), stored)
        self.assertRecordValues(jana, [{"total_visits": 2, "total_spent": 1700, "status": "lost"}])

    def test_the_same_rows_twice_change_nothing(self):
        lines = (
            "name;phone;date;service;amount",
            "Jana;601111111;1.3.2026;Střih;500",
            "Jana;601111111;1.3.2026;Barva;900",
        )
        self.assertEqual(self.outcome(self.imported(*lines)), (2, 1, 0, 2, 0, []))
        self.env.invalidate_all()
        versions = (self.clients().version, self.clients().visit_ids.mapped("version"))
        record = self.imported(*lines, lines[1])
        self.assertEqual(self.outcome(record), (3, 0, 1, 0, 3, []))
        self.env.invalidate_all()
        self.assertEqual((self.clients().version, self.clients().visit_ids.mapped("version")), versions)

    # -- afterwards -----------------------------------------------------------------

    def test_undone_all_is_as_before_but_for_what_came_since(self):
        jana = self.client("Jana", phone="601111111", sms_opt_out=False)
        self.visit(jana, NOON - 10 * DAY)
        before = jana.read(
            ["email", "total_visits", "total_spent", "last_visit_date", "status", "tag_ids", "sms_opt_out"]
        )
        record = self.imported(
            "name;phone;email;tags;date;service;amount;sms_consent",
            "Jana;601111111;jana@example.com;VIP;18.11.2026;Barva;900;no",
            "Petr;602222222;;;1.3.2026;Barva;900;no",
            "Karel;603333333;;;1.3.2026;Barva;900;",
        )
        self.assertEqual((jana.total_visits, jana.sms_opt_out, jana.email), (2, True, "jana@example.com"))
        karel = self.clients(("name", "=", "Karel"))
        self.visit(karel, NOON - DAY)
        record._finish("undoing")
        self.assertEqual(jana.read(list(before[0])), before)
        self.assertRecordValues(karel, [{"total_visits": 1, "status": "active"}])
        self.assertEqual(self.clients(), jana | karel)
        self.assertEqual((record.state, record.kept_count), ("undone", 1))
        self.assertFalse(self.settings().rehearsal_since, "there is nothing left to rehearse")
        self.assertFalse(self.env["klientbox.tag"].search([("name", "=", "VIP")]))
        self.assertFalse(self.env["klientbox.service"].search([("name", "=", "Barva")]))
        petr = self.client("Petr", phone="602222222")
        self.assertFalse(petr.sms_opt_out, "the refusal went with the import that had brought it")

    def test_the_person_s_own_refusal_outlives_undoing(self):
        record = self.imported("name;phone;sms_consent;sms_consent_source", "Jana;601111111;no;stop")
        record._finish("undoing")
        self.assertTrue(self.client("Jana", phone="601111111").sms_opt_out)

    def test_nights_after_an_import_are_a_rehearsal_until_an_administrator_ends_it(self):
        rules = self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)])
        rules.enabled = True
        self.imported("name;phone;date", "Jana;601111111;1.3.2026", "Petr;602222222;1.2.2026")
        settings = self.settings()
        for day in range(3):
            self.assertEqual(settings._do_night(NOON.date() + day * DAY), 0)
        self.assertEqual(settings.rehearsal_count, 2)
        decisions = self.env["klientbox.decision"].search(settings._get_rehearsed_domain())
        self.assertEqual(set(decisions.mapped("day_from")), {NOON.date()})
        settings.with_user(self.owner).action_end_rehearsal()
        self.assertEqual(settings._do_night(NOON.date() + 3 * DAY), 2)

    def test_start_with_newly_lapsed_clients_only(self):
        self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)]).enabled = True
        self.imported("name;phone;date", "Jana;601111111;1.3.2026", "Petr;602222222;17.9.2026")
        settings = self.settings()
        with self.assertRaises(AccessError):
            settings.with_user(self.manager).action_start_with_newly_lapsed()
        settings.with_user(self.owner).action_start_with_newly_lapsed()
        messages = self.env["klientbox.message"].search([("company_id", "=", self.salon.id)])
        self.assertEqual(
            [(m.client_id.name, m.state, m.reason) for m in messages],
            [("Jana", "cancelled", "imported"), ("Petr", "cancelled", "imported")],
        )
        self.assertEqual(settings._do_night(NOON.date() + DAY), 0)
        self.assertEqual(settings._do_night(NOON.date() + 60 * DAY), 1, "Petr becomes due for another rule")

    def test_an_import_that_brings_nothing_new_changes_no_night(self):
        self.client("Jana", phone="601111111")
        self.imported("name;phone", "Jana;601111111")
        self.assertFalse(self.settings().rehearsal_since)

    def test_columns_are_read_as_a_user_chose_before(self):
        record = self.prepared("Kontaktní údaj;Kdo to je", "601111111;Jana")
        self.assertTrue(record.problem)
        for column, field in zip(record.column_ids, ("phone", "name"), strict=True):
            column.field = field
        record._finish("checking")
        again = self.prepared("kontaktni udaj;KDO TO JE", "602222222;Petr")
        self.assertEqual(again.column_ids.mapped("field"), ["phone", "name"])

    def test_an_export_s_headers_are_read_back_in_every_language(self):
        Column = self.env["klientbox.import.column"]
        for lang in ("en_US", "cs_CZ"):
            labels = Column.with_context(lang=lang)._labels()
            with self.subTest(lang=lang):
                self.assertEqual(guess([label for _name, label in labels], labels), [name for name, _label in labels])

    def test_rows_go_after_a_month_and_with_them_undoing(self):
        record = self.imported("name", "Jana")
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_import SET write_date = %s WHERE id = %s", [NOON - 31 * DAY, record.id])
        self.env.invalidate_all()
        record._gc_rows()
        self.assertFalse(record.row_ids)
        self.assertFalse(record.file)
        with self.assertRaisesRegex(UserError, "30 days"):
            record.with_user(self.manager).action_undo()

    def test_contacts_become_clients_once_and_keep_their_link(self):
        partner = self.env["res.partner"].create({"name": "Jana", "phone": "601 111 111", "email": "jana@example.com"})
        company = self.env["res.partner"].create({"name": "Firma", "is_company": True, "phone": "602222222"})
        chosen = str([("id", "in", (partner | company).ids)])
        for created, matched in ((1, 0), (0, 1)):
            record = self.env["klientbox.import"].create(
                {"kind": "contacts", "partner_domain": chosen, "company_id": self.salon.id}
            )
            record._prepare()
            record._finish("checking")
            record._finish("importing")
            self.assertEqual((record.clients_created, record.clients_matched, record.row_count), (created, matched, 1))
        self.assertRecordValues(
            self.clients(),
            [
                {
                    "name": "Jana",
                    "phone": "+420601111111",
                    "partner_id": partner.id,
                    "external_id": str(partner.id),
                    "external_source": "odoo",
                }
            ],
        )

    def test_only_persons_that_the_company_may_access_are_imported_from_contacts(self):
        germany, austria = self.env.ref("base.de"), self.env.ref("base.at")
        # The importing user's own company does not affect the salon's phones.
        self.env.user.company_id = self.env["res.company"].create({"name": "Friseur", "country_id": austria.id})
        firm, here, abroad, *others = self.env["res.partner"].create(
            [
                {"name": "Firma", "is_company": True, "phone": "602222222"},
                {"name": "Jana", "phone": "601111111"},
                {"name": "Petr", "phone": "030 901820", "country_id": germany.id},
                {"name": "Bez spojení"},
                {"name": "Archivní", "phone": "603333333", "active": False},
                {"name": "Cizí", "phone": "604444444", "company_id": self.other.id},
            ]
        )
        bills = self.env["res.partner"].create({"name": "Účty", "parent_id": here.id, "type": "invoice", "phone": "1"})
        portal = new_test_user(self.env, login="kb_portal", groups="base.group_portal").partner_id
        (portal | self.receptionist.partner_id).phone = "605555555"
        everybody = firm | here | abroad | bills | portal | self.receptionist.partner_id
        everybody |= self.env["res.partner"].union(*others)
        # A domain that names archived ones does not include them.
        chosen = [("id", "in", everybody.ids), ("active", "in", [True, False])]
        record = self.env["klientbox.import"].create(
            {"kind": "contacts", "partner_domain": str(chosen), "company_id": self.salon.id}
        )
        record._prepare()
        record._finish("checking")
        record._finish("importing")
        self.assertEqual(record._report()["refused"], [])
        self.assertEqual(
            {(client.partner_id, client.phone) for client in self.clients()},
            {(here, "+420601111111"), (abroad, "+4930901820"), (portal, "+420605555555")},
        )

    def test_a_contact_whose_phone_is_another_client_s_by_now_stops_nothing(self):
        partner = self.env["res.partner"].create({"name": "Jana", "phone": "601 111 111"})
        jana = self.client("Jana", phone="602222222", external_id=str(partner.id), external_source="odoo")
        petr = self.client("Petr", phone="601111111")
        record = self.env["klientbox.import"].create(
            {"kind": "contacts", "partner_domain": str([("id", "=", partner.id)]), "company_id": self.salon.id}
        )
        record._prepare()
        record._finish("checking")
        record._finish("importing")
        self.assertEqual((record.state, record.clients_created, record.clients_matched), ("done", 0, 1))
        self.assertFalse((jana | petr).partner_id)

    def test_an_import_has_the_rights_of_the_user_who_started_it(self):
        secret = self.env["res.partner"].create({"name": "Jana", "phone": "601 111 111"})
        hidden = f"[('id', '!=', {secret.id})] if user.id == {self.manager.id} else []"
        model_id = self.env["ir.model"]._get_id("res.partner")
        self.env["ir.rule"].create({"name": "Not for the manager", "model_id": model_id, "domain_force": hidden})
        imports = self.env["klientbox.import"]
        record = imports.with_user(self.owner).create({"kind": "contacts", "company_id": self.salon.id})
        theirs = record.with_user(self.manager)
        theirs.partner_domain = str([("id", "=", secret.id)])
        theirs.action_check()
        self.assertEqual(record.started_by_id, self.manager)
        record.sudo()._step()
        self.assertEqual((record.row_count, record.sudo()._alone().env.user), (0, self.manager))
        record.sudo()._as_system().state = "draft"
        record.action_check()
        self.assertEqual(record.started_by_id, self.owner)
        record.sudo()._step()
        self.assertEqual(record.row_count, 1)
        with self.assertRaises(AccessError):
            theirs.started_by_id = self.owner

    def test_a_choice_of_contacts_that_is_none_is_refused(self):
        record = self.env["klientbox.import"].create({"kind": "contacts", "partner_domain": "[('nonsense', '=', 1)]"})
        with self.assertRaisesRegex(UserError, "is not valid"):
            record._prepare()

    def test_the_form_s_file_is_read(self):
        record = (
            self.env["klientbox.import"]
            .with_user(self.manager)
            .create(
                {"file": base64.b64encode("Jméno;Telefon\nJana;601111111".encode("cp1250")), "file_name": "karty.csv"}
            )
        )
        record.action_check()
        self.assertEqual((record.state, record.encoding, record.separator), ("checking", "cp1250", ";"))
        self.assertEqual(record.column_ids.mapped("field"), ["name", "phone"])
        record.sudo()._finish("checking")
        self.assertEqual(record.clients_created, 1)

    def test_what_is_exported_is_imported_back(self):
        jana = self.client(
            '=Jana, "Nováková"', phone="601111111", notes="první\ndruhá", email_opt_out=True, is_vip=True
        )
        self.visit(
            jana, NOON - 100 * DAY, line_ids=[(0, 0, {"staff_name": "Eva", "price": 300}), (0, 0, {"price": 200})]
        )
        self.visit(jana, NOON - 20 * DAY, state="cancelled", note="-- zrušeno")
        self.client("Archiv", phone="602222222", active=False)
        file = self.env["klientbox.export"]._file(self.salon, "csv")
        exported = self.clients().read(
            ["name", "phone", "notes", "is_vip", "status", "total_spent", "total_visits", "active"]
        )
        self.clients().visit_ids.unlink()
        self.clients().unlink()
        record = self.env["klientbox.import"]._from_file(self.salon, "export.csv", file)
        record._prepare()
        record._finish("checking")
        record._finish("importing")
        self.assertEqual(record._report()["refused"], [])
        again = self.clients().read(list(exported[0]))
        self.assertEqual([{**row, "id": 0} for row in again], [{**row, "id": 0} for row in exported])
        self.assertTrue(self.clients(("is_vip", "=", True)).email_opt_out)
        self.assertEqual(self.env["klientbox.export"]._file(self.salon, "csv"), file)
