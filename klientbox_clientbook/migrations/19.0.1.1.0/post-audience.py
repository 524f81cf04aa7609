def migrate(cr, _version):
    """Existing tokens are valid for this facade alone, too."""
    cr.execute("UPDATE klientbox_api_key SET audience = 'clientbook' WHERE clientbook_integration_id IS NOT NULL")
