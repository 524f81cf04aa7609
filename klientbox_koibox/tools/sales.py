"""Clients' purchases and debts: from visits, and from invoices and the point of sale where those are installed.

A sale is a receipt (an order of the point of sale, or a posted invoice that is not such an order's) or, on a day
without one, a visit that is done and has an amount: so an amount on a receipt is not counted again from the visit.
Refunds are subtracted and are no sale. Receipts are issued to the client's contact.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from odoo.tools import SQL

if TYPE_CHECKING:
    from datetime import date

    from odoo.api import Environment
    from odoo.models import BaseModel

MOVES, ORDERS = "account.move", "pos.order"
# The fields of the apps that are read: the contact's field that leads there, and its fields.
SOURCES = {
    MOVES: ("invoice_ids", ("state", "move_type", "invoice_date", "amount_total_signed", "amount_residual_signed")),
    ORDERS: ("pos_order_ids", ("state", "date_order", "amount_total", "currency_rate", "account_move")),
}
_INVOICES = SQL(
    """
    client JOIN account_move AS move ON move.partner_id = client.partner_id
     WHERE move.company_id = client.company_id AND move.state = 'posted'
       AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
    """
)


def paths(env: Environment) -> list[str]:
    """The dependencies of a client's figures; apps that are not installed are left out."""
    contacts = ("partner_id", "alias_ids.partner_id")
    found = [*contacts, "visit_ids.state", "visit_ids.start", "visit_ids.amount"]
    for model, (link, names) in SOURCES.items():
        if model in env:
            found += [f"{contact}.{link}.{name}" for contact in contacts for name in names]
    return found


def sold(clients: BaseModel, zone: str) -> dict[int, tuple[int, float, date | Literal[False]]]:
    """{client id: (number, amount, day of the last)} of the sales of clients of one company, in its time zone."""
    env = clients.env
    env["klientbox.visit"].flush_model(["client_id", "state", "start", "amount"])
    receipts = SQL(" UNION ALL ").join(_receipts(env, zone))
    rows = env.execute_query(
        SQL(
            """
            WITH client AS (%(clients)s), receipt AS (%(receipts)s), sale AS (
                SELECT client_id, day, amount, is_sale FROM receipt
             UNION ALL
                SELECT visit.client_id, local.day, visit.amount, true
                  FROM klientbox_visit AS visit
                 CROSS JOIN LATERAL (SELECT %(day)s AS day) AS local
                 WHERE visit.client_id = ANY(%(ids)s) AND visit.state = 'done' AND visit.amount > 0
                   AND NOT EXISTS (SELECT FROM receipt WHERE receipt.client_id = visit.client_id
                                                         AND receipt.day = local.day AND receipt.is_sale)
            )
            SELECT client_id, count(*) FILTER (WHERE is_sale), sum(amount), max(day) FILTER (WHERE is_sale)
              FROM sale GROUP BY client_id
            """,
            clients=_with_contacts(clients),
            receipts=receipts,
            day=_local_day(SQL("visit.start"), zone),
            ids=clients.ids,
        )
    )
    return {client_id: (number, amount, day or False) for client_id, number, amount, day in rows}


def owed(clients: BaseModel) -> dict[int, float]:
    """{client id: amount} that is unpaid of posted invoices; refunds that are not paid out are subtracted."""
    env = clients.env
    if MOVES not in env:
        return {}
    _flush(env, MOVES)
    statement = SQL(
        "WITH client AS (%s) SELECT client.id, sum(move.amount_residual_signed) FROM %s GROUP BY client.id",
        _with_contacts(clients),
        _INVOICES,
    )
    return dict(env.execute_query(statement))


def _with_contacts(clients: BaseModel) -> SQL:
    """Contacts of the clients, also of entries merged into them: id (of the client), company_id, partner_id. From the
    cache, perhaps not yet in the database."""
    known = [
        (client._origin.id, client.company_id.id, partner.id)
        for client in clients
        for partner in client.partner_id | client.alias_ids.partner_id
    ]
    columns = [list(column) for column in zip(*known, strict=True)] or [[], [], []]
    return SQL("SELECT * FROM unnest(%s::int[], %s::int[], %s::int[]) AS known (id, company_id, partner_id)", *columns)


def _receipts(env: Environment, zone: str) -> Iterator[SQL]:
    """Statements of the receipts: client_id, day, amount in the company's currency, is_sale (or a refund)."""
    yield SQL("(SELECT NULL::int AS client_id, NULL::date AS day, 0.0 AS amount, true AS is_sale LIMIT 0)")
    if MOVES in env:
        _flush(env, MOVES)
        of_orders = SQL("AND NOT EXISTS (SELECT FROM pos_order WHERE pos_order.account_move = move.id)")
        yield SQL(
            "SELECT client.id, move.invoice_date, move.amount_total_signed, move.move_type != 'out_refund' FROM %s %s",
            _INVOICES,
            of_orders if ORDERS in env else SQL(),
        )
    if ORDERS in env:
        _flush(env, ORDERS)
        yield SQL(
            """
            SELECT client.id, %s, pos.amount_total / coalesce(nullif(pos.currency_rate, 0), 1), pos.amount_total > 0
              FROM client JOIN pos_order AS pos ON pos.partner_id = client.partner_id
             WHERE pos.company_id = client.company_id AND pos.state IN ('paid', 'done')
            """,
            _local_day(SQL("pos.date_order"), zone),
        )


def _flush(env: Environment, model: str) -> None:
    env[model].flush_model(["partner_id", "company_id", *SOURCES[model][1]])


def _local_day(moment: SQL, zone: str) -> SQL:
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)
