"""The families with common operations: list, view, edit, add and delete of one record type each."""

from dataclasses import dataclass
from typing import Annotated, Literal

from odoo.addons.klientbox.api.errors import invalid
from odoo.addons.klientbox.api.filters import Part, not_whole
from odoo.addons.klientbox.api.shapes import MOST_NUMBER, Query, optional
from odoo.fields import Domain
from odoo.tools import split_every
from pydantic import BeforeValidator, Field, create_model

from .facade import clientbook
from .records import CLIENTS, PURCHASES, REPAIRS, SPECIAL_ORDERS, VENDORS, WISHES, RecordType

# The vendor's names of an order, and ours; every one ends in id.
ORDERS = {"created": "id", "update": "write_date, id"}
# This many rows are in the ORM's cache at once.
PIECE = 1000


@dataclass(frozen=True)
class Family:
    """A family of operations: `path_segment` is in the path, `called` in the names of its operations; `needs` is the
    required member of a new record; `resource` is the access that a token needs, among those of API keys; `orders` and
    `filters` are those of its list."""

    path_segment: str
    called: str
    title: str
    model: str
    records: RecordType
    needs: str
    resource: str = "clients"
    orders: tuple = (("created", "id"), ("update", "write_date, id"))
    default_order: str = "id"
    filters: tuple = ()


class Viewed(Query):
    """Which record."""

    id: str


def text_or_none(text):
    """An empty parameter counts as missing."""
    return text or None


Search = Annotated[Part | None, BeforeValidator(text_or_none)]


def whole_number(least):
    """A whole number with a minimum; an empty one counts as missing."""

    def read(text):
        if text == "":
            return None
        if not isinstance(text, str) or not text.isascii() or not text.isdecimal() or len(text) > 18:
            raise not_whole()
        return int(text)

    return Annotated[Annotated[int, Field(ge=least, le=MOST_NUMBER)] | None, BeforeValidator(read)]


class Listed(Query):
    """The section of a list. `limit` and `from` have an effect only together."""

    limit: whole_number(1) = optional()
    skipped: whole_number(0) = Field(default_factory=lambda: None, alias="from")
    q: Search = optional()

    def cut(self):
        """{limit, offset} for a search; empty unless both are there."""
        if self.limit is None or self.skipped is None:
            return {}
        return {"limit": self.limit, "offset": self.skipped}


def ordered(family):
    """The query of a family's list."""
    if not family.orders:
        return create_model(f"{family.records.name}Query", __base__=Listed, **dict(family.filters))
    names = Annotated[Literal[tuple(name for name, _order in family.orders)] | None, BeforeValidator(text_or_none)]
    return create_model(
        f"{family.records.name}Query", __base__=Listed, order=(names, optional()), **dict(family.filters)
    )


def rows(family, env, query, domain=None, order=None):
    """The rows of a list. Without `limit` and `from` these are all rows, so they are read in parts."""
    model = env[family.model]
    order = order or dict(family.orders).get(getattr(query, "order", None), family.default_order)
    domain = model._clientbook_domain(query.model_dump(exclude={"limit", "skipped", "order"})) & (domain or Domain.TRUE)
    fields = (model._fields.get(member.field) for member in family.records.members.values())
    names = [field.name for field in fields if field and field.store]
    return {"data": _in_pieces(model.search(domain, order=order, **query.cut()), names)}


def _in_pieces(records, names):
    for ids in split_every(PIECE, records.ids):
        piece = records.browse(ids)
        piece.fetch(names)
        yield from piece
        piece.invalidate_recordset(flush=False)


def named(family, env, body):
    """The record that a body names. Raises ApiError."""
    return known(family, env, family.records.id_name, body.sent_members()[family.records.id_name])


def known(family, env, name, text):
    """The record of a number. Raises ApiError: another company's record and a missing one have the same error."""
    record = env[family.model]._clientbook_get(text)
    if not record:
        raise _unknown(name)
    return record


