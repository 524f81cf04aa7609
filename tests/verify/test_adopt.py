"""Odoo's own contacts become clients, and their purchases at the Point of Sale and in Sales become visits."""

from datetime import datetime

import pytest

from tests.importing import Form, report

from .apps import template_with_apps

PASSWORD = "a passphrase of the tests"
NOW = datetime(2026, 11, 20, 11, 0)  # 12:00 in Prague
# The expected clients from the contacts of `town`, by name: phone, e-mail, last visit, visits, spent.
CLIENTS = {
    "Jana Nováková": ("+420601111111", "jana@example.com", "2026-11-01", 6, 2200.0),
    "Petr Berlín": ("+4930901820", None, "2026-10-05", 1, 0.0),
    "Eva Portálová": (None, "eva@example.com", None, 0, 0.0),
    "Zaměstnaná": ("+420603333333", None, None, 0, 0.0),
}
# Their visits: local time, staff, amount, and which order it was.
JANA = [
    ("2026-03-29T03:30:00", "Lenka", 300.0, "sale", "in spring"),
    ("2026-09-30T08:00:00", "Lenka", 400.0, "sale", "for her address"),
    ("2026-10-01T00:15:00", "Mitchell", 600.0, "pos", "by night"),
    ("2026-10-10T12:00:00", "Mitchell", 500.0, "pos", "in euro"),
    ("2026-10-20T12:00:00", "Mitchell", 250.0, "pos", "exchanged"),
    ("2026-11-01T12:00:00", "Mitchell", 150.0, "pos", "settled"),
]


@pytest.fixture(scope="session")
def apps_template(cluster, template):
    """A database with KlientBox, Point of Sale and Sales."""
    return template_with_apps(cluster, template, "klientbox_apps", "make_apps.py")


@pytest.fixture(scope="module")
def site(make_site, apps_template):
    """A server with these apps, with its clock at noon of a fixed day."""
    with make_site("adopt", template=apps_template, salons=3).serving() as served:
        served.clock.set(NOW)
        yield served


