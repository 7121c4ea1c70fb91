"""Somebody is told, each week, month or quarter, that a report is ready: a link, never a name.

The mail goes out at its reader's own hour. Whoever may not read the report any more is told of
nothing, and their order ends.
"""

from datetime import date, datetime

from sqlalchemy import delete, select

from supervisor import audit, messages
from supervisor.access import viewer_of
from supervisor.errors import NotFound
from supervisor.models import Person, ReportOrder, Store
from supervisor.models.engine import read_again
from supervisor.reports.report_asks import DAYS, Ask
from supervisor.reports.reports import REPORTS
from supervisor.rules import periods
from supervisor.rules.periods import Every
from supervisor.rules.words import N_
from supervisor.settings import hub_today

TEAM = "team"
CARD = "card"
"""It holds whole quarters, whichever days are asked for."""


def order(store: Store, person: Person, report: str, every: Every, now: datetime) -> ReportOrder:
    """Tell them from now on, first when the week, month or quarter that runs is over. Another
    word changes how often."""
    if report != TEAM and report not in REPORTS:
        raise NotFound(N_("There is no such report."))
    read_again(store, person)
    found = of(store, person, report)
    if found is None:
        found = ReportOrder(person=person, report=report, asked_at=now)
        store.add(found)
    found.every, found.next_on = every, periods.next_after(every, hub_today(store, now))
    store.flush()
    audit.record(store, now, person, "order", "report", report)
    return found


def of(store: Store, person: Person, report: str) -> ReportOrder | None:
    """What they asked for; None where they are told of nothing."""
    mine = ReportOrder.person_id == person.id, ReportOrder.report == report
    return store.scalar(select(ReportOrder).where(*mine))


def stop(store: Store, person: Person, report: str, now: datetime) -> None:
    """Tell them no more, of what was not yet sent either. Twice is once."""
    found = of(store, person, report)
    if found is None:
        return
    messages.drop_earlier(store, _about(found), now)
    store.execute(delete(ReportOrder).where(ReportOrder.id == found.id))
    audit.record(store, now, person, "stop", "report", report)


def _about(one: ReportOrder) -> str:
    return f"report:{one.person_id}:{one.report}:"


def tell_due(store: Store, now: datetime) -> None:
    """Tell everybody whose day has come, once for each, and put down the next. What was missed is
    not made up for: the last that is over says it all."""
    on = hub_today(store, now)
    due = select(ReportOrder).where(ReportOrder.next_on <= on).order_by(ReportOrder.id)
    for one in store.scalars(due).all():
        if not _may_read(store, one, on):
            store.execute(delete(ReportOrder).where(ReportOrder.id == one.id))
            continue
        every = Every(one.every)
        facts = {"report": one.report, "days": _days(one.report, every, on)}
        messages.tell(store, one.person, f"{_about(one)}{on}", "report_ready", facts, now)
        one.next_on = periods.next_after(every, on)
    store.flush()


def _may_read(store: Store, one: ReportOrder, on: date) -> bool:
    gone = one.person.left_on is not None and one.person.left_on < on
    viewer = viewer_of(store, one.person, on)
    return not gone and (viewer.manager if one.report == TEAM else viewer.coordinator)


def _days(report: str, every: Every, on: date) -> dict[str, str]:
    """The days that are over, where the report has days: as they stand in its address."""
    if report == TEAM or not set(DAYS) <= set(REPORTS[report].by):
        return {}
    if report == CARD and every is not Every.QUARTER:
        return {}
    since, until = periods.before(every, on)
    return Ask(since=since, until=until).given
