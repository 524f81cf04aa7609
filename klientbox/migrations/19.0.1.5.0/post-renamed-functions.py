def migrate(cr, version):
    """Drop the function and the trigger that klientbox_address_objection and klientbox_note_reply have replaced."""
    cr.execute("DROP FUNCTION IF EXISTS klientbox_why_not(int, text, text)")
    cr.execute("DROP TRIGGER IF EXISTS klientbox_note_answer ON klientbox_message")