class Town:
    """A salon with a Point of Sale and Sales, another one beside it, and their contacts with their orders."""

    def __init__(self, site):
        self.site, self.call = site, site.admin.call
        self.salon, self.other = site.salon(), site.salon()
        self.partners, self.orders = {}, {}
        [self.euro] = self.call("res.currency", "search", [("name", "=", "EUR")], context={"active_test": False})
        [self.koruna] = self.call("res.currency", "search", [("name", "=", "CZK")], context={"active_test": False})
        self.call("res.currency", "write", [self.euro, self.koruna], {"active": True})
        companies = [self.salon.company_id, self.other.company_id]
        self.call("res.company", "write", companies, {"currency_id": self.koruna})
        # One euro was 25 in October and is 30 now.
        rates = [("2026-10-01", 25.0), ("2026-11-01", 30.0)]
        company = {"company_id": self.salon.company_id, "currency_id": self.euro}
        self.call("res.currency.rate", "create", [{**company, "name": day, "rate": 1 / rate} for day, rate in rates])
        [income] = self.call("account.account", "create", [self._account()], context=self._in(self.salon))
        product = {"name": "Cut", "type": "service", "taxes_id": False, "property_account_income_id": income}
        [self.product] = self.call("product.product", "create", [product], context=self._in(self.salon))
        self.lenka, self.mitchell = (self._user(name, "base.group_user") for name in ("Lenka", "Mitchell"))

    def _account(self):
        company = [self.salon.company_id]
        return {"name": "Services", "code": "602000", "account_type": "income", "company_ids": company}

    def _in(self, salon):
        return {"allowed_company_ids": [salon.company_id]}

    def _user(self, name, group, company=None):
        companies = [company.company_id] if company else self.site.admin.company_ids
        values = {"name": name, "login": name, "password": PASSWORD, "company_id": companies[0]}
        module, xml = group.split(".")
        [[role]] = self.site.sql("SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", [module, xml])
        values |= {"company_ids": companies, "group_ids": [(6, 0, [role])]}
        return self.call("res.users", "create", [values], context={"no_reset_password": True})[0]

    def contact(self, name, **values):
        """A contact, stored by name."""
        [self.partners[name]] = self.call("res.partner", "create", [{"name": name, **values}])
        return self.partners[name]

    def till(self, salon, currency=False):
        """An open Point of Sale: (its session, its payment method)."""
        company = {"company_id": salon.company_id}
        journal = {"name": "Till", "type": "sale", "code": f"T{currency or 0}", "currency_id": currency, **company}
        [journal] = self.call("account.journal", "create", [journal])
        [method] = self.call("pos.payment.method", "create", [{"name": "Later", "split_transactions": True, **company}])
        config = {"name": "Till", "journal_id": journal, "invoice_journal_id": journal, **company}
        config |= {"payment_method_ids": [(6, 0, [method])]}
        [config] = self.call("pos.config", "create", [config], context=self._in(salon))
        [session] = self.call("pos.session", "create", [{"config_id": config}], context=self._in(salon))
        return session, method

    def sold(self, what, salon, till, partner, moment, amount, pay=True, **values):
        """An order of the Point of Sale, stored by its key; `moment` is UTC."""
        session, method = till
        line = {"name": what, "product_id": self.product, "qty": 1, "price_unit": amount}
        line |= {"price_subtotal": amount, "price_subtotal_incl": amount, **values.pop("line", {})}
        order = {
            "session_id": session,
            "company_id": salon.company_id,
            "partner_id": self.partners[partner],
            "user_id": self.mitchell,
            "date_order": moment,
            "amount_total": amount,
            "lines": [(0, 0, line)],
            **dict.fromkeys(("amount_tax", "amount_paid", "amount_return"), 0),
            **values,
        }
        [self.orders[what]] = self.call("pos.order", "create", [order])
        if pay:
            self.pay(what, method, amount)
        return self.orders[what]

    def pay(self, what, method, amount):
        """Pay an order of the Point of Sale."""
        order = self.orders[what]
        payment = {"pos_order_id": order, "amount": amount, "payment_method_id": method}
        self.call("pos.order", "add_payment", [order], payment)
        self.call("pos.order", "action_pos_order_paid", [order])

    def ordered(self, what, salon, partner, moment, amount, confirm=True):
        """An order in Sales, stored by its key; `moment` is UTC."""
        line = {"product_id": self.product, "price_unit": amount, "tax_ids": False}
        order = {"partner_id": self.partners[partner], "company_id": salon.company_id, "user_id": self.lenka}
        [order] = self.call("sale.order", "create", [{**order, "order_line": [(0, 0, line)]}], context=self._in(salon))
        if confirm:
            self.call("sale.order", "action_confirm", [order])
        # Confirming has set its date.
        self.call("sale.order", "write", [order], {"date_order": moment})
        self.orders[what] = order
        return order


