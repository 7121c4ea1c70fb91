"""Time away: what it does to meetings, proposals and pace, and taking it back."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from supervisor import entitlements, leave
from supervisor.errors import Refused
from supervisor.leave import LeaveSettings, Recorded
from supervisor.models import (
    Audit,
    Commitment,
    Entitlement,
    Leave,
    Message,
    Person,
    Proposal,
    Session,
    Store,
    Window,
)
from supervisor.plans import plans
from supervisor.reports import report_delivery
from supervisor.rules.kinds import Kind, Outcome, Standing
from supervisor.sessions import sessions
from supervisor.settings import save


def at(month: int, day: int, hour: int = 9) -> datetime:
    there = ZoneInfo("Pacific/Auckland")
    return datetime(2027, month, day, hour, tzinfo=there).astimezone(UTC)


def book(store: Store, cast: SimpleNamespace, now: datetime, month: int, day: int) -> Session:
    return sessions.book(store, cast.entitlement, at(month, day), None, cast.ben, now)


def away(
    store: Store,
    cast: SimpleNamespace,
    now: datetime,
    person: Person,
    first: tuple[int, int] = (3, 1),
    back: tuple[int, int] = (3, 15),
) -> Recorded:
    return leave.record(store, person, date(2027, *first), date(2027, *back), cast.cleo, now)


@pytest.mark.parametrize("back", [(3, 1), (2, 28)])
def test_the_first_day_back_comes_after_the_first_day_away(store, cast, now, back) -> None:
    with pytest.raises(Refused, match="comes after the first day away") as refused:
        away(store, cast, now, cast.ben, back=back)
    assert refused.value.field == "ends_on"
    assert store.scalars(select(Leave)).all() == []


@pytest.mark.parametrize(
    ("who", "outcome"),
    [("ben", Outcome.DID_NOT_HAPPEN), ("ana", Outcome.CANCELLED_BY_PROVIDER)],
)
def test_meetings_inside_are_called_off_and_still_owed(
    store: Store, cast, now, who: str, outcome: Outcome
) -> None:
    before, first, last, after = (
        book(store, cast, now, *day) for day in ((2, 26), (3, 1), (3, 12), (3, 15))
    )
    recorded = away(store, cast, now, getattr(cast, who))
    assert recorded.called_off == [first, last]
    assert {one.outcome for one in (first, last)} == {outcome}
    assert (before.outcome, after.outcome) == (None, None)
    assert len(store.scalars(select(Commitment)).all()) == 4
    assert entitlements.position(store, cast.entitlement, now).booked == 2


def test_the_register_counts_a_worker_s_leave_as_nobody_s_cancellation(store, cast, now) -> None:
    book(store, cast, now, 3, 3)
    away(store, cast, now, cast.ben)
    counted = ("cancelled_by_worker", "cancelled_by_provider", "did_not_happen", "held", "booked")
    assert [register(store, at(3, 20))[name] for name in counted] == [0, 0, 0, 0, 0]


def test_the_register_says_on_which_side_an_absent_supervisor_s_meeting_was_lost(
    store, cast, now
) -> None:
    book(store, cast, now, 3, 3)
    away(store, cast, now, cast.ana)
    row = register(store, at(3, 20))
    assert (row["cancelled_by_worker"], row["cancelled_by_provider"]) == (0, 1)


def register(store: Store, now: datetime) -> dict[str, Any]:
    table = report_delivery.delivery(store, now)
    return dict(zip(table.columns, table.rows[0], strict=True))


def test_both_are_told_by_whom_and_of_the_next_times_outside_it(store: Store, cast, now) -> None:
    book(store, cast, now, 3, 3)
    away(store, cast, now, cast.ana)
    told = store.scalars(select(Message).where(Message.template == "cancelled")).all()
    assert {message.recipient.ref for message in told} == {"ben", "ana"}
    for message in told:
        assert message.facts["by"] == "Cleo Martin"
        days = {date.fromisoformat(start[:10]) for start in message.facts["times"]}
        assert len(message.facts["times"]) == 3
        assert not any(date(2027, 3, 1) <= day < date(2027, 3, 15) for day in days)


def test_two_meetings_of_a_pair_are_called_off_in_one_letter(store: Store, cast, now) -> None:
    for day in (3, 10):
        book(store, cast, now, 3, day)
    away(store, cast, now, cast.ana)
    assert not store.scalars(select(Message).where(Message.template == "cancelled")).all()
    told = store.scalars(select(Message).where(Message.template == "series_cancelled")).all()
    assert sorted(message.recipient.ref for message in told) == ["ana", "ben"]
    for message in told:
        assert [start[:10] for start in message.facts["off"]] == ["2027-03-03", "2027-03-10"]


def test_a_slip_in_the_year_calls_nothing_off(store: Store, cast, now) -> None:
    kept = book(store, cast, now, 3, 3)
    with pytest.raises(Refused, match="far ahead"):
        leave.record(store, cast.ana, date(2027, 3, 1), date(2099, 3, 8), cast.ana, now)
    assert kept.cancelled_at is None


def test_what_has_happened_stays_as_it_was(store: Store, cast, now) -> None:
    past = book(store, cast, now, 2, 12)
    held = book(store, cast, now, 2, 19)
    held.outcome = Outcome.HELD
    store.flush()
    later = at(2, 20)
    assert away(store, cast, later, cast.ben, (2, 8), (2, 27)).called_off == []
    assert past.outcome is None


def test_the_days_are_those_of_whoever_is_away(store: Store, cast, now) -> None:
    cast.ana.time_zone = "Europe/London"
    for window in cast.ana.windows:
        window.starts_minute, window.ends_minute = 0, 1440
    store.add(Window(person_id=cast.ana.id, weekday=6, starts_minute=0, ends_minute=1440))
    store.flush()
    store.expire(cast.ana)
    evening = sessions.book(store, cast.entitlement, at(3, 15, 9), None, cast.ben, now)
    assert away(store, cast, now, cast.ana).called_off == [evening]


def test_leave_moves_the_pace_and_pauses_it(store: Store, cast) -> None:
    now = at(3, 5)
    entitlements.reassess(store, cast.entitlement, now)
    assert cast.entitlement.standing != Standing.PAUSED
    away(store, cast, now, cast.ben)
    assert cast.entitlement.standing == Standing.PAUSED
    taken = store.scalars(select(Leave)).one()
    leave.take_back(store, taken, cast.cleo, now)
    assert cast.entitlement.standing != Standing.PAUSED
    assert store.scalars(select(Leave)).all() == []


def test_a_provider_s_absence_is_not_leave(store: Store, cast) -> None:
    away(store, cast, at(3, 5), cast.ana)
    assert entitlements.position(store, cast.entitlement, at(3, 5)).leave_days == 0


@pytest.mark.parametrize("who", ["ben", "ana"])
def test_nothing_is_proposed_inside_any_more(store: Store, cast, now, who: str) -> None:
    plans.plan(store, date(2027, 2, 10), date(2027, 12, 31), now)
    all_ = set(store.scalars(select(Proposal.starts_at)))
    inside = {start for start in all_ if at(3, 1, 0) <= start < at(6, 1, 0)}
    assert inside
    away(store, cast, now, getattr(cast, who), back=(6, 1))
    assert set(store.scalars(select(Proposal.starts_at))) == all_ - inside


def test_writing_it_down_twice_is_once_and_another_end_corrects_it(store, cast, now) -> None:
    first = away(store, cast, now, cast.ben).leave
    assert away(store, cast, now, cast.ben).leave is first
    longer = away(store, cast, now, cast.ben, back=(3, 20)).leave
    assert longer is first
    assert longer.ends_on == date(2027, 3, 20)
    assert len(store.scalars(select(Leave)).all()) == 1


def test_a_shorter_leave_wakes_the_period_that_only_the_longer_one_reached(
    store: Store, cast, now
) -> None:
    later = Entitlement(
        ref="ben-later", person=cast.ben, kind=Kind.PEER_SUPERVISION, sessions=5, minutes=60,
        starts_on=date(2027, 4, 1), ends_on=date(2027, 9, 30), mandatory=True,
    )  # fmt: skip
    store.add(later)
    away(store, cast, at(4, 5), cast.ben, (3, 1), (8, 1))
    assert later.standing == Standing.PAUSED
    away(store, cast, at(4, 5), cast.ben, (3, 1), (3, 31))
    assert later.standing == Standing.NOT_MATCHED


def test_a_long_time_away_asks_for_an_amendment(store: Store, cast, now) -> None:
    assert not away(store, cast, now, cast.ben, (3, 1), (4, 26)).amend
    assert away(store, cast, now, cast.ben, (3, 1), (4, 27)).amend
    save(store, LeaveSettings(amend_after_weeks=10))
    assert not away(store, cast, now, cast.ben, (3, 1), (4, 27)).amend


def test_the_hub_is_asked_to_amend_once_when_a_worker_writes_down_a_long_time(
    store: Store, cast, now
) -> None:
    short, long = date(2027, 4, 26), date(2027, 4, 27)
    for back in (short, long, long):
        leave.record(store, cast.ben, date(2027, 3, 1), back, cast.ben, now)
    leave.record(store, cast.ana, date(2027, 3, 1), long, cast.ana, now)
    (asked,) = store.scalars(select(Message).where(Message.template == "leave_long"))
    assert (asked.recipient.ref, asked.facts["person"]) == ("cleo", "ben")


def test_days_that_are_over_are_for_the_hub_to_write_down(store: Store, cast, now) -> None:
    with pytest.raises(Refused, match="Ring the hub"):
        leave.record(store, cast.ben, date(2027, 2, 1), date(2027, 2, 10), cast.ben, now)
    away(store, cast, now, cast.ben, (2, 1), (2, 10))
    leave.record(store, cast.ben, date(2027, 2, 2), date(2027, 2, 11), cast.ben, now)
    (one,) = store.scalars(select(Leave))
    assert (one.starts_on, one.ends_on) == (date(2027, 2, 1), date(2027, 2, 11))


def test_the_first_day_back_is_after_all_days_that_follow_one_another(store, cast, now) -> None:
    assert leave.back_on(store, cast.ben, now) is None
    away(store, cast, now, cast.ben, (2, 8), (2, 12))
    away(store, cast, now, cast.ben, (2, 12), (2, 20))
    away(store, cast, now, cast.ben, (3, 1), (3, 20))
    assert leave.back_on(store, cast.ben, now) == date(2027, 2, 20)
    assert leave.back_on(store, cast.ben, at(2, 20)) is None


def test_the_trail_says_who_wrote_it_down_for_whom(store: Store, cast, now) -> None:
    recorded = away(store, cast, now, cast.ben)
    leave.take_back(store, recorded.leave, cast.ben, now)
    rows = store.scalars(select(Audit).where(Audit.noun == "leave").order_by(Audit.id)).all()
    assert [(row.verb, row.by_id, row.for_id) for row in rows] == [
        ("record", cast.cleo.id, cast.ben.id),
        ("take_back", cast.ben.id, None),
    ]


def test_what_was_called_off_stays_so_when_it_is_taken_back(store: Store, cast, now) -> None:
    session = book(store, cast, now, 3, 3)
    recorded = away(store, cast, now, cast.ben)
    leave.take_back(store, recorded.leave, cast.cleo, now)
    assert session.outcome == Outcome.DID_NOT_HAPPEN
    assert book(store, cast, now, 3, 3).id != session.id


def test_days_that_overlap_are_one_time_away(store: Store, cast, now) -> None:
    away(store, cast, now, cast.ben, (3, 1), (3, 15))
    away(store, cast, now, cast.ben, (3, 10), (3, 20))
    away(store, cast, now, cast.ben, (2, 20), (3, 3))
    (one,) = store.scalars(select(Leave))
    assert (one.starts_on, one.ends_on) == (date(2027, 2, 20), date(2027, 3, 20))


def test_days_over_for_more_than_a_year_are_not_written_down(store: Store, cast, now) -> None:
    with pytest.raises(Refused, match="more than a year"):
        leave.record(store, cast.ben, date(2025, 3, 1), date(2025, 3, 9), cast.cleo, now)
    assert store.scalars(select(Leave)).all() == []
