from odoo.addons.klientbox.api.paging import Page, Paged, page_of
from odoo.addons.klientbox.api.shapes import Answer, Line, Maybe, Number, Shape, optional
from odoo.addons.klientbox.operations.v1 import v1
from odoo.fields import Domain
from pydantic import Field


class Card(Answer):
    """The card of a client."""

    id: int
    card: Maybe[str] = Field(validation_alias="sample_card")


class CardList(Paged[Card]):
    """A page of cards."""


class ClientFilter(Page):
    """The client whose card it is."""

    client_id: Number = optional()


class CardChange(Shape):
    """The card to give."""

    card: Line


# Clients unchanged, so the scope is theirs.
cards = v1.resource("/clients", "klientbox.client", "Card", gives=Card)


@cards.on_one("PUT", "/card", "giveCard", takes=CardChange)
def give_card(env, client, change):
    """Give a client a card"""
    client.sample_card = change.card
    client.flush_recordset()
    return client


@v1.operation("GET", "/cards", name="listCards", tag="Cards", scope="clients:read", query=ClientFilter, gives=CardList)
def list_cards(env, query):
    """List cards"""
    domain = Domain("sample_card", "!=", False)
    if query.client_id:
        domain &= Domain("id", "=", query.client_id)
    return page_of(env["klientbox.client"], domain, query, Card)
