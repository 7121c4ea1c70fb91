"""Groups: a rhythm becomes meetings, people answer, somebody writes down who came."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from supervisor import clock
from supervisor.errors import NotFound, Refused
from supervisor.extensions import db
from supervisor.groups import group_times, groups, seats
from supervisor.groups import meetings as acts
from supervisor.models import (
    Attendance,
    Commitment,
    Conflict,
    Group,
    Job,
    Meeting,
    Person,
    Seat,
    Series,
    Session,
    Store,
)
from supervisor.models.engine import writing
from supervisor.rules.kinds import GroupKind, Mode, Role
from supervisor.zones import to_utc

AUCKLAND = "Pacific/Auckland"
WEDNESDAY = datetime.fromisoformat("2027-02-17T13:00")


@pytest.fixture
def group(store: Store, cast: SimpleNamespace) -> Group:
    """Ana leads Ben and Dan; there is room for one more."""
    group = Group(
        ref="wednesday",
        name="Wednesday co-reflection",
        kind=GroupKind.CO_REFLECTION,
        facilitator=cast.ana,
        mode=Mode.VIDEO,
        minimum=2,
        maximum=3,
        seats=[Seat(person=cast.ben), Seat(person=cast.dan)],
    )
    store.add(group)
    store.flush()
    return group


@pytest.fixture
def eve(store: Store, cast) -> Person:
    person = Person(ref="eve", name="Eve Tan", email="eve@example.org")
    store.add(person)
    store.flush()
    return person


def meet(store: Store, group: Group, first: datetime = WEDNESDAY, weeks: int = 2, **more) -> Series:
    until = more.get("until", date(2027, 4, 30))
    return groups.meet(store, group, first, AUCKLAND, weeks, 75, until, clock.now())


def meetings(store: Store) -> list[Meeting]:
    return list(store.scalars(select(Meeting).order_by(Meeting.starts_at)))


def whose(store: Store, meeting: Meeting) -> set[int]:
    query = select(Commitment.person_id).where(Commitment.meeting_id == meeting.id)
    return set(store.scalars(query))


def busy(store: Store, person: Person, local: datetime) -> None:
    at = to_utc(local, AUCKLAND)
    store.add(Commitment(person_id=person.id, starts_at=at, ends_at=at + timedelta(hours=1)))
    store.flush()


def test_a_rhythm_is_a_row_for_every_meeting_at_the_same_wall_time(store: Store, group) -> None:
    meet(store, group)
    rows = meetings(store)
    assert [row.local_start.date().isoformat() for row in rows] == [
        "2027-02-17",
        "2027-03-03",
        "2027-03-17",
        "2027-03-31",
        "2027-04-14",
        "2027-04-28",
    ]
    assert {row.local_start.hour for row in rows} == {13}
    assert {row.starts_at.hour for row in rows} == {0, 1}, "the clocks change on 4 April"


def test_a_rhythm_keeps_its_hour_over_both_changes_of_the_clock(store: Store, group) -> None:
    before = datetime(2026, 9, 1, tzinfo=UTC)
    first = datetime.fromisoformat("2026-09-22T09:00")
    groups.meet(store, group, first, AUCKLAND, 1, 60, date(2027, 4, 20), before)
    groups.extend(store, before + timedelta(days=100))
    rows = meetings(store)
    assert (len(rows), {row.local_start.hour for row in rows}) == (31, {9})
    hours = [row.starts_at.hour for row in rows]
    assert hours == [21] + [20] * 27 + [21] * 3, "27 September 2026 and 4 April 2027"


def test_a_meeting_takes_the_time_of_everybody_in_it(store: Store, cast, group) -> None:
    group.seats.append(Seat(person=cast.rua, waiting=True))
    meet(store, group)
    for row in meetings(store):
        assert whose(store, row) == {cast.ana.id, cast.ben.id, cast.dan.id}


def test_on_a_public_holiday_it_needs_a_time_and_takes_nobodys(store: Store, cast, group) -> None:
    meet(store, group, datetime.fromisoformat("2027-03-12T13:00"))
    good_friday = next(row for row in meetings(store) if row.needs_time)
    assert good_friday.local_start.date() == date(2027, 3, 26)
    assert whose(store, good_friday) == set()


def test_the_holidays_are_those_of_the_place_where_the_group_meets(
    store: Store, cast, group
) -> None:
    cast.cromwell.region = "STL"
    group.place = cast.cromwell
    meet(store, group, datetime.fromisoformat("2027-03-16T13:00"))
    assert [r.local_start.date() for r in meetings(store) if r.needs_time] == [date(2027, 3, 30)]


def test_a_wall_time_that_does_not_exist_needs_a_time(store: Store, group) -> None:
    meet(store, group, datetime.fromisoformat("2027-02-21T02:30"), 1, until=date(2027, 4, 11))
    twice = [r.local_start.date() for r in meetings(store) if r.needs_time]
    assert twice == [date(2027, 4, 4)]


def test_who_is_elsewhere_keeps_that_and_is_not_answered_for(store: Store, cast, group) -> None:
    busy(store, cast.ben, WEDNESDAY)
    meet(store, group)
    first, second, *_rest = meetings(store)
    assert whose(store, first) == {cast.ana.id, cast.dan.id}
    assert whose(store, second) == {cast.ana.id, cast.ben.id, cast.dan.id}
    assert store.scalars(select(Attendance)).all() == []
    with pytest.raises(Refused, match="another meeting then"):
        acts.answer(store, first, cast.ben, True, clock.now())
    acts.answer(store, first, cast.ben, False, clock.now())


def test_without_its_facilitator_a_meeting_needs_a_time(store: Store, cast, group) -> None:
    busy(store, cast.ana, WEDNESDAY)
    meet(store, group)
    first, second, *_rest = meetings(store)
    assert (first.needs_time, whose(store, first)) == (True, set())
    assert not second.needs_time


def test_a_lapsed_hold_gives_way(store: Store, cast, group, now) -> None:
    busy(store, cast.ben, WEDNESDAY)
    store.scalars(select(Commitment)).one().lapses_at = now - timedelta(minutes=1)
    store.flush()
    meet(store, group)
    assert cast.ben.id in whose(store, meetings(store)[0])


def test_a_rhythm_without_an_end_is_laid_half_a_year_ahead_and_extended(
    store: Store, group, now
) -> None:
    """The job is `extend groups`."""
    meet(store, group, until=None)
    first = len(meetings(store))
    assert first == 13
    assert groups.extend(store, now) == 0
    assert groups.extend(store, now + timedelta(days=28)) == 2
    assert groups.extend(store, now + timedelta(days=28)) == 0


def test_a_rhythm_that_came_by_import_is_laid_from_its_first_day(
    store: Store, cast, group, now
) -> None:
    series = Series(
        group=group,
        first_start=datetime.fromisoformat("2027-01-06T13:00"),
        zone=AUCKLAND,
        every_weeks=2,
        minutes=90,
        until_on=date(2027, 3, 3),
    )
    store.add(series)
    store.flush()
    assert groups.extend(store, now) == 5
    behind = [row for row in meetings(store) if row.starts_at < now]
    assert [whose(store, row) for row in behind] == [set(), set(), set()]
    assert groups.extend(store, now) == 0


def test_a_moved_meeting_is_not_laid_again(store: Store, cast, group, now) -> None:
    meet(store, group, until=None)
    first = meetings(store)[0]
    acts.move(store, first, WEDNESDAY + timedelta(days=1), cast.ana, now)
    before = len(meetings(store))
    groups.extend(store, now)
    assert len(meetings(store)) == before


def test_a_closed_group_has_no_new_rhythm(store: Store, group, now) -> None:
    group.closed_at = now
    with pytest.raises(Refused, match="closed"):
        meet(store, group)
    assert groups.extend(store, now) == 0


def test_a_no_gives_the_time_back_and_a_yes_takes_it(store: Store, cast, group, now) -> None:
    meet(store, group)
    first = meetings(store)[0]
    acts.answer(store, first, cast.ben, False, now)
    assert cast.ben.id not in whose(store, first)
    acts.answer(store, first, cast.ben, True, now, by=cast.cleo)
    assert cast.ben.id in whose(store, first)
    assert [a.coming for a in first.attendances] == [True]


def test_only_who_has_a_seat_answers_and_only_what_is_open(store: Store, cast, group, now) -> None:
    meet(store, group)
    first, second, *_rest = meetings(store)
    with pytest.raises(NotFound):
        acts.answer(store, first, cast.rua, True, now)
    acts.cancel(store, first, cast.ana, now)
    with pytest.raises(Refused, match="called off"):
        acts.answer(store, first, cast.ben, True, now)
    second.needs_time = True
    with pytest.raises(Refused, match="needs a time"):
        acts.answer(store, second, cast.ben, True, now)
    with pytest.raises(Refused, match="has begun"):
        acts.answer(store, meetings(store)[2], cast.ben, True, now + timedelta(days=100))


def test_it_goes_ahead_when_enough_said_yes(store: Store, cast, group, now) -> None:
    meet(store, group)
    first = meetings(store)[0]
    acts.answer(store, first, cast.ben, True, now)
    with pytest.raises(Refused, match="needs 2 to go ahead, and 1 said yes"):
        acts.go_ahead(store, first, cast.ana, now)
    acts.answer(store, first, cast.dan, True, now)
    acts.go_ahead(store, first, cast.ana, now)
    assert first.go_ahead_at == now


def test_a_yes_of_somebody_who_left_is_not_counted(store: Store, cast, group, now) -> None:
    meet(store, group)
    first = meetings(store)[0]
    for person in (cast.ben, cast.dan):
        acts.answer(store, first, person, True, now)
    seats.leave(store, group, cast.dan, cast.dan, now)
    with pytest.raises(Refused, match="needs 2 to go ahead, and 1 said yes"):
        acts.go_ahead(store, first, cast.ana, now)


def test_calling_one_off_frees_everybody_and_leaves_the_rest(
    store: Store, cast, group, now
) -> None:
    meet(store, group)
    first, second, *_rest = meetings(store)
    acts.cancel(store, first, cast.ana, now)
    assert (first.sequence, first.changed_at, whose(store, first)) == (1, now, set())
    assert whose(store, second)
    with pytest.raises(Refused, match="already settled"):
        acts.cancel(store, first, cast.ana, now)
    with pytest.raises(Refused, match="called off"):
        acts.move(store, first, WEDNESDAY, cast.ana, now)


def test_moving_one_takes_the_new_time_and_asks_anew(store: Store, cast, group, now) -> None:
    meet(store, group)
    first = meetings(store)[0]
    acts.answer(store, first, cast.ben, False, now)
    acts.move(store, first, WEDNESDAY + timedelta(days=1), cast.ana, now)
    assert (first.sequence, first.local_start.day, first.go_ahead_at) == (1, 18, None)
    assert whose(store, first) == {cast.ana.id, cast.ben.id, cast.dan.id}
    assert [a.coming for a in first.attendances] == [None]


@pytest.mark.parametrize(
    ("local", "why"),
    [
        ("2027-02-01T10:00", "is over"),
        ("2027-03-26T10:00", "public holiday"),
        ("2027-03-03T13:00", "a meeting there already"),
        ("2027-02-18T09:30", "facilitator has another meeting"),
        ("2027-04-04T02:30", "clocks change"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_changes(
    store: Store, cast, group, now, local: str, why: str
) -> None:
    meet(store, group)
    busy(store, cast.ana, datetime.fromisoformat("2027-02-18T09:00"))
    first = meetings(store)[0]
    with pytest.raises(Refused, match=why):
        acts.move(store, first, datetime.fromisoformat(local), cast.ana, now)
    assert (first.local_start, first.sequence, first.needs_time) == (WEDNESDAY, 0, False)
    assert whose(store, first) == {cast.ana.id, cast.ben.id, cast.dan.id}


def test_attendance_is_one_tap_each_or_one_for_all(store: Store, cast, group, now) -> None:
    meet(store, group)
    first, after = meetings(store)[0], now + timedelta(days=8)
    with pytest.raises(Refused, match="once the meeting has begun"):
        acts.mark(store, first, cast.ben, True, cast.ana, now)
    acts.everyone_here(store, first, cast.ana, after)
    acts.mark(store, first, cast.dan, False, cast.dan, after)
    store.refresh(first)
    assert {a.person.ref: a.came for a in first.attendances} == {"ben": True, "dan": False}
    with pytest.raises(NotFound):
        acts.mark(store, first, cast.rua, True, cast.ana, after)


def test_group_time_counts_no_sessions(store: Store, cast, group) -> None:
    meet(store, group)
    assert store.scalar(select(func.count()).select_from(Session)) == 0


def test_joining_takes_a_seat_and_the_time_ahead(store: Store, cast, group, eve, now) -> None:
    meet(store, group)
    seat = seats.join(store, group, eve, cast.cleo, now)
    assert (seat.waiting, seat.joined_on) == (False, date(2027, 2, 10))
    assert all(eve.id in whose(store, row) for row in meetings(store))
    assert seats.join(store, group, eve, cast.cleo, now) is seat


def test_a_full_group_has_a_queue_and_a_place_is_offered_when_there_is_one(
    store: Store, cast, group, eve, now
) -> None:
    meet(store, group)
    group.maximum = 2
    seat = seats.join(store, group, eve, cast.cleo, now)
    assert seat.waiting
    assert eve.id not in whose(store, meetings(store)[0])
    with pytest.raises(Refused, match="full"):
        seats.offer_place(store, seat, cast.ana, now)
    seats.leave(store, group, cast.dan, cast.dan, now)
    seats.offer_place(store, seat, cast.ana, now)
    assert whose(store, meetings(store)[0]) == {cast.ana.id, cast.ben.id, eve.id}
    with pytest.raises(Refused, match="not waiting"):
        seats.offer_place(store, seat, cast.ana, now)


def test_two_who_join_at_the_same_moment_do_not_share_the_last_place(
    app: Flask, store: Store, cast, group, eve, now
) -> None:
    store.commit()
    joining, both = (eve.id, cast.rua.id), Barrier(2)
    coordinator, group_id = cast.cleo.id, group.id
    store.rollback()

    def join(person_id: int) -> bool:
        with app.app_context(), writing():
            mine = db.session()
            theirs, by = mine.get_one(Group, group_id), mine.get_one(Person, coordinator)
            if mine.get_bind().dialect.name == "postgresql":
                both.wait()
            seat = seats.join(mine, theirs, mine.get_one(Person, person_id), by, now)
            mine.commit()
            return seat.waiting

    store.query(Job).delete()
    store.commit()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, joining)) == [False, True]


def test_asking_for_a_seat_in_a_closed_group_is_waiting(
    store: Store, cast, group, eve, now
) -> None:
    assert seats.join(store, group, eve, eve, now).waiting
    group.open = True
    seats.leave(store, group, eve, eve, now)
    assert not seats.join(store, group, eve, eve, now).waiting
    assert len([seat for seat in group.seats if seat.person is eve]) == 1


def test_leaving_gives_the_time_back_and_no_reason_is_asked(store: Store, cast, group, now) -> None:
    meet(store, group)
    seats.leave(store, group, cast.ben, cast.ben, now)
    seats.leave(store, group, cast.ben, cast.ben, now)
    assert all(cast.ben.id not in whose(store, row) for row in meetings(store))
    assert [s.person.ref for s in group_times.seated(group, date(2027, 2, 17))] == ["dan"]


def test_no_line_manager_of_a_member_is_in_the_group(store: Store, cast, group, eve, now) -> None:
    for manager in (cast.mere, cast.rua):
        with pytest.raises(Refused, match="not available"):
            seats.join(store, group, manager, cast.cleo, now)
    above = Job(person=cast.mere, organisation=cast.lakes, role=Role.MANAGER, manager=eve)
    store.add(above)
    store.flush()
    with pytest.raises(Refused, match="not available"):
        seats.join(store, group, eve, cast.cleo, now)
    above.ends_on = date(2027, 1, 31)
    store.flush()
    assert seats.join(store, group, eve, cast.cleo, now)


def test_nobody_joins_the_group_of_who_they_manage_nor_one_their_manager_leads(
    store: Store, cast, group, eve, now
) -> None:
    store.add(Job(person=eve, organisation=cast.lakes, role=Role.MANAGER, manager=cast.ana))
    store.add(Job(person=cast.ana, organisation=cast.lakes, role=Role.MANAGER, manager=eve))
    store.flush()
    with pytest.raises(Refused, match="not available"):
        seats.join(store, group, eve, cast.cleo, now)


@pytest.mark.parametrize("declared_by", ["eve", "dan", "eve against dan's employer", "the other"])
def test_a_conflict_keeps_two_apart_whoever_declared_it_and_words_give_nothing_away(
    store: Store, cast, group, eve, now, declared_by: str
) -> None:
    store.add(
        {
            "eve": Conflict(person_id=eve.id, other_person_id=cast.dan.id),
            "dan": Conflict(person_id=cast.dan.id, other_person_id=eve.id),
            "eve against dan's employer": Conflict(
                person_id=eve.id, other_organisation_id=cast.harbour.id
            ),
            "the other": Conflict(person_id=cast.dan.id, other_organisation_id=cast.hub.id),
        }[declared_by]
    )
    store.add(Job(person=eve, organisation=cast.hub, role=Role.OTHER))
    store.flush()
    with pytest.raises(Refused) as refusal:
        seats.join(store, group, eve, cast.cleo, now)
    assert str(refusal.value) == seats.NOT_THIS_ONE


def test_a_conflict_declared_while_waiting_keeps_the_place(
    store: Store, cast, group, eve, now
) -> None:
    seat = seats.join(store, group, eve, eve, now)
    store.add(Conflict(person_id=cast.ben.id, other_person_id=eve.id))
    store.flush()
    with pytest.raises(Refused, match="not available"):
        seats.offer_place(store, seat, cast.ana, now)


def test_nobody_joins_a_closed_group(store: Store, cast, group, eve, now) -> None:
    group.closed_at = now
    with pytest.raises(Refused, match="closed"):
        seats.join(store, group, eve, cast.cleo, now)