@pytest.fixture(scope="module")
def town(site):
    made = Town(site)
    salon, other = made.salon, made.other
    firm = made.contact("Firma", is_company=True, phone="602222222")
    jana = made.contact("Jana Nováková", phone="601 111 111", email="Jana@Example.com")
    made.contact("Jana's bills", parent_id=jana, type="invoice", phone="604444444")
    germany = made.call("res.country", "search", [("code", "=", "DE")])[0]
    made.contact("Petr Berlín", phone="030 901820", country_id=germany)
    made.contact("Zaměstnaná", phone="603333333", parent_id=firm)
    made.contact("Archivní", phone="605555555", active=False)
    made.contact("Nedostupná")
    made.contact("Cizí", phone="606666666", company_id=other.company_id)
    eva = made.contact("Eva Portálová", email="eva@example.com")
    portal = made._user("portal", "base.group_portal", salon)
    made.call("res.users", "write", [portal], {"partner_id": eva})
    [lenka] = made.call("res.users", "read", [made.lenka], ["partner_id"])
    made.partners["Lenka"] = lenka["partner_id"][0]
    made.call("res.partner", "write", lenka["partner_id"][0], {"phone": "607777777"})

    till, euros, others = made.till(salon), made.till(salon, made.euro), made.till(other)
    made.sold("by night", salon, till, "Jana Nováková", "2026-09-30 22:15:00", 600)
    made.sold("in euro", salon, euros, "Jana Nováková", "2026-10-10 10:00:00", 20)
    made.sold("free", salon, till, "Petr Berlín", "2026-10-05 10:00:00", 0)
    made.sold("not paid", salon, till, "Jana Nováková", "2026-10-06 10:00:00", 700, pay=False)
    cancelled = made.sold("cancelled", salon, till, "Jana Nováková", "2026-10-07 10:00:00", 800, pay=False)
    made.call("pos.order", "action_pos_order_cancel", [cancelled])
    made.orders["refund"] = made.call("pos.order", "refund", [made.orders["by night"]])["res_id"]
    made.pay("refund", till[1], -600)
    made.call("pos.order", "write", [made.orders["refund"]], {"date_order": "2026-10-08 10:00:00"})
    made.sold("exchanged", salon, till, "Jana Nováková", "2026-10-20 10:00:00", 250, is_refund=True)
    made.sold("swapped", salon, till, "Jana Nováková", "2026-10-21 10:00:00", 0, is_refund=True)
    made.sold("elsewhere", other, others, "Jana Nováková", "2026-10-09 10:00:00", 900)
    made.sold("of the firm", salon, till, "Firma", "2026-10-09 10:00:00", 900)

    made.ordered("in spring", salon, "Jana Nováková", "2026-03-29 01:30:00", 300)
    made.ordered("for her address", salon, "Jana's bills", "2026-09-30 06:00:00", 400)
    made.ordered("offered", salon, "Jana Nováková", "2026-10-11 10:00:00", 1000, confirm=False)
    called_off = made.ordered("called off", salon, "Jana Nováková", "2026-10-12 10:00:00", 1100)
    made.call("sale.order", "action_cancel", [called_off])
    made.ordered("ahead", salon, "Jana Nováková", "2026-11-20 11:00:01", 1200)
    settled = made.ordered("paid at the till", salon, "Jana Nováková", "2026-10-31 10:00:00", 150)
    line = {"line": {"sale_order_origin_id": settled}}
    made.sold("settled", salon, till, "Jana Nováková", "2026-11-01 11:00:00", 150, **line)
    return made


class Adoption(Form):
    """One import of contacts, created as by the action of their list and the form."""

    def __init__(self, town, web=None, partners=None, **values):
        self.site, self.web = town.site, web or town.site.admin
        chosen = str([("id", "in", list((partners or town.partners).values()))])
        values = {"company_id": town.salon.company_id, "kind": "contacts", "partner_domain": chosen, **values}
        [self.id] = self.web.call("klientbox.import", "create", [values])


@pytest.fixture
def adopt(town):
    """Makes an import of contacts; its records are removed afterwards."""
    made = []

    def make(*arguments, **options):
        made.append(Adoption(town, *arguments, **options))
        return made[-1]

    yield make
    for form in reversed(made):
        if form.read("state") == "done":
            assert form.undo() == "undone"
    assert kept(town) == ([], [])


def kept(town):
    """All data of the salon in the API."""
    return town.salon.api.pages("/clients"), town.salon.api.pages("/visits")


def clients(town, web=None):
    """The salon's clients as CLIENTS has them."""
    fields = ["name", "phone", "email", "last_visit_date", "total_visits", "total_spent"]
    company = [("company_id", "=", town.salon.company_id)]
    rows = town.call("klientbox.client", "search_read", company, fields)
    return {row["name"]: tuple(row[name] if row[name] is not False else None for name in fields[1:]) for row in rows}


