-- A copy of the database has no enabled integration: the tokens are API keys and revoked as such.
UPDATE klientbox_clientbook_integration
   SET status = 'disabled', app_id = NULL, app_digest = NULL, app_key_made_at = NULL;
