"""Somebody is told that a report is ready, at their own hour, until they stop it."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from supervisor.errors import NotFound
from supervisor.models import Job, Message, PersonHat, ReportOrder, Store
from supervisor.reports import report_orders
from supervisor.reports.report_orders import TEAM
from supervisor.rules import periods
from supervisor.rules.days import DAY
from supervisor.rules.periods import Every
from tests.everybody import settle

MARCH = datetime(2027, 2, 28, 12, 0, tzinfo=UTC)
"""1 March, an hour after midnight in Auckland: a Monday."""


@pytest.fixture
def theirs(store: Store, cast: SimpleNamespace, now) -> SimpleNamespace:
    return settle(store, cast, now)


def told(store: Store) -> list[tuple[str, dict[str, Any]]]:
    rows = store.scalars(select(Message).where(Message.template == "report_ready"))
    return [(one.recipient.ref, one.facts) for one in rows if one.dropped_at is None]


def test_the_hub_is_told_when_the_month_is_over_and_once(store: Store, theirs, now) -> None:
    report_orders.order(store, theirs.cleo, "spend", Every.MONTH, now)
    report_orders.tell_due(store, MARCH - timedelta(hours=2))
    assert told(store) == []
    for hours in (0, 1, 40):
        report_orders.tell_due(store, MARCH + timedelta(hours=hours))
    february = {"since": "2027-02-01", "until": "2027-02-28"}
    assert told(store) == [("cleo", {"report": "spend", "days": february})]
    assert store.scalars(select(ReportOrder.next_on)).one() == date(2027, 4, 1)


def test_it_goes_out_at_the_readers_own_hour(store: Store, theirs, now) -> None:
    report_orders.order(store, theirs.cleo, "access", Every.WEEK, now)
    report_orders.tell_due(store, MARCH)
    message = store.scalars(select(Message).where(Message.template == "report_ready")).one()
    assert message.due_at > MARCH
    assert not message.urgent


def test_a_card_holds_whole_quarters_and_the_mail_of_a_month_leads_to_those(
    store: Store, theirs, now
) -> None:
    report_orders.order(store, theirs.cleo, "card", Every.MONTH, now)
    report_orders.tell_due(store, MARCH)
    assert told(store) == [("cleo", {"report": "card", "days": {}})]


def test_what_was_missed_is_told_once(store: Store, theirs, now) -> None:
    report_orders.order(store, theirs.cleo, "card", Every.WEEK, now)
    report_orders.tell_due(store, MARCH + timedelta(days=31))
    assert len(told(store)) == 1


def test_a_report_without_days_is_told_of_without_them(store: Store, theirs, now) -> None:
    report_orders.order(store, theirs.cleo, "capacity", Every.WEEK, now)
    report_orders.tell_due(store, MARCH)
    assert told(store) == [("cleo", {"report": "capacity", "days": {}})]


def test_who_stops_is_told_no_more_not_of_what_waits_either(store: Store, theirs, now) -> None:
    report_orders.order(store, theirs.cleo, "card", Every.WEEK, now)
    report_orders.tell_due(store, MARCH)
    report_orders.stop(store, theirs.cleo, "card", MARCH)
    report_orders.stop(store, theirs.cleo, "card", MARCH)
    assert told(store) == []
    report_orders.tell_due(store, MARCH + timedelta(days=7))
    assert told(store) == []


def test_another_word_changes_how_often(store: Store, theirs, now) -> None:
    report_orders.order(store, theirs.cleo, "card", Every.WEEK, now)
    report_orders.order(store, theirs.cleo, "card", Every.QUARTER, now)
    assert store.scalars(select(ReportOrder.next_on)).all() == [date(2027, 4, 1)]


def test_who_may_not_read_it_any_more_is_told_of_nothing(store: Store, theirs, now) -> None:
    report_orders.order(store, theirs.cleo, "card", Every.WEEK, now)
    report_orders.order(store, theirs.mere, TEAM, Every.WEEK, now)
    for hat in store.scalars(select(PersonHat).where(PersonHat.person_id == theirs.cleo.id)):
        store.delete(hat)
    for job in store.scalars(select(Job).where(Job.manager_id == theirs.mere.id)):
        job.manager = None
    store.flush()
    report_orders.tell_due(store, MARCH)
    assert told(store) == []
    assert store.scalars(select(ReportOrder)).all() == []


def test_there_is_no_order_of_what_is_no_report(store: Store, theirs, now) -> None:
    with pytest.raises(NotFound):
        report_orders.order(store, theirs.cleo, "gossip", Every.WEEK, now)


def test_the_hub_starts_and_stops_it_on_the_page(store: Store, theirs, sign_in) -> None:
    cleo = sign_in(theirs.cleo)
    for name in ("card", "delivery"):
        page = cleo.post(f"/reports/{name}/mail", data={"every": "week"}, follow_redirects=True)
        assert "You get a mail each week." in page.text
        page = cleo.post(f"/reports/{name}/mail/ending", follow_redirects=True)
        assert "The mails have stopped." in page.text
        assert "Send me a mail" in page.text
    assert "Choose how often." in cleo.post("/reports/card/mail", data={"every": "day"}).text
    assert cleo.post("/reports/gossip/mail", data={"every": "week"}).status_code == 404
    assert cleo.post("/reports/gossip/mail/ending").status_code == 404


def test_a_manager_is_told_of_their_team_and_of_nothing_else(store: Store, theirs, sign_in) -> None:
    mere = sign_in(theirs.mere)
    page = mere.post("/team/mail", data={"every": "month"}, follow_redirects=True).text
    assert "You get a mail each month." in page
    assert mere.post("/reports/delivery/mail", data={"every": "month"}).status_code == 404
    report_orders.tell_due(store, MARCH)
    assert told(store) == [("mere", {"report": TEAM, "days": {}})]
    assert "The mails have stopped." in mere.post("/team/mail/ending", follow_redirects=True).text
    assert told(store) == []


@given(st.sampled_from(list(Every)), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_weeks_months_and_quarters_follow_each_other_without_a_gap(every: Every, day: date) -> None:
    first, following = periods.begins(every, day), periods.next_after(every, day)
    assert first <= day < following
    assert periods.begins(every, following) == following
    assert periods.before(every, following) == (first, following - DAY)
