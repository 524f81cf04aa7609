from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from ...api.filters import AMOUNT, COUNT, ID, TEXT, Column, filtered
from ...api.paging import MOST, Page, Paged, PageSize, page_of
from ...api.shapes import Answer, Deleted, Name, Shape, optional, whole
from ...api.sync import Polled, changes_of
from .facade import v1

A_YEAR = 366 * 24 * 60
Minutes = Annotated[int, Field(ge=1, le=A_YEAR), BeforeValidator(whole)]
Price = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]


class Service(Answer):
    """A service that the company sells."""

    id: Annotated[int, Column(ID)]
    name: Annotated[str, Column(TEXT)]
    duration_minutes: Annotated[int, Column(COUNT)] = Field(ge=0, validation_alias="duration")
    price: Annotated[float, Column(AMOUNT)] = Field(ge=0)
    active: Literal[True]


class ServiceList(Paged[Service]):
    """A page of services."""


@filtered(Service)
class ServiceFilter(Polled, Page):
    """Filters and page of services. The default page size is the maximum."""

    per_page: PageSize = MOST


class ServiceCreate(Shape):
    """A new service."""

    name: Name
    duration_minutes: Minutes = 30
    price: Price = 0.0

    def vals(self):
        """The values for the model."""
        return {"name": self.name, "duration": self.duration_minutes, "price": self.price}


class ServiceUpdate(Shape):
    """The members to change. Recorded visits keep their duration and price."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Name = optional()
    duration_minutes: Minutes = optional()
    price: Price = optional()

    def vals(self):
        """The values for the model."""
        return {{"duration_minutes": "duration"}.get(name, name): value for name, value in self.sent().items()}


services = v1.resource("/services", "klientbox.service", "Service", gives=Service)


@services.on_list(query=ServiceFilter, gives=ServiceList, is_direct=True)
def list_services(env, query):
    """List active services

    In the company's own order, or by `sort`. With `updated_since`: changed services, and in `deleted` those to remove
    from your copy.
    """
    records = env["klientbox.service"]
    if query.updated_since:
        return changes_of(records, query, Service)
    return page_of(records, [], query, Service, order="sequence, name, id")


@services.on_create(takes=ServiceCreate)
def create_service(env, service):
    """Create a service"""
    return env["klientbox.service"].create(service.vals())


@services.on_read(is_direct=True)
def get_service(env, service):
    """Read a service"""
    return service


@services.on_update(takes=ServiceUpdate)
def update_service(env, service, changes):
    """Change a service

    Only the members sent are changed.
    """
    service.write(changes.vals())
    return service


@services.on_delete(gives=Deleted)
def delete_service(env, service):
    """Deactivate a service

    Existing visits keep the service; new visits can't use it.
    """
    service.action_archive()
    return {"deleted": True, "id": service.id}
