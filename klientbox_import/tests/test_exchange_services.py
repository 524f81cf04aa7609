from odoo.addons.klientbox_import.lib import services
from odoo.tests import BaseCase


class TestServices(BaseCase):
    def test_a_cell_is_taken_apart_only_where_each_part_is_known(self):
        here = ["Střih", "Barva", "Střih, foukaná"]
        cells = [
            "střih + BARVA",
            "Střih, melír",
            "Střih, foukaná",
            "Střih (60 min)",
            "Melír 30 min",
            "Melír",
            "Střih;Melír",
        ]
        self.assertEqual(
            services.split_all(here, cells),
            {
                "strih + barva": ["Střih", "Barva"],
                "strih, melir": ["Střih", "Melír"],
                "strih (60 min)": ["Střih"],
                "melir 30 min": ["Melír"],
                "strih;melir": ["Střih", "Melír"],
            },
        )
        self.assertEqual(services.split_all([], ["Střih, foukaná", "Střih"]), {})

    def test_the_spelling_with_diacritics_is_the_better_one(self):
        self.assertEqual(services.best_spelling(["DAMSKY STRIH", "dámský střih", "Dámský střih"]), "Dámský střih")
        self.assertEqual(services.best_spelling(["haircut", "Haircut", "HAIRCUT"]), "Haircut")
