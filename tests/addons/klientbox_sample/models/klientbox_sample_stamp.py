from odoo import fields, models


class KlientboxSampleStamp(models.Model):
    """A stamp on a card: a model of the addon's own, with everything that can leave something behind."""

    _name = "klientbox.sample.stamp"
    _description = "Stamp"
    _inherit = ["klientbox.versioned", "klientbox.named", "mail.thread", "mail.activity.mixin"]

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    color = fields.Selection([("red", "Red"), ("blue", "Blue")], default="red")
    image = fields.Image()
    client_id = fields.Many2one("klientbox.client", ondelete="cascade", index=True)
    friend_ids = fields.Many2many("klientbox.client", string="Friends")

    _name_unique = models.UniqueIndex("(company_id, name)", "There is such a stamp.")
    _name_short = models.Constraint("CHECK(length(name) < 20)", "A stamp has a short name.")


class KlientboxClient(models.Model):
    _inherit = "klientbox.client"

    sample_stamp_id = fields.Many2one("klientbox.sample.stamp", "First stamp")
    sample_photo = fields.Image("Photo of the card")
