-- A changed line is a change of its visit, unless the same transaction has recorded one.

CREATE OR REPLACE FUNCTION klientbox_touch_visits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE klientbox_visit AS visit SET version = version + 1
     WHERE visit.id IN (SELECT visit_id FROM touched)
       AND NOT EXISTS (
           SELECT FROM klientbox_change AS change
            WHERE change.company_id = visit.company_id AND change.model = 'klientbox.visit'
              AND change.txid = pg_current_xact_id()::text::bigint AND change.res_id = visit.id);
    RETURN NULL;
END $$;
