-- A copy of the database must neither answer nor write for the salon.
UPDATE klientbox_api_key
   SET revoked_at = now() AT TIME ZONE 'UTC'
 WHERE revoked_at IS NULL;

UPDATE klientbox_gateway
   SET active = false, secret = NULL, callback_token = callback_token || '-copy';

UPDATE klientbox_rule
   SET enabled = false;

UPDATE klientbox_message
   SET state = 'cancelled', reason = 'restored', claim_token = NULL, lease_until = NULL
 WHERE state IN ('queued', 'claimed');
