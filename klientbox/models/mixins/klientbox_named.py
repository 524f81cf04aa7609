from odoo import api, fields, models
from odoo.tools import SQL

from ...lib import collation
from ...tools import name_order


class KlientboxNamed(models.AbstractModel):
    """Records of a company that sort by name in the alphabetical order of its language.

    The database sorts byte by byte: "Zuzana" before "Šárka", and "Chalupa" before "Cyril".
    """

    _name = "klientbox.named"
    _description = "Record sorted by its name"
    _inherit = ["klientbox.owned"]
    _order = "name, id"

    # The column that replaces the name in every ORDER BY; not shown.
    name_order = fields.Char(
        "Sort key",
        compute="_compute_name_order",
        store=True,
        precompute=True,
        exportable=False,
        export_string_translation=False,
    )

    def init(self):
        """Sort the key by its bytes, also in a database that Odoo did not create."""
        super().init()
        if self._abstract:
            return
        [[collated]] = self.env.execute_query(
            SQL(
                "SELECT collation_name FROM information_schema.columns"
                " WHERE table_schema = current_schema AND table_name = %s AND column_name = 'name_order'",
                self._table,
            )
        )
        if collated != "C":
            self.env.cr.execute(
                SQL(
                    'ALTER TABLE %s ALTER COLUMN name_order TYPE varchar COLLATE "C"',
                    SQL.identifier(self._table),
                )
            )

    @api.depends("name", "company_id")
    def _compute_name_order(self):
        for company, records in self.grouped("company_id").items():
            language = company._klientbox_settings().lang if company else None
            for record in records:
                record.name_order = record.name and collation.sort_key(record.name, language)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name == "name":
            field_name = "name_order"
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    @api.model
    def _reorder(self, company, language):
        """After a change of the company's language: sort its records by that alphabet."""
        self.flush_model(["name", "company_id", "name_order"])
        name_order.rewrite(self.env.cr, self._table, company.id, language)
        self.invalidate_model(["name_order"], flush=False)
