import json

from odoo import models

from ...lib import clock, webhook
from .clients import Client
from .messages import Message
from .visits import Visit

SHAPES = {webhook.CLIENT: Client, webhook.VISIT: Visit, webhook.MESSAGE: Message}


class KlientboxWebhook(models.Model):
    """A webhook's payload of a record is the answer to GET of it: so this part of the model is beside the shapes."""

    _inherit = "klientbox.webhook"

    def _data_of(self, model, ids):
        """See the model. Read as the API reads: by its own user, in the webhook's company alone."""
        self.ensure_one()
        user = self.env.ref("klientbox.user_api")
        context = {"lang": "en_US", "allowed_company_ids": self.company_id.ids}
        env = self.env(user=user.id, su=False, context=context)
        company, shape = env.company, SHAPES[model]
        zone = company._klientbox_settings().timezone
        reading = {"zone": zone, "region": company._klientbox_region, "today": clock.today(zone)}
        return {
            record.id: json.loads(shape.model_validate(record, context=reading).model_dump_json())
            for record in env[model].search([("id", "in", ids)])
        }
