from datetime import date

from odoo.tests import tagged

from .common import SalonCase


@tagged("post_install", "-at_install")
class TestZoneData(SalonCase):
    def test_the_zone_data_of_the_database_are_compared_at_the_start(self):
        """Which of the two is older depends on the machine; a difference is found and named."""
        settings = self.env["klientbox.settings"]
        self.assertIsNone(settings._zone_differs_from("Europe/Prague"))
        self.env.cr.execute(
            "SELECT '2027-01-15 20:00'::timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'America/Vancouver'"
            " = '2027-01-15 13:00'::timestamp"
        )
        [[is_of_2026]] = self.env.cr.fetchall()
        expected = None if is_of_2026 else date(2026, 11, 1)
        self.assertEqual(settings._zone_differs_from("America/Vancouver"), expected)
        logger = "odoo.addons.klientbox.models.company.klientbox_settings"
        if is_of_2026:
            with self.assertNoLogs(logger, "WARNING"):
                self.settings().timezone = "America/Vancouver"
        else:
            with self.assertLogs(logger, "WARNING") as logs:
                self.settings().timezone = "America/Vancouver"
            self.assertIn("the time zone America/Vancouver from 2026-11-01 on", logs.output[0])
