from enum import Enum
from typing import Annotated, Literal

from odoo.fields import Domain
from pydantic import BeforeValidator, ConfigDict, Field

from ...api.paging import Page, Paged, page_of
from ...api.shapes import Answer, IdOf, LocalTime, Maybe, Name, Shape, Text, optional
from ...lib.webhook import EVENTS
from .facade import v1

DeliveryState = Enum("DeliveryState", {state: state for state in ("pending", "sending", "delivered", "dead")}, type=str)
DisabledReason = Enum("DisabledReason", {reason: reason for reason in ("by_hand", "gone", "failing")}, type=str)
CHOICE = f"Names of events, families such as `client.*`, or `*` for everything. Known are: {', '.join(EVENTS)}."


class Webhook(Answer):
    """An address to which events are posted."""

    id: int
    name: str
    url: str
    events: Annotated[list[str], BeforeValidator(str.split)] = Field(description=CHOICE)
    enabled: bool
    disabled_reason: Maybe[DisabledReason] = Field(description="Why it is off.")
    failing_since: Maybe[LocalTime] = Field(description="The first of the failures without a success since.")
    created: LocalTime = Field(validation_alias="create_date")


class WebhookWithSecret(Webhook):
    """A webhook at the only moments when its signing secret is told."""

    secret: str = Field(description="Signs what is sent: keep it, it is not shown again.")


class WebhookList(Paged[Webhook]):
    """A page of webhooks."""


class WebhookCreate(Shape):
    """A webhook to be."""

    url: Text = Field(max_length=2000, description="https on the open Internet, port 443 or 8443.")
    name: Name | None = Field(None, description="Who listens there; default is the host.")
    events: list[Text] = Field(default_factory=lambda: ["*"], min_length=1, max_length=len(EVENTS), description=CHOICE)
    enabled: bool = True


class WebhookUpdate(Shape):
    """The members to change."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    url: Text = optional(max_length=2000)
    name: Name = optional()
    events: list[Text] = optional(min_length=1, max_length=len(EVENTS), description=CHOICE)
    enabled: bool = optional()


class WebhookDeleted(Answer):
    """A webhook that is gone, with its deliveries."""

    deleted: Literal[True]
    id: int


class Delivery(Answer):
    """One event on its way to one webhook."""

    id: int
    webhook_id: IdOf[int]
    event_id: str = Field(description="The header webhook-id, the same however often it is sent.")
    type: str
    sequence: int = Field(ge=1)
    state: DeliveryState
    attempts: int = Field(ge=0)
    next_attempt: Maybe[LocalTime] = Field(validation_alias="next_at")
    last_attempt: Maybe[LocalTime] = Field(validation_alias="tried_at")
    http_status: Annotated[int | None, BeforeValidator(lambda status: status or None)] = Field(
        validation_alias="last_status", description="Of the last attempt that was answered."
    )
    error: Maybe[str] = Field(validation_alias="last_error", description="A short word, as timeout or http_500.")
    duration_ms: int = Field(validation_alias="duration", ge=0, description="Of the last attempt.")
    created: LocalTime = Field(validation_alias="create_date")


class DeliveryList(Paged[Delivery]):
    """A page of deliveries."""


class DeliveryFilter(Page):
    """Which deliveries of the webhook."""

    state: DeliveryState = optional()


webhooks = v1.resource("/webhooks", "klientbox.webhook", "Webhook", gives=Webhook)


@webhooks.on_list(query=Page, gives=WebhookList)
def list_webhooks(env, query):
    """List webhooks"""
    return page_of(env["klientbox.webhook"], [], query, Webhook)


@webhooks.on_create(takes=WebhookCreate, gives=WebhookWithSecret, gives_secret=True)
def create_webhook(env, webhook):
    """Create a webhook

    The answer holds the signing secret, this once. At most 20 a company.
    """
    return _with_secret(*env["klientbox.webhook"]._subscribe(**webhook.model_dump()))


@webhooks.on_read()
def get_webhook(env, webhook):
    """Read a webhook"""
    return webhook


@webhooks.on_one("PATCH", "", "updateWebhook", takes=WebhookUpdate)
def update_webhook(env, webhook, changes):
    """Change a webhook

    Switched on again, it hears what happens from then on.
    """
    webhook._change(changes.sent())
    return webhook


@webhooks.on_delete(gives=WebhookDeleted)
def delete_webhook(env, webhook):
    """Delete a webhook

    What waits to be delivered goes with it.
    """
    webhook_id = webhook.id
    webhook.unlink()
    return {"deleted": True, "id": webhook_id}


@webhooks.on_one("POST", "/rotate", "rotateWebhookSecret", gives=WebhookWithSecret, gives_secret=True)
def rotate_secret(env, webhook):
    """Make another signing secret

    For 24 hours the previous one signs as well.
    """
    return _with_secret(webhook, webhook._rotate())


@webhooks.on_one("POST", "/test", "testWebhook", gives=Delivery, status=201)
def test_webhook(env, webhook):
    """Send a test event

    Its type is webhook.test.
    """
    return webhook._test()


@webhooks.on_one("GET", "/deliveries", "listWebhookDeliveries", query=DeliveryFilter, gives=DeliveryList)
def list_deliveries(env, webhook, query):
    """List deliveries of a webhook

    Newest first. Delivered ones are kept for 30 days, others for 90.
    """
    domain = Domain("webhook_id", "=", webhook.id)
    if query.state:
        domain &= Domain("state", "=", query.state.value)
    return page_of(env["klientbox.webhook.delivery"], domain, query, Delivery, order="id desc")


@v1.operation(
    "POST",
    "/webhooks/deliveries/{id}/replay",
    name="replayWebhookDelivery",
    tag="Webhooks",
    scope="webhooks:write",
    subject="klientbox.webhook.delivery",
    gives=Delivery,
)
def replay_delivery(env, delivery):
    """Send a delivery again

    The event keeps its id. One that is on its way is left alone.
    """
    delivery._replay()
    return delivery


def _with_secret(webhook, secret):
    """The one answer that contains the secret; the record itself returns it to nobody."""
    return {**{name: webhook[name] for name in Webhook.field_names()}, "secret": secret}
