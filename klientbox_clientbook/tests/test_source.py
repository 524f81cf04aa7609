from datetime import datetime

from odoo.addons.klientbox_import.tests.accounts import AccountCase, AccountChecks
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSource(AccountChecks, AccountCase):
    kind = "clientbook"
    credentials = {"app_id": "id-1", "app_key": "key-2", "token": "token-3", "secret": "secret-4"}

    def page(self, query):
        """As the vendor answers: with both parameters, or everything."""
        rows = self.records
        if {"limit", "from"} <= query.keys():
            rows = rows[int(query["from"]) : int(query["from"]) + int(query["limit"])]
        return {"status": "success", "data": rows}

    def people(self, count, first=1):
        """Clients in the vendor's format."""
        return [
            {
                "client_id": str(5000 + n),
                "client_first_name": f"Jana {n}",
                "client_last_name": "Nová",
                "client_cell_phone": f"60100{n:04}",
            }
            for n in range(first, first + count)
        ]

    def test_the_request_has_the_vendor_s_format(self):
        self.records = self.people(1)
        self.fetched()
        [(path, query, _headers)] = self.server.received
        self.assertEqual(path, "/apiv1/clients/list")
        self.assertEqual(query, {**self.credentials, "order": "created", "limit": "100", "from": "0"})

    def test_a_vendor_that_returns_everything_at_once_gets_one_request(self):
        self.records = self.people(103)
        self.server.page = lambda query: {"data": self.records}
        self.assertEqual((self.fetched().fetched_count, len(self.server.received)), (103, 1))

    def test_a_vendor_that_repeats_one_page_gets_two_requests(self):
        self.records = self.people(100)
        self.server.page = lambda query: {"data": self.records}
        self.assertEqual((self.fetched().fetched_count, len(self.server.received)), (100, 2))

    def test_what_is_filled_is_emptied_when_it_is_undone(self):
        here = self.client("Jana 1 Nová", phone="+420601000001")
        [person] = self.people(1)
        self.records = [person | {"date_contacted": "2026-01-06 10:00:00", "sign_birth_date": "1990-05-17"}]
        record = self.taken()
        names = ("clientbook_contacted_at", "clientbook_partner_birth_date", "external_id")
        self.assertTrue(all(here[name] for name in names))
        record.action_undo()
        self.work(record)
        self.assertFalse(any(here[name] for name in names))

    def test_each_member_comes_where_it_belongs(self):
        self.records = [
            {
                "client_id": "77",
                "client_first_name": "Dana",
                "client_last_name": "Malá",
                "client_cell_phone": "",
                "client_home_phone": "+1 212 555 0100",
                "client_work_phone": "+1 212 555 0199",
                "client_email": "dana@example.com",
                "client_birth_date": "1988-02-29 00:00:00",
                "client_gender": "female",
                "client_tags": "Gold, Rings",
                "client_street_address": "Long 5",
                "apartment": "2",
                "client_city": "Brno",
                "client_zip": "60200",
                "client_state": "",
                "heard_about_us": "radio",
                "sign_first_name": "Robin",
                "sign_gender": "female",
                "old_inventory_id": "A-17",
                "date_contacted": "2026-01-06 10:00:00",
            },
            {
                "client_id": "78",
                "client_first_name": "Eva",
                "client_gender": "unknown",
                "client_birth_date": "0000-00-00",
            },
        ]
        record = self.taken()
        self.assertRecordValues(
            self.clients(),
            [
                {
                    "external_source": "clientbook",
                    "external_id": "77",
                    "name": "Dana Malá",
                    "phone": "+12125550100",
                    "email": "dana@example.com",
                    "gender": "female",
                    "clientbook_home_phone": False,
                    "clientbook_work_phone": "+1 212 555 0199",
                    "clientbook_street": "Long 5",
                    "clientbook_zip": "60200",
                    "clientbook_heard": "radio",
                    "clientbook_partner_first_name": "Robin",
                    "clientbook_partner_gender": "female",
                    "clientbook_old_id": "A-17",
                    "clientbook_contacted_at": datetime(2026, 1, 6, 9, 0),
                },
                {
                    "external_source": "clientbook",
                    "external_id": "78",
                    "name": "Eva",
                    "phone": False,
                    "email": False,
                    "gender": False,
                    "clientbook_home_phone": False,
                    "clientbook_work_phone": False,
                    "clientbook_street": False,
                    "clientbook_zip": False,
                    "clientbook_heard": False,
                    "clientbook_partner_first_name": False,
                    "clientbook_partner_gender": False,
                    "clientbook_old_id": False,
                    "clientbook_contacted_at": False,
                },
            ],
        )
        self.assertEqual([str(day or "") for day in self.clients().mapped("birth_date")], ["1988-02-29", ""])
        self.assertEqual(self.clients().tag_ids.mapped("name"), ["Gold", "Rings"])
        meanings = self.means(record)
        self.assertEqual((meanings["sign_first_name"], meanings["client_state"]), (("", 1), ("", 0)))
        self.assertEqual(record.consents_unproved, 0)
