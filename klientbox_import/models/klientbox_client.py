from markupsafe import Markup
from odoo import api, models


class KlientboxClient(models.Model):
    _inherit = "klientbox.client"

    @api.model
    def get_empty_list_help(self, help_message):
        """Managers see a link to the import."""
        if not self.env.user.has_group("klientbox.group_manager"):
            return help_message
        text = self.env._("Import a card file, or clients and visits from another system")
        return (help_message or Markup()) + Markup('<p><a href="/odoo/klientbox-import">%s</a></p>') % text
