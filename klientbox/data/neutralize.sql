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

UPDATE klientbox_webhook
   SET enabled = false, disabled_reason = 'by_hand', previous_secret = NULL,
       secret = 'whsec_' || encode(
           decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), 'base64');

UPDATE klientbox_webhook_delivery
   SET state = 'dead', last_error = 'restored', next_at = NULL, claim_token = NULL, lease_until = NULL
 WHERE state IN ('pending', 'sending');
