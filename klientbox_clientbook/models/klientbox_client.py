from odoo import api, fields, models
from odoo.addons.klientbox.lib import text
from odoo.fields import Domain

from .klientbox_clientbook_record import MOST_ID

# Client Book's members that are our fields under another name.
OWN_FIELDS = {"name", "given_name", "family_name", "phone", "email", "birth_date", "gender", "tag_ids", "active"}
GENDERS = [("female", "Female"), ("male", "Male")]


class KlientboxClient(models.Model):
    """Client Book's fields of a client beyond our own: two addresses, sizes, and the same of the partner."""

    _name = "klientbox.client"
    _inherit = ["klientbox.client", "klientbox.clientbook.record"]

    clientbook_first_name = fields.Char("Given name in Client Book", compute="_compute_clientbook_names")
    clientbook_last_name = fields.Char("Family name in Client Book", compute="_compute_clientbook_names")
    clientbook_home_phone = fields.Char("Phone at home")
    clientbook_work_phone = fields.Char("Phone at work")
    clientbook_contact_preference = fields.Char("Prefers to be contacted by")
    clientbook_contacted_at = fields.Datetime("Last contacted")
    clientbook_heard = fields.Char("Heard about us from")
    clientbook_anniversary = fields.Char("Anniversary")
    clientbook_finger_size = fields.Char("Finger size")
    clientbook_image = fields.Char("Photo", help="Address of the picture.")
    clientbook_street = fields.Char("Home street")
    clientbook_apartment = fields.Char("Apartment")
    clientbook_city = fields.Char("City")
    clientbook_state = fields.Char("Region")
    clientbook_zip = fields.Char("ZIP")
    clientbook_street_2 = fields.Char("Second street")
    clientbook_apartment_2 = fields.Char("Second apartment")
    clientbook_city_2 = fields.Char("Second city")
    clientbook_state_2 = fields.Char("Second region")
    clientbook_zip_2 = fields.Char("Second ZIP")

    clientbook_partner_first_name = fields.Char("Partner's given name")
    clientbook_partner_last_name = fields.Char("Partner's family name")
    clientbook_partner_gender = fields.Selection(GENDERS, "Partner's gender")
    clientbook_partner_birth_date = fields.Date("Partner's birth date")
    clientbook_partner_email = fields.Char("Partner's e-mail")
    clientbook_partner_cell_phone = fields.Char("Partner's mobile phone")
    clientbook_partner_home_phone = fields.Char("Partner's phone at home")
    clientbook_partner_work_phone = fields.Char("Partner's phone at work")
    clientbook_partner_contact_preference = fields.Char("Partner prefers to be contacted by")
    clientbook_partner_finger_size = fields.Char("Partner's finger size")
    clientbook_partner_bracelet_size = fields.Char("Partner's bracelet size")
    clientbook_partner_necklace_size = fields.Char("Partner's necklace size")
    clientbook_partner_image = fields.Char("Partner's photo", help="Address of the picture.")
    clientbook_partner_street = fields.Char("Partner's street")
    clientbook_partner_apartment = fields.Char("Partner's apartment")
    clientbook_partner_city = fields.Char("Partner's city")
    clientbook_partner_state = fields.Char("Partner's region")
    clientbook_partner_zip = fields.Char("Partner's ZIP")
    clientbook_partner_street_2 = fields.Char("Partner's second street")
    clientbook_partner_apartment_2 = fields.Char("Partner's second apartment")
    clientbook_partner_city_2 = fields.Char("Partner's second city")
    clientbook_partner_state_2 = fields.Char("Partner's second region")
    clientbook_partner_zip_2 = fields.Char("Partner's second ZIP")

    repair_ids = fields.One2many("klientbox.repair", "client_id", "Repairs")
    special_order_ids = fields.One2many("klientbox.special.order", "client_id", "Special orders")
    wishlist_item_ids = fields.One2many("klientbox.wishlist.item", "client_id", "Wish list")
    purchase_ids = fields.One2many("klientbox.purchase", "client_id", "Purchases")

    @api.depends("name", "given_name", "family_name")
    def _compute_clientbook_names(self):
        """Of a client with a single name, the last word is the family name."""
        for client in self:
            first, last = client.given_name, client.family_name
            if not first and not last:
                first, _, last = (client.name or "").rpartition(" ")
            client.clientbook_first_name, client.clientbook_last_name = first, last

    def _kept_for(self):
        return super()._kept_for() | {
            "klientbox.repair": self.env._("repairs"),
            "klientbox.special.order": self.env._("special orders"),
            "klientbox.wishlist.item": self.env._("wishes"),
            "klientbox.purchase": self.env._("purchases"),
        }

    def _prepare_erasure_vals(self):
        """Both addresses, sizes and the partner, and the numbers by which an integration identifies the client."""
        mine = (name for name, field in self._fields.items() if name.startswith("clientbook_") and field.store)
        return super()._prepare_erasure_vals() | dict.fromkeys(mine, False)

    def _erase_belongings(self):
        """Dates, prices and article numbers of purchases, orders and repairs stay, without personal data."""
        for name in ("repair_ids", "special_order_ids", "wishlist_item_ids", "purchase_ids"):
            self[name].write(self[name]._prepare_erasure_vals())
        return super()._erase_belongings()

    @api.model
    def _clientbook_search_domain(self, text):
        return self._get_search_domain(text)

    @api.model
    def _clientbook_get(self, text):
        """The number of a merged entry means the remaining client."""
        client = super()._clientbook_get(text)
        if client or not text.isascii() or not text.isdecimal() or len(text) > len(str(MOST_ID)) or int(text) > MOST_ID:
            return client
        return self._survivor(int(text)).filtered_domain(self._clientbook_domain({}))

    @api.model
    def _clientbook_of_number(self, text):
        """See _clientbook_get."""
        client = super()._clientbook_of_number(text)
        if client or not text:
            return client
        numbers = Domain("alias_ids.clientbook_new_id", "=", text) | Domain("alias_ids.clientbook_old_id", "=", text)
        return self.search(self._clientbook_domain({}) & numbers, order="id", limit=1)

    def _clientbook_fields(self):
        mine = {name for name in self._fields if name.startswith("clientbook_")}
        return mine | OWN_FIELDS

    def _clientbook_prepare(self, vals):
        """One half of a name leaves the other unchanged; interests are tags."""
        vals = dict(vals)
        names = {
            field: vals.pop(wire)
            for wire, field in (("clientbook_first_name", "given_name"), ("clientbook_last_name", "family_name"))
            if wire in vals
        }
        if names:
            vals |= {"given_name": self.clientbook_first_name, "family_name": self.clientbook_last_name} | names
        if "tag_ids" in vals:
            vals["tag_ids"] = [fields.Command.set(self._clientbook_tags(vals["tag_ids"]).ids)]
        if vals.get("gender") is False and self.gender == "other":
            # Client Book has no value for it, so it can't be meant as a change.
            del vals["gender"]
        return vals

    @api.model
    def _clientbook_tags(self, names):
        """The company's tags of these names, ignoring case and diacritics; new ones are created."""
        tags = self.env["klientbox.tag"]
        company = self.env.company
        known = {text.fold(tag.name): tag for tag in tags.search([("company_id", "=", company.id)])}
        wanted = {text.fold(name): name for name in names}
        new = tags.create(
            [{"name": name, "company_id": company.id} for key, name in wanted.items() if key not in known]
        )
        return tags.union(*(known[key] for key in wanted if key in known), new)
