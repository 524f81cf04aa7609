from enum import Enum
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from ...api.filters import AMOUNT, CHOICE, COUNT, ID, REF, TEXT, TIME, Column, check_days, filtered
from ...api.paging import Page, Paged, page_of
from ...api.shapes import Answer, Day, IdOf, LocalTime, Maybe, NameOf, optional
from ...lib import address, client_status, message
from .facade import v1

Channel = Enum("Channel", {channel: channel for channel in (address.SMS, address.EMAIL)}, type=str)
Direction = Enum("Direction", {"out": "out", "in": "in"}, type=str)
MessageState = Enum("MessageState", {state: state for state in message.STATES}, type=str)
Trigger = Enum("Trigger", {trigger: trigger for trigger in client_status.DUE}, type=str)
# Odoo's numbers know no empty value; of these none is ever 0.
Positive = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(lambda number: number or None)]
Cost = Annotated[Annotated[float, Field(ge=0)] | None, BeforeValidator(lambda amount: amount or None)]


class Message(Answer):
    """An SMS or e-mail: an outgoing message or an incoming reply. Read-only."""

    id: Annotated[int, Column(ID)]
    client_id: Annotated[IdOf[int | None], Column(REF, merged_by="former_id")]
    client_name: NameOf[str | None] = Field(validation_alias="client_id")
    direction: Annotated[Direction, Column(CHOICE)]
    channel: Annotated[Channel, Column(CHOICE)]
    state: Annotated[MessageState, Column(CHOICE)]
    trigger: Annotated[Maybe[Trigger], Column(CHOICE)] = Field(
        description="The client's status when a rule queued the message; null for other messages."
    )
    step: Annotated[Positive, Column(COUNT)] = Field(description="Number of the step in the rule.")
    reason: Annotated[Maybe[str], Column(TEXT)] = Field(
        description="Short code: why the message is cancelled, failed or unknown."
    )
    subject: Maybe[str]
    body: Maybe[str]
    parts: Positive = Field(description="Number of SMS parts.")
    cost: Annotated[Cost, Column(AMOUNT)] = Field(description="Null if the cost is unknown.")
    currency: NameOf[str] = Field(validation_alias="currency_id")
    queued: LocalTime | None = Field(validation_alias="create_date", description="Null for an incoming message.")
    sent: Annotated[Maybe[LocalTime], Column(TIME)] = Field(validation_alias="sent_at")
    delivered: Annotated[Maybe[LocalTime], Column(TIME)] = Field(validation_alias="delivered_at")
    created: Annotated[LocalTime, Column(TIME)] = Field(validation_alias="create_date")

    @model_validator(mode="after")
    def _remove_queueing_time_of_incoming(self):
        if self.direction.value == "in":
            self.queued = None
        return self


class MessageList(Paged[Message]):
    """A page of messages."""


@filtered(Message)
class MessageFilter(Page):
    """Filters of messages."""

    date_from: Day = optional(description="Local day of sending or receipt; for a waiting message the planned day.")
    date_to: Day = optional(description="The whole day is included.")


messages = v1.resource("/messages", "klientbox.message", "Message", gives=Message)


@messages.on_list(query=MessageFilter, gives=MessageList, is_direct=True)
def list_messages(env, query):
    """List messages

    Newest first, or by `sort`.
    """
    check_days(query.date_from, query.date_to)
    records = env["klientbox.message"]
    domain = records._get_days_domain(query.date_from, query.date_to)
    return page_of(records, domain, query, Message, order="id desc")


@messages.on_read(is_direct=True)
def get_message(env, message):
    """Read a message"""
    return message
