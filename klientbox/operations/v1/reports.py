from datetime import date

from pydantic import Field

from ...api.filters import check_days
from ...api.shapes import Answer, Day, Query, optional
from .facade import v1


class StatusBreakdown(Answer):
    """Clients in each status."""

    new: int = Field(ge=0)
    active: int = Field(ge=0)
    warning: int = Field(ge=0)
    inactive: int = Field(ge=0)
    lost: int = Field(ge=0)


class Summary(Answer):
    """The figures of the dashboard."""

    total_clients: int = Field(ge=0)
    status_breakdown: StatusBreakdown
    visits_today: int = Field(ge=0, description="Without cancelled and no-show visits.")
    messages_this_month: int = Field(ge=0, description="Messages sent in the current month, in local time.")


class TriggerResult(Answer):
    """Results of the messages of one trigger."""

    sent: int = Field(ge=0)
    delivered: int = Field(ge=0)
    replied: int = Field(ge=0)
    failed: int = Field(ge=0)


class ByTrigger(Answer):
    """Results by the client's status when the message was queued."""

    warning: TriggerResult
    inactive: TriggerResult
    lost: TriggerResult


class Reactivation(Answer):
    """Results of reactivation in a range of local days."""

    date_from: date
    date_to: date
    total_sent: int = Field(ge=0)
    delivered: int = Field(ge=0)
    replied: int = Field(ge=0)
    failed: int = Field(ge=0)
    by_trigger: ByTrigger


class ReportRange(Query):
    """First and last day, both included. Default: the current month up to today."""

    date_from: Day = optional()
    date_to: Day = optional()


@v1.operation("GET", "/reports/summary", name="reportSummary", tag="Reports", scope="reports:read", gives=Summary)
def report_summary(env):
    """Dashboard figures"""
    company = env.company
    breakdown = env["klientbox.client"]._count_by_status(company)
    today = company._klientbox_settings()._today()
    return {
        "total_clients": sum(breakdown.values()),
        "status_breakdown": breakdown,
        "visits_today": env["klientbox.visit"]._count_expected(company, today),
        "messages_this_month": env["klientbox.message"]._count_handed_over(company, today.replace(day=1), today),
    }


@v1.operation(
    "GET",
    "/reports/reactivation",
    name="reportReactivation",
    tag="Reports",
    scope="reports:read",
    query=ReportRange,
    gives=Reactivation,
)
def report_reactivation(env, query):
    """Reactivation results"""
    today = env.company._klientbox_settings()._today()
    date_to = query.date_to or max(today, query.date_from or today)
    date_from = query.date_from or min(today, date_to).replace(day=1)
    check_days(date_from, date_to)
    by_trigger = env["klientbox.message"]._reactivation_results(env.company, date_from, date_to)

    def total(figure):
        return sum(result[figure] for result in by_trigger.values())

    return {
        "date_from": date_from,
        "date_to": date_to,
        "total_sent": total("sent"),
        "delivered": total("delivered"),
        "replied": total("replied"),
        "failed": total("failed"),
        "by_trigger": by_trigger,
    }
