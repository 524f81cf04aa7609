from enum import Enum

from odoo.fields import Domain
from pydantic import Field

from ...api.errors import invalid
from ...api.paging import Page, Paged, page_of
from ...api.shapes import Answer, Day, IdOf, LocalTime, Maybe, Moment, NameOf, Note, Number, Ref, Shape, Word, optional
from ...lib import clock
from ...lib.visit import STATES
from .facade import LISTS, v1

VisitState = Enum("VisitState", {state: state for state in STATES}, type=str)


class Visit(Answer):
    """An appointment or a walk-in; its service and staff are those of its first line."""

    id: int
    client_id: IdOf[int]
    client_name: NameOf[str] = Field(validation_alias="client_id")
    date: LocalTime = Field(validation_alias="start")
    state: VisitState
    service_id: IdOf[int | None]
    service_name: NameOf[str | None] = Field(validation_alias="service_id")
    note: Maybe[str]
    staff_name: Maybe[str]
    created: LocalTime = Field(validation_alias="create_date")


class VisitList(Paged[Visit]):
    """A page of visits."""


class VisitFilter(Page):
    """Which visits."""

    date_from: Day = optional()
    date_to: Day = optional(description="The whole day is included.")
    client_id: Number = optional()
    state: VisitState = optional()


class VisitCreate(Shape):
    """A visit to record."""

    client_id: Ref
    date: Moment = Field(
        default_factory=clock.now, description="Default now. Without an offset it is the company's local time."
    )
    service_id: Ref | None = None
    state: VisitState = Field(VisitState.done, strict=False)
    note: Note | None = None
    staff_name: Word | None = None


@v1.operation(
    "GET",
    "/visits",
    name="listVisits",
    tag="Visits",
    scope="visits:read",
    query=VisitFilter,
    gives=VisitList,
    statuses=LISTS,
)
def list_visits(env, asked):
    """List visits

    Newest first.
    """
    if asked.date_from and asked.date_to and asked.date_from > asked.date_to:
        raise invalid([("date_to", "out_of_range", "date_to lies before date_from")])
    visits = env["klientbox.visit"]
    domain = visits._get_days_domain(env.company, asked.date_from, asked.date_to)
    if asked.client_id:
        domain &= Domain("client_id", "=", asked.client_id)
    if asked.state:
        domain &= Domain("state", "=", asked.state.value)
    return page_of(visits, domain, asked, Visit, order="start desc, id desc")


@v1.operation(
    "POST",
    "/visits",
    name="createVisit",
    tag="Visits",
    scope="visits:write",
    takes=VisitCreate,
    gives=Visit,
    status=201,
    statuses=LISTS,
)
def create_visit(env, visit):
    """Record a visit"""
    return env["klientbox.visit"]._record(
        visit.client_id,
        visit.date,
        visit.state.value,
        service_id=visit.service_id,
        staff_name=visit.staff_name,
        note=visit.note,
    )
