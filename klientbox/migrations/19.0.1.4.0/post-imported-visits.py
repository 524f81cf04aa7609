from odoo.tools.sql import table_exists


def migrate(cr, version):
    """Visits that an import has created and no user has changed since may be updated by a later file."""
    if not table_exists(cr, "klientbox_import_row"):
        return
    cr.execute(
        """
        UPDATE klientbox_visit AS visit SET imported_version = visit.version + 1
          FROM klientbox_import_row AS row
         WHERE row.made_visit = visit.id AND visit.version = 1 AND visit.external_ref IS NOT NULL
           AND visit.imported_version IS NULL
        """
    )
