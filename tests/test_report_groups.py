"""The group register: what became of the meetings of each group, and nobody's name but its own."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from supervisor.models import (
    Attendance,
    Conflict,
    Group,
    GroupTerms,
    GroupYes,
    Meeting,
    Person,
    Seat,
    Store,
)
from supervisor.reports.report_asks import ALL, Ask
from supervisor.reports.report_groups import group_register
from supervisor.reports.reports import REPORTS, without_names
from supervisor.rules.credit import CreditSettings, Way
from supervisor.rules.kinds import GroupKind, Mode
from supervisor.settings import save

MARCH = datetime(2027, 3, 31, 0, 0, tzinfo=UTC)


def one(store: Store, ask: Ask = ALL, now: datetime = MARCH) -> dict[str, Any]:
    (row,) = every(store, ask, now)
    return row


def every(store: Store, ask: Ask = ALL, now: datetime = MARCH) -> list[dict[str, Any]]:
    table = group_register(store, now, ask)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


@pytest.fixture
def march(store: Store, cast: SimpleNamespace, circle: Group) -> SimpleNamespace:
    """Of the circle's meetings to the end of March one met, one was called off, one has no time,
    and of one nobody wrote down anything."""
    cast.meetings = list(
        store.scalars(select(Meeting).order_by(Meeting.starts_at).where(Meeting.starts_at <= MARCH))
    )
    met, off, homeless, _silent = cast.meetings
    met.attendances = [Attendance(person=cast.ben, came=True), Attendance(person=cast.dan)]
    off.cancelled_at = off.starts_at - timedelta(days=1)
    homeless.needs_time = True
    store.commit()
    return cast


def test_each_meeting_is_counted_once_and_what_is_ahead_is_never_met(store: Store, march) -> None:
    row = one(store)
    parts = ("met", "called_off", "without_a_time", "not_written_down", "ahead")
    assert [row[part] for part in parts[:4]] == [1, 1, 1, 1]
    assert row["ahead"] > 0
    assert row["planned"] == sum(row[part] for part in parts)
    assert row["mean_attendance"] == 1


def test_it_counts_the_meetings_of_the_days_that_are_asked_for(store: Store, march) -> None:
    row = one(store, Ask(since=date(2027, 2, 1), until=date(2027, 2, 28)))
    assert (row["planned"], row["met"], row["ahead"]) == (1, 1, 0)
    before = one(store, Ask(until=date(2027, 1, 31)))
    assert (before["planned"], before["mean_attendance"]) == (0, None)


def test_it_says_who_leads_the_seats_and_what_the_group_agreed_on(store: Store, march) -> None:
    row = one(store)
    assert (row["facilitator"], row["vetted_until"]) == ("ana", date(2028, 12, 31))
    assert (row["members"], row["quorum"], row["cap"], row["membership"]) == (1, 1, 8, "closed")
    assert (row["agreement_since"], row["agreement_read"]) == (None, None)
    circle = store.scalars(select(Group)).one()
    terms = GroupTerms(group=circle, words="Kind.", changed_at=MARCH)
    terms.yeses = [
        GroupYes(person=march.ben, said_at=MARCH),
        GroupYes(person=march.dan, said_at=MARCH),
    ]
    store.add(terms)
    store.flush()
    assert one(store)["agreement_read"] == 1, "of those who are in it"


def test_who_waits_because_they_are_kept_apart_is_not_in_it(store: Store, march) -> None:
    circle = store.scalars(select(Group)).one()
    circle.seats.append(Seat(person=march.dan, waiting=True))
    store.flush()
    assert one(store)["waiting"] == 1
    store.add(Conflict(ref="apart", person_id=march.dan.id, name="Ben Harris", declared_at=MARCH))
    store.flush()
    assert one(store)["waiting"] == 0


def test_it_says_what_a_meeting_counts_by_the_hubs_rule(store: Store, march) -> None:
    assert one(store)["counts_as"] == "none"
    save(store, CreditSettings(co_reflection=Way.SESSION))
    assert one(store)["counts_as"] == "session"


def test_a_group_that_closed_is_in_it_where_it_met(store: Store, march) -> None:
    circle = store.scalars(select(Group)).one()
    circle.closed_at = MARCH
    store.add(
        Group(ref="old", name="Old", kind=GroupKind.NETWORK, mode=Mode.PHONE, closed_at=MARCH)
    )
    store.flush()
    assert one(store)["closed_on"] == date(2027, 3, 31)
    assert every(store, Ask(until=date(2027, 1, 31))) == []


def test_it_is_narrowed_to_a_kind_and_a_region(store: Store, march) -> None:
    circle = store.scalars(select(Group)).one()
    circle.place = march.cromwell
    store.flush()
    assert len(every(store, Ask(group_kind=GroupKind.CO_REFLECTION, region="OTA"))) == 1
    assert every(store, Ask(group_kind=GroupKind.NETWORK)) == []
    assert every(store, Ask(region="STL")) == []


def test_it_names_no_member_and_an_auditors_copy_nobody(store: Store, march) -> None:
    table = REPORTS["groups"](store, MARCH)
    assert "Ben" not in str(table.rows)
    copy = str(without_names(table, "secret").rows)
    known = [*store.scalars(select(Person.ref)), *store.scalars(select(Person.name)), "Circle"]
    assert [name for name in known if f"'{name}'" in copy] == []
