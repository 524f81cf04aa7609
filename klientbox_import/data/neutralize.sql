-- Accounts at other vendors.
UPDATE klientbox_import
   SET state = CASE state WHEN 'fetching' THEN 'stopped' ELSE state END, credentials = NULL, next_at = NULL;
