def migrate(cr, version):
    """Staff entered by somebody without a time zone had UTC; they work by the clock of their company."""
    cr.execute(
        """
        UPDATE resource_resource AS resource SET tz = settings.timezone
          FROM klientbox_staff AS staff JOIN klientbox_settings AS settings ON settings.company_id = staff.company_id
         WHERE resource.id = staff.resource_id AND resource.tz = 'UTC'
        """
    )
