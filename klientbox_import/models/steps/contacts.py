from odoo.addons.klientbox.lib import clock
from odoo.fields import Domain

SOURCE = "odoo"
# Orders that count as visits, from apps that may be installed: model, prefix of the number, member of staff (the first
# field that exists and is filled), and states.
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


def columns(env):
    """Values of the columns of this table; no user needs to choose their meaning."""
    labels = dict(env["klientbox.import.column"]._labels())
    return [{"position": position, "header": labels[name], "field": name} for position, name in enumerate(COLUMNS)]


class Contacts:
    """Odoo's own contacts as a table that can be imported, with their orders in shop and sales as visits.

    An order is a visit of its contact, or of the contact that has its invoice or delivery address; orders of a
    contact's employer don't count. Orders belong to the import's company, are paid or confirmed, and not in the future.
    A refund is not a visit and does not change the visit it refunds. A Sales order paid at the Point of Sale counts
    once, as the Point of Sale's. Amounts are in the company's currency, at the rate stored on the order.
    """

    def __init__(self, record):
        self.record, self.company = record, record.company_id
        # With the rights of the user who started it: a domain reveals more than the records it finds.
        self.env = record.with_user(record._starter()).env

    def rows(self):
        """(number, cells) of every contact that is a person with a name, once for each of their orders."""
        zone = self.company._klientbox_settings().timezone
        partners = self.env["res.partner"].search(self._get_domain(), order="id")
        orders = self._orders(partners) if self.record.with_orders else {}
        number = 1
        for partner in partners:
            contact_cells = {
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
                cells = {**contact_cells, **order}
                yield number, [cells.get(name, "") for name in COLUMNS]

    def _phone(self, partner):
        """A number without a prefix has the contact's own country; without one, the company's."""
        country = partner.country_id
        return (country and partner._phone_format(fname="phone", country=country)) or partner.phone or ""

    def _get_domain(self):
        """Persons that the company may see; no staff, companies, addresses or archived contacts."""
        # Staff must never become clients, for any user of the import. A customer with a portal account does.
        own_sudo = self.env["res.users"].sudo().with_context(active_test=False).search([("share", "=", False)])
        chosen = Domain(self.record._chosen_domain())
        return chosen & Domain.AND(
            [
                [("is_company", "=", False), ("type", "=", "contact"), ("name", "!=", False), ("active", "=", True)],
                [("company_id", "in", [False, self.company.id])],
                [("id", "not in", own_sudo.partner_id.ids)],
                ["|", ("phone", "!=", False), ("email", "!=", False)],
            ]
        )

    def _orders(self, partners):
        """{contact's id: their orders of all apps, the earliest first}."""
        owners = self._owners(partners)
        found = {}
        for model, (prefix, served, _states) in ORDERS.items():
            if model not in self.env:
                continue
            # A user who imports clients may have no access to shop or sales; only dates and sums are read there.
            Order_sudo = self.env[model].sudo()
            served = [name for name in served if name in Order_sudo]
            orders_sudo = Order_sudo.search_fetch(
                self._get_orders_domain(Order_sudo, list(owners)),
                ["partner_id", "date_order", "amount_total", "currency_rate", *served],
                order="date_order, id",
            )
            for order in orders_sudo:
                amount = self.company.currency_id.round(order.amount_total / (order.currency_rate or 1))
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

    def _get_orders_domain(self, Order, partner_ids):
        """Orders of this model that are visits."""
        _prefix, _served, states = ORDERS[Order._name]
        free = Domain("amount_total", "=", 0)
        if "is_refund" in Order:
            free &= Domain("is_refund", "=", False)
        domain = Domain("partner_id", "in", partner_ids) & Domain("company_id", "=", self.company.id)
        domain &= Domain("state", "in", states) & Domain("date_order", "<=", clock.now())
        domain &= Domain("amount_total", ">", 0) | free
        if "pos_order_line_ids" in Order:
            paid = Domain("order_id.state", "in", ORDERS["pos.order"][2])
            domain &= Domain("pos_order_line_ids", "not any", paid)
        return domain

    def _owners(self, partners):
        """{id of a contact or of one of their addresses: the contact's id}."""
        # Of an address only its contact is read.
        addresses_sudo = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch([("parent_id", "in", partners.ids), ("type", "!=", "contact")], ["parent_id"])
        )
        return {**{contact: contact for contact in partners.ids}, **{it.id: it.parent_id.id for it in addresses_sudo}}
