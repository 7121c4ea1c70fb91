"""Letters about several times say the room of each, and a larger group's new room is told once."""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from supervisor import letters
from supervisor.groups import rota, seats, visits
from supervisor.models import Group, MeetingRoom, Message, Person, Store
from supervisor.plans import plans
from supervisor.rules.kinds import Mode, Which
from supervisor.rules.rhythm import Rhythm
from supervisor.sessions import series
from supervisor.sessions.series import Asked
from tests.test_openings import at
from tests.test_room_groups import meet, six
from tests.test_room_hours import face_to_face, give_away, rooms

__all__ = ["face_to_face", "six"]


def sent(store: Store, template: str) -> dict[str, list[str]]:
    """Of the last letter of a kind to each, the things that its lists say."""
    found = store.scalars(select(Message).filter_by(template=template).order_by(Message.id))
    return {one.recipient.ref: _things(store, one) for one in found}


def _things(store: Store, message: Message) -> list[str]:
    letter = letters.as_said(store, message, message.due_at)
    assert letter
    return [thing for part in letter.paragraphs for thing in part.things]


def asked(cast: SimpleNamespace) -> Asked:
    return Asked(cast.entitlement, at(2, 15), None, Rhythm.WEEKLY, cast.ben)


def test_a_series_says_the_room_of_each_of_its_times(app, store: Store, face_to_face, now) -> None:
    small, _large = rooms(store, face_to_face.cromwell, 2, 4)
    give_away(store, small, at(2, 22))
    booked, _left = series.book(store, asked(face_to_face), now)
    for things in sent(store, "plan_kept").values():
        said = [one.rpartition(", ")[2] for one in things]
        assert said == ["room 1", "room 2", *["room 1"] * 8]
    assert things[0].endswith("Cromwell, room 1")
    series.move(store, booked[0], at(2, 15, 11), None, face_to_face.ben, now, Which.LATER)
    moved = sent(store, "series_moved")["ana"]
    assert [one.rpartition(", ")[2] for one in moved] == said


def test_a_plan_that_is_kept_says_the_room_of_each_of_its_times(
    app, store: Store, face_to_face, now
) -> None:
    rooms(store, face_to_face.cromwell, 2)
    plans.plan(store, date(2027, 2, 10), date(2027, 12, 20), now)
    plans.keep(store, face_to_face.entitlement, face_to_face.ben, now)
    for things in sent(store, "plan_kept").values():
        assert len(things) == 10
        assert all(one.endswith("Cromwell, room 1") for one in things)


def test_by_video_and_where_a_place_keeps_no_rooms_the_times_stand_alone(
    app, store: Store, face_to_face, now
) -> None:
    series.book(store, asked(face_to_face), now)
    assert not any("Cromwell" in one for one in sent(store, "plan_kept")["ben"])


def test_a_letter_from_before_rooms_were_said_is_still_read(app, store: Store, cast, now) -> None:
    series.book(store, asked(cast), now)
    for one in store.scalars(select(Message).filter_by(template="plan_kept")):
        one.facts = {name: fact for name, fact in one.facts.items() if name != "rooms"}
    assert len(sent(store, "plan_kept")["ben"]) == 10


def test_who_leads_in_turn_reads_the_room_of_each_turn(app, store: Store, cast, now, six) -> None:
    rooms(store, cast.dunedin, 12)
    meet(store, six, now, until=31)
    rota.ask(store, six, cast.dan, cast.cleo, now)
    rota.begin(store, six, date(2027, 2, 17), cast.cleo, now)
    assert sent(store, "turns")["dan"]
    assert all(one.endswith("Dunedin, room 1") for one in sent(store, "turns")["dan"])


@pytest.fixture
def tight(store: Store, cast: SimpleNamespace, now, six: Group) -> Group:
    """Seven sit in a room of seven, and the hall is free."""
    rooms(store, cast.dunedin, 7)
    meet(store, six, now)
    larger_room(store, cast)
    return six


def larger_room(store: Store, cast: SimpleNamespace) -> None:
    store.add(MeetingRoom(ref="hall", place=cast.dunedin, name="hall", seats=12))
    store.commit()


def newcomer(store: Store, cast: SimpleNamespace) -> Person:
    gil = Person(ref="gil", name="Gil Orr", place=cast.dunedin, modes=[Mode.IN_PERSON])
    store.add(gil)
    store.flush()
    return gil


MEMBERS = {str(number) for number in range(6)}


def test_a_group_that_outgrows_its_room_reads_once_where_it_meets(
    app, store: Store, cast, now, tight
) -> None:
    seats.join(store, tight, newcomer(store, cast), cast.cleo, now)
    told = sent(store, "meeting_room")
    assert set(told) == {*MEMBERS, "ana"}
    assert {things[0] for things in told.values()} == {"Dunedin, hall"}
    assert {len(things) for things in told.values()} == {3}
    letters_ = store.scalars(select(Message).filter_by(template="meeting_room")).all()
    assert len(letters_) == 7


def test_while_the_room_stays_nobody_is_written_to(store: Store, cast, now, six) -> None:
    rooms(store, cast.dunedin, 12)
    meet(store, six, now)
    seats.join(store, six, newcomer(store, cast), cast.cleo, now)
    assert sent(store, "meeting_room") == {}


def test_who_comes_once_may_take_them_to_a_larger_room(app, store: Store, cast, now, tight) -> None:
    tight.open = True
    visits.drop_in(store, tight, newcomer(store, cast), now)
    told = sent(store, "meeting_room")
    assert set(told) == {*MEMBERS, "ana"}
    assert {len(things) for things in told.values()} == {2}