def visits(town, name):
    """A client's visits in the API, with data that it does not show."""
    company = [("company_id", "=", town.salon.company_id), ("client_id.name", "=", name)]
    hidden = town.call("klientbox.visit", "search_read", company, ["amount", "external_ref"])
    hidden = {row["id"]: (row["amount"], row["external_ref"]) for row in hidden}
    found = [visit for visit in town.salon.api.pages("/visits") if visit["client_name"] == name]
    assert {visit["state"] for visit in found} <= {"done"}
    return sorted((visit["date"], visit["staff_name"], *hidden[visit["id"]]) for visit in found)


def jana(town):
    """The visits of JANA with the numbers of their orders."""
    return [(*values, f"{prefix}-{town.orders[what]}") for *values, prefix, what in JANA]


def test_contacts_and_their_orders_become_clients_and_visits(town, adopt):
    form = adopt()
    assert form.check() == "ready"
    expected = report(rows=9, clients_created=4, visits_created=7)
    assert (form.report, kept(town)) == (expected, ([], []))
    form.press("action_import")
    form.work()
    assert (form.read("state"), form.report) == ("done", expected)
    assert clients(town) == CLIENTS
    assert visits(town, "Jana Nováková") == jana(town)
    assert visits(town, "Petr Berlín") == [("2026-10-05T12:00:00", "Mitchell", 0.0, f"pos-{town.orders['free']}")]
    rows = town.call(
        "klientbox.client",
        "search_read",
        [("company_id", "=", town.salon.company_id)],
        ["name", "partner_id", "external_id", "external_source"],
    )
    for row in rows:
        partner = town.partners[row["name"]]
        assert (row["partner_id"][0], row["external_id"]) == (partner, str(partner))
        assert row["external_source"] == "odoo"
    assert town.other.api.pages("/clients") == []


def test_the_second_time_adds_only_what_was_ordered_since(town, adopt):
    assert adopt().take_over() == "done"
    before = kept(town)
    again = adopt()
    assert again.take_over() == "done"
    assert again.report == report(rows=9, clients_matched=4, visits_existing=7)
    assert kept(town) == before
    later = town.ordered("later", town.salon, "Zaměstnaná", "2026-11-19 12:00:00", 50)
    try:
        more = adopt()
        assert more.take_over() == "done"
        assert more.report == report(rows=9, clients_matched=4, visits_created=1, visits_existing=7)
        assert visits(town, "Zaměstnaná") == [("2026-11-19T13:00:00", "Lenka", 50.0, f"sale-{later}")]
    finally:
        town.call("sale.order", "action_cancel", [later])


def test_without_orders_the_contacts_come_alone(town, adopt):
    form = adopt(with_orders=False)
    assert form.take_over() == "done"
    assert form.report == report(rows=4, clients_created=4)
    assert kept(town)[1] == []


def test_the_other_salon_gets_its_own(town, adopt):
    form = adopt(company_id=town.other.company_id)
    assert form.take_over() == "done"
    assert form.report == report(rows=5, clients_created=5, visits_created=1)
    visits = town.other.api.pages("/visits")
    assert [(visit["client_name"], visit["date"]) for visit in visits] == [("Jana Nováková", "2026-10-09T12:00:00")]
    assert {client["name"] for client in town.other.api.pages("/clients")} == {*CLIENTS, "Cizí"}
    assert kept(town) == ([], [])


def test_a_manager_without_rights_in_shop_and_sales_does_it(town, adopt):
    """They work in the salon alone, so that another company's contacts are not theirs to choose either."""
    town._user("manager", "klientbox.group_manager", town.salon)
    web = town.site.web("manager", PASSWORD)
    for model in ("pos.order", "sale.order"):
        with pytest.raises(Exception, match="not allowed"):
            web.call(model, "search_read", [], ["amount_total"])
    form = adopt(web)
    assert form.take_over() == "done"
    assert form.report == report(rows=9, clients_created=4, visits_created=7)
    assert clients(town) == CLIENTS
    assert visits(town, "Jana Nováková") == jana(town)
