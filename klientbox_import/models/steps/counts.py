"""The figures of an import, from its rows."""

from odoo.tools import SQL

from ...lib.rows import KEPT_ADDRESS, NO_PROOF, PHONE_MENDED, PHONE_NO_SMS
from ..klientbox_import_row import COMMON_NOTES, DUPLICATE, VISIT_DIFFERS, VISIT_UPDATED
from .services import new_services


def count(record):
    """Write the figures of the preview."""
    [counts] = record.env.execute_query_dict(
        SQL(
            """
            SELECT count(DISTINCT person) FILTER (WHERE known_client IS NULL) AS clients_created,
                   count(DISTINCT known_client) AS clients_matched,
                   count(DISTINCT visit_row) FILTER (WHERE known_visit IS NULL) AS visits_created,
                   count(DISTINCT visit_row) FILTER (WHERE known_visit IS NOT NULL)
                   + count(visit_row) FILTER (WHERE notes ? %(duplicate)s) AS visits_existing,
                   count(*) FILTER (WHERE notes ? %(duplicate)s) AS duplicate_count,
                   count(*) FILTER (WHERE notes ? %(mended)s) AS phones_mended,
                   count(DISTINCT person) FILTER (WHERE notes ? %(no_sms)s) AS phones_without_sms,
                   count(*) FILTER (WHERE notes ? %(kept)s) AS addresses_kept,
                   count(*) FILTER (WHERE notes ? %(no_proof)s) AS consents_unproved,
                   count(DISTINCT visit_row) FILTER (WHERE notes ? %(updated)s) AS visits_updated,
                   count(DISTINCT visit_row) FILTER (WHERE notes ? %(differs)s) AS visits_differing,
                   (SELECT count(*) FROM klientbox_import_row
                     WHERE import_id = %(import)s AND refused IS TRUE) AS refused_count,
                   (SELECT count(*) FROM klientbox_import_row
                     WHERE import_id = %(import)s
                       AND client -> 'sms_consent' ->> 'given' = 'false') AS sms_refusals,
                   (SELECT count(*) FROM klientbox_import_row
                     WHERE import_id = %(import)s
                       AND client -> 'email_consent' ->> 'given' = 'false') AS email_refusals
              FROM klientbox_import_row WHERE import_id = %(import)s AND refused IS NOT TRUE
            """,
            duplicate=DUPLICATE,
            mended=PHONE_MENDED,
            no_sms=PHONE_NO_SMS,
            kept=KEPT_ADDRESS,
            no_proof=NO_PROOF,
            updated=VISIT_UPDATED,
            differs=VISIT_DIFFERS,
            **{"import": record.id},
        )
    )
    counts["noted_count"] = _mark_noted(record)
    record.write({**counts, "services_created": len(new_services(record))})


def _mark_noted(record):
    """Mark the rows with a remark that a person should read, and count them."""
    [[count]] = record.env.execute_query(
        SQL(
            """
            WITH marked AS (
                UPDATE klientbox_import_row AS row SET noted = true
                 WHERE import_id = %s AND refused IS NOT TRUE AND notes - %s::text[] <> '[]'::jsonb
                RETURNING 1
            ) SELECT count(*) FROM marked
            """,
            record.id,
            list(COMMON_NOTES),
        )
    )
    return count
