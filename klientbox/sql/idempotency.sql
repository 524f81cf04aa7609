-- Claims of calls with an Idempotency-Key and the answers that are kept.

CREATE TABLE IF NOT EXISTS klientbox_idempotency_answer (
    key_id integer NOT NULL, name varchar NOT NULL, fingerprint varchar NOT NULL,
    status integer NOT NULL, headers text NOT NULL, body text NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (key_id, name)
);
-- Unlogged: a crash of PostgreSQL ends every call that had a claim.
CREATE UNLOGGED TABLE IF NOT EXISTS klientbox_idempotency_claim (
    key_id integer NOT NULL, name varchar NOT NULL, fingerprint varchar NOT NULL,
    token varchar NOT NULL, claimed_at timestamptz NOT NULL,
    PRIMARY KEY (key_id, name)
);

CREATE OR REPLACE FUNCTION klientbox_idempotency_begin(
       p_key int, p_name text, p_fingerprint text, p_token text,
       OUT word text, OUT status int, OUT headers text, OUT body text) LANGUAGE plpgsql VOLATILE AS $$
DECLARE a record; c record;
BEGIN
    -- Checked again after the claim: the answer may have been written in between.
    FOR i IN 1..2 LOOP
        SELECT * INTO a FROM klientbox_idempotency_answer answer
         WHERE answer.key_id = p_key AND answer.name = p_name
           AND answer.answered_at > clock_timestamp() - interval '24 hours';
        IF FOUND THEN
            word := CASE WHEN a.fingerprint = p_fingerprint THEN 'replay' ELSE 'reused' END;
            status := a.status; headers := a.headers; body := a.body;
            RETURN;
        END IF;
        EXIT WHEN word IS NOT NULL;
        DELETE FROM klientbox_idempotency_answer answer WHERE answer.key_id = p_key AND answer.name = p_name
           AND answer.answered_at <= clock_timestamp() - interval '24 hours';
        INSERT INTO klientbox_idempotency_claim AS claim (key_id, name, fingerprint, token, claimed_at)
        VALUES (p_key, p_name, p_fingerprint, p_token, clock_timestamp())
        ON CONFLICT ON CONSTRAINT klientbox_idempotency_claim_pkey DO UPDATE
           SET fingerprint = p_fingerprint, token = p_token, claimed_at = clock_timestamp()
         WHERE claim.claimed_at < clock_timestamp() - interval '60 s'
        RETURNING claim.token INTO c;
        IF FOUND THEN
            word := 'claimed';
        ELSE
            SELECT claim.fingerprint INTO c FROM klientbox_idempotency_claim claim
             WHERE claim.key_id = p_key AND claim.name = p_name;
            word := CASE WHEN c.fingerprint <> p_fingerprint THEN 'reused' ELSE 'busy' END;
            RETURN;
        END IF;
    END LOOP;
END $$;
