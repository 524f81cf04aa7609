from odoo.addons.klientbox.tests.common import SalonCase


class ClientBookCase(SalonCase):
    """A salon with an integration and a record of each kind."""

    def integration(self, company=None, **vals):
        company = company or self.salon
        return self.env["klientbox.clientbook.integration"].create({"company_id": company.id, **vals})

    def thing(self, model, client=None, **vals):
        """A repair, special order, wish or purchase of a client."""
        client = client or self.client()
        name = "description" if model == "klientbox.special.order" else "item"
        company = {"company_id": client.company_id.id}
        return self.env[model].create({"client_id": client.id, name: "Ring", **company, **vals})

    def vendor(self, company=None, **vals):
        company = company or self.salon
        return self.env["res.partner"].create(
            {"name": "Gold House", "klientbox_is_vendor": True, "company_id": company.id, **vals}
        )

    def as_api(self, model, company=None):
        """A model as the API's user sees it in one company."""
        user = self.env.ref("klientbox.user_api")
        return self.env[model].with_user(user).with_context(allowed_company_ids=(company or self.salon).ids)
