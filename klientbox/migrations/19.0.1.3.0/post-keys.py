def migrate(cr, version):
    """The gate has another signature; keys from before may do what they could."""
    cr.execute("DROP FUNCTION IF EXISTS klientbox_api_admit(text, text)")
