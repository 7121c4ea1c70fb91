"""The hub keeps the rooms of a place, and whoever meets there hears where."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from supervisor.errors import Refused
from supervisor.meeting_rooms import room_choices, room_keeping, room_weeks
from supervisor.meeting_rooms.room_keeping import Written
from supervisor.models import Message, Store
from supervisor.rules.kinds import Mode, Which
from supervisor.rules.rhythm import Rhythm
from supervisor.sessions import series
from supervisor.sessions.series import Asked
from supervisor.still_true import still_true
from tests.test_openings import at
from tests.test_room_groups import meet, six
from tests.test_room_hours import book, face_to_face, give_away, rooms, taken

__all__ = ["face_to_face", "six"]


def told(store: Store) -> list[tuple[str, str, bool]]:
    """Who was told where they meet, and whether there is a room."""
    query = select(Message).filter_by(template="meeting_room").order_by(Message.id)
    return [(m.recipient.ref, m.facts["where"], m.facts["has_room"]) for m in store.scalars(query)]


def test_a_first_room_goes_to_what_is_booked_there_already(store: Store, face_to_face, now) -> None:
    session = book(store, face_to_face, now, at(2, 15))
    before, session.changed_at = session.sequence, now - timedelta(days=1)
    place, cleo = face_to_face.cromwell, face_to_face.cleo
    _room, given = room_keeping.add(store, place, Written("room 1", 2), cleo, now)
    assert given == 1
    assert taken(store) == [("room 1", at(2, 15))]
    assert (session.sequence, session.changed_at) == (before, now), "its time is as it was"
    assert told(store) == [("ben", "Cromwell, room 1", True), ("ana", "Cromwell, room 1", True)]


def test_what_cannot_be_a_room_is_refused(store: Store, cast, now) -> None:
    rooms(store, cast.cromwell, 2)
    for written, field in (
        (Written("", 4), "name"),
        (Written("Room 1", 4), "name"),
        (Written("x" * 61, 4), "name"),
        (Written("Small", 1), "seats"),
        (Written("Large", 501), "seats"),
    ):
        with pytest.raises(Refused) as refused:
            room_keeping.add(store, cast.cromwell, written, cast.cleo, now)
        assert refused.value.field == field


def test_a_new_name_is_a_new_revision_for_every_calendar(store: Store, face_to_face, now) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    session = book(store, face_to_face, now, at(2, 15))
    before = session.changed_at = now - timedelta(days=1)
    room_keeping.change(store, room, Written("room 1", 2, "Step-free"), face_to_face.cleo, now)
    assert (room.notes, session.changed_at) == ("Step-free", before)
    room_keeping.change(store, room, Written("Kōwhai", 2), face_to_face.cleo, now)
    assert (session.sequence, session.changed_at) == (0, now)
    assert taken(store) == [("Kōwhai", at(2, 15))]


def test_out_of_use_what_is_booked_goes_to_another_room_or_is_listed(
    store: Store,
    face_to_face,
    now,
) -> None:
    small, large = rooms(store, face_to_face.cromwell, 2, 8)
    first = book(store, face_to_face, now, at(2, 15))
    second = book(store, face_to_face, now, at(3, 15))
    give_away(store, large, at(3, 15))
    assert room_keeping.retire(store, small, face_to_face.cleo, now) == (1, 1)
    assert (first.room, second.room) == (large, None)
    without = room_weeks.without(store, face_to_face.cromwell, now)
    assert [one.held for one in without] == [second]
    assert ("ben", "Cromwell", False) in told(store)
    assert room_keeping.retire(store, small, face_to_face.cleo, now) == (0, 0)
    assert room_keeping.use_again(store, small, face_to_face.cleo, now) == 1
    assert second.room is small
    (kept,) = room_keeping.all_of(store, now)
    assert (kept.rooms, kept.retired, kept.without) == ([small, large], [], [])


def test_a_room_s_week_says_who_meets_and_not_for_what(store: Store, face_to_face, now) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    book(store, face_to_face, now, at(2, 15, 10))
    week = dict(room_weeks.week(store, room, date(2027, 2, 15)))
    (one,) = week[date(2027, 2, 15)]
    assert (one.names, one.starts.hour, one.ends.hour) == (["Ana Rewi", "Ben Harris"], 10, 11)
    assert sum(map(len, week.values())) == 1
    assert not any(some for _day, some in room_weeks.week(store, room, date(2027, 2, 22)))


def test_another_free_room_is_picked_and_both_are_told(store: Store, face_to_face, now) -> None:
    _first, free, busy, tiny = rooms(store, face_to_face.cromwell, 2, 4, 4, 1)
    give_away(store, busy, at(2, 15))
    session = book(store, face_to_face, now, at(2, 15))
    assert [one.free for one in room_choices.options(store, session)] == [False, True, False, False]
    cleo = face_to_face.cleo
    room_choices.pick(store, session, free.ref, Which.ONLY, cleo, now)
    assert (session.room, session.room_chosen) == (free, True)
    assert ("ana", "Cromwell, room 2", True) in told(store)
    for ref in (busy.ref, tiny.ref, "nothing"):
        with pytest.raises(Refused) as refused:
            room_choices.pick(store, session, ref, Which.ONLY, cleo, now)
        assert refused.value.field == "room"
    assert session.room is free


def test_a_series_follows_into_the_room_where_it_is_free(store: Store, face_to_face, now) -> None:
    _first, other = rooms(store, face_to_face.cromwell, 2, 4)
    asked = Asked(face_to_face.entitlement, at(2, 15), None, Rhythm.WEEKLY, face_to_face.ben)
    booked, _left = series.book(store, asked, now)
    give_away(store, other, booked[2].starts_at)
    left = room_choices.pick(store, booked[0], other.ref, Which.LATER, face_to_face.cleo, now)
    assert left == [booked[2]]
    assert sum(one.room is other for one in booked) == len(booked) - 1
    assert len(told(store)) == 2


def test_a_group_is_told_of_its_room_and_a_small_one_is_none_for_it(
    store: Store,
    cast,
    now,
    six,
) -> None:
    _usual, small, large = rooms(store, cast.dunedin, 9, 6, 12)
    first, second = meet(store, six, now)
    with pytest.raises(Refused):
        room_choices.pick(store, first, small.ref, Which.ONLY, cast.ana, now)
    assert room_choices.pick(store, first, large.ref, Which.LATER, cast.ana, now) == []
    assert (first.room, second.room) == (large, large)
    assert len(told(store)) == 6
    assert not room_choices.has_rooms(store, first, at(4, 1))


def test_on_video_there_is_nothing_to_pick(store: Store, face_to_face, now) -> None:
    (room,) = rooms(store, face_to_face.cromwell, 2)
    session = book(store, face_to_face, now, at(2, 15))
    session.mode = Mode.VIDEO
    assert not room_choices.has_rooms(store, session, now)
    with pytest.raises(Refused):
        room_choices.pick(store, session, room.ref, Which.ONLY, face_to_face.cleo, now)


def waiting(store: Store) -> list[Message]:
    """The letters about rooms that would still go, in order."""
    query = select(Message).filter_by(template="meeting_room", dropped_at=None)
    return [one for one in store.scalars(query.order_by(Message.id)) if still_true(store, one)]


def test_the_room_that_it_has_is_no_change(store: Store, face_to_face, now) -> None:
    _first, other = rooms(store, face_to_face.cromwell, 2, 4)
    session = book(store, face_to_face, now, at(2, 15))
    cleo = face_to_face.cleo
    room_choices.pick(store, session, other.ref, Which.ONLY, cleo, now)
    before = session.sequence, told(store)
    with pytest.raises(Refused, match="has that room already"):
        room_choices.pick(store, session, other.ref, Which.ONLY, cleo, now)
    assert (session.sequence, told(store)) == before


def test_of_a_room_that_changes_again_only_the_last_is_told(
    store: Store, face_to_face, now
) -> None:
    first, other = rooms(store, face_to_face.cromwell, 2, 4)
    session = book(store, face_to_face, now, at(2, 15))
    for room in (other, first, other):
        room_choices.pick(store, session, room.ref, Which.ONLY, face_to_face.cleo, now)
    assert [(one.recipient.ref, one.facts["where"]) for one in waiting(store)] == [
        ("ben", "Cromwell, room 2"), ("ana", "Cromwell, room 2"),
    ]  # fmt: skip
    room_keeping.retire(store, other, face_to_face.cleo, now)
    assert {one.facts["where"] for one in waiting(store)} == {"Cromwell, room 1"}
    session.room = None
    assert waiting(store) == []


def test_a_group_too_hears_of_the_last_room_alone(store: Store, cast, now, six) -> None:
    _usual, large = rooms(store, cast.dunedin, 9, 12)
    first, _second = meet(store, six, now)
    for room in (large, _usual, large):
        room_choices.pick(store, first, room.ref, Which.ONLY, cast.ana, now)
    assert [one.facts["where"] for one in waiting(store)] == ["Dunedin, room 2"] * 6
