"""The records of people's time, each kind read once for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Date,
    Float,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from supervisor.models import (
    DayHours,
    Leave,
    OpenedDay,
    Person,
    Place,
    Store,
    Visit,
    Window,
)
from supervisor.rules import open_values as values
from supervisor.rules.days import DAY, Span
from supervisor.rules.open_values import OneOff, Spot

AT_ONCE = 10_000

SHAPE: dict[str, type[Any]] = {
    "last": Date, "number": Integer, "starts": Integer, "ends": Integer, "mode": String,
    "place_id": Integer, "place_name": String, "region": String, "latitude": Float,
    "longitude": Float, "land": String,
}  # fmt: skip
PLACE: dict[str, Any] = {
    "place_id": Place.id, "place_name": Place.name, "region": Place.region,
    "latitude": Place.latitude, "longitude": Place.longitude, "land": Place.land,
}  # fmt: skip


@dataclass
class Days:
    """What one person has said about single days."""

    leave: list[Span] = field(default_factory=list)
    opened: set[date] = field(default_factory=set)
    one_offs: list[OneOff] = field(default_factory=list)
    visits: list[values.Visit] = field(default_factory=list)


def people(store: Store, ids: Iterable[int]) -> dict[int, Person]:
    """People with their weeks, places and wishes, by id, in one question."""
    found: dict[int, Person] = {}
    loaded = select(Person).options(
        joinedload(Person.place),
        joinedload(Person.own_booking),
        joinedload(Person.windows).joinedload(Window.place),
    )
    for some in chunks(sorted(set(ids))):
        rows = store.scalars(loaded.where(Person.id.in_(some))).unique()
        found |= {person.id: person for person in rows}
    return found


def days(store: Store, ids: Sequence[int], first: date, last: date) -> dict[int, Days]:
    """Leave, single days, visits and holidays worked, in one question."""
    found: dict[int, Days] = defaultdict(Days)
    near = {"since": first - DAY, "until": last + DAY}
    for some in chunks(ids):
        for row in store.execute(_each_kind(), near | {"ids": some}):
            _note(found[row.person_id], row)
    return found


@cache
def _each_kind() -> Select[Any]:
    """Made once: it takes longer to put together than to ask."""
    since, until = bindparam("since", type_=Date), bindparam("until", type_=Date)
    leave = _kind("leave", Leave.person_id, Leave.starts_on, last=Leave.ends_on)
    opened = _kind("opened", OpenedDay.person_id, OpenedDay.day)
    one = DayHours
    minutes = {"starts": one.starts_minute, "ends": one.ends_minute}
    opens = cast(one.opens, Integer)
    day = _kind("day", one.person_id, one.day, number=opens, mode=one.mode, **minutes, **PLACE)
    minutes = {"starts": Visit.starts_minute, "ends": Visit.ends_minute}
    rhythm = {"last": Visit.last_on, "number": Visit.every_weeks}
    visit = _kind("visit", Visit.person_id, Visit.first_on, **rhythm, **minutes, **PLACE)
    rows = union_all(
        leave.where(Leave.ends_on > since),
        opened.where(OpenedDay.day.between(since, until)),
        day.outerjoin(one.place).where(one.day.between(since, until)),
        visit.join(Visit.place).where(or_(Visit.last_on.is_(None), Visit.last_on >= since)),
    ).subquery()
    return select(rows).where(rows.c.person_id.in_(bindparam("ids", expanding=True)))


def _kind(what: str, person: Any, first: Any, **known: Any) -> Select[Any]:
    """One kind of day in the columns that all of them share."""
    columns = [
        (known[name] if name in known else cast(null(), type_)).label(name)
        for name, type_ in SHAPE.items()
    ]
    whose = literal(what).label("what"), person.label("person_id"), first.label("first")
    return select(*whose, *columns)


def _note(days: Days, row: Any) -> None:
    if row.what == "leave":
        days.leave.append((row.first, row.last))
    elif row.what == "opened":
        days.opened.add(row.first)
    elif row.what == "day":
        hours = row.first, row.starts, row.ends, bool(row.number)
        days.one_offs.append(OneOff(*hours, row.mode, spot(row)))
    elif there := spot(row):
        rhythm = row.first, row.number, row.starts, row.ends
        days.visits.append(values.Visit(*rhythm, there, row.last))


def spot(row: Any) -> Spot | None:
    """The place of a row that has its columns."""
    if row.place_id is None:
        return None
    known = row.latitude is not None and row.longitude is not None
    point = (row.latitude, row.longitude) if known else None
    return Spot(row.place_id, row.place_name, row.region, point, row.land)


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at once as both engines take in one question."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
