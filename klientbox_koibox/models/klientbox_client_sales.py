from odoo import api, fields, models
from odoo.tools import SQL

SALE_FIELDS = ("koibox_sales", "koibox_sales_amount", "koibox_last_sale", "koibox_debt")
MOVES, ORDERS = "account.move", "pos.order"
# What the figures read of the apps that may be installed; a change of one of these counts them anew.
SOURCES = {
    MOVES: ("invoice_ids", ("state", "move_type", "invoice_date", "amount_total_signed", "amount_residual_signed")),
    ORDERS: ("pos_order_ids", ("state", "date_order", "amount_total", "currency_rate", "account_move")),
}


class KlientboxClient(models.Model):
    """What a client has bought, and owes.

    A sale is a receipt (an order of the point of sale, or a posted invoice that is not such an order's) or, on a day
    without one, a visit that is done and has an amount: what is written on the receipt is not counted again from the
    visit. Refunds are subtracted and are no sale.
    """

    _inherit = "klientbox.client"

    koibox_sales = fields.Integer("Sales", compute="_compute_koibox_sales", store=True, precompute=True)
    koibox_sales_amount = fields.Monetary(
        "Sales amount",
        compute="_compute_koibox_sales",
        store=True,
        precompute=True,
        help="Invoices and orders of the point of sale, and visits on days without one.",
    )
    koibox_last_sale = fields.Date("Last sale", compute="_compute_koibox_sales", store=True, precompute=True)
    koibox_debt = fields.Monetary(
        "Owes", compute="_compute_koibox_sales", store=True, precompute=True, help="What is unpaid of posted invoices."
    )

    @api.depends(lambda self: self._koibox_sale_paths())
    def _compute_koibox_sales(self):
        sold, owed = {}, {}
        for company, clients in self.grouped("company_id").items():
            if clients.ids:
                sold |= clients._koibox_sold(company)
                owed |= clients._koibox_owed(company)
        for client in self:
            known = client._origin.id
            client.koibox_sales, client.koibox_sales_amount, client.koibox_last_sale = sold.get(known, (0, 0, False))
            client.koibox_debt = max(owed.get(known, 0), 0)

    @api.model
    def _koibox_sale_paths(self):
        """What the figures depend on; apps that are not installed have no part in it."""
        paths = ["partner_id", "visit_ids.state", "visit_ids.start", "visit_ids.amount"]
        for model, (link, names) in SOURCES.items():
            if model in self.env:
                paths += [f"partner_id.{link}.{name}" for name in names]
        return paths

    def _recount_visits(self):
        """The sales as well."""
        for name in SALE_FIELDS:
            self.env.add_to_compute(self._fields[name], self)
        super()._recount_visits()

    def _koibox_sold(self, company):
        """{client id: (number, amount, day of the last)} of the sales of one company's clients."""
        self.env["klientbox.visit"].flush_model(["client_id", "state", "start", "amount"])
        self._koibox_flush_receipts()
        zone = company._klientbox_settings().timezone
        rows = self.env.execute_query(
            SQL(
                """
                WITH receipt AS (%(receipts)s), sale AS (
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
                receipts=SQL(" UNION ALL ").join(self._koibox_receipts(company, zone)),
                day=_local_day(SQL("visit.start"), zone),
                ids=self.ids,
            )
        )
        return {client_id: (number, amount, day or False) for client_id, number, amount, day in rows}

    def _koibox_flush_receipts(self):
        for model, (_link, names) in SOURCES.items():
            if model in self.env:
                self.env[model].flush_model(["partner_id", *names])

    def _koibox_receipts(self, company, zone):
        """Statements of the receipts: client_id, day, amount in the company's currency, is_sale (or a refund)."""
        statements = [
            SQL("SELECT NULL::integer AS client_id, NULL::date AS day, 0.0 AS amount, true AS is_sale LIMIT 0")
        ]
        where = {"ids": self.ids, "company": company.id}
        if MOVES in self.env:
            invoiced = SQL("true")
            if ORDERS in self.env:
                invoiced = SQL("NOT EXISTS (SELECT FROM pos_order WHERE pos_order.account_move = move.id)")
            statements.append(
                SQL(
                    """
                    SELECT client.id, move.invoice_date, move.amount_total_signed, move.move_type != 'out_refund'
                      FROM klientbox_client AS client JOIN account_move AS move ON move.partner_id = client.partner_id
                     WHERE client.id = ANY(%(ids)s) AND move.company_id = %(company)s AND move.state = 'posted'
                       AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund') AND %(invoiced)s
                    """,
                    invoiced=invoiced,
                    **where,
                )
            )
        if ORDERS in self.env:
            statements.append(
                SQL(
                    """
                    SELECT client.id, %(day)s, pos.amount_total / coalesce(nullif(pos.currency_rate, 0), 1),
                           pos.amount_total > 0
                      FROM klientbox_client AS client JOIN pos_order AS pos ON pos.partner_id = client.partner_id
                     WHERE client.id = ANY(%(ids)s) AND pos.company_id = %(company)s AND pos.state IN ('paid', 'done')
                    """,
                    day=_local_day(SQL("pos.date_order"), zone),
                    **where,
                )
            )
        return [SQL("(%s)", statement) for statement in statements]

    def _koibox_owed(self, company):
        """{client id: amount} that is unpaid of posted invoices; refunds that are not paid out count against it."""
        if MOVES not in self.env:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT client.id, sum(move.amount_residual_signed)
                      FROM klientbox_client AS client JOIN account_move AS move ON move.partner_id = client.partner_id
                     WHERE client.id = ANY(%s) AND move.company_id = %s AND move.state = 'posted'
                       AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
                     GROUP BY client.id
                    """,
                    self.ids,
                    company.id,
                )
            )
        )


def _local_day(moment, zone):
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)
