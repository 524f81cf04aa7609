def migrate(cr, version):
    """Callbacks from before kept of their headers only whether the body is a form."""
    cr.execute("ALTER TABLE klientbox_inbound ADD COLUMN IF NOT EXISTS headers jsonb")
    cr.execute(
        """
        UPDATE klientbox_inbound SET headers = jsonb_build_object('content-type',
               CASE WHEN is_form THEN 'application/x-www-form-urlencoded' ELSE 'application/json' END)
        """
    )
    cr.execute("ALTER TABLE klientbox_inbound DROP COLUMN is_form")
