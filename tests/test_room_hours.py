"""A room holds one meeting at a time: it is taken and given back with the meeting."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from supervisor.commitments import TimeGone
from supervisor.models import MeetingRoom, Place, RoomUse, Session, Store
from supervisor.openings.openings import openings
from supervisor.plans import plans
from supervisor.rooms import room_hours
from supervisor.rules.kinds import Mode, Outcome, Side, Which
from supervisor.rules.openings import BookingSettings
from supervisor.rules.rhythm import Rhythm
from supervisor.sessions import series, sessions
from supervisor.sessions.series import Asked
from supervisor.settings import read, save
from tests.test_openings import at, questions

__all__ = ["questions"]


def rooms(store: Store, place: Place, *sizes: int) -> list[MeetingRoom]:
    """Rooms of a place: room 1, room 2, with so many seats."""
    some = [
        MeetingRoom(ref=f"room-{n}", place=place, name=f"room {n}", seats=size)
        for n, size in enumerate(sizes, 1)
    ]
    store.add_all(some)
    store.commit()
    return some


def in_cromwell(store: Store, people: Iterable) -> None:
    for person in people:
        person.modes = [Mode.IN_PERSON, Mode.VIDEO]
        person.latitude, person.longitude = -45.04, 169.2
    store.commit()


@pytest.fixture
def face_to_face(store: Store, cast: SimpleNamespace) -> SimpleNamespace:
    """Ana and Ben meet in person, in Cromwell."""
    cast.ana.place = cast.cromwell
    in_cromwell(store, [cast.ana, cast.ben])
    return cast


def taken(store: Store) -> list[tuple[str, datetime]]:
    query = select(MeetingRoom.name, RoomUse.starts_at).join_from(RoomUse, MeetingRoom)
    return [(name, start) for name, start in store.execute(query.order_by(RoomUse.starts_at))]


def give_away(store: Store, room: MeetingRoom, start: datetime, hours: float = 1) -> None:
    ends = start + timedelta(hours=hours)
    store.add(RoomUse(room_id=room.id, starts_at=start, ends_at=ends))
    store.commit()


def book(store: Store, cast: SimpleNamespace, now: datetime, start: datetime) -> Session:
    session = sessions.book(store, cast.entitlement, start, None, cast.ben, now)
    store.commit()
    return session


def test_the_database_gives_no_room_to_two_at_once(store: Store, cast) -> None:
    one, other = rooms(store, cast.cromwell, 4, 4)
    give_away(store, one, at(2, 15))
    give_away(store, other, at(2, 15))
    give_away(store, one, at(2, 15, 10))
    for start in (at(2, 15, 8, 30), at(2, 15, 9, 59)):
        row = {"room_id": one.id, "starts_at": start, "ends_at": start + timedelta(hours=1)}
        with pytest.raises(IntegrityError, match="room_overlap"), store.begin_nested():
            store.execute(insert(RoomUse).values(row))
    later = update(RoomUse).where(RoomUse.starts_at == at(2, 15, 10))
    with pytest.raises(IntegrityError, match="room_overlap"), store.begin_nested():
        store.execute(later.values(starts_at=at(2, 15, 9, 30)))


def test_a_meeting_in_person_takes_thesmallest_room_and_gives_it_back(
    store: Store, face_to_face, now
) -> None:
    _large, small = rooms(store, face_to_face.cromwell, 8, 2)
    session = book(store, face_to_face, now, at(2, 15))
    assert session.room is small
    assert taken(store) == [("room 2", at(2, 15))]
    sessions.move(store, session, at(2, 16, 11), None, face_to_face.ben, now)
    assert taken(store) == [("room 2", at(2, 16, 11))]
    sessions.cancel(store, session, face_to_face.ben, now)
    assert taken(store) == []
    sessions.restore(store, session, face_to_face.ben, now)
    assert taken(store) == [("room 2", at(2, 16, 11))]


def test_on_video_there_is_no_room(store: Store, face_to_face, now) -> None:
    rooms(store, face_to_face.cromwell, 2)
    session = book(store, face_to_face, now, at(2, 15))
    sessions.move(store, session, at(2, 15), Mode.VIDEO, face_to_face.ben, now)
    assert session.room is None
    assert taken(store) == []
    sessions.move(store, session, at(2, 15), Mode.IN_PERSON, face_to_face.ben, now)
    assert taken(store) == [("room 1", at(2, 15))]


def test_a_place_without_rooms_is_as_it_was(store: Store, face_to_face, now) -> None:
    rooms(store, face_to_face.dunedin, 2)
    session = book(store, face_to_face, now, at(2, 15))
    assert (session.place, session.room) == (face_to_face.cromwell, None)
    assert taken(store) == []


def test_where_no_room_is_free_another_time_is_offered(store: Store, face_to_face, now) -> None:
    for room in rooms(store, face_to_face.cromwell, 2, 2):
        give_away(store, room, at(2, 15, 9, 30), hours=2)
    with pytest.raises(TimeGone, match="No room is free at Cromwell then") as gone:
        book(store, face_to_face, now, at(2, 15))
    assert gone.value.no_room
    assert len(gone.value.others) == 3
    assert at(2, 15) not in {one.starts_at for one in gone.value.others}
    assert store.scalars(select(Session)).all() == []


def test_a_move_to_where_no_room_is_free_changes_nothing(store: Store, face_to_face, now) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    give_away(store, room, at(2, 16))
    session = book(store, face_to_face, now, at(2, 15))
    with pytest.raises(TimeGone, match="No room is free at Cromwell then"):
        sessions.move(store, session, at(2, 16), None, face_to_face.ben, now)
    assert session.starts_at == at(2, 15)
    assert taken(store) == [("room 1", at(2, 15)), ("room 1", at(2, 16))]


def test_a_hub_may_let_them_meet_without_a_room(store: Store, face_to_face, now) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    give_away(store, room, at(2, 15))
    save(store, BookingSettings(without_room=True))
    assert at(2, 15) in starts(store, face_to_face, now)
    session = book(store, face_to_face, now, at(2, 15))
    assert (session.place, session.room) == (face_to_face.cromwell, None)


def starts(store: Store, cast: SimpleNamespace, now: datetime) -> set[datetime]:
    """Every time that the two are offered."""
    save(store, replace(read(store, BookingSettings), apart_minutes=0, per_day_shown=99))
    return {one.starts_at for one in openings(store, cast.entitlement, now, count=2000).times}


def test_only_times_with_a_free_room_are_offered(store: Store, face_to_face, now) -> None:
    one, other = rooms(store, face_to_face.cromwell, 2, 4)
    give_away(store, one, at(2, 15, 9), hours=6)
    give_away(store, other, at(2, 15, 10, 30), hours=2)
    found = {time for time in starts(store, face_to_face, now) if at(2, 15) <= time < at(2, 16)}
    early = [at(2, 15, 9, 15 * n) for n in range(3)]
    late = [at(2, 15, 12, 30) + timedelta(minutes=15 * n) for n in range(7)]
    assert found == {*early, *late}


def test_a_room_that_is_toosmall_or_out_of_use_is_none(store: Store, face_to_face, now) -> None:
    tiny, old, good = rooms(store, face_to_face.cromwell, 1, 2, 2)
    old.retired_at = now
    give_away(store, good, at(2, 15), hours=6)
    assert at(2, 15) not in starts(store, face_to_face, now)
    with pytest.raises(TimeGone):
        book(store, face_to_face, now, at(2, 15))
    good.retired_at = now
    store.commit()
    with pytest.raises(TimeGone, match="No room at Cromwell has 2 seats"):
        book(store, face_to_face, now, at(2, 15))
    tiny.retired_at = now
    store.commit()
    assert book(store, face_to_face, now, at(2, 15)).room is None


def test_it_is_said_that_no_room_is_free(store: Store, face_to_face, now) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    assert openings(store, face_to_face.entitlement, now).reasons == []
    give_away(store, room, now, hours=24 * 12)
    (reason,) = openings(store, face_to_face.entitlement, now).reasons
    assert str(reason) == "No room is free at Cromwell before 2027-02-22."
    give_away(store, room, now + timedelta(days=12), hours=24 * 400)
    none = openings(store, face_to_face.entitlement, now)
    assert none.times == []
    assert str(none.reasons[0]).startswith("No room is free at Cromwell while you are both free.")


def test_a_session_that_moves_keeps_no_room_from_itself(store: Store, face_to_face, now) -> None:
    rooms(store, face_to_face.cromwell, 2)
    session = book(store, face_to_face, now, at(2, 15))
    found = openings(
        store, face_to_face.entitlement, now, 500, moving=session, near=date(2027, 2, 15)
    )
    assert at(2, 15) in {one.starts_at for one in found.times}


def test_six_questions_are_enough_with_rooms(
    store: Store,
    face_to_face,
    now,
    questions,
) -> None:
    some = rooms(store, face_to_face.cromwell, *range(2, 12))
    for n, room in enumerate(some):
        give_away(store, room, at(2, 15 + n % 5))
    entitlement = face_to_face.entitlement
    assert entitlement.id
    questions()
    assert openings(store, entitlement, now).times
    assert questions() <= 6


def test_a_series_leaves_out_the_day_on_which_no_room_is_free(
    store: Store, face_to_face, now
) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    give_away(store, room, at(2, 22))
    asked = Asked(face_to_face.entitlement, at(2, 15), None, Rhythm.WEEKLY, face_to_face.ben)
    steps = series.preview(store, asked, now)
    assert str(steps[1].why) == "No room is free at Cromwell then."
    booked, left = series.book(store, asked, now)
    assert left == [step for step in steps if step.why]
    assert {one.room for one in booked} == {room}
    series.move(store, booked[0], at(2, 15, 11), None, face_to_face.ben, now, Which.LATER)
    assert len(taken(store)) == len(booked) + 1
    off = series.cancel(store, booked[0], face_to_face.ben, now, Side.WORKER, Which.LATER)
    assert len(off) == len(booked)
    assert taken(store) == [("room 1", at(2, 22))]
    series.restore(store, booked[0], face_to_face.ben, now)
    assert len(taken(store)) == len(booked) + 1


def test_the_room_that_was_picked_for_a_pair_is_theirs_the_next_time(
    store: Store, face_to_face, now
) -> None:
    small, step_free = rooms(store, face_to_face.cromwell, 2, 6)
    session = book(store, face_to_face, now, at(2, 15))
    room_hours.give_back(store, session)
    room_hours.put_in(store, session, step_free, chosen=True)
    assert book(store, face_to_face, now, at(3, 15)).room is step_free
    give_away(store, step_free, at(4, 12))
    assert book(store, face_to_face, now, at(4, 12)).room is small


def test_what_a_match_leaves_behind_gives_its_room_back(store: Store, face_to_face, now) -> None:
    rooms(store, face_to_face.cromwell, 2)
    session = book(store, face_to_face, now, at(2, 15))
    sessions.withdraw(store, session, face_to_face.cleo, now)
    assert session.outcome == Outcome.DID_NOT_HAPPEN
    assert taken(store) == []


def test_the_plan_proposes_no_time_at_which_every_room_is_taken(
    store: Store, face_to_face, now
) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    for week in range(46):
        give_away(store, room, at(2, 8) + timedelta(weeks=week), hours=24 * 4)
    made = plans.plan(store, date(2027, 2, 10), date(2027, 12, 20), now)
    assert made.times
    there = ZoneInfo("Pacific/Auckland")
    assert {time.starts_at.astimezone(there).weekday() for time in made.times} == {4}
