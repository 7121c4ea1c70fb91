"""Meetings in a series: booked, moved and called off together, each one a session of its own."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from supervisor import entitlements, leave
from supervisor.commitments import TimeGone
from supervisor.errors import Refused
from supervisor.models import Commitment, Message, Session, SessionSeries, Store
from supervisor.rules.kinds import Mode, Outcome, Which
from supervisor.rules.rhythm import Rhythm
from supervisor.sessions import series, sessions
from tests.test_sessions import at, told

wall = datetime.fromisoformat
EASTER_MONDAY, ANZAC_DAY, KINGS_BIRTHDAY = date(2027, 3, 29), date(2027, 4, 26), date(2027, 6, 7)


def asked(cast: SimpleNamespace, rhythm: Rhythm = Rhythm.FORTNIGHTLY, who: str = "ben"):
    """From Monday 15 February at ten."""
    by = getattr(cast, who)
    return series.Asked(cast.entitlement, at(2, 15, 10), Mode.VIDEO, rhythm, by)


@pytest.fixture
def booked(store: Store, cast: SimpleNamespace, now) -> list[Session]:
    """Ben meets Ana every second Monday at ten."""
    some, _left_out = series.book(store, asked(cast), now)
    return some


def days(some: list[Session]) -> list[date]:
    return [one.local_start.date() for one in some]


def something_else(store: Store, person, starts: datetime) -> None:
    ends = starts + timedelta(minutes=30)
    store.add(Commitment(person_id=person.id, starts_at=starts, ends_at=ends))
    store.flush()


def test_a_series_goes_on_until_all_that_are_owed_are_booked(store: Store, cast, booked) -> None:
    assert len(booked) == 10
    assert days(booked)[:4] == [
        date(2027, 2, 15),
        date(2027, 3, 1),
        date(2027, 3, 15),
        date(2027, 4, 12),
    ]
    assert {one.local_start.strftime("%a %H:%M") for one in booked} == {"Mon 10:00"}
    assert entitlements.position(store, cast.entitlement, at(2, 10)).unbooked == 0


def test_a_holiday_is_left_out_and_said(store: Store, cast, now) -> None:
    _some, left_out = series.book(store, asked(cast), now)
    assert [step.local_start.date() for step in left_out] == [
        EASTER_MONDAY,
        ANZAC_DAY,
        KINGS_BIRTHDAY,
    ]
    assert {step.why.text for step in left_out} == {"That day is a public holiday. Choose another."}


def test_what_is_looked_at_first_is_what_is_booked(store: Store, cast, now) -> None:
    something_else(store, cast.ana, at(3, 1, 10, 30))
    looked = series.preview(store, asked(cast), now)
    assert store.scalar(select(func.count()).select_from(Session)) == 0
    some, left_out = series.book(store, asked(cast), now)
    assert [step.local_start for step in looked if step.why is None] == [
        one.local_start for one in some
    ]
    assert [step.local_start for step in looked if step.why] == [
        step.local_start for step in left_out
    ]
    assert date(2027, 3, 1) in {step.local_start.date() for step in left_out}


def test_both_get_one_message_for_the_whole_series(store: Store, booked) -> None:
    facts = told(store, "plan_kept")
    assert {ref: len(some["times"]) for ref, some in facts.items()} == {"ben": 10, "ana": 10}
    assert told(store, "booked") == {}


def test_a_first_time_that_has_gone_comes_with_others(store: Store, cast, now) -> None:
    something_else(store, cast.ana, at(2, 15, 10))
    with pytest.raises(TimeGone) as gone:
        series.book(store, asked(cast), now)
    assert gone.value.others
    with pytest.raises(Refused, match="something else"):
        series.preview(store, asked(cast), now)


def test_a_series_ends_with_the_period(store: Store, cast, now) -> None:
    cast.entitlement.ends_on = date(2027, 4, 30)
    some, left_out = series.book(store, asked(cast), now)
    assert (len(some), len(left_out)) == (4, 2)
    assert days(some)[-1] == date(2027, 4, 12)


def test_one_that_is_left_is_booked_by_itself(store: Store, cast, now) -> None:
    cast.entitlement.sessions = 1
    with pytest.raises(Refused, match="just this one") as refusal:
        series.preview(store, asked(cast), now)
    assert refusal.value.field == "rhythm"


def test_moving_only_one_leaves_the_rest_and_its_place_in_the_series(
    store: Store, cast, now, booked
) -> None:
    sessions.move(store, booked[1], at(3, 2, 11), None, cast.ben, now)
    assert days(booked)[:3] == [date(2027, 2, 15), date(2027, 3, 2), date(2027, 3, 15)]
    assert booked[1].series is booked[0].series
    assert booked[1].series_start == wall("2027-03-01T10:00")


def test_this_and_later_move_to_another_weekday_and_hour(store: Store, cast, now, booked) -> None:
    series.move(store, booked[2], at(3, 17, 11), None, cast.ben, now, Which.LATER)
    moved = booked[2:]
    assert days(booked[:2]) == [date(2027, 2, 15), date(2027, 3, 1)]
    assert {one.local_start.strftime("%a %H:%M") for one in moved} == {"Wed 11:00"}
    assert days(moved)[:2] == [date(2027, 3, 17), date(2027, 3, 31)]
    assert {len(f["times"]) for f in told(store, "series_moved").values()} == {8}
    assert {one.sequence for one in moved} == {1}


def test_what_moves_goes_on_as_a_series_of_its_own(store: Store, cast, now, booked) -> None:
    before = booked[0].series
    series.move(store, booked[2], at(3, 17, 11), None, cast.ben, now, Which.LATER)
    after = booked[2].series
    assert (after.after_id, after.first_start) == (before.id, wall("2027-03-17T11:00"))
    assert {one.series for one in booked[2:]} == {after}
    assert {one.series for one in booked[:2]} == {before}
    assert series.later(store, booked[0], now) == [booked[1]]


def test_a_series_can_move_onto_its_own_times(store: Store, cast, now, booked) -> None:
    left = series.move(store, booked[3], booked[4].starts_at, None, cast.ben, now, Which.LATER)
    assert left == []
    assert booked[3].local_start == wall("2027-05-10T10:00")
    assert len(set(days(booked))) == 10
    taken = store.scalars(select(Commitment.starts_at).where(Commitment.person_id == cast.ben.id))
    assert sorted(taken) == [one.starts_at for one in booked]


def test_a_day_that_does_not_suit_is_passed_over(store: Store, cast, now, booked) -> None:
    something_else(store, cast.ana, at(3, 30, 10))
    series.move(store, booked[2], at(3, 16, 10), None, cast.ben, now, Which.LATER)
    assert days(booked[2:5]) == [date(2027, 3, 16), date(2027, 4, 13), date(2027, 4, 27)]


def test_what_has_no_time_left_in_the_period_is_still_owed(store: Store, cast, now, booked) -> None:
    left = series.move(store, booked[8], at(12, 14, 10), None, cast.ben, now, Which.LATER)
    assert left == booked[9:]
    assert left[0].outcome == Outcome.DID_NOT_HAPPEN
    assert entitlements.position(store, cast.entitlement, now).unbooked == 1


def test_nothing_moves_where_the_picked_time_has_gone(store: Store, cast, now, booked) -> None:
    something_else(store, cast.ana, at(3, 16, 10))
    store.commit()
    with pytest.raises(TimeGone):
        series.move(store, booked[2], at(3, 16, 10), None, cast.ben, now, Which.LATER)
    store.rollback()
    assert {one.local_start.weekday() for one in booked} == {0}


def test_a_meeting_in_no_series_moves_by_itself(store: Store, cast, now) -> None:
    one = sessions.book(store, cast.entitlement, at(2, 15, 10), Mode.VIDEO, cast.ben, now)
    assert series.later(store, one, now) == []
    assert series.move(store, one, at(2, 16, 10), None, cast.ben, now, Which.LATER) == []


def test_this_and_later_are_called_off_with_one_message(store: Store, cast, now, booked) -> None:
    off = series.cancel(store, booked[4], cast.ben, now, None, Which.LATER)
    assert off == booked[4:]
    assert {one.outcome for one in off} == {Outcome.CANCELLED_BY_WORKER}
    facts = told(store, "series_cancelled")
    assert {(len(f["off"]), len(f["times"])) for f in facts.values()} == {(6, 3)}
    assert not set(facts["ben"]["off"]) & set(facts["ben"]["times"])
    assert told(store, "cancelled") == {}


def test_calling_it_off_twice_is_once(store: Store, cast, now, booked) -> None:
    series.cancel(store, booked[4], cast.ben, now, None, Which.LATER)
    assert series.cancel(store, booked[4], cast.ben, now, None, Which.LATER) == []


def test_undo_brings_back_all_that_one_press_called_off(store: Store, cast, now, booked) -> None:
    sessions.cancel(store, booked[9], cast.ben, now - timedelta(minutes=1))
    series.cancel(store, booked[4], cast.ben, now, None, Which.LATER)
    on, gone = series.restore(store, booked[4], cast.ben, now + timedelta(minutes=1))
    assert (on, gone) == (booked[4:9], [])
    assert {one.cancelled_at for one in on} == {None}
    assert booked[9].cancelled_at


def test_nobody_hears_of_a_series_that_is_on_again(store: Store, cast, now, booked) -> None:
    series.cancel(store, booked[4], cast.ben, now, None, Which.LATER)
    series.restore(store, booked[4], cast.ben, now)
    left = select(Message.template).where(Message.dropped_at.is_(None))
    assert set(store.scalars(left)) == {"plan_kept"}


def test_undo_names_what_has_gone_in_between(store: Store, cast, now, booked) -> None:
    series.cancel(store, booked[4], cast.ben, now, None, Which.LATER)
    something_else(store, cast.ana, booked[5].starts_at)
    on, gone = series.restore(store, booked[4], cast.ben, now)
    assert (len(on), gone) == (5, [booked[5]])


def test_leave_takes_its_own_days_out_of_a_series(store: Store, cast, now, booked) -> None:
    leave.record(store, cast.ben, date(2027, 3, 8), date(2027, 3, 20), cast.ben, now)
    assert [one.local_start.date() for one in booked if one.cancelled_at] == [date(2027, 3, 15)]
    assert series.later(store, booked[0], now) == [booked[1], *booked[3:]]


def test_a_series_is_a_record_of_its_rhythm(store: Store, cast, booked) -> None:
    (one,) = store.scalars(select(SessionSeries))
    assert (one.rhythm, one.first_start) == ("fortnightly", wall("2027-02-15T10:00"))


def test_nothing_that_was_said_of_one_is_said_again(store: Store, cast, now, booked) -> None:
    sessions.move(store, booked[5], at(5, 25, 10), None, cast.ben, now)
    series.cancel(store, booked[4], cast.ben, now, None, Which.LATER)
    left = store.scalars(select(Message).where(Message.template == "moved"))
    assert {message.sent_at or message.dropped_at for message in left} != {None}
