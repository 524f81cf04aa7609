from enum import Enum
from typing import Annotated

from pydantic import ConfigDict, Field

from ...api.bulk import Items, Refused, Result, Results, create_each
from ...api.filters import CHOICE, ID, REF, TIME, Column, check_days, filtered
from ...api.paging import Page, Paged, page_of
from ...api.shapes import Answer, Day, IdOf, Line, LocalTime, Maybe, Moment, NameOf, Note, Ref, Shape, optional
from ...api.sync import Polled, changes_of
from ...lib import clock
from ...lib.visit import STATES
from .facade import v1

VisitState = Enum("VisitState", {state: state for state in STATES}, type=str)


class Visit(Answer):
    """An appointment or a walk-in; its service and staff are those of its first line."""

    id: Annotated[int, Column(ID)]
    client_id: Annotated[IdOf[int], Column(REF, merged_by="former_id")]
    client_name: NameOf[str] = Field(validation_alias="client_id")
    date: Annotated[LocalTime, Column(TIME)] = Field(validation_alias="start")
    state: Annotated[VisitState, Column(CHOICE)]
    service_id: IdOf[int | None]
    service_name: NameOf[str | None] = Field(validation_alias="service_id")
    note: Maybe[str]
    staff_name: Maybe[str]
    created: Annotated[LocalTime, Column(TIME)] = Field(validation_alias="create_date")


class VisitList(Paged[Visit]):
    """A page of visits."""


@filtered(Visit)
class VisitFilter(Polled, Page):
    """Filters of visits."""

    date_from: Day = optional()
    date_to: Day = optional(description="The whole day is included.")


class VisitCreate(Shape):
    """A visit to record."""

    client_id: Ref = Field(description="The id of a merged client means the remaining client.")
    date: Moment = Field(
        default_factory=clock.now, description="Default: now. Without an offset: the company's local time."
    )
    service_id: Ref | None = None
    state: VisitState = Field(VisitState.done, strict=False)
    note: Note | None = None
    staff_name: Line | None = None

    def as_vals(self):
        """The values for the model."""
        return {**self.model_dump(exclude={"date", "state"}), "start": self.date, "state": self.state.value}


class VisitUpdate(Shape):
    """The members to change; null clears service, note or staff."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    date: Moment = optional()
    state: VisitState = optional(strict=False)
    service_id: Ref | None = optional(description="If the visit has several services: the first one.")
    note: Note | None = optional()
    staff_name: Line | None = optional()

    def as_vals(self):
        """The values for the model."""
        vals = self.sent()
        if "date" in vals:
            vals["start"] = vals.pop("date")
        if "state" in vals:
            vals["state"] = vals["state"].value
        return vals


class VisitBulk(Shape):
    """Visits to record, each as in the request for a single one."""

    items: Items[VisitCreate]


class VisitResult(Result[Visit]):
    """The result of one visit of the request."""


class VisitResults(Results[VisitResult]):
    """The results of all visits of the request."""


def lock(env, visit_id, members):
    """Wait for others who change visits of the same clients; invalid ids are refused later."""
    items = members if isinstance(members, dict) else {}
    items = items["items"] if isinstance(items.get("items"), list) else [items]
    client_ids = [item.get("client_id") for item in items if isinstance(item, dict)]
    env["klientbox.visit"].browse(visit_id)._lock_with_clients(each for each in client_ids if type(each) is int)


visits = v1.resource("/visits", "klientbox.visit", "Visit", gives=Visit)


@visits.on_list(query=VisitFilter, gives=VisitList, is_direct=True)
def list_visits(env, query):
    """List visits

    Newest first, or by `sort`. With `updated_since`: changed visits, and in `deleted` those to remove from your copy.
    """
    records = env["klientbox.visit"]
    if query.updated_since:
        return changes_of(records, query, Visit)
    check_days(query.date_from, query.date_to)
    domain = records._get_days_domain(env.company, query.date_from, query.date_to)
    return page_of(records, domain, query, Visit, order="start desc, id desc")


@visits.on_create(prepare=lock, takes=VisitCreate)
def create_visit(env, visit):
    """Record a visit"""
    return env["klientbox.visit"]._record(**visit.as_vals())


@visits.on_create_many(prepare=lock, takes=VisitBulk, gives=VisitResults)
def create_visits(env, bulk):
    """Record up to 500 visits

    Each item is accepted or refused separately. The results have the order of the items. It counts as one request.
    """
    items = [item if isinstance(item, Refused) else item.as_vals() for item in bulk.items]
    return create_each(env["klientbox.visit"], items, visits.wire_names(VisitCreate))


@visits.on_read(is_direct=True)
def get_visit(env, visit):
    """Read a visit"""
    return visit


@visits.on_update(prepare=lock, takes=VisitUpdate)
def update_visit(env, visit, changes):
    """Change a visit

    Only the members sent are changed. The client of a visit can't be changed.
    """
    visit._correct(**changes.as_vals())
    return visit


@visits.on_delete(name="cancelVisit", prepare=lock)
def cancel_visit(env, visit):
    """Cancel a visit

    The visit stays, in the state `cancelled`. Cancelling it again changes nothing.
    """
    visit._cancel()
    return visit
