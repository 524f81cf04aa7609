def migrate(cr, version):
    """Existing messages: those of rules are commercial. Set before the constraint is created."""
    cr.execute("ALTER TABLE klientbox_message ADD COLUMN IF NOT EXISTS purpose varchar")
    # No change for webhooks and polls, which do not see it.
    cr.execute("ALTER TABLE klientbox_message DISABLE TRIGGER USER")
    cr.execute(
        """
        UPDATE klientbox_message SET purpose = CASE WHEN rule_id IS NULL THEN 'transactional' ELSE 'marketing' END
         WHERE direction = 'out' AND purpose IS NULL
        """
    )
    cr.execute("ALTER TABLE klientbox_message ENABLE TRIGGER USER")
