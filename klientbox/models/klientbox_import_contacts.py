from odoo import api, models
from odoo.fields import Domain

from ..lib import clock

SOURCE = "odoo"
# Orders that count as visits, of apps that may be installed: model, number's prefix, who served (the first that is
# there and filled), and which states.
ORDERS = {
    "pos.order": ("pos", ("employee_id", "user_id"), ("paid", "done")),
    "sale.order": ("sale", ("user_id",), ("sale",)),
}
COLUMNS = (
    "external_id",
    "external_source",
    "name",
    "phone",
    "email",
    "lang",
    "visit_ref",
    "date",
    "staff",
    "amount",
    "state",
)


class KlientboxImportContacts(models.AbstractModel):
    """Odoo's own contacts as a table that can be imported, with their orders in shop and sales as visits.

    An order is a visit of the contact whom it names, or whose invoice or delivery address it names; what her employer
    ordered is not hers. It is one of the import's company, paid or confirmed, and not of the future. A refund is no
    visit and leaves the one it refunds as it was. An order of Sales that was paid at the till is there already, as the
    till's. Amounts come in the company's currency, at the rate that the order itself has kept.
    """

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
                "phone": self._phone(partner),
                "email": partner.email_normalized or partner.email or "",
                "lang": partner.lang or "",
            }
            for order in orders.get(partner.id) or [{}]:
                number += 1
                if order:
                    order = {**order, "date": clock.local(order["date"], zone).isoformat()}
                cells = {**told, **order}
                yield number, [cells.get(name, "") for name in COLUMNS]

    def _phone(self, partner):
        """A number without a prefix is one of the contact's own country; without any it is read as the company's."""
        country = partner.country_id
        return (country and partner._phone_format(fname="phone", country=country)) or partner.phone or ""

    def _get_domain(self, record):
        """Persons whom the company may see; not its own people, nor companies, addresses and who was archived."""
        # Who works here is no secret: nobody of them becomes a client. A customer with an account of the portal does.
        own_sudo = self.env["res.users"].sudo().with_context(active_test=False).search([("share", "=", False)])
        chosen = Domain(record._chosen_domain())
        return chosen & Domain.AND(
            [
                [("is_company", "=", False), ("type", "=", "contact"), ("name", "!=", False), ("active", "=", True)],
                [("company_id", "in", [False, record.company_id.id])],
                [("id", "not in", own_sudo.partner_id.ids)],
                ["|", ("phone", "!=", False), ("email", "!=", False)],
            ]
        )

    def _orders(self, company, partners):
        """{contact's id: her orders of all apps, the earliest first}."""
        owners = self._owners(partners)
        found = {}
        for model, (prefix, served, _states) in ORDERS.items():
            if model not in self.env:
                continue
            # Whoever imports clients may not be let into shop or sales; dates and sums are what she takes from there.
            Order_sudo = self.env[model].sudo()
            served = [name for name in served if name in Order_sudo]
            orders_sudo = Order_sudo.search_fetch(
                self._get_orders_domain(Order_sudo, company, list(owners)),
                ["partner_id", "date_order", "amount_total", "currency_rate", *served],
                order="date_order, id",
            )
            for order in orders_sudo:
                amount = company.currency_id.round(order.amount_total / (order.currency_rate or 1))
                found.setdefault(owners[order.partner_id.id], []).append(
                    {
                        "visit_ref": f"{prefix}-{order.id}",
                        "date": order.date_order,
                        "staff": next((order[name].name for name in served if order[name]), ""),
                        "amount": f"{amount:.2f}",
                        "state": "done",
                    }
                )
        for orders in found.values():
            orders.sort(key=lambda order: order["date"])
        return found

    def _get_orders_domain(self, Order, company, partner_ids):
        """Orders of this model that are visits."""
        _prefix, _served, states = ORDERS[Order._name]
        free = Domain("amount_total", "=", 0)
        if "is_refund" in Order:
            free &= Domain("is_refund", "=", False)
        domain = Domain("partner_id", "in", partner_ids) & Domain("company_id", "=", company.id)
        domain &= Domain("state", "in", states) & Domain("date_order", "<=", clock.now())
        domain &= Domain("amount_total", ">", 0) | free
        if "pos_order_line_ids" in Order:
            paid = Domain("order_id.state", "in", ORDERS["pos.order"][2])
            domain &= Domain("pos_order_line_ids", "not any", paid)
        return domain

    def _owners(self, partners):
        """{id of a contact or of an address of hers: the contact's id}."""
        # Of an address nothing is told but whose it is.
        addresses_sudo = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch([("parent_id", "in", partners.ids), ("type", "!=", "contact")], ["parent_id"])
        )
        return {**{contact: contact for contact in partners.ids}, **{it.id: it.parent_id.id for it in addresses_sudo}}
