def migrate(cr, _version):
    """Tokens that were made before serve this facade alone, too."""
    cr.execute("UPDATE klientbox_api_key SET audience = 'clientbook' WHERE clientbook_integration_id IS NOT NULL")
