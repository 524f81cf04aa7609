from datetime import datetime

from odoo.addons.klientbox_import.tests.accounts import AccountCase, AccountChecks
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSource(AccountChecks, AccountCase):
    kind = "koibox"
    credentials = {"key": "kb-secret-key"}

    def page(self, query):
        """In the vendor's envelope."""
        offset, limit = int(query["offset"]), min(int(query["limit"]), 50)
        rows = self.records[offset : offset + limit]
        more = f"{self.address}/api/clientes/?offset={offset + limit}" if offset + limit < len(self.records) else None
        return {"count": len(self.records), "next": more, "previous": None, "results": rows}

    def people(self, count, first=1):
        """Clients in the vendor's format."""
        return [
            {"id": 1000 + n, "nombre": f"Jana {n}", "apellido1": "Nová", "movil": f"60100{n:04}", "is_active": True}
            for n in range(first, first + count)
        ]

    def test_the_request_has_the_vendor_s_format(self):
        self.records = self.people(1)
        self.fetched()
        [(path, query, headers)] = self.server.received
        self.assertEqual((path, query), ("/api/clientes/", {"limit": "50", "offset": "0"}))
        self.assertEqual(headers["X-Koibox-Key"], "kb-secret-key")

    def test_each_member_comes_where_it_belongs(self):
        self.records = [
            {
                "id": 1201,
                "code": 57,
                "nombre": "Lucia",
                "apellido1": "Garcia",
                "apellido2": "López",
                "movil": "+34 600 000 001",
                "fijo": "912 345 678",
                "email": "lucia@example.com",
                "sexo": "M",
                "fecha_nacimiento": "1990-05-17",
                "is_active": True,
                "categoria": {"id": 3, "nombre": "Color"},
                "is_envios_sms": False,
                "is_envios_email": True,
                "notas": "Alergia al amoníaco",
                "direccion": "Calle Mayor 1",
                "codigo_postal": "28001",
                "localidad": "Madrid",
                "provincia": {"id": 28, "nombre": "Madrid"},
                "como_nos_conocio": 4,
                "fecha_alta": "2024-02-03T09:15:00+01:00",
                "is_suscrito_newsletter": True,
                "is_citas_online": False,
                "descuento_ventas": 12.5,
                "fecha_ultima_cita_realizada": "2026-03-20",
                "total_citas_realizadas": 11,
                "dni": "12345678Z",
                "b64_firma_rgpd": "aGVsbG8=",
            },
            {"id": 1202, "nombre": "Petr", "fijo": "601000002", "sexo": "H", "is_active": False, "categoria": 3},
        ]
        record = self.taken()
        self.assertRecordValues(
            self.clients(),
            [
                {
                    "external_source": "koibox",
                    "external_id": "1201",
                    "code": "57",
                    "name": "Lucia Garcia López",
                    "phone": "+34600000001",
                    "email": "lucia@example.com",
                    "gender": "female",
                    "notes": "Alergia al amoníaco\nProvincia: Madrid",
                    "sms_opt_out": True,
                    "email_opt_out": False,
                    "total_visits": 1,
                    "active": True,
                },
                {
                    "external_source": "koibox",
                    "external_id": "1202",
                    "code": False,
                    "name": "Petr",
                    "phone": "+420601000002",
                    "email": False,
                    "gender": "male",
                    "notes": False,
                    "sms_opt_out": False,
                    "email_opt_out": False,
                    "total_visits": 0,
                    "active": False,
                },
            ],
        )
        self.assertEqual(self.clients().mapped("tag_ids.name"), ["Color", "Categoría 3"])
        self.assertEqual(record.consents_unproved, 1)
        meanings = self.means(record)
        self.assertEqual(meanings["provincia"], ("notes", 1))
        self.assertEqual(meanings["dni"], ("", 1))
        self.assertEqual(meanings["b64_firma_rgpd"], ("", 1))
        self.assertEqual(meanings["movil"], ("phone", 1))
        self.assertNotIn("aGVsbG8=", str(record.row_ids.mapped("cells")))
        self.assertRecordValues(
            self.clients(),
            [
                {
                    "koibox_second_family_name": "López",
                    "koibox_landline": "912 345 678",
                    "koibox_street": "Calle Mayor 1",
                    "koibox_zip": "28001",
                    "koibox_city": "Madrid",
                    "koibox_national_id": "12345678Z",
                    "koibox_registered": datetime(2024, 2, 3, 8, 15),
                    "koibox_discount": 12.5,
                    "koibox_newsletter": True,
                    "koibox_online_booking": False,
                    "koibox_code": 57,
                },
                {
                    "koibox_second_family_name": False,
                    "koibox_landline": False,
                    "koibox_street": False,
                    "koibox_zip": False,
                    "koibox_city": False,
                    "koibox_national_id": False,
                    "koibox_registered": self.clients()[1].koibox_registered,
                    "koibox_discount": 0,
                    "koibox_newsletter": False,
                    "koibox_online_booking": True,
                    "koibox_code": self.clients()[1].koibox_code,
                },
            ],
        )

    def test_only_empty_fields_of_an_existing_client_are_filled(self):
        here = self.client("Jana 1 Nová", phone="+420601000001", koibox_city="Brno", koibox_newsletter=False)
        [person] = self.people(1)
        self.records = [person | {"localidad": "Madrid", "dni": "1Z", "is_suscrito_newsletter": True}]
        record = self.taken()
        self.assertRecordValues(
            here,
            [{"koibox_city": "Brno", "koibox_national_id": "1Z", "koibox_newsletter": False, "external_id": "1001"}],
        )
        record.action_undo()
        self.work(record)
        self.assertRecordValues(here, [{"koibox_city": "Brno", "koibox_national_id": False, "external_id": False}])

    def test_a_member_that_is_given_another_meaning_is_not_kept_besides(self):
        [person] = self.people(1)
        self.records = [person | {"dni": "12345678Z"}]
        record = self.fetched()
        record.column_ids.filtered(lambda column: column.header == "dni").field = "notes"
        record.action_check()
        self.work(record)
        record.action_import()
        self.work(record)
        self.assertRecordValues(self.clients(), [{"notes": "12345678Z", "koibox_national_id": False}])
