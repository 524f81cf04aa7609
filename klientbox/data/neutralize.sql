-- A copy of the database must not answer for the salon: its keys stop here.
UPDATE klientbox_api_key
   SET revoked_at = now() AT TIME ZONE 'UTC'
 WHERE revoked_at IS NULL;
