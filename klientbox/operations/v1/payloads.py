import json
from enum import Enum

from odoo import models
from pydantic import Field

from ...api.shapes import Answer, IdOf, LocalTime, Maybe
from ...lib import webhook
from ...lib.message import STATES
from .clients import Client
from .visits import Visit

MessageState = Enum("MessageState", {state: state for state in STATES}, type=str)


class Message(Answer):
    """A message to a client."""

    id: int
    client_id: IdOf[int | None]
    channel: str
    trigger: Maybe[str]
    state: MessageState
    reason: Maybe[str]
    created: LocalTime = Field(validation_alias="create_date")


SHAPES = {webhook.CLIENT: Client, webhook.VISIT: Visit, webhook.MESSAGE: Message}


class KlientboxWebhook(models.Model):
    """What a webhook tells of a record is what GET of it gives: so this part of the model lives beside the shapes."""

    _inherit = "klientbox.webhook"

    def _data_of(self, model, ids):
        """See models/klientbox_webhook.py. Read as the API reads: by its own user, in the webhook's company alone."""
        self.ensure_one()
        user = self.env.ref("klientbox.user_api")
        context = {"lang": "en_US", "allowed_company_ids": self.company_id.ids}
        env = self.env(user=user.id, su=False, context=context)
        company = env.company
        shape, zone = (
            SHAPES[model],
            {"zone": company._klientbox_settings().timezone, "region": company._klientbox_region},
        )
        return {
            record.id: json.loads(shape.model_validate(record, context=zone).model_dump_json())
            for record in env[model].search([("id", "in", ids)])
        }
