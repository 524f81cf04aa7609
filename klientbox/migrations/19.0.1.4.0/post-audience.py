def migrate(cr, _version):
    """The key check's function has one more argument; the previous function would remain beside it."""
    cr.execute("DROP FUNCTION IF EXISTS klientbox_api_admit(text, text, text, int)")
