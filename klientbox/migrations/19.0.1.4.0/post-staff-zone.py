def migrate(cr, version):
    """Staff created by a user without a time zone had UTC; they get the time zone of their company."""
    cr.execute(
        """
        UPDATE resource_resource AS resource SET tz = settings.timezone
          FROM klientbox_staff AS staff JOIN klientbox_settings AS settings ON settings.company_id = staff.company_id
         WHERE resource.id = staff.resource_id AND resource.tz = 'UTC'
        """
    )
