from odoo.modules.module import load_script
from odoo.tests import tagged
from odoo.tools import SQL, file_path

from .common import SalonCase

CZECH = ["Cyril", "Čeněk", "Hana", "chůva Eva", "Chvátal", "Ivana", "Rút", "Řehoř", "Soňa", "Šárka", "Zuzana", "Žofie"]
# In English Ch is C and H, and Č is a C.
ENGLISH = [
    "Čeněk",
    "chůva Eva",
    "Chvátal",
    "Cyril",
    "Hana",
    "Ivana",
    "Řehoř",
    "Rút",
    "Šárka",
    "Soňa",
    "Žofie",
    "Zuzana",
]


@tagged("post_install", "-at_install")
class TestNameOrder(SalonCase):
    def setUp(self):
        super().setUp()
        self.settings().lang = "cs_CZ"

    def fill(self, model, names=None):
        """Records of the salon, created in no order."""
        return self.env[model].create(
            [{"name": name, "company_id": self.salon.id} for name in sorted(names or CZECH, key=hash)]
        )

    def found(self, model, **options):
        return self.env[model].search([("company_id", "=", self.salon.id)], **options).mapped("name")

    def test_named_records_are_in_czech_order(self):
        for model in ("klientbox.client", "klientbox.staff", "klientbox.service", "klientbox.tag"):
            with self.subTest(model):
                self.fill(model)
                self.assertEqual(self.found(model), CZECH)
                self.assertEqual(self.found(model, order="name desc"), CZECH[::-1])

    def test_each_model_with_a_name_of_its_own_and_a_company_knows_the_order(self):
        sorted_by_name = self.env.registry.descendants(["klientbox.named"], "_inherit")
        missing = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("klientbox.") and model._auto and "name" in model._order.split(", ")
            if name not in sorted_by_name
        ]
        self.assertEqual(missing, [])

    def test_lists_drop_downs_and_groups_are_sorted_so(self):
        clients = self.fill("klientbox.client")
        Client = self.env["klientbox.client"].with_user(self.receptionist)
        listed = Client.web_search_read([], {"name": {}}, order="name")["records"]
        self.assertEqual([row["name"] for row in listed], CZECH)
        self.assertEqual([label for _id, label in Client.name_search("", limit=20)], CZECH)
        for client in clients:
            self.visit(client)
        visits = self.env["klientbox.visit"].search([("client_id", "in", clients.ids)], order="client_id, id")
        self.assertEqual(visits.client_id.mapped("name"), CZECH)
        groups = self.env["klientbox.visit"]._read_group(
            [("client_id", "in", clients.ids)], ["client_id"], order="client_id desc"
        )
        self.assertEqual([client.name for [client] in groups], CZECH[::-1])

    def test_a_new_name_has_a_new_place(self):
        clients = self.fill("klientbox.client", ["Ema", "Ida"])
        clients.filtered(lambda client: client.name == "Ema").name = "Žaneta"
        self.assertEqual(self.found("klientbox.client"), ["Ida", "Žaneta"])
        self.env["klientbox.staff"].create({"name": "Šimon", "company_id": self.salon.id}).resource_id.name = "Cecilie"
        self.fill("klientbox.staff", ["Čestmír"])
        self.assertEqual(self.found("klientbox.staff"), ["Cecilie", "Čestmír"])

    def test_another_language_is_another_order_and_no_change_of_a_client(self):
        clients = self.fill("klientbox.client")
        self.fill("klientbox.staff")
        archived = self.client("Chrudoš", active=False)
        self.env.flush_all()
        log = self.env["klientbox.change"].search_count([])
        versions = clients.mapped("version")
        self.settings().lang = "en_US"
        self.assertEqual(self.found("klientbox.client"), ENGLISH)
        self.assertEqual(self.found("klientbox.staff"), ENGLISH)
        self.settings().lang = "cs_CZ"
        self.assertEqual(self.found("klientbox.client"), CZECH)
        self.assertEqual(
            self.found("klientbox.client", order="name desc", offset=9), ["Hana", "Čeněk", "Cyril"], "by the index"
        )
        archived.active = True
        self.assertEqual(self.found("klientbox.client")[3:6], ["Chrudoš", "chůva Eva", "Chvátal"])
        clients.invalidate_recordset()
        self.assertEqual(clients.mapped("version"), versions)
        # The one that was restored.
        self.assertEqual(self.env["klientbox.change"].search_count([]), log + 1)

    def test_names_from_before_get_their_key_by_the_update(self):
        models = [self.fill(f"klientbox.{model}")._name for model in ("client", "staff", "service", "tag")]
        self.client("Chrudoš", active=False)
        self.env.flush_all()
        for model in models:
            self.env.cr.execute(SQL("UPDATE %s SET name_order = NULL", SQL.identifier(self.env[model]._table)))
        self.env.invalidate_all()
        states = [self.state_of(model) for model in models]
        script = load_script(file_path("klientbox/migrations/19.0.1.4.0/pre-name-order.py"), "klientbox_pre_name_order")
        script.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        for model in models:
            self.assertEqual(self.found(model), CZECH)
        self.assertEqual([self.state_of(model) for model in models], states)
        [[lacking]] = self.env.execute_query(SQL("SELECT count(*) FROM klientbox_client WHERE name_order IS NULL"))
        self.assertEqual(lacking, 0)
        # From here on changes are recorded again.
        client = self.env["klientbox.client"].search([("company_id", "=", self.salon.id)], limit=1)
        version = client.version
        client.notes = "New"
        client.flush_recordset()
        client.invalidate_recordset()
        self.assertEqual(client.version, version + 1)

    def state_of(self, model):
        """What integrators see of a model's records: their versions and the length of the log."""
        records = self.env[model].with_context(active_test=False).search([], order="id")
        log = self.env["klientbox.change"].search_count([("model", "=", model)])
        return (records.mapped("version") if "version" in records._fields else None), log

    def test_a_manager_may_change_the_language(self):
        self.fill("klientbox.client")
        self.settings().with_user(self.owner).lang = "en_US"
        self.assertEqual(self.found("klientbox.client"), ENGLISH)

    def test_another_company_keeps_its_order(self):
        self.settings(self.other).lang = "en_US"
        for name in ("Chvátal", "Cyril"):
            self.client(name, self.other)
        self.settings().lang = "en_US"
        self.settings().lang = "cs_CZ"
        others = self.env["klientbox.client"].search([("company_id", "=", self.other.id)])
        self.assertEqual(others.mapped("name"), ["Chvátal", "Cyril"])

    def test_the_key_is_compared_byte_by_byte_in_any_database(self):
        self.env.cr.execute(
            "SELECT table_name::text, collation_name::text FROM information_schema.columns"
            " WHERE column_name = 'name_order' AND table_name LIKE 'klientbox%' AND collation_name IS DISTINCT FROM 'C'"
        )
        self.assertEqual(self.env.cr.fetchall(), [])
