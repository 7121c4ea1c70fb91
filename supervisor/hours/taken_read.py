"""What is taken: each person's hours and each room's, read in one question."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from supervisor.hours.hours_read import PLACE, SHAPE, chunks, spot
from supervisor.models import (
    BusySpan,
    Commitment,
    Meeting,
    MeetingRoom,
    Place,
    RoomUse,
    Session,
    Store,
)
from supervisor.models.base import UtcDateTime
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import Taken
from supervisor.rules.openings import Stretch
from supervisor.rules.roomy import RoomHours

ELSEWHERE = -1
AROUND = timedelta(days=8)
"""What is taken is read from so long ago up to so long after, so that the first and the last week
are counted whole, in any zone."""


@dataclass
class AllTaken:
    """The hours that people have given away, by who they are, and rooms, by their place;
    `elsewhere` is when their own calendars say that they are busy."""

    people: dict[int, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    elsewhere: dict[int, list[Stretch]] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[int, list[RoomHours]] = field(default_factory=lambda: defaultdict(list))


def taken(
    store: Store,
    ids: Sequence[int],
    places: Collection[int],
    last: date,
    now: datetime,
    but: Session | None,
) -> AllTaken:
    """What is taken of these people up to the week of the last day, and where if in person, and of
    the rooms of these places. A hold that has lapsed takes nothing, nor does the session `but`."""
    found, rooms = AllTaken(), dict[int, list[Any]]()
    until = datetime.combine(min(last, date.max - AROUND) + AROUND, time.min, UTC)
    since = {"now": now, "since": now - AROUND, "until": until, "but": but.id if but else 0}
    for number, some in enumerate(chunks(ids)):
        there = [] if number else sorted(places)
        for row in store.execute(_each(), since | {"ids": some, "places": there}):
            if row.room == ELSEWHERE:
                found.elsewhere[row.who].append((row.starts_at, row.ends_at))
            elif row.room:
                rooms.setdefault(row.who, []).append(row)
            else:
                found.people[row.who].append(Taken(row.starts_at, row.ends_at, spot(row)))
    for room, rows in rooms.items():
        hours = RoomHours(room, rows[0].room, tuple(_stretches(rows)))
        found.rooms[rows[0].place_id].append(hours)
    return found


def _stretches(rows: Iterable[Any]) -> Iterable[Stretch]:
    return ((row.starts_at, row.ends_at) for row in rows if row.starts_at)


@cache
def _each() -> Select[Any]:
    """Made once: it takes longer to put together than to ask. `room` is the seats of a room, 0
    for a person's time, ELSEWHERE for what their own calendar says."""
    rows = union_all(_of_people(), _elsewhere(), _of_rooms()).subquery()
    return select(rows).order_by(rows.c.starts_at)


def _of_people() -> Select[Any]:
    now, but = bindparam("now", type_=UtcDateTime), bindparam("but", type_=Integer)
    there = or_(
        and_(Session.mode == Mode.IN_PERSON, Place.id == Session.place_id),
        and_(Meeting.mode == Mode.IN_PERSON, Place.id == Meeting.place_id),
    )
    where = [column.label(name) for name, column in PLACE.items()]
    return (
        select(Commitment.person_id.label("who"), literal(0).label("room"))
        .add_columns(Commitment.starts_at, Commitment.ends_at, *where)
        .outerjoin(Session, Session.id == Commitment.session_id)
        .outerjoin(Meeting, Meeting.id == Commitment.meeting_id)
        .outerjoin(Place, there)
        .where(
            Commitment.person_id.in_(bindparam("ids", expanding=True)),
            Commitment.ends_at > bindparam("since", type_=UtcDateTime),
            Commitment.starts_at < bindparam("until", type_=UtcDateTime),
            or_(Commitment.lapses_at.is_(None), Commitment.lapses_at > now),
            Commitment.session_id.is_distinct_from(but),
        )
    )


def _elsewhere() -> Select[Any]:
    span = BusySpan
    return (
        select(span.person_id.label("who"), literal(ELSEWHERE).label("room"))
        .add_columns(span.starts_at, span.ends_at)
        .add_columns(*(cast(null(), SHAPE[name]).label(name) for name in PLACE))
        .where(
            span.person_id.in_(bindparam("ids", expanding=True)),
            span.ends_at > bindparam("now", type_=UtcDateTime),
            span.starts_at < bindparam("until", type_=UtcDateTime),
        )
    )


def _of_rooms() -> Select[Any]:
    """One that is free all the time has a row too."""
    known: dict[str, Any] = {"place_id": MeetingRoom.place_id, "place_name": cast(null(), String)}
    where: list[Any] = [known.get(name, cast(null(), SHAPE[name])).label(name) for name in PLACE]
    taken = and_(
        RoomUse.room_id == MeetingRoom.id,
        RoomUse.ends_at > bindparam("now", type_=UtcDateTime),
        RoomUse.session_id.is_distinct_from(bindparam("but", type_=Integer)),
    )
    return (
        select(MeetingRoom.id.label("who"), MeetingRoom.seats.label("room"))
        .add_columns(RoomUse.starts_at, RoomUse.ends_at, *where)
        .outerjoin(RoomUse, taken)
        .where(
            MeetingRoom.place_id.in_(bindparam("places", expanding=True)),
            MeetingRoom.retired_at.is_(None),
        )
    )
