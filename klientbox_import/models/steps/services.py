"""The services that the rows of an import name."""

from odoo.addons.klientbox.lib import text
from odoo.tools import SQL

from ...lib import services as cells
from ..klientbox_import_row import as_json


def services_of(company):
    """The company's services, including archived ones."""
    services_here = company.env["klientbox.service"].with_context(active_test=False)
    return services_here.search([("company_id", "=", company.id)])


def split_cells(record):
    """Mark the rows that have several services in one cell, or one with a remark."""
    rows = record.env.execute_query(
        SQL(
            "SELECT DISTINCT visit ->> 'service_key', visit ->> 'service' FROM klientbox_import_row"
            " WHERE import_id = %s AND refused IS NOT TRUE AND visit ? 'service' ORDER BY 1, 2",
            record.id,
        )
    )
    here = services_of(record.company_id).mapped("name")
    split = cells.split_all(here, [name for _key, name in rows])
    record.env.cr.execute(
        SQL(
            """
            UPDATE klientbox_import_row AS row SET visit = visit || jsonb_build_object('services', new.services)
              FROM unnest(%s::text[], %s::jsonb[]) AS new(key, services)
             WHERE row.import_id = %s AND row.visit ->> 'service_key' = new.key
               AND row.visit -> 'services' IS DISTINCT FROM new.services
            """,
            list(split),
            [as_json([{"key": text.fold(name), "name": name} for name in parts]) for parts in split.values()],
            record.id,
        )
    )


def new_services(record):
    """{folded name: (name, amount or None)} of services missing in the company; the latest amount."""
    here = {text.fold(name) for name in services_of(record.company_id).mapped("name")}
    rows = record.env.execute_query(
        SQL(
            """
            SELECT key, array_agg(DISTINCT name), (array_agg(amount ORDER BY amount IS NULL, start DESC, number))[1]
              FROM (SELECT coalesce(part ->> 'key', visit ->> 'service_key') AS key,
                           coalesce(part ->> 'name', visit ->> 'service') AS name,
                           CASE WHEN part IS NULL THEN visit ->> 'amount' END AS amount,
                           visit ->> 'start' AS start, number
                      FROM klientbox_import_row
                      LEFT JOIN LATERAL jsonb_array_elements(visit -> 'services') AS part ON true
                     WHERE import_id = %s AND refused IS NOT TRUE AND known_visit IS NULL AND visit ? 'service'
                   ) AS entries
             GROUP BY key ORDER BY key
            """,
            record.id,
        )
    )
    return {key: (cells.best_spelling(spellings), amount) for key, spellings, amount in rows if key not in here}
