-- Undeliverable addresses: kept by a trigger on messages; and why one gets nothing.

CREATE OR REPLACE FUNCTION klientbox_note_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    permanent text[] := %(permanent)s;
    temporary text[] := %(temporary)s;
    root int := (SELECT split_part(parent_path, '/', 1)::int FROM res_company WHERE id = NEW.company_id);
    earlier record;
BEGIN
    IF NEW.direction = 'in' OR NEW.state <> 'failed' THEN
        -- A message came from there, or arrived there after the failed one.
        DELETE FROM klientbox_undeliverable AS known
         WHERE known.company_id = root AND known.channel = NEW.channel
           AND known.address = lower(NEW.address) AND known.reason <> %(unsubscribed)s
           AND (NEW.direction = 'in' OR known.tried_at IS NULL OR NEW.tried_at >= known.tried_at);
        RETURN NULL;
    ELSIF coalesce(NEW.reason, '') <> ALL(permanent || temporary || %(unsubscribed)s::text) THEN
        RETURN NULL;
    END IF;
    -- The other evidence of the address: the latest message with a result.
    SELECT message.day, coalesce(message.tried_at, message.sent_at) AS at,
           message.state = 'failed' AS failed INTO earlier
      FROM klientbox_message AS message
     WHERE message.company_id IN (SELECT id FROM res_company
                                   WHERE split_part(parent_path, '/', 1)::int = root)
       AND message.address = NEW.address AND message.channel = NEW.channel
       AND message.id <> NEW.id
       AND (message.state IN ('delivered', 'replied')
            OR message.state = 'failed' AND message.reason = ANY(permanent || temporary))
     ORDER BY at DESC NULLS LAST, message.id DESC LIMIT 1;
    IF NEW.reason = ANY(temporary) THEN
        IF earlier IS NULL OR NOT earlier.failed OR earlier.day = NEW.day
           OR earlier.at <= (SELECT used_again_at FROM klientbox_undeliverable
                                    WHERE company_id = root AND channel = NEW.channel
                                      AND address = lower(NEW.address)) THEN
            RETURN NULL;
        END IF;
    ELSIF NEW.reason <> %(unsubscribed)s AND NOT earlier.failed AND earlier.at > NEW.tried_at THEN
        -- A late report of an old message: a later one has arrived.
        RETURN NULL;
    END IF;
    INSERT INTO klientbox_undeliverable AS known
           (company_id, channel, address, reason, day, tried_at, message_id)
    VALUES (root, NEW.channel, lower(NEW.address), NEW.reason, NEW.day, NEW.tried_at, NEW.id)
    ON CONFLICT (company_id, channel, address) DO UPDATE
       SET reason = excluded.reason, day = excluded.day, tried_at = excluded.tried_at,
           message_id = excluded.message_id, used_again_at = NULL
     WHERE known.reason <> %(unsubscribed)s;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS klientbox_note_delivery ON klientbox_message;
CREATE TRIGGER klientbox_note_delivery AFTER UPDATE OF state ON klientbox_message FOR EACH ROW
    WHEN (NEW.direction = 'out' AND NEW.address IS NOT NULL AND NEW.state IS DISTINCT FROM OLD.state
          AND NEW.state IN ('failed', 'delivered', 'replied'))
    EXECUTE FUNCTION klientbox_note_delivery();
DROP TRIGGER IF EXISTS klientbox_note_reply ON klientbox_message;
CREATE TRIGGER klientbox_note_reply AFTER INSERT ON klientbox_message FOR EACH ROW
    WHEN (NEW.direction = 'in' AND NEW.address IS NOT NULL)
    EXECUTE FUNCTION klientbox_note_delivery();

CREATE OR REPLACE FUNCTION klientbox_address_objection(company int, wanted text, recipient text)
RETURNS text LANGUAGE sql STABLE AS $$
    -- A refusal that a provider has reported counts before the job has recorded it.
    SELECT CASE WHEN known.reason = %(unsubscribed)s THEN 'opted_out' ELSE 'undeliverable' END
      FROM klientbox_undeliverable known
     WHERE known.company_id = (SELECT split_part(parent_path, '/', 1)::int
                                 FROM res_company WHERE id = company)
       AND known.channel = wanted AND known.address = lower(recipient) AND known.used_again_at IS NULL
$$
