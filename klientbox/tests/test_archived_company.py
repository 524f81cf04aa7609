from odoo.addons.klientbox.lib.address import SMS
from odoo.addons.klientbox.lib.purpose import MARKETING
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_last_statement import LastStatementCase


@tagged("post_install", "-at_install")
class TestCompanyChanges(LastStatementCase):
    def setUp(self):
        super().setUp()
        # No user belongs to it, so it can be archived.
        self.salon = self.env["res.company"].create({"name": "Salon Eva", "country_id": self.env.ref("base.cz").id})
        self.settings().write({"daily_cap": 0, "lang": "en_US"})
        self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)]).enabled = True
        self.eva, self.message = self.queue()

    def test_an_archived_company_s_messages_are_cancelled_at_once(self):
        branch = self.env["res.company"].create({"name": "Salon Eva 2", "parent_id": self.salon.id})
        other = self.message.copy({"company_id": branch.id, "client_id": False, "reference": "b", "rule_id": False})
        sent = self.message.copy({"reference": "c", "rule_id": False, "state": "sent"})
        self.salon.active = False
        self.env.invalidate_all()
        self.assertFalse(branch.active)
        self.assertEqual(
            [(message.state, message.reason) for message in self.message | other | sent],
            [("cancelled", "company_archived"), ("cancelled", "company_archived"), ("sent", False)],
        )

    def test_what_comes_too_late_to_be_cancelled_then_is_not_sent_either(self):
        self.share_connection()
        for purpose in (MARKETING, "transactional"):
            with self.subTest(purpose=purpose):
                self.message.write({"purpose": purpose, "rule_id": False})
                claim = self.claim(self.message)
                self.env.cr.execute("UPDATE res_company SET active = FALSE WHERE id = %s", [self.salon.id])
                self.assertIsNone(self.start(claim))
                self.assertCancelled(self.message, "company_archived")
                self.env.cr.execute("UPDATE res_company SET active = TRUE WHERE id = %s", [self.salon.id])
                self.env.cr.execute("UPDATE klientbox_message SET state = 'queued' WHERE id = %s", [self.message.id])
                self.env.invalidate_all()

    def test_a_company_that_is_archived_has_no_nights(self):
        second = self.absent(62)
        self.salon.active = False
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("klientbox.cron_night").method_direct_trigger()
        self.assertFalse(self.messages(second))
        self.assertFalse(self.settings().night_day)
        with self.assertRaises(UserError):
            self.settings().action_run_now()
        self.salon.active = True
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("klientbox.cron_night").method_direct_trigger()
        self.assertEqual(self.messages(second).state, "queued")

    def test_a_stop_to_an_archived_branch_is_a_refusal_of_the_company_and_stays_one_when_it_comes_back(self):
        branch = self.env["res.company"].create({"name": "Salon Eva 2", "parent_id": self.salon.id})
        there = self.client("Eva", company=branch, phone=self.eva.phone)
        branch.active = False
        self.env["klientbox.message"]._receive_reply(
            self.outbox, branch, SMS, there.phone, "STOP", self.message.browse()
        )
        self.assertTrue(there.sms_opt_out)
        self.assertTrue(self.eva.sms_opt_out)

    def test_what_an_archived_branch_has_sent_counts_for_the_days_between(self):
        branch = self.env["res.company"].create({"name": "Salon Eva 2", "parent_id": self.salon.id})
        twin = self.client("Eva", company=branch, phone="+420601000099")
        sent = {"state": "sent", "reference": "b", "address": twin.phone, "rule_id": False}
        self.message.copy({"company_id": branch.id, "client_id": twin.id, **sent})
        branch.active = False
        late = self.absent(70, phone="+420601000099")
        self.night()
        self.assertEqual((len(self.messages(late)), self.reason(late)), (0, "written_recently"))

    def test_callbacks_of_an_archived_gateway_and_company_are_taken(self):
        gateway = self.env["klientbox.gateway"].create({"name": "Brána", "company_id": self.salon.id})
        token = gateway.sudo().callback_token
        self.share_connection()
        self.assertIsNone(self.env["klientbox.inbound"]._find_gateway(gateway.id, "x" * 43))
        for archived in (gateway, self.salon):
            archived.active = False
            self.env.flush_all()
            found = self.env["klientbox.inbound"]._find_gateway(gateway.id, token)
            self.assertEqual((found.gateway_id, found.company_id), (gateway.id, self.salon.id))

    def test_a_client_stays_in_their_company(self):
        with self.assertRaises(AccessError):
            self.eva.company_id = self.other
