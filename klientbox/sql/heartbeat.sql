-- The row that is written while the jobs run; after a gap, or in a copied database, messages are held.

CREATE TABLE IF NOT EXISTS klientbox_heartbeat (
    id bool PRIMARY KEY DEFAULT true CHECK (id), database_uuid text NOT NULL, at timestamptz NOT NULL
);

CREATE OR REPLACE FUNCTION klientbox_beat() RETURNS text LANGUAGE plpgsql AS $$
DECLARE present text; last record; cause text;
BEGIN
    SELECT value INTO present FROM ir_config_parameter WHERE key = 'database.uuid';
    SELECT * INTO last FROM klientbox_heartbeat;
    IF last.database_uuid = present AND last.at > clock_timestamp() - interval %(pulse)s THEN
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM klientbox_heartbeat FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO klientbox_heartbeat (database_uuid, at)
        VALUES (coalesce(present, ''), clock_timestamp()) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END IF;
    cause := CASE WHEN last.database_uuid <> coalesce(present, '') THEN 'copied'
                  WHEN last.at < clock_timestamp() - interval %(gap)s THEN 'gap' END;
    IF cause IS NOT NULL THEN
        UPDATE klientbox_settings settings
           SET held_since = last.at AT TIME ZONE 'UTC', held_reason = cause
         WHERE held_since IS NULL AND (
            EXISTS (SELECT FROM klientbox_rule rule
                     WHERE rule.company_id = settings.company_id AND rule.enabled AND rule.active)
            OR EXISTS (SELECT FROM klientbox_message message
                        WHERE message.company_id = settings.company_id
                          AND message.state IN ('queued', 'claimed', 'sending'))
            OR EXISTS (SELECT FROM klientbox_webhook hook
                        WHERE hook.company_id = settings.company_id AND hook.enabled
                          AND (cause = 'copied' OR EXISTS (
                            SELECT FROM klientbox_webhook_delivery delivery
                             WHERE delivery.webhook_id = hook.id
                               AND delivery.state IN ('pending', 'sending'))))
         );
    END IF;
    UPDATE klientbox_heartbeat SET database_uuid = coalesce(present, ''), at = clock_timestamp();
    RETURN cause;
END $$;
