import psycopg2
from odoo.addons.klientbox.models.mixins.bulk_insert import insert
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NOON, SalonCase

FORGED = {
    "text": "I agree to everything.",
    "said_on": "2001-02-03",
    "how": "written",
    "basis": "customer",
    "is_imported": True,
}


@tagged("post_install", "-at_install")
class TestUserDefaults(SalonCase):
    """Defaults that any internal user may set for themselves in Odoo (`ir.default`)."""

    def setUp(self):
        super().setUp()
        self.petr = self.client("Petr", company=self.other, phone="601234567")
        self.jana = self.client()
        self.service = self.env["klientbox.service"].create(
            {"name": "Střih", "price": 450, "duration": 40, "company_id": self.salon.id}
        )

    def mine(self, model, user=None, **context):
        return self.env[model].with_user(user or self.receptionist).with_context(
            allowed_company_ids=self.salon.ids, **context
        )  # fmt: skip

    def own(self, model, user=None, **values):
        """Set defaults of a user's own."""
        for name, value in values.items():
            self.mine("ir.default", user).set(model, name, value, True)

    # -- records of another company ---------------------------------------------------

    def test_an_own_default_shows_nothing_of_another_company(self):
        service = self.env["klientbox.service"].create({"name": "Barva", "price": 7717771, "company_id": self.other.id})
        staff = self.env["klientbox.staff"].create({"name": "Karel", "company_id": self.other.id})
        for model, vals, shown in (
            ("klientbox.visit", {"client_id": self.petr.id}, ["phone_pretty", "client_status", "client_id"]),
            ("klientbox.visit.line", {"service_id": service.id, "staff_id": staff.id}, ["price", "staff_name"]),
            ("klientbox.message.write", {"client_id": self.petr.id}, ["address", "client_id"]),
        ):
            self.own(model, **vals)
            records = self.mine(model)
            with self.subTest(model=model):
                self.assertEqual(records.default_get(list(vals)), {})
                answer = str(records.onchange({}, [], {name: {} for name in shown}))
                for text in ("Petr", "601", "7717771", "Karel"):
                    self.assertNotIn(text, answer)
                # The record lacks a required value: nothing has filled it in.
                missing = self.assertRaises(psycopg2.errors.NotNullViolation)
                with mute_logger("odoo.sql_db"), missing, self.env.cr.savepoint():
                    records.create([{}])

    def test_an_own_default_names_no_record_of_another_company_by_model_and_id(self):
        self.own("mail.activity", res_model_id=self.env["ir.model"]._get_id("klientbox.client"), res_id=self.petr.id)
        with self.assertRaises(UserError):
            self.mine("mail.activity").onchange({}, [], {"res_name": {}})

    def test_a_default_for_all_users_of_another_company_s_record_is_left_out(self):
        theirs = self.env["klientbox.service"].create({"name": "Barva", "company_id": self.other.id})
        self.env["ir.default"].set("klientbox.visit.line", "service_id", theirs.id)
        self.assertEqual(self.mine("klientbox.visit.line").default_get(["service_id"]), {})

    # -- fields that the system sets -----------------------------------------------------

    def test_a_contact_is_linked_by_no_default(self):
        boss = self.other.partner_id
        boss.write({"email": "boss@example.com", "phone": "+420601999888"})
        self.own("klientbox.client", partner_id=boss.id, version=99, erased_at="2001-02-03 04:05:06")
        eva = self.mine("klientbox.client").create([{"name": "Eva"}])
        eva.write({"email": "eva@example.com", "phone": "601555666"})
        self.assertRecordValues(eva, [{"partner_id": False, "erased_at": False}])
        self.assertLess(eva.version, 99)
        self.assertRecordValues(boss, [{"name": "Barber Brno", "email": "boss@example.com", "phone": "+420601999888"}])

    def test_the_contact_of_a_company_or_in_another_company_is_not_changed(self):
        moved, eva = self.client("Eva"), self.client("Eva")
        # An app moves a contact into another company.
        moved._make_partner().company_id = self.other
        eva._as_system().partner_id = self.salon.partner_id
        for client in (moved, eva):
            before = client.partner_id.read(["name", "email", "phone"])
            client.write({"name": "Evil", "email": f"evil{client.id}@example.com"})
            self.assertEqual(client.partner_id.read(["name", "email", "phone"]), before)
        own = self.jana._make_partner()
        self.jana.email = "jana@example.com"
        self.assertEqual(own.email, "jana@example.com")

    def test_no_default_gets_into_the_proof_of_a_consent(self):
        events = self.env["klientbox.consent.event"]
        for user in (self.receptionist, self.manager, self.owner):
            self.own("klientbox.consent.event", user, **FORGED)
        # Nor one for all users, which only an administrator of Odoo can set.
        for name, value in FORGED.items():
            self.env["ir.default"].set("klientbox.consent.event", name, value)
        before = events.search([])
        for user in (self.receptionist, self.manager, self.owner):
            for context in ({}, {f"default_{name}": value for name, value in FORGED.items()}):
                clients = self.mine("klientbox.client", user, **context)
                client = clients.create([{"name": "Eva", "email": "e@example.com", "email_opt_out": True}])
                client.write({"email_opt_out": False})
                client.write({"email": False})
        made = events.search([]) - before
        self.assertEqual(len(made), 12)
        for event in made:
            self.assertRecordValues(
                event, [{"said_on": False, "how": False, "basis": False, "is_imported": False, "text": False}]
            )

    def test_a_mark_of_our_own_code_lets_no_default_of_the_context_pass(self):
        rule = self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)], limit=1)
        steps = self.mine("klientbox.rule.step", self.manager, default_number=77)
        with self.assertRaises(AccessError):
            steps.create([{"rule_id": rule.id, "body": "{salon} {stop}"}])

    # -- what stays possible ----------------------------------------------------------------

    def test_a_default_for_all_users_fills_forms_and_records(self):
        self.env["ir.default"].set("klientbox.visit.line", "service_id", self.service.id, company_id=self.salon.id)
        self.env["ir.default"].set("klientbox.visit", "note", "By phone")
        line = self.mine("klientbox.visit.line").default_get(["service_id"])
        self.assertEqual(line, {"service_id": self.service.id})
        visit = self.mine("klientbox.visit").create([{"client_id": self.jana.id, "line_ids": [(0, 0, {})]}])
        self.assertRecordValues(visit, [{"note": "By phone"}])
        self.assertRecordValues(visit.line_ids, [{"service_id": self.service.id, "price": 450}])

    def test_an_own_default_fills_the_user_s_forms_alone(self):
        self.own("klientbox.visit", note="Mine")
        answer = self.mine("klientbox.visit").onchange({}, [], {"note": {}})
        self.assertEqual(answer["value"]["note"], "Mine")
        visits = self.mine("klientbox.visit").create([{"client_id": self.jana.id}])
        visits |= visits.sudo().create([{"client_id": self.jana.id, "start": NOON}])
        row = {"company_id": self.salon.id, "client_id": self.jana.id, "start": NOON, "state": "done"}
        visits |= visits.browse(insert(visits.browse(), [row]))
        self.assertEqual(visits.mapped("note"), [False, False, False])
        self.assertEqual(self.mine("klientbox.visit", self.manager).default_get(["note"]), {})
