from odoo import api, models
from odoo.fields import Domain

from ..lib import clock

SOURCE = "odoo"
# Orders that count as visits, of apps that may be installed: model, number's prefix, who served, and which states.
ORDERS = {
    "pos.order": ("pos", "user_id", ("paid", "done")),
    "sale.order": ("sale", "user_id", ("sale",)),
}
COLUMNS = (
    "external_id",
    "external_source",
    "name",
    "phone",
    "email",
    "lang",
    "notes",
    "visit_ref",
    "date",
    "staff",
    "amount",
    "state",
)


class KlientboxImportContacts(models.AbstractModel):
    """Odoo's own contacts as a table that can be imported, with their orders in shop and sales as visits."""

    _name = "klientbox.import.contacts"
    _description = "Contacts to adopt"

    @api.model
    def _columns(self):
        """The mapping of this table, which nobody needs to choose."""
        labels = dict(self.env["klientbox.import.column"]._labels())
        return [
            (0, 0, {"position": position, "header": labels[name], "field": name})
            for position, name in enumerate(COLUMNS)
        ]

    @api.model
    def _rows(self, record):
        """(number, cells) of every contact that is a person with a name, once for each of her orders."""
        zone = record.company_id._klientbox_settings().timezone
        partners = self.env["res.partner"].search(self._get_domain(record), order="id")
        orders = self._orders(record.company_id, partners) if record.with_orders else {}
        number = 1
        for partner in partners:
            told = {
                "external_id": str(partner.id),
                "external_source": SOURCE,
                "name": partner.name,
                "phone": partner._phone_format(fname="phone", force_format="E164") or partner.phone or "",
                "email": partner.email_normalized or partner.email or "",
                "lang": partner.lang or "",
            }
            for order in orders.get(partner.id) or [{}]:
                number += 1
                if order:
                    order = {**order, "date": clock.local(order["date"], zone).isoformat()}
                cells = {**told, **order}
                yield number, [cells.get(name, "") for name in COLUMNS]

    def _get_domain(self, record):
        """Persons whom the company may see; not its own people, nor companies and addresses."""
        # Whose accounts there are is no secret here: nobody of them becomes a client.
        own_sudo = self.env["res.users"].sudo().with_context(active_test=False).search([]).partner_id
        chosen = Domain(record._chosen_domain())
        return chosen & Domain.AND(
            [
                [("is_company", "=", False), ("type", "=", "contact"), ("name", "!=", False)],
                [("company_id", "in", [False, record.company_id.id])],
                [("id", "not in", own_sudo.ids)],
                ["|", ("phone", "!=", False), ("email", "!=", False)],
            ]
        )

    def _orders(self, company, partners):
        """{contact's id: her orders of all apps, the earliest first}."""
        found = {}
        for model, (prefix, served, states) in ORDERS.items():
            if model not in self.env:
                continue
            # Whoever imports clients may not be let into shop or sales; dates and sums are what she takes from there.
            orders_sudo = (
                self.env[model]
                .sudo()
                .search(
                    [("partner_id", "in", partners.ids), ("company_id", "=", company.id), ("state", "in", states)],
                    order="date_order, id",
                )
            )
            for order in orders_sudo:
                found.setdefault(order.partner_id.id, []).append(
                    {
                        "visit_ref": f"{prefix}-{order.id}",
                        "date": order.date_order,
                        "staff": order[served].name or "",
                        "amount": f"{order.amount_total:.2f}",
                        "state": "done",
                    }
                )
        return found
