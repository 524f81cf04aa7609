from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import NOON, SalonCase


@tagged("post_install", "-at_install")
class TestRights(SalonCase):
    """Each model of ours, walked from the registry: a new one without a row here, rights or a company rule fails."""

    def records_of_the_other_salon(self):
        company = {"company_id": self.other.id}
        client = self.client("Petr", company=self.other, phone="601234567", sms_opt_out=True)
        service = self.env["klientbox.service"].create({"name": "Střih", **company})
        staff = self.env["klientbox.staff"].create({"name": "Karel", **company})
        visit = self.visit(client, line_ids=[(0, 0, {"service_id": service.id, "staff_id": staff.id})])
        key, _text = self.env["klientbox.api.key"]._generate(self.other, "E-shop")
        rules = self.env["klientbox.rule"].search([("company_id", "=", self.other.id)])
        gateway = self.env["klientbox.gateway"].create({"name": "Brána", **company})
        hook = self.env["klientbox.webhook"].create({"name": "E-shop", "url": "https://shop.example/hook", **company})
        undeliverable = self.env["klientbox.undeliverable"]
        with undeliverable._unseal():
            undeliverable = undeliverable.create(
                {"channel": "sms", "address": "+420601999999", "reason": "landline", **company}
            )
        return {
            "klientbox.client": client,
            "klientbox.service": service,
            "klientbox.staff": staff,
            "klientbox.visit": visit,
            "klientbox.visit.line": visit.line_ids,
            "klientbox.api.key": key,
            "klientbox.api.key.generate": self.env["klientbox.api.key.generate"].create({"name": "x", **company}),
            "klientbox.api.key.roll": self.env["klientbox.api.key.roll"].create({"key_id": key.id, **company}),
            "klientbox.tag": self.env["klientbox.tag"].create({"name": "VIP", **company}),
            "klientbox.settings": self.settings(self.other),
            "klientbox.consent.event": client.consent_event_ids,
            "klientbox.suppression": self.env["klientbox.suppression"].search([("company_id", "=", self.other.id)]),
            "klientbox.status.change": self.env["klientbox.status.change"].create(
                {"client_id": client.id, "new_status": "lost", "day": NOON.date(), **company}
            ),
            "klientbox.message": self.env["klientbox.message"].create(
                {"client_id": client.id, "channel": "sms", **company}
            ),
            "klientbox.undeliverable": undeliverable,
            "klientbox.rule": rules[:1],
            "klientbox.rule.step": rules[:1].step_ids,
            "klientbox.decision": self.env["klientbox.decision"].create(
                {
                    "client_id": client.id,
                    "rule_id": rules[:1].id,
                    "outcome": "queued",
                    "day_from": NOON.date(),
                    **company,
                }
            ),
            "klientbox.gateway": gateway,
            "klientbox.inbound": self.env["klientbox.inbound"].create(
                {"gateway_id": gateway.id, "received_at": NOON, "digest": "x", **company}
            ),
            "klientbox.webhook": hook,
            "klientbox.webhook.delivery": hook._test(),
            "klientbox.erasure": self.env["klientbox.erasure"]._run(self.client("Eva", company=self.other)),
            "klientbox.consent.record": self.env["klientbox.consent.record"].create(
                {"client_id": client.id, "text": "Ano", **company}
            ),
            "klientbox.client.alias": self.env["klientbox.client.alias"]._keep(
                [{"client_id": client.id, "former_id": 1, "name": "Petra", **company}]
            ),
            "klientbox.message.write": self.env["klientbox.message.write"].create(
                {"client_id": client.id, "purpose": "transactional", "body": "Zítra v 10.", **company}
            ),
            "klientbox.client.merge": self.env["klientbox.client.merge"].create({"target_id": client.id, **company}),
            "klientbox.change": self.env["klientbox.change"].search([("company_id", "=", self.other.id)], limit=1),
        }

    def test_no_user_sees_or_changes_records_of_another_salon(self):
        theirs = self.records_of_the_other_salon()
        ours = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "klientbox" and not model._abstract and model._auto
        }
        self.assertEqual(ours, set(theirs))
        api_user = self.env.ref("klientbox.user_api")
        self.env.flush_all()
        for user in (self.receptionist, self.manager, self.owner, api_user):
            for name, records in theirs.items():
                with self.subTest(user=user.login, model=name):
                    self.assertTrue(records, "the other salon has one")
                    mine = self.env[name].with_user(user).with_context(allowed_company_ids=self.salon.ids)
                    if mine.has_access("read"):
                        self.assertFalse(mine.search([("id", "in", records.ids)]))
                        self.assertFalse(mine.search_count([("company_id", "=", self.other.id)]))
                    for method, arguments in (("read", ()), ("write", ({"create_uid": user.id},)), ("unlink", ())):
                        with self.assertRaises(UserError):
                            getattr(mine.browse(records.ids), method)(*arguments)

    def test_a_record_never_points_into_another_salon(self):
        service = self.env["klientbox.service"].create({"name": "Střih", "company_id": self.other.id})
        jana = self.client()
        with self.assertRaises(UserError):
            self.visit(jana, line_ids=[(0, 0, {"service_id": service.id})])
        visit = self.env["klientbox.visit"].create({"client_id": jana.id, "company_id": self.other.id})
        self.assertEqual(visit.company_id, self.salon, "a visit is always its client's company's")

    def test_each_role_does_its_work_and_no_more(self):
        jana = self.client().with_user(self.receptionist)
        visit = self.env["klientbox.visit"].with_user(self.receptionist).create({"client_id": jana.id})
        visit.action_done()
        jana.action_archive()
        for model in ("klientbox.service", "klientbox.tag", "klientbox.staff"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.receptionist).create({"name": "X"})
            self.env[model].with_user(self.manager).create({"name": "X"})
        with self.assertRaises(AccessError):
            self.settings().with_user(self.manager).active_days = 10
        self.settings().with_user(self.owner).active_days = 10
        with self.assertRaises(AccessError):
            jana.unlink()

    def test_settings_come_with_every_company(self):
        self.assertEqual(self.settings().tier, "start")
        self.assertIn(self.salon, self.env.ref("klientbox.user_api").company_ids)
