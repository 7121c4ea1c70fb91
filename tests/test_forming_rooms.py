"""Forming groups in person where a place keeps rooms."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from supervisor import clock
from supervisor.groups import forming, group_wishes
from supervisor.groups.forming_settings import FormingSettings
from supervisor.models import Meeting, Message, Person, PersonHat, Store
from supervisor.rules.grouping_whole import NO_FREE_ROOM
from supervisor.rules.kinds import Hat, Mode
from supervisor.rules.openings import BookingSettings
from supervisor.settings import read, save
from tests.test_forming import KIND, looked, made, person
from tests.test_openings import at
from tests.test_room_hours import give_away, rooms


@pytest.fixture
def three(store: Store, cast, now: datetime) -> list[Person]:
    """Three in Dunedin and whoever leads them: in person, on Thursdays from nine to noon."""
    some = [person(store, ref, cast.dunedin, (3, 540, 720)) for ref in ("gil", "hana", "ivy")]
    fay = person(store, "fay", cast.dunedin, (3, 540, 720))
    store.add(PersonHat(person_id=fay.id, hat=Hat.FACILITATOR))
    for one in (*some, fay):
        one.modes = [Mode.IN_PERSON]
    for one in some:
        group_wishes.ask(store, one, KIND, [], one, now)
    store.commit()
    return some


def meetings(store: Store) -> list[Meeting]:
    return list(store.scalars(select(Meeting).order_by(Meeting.starts_at)))


def test_it_meets_in_a_room_that_is_free_for_its_first_meetings(
    store: Store, cast, now, three
) -> None:
    """The large room is taken in the morning of the third meeting, until half past ten."""
    large, _small = rooms(store, cast.dunedin, 9, 3)
    give_away(store, large, at(3, 25, 8), hours=2.5)
    (group,) = made(store, cast, now)
    first = meetings(store)[0]
    assert (first.local_start.date(), first.local_start.time().isoformat()) == (
        date(2027, 2, 25),
        "10:30:00",
    )
    assert {one.room for one in meetings(store) if not one.needs_time} == {large}
    assert group.place is cast.dunedin
    told = store.scalars(select(Message).filter_by(template="group_formed")).all()
    assert {one.facts["where"] for one in told} == {"Dunedin, room 1"}


def test_what_comes_after_the_first_meetings_keeps_no_group_away(
    store: Store, cast, now, three
) -> None:
    (room,) = rooms(store, cast.dunedin, 9)
    save(store, replace(read(store, FormingSettings), rooms_ahead=2))
    give_away(store, room, at(3, 25, 8), hours=5)
    assert len(made(store, cast, now)) == 1
    assert [one.needs_time for one in meetings(store)][:4] == [False, False, True, False]


def test_without_a_room_nobody_has_a_group_and_the_page_says_why(
    store: Store, cast, now, three, sign_in
) -> None:
    rooms(store, cast.dunedin, 3)
    found = looked(store, cast, now)
    assert forming.proposed(store, found, now) == []
    assert forming.left_out(store, found, now) == [(one, NO_FREE_ROOM.text) for one in three]
    page = sign_in(cast.cleo).get(f"/forming/{found.ref}").text
    assert NO_FREE_ROOM.text in page
    assert "No group can be made" in page
    assert "have a group. At most" not in page


def test_by_video_no_room_is_needed(store: Store, cast, now, three) -> None:
    rooms(store, cast.dunedin, 3)
    for one in store.scalars(select(Person).where(Person.modes.is_not(None))):
        one.modes = [Mode.IN_PERSON, Mode.VIDEO]
    (group,) = made(store, cast, now)
    assert group.mode == Mode.VIDEO


def test_the_page_says_which_room_and_that_rooms_are_looked_at(
    store: Store, cast, now, three, sign_in
) -> None:
    rooms(store, cast.dunedin, 9)
    found = looked(store, cast, now)
    page = sign_in(cast.cleo).get(f"/forming/{found.ref}").text
    assert "Dunedin, room 1" in page
    assert "free for its first 6 meetings" in page


def test_where_its_room_is_taken_by_now_it_is_not_made(store: Store, cast, now, three) -> None:
    (room,) = rooms(store, cast.dunedin, 9)
    found = looked(store, cast, now)
    assert [one.off for one in forming.proposed(store, found, now)] == [False]
    first = forming.proposed(store, found, now)[0].first
    give_away(store, room, at(first.month, first.day, first.hour))
    assert [one.off for one in forming.proposed(store, found, now)] == [True]


def test_a_hub_may_form_groups_without_rooms(store: Store, cast, now, three) -> None:
    rooms(store, cast.dunedin, 3)
    save(store, replace(BookingSettings(), without_room=True))
    assert len(made(store, cast, now)) == 1


def test_a_holiday_among_the_first_meetings_needs_no_room(store: Store, cast, three) -> None:
    """Good Friday is on 26 March, when the only room is taken all day."""
    now = datetime.fromisoformat("2027-02-25T00:00+00:00")
    clock.set_to(now)
    (room,) = rooms(store, cast.dunedin, 9)
    for one in store.scalars(select(Person)):
        for window in one.windows:
            window.weekday = 4
    give_away(store, room, at(3, 26, 0), hours=24)
    (one,) = forming.proposed(store, looked(store, cast, now), now)
    assert one.first.date() == date(2027, 3, 12)