def _unknown(name):
    return invalid([(name, "not_found", f"{name}: there is no such record")])


def operation(family, method, function, takes=None, query=None, gives=None, write=True, path=None):
    """Declare one operation of a family."""

    def declare(carry_out):
        carry_out.__doc__ = f"{function.capitalize()}: {family.title}"
        return clientbook.operation(
            method,
            f"/{family.path_segment}/{path or function}",
            name=f"{family.called}{function.capitalize()}",
            tag=family.title,
            scope=f"{family.resource}:{'write' if write else 'read'}",
            takes=takes,
            query=query,
            gives=gives,
        )(carry_out)

    return declare


def serve(family, functions=("list", "view", "edit", "add", "delete")):
    """Declare the common operations of a family."""
    records = family.records

    def list_(env, query):
        return rows(family, env, query)

    def view(env, query):
        return {"data": known(family, env, "id", query.id)}

    def edit(env, body):
        record = named(family, env, body)
        record._clientbook_change(records.vals(env, body))
        return {"data": record}

    def add(env, body):
        return {"data": env[family.model]._clientbook_add(records.vals(env, body))}

    def delete(env, body):
        record = named(family, env, body)
        # The number of a merged entry must not delete the remaining one.
        if record.id != int(body.sent_members()[family.records.id_name]):
            raise _unknown(family.records.id_name)
        record._clientbook_remove()
        return {"data": {records.id_name: str(record.id)}}

    declared = {
        "list": ("GET", list_, {"query": ordered(family), "gives": records.many, "write": False}),
        "view": ("GET", view, {"query": Viewed, "gives": records.one, "write": False, "path": "view/id/{id}"}),
        "edit": (
            "POST",
            edit,
            {"takes": records.input_shape("Edit", records.id_name, kept=records.kept), "gives": records.one},
        ),
        "add": ("POST", add, {"takes": records.input_shape("Add", family.needs), "gives": records.one}),
        "delete": ("POST", delete, {"takes": records.named, "gives": records.removed}),
    }
    for function in functions:
        method, carry_out, options = declared[function]
        operation(family, method, function, **options)(carry_out)


PURCHASE = Family("purchase", "purchase", "Purchases", "klientbox.purchase", PURCHASES, "client_id")

FAMILIES = (
    Family("clients", "client", "Clients", "klientbox.client", CLIENTS, "client_last_name"),
    Family("wishlist", "wishlist", "Wish lists", "klientbox.wishlist.item", WISHES, "client_id"),
    Family(
        "repairs",
        "repair",
        "Repairs",
        "klientbox.repair",
        REPAIRS,
        "client_id",
        orders=(*ORDERS.items(), ("due", "due_date, id")),
        filters=(("status", (Literal["active", "archived", "all"], "all")),),
    ),
    Family("specialorders", "specialorder", "Special orders", "klientbox.special.order", SPECIAL_ORDERS, "owner_id"),
    PURCHASE,
    Family("vendors", "vendor", "Vendors", "res.partner", VENDORS, "name", resource="services", orders=()),
)

for _family in FAMILIES:
    serve(_family)


class PurchasesOf(Listed):
    """The client whose purchases are listed: exactly one of `cid` and `cinvid`."""

    order: Literal["update", "created"] | None = optional()
    cid: Search = optional()
    cinvid: Search = optional()


@operation(PURCHASE, "GET", "specificlist", query=PurchasesOf, gives=PURCHASES.many, write=False)
def purchases_of(env, query):
    if bool(query.cid) == bool(query.cinvid):
        message = "Send exactly one of cid and cinvid"
        raise invalid([("cid", "exactly_one", message)])
    clients = env["klientbox.client"]
    client = clients._clientbook_get(query.cid) if query.cid else clients._clientbook_of_number(query.cinvid)
    if not client:
        raise _unknown("cid" if query.cid else "cinvid")
    order = "write_date desc, id desc" if query.order == "update" else "id desc"
    return rows(PURCHASE, env, query, Domain("client_id", "=", client.id), order)
