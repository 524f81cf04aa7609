-- A copy of the database must neither answer nor send for the salon, nor contain credentials of other systems.
-- tests/test_neutralize.py checks each field that contains a secret or sends data out.

-- Keys of the API: none is valid, not even one that a user reactivates.
UPDATE klientbox_api_key
   SET revoked_at = coalesce(revoked_at, now() AT TIME ZONE 'UTC'),
       digest = encode(sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea), 'hex');

-- Answers stored for repeated calls may contain a secret.
DELETE FROM klientbox_idempotency_answer;

-- Gateways: no messages to them, no callbacks from them.
UPDATE klientbox_gateway
   SET active = false, secret = NULL, signing_secret = NULL, previous_callback_token = NULL,
       callback_token = 'neutralized-' || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');

UPDATE klientbox_rule
   SET enabled = false;

-- Messages that were certainly not sent are cancelled; the others stay unknown.
UPDATE klientbox_message
   SET state = 'cancelled', reason = 'restored', claim_token = NULL, lease_until = NULL
 WHERE state IN ('queued', 'claimed');

UPDATE klientbox_message
   SET state = 'unknown', reason = 'restored', claim_token = NULL, lease_until = NULL
 WHERE state = 'sending';

UPDATE sms_sms
   SET state = 'canceled', failure_type = NULL
 WHERE state IN ('outgoing', 'process');

UPDATE klientbox_webhook
   SET enabled = false, disabled_reason = 'by_hand', previous_secret = NULL,
       secret = 'whsec_' || encode(
           decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), 'base64');

UPDATE klientbox_webhook_delivery
   SET state = 'dead', last_error = 'restored', next_at = NULL, claim_token = NULL, lease_until = NULL
 WHERE state IN ('pending', 'sending');
