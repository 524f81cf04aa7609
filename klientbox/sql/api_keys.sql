-- Admission of API calls: the check of a key and the rate limit. See KlientboxApiKey.init.

CREATE UNLOGGED TABLE IF NOT EXISTS klientbox_api_rate (
    key_id integer PRIMARY KEY, pos integer NOT NULL DEFAULT 0, ring timestamptz[] NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

CREATE OR REPLACE FUNCTION klientbox_rate_hit(p_key int, p_limit int, p_window interval,
       OUT allowed bool, OUT remaining int, OUT retry_ms int) LANGUAGE plpgsql VOLATILE AS $$
DECLARE r timestamptz[]; p int; t timestamptz;
BEGIN
    FOR i IN 1..2 LOOP
        UPDATE klientbox_api_rate SET ring[pos+1] = clock_timestamp(), pos = (pos+1) %% p_limit
         WHERE key_id = p_key AND cardinality(ring) = p_limit
           AND ring[pos+1] <= clock_timestamp() - p_window
        RETURNING ring, pos INTO r, p;
        allowed := FOUND;
        EXIT WHEN allowed;
        SELECT ring, pos INTO r, p FROM klientbox_api_rate WHERE key_id = p_key;
        EXIT WHEN FOUND AND cardinality(r) = p_limit;
        -- First use, or the limit was changed: the newest admissions are kept.
        INSERT INTO klientbox_api_rate AS a (key_id, ring)
        VALUES (p_key, array_fill('-infinity'::timestamptz, ARRAY[p_limit]))
        ON CONFLICT (key_id) DO UPDATE SET pos = 0, ring = (
            SELECT array_agg(x ORDER BY x) FROM (
                SELECT x FROM unnest(a.ring || array_fill('-infinity'::timestamptz, ARRAY[p_limit])) x
                ORDER BY x DESC LIMIT p_limit
            ) newest
        ) WHERE cardinality(a.ring) <> p_limit;
    END LOOP;
    t := clock_timestamp();
    SELECT count(*) INTO remaining FROM unnest(r) x WHERE x <= t - p_window;
    retry_ms := CASE WHEN remaining > 0 THEN 0
                ELSE greatest(1, ceil(extract(epoch FROM r[p+1] + p_window - t) * 1000)::int) END;
END $$;

CREATE OR REPLACE FUNCTION klientbox_api_admit(p_prefix text, p_digest text, p_mode text, p_caller int,
       p_audience text, OUT refusal text, OUT company int, OUT quota int, OUT remaining int,
       OUT retry_ms int, OUT key int, OUT scopes text, OUT origins text, OUT zone text)
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE k record; hit record; used_at timestamp; is_active bool;
BEGIN
    SELECT key.id, key.digest, key.mode, key.company_id, key.rate_limit, key.revoked_at, key.expires_at,
           key.audience, key.scopes, key.last_used_at, company.active, settings.tier, settings.api_origins,
           settings.timezone
      INTO k
      FROM klientbox_api_key key
      JOIN res_company company ON company.id = key.company_id
      LEFT JOIN klientbox_settings settings ON settings.company_id = key.company_id
     WHERE key.prefix = p_prefix;
    -- A caller with a key's public part alone learns nothing about it, and can't use up its limit.
    IF NOT FOUND OR k.digest <> p_digest OR k.mode <> p_mode THEN
        SELECT * INTO hit FROM klientbox_rate_hit(p_caller, %(junk)s, interval '60 s');
        refusal := CASE WHEN hit.allowed THEN 'api_key_invalid' ELSE 'too_many_invalid_keys' END;
        retry_ms := hit.retry_ms;
        RETURN;
    END IF;
    company := k.company_id;
    is_active := k.active;
    zone := k.timezone;
    IF k.mode = 'test' THEN
        SELECT acting.id, k.active AND acting.active, test.timezone INTO company, is_active, zone
          FROM klientbox_settings test JOIN res_company acting ON acting.id = test.company_id
         WHERE test.test_of_id = k.company_id;
    END IF;
    quota := k.rate_limit;
    remaining := k.rate_limit;
    retry_ms := 0;
    key := k.id;
    scopes := k.scopes;
    origins := k.api_origins;
    refusal := CASE
        WHEN k.revoked_at IS NOT NULL THEN 'api_key_revoked'
        WHEN k.expires_at <= clock_timestamp() AT TIME ZONE 'UTC' THEN 'api_key_expired'
        WHEN k.audience <> p_audience THEN 'api_key_elsewhere'
        WHEN is_active IS NOT TRUE THEN 'company_inactive'
        WHEN k.tier IS DISTINCT FROM 'provoz' THEN 'tier_too_low'
    END;
    IF refusal IS NOT NULL THEN RETURN; END IF;
    IF quota > 0 THEN
        SELECT * INTO hit FROM klientbox_rate_hit(k.id, quota, interval '60 s');
        remaining := hit.remaining;
        retry_ms := hit.retry_ms;
        IF NOT hit.allowed THEN
            refusal := 'rate_limited';
            RETURN;
        END IF;
    END IF;
    -- At most once a minute, without waiting for a user who edits the key.
    used_at := date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC');
    IF k.last_used_at IS NULL OR k.last_used_at <= used_at - interval '60 s' THEN
        UPDATE klientbox_api_key SET last_used_at = used_at
         WHERE id = (SELECT id FROM klientbox_api_key WHERE id = k.id FOR UPDATE SKIP LOCKED);
    END IF;
END $$;
