def migrate(cr, version):
    """Messages from before: those of rules are commercial. Filled before the constraint that says so is made."""
    cr.execute("ALTER TABLE klientbox_message ADD COLUMN IF NOT EXISTS purpose varchar")
    # No news for webhooks and pollers, who do not see it.
    cr.execute("ALTER TABLE klientbox_message DISABLE TRIGGER USER")
    cr.execute(
        """
        UPDATE klientbox_message SET purpose = CASE WHEN rule_id IS NULL THEN 'transactional' ELSE 'marketing' END
         WHERE direction = 'out' AND purpose IS NULL
        """
    )
    cr.execute("ALTER TABLE klientbox_message ENABLE TRIGGER USER")
