from odoo.addons.klientbox.tests.accounts import AccountCase, AccountChecks
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSource(AccountChecks, AccountCase):
    kind = "koibox"
    credentials = {"key": "kb-secret-key"}

    def page(self, query):
        """As the vendor's envelope."""
        offset, limit = int(query["offset"]), min(int(query["limit"]), 50)
        rows = self.records[offset : offset + limit]
        more = f"{self.address}/api/clientes/?offset={offset + limit}" if offset + limit < len(self.records) else None
        return {"count": len(self.records), "next": more, "previous": None, "results": rows}

    def people(self, count, first=1):
        """Clients as the vendor tells of them."""
        return [
            {"id": 1000 + n, "nombre": f"Jana {n}", "apellido1": "Nová", "movil": f"60100{n:04}", "is_active": True}
            for n in range(first, first + count)
        ]

    def test_it_asks_as_the_vendor_wants_to_be_asked(self):
        self.records = self.people(1)
        self.fetched()
        [(path, query, headers)] = self.server.asked
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
                "como_nos_conocio": None,
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
                    "notes": "Fijo: 912 345 678\nAlergia al amoníaco\nDirección: Calle Mayor 1, 28001, Madrid, Madrid",
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
        told = self.means(record)
        self.assertEqual(told["dni"], ("", 1))
        self.assertEqual(told["b64_firma_rgpd"], ("", 1))
        self.assertEqual(told["movil"], ("phone", 1))
        self.assertNotIn("aGVsbG8=", str(record.row_ids.mapped("cells")))
