"""Fields that a file may fill and an export writes, and one meaning that is not declared."""

from odoo import api, fields, models
from odoo.addons.klientbox_import.lib.added_fields import DAY, NUMBER, AddedField
from odoo.addons.klientbox_import.lib.column_headers import CLIENT, VISIT
from odoo.addons.klientbox_import.lib.values import Unreadable

MEANINGS = [
    ("sample_card", "Sample card"),
    ("sample_bonus", "Bonus"),
    ("sample_since", "Bonus since"),
    ("sample_favourite_id", "Favourite"),
    ("sample_room", "Room"),
    # An addon that forgets to declare it.
    ("sample_undeclared", "Undeclared"),
]
BONUSES = {"silver": "silver, stříbrná", "gold": "gold, zlatá"}


def read_bonus(text):
    """The bonus of a word."""
    for bonus, words in BONUSES.items():
        if text.lower() in words.split(", "):
            return bonus
    raise Unreadable("unknown_bonus")


class KlientboxClient(models.Model):
    _inherit = "klientbox.client"

    sample_bonus = fields.Selection([("silver", "Silver"), ("gold", "Gold")])
    sample_since = fields.Date("Bonus since")
    sample_favourite_id = fields.Many2one("klientbox.staff", "Favourite", check_company=True)


class KlientboxImport(models.Model):
    _inherit = "klientbox.import"

    @api.model
    def _added_fields(self):
        return {
            **super()._added_fields(),
            "sample_card": AddedField("Sample card", CLIENT, "bonus card", is_unique=True),
            "sample_bonus": AddedField("Bonus", CLIENT, read=read_bonus),
            "sample_since": AddedField("Bonus since", CLIENT, kind=DAY, is_optional=True),
            "sample_favourite_id": AddedField("Favourite", CLIENT),
            "sample_room": AddedField("Room", VISIT, "kabina", kind=NUMBER),
        }

    def _prepare_added_vals(self, about, values):
        """A member of staff by their name; an unknown one is left out."""
        vals = super()._prepare_added_vals(about, values)
        if name := vals.pop("sample_favourite_id", None):
            staff = [("name", "=", name), ("company_id", "=", self.company_id.id)]
            vals["sample_favourite_id"] = self.env["klientbox.staff"].search(staff, limit=1).id
        return vals

    @api.model
    def _problem_texts(self):
        return {**super()._problem_texts(), "unknown_bonus": self.env._("this is not a bonus of ours")}


class KlientboxImportColumn(models.Model):
    _inherit = "klientbox.import.column"

    field = fields.Selection(selection_add=MEANINGS, ondelete=dict.fromkeys(dict(MEANINGS), "set null"))
