def migrate(cr, version):
    """The key check has another signature; existing keys keep their access."""
    cr.execute("DROP FUNCTION IF EXISTS klientbox_api_admit(text, text)")
