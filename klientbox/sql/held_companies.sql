-- Companies whose messages are held; in a neutralized copy, all.

CREATE OR REPLACE FUNCTION klientbox_held_companies() RETURNS SETOF int LANGUAGE sql STABLE AS $$
    SELECT company_id FROM klientbox_settings
     WHERE held_since IS NOT NULL
        OR EXISTS (SELECT FROM ir_config_parameter
                    WHERE key = 'database.is_neutralized' AND lower(value) IN ('true', '1'))
$$
