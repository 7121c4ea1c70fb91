"""A group that meets in person has a room with a seat for everybody."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete

from supervisor.errors import Refused
from supervisor.groups import group_endings, group_times, groups, meetings
from supervisor.meeting_rooms.outgrown import outgrown
from supervisor.models import Group, Meeting, Person, RoomUse, Seat, Store
from supervisor.rooms import room_hours
from supervisor.rules.kinds import GroupKind, Mode
from supervisor.rules.openings import BookingSettings
from supervisor.settings import save
from tests.test_openings import at
from tests.test_room_hours import give_away, rooms, taken

FIRST = datetime.fromisoformat("2027-02-17T13:00")


@pytest.fixture
def six(store: Store, cast: SimpleNamespace) -> Group:
    """Ana leads six in Dunedin; two more could come."""
    names = [f"Member {number}" for number in range(6)]
    people = [Person(ref=name[-1], name=name, place=cast.dunedin) for name in names]
    group = Group(
        ref="wednesday", name="Wednesday", kind=GroupKind.CO_REFLECTION, facilitator=cast.ana,
        place=cast.dunedin, mode=Mode.IN_PERSON, minimum=3, maximum=8,
        seats=[Seat(person=person, joined_on=date(2027, 1, 1)) for person in people],
    )  # fmt: skip
    store.add(group)
    store.commit()
    return group


def meet(store: Store, group: Group, now: datetime, until: int = 3) -> list[Meeting]:
    groups.meet(store, group, FIRST, "Pacific/Auckland", 2, 60, date(2027, 3, until), now)
    store.commit()
    return store.query(Meeting).order_by(Meeting.starts_at).all()


def test_it_gets_a_room_for_as_many_as_may_come(store: Store, cast, now, six) -> None:
    rooms(store, cast.dunedin, 12, 7, 9)
    first, second = meet(store, six, now)
    assert [first.room.name, second.room.name] == ["room 3", "room 3"]
    assert taken(store) == [("room 3", at(2, 17, 13)), ("room 3", at(3, 3, 13))]


def test_where_all_are_smaller_it_gets_the_largest_that_holds_those_of_today(
    store: Store, cast, now, six
) -> None:
    rooms(store, cast.dunedin, 7, 8, 6)
    assert meet(store, six, now)[0].room.name == "room 2"


def test_without_a_room_it_needs_a_time(store: Store, cast, now, six) -> None:
    _small, large = rooms(store, cast.dunedin, 6, 9)
    give_away(store, large, at(2, 17, 13, 30))
    first, second = meet(store, six, now)
    assert (first.needs_time, second.needs_time) == (True, False)
    with pytest.raises(Refused, match="No room is free at Dunedin then"):
        meetings.move(store, second, FIRST + timedelta(minutes=15), cast.cleo, now)
    assert second.local_start.day == 3
    meetings.move(store, first, FIRST + timedelta(hours=2), cast.cleo, now)
    assert (first.needs_time, first.room) == (False, large)


def test_where_no_room_holds_it_that_is_said(store: Store, cast, now, six) -> None:
    rooms(store, cast.dunedin, 6)
    first, _second = meet(store, six, now)
    assert first.needs_time
    with pytest.raises(Refused, match="No room at Dunedin has 7 seats"):
        meetings.move(store, first, FIRST + timedelta(days=1), cast.cleo, now)


def test_a_hub_may_let_a_group_meet_without_a_room(store: Store, cast, now, six) -> None:
    rooms(store, cast.dunedin, 6)
    save(store, BookingSettings(without_room=True))
    first, _second = meet(store, six, now)
    assert (first.needs_time, first.room) == (False, None)


def test_called_off_it_gives_the_room_back_and_undone_it_has_it_again(
    store: Store, cast, now, six
) -> None:
    (room,) = rooms(store, cast.dunedin, 9)
    first, _second = meet(store, six, now)
    meetings.cancel(store, first, cast.cleo, now)
    assert taken(store) == [("room 1", at(3, 3, 13))]
    meetings.restore(store, first, cast.cleo, now)
    assert len(taken(store)) == 2
    meetings.cancel(store, first, cast.cleo, now)
    give_away(store, room, at(2, 17, 13))
    with pytest.raises(Refused, match="No room is free at Dunedin then"):
        meetings.restore(store, first, cast.cleo, now)
    assert first.cancelled_at


def test_a_group_that_closes_gives_all_its_rooms_back(store: Store, cast, now, six) -> None:
    rooms(store, cast.dunedin, 9)
    meet(store, six, now)
    ending = group_endings.close(store, six, cast.cleo, now)
    assert taken(store) == []
    group_endings.reopen(store, ending, cast.cleo, now)
    assert len(taken(store)) == 2


def test_the_room_that_was_picked_for_a_group_is_theirs_later_on(
    store: Store, cast, now, six
) -> None:
    _usual, picked = rooms(store, cast.dunedin, 9, 12)
    first, _second = meet(store, six, now)
    room_hours.give_back(store, first)
    room_hours.put_in(store, first, picked, chosen=True)
    six.series[0].until_on = date(2027, 3, 17)
    assert groups.extend(store, now) == 1
    third = store.query(Meeting).filter_by(local_start=FIRST + timedelta(weeks=4)).one()
    assert third.room is picked


def test_one_more_than_the_room_seats_takes_them_to_a_larger_one(
    store: Store, cast, now, six
) -> None:
    _seven, eight = rooms(store, cast.dunedin, 7, 8)
    give_away(store, eight, at(2, 17, 13))
    first, _second = meet(store, six, now)
    assert first.room.name == "room 1"
    gil = Person(ref="gil", name="Gil Orr", place=cast.dunedin)
    store.add(Seat(group=six, person=gil, joined_on=date(2027, 2, 1)))
    store.flush()
    group_times.take_ahead(store, six, gil, now)
    assert first.room.name == "room 1"
    store.execute(delete(RoomUse).where(RoomUse.meeting_id.is_(None)))
    first.changed_at = now - timedelta(days=1)
    group_times.take_ahead(store, six, cast.ben, now)
    assert (first.room, first.changed_at) == (eight, now)


def test_the_hub_reads_of_a_group_that_outgrew_its_room_and_chooses_another(
    store: Store, cast, now, six, sign_in
) -> None:
    """Two meetings in a room for seven; the only larger one is taken at the first."""
    _seven, eight = rooms(store, cast.dunedin, 7, 8)
    for week in (0, 2):
        give_away(store, eight, at(2, 17, 13) + timedelta(weeks=week))
    meet(store, six, now)
    assert outgrown(store, now) == []
    gil = Person(ref="gil", name="Gil Orr", place=cast.dunedin)
    store.add(Seat(group=six, person=gil, joined_on=date(2027, 2, 1)))
    store.flush()
    store.expire(six, ["seats"])
    group_times.take_ahead(store, six, gil, now)
    store.commit()
    [tight] = outgrown(store, now)
    assert (tight.meeting.local_start, tight.people, tight.count) == (FIRST, 8, 2)
    cleo = sign_in(cast.cleo)
    text = cleo.get("/today").text
    assert "room 1 holds 7; 8 may come on 17 February 2027." in text
    remedy = f"/groups/{six.ref}/meetings/{tight.meeting.ref}/room"
    assert remedy in text
    assert "No other room is free then" in cleo.get(remedy).text
    store.execute(delete(RoomUse).where(RoomUse.meeting_id.is_(None)))
    store.commit()
    cleo.post(remedy, data={"room": eight.ref, "which": "later"})
    assert outgrown(store, now) == []
