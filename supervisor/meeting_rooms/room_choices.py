"""Somebody picks the room of a meeting: this one alone, or all later ones with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from supervisor import audit, commitments
from supervisor.errors import Refused
from supervisor.groups import group_times
from supervisor.meeting_rooms import room_messages
from supervisor.meeting_rooms.room_keeping import seats_for
from supervisor.models import Meeting, MeetingRoom, Person, Session, Store
from supervisor.models.engine import lock_rooms
from supervisor.rooms import room_hours
from supervisor.rooms.room_hours import Held
from supervisor.rules.kinds import Mode, Which
from supervisor.rules.words import N_
from supervisor.sessions import series
from supervisor.sessions.placing import touch

TAKEN = N_("Somebody has that room then. Choose another.")


@dataclass(frozen=True)
class Option:
    """A room at the place of a meeting: the one it has, or one that is taken then or too small."""

    room: MeetingRoom
    mine: bool
    taken: bool
    small: bool

    @property
    def free(self) -> bool:
        """Whether it can be picked."""
        return not (self.mine or self.taken or self.small)


def has_rooms(store: Store, held: Held, now: datetime) -> bool:
    """Whether there is a room to pick for it."""
    return _is_ahead(held, now) and bool(_rooms(store, held))


def _rooms(store: Store, held: Held) -> Sequence[MeetingRoom]:
    here = held.mode == Mode.IN_PERSON and held.place_id
    return room_hours.rooms_at(store, held.place_id) if here and held.place_id else []


def options(store: Store, held: Held) -> list[Option]:
    """Every room at its place. Whoever has one then is not named."""
    rooms = _rooms(store, held)
    taken = room_hours.taken_then(store, held, [room.id for room in rooms])
    least = seats_for(held).least
    return [
        Option(room, held.room_id == room.id, room.id in taken, room.seats < least)
        for room in rooms
    ]


def later(store: Store, held: Held, now: datetime) -> list[Held]:
    """The meetings after it of the same series or group, in person at the same place."""
    some: Sequence[Held] = (
        series.later(store, held, now)
        if isinstance(held, Session)
        else group_times.ahead(store, held.group, now)
    )
    return [
        one
        for one in some
        if one.starts_at > held.starts_at and _is_ahead(one, now) and one.place_id == held.place_id
    ]


def _is_ahead(held: Held, now: datetime) -> bool:
    lost = isinstance(held, Meeting) and held.needs_time
    return held.starts_at > now and held.cancelled_at is None and not lost


def pick(store: Store, held: Held, ref: str, which: Which, by: Person, now: datetime) -> list[Held]:
    """It is in that room from now on, and so are all later ones where that is asked and the room
    is free; which of these are not. Whoever meets there is told once. Refused where
    that changes nothing, such as at a second press."""
    room = next((one for one in _rooms(store, held) if one.ref == ref), None)
    if room is None or not _is_ahead(held, now):
        raise Refused(N_("Choose one of the rooms."), field="room")
    _hold(store, held, now)
    some = [held, *(later(store, held, now) if which == Which.LATER else [])]
    there = [one for one in some if one.room_id == room.id]
    moved = [one for one in some if one not in there and _put(store, one, room, now)]
    if held not in (*there, *moved):
        raise Refused(TAKEN, field="room")
    if not moved:
        raise Refused(N_("It has that room already."), field="room")
    room_messages.given(store, moved, by, now)
    noun = "session" if isinstance(held, Session) else "meeting"
    audit.record(store, now, by, "choose_room", noun, held.ref)
    return [one for one in some if one not in (*there, *moved)]


def _hold(store: Store, held: Held, now: datetime) -> None:
    if isinstance(held, Session):
        commitments.hold(store, held.entitlement.person_id, held.provider_id, now)
    else:
        group_times.make_room(store, [held.group], now)
    lock_rooms(store)


def _put(store: Store, held: Held, room: MeetingRoom, now: datetime) -> bool:
    if room.seats < seats_for(held).least:
        return False
    try:
        with store.begin_nested():
            room_hours.give_back(store, held)
            room_hours.put_in(store, held, room, chosen=True)
            touch(held, now)
    except IntegrityError as clash:
        if "room_overlap" not in str(clash.orig):
            raise
        return False
    return True
