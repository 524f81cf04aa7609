def migrate(cr, _version):
    """The gate's function asks for one argument more; the one before would stay beside it."""
    cr.execute("DROP FUNCTION IF EXISTS klientbox_api_admit(text, text, text, int)")
