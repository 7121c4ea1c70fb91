"""Which room a meeting has: taken with its time, given back with it. The database decides."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from supervisor.errors import Refused
from supervisor.models import Meeting, MeetingRoom, Place, RoomUse, Session, Store
from supervisor.models.engine import lock_rooms
from supervisor.rules.kinds import Mode
from supervisor.rules.openings import BookingSettings
from supervisor.rules.roomy import PAIR, Seats, by_size
from supervisor.rules.words import N_
from supervisor.settings import read

Held = Session | Meeting
TAKEN = N_("No room is free at %(place)s then.")
SMALL = N_("No room at %(place)s has %(seats)d seats.")


class NoRoom(Refused):
    """Nobody can meet at that place at that time, as all of its rooms are taken or too small."""


def rooms_at(store: Store, place_id: int) -> Sequence[MeetingRoom]:
    """The rooms of a place that are in use, by name."""
    query = select(MeetingRoom).filter_by(place_id=place_id, retired_at=None)
    return store.scalars(query.order_by(MeetingRoom.name, MeetingRoom.id)).all()


def give(store: Store, held: Held, seats: Seats = Seats()) -> None:  # noqa: B008 - a tuple
    """Give a meeting in person a room at its place: the one it has, else the one that was picked
    for these people before, else the smallest. A place without rooms has none to give.

    Raises `NoRoom`, unless the hub lets people meet without.
    """
    rooms = _kept_at(store, held)
    if rooms:
        lock_rooms(store)
    try:
        found = _found(store, held, rooms, seats) if rooms else None
    except NoRoom:
        if not read(store, BookingSettings).without_room:
            raise
        found = None
    put_in(store, held, found)


def _kept_at(store: Store, held: Held) -> Sequence[MeetingRoom]:
    if held.mode != Mode.IN_PERSON or held.place_id is None:
        return []
    return rooms_at(store, held.place_id)


def put_in(store: Store, held: Held, room: MeetingRoom | None, *, chosen: bool = False) -> None:
    """Write down which room it has, None for none, and take its hours there; `chosen` where
    somebody picked it."""
    same = room is not None and held.room_id == room.id
    held.room_chosen = chosen or (same and held.room_chosen)
    held.room = room
    store.flush()
    if room is None:
        return
    ends = held.starts_at + timedelta(minutes=held.minutes)
    use = RoomUse(room_id=room.id, starts_at=held.starts_at, ends_at=ends, **_whose(held))
    store.add(use)
    store.flush()


def _whose(held: Held) -> dict[str, int]:
    return {"session_id" if isinstance(held, Session) else "meeting_id": held.id}


def give_back(store: Store, held: Held) -> None:
    """Its room is free again then; which one it was stays written, for a way back."""
    store.execute(delete(RoomUse).filter_by(**_whose(held)))


def refuse_none(store: Store, held: Held) -> None:
    """Refuse a time at which no room is free, with nothing taken."""
    rooms = _kept_at(store, held)
    if rooms and not read(store, BookingSettings).without_room:
        _found(store, held, rooms, Seats())


def _found(store: Store, held: Held, rooms: Sequence[MeetingRoom], seats: Seats) -> MeetingRoom:
    by_id = {room.id: room for room in rooms}
    order = by_size({room.id: room.seats for room in rooms}, seats)
    place = store.get_one(Place, held.place_id).name
    if not order:
        raise NoRoom(SMALL, field="start", place=place, seats=seats.least)
    taken = taken_then(store, held, order)
    free = [id_ for id_ in order if id_ not in taken]
    if not free:
        raise NoRoom(TAKEN, field="start", place=place)
    wished = [held.room_id, _habit(store, held)]
    return by_id[next((id_ for id_ in wished if id_ in free), free[0])]


def taken_then(store: Store, held: Held, ids: Sequence[int]) -> set[int]:
    """Which of these rooms somebody else has at the time of a meeting."""
    ends = held.starts_at + timedelta(minutes=held.minutes)
    query = select(RoomUse.room_id).where(
        RoomUse.room_id.in_(ids), RoomUse.starts_at < ends, RoomUse.ends_at > held.starts_at
    )
    for column, id_ in _whose(held).items():
        query = query.where(getattr(RoomUse, column).is_distinct_from(id_ or 0))
    return set(store.scalars(query))


def _habit(store: Store, held: Held) -> int | None:
    """The room that somebody last picked for the same people at the same place."""
    if isinstance(held, Session):
        same = select(Session.room_id).filter_by(entitlement_id=held.entitlement_id)
        latest = Session.starts_at.desc()
    else:
        same = select(Meeting.room_id).filter_by(group_id=held.group_id)
        latest = Meeting.starts_at.desc()
    return store.scalar(
        same.filter_by(place_id=held.place_id, room_chosen=True).order_by(latest).limit(1)
    )


def seats_of(people: int, most: int) -> Seats:
    """What a group needs today, and what it may come to."""
    return Seats(max(people, PAIR), max(people, most))


def where_of(held: Held) -> str:
    """Where people go: the place, with the room that they have there."""
    place = held.room.place if held.room else held.place
    names = (one.name for one in (place, held.room) if one)
    return ", ".join(names)


def room_of(held: Held) -> str:
    """The same where there is a room; else nothing needs to be said."""
    return where_of(held) if held.room_id else ""
