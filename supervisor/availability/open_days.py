"""What changes somebody's week: single days, visit days, holidays worked, and their own wishes.

A change says what goes and what comes; its reverse is its undo.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import audit, leave
from supervisor.availability import open_hours
from supervisor.availability.open_changes import Change, Day, Own, Thing, Trip, Worked, refuse_slips
from supervisor.hours import ways
from supervisor.models import DayHours, OpenedDay, OwnBooking, Person, Session, Store, Visit
from supervisor.models.engine import lock_people
from supervisor.rules.days import DAY
from supervisor.rules.open_days import monday
from supervisor.viewers import acting_for

WEEK = DAY * 7


@dataclass(frozen=True)
class Changed:
    """Whether anything is other than it was, and the booked meetings that now lie outside the
    hours and did not before. Nothing was said to anybody about them."""

    anything: bool
    clashes: list[Session]


def change(store: Store, person: Person, wanted: Change, by: Person, now: datetime) -> Changed:
    """Take out what goes and put in what comes; what is there already stays as it is."""
    behalf = acting_for(store, by, person)
    lock_people(store, [person.id])
    refuse_slips(store, person, wanted, ways.today_of(store, person, now), held(store, person))
    before = {session.id for session in open_hours.outside(store, person, now)}
    gone = [one for one in wanted.goes if _take_out(store, person, one)]
    come = [one for one in wanted.comes if _put_in(store, person, one)]
    if set(gone) == set(come):
        return Changed(anything=False, clashes=[])
    audit.record(store, now, by, "change", "open_days", person.ref, behalf)
    open_hours.forget_proposals(store, person, now)
    after = open_hours.outside(store, person, now)
    return Changed(anything=True, clashes=[one for one in after if one.id not in before])


def call_off(
    store: Store, person: Person, some: Sequence[Session], by: Person, now: datetime
) -> None:
    """Call off what a change leaves outside; both are told, with the next times."""
    leave.call_off(store, person, some, by, now)


def held(store: Store, person: Person) -> list[Thing]:
    """All that is written down for somebody, with days that are over."""
    return [thing for thing, _row in _rows(store, person)]


def days_ahead(store: Store, person: Person, on: date) -> list[DayHours]:
    """The single days from a day on, in order, with their places."""
    query = select(DayHours).where(DayHours.person_id == person.id, DayHours.day >= on)
    ordered = query.order_by(DayHours.day, DayHours.starts_minute, DayHours.id)
    return list(store.scalars(ordered.options(joinedload(DayHours.place))))


def visits(store: Store, person: Person, on: date) -> list[Visit]:
    """The visit days that have not ended by a day."""
    query = select(Visit).where(Visit.person_id == person.id).order_by(Visit.first_on, Visit.id)
    loaded = query.options(joinedload(Visit.place))
    return [v for v in store.scalars(loaded) if v.last_on is None or v.last_on >= on]


def worked(store: Store, person: Person) -> set[date]:
    """The public holidays on which they work."""
    query = select(OpenedDay.day).where(OpenedDay.person_id == person.id)
    return set(store.scalars(query))


def own(store: Store, person: Person) -> Own:
    """How they want to be booked; None in each is as the hub has it."""
    row = store.get(OwnBooking, person.id)
    return Own(*(getattr(row, name) for name in Own._fields)) if row else Own()


def last_week(store: Store, person: Person, weeks: int, on: date) -> list[Day]:
    """The single days of the week before this one, so many weeks later: those still to come that
    are not written down there already."""
    first = monday(on) - WEEK
    there = set(held(store, person))
    days = (thing for thing in there if isinstance(thing, Day) and first <= thing.on < first + WEEK)
    copies = (day._replace(on=day.on + WEEK * weeks) for day in days)
    return sorted((c for c in copies if c.on >= on and c not in there), key=_in_order)


def _in_order(day: Day) -> tuple[date, int, int]:
    return day.on, day.starts, day.ends


def _rows(store: Store, person: Person) -> Iterator[tuple[Thing, Any]]:
    for day in store.scalars(select(DayHours).where(DayHours.person_id == person.id)):
        yield day_of(day), day
    for visit in store.scalars(select(Visit).where(Visit.person_id == person.id)):
        yield trip_of(visit), visit
    for opened in store.scalars(select(OpenedDay).where(OpenedDay.person_id == person.id)):
        yield Worked(opened.day), opened
    if wish := store.get(OwnBooking, person.id):
        yield own(store, person), wish


def day_of(row: DayHours) -> Day:
    """A single day as it is written down."""
    minutes = row.starts_minute, row.ends_minute
    return Day(row.day, *minutes, row.opens, row.mode, row.place_id)


def trip_of(row: Visit) -> Trip:
    """Visit days as they are written down."""
    minutes = row.starts_minute, row.ends_minute
    return Trip(row.first_on, row.every_weeks, *minutes, row.place_id, row.last_on)


def _take_out(store: Store, person: Person, thing: Thing) -> bool:
    row = next((row for one, row in _rows(store, person) if one == thing), None)
    if row is not None:
        store.delete(row)
        store.flush()
        store.expire(person)
    return row is not None


def _put_in(store: Store, person: Person, thing: Thing) -> bool:
    if thing in held(store, person) or thing == Own():
        return False
    store.add(_row_of(person, thing))
    store.flush()
    store.expire(person)
    return True


def _row_of(person: Person, thing: Thing) -> Any:
    if isinstance(thing, Day):
        on, starts, ends, opens, mode, place_id = thing
        return DayHours(
            person_id=person.id, day=on, starts_minute=starts, ends_minute=ends, opens=opens,
            mode=mode, place_id=place_id,
        )  # fmt: skip
    if isinstance(thing, Trip):
        first, every, starts, ends, place_id, last = thing
        return Visit(
            person_id=person.id, first_on=first, every_weeks=every, starts_minute=starts,
            ends_minute=ends, place_id=place_id, last_on=last,
        )  # fmt: skip
    if isinstance(thing, Worked):
        return OpenedDay(person_id=person.id, day=thing.on)
    return OwnBooking(person_id=person.id, **thing._asdict())
