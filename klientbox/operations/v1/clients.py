from datetime import date
from enum import Enum
from typing import Literal

from odoo.fields import Domain
from pydantic import ConfigDict, Field

from ...api.paging import Page, Paged, page_of
from ...api.shapes import Answer, DaysSince, Email, LocalTime, Maybe, Name, Note, Phone, Shape, Text, optional
from ...lib.status import STATUSES
from .facade import LISTS, READS_ONE, WRITES_ONE, v1

ClientStatus = Enum("ClientStatus", {status: status for status in STATUSES}, type=str)


class Client(Answer):
    """A client of the company."""

    id: int
    name: str
    phone: Maybe[str]
    email: Maybe[str]
    status: ClientStatus
    last_visit_date: Maybe[date]
    total_visits: int = Field(ge=0)
    days_since_visit: DaysSince = Field(validation_alias="last_visit_date")
    sms_opt_out: bool
    email_opt_out: bool
    notes: Maybe[str]
    created: LocalTime = Field(validation_alias="create_date")


class ClientList(Paged[Client]):
    """A page of clients."""


class ClientFilter(Page):
    """Which clients."""

    search: Text = optional(description="Part of the name, phone or e-mail; case and diacritics don't count.")
    status: ClientStatus = optional()


class ClientCreate(Shape):
    """A client to be."""

    name: Name
    phone: Phone = Field(description="Unique in the company; any spelling, kept as E.164.")
    email: Email | None = None
    notes: Note | None = None
    sms_opt_out: bool = False
    email_opt_out: bool = False


class ClientUpdate(Shape):
    """The members to change; null clears e-mail or notes."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Name = optional()
    phone: Phone = optional()
    email: Email | None = optional()
    notes: Note | None = optional()
    sms_opt_out: bool = optional()
    email_opt_out: bool = optional()


class Deleted(Answer):
    """A client who is no longer served."""

    deleted: Literal[True]
    id: int


@v1.operation(
    "GET",
    "/clients",
    name="listClients",
    tag="Clients",
    scope="clients:read",
    query=ClientFilter,
    gives=ClientList,
    statuses=LISTS,
)
def list_clients(env, asked):
    """List clients"""
    clients = env["klientbox.client"]
    domain = clients._get_search_domain(asked.search or "")
    if asked.status:
        domain &= Domain("status", "=", asked.status.value)
    return page_of(clients, domain, asked, Client)


@v1.operation(
    "POST",
    "/clients",
    name="createClient",
    tag="Clients",
    scope="clients:write",
    takes=ClientCreate,
    gives=Client,
    status=201,
    statuses=LISTS,
)
def create_client(env, client):
    """Create a client"""
    return env["klientbox.client"].create(client.model_dump())


@v1.operation(
    "GET",
    "/clients/{id}",
    name="getClient",
    tag="Clients",
    scope="clients:read",
    subject="klientbox.client",
    gives=Client,
    statuses=READS_ONE,
)
def get_client(env, client):
    """Read a client"""
    return client


def update_client(env, client, changes):
    """Change a client

    Only the members sent are changed.
    """
    client.write(changes.sent())
    return client


for method, operation_id in (("PUT", "updateClient"), ("PATCH", "patchClient")):
    v1.operation(
        method,
        "/clients/{id}",
        name=operation_id,
        tag="Clients",
        scope="clients:write",
        subject="klientbox.client",
        takes=ClientUpdate,
        gives=Client,
        statuses=WRITES_ONE,
    )(update_client)


@v1.operation(
    "DELETE",
    "/clients/{id}",
    name="deleteClient",
    tag="Clients",
    scope="clients:write",
    subject="klientbox.client",
    gives=Deleted,
    statuses=READS_ONE,
)
def delete_client(env, client):
    """Deactivate a client

    The visits stay, and the phone may be used again.
    """
    client.action_archive()
    return {"deleted": True, "id": client.id}
