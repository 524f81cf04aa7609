-- Writes a row of the change log for each row that a statement has changed.

CREATE OR REPLACE FUNCTION klientbox_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO klientbox_change (model, res_id, company_id, kind, was, became, txid, oldest_txid, at)
         SELECT %1$L, %2$s.id, %2$s.company_id, %3$L, %4$s, %5$s, pg_current_xact_id()::text::bigint,
                pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
                clock_timestamp() AT TIME ZONE ''UTC''
           FROM %6$s',
        TG_ARGV[0],
        CASE TG_OP WHEN 'DELETE' THEN 'was' ELSE 'became' END,
        lower(TG_OP),
        CASE TG_OP WHEN 'INSERT' THEN 'NULL' ELSE format('was.%I::text', TG_ARGV[1]) END,
        CASE TG_OP WHEN 'DELETE' THEN 'NULL' ELSE format('became.%I::text', TG_ARGV[1]) END,
        CASE TG_OP WHEN 'INSERT' THEN 'became' WHEN 'DELETE' THEN 'was'
                   ELSE 'was JOIN became USING (id)' END
    );
    RETURN NULL;
END $$;
