"""Other records of the demo's salon: vendors, repairs, special orders, wishes and purchases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from odoo.api import Environment
    from odoo.models import BaseModel

VENDORS = (
    {"name": "Kadeřnické potřeby Brno", "clientbook_contact": "Eva Malá", "city": "Brno", "phone": "+420541000111"},
    {"name": "Nůžky a břitvy s.r.o.", "clientbook_contact": "Karel Ostrý", "city": "Praha", "phone": "+420221000222"},
)
# Article, and its price in CZK.
WISHES = (("Žehlička na vlasy", 2490), ("Kulma", 1290), ("Dárková sada na vlasy", 990))
PURCHASES = (("Šampon 250 ml", 320), ("Kondicionér", 290), ("Olej na vlasy", 450), ("Kartáč", 390))
# Article, stage, and days until it is due.
REPAIRS = (
    ("Fén", "sent", 5),
    ("Kulma", "received", 1),
    ("Zastřihovač", "contacted", -2),
    ("Žehlička na vlasy", "added", 9),
)
ORDERS = (
    ("Hřeben s rytím", 640, 12, False),
    ("Paruka na míru", 8900, 30, False),
    ("Profesionální fén", 3900, -3, True),
)


def fill(env: Environment, company: BaseModel, clients: BaseModel, now: datetime) -> None:
    """Create some of each in a company; `clients` are some of its clients."""
    own = {"company_id": company.id}
    vendors = env["res.partner"].create([{**vendor, **own, "klientbox_is_vendor": True} for vendor in VENDORS])
    takers = iter(clients)

    def rows(names: tuple[str, ...], table: Iterable[tuple[Any, ...]]) -> Iterator[tuple[dict[str, Any], int]]:
        for place, row in enumerate(table):
            client = next(takers)
            yield {**own, "client_id": client.id, **dict(zip(names, row, strict=True))}, vendors[place % 2].id

    env["klientbox.wishlist.item"].create(
        [{**vals, "vendor_id": vendor} for vals, vendor in rows(("item", "price"), WISHES)]
    )
    env["klientbox.purchase"].create(
        [
            {**vals, "vendor_id": vendor, "date": now - timedelta(days=7 * place)}
            for place, (vals, vendor) in enumerate(rows(("item", "price"), PURCHASES))
        ]
    )
    env["klientbox.repair"].create(
        [
            {**vals, "due_date": now + timedelta(days=vals["due_date"]), "price_estimate": 450, "sent_where": "Servis"}
            for vals, _vendor in rows(("item", "state", "due_date"), REPAIRS)
        ]
    )
    env["klientbox.special.order"].create(
        [
            {**vals, "due_date": now + timedelta(days=vals["due_date"]), "vendor_id": vendor}
            for vals, vendor in rows(("description", "price", "due_date", "is_completed"), ORDERS)
        ]
    )
