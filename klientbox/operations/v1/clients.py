from datetime import date
from enum import Enum
from typing import Annotated

from pydantic import ConfigDict, Field

from ...api.bulk import Items, Refused, Result, Results, create_each
from ...api.filters import CHOICE, COUNT, DAY, FLAG, ID, PHONE, TEXT, TIME, Column, filtered
from ...api.paging import Page, Paged, page_of
from ...api.shapes import (
    Answer,
    DaysSince,
    Deleted,
    Email,
    Line,
    LocalTime,
    Maybe,
    Name,
    Note,
    PersonPhone,
    Shape,
    Text,
    optional,
)
from ...api.sync import Polled, changes_of
from ...lib.client_status import STATUSES
from ...lib.text import LONGEST_SEARCH
from .facade import v1

ClientStatus = Enum("ClientStatus", {status: status for status in STATUSES}, type=str)


class Client(Answer):
    """A client of the company."""

    id: Annotated[int, Column(ID, merged_by="former_id")]
    name: Annotated[str, Column(TEXT, folded_in="search_key")]
    phone: Annotated[Maybe[str], Column(PHONE, folded_in="search_key", merged_by="phone")]
    email: Annotated[Maybe[str], Column(TEXT, folded_in="search_key", is_lowered=True)]
    status: Annotated[ClientStatus, Column(CHOICE)]
    last_visit_date: Annotated[Maybe[date], Column(DAY)]
    total_visits: Annotated[int, Column(COUNT)] = Field(ge=0)
    days_since_visit: DaysSince = Field(validation_alias="last_visit_date")
    sms_opt_out: Annotated[bool, Column(FLAG)]
    email_opt_out: Annotated[bool, Column(FLAG)]
    notes: Maybe[str]
    external_id: Annotated[Maybe[str], Column(TEXT, merged_by="external_id")]
    created: Annotated[LocalTime, Column(TIME)] = Field(validation_alias="create_date")


class ClientList(Paged[Client]):
    """A page of clients."""


@filtered(Client)
class ClientFilter(Polled, Page):
    """Filters of clients."""

    search: Text = optional(
        max_length=LONGEST_SEARCH, description="Part of the name, phone or e-mail; case and diacritics are ignored."
    )


class ClientCreate(Shape):
    """A new client."""

    name: Name
    phone: PersonPhone = Field(description="Unique in the company. Any notation; stored as E.164.")
    email: Email | None = None
    notes: Note | None = None
    sms_opt_out: bool = False
    email_opt_out: bool = False
    external_id: Line | None = Field(None, description="Your own id of the client; unique in the company.")


class ClientBulk(Shape):
    """New clients, each as in the request for a single one."""

    items: Items[ClientCreate]


class ClientResult(Result[Client]):
    """The result of one client of the request."""


class ClientResults(Results[ClientResult]):
    """The results of all clients of the request."""


class ClientUpdate(Shape):
    """The members to change; null clears e-mail, notes or external_id."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Name = optional()
    phone: PersonPhone = optional()
    email: Email | None = optional()
    notes: Note | None = optional()
    sms_opt_out: bool = optional()
    email_opt_out: bool = optional()
    external_id: Line | None = optional()


clients = v1.resource("/clients", "klientbox.client", "Client", gives=Client)


@clients.on_list(query=ClientFilter, gives=ClientList, is_direct=True)
def list_clients(env, query):
    """List clients

    Sorted by id, or by `sort`. With `updated_since`: changed clients, and in `deleted` those to remove from your copy.
    """
    records = env["klientbox.client"]
    if query.updated_since:
        return changes_of(records, query, Client)
    domain = records._get_search_domain(query.search or "")
    return page_of(records, domain, query, Client, by_pattern=bool(query.search))


@clients.on_create(takes=ClientCreate)
def create_client(env, client):
    """Create a client"""
    return env["klientbox.client"].create(client.model_dump())


@clients.on_create_many(takes=ClientBulk, gives=ClientResults)
def create_clients(env, bulk):
    """Create up to 500 clients

    Each item is accepted or refused separately. The results have the order of the items. It counts as one request.
    """
    items = [item if isinstance(item, Refused) else item.model_dump() for item in bulk.items]
    return create_each(env["klientbox.client"], items, clients.wire_names(ClientCreate))


@clients.on_read(merged=True, is_direct=True)
def get_client(env, client):
    """Read a client

    The id of a merged client returns the remaining client, with its own `id`.
    """
    return client


@clients.on_update(takes=ClientUpdate, merged=True)
def update_client(env, client, changes):
    """Change a client

    Only the members sent are changed. The id of a merged client changes the remaining client.
    """
    client.write(changes.sent())
    return client


@clients.on_delete(gives=Deleted)
def delete_client(env, client):
    """Deactivate a client

    The visits stay, and the phone may be used again. The id of a merged client is not found here.
    """
    client.action_archive()
    return {"deleted": True, "id": client.id}
