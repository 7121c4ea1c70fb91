"""The hub keeps the rooms of a place: adds one, changes it, takes it out of use and back."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from supervisor import audit
from supervisor.errors import Refused
from supervisor.groups import group_times, group_turns
from supervisor.meeting_rooms import room_messages, room_weeks
from supervisor.meeting_rooms.room_weeks import Taken
from supervisor.models import Meeting, MeetingRoom, Person, Place, Session, Store
from supervisor.models.engine import lock_people, lock_rooms
from supervisor.rooms import room_hours
from supervisor.rooms.room_hours import Held, NoRoom
from supervisor.rules.roomy import PAIR, Seats
from supervisor.rules.words import N_
from supervisor.sessions.placing import touch

MOST_SEATS = 500
LONGEST_NAME, LONGEST_NOTES = 60, 200


@dataclass(frozen=True)
class Written:
    """What is written down of a room."""

    name: str
    seats: int
    notes: str = ""


@dataclass(frozen=True)
class Kept:
    """The rooms of a place, and the meetings ahead there that have none."""

    place: Place
    rooms: list[MeetingRoom]
    retired: list[MeetingRoom]
    without: list[Taken]


def all_of(store: Store, now: datetime) -> list[Kept]:
    """Every place that keeps rooms, by name."""
    query = select(MeetingRoom).join(MeetingRoom.place)
    places: dict[Place, list[MeetingRoom]] = {}
    for room in store.scalars(query.order_by(Place.name, Place.id, MeetingRoom.name)):
        places.setdefault(room.place, []).append(room)
    return [_kept(store, place, rooms, now) for place, rooms in places.items()]


def _kept(store: Store, place: Place, rooms: list[MeetingRoom], now: datetime) -> Kept:
    used = [room for room in rooms if room.retired_at is None]
    gone = [room for room in rooms if room.retired_at]
    return Kept(place, used, gone, room_weeks.without(store, place, now) if used else [])


def add(
    store: Store, place: Place, written: Written, by: Person, now: datetime
) -> tuple[MeetingRoom, int]:
    """A new room; meetings ahead there that have none get it, so far as it is free. How many."""
    _refuse_wrong(store, place, written, None)
    room = MeetingRoom(place=place, name=written.name, seats=written.seats, notes=written.notes)
    store.add(room)
    store.flush()
    audit.record(store, now, by, "add", "room", room.ref)
    return room, settle(store, place, by, now)


def _refuse_wrong(store: Store, place: Place, written: Written, room: MeetingRoom | None) -> None:
    if not 0 < len(written.name) <= LONGEST_NAME:
        raise Refused(N_("Write what the room is called."), field="name")
    if not PAIR <= written.seats <= MOST_SEATS:
        words = N_("Write a whole number from %(least)d to %(most)d.")
        raise Refused(words, field="seats", least=PAIR, most=MOST_SEATS)
    same = select(MeetingRoom.id).where(
        MeetingRoom.place_id == place.id,
        func.lower(MeetingRoom.name) == written.name.lower(),
        MeetingRoom.id != (room.id if room else 0),
    )
    if store.scalar(same):
        raise Refused(N_("There is a room of that name already."), field="name")


def change(store: Store, room: MeetingRoom, written: Written, by: Person, now: datetime) -> None:
    """Another name, more or fewer seats. What is booked stays; calendars show the new name."""
    _refuse_wrong(store, room.place, written, room)
    renamed = room.name != written.name
    room.name, room.seats, room.notes = written.name, written.seats, written.notes
    store.flush()
    if renamed:
        show_again(store, room, now)
    audit.record(store, now, by, "change", "room", room.ref)
    settle(store, room.place, by, now)


def show_again(store: Store, room: MeetingRoom, now: datetime) -> None:
    """A new revision of whatever is booked in it, for every calendar."""
    for one in room_weeks.ahead(store, room, now):
        touch(one.held, now)


def retire(store: Store, room: MeetingRoom, by: Person, now: datetime) -> tuple[int, int]:
    """Take it out of use: what is booked there goes to another room that is free. How many did,
    and how many have none now."""
    if room.retired_at:
        return 0, 0
    audit.record(store, now, by, "retire", "room", room.ref)
    return take_out(store, room, by, now)


def take_out(store: Store, room: MeetingRoom, by: Person | None, now: datetime) -> tuple[int, int]:
    """The same without a trail of its own: an import has one for all of it."""
    some = _hold(store, lambda: room_weeks.ahead(store, room, now))
    room.retired_at = now
    store.flush()
    moved = sum(_to_another(store, one, now) for one in some)
    room_messages.given(store, some, by, now)
    return moved, len(some) - moved


def _to_another(store: Store, held: Held, now: datetime) -> bool:
    room_hours.give_back(store, held)
    touch(held, now)
    try:
        room_hours.give(store, held, seats_for(held))
    except NoRoom:
        room_hours.put_in(store, held, None)
    return held.room_id is not None


def seats_for(held: Held) -> Seats:
    """How many seats a meeting needs."""
    return group_times.seats_for(held) if isinstance(held, Meeting) else Seats()


def use_again(store: Store, room: MeetingRoom, by: Person, now: datetime) -> int:
    """It takes meetings again; those without a room get it, so far as it is free. How many."""
    room.retired_at = None
    store.flush()
    audit.record(store, now, by, "use_again", "room", room.ref)
    return settle(store, room.place, by, now)


def settle(
    store: Store, place: Place, by: Person | None, now: datetime, untold: Collection[Held] = ()
) -> int:
    """Meetings ahead at a place that have no room get one, the soonest first. Nobody is written
    to about those of `untold`."""
    without = _hold(store, lambda: room_weeks.without(store, place, now))
    given = [held for held in without if _gets_one(store, held, now)]
    room_messages.given(store, [held for held in given if held not in untold], by, now)
    return len(given)


def _hold(store: Store, find: Callable[[], Iterable[Taken]]) -> list[Held]:
    """Some meetings, once nobody else can change them: people first, then rooms, as whoever books
    does."""
    lock_people(store, {id_ for one in find() for id_ in _people_of(one.held)})
    lock_rooms(store)
    return [one.held for one in find()]


def _people_of(held: Held) -> set[int]:
    if isinstance(held, Session):
        return {held.provider_id, held.entitlement.person_id}
    return {*group_times.people_at(held), *group_turns.ids(held.group)}


def _gets_one(store: Store, held: Held, now: datetime) -> bool:
    try:
        room_hours.give(store, held, seats_for(held))
    except NoRoom:
        return False
    if held.room_id is None:
        return False
    touch(held, now)
    return True
