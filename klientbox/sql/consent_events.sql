-- Consent events are kept as they are; only personal data may be removed from them.

CREATE OR REPLACE FUNCTION klientbox_keep_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable text[] := '{client_id,address,text,actor_id,create_uid,write_uid,write_date}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(OLD) - erasable = to_jsonb(NEW) - erasable
           AND (NEW.address IS NULL OR NEW.address = OLD.address)
           AND (NEW.text IS NULL OR NEW.text = OLD.text)
           AND (NEW.actor_id IS NULL OR NEW.actor_id = OLD.actor_id)
           AND (NEW.create_uid IS NULL OR NEW.create_uid = OLD.create_uid)
           AND (NEW.client_id IS NULL OR NEW.client_id = OLD.client_id
                OR klientbox_root_of_client(NEW.client_id) = NEW.company_id) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM res_company WHERE id = NEW.company_id AND parent_id IS NULL)
           AND (NEW.client_id IS NULL OR klientbox_root_of_client(NEW.client_id) = NEW.company_id)
           AND (NEW.address IS NULL OR NEW.address_hash IS NOT NULL)
           AND (NEW.client_id IS NOT NULL OR NEW.address_hash IS NOT NULL) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Address, client and company of a consent event do not belong together.';
    END IF;
    RAISE EXCEPTION 'Consent events are kept as they are.';
END $$;

CREATE OR REPLACE FUNCTION klientbox_root_of_client(client int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT split_part(company.parent_path, '/', 1)::int
              FROM klientbox_client JOIN res_company company ON company.id = klientbox_client.company_id
             WHERE klientbox_client.id = client);
END $$;

DROP TRIGGER IF EXISTS klientbox_keep_event ON klientbox_consent_event;
CREATE TRIGGER klientbox_keep_event BEFORE INSERT OR UPDATE OR DELETE ON klientbox_consent_event
FOR EACH ROW EXECUTE FUNCTION klientbox_keep_event();
DROP TRIGGER IF EXISTS klientbox_keep_events ON klientbox_consent_event;
CREATE TRIGGER klientbox_keep_events BEFORE TRUNCATE ON klientbox_consent_event
FOR EACH STATEMENT EXECUTE FUNCTION klientbox_keep_event();
