from typing import Literal

from pydantic import Field

from ...api.paging import MOST, Page, Paged, PageSize, page_of
from ...api.shapes import Answer
from .facade import LISTS, v1


class Service(Answer):
    """What is sold."""

    id: int
    name: str
    duration_minutes: int = Field(ge=0, validation_alias="duration")
    price: float = Field(ge=0)
    active: Literal[True]


class ServiceList(Paged[Service]):
    """A page of services."""


class ServicePage(Page):
    """Which page; without a size, all that fit one."""

    per_page: PageSize = MOST


@v1.operation(
    "GET",
    "/services",
    name="listServices",
    tag="Services",
    scope="services:read",
    query=ServicePage,
    gives=ServiceList,
    statuses=LISTS,
)
def list_services(env, asked):
    """List active services"""
    return page_of(env["klientbox.service"], [], asked, Service, order="sequence, name, id")
