from enum import Enum
from typing import Annotated, Literal

from odoo.fields import Domain
from pydantic import BeforeValidator, ConfigDict, Field

from ...api.errors import ApiError
from ...api.paging import Page, Paged, page_of
from ...api.shapes import Answer, IdOf, LocalTime, Maybe, Name, Shape, Text, optional
from ...lib.webhook import EVENTS, scopes_of
from .facade import v1

DeliveryState = Enum("DeliveryState", {state: state for state in ("pending", "sending", "delivered", "dead")}, type=str)
DisabledReason = Enum("DisabledReason", {reason: reason for reason in ("by_hand", "gone", "failing")}, type=str)
CHOICE = (
    "Names of events, families such as `client.*`, or `*` for everything. The key needs the scope to read what they"
    f" contain. Known events: {', '.join(EVENTS)}."
)


class Webhook(Answer):
    """A URL that receives events."""

    id: int
    name: str
    url: str
    events: Annotated[list[str], BeforeValidator(str.split)] = Field(description=CHOICE)
    enabled: bool
    disabled_reason: Maybe[DisabledReason] = Field(description="Why the webhook is disabled.")
    failing_since: Maybe[LocalTime] = Field(description="Time of the first failure after the last success.")
    created: LocalTime = Field(validation_alias="create_date")


class WebhookWithSecret(Webhook):
    """A webhook with its signing secret: after creation and after a rotation only."""

    secret: str = Field(description="Key of the signature. Store it: it is not shown again.")


class WebhookList(Paged[Webhook]):
    """A page of webhooks."""


class WebhookCreate(Shape):
    """A new webhook."""

    url: Text = Field(max_length=2000, description="A public https URL, port 443 or 8443.")
    name: Name | None = Field(None, description="Name of the receiver; default: the host.")
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
    """The deleted webhook."""

    deleted: Literal[True]
    id: int


class Delivery(Answer):
    """The delivery of one event to one webhook."""

    id: int
    webhook_id: IdOf[int]
    event_id: str = Field(description="The header `webhook-id`; the same for every attempt.")
    type: str
    sequence: int = Field(ge=1)
    state: DeliveryState
    attempts: int = Field(ge=0)
    next_attempt: Maybe[LocalTime] = Field(validation_alias="next_at")
    last_attempt: Maybe[LocalTime] = Field(validation_alias="tried_at")
    http_status: Annotated[int | None, BeforeValidator(lambda status: status or None)] = Field(
        validation_alias="last_status", description="Status of the last response."
    )
    error: Maybe[str] = Field(validation_alias="last_error", description="Short code, as `timeout` or `http_500`.")
    duration_ms: int = Field(validation_alias="duration", ge=0, description="Duration of the last attempt.")
    created: LocalTime = Field(validation_alias="create_date")


class DeliveryList(Paged[Delivery]):
    """A page of deliveries."""


class DeliveryFilter(Page):
    """Filters of the webhook's deliveries."""

    state: DeliveryState = optional()


webhooks = v1.resource("/webhooks", "klientbox.webhook", "Webhook", gives=Webhook)


@webhooks.on_list(query=Page, gives=WebhookList)
def list_webhooks(env, query):
    """List webhooks"""
    return page_of(env["klientbox.webhook"], [], query, Webhook)


@webhooks.on_create(takes=WebhookCreate, gives=WebhookWithSecret, gives_secret=True)
def create_webhook(env, webhook):
    """Create a webhook

    The response contains the signing secret, which is not shown again. A company has at most 20 webhooks. The key needs
    the read scope of each event's resource, and the webhook receives events as long as the key has it.
    """
    _require_readable(env, webhook.events)
    return _with_secret(*env["klientbox.webhook"]._subscribe(**webhook.model_dump()))


@webhooks.on_read()
def get_webhook(env, webhook):
    """Read a webhook"""
    return webhook


@webhooks.on_one("PATCH", "", "updateWebhook", takes=WebhookUpdate)
def update_webhook(env, webhook, changes):
    """Change a webhook

    A webhook that is enabled again receives the events from then on. The key needs the read scope of each event's
    resource; after a change of URL or events they are limited to what this key may read.
    """
    sent = changes.sent()
    present = webhook.events.split()
    # Waiting events go to the new URL.
    waiting = present if sent.get("url", webhook.url) != webhook.url else ()
    _require_readable(env, [*sent.get("events", present), *waiting])
    webhook._change(sent)
    return webhook


@webhooks.on_delete(gives=WebhookDeleted)
def delete_webhook(env, webhook):
    """Delete a webhook

    Waiting deliveries are deleted with it.
    """
    webhook_id = webhook.id
    webhook.unlink()
    return {"deleted": True, "id": webhook_id}


@webhooks.on_one("POST", "/rotate", "rotateWebhookSecret", gives=WebhookWithSecret, gives_secret=True)
def rotate_secret(env, webhook):
    """Rotate the signing secret

    For 24 hours events are signed with both secrets. The key needs the read scope of each event's resource.
    """
    _require_readable(env, webhook.events.split())
    return _with_secret(webhook, webhook._rotate())


@webhooks.on_one("POST", "/test", "testWebhook", gives=Delivery, status=201)
def test_webhook(env, webhook):
    """Send a test event

    Its type is webhook.test. The key needs the read scope of each of the webhook's events.
    """
    _require_readable(env, webhook.events.split())
    return webhook._test()


@webhooks.on_one("GET", "/deliveries", "listWebhookDeliveries", query=DeliveryFilter, gives=DeliveryList)
def list_deliveries(env, webhook, query):
    """List deliveries of a webhook

    Newest first. Deliveries are kept for 90 days, successful ones for 30 days.
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
    # As in the published document; the id is the delivery's.
    noun="webhook",
    gives=Delivery,
)
def replay_delivery(env, delivery):
    """Send a delivery again

    The event keeps its id. A delivery in progress is not changed. The key needs the read scope of each of the webhook's
    events.
    """
    _require_readable(env, delivery.webhook_id.events.split())
    delivery._replay()
    return delivery


def _require_readable(env, events):
    """Raise ApiError unless the key may read what these events contain: a webhook is no way around its scopes."""
    _key, admission = env["klientbox.api.key"]._present()
    written = env["klientbox.webhook"]._events_text(events)
    missing = [scope for scope in scopes_of(written.split()) if scope not in admission.scopes]
    if missing:
        names = ", ".join(missing)
        raise ApiError(403, "scope_missing", f"This API key lacks scopes that these events require: {names}.")


def _with_secret(webhook, secret):
    """The only response with the secret; it can't be read from the record."""
    return {**{name: webhook[name] for name in Webhook.field_names()}, "secret": secret}
