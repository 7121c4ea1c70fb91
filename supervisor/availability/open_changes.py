"""A change of somebody's days as a value: what goes, what comes, and what cannot be so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from supervisor import localities
from supervisor.errors import Refused
from supervisor.hours import ways
from supervisor.hours.closed_days import is_closed
from supervisor.models import Person, Place, Store
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import DAY_MINUTES, REMOTE
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read

MOST = 100
LONGEST_RHYTHM = 12
FAR_AHEAD = 366 * 2
SPANS = {
    "notice_hours": (0, 1000), "horizon_days": (7, 400), "most_a_day": (1, 50),
    "most_a_week": (1, 200), "before_minutes": (0, 240), "after_minutes": (0, 240),
    "travel_kmh": (10, 130),
}  # fmt: skip
"""From what to what each wish may be."""


class Day(NamedTuple):
    """Hours of a single day, open or closed, for a way of meeting and a place or for all."""

    on: date
    starts: int
    ends: int
    opens: bool
    mode: str | None = None
    place_id: int | None = None


class Trip(NamedTuple):
    """Visit days: from a first one every so many weeks, at a place, until a last one."""

    first: date
    every: int
    starts: int
    ends: int
    place_id: int
    last: date | None = None


class Worked(NamedTuple):
    """A public holiday on which they work."""

    on: date


class Own(NamedTuple):
    """How somebody wants to be booked; None is as the hub has it."""

    notice_hours: int | None = None
    horizon_days: int | None = None
    most_a_day: int | None = None
    most_a_week: int | None = None
    before_minutes: int | None = None
    after_minutes: int | None = None
    travel_kmh: int | None = None


Thing = Day | Trip | Worked | Own


@dataclass(frozen=True)
class Change:
    """What goes and what comes in its place."""

    goes: tuple[Thing, ...] = ()
    comes: tuple[Thing, ...] = ()

    @property
    def undo(self) -> "Change":
        """The way back."""
        return Change(self.comes, self.goes)


def joined(wanted: Change, there: Sequence[Thing]) -> Change:
    """The same change, where hours of a single day that meet others of their kind are one with
    them: who opens nine to twelve and then ten to one is open from nine to one. On a day that is
    open and closed in turn each stays as it was written."""
    goes, comes = list(wanted.goes), list[Thing]()
    for thing in wanted.comes:
        one = thing
        while isinstance(one, Day) and (other := _touching(one, [*there, *comes], goes)):
            goes.append(other)
            comes = [kept for kept in comes if kept != other]
            hours = min(one.starts, other.starts), max(one.ends, other.ends)
            one = one._replace(starts=hours[0], ends=hours[1])
        comes.append(one)
    return Change(tuple(one for one in goes if one in there), tuple(comes))


def _touching(day: Day, some: Sequence[Thing], gone: Sequence[Thing]) -> Day | None:
    """Another of the same day, way and place that begins before this one ends, or at its end."""
    others = [one for one in some if isinstance(one, Day) and one.on == day.on and one not in gone]
    if any(one.opens != day.opens for one in others):
        return None
    same = (one for one in others if (one.mode, one.place_id) == (day.mode, day.place_id))
    return next((one for one in same if one.starts <= day.ends and day.starts <= one.ends), None)


KINDS: dict[str, type[Any]] = {"day": Day, "trip": Trip, "worked": Worked, "own": Own}


def plain(change: Change) -> list[list[list[Any]]]:
    """A change in lists, texts and numbers."""
    return [[_plain(thing) for thing in some] for some in (change.goes, change.comes)]


def _plain(thing: Thing) -> list[Any]:
    name = next(name for name, kind in KINDS.items() if isinstance(thing, kind))
    return [name, *(x.isoformat() if isinstance(x, date) else x for x in thing)]


def of_plain(given: Sequence[Sequence[Sequence[Any]]]) -> Change:
    """The change that was made plain."""
    goes, comes = (tuple(_thing(*one) for one in some) for some in given)
    return Change(goes, comes)


def _thing(name: str, *values: Any) -> Any:
    """The texts with dashes are days: no way of meeting has one."""
    dated = (date.fromisoformat(x) if isinstance(x, str) and "-" in x else x for x in values)
    return KINDS[name](*dated)


def refuse_slips(
    store: Store, person: Person, wanted: Change, on: date, there: Sequence[Thing]
) -> None:
    """Each slip names its field. What is taken out is held against nothing."""
    kept = [one for one in there if one not in wanted.goes]
    if len(kept) + len(wanted.comes) > MOST:
        raise Refused(N_("That is a lot. Take out days that are over first."))
    for thing in wanted.comes:
        if isinstance(thing, Day):
            _refuse_day(thing, on, kept)
        elif isinstance(thing, Trip):
            _refuse_trip(thing, on, kept)
        elif isinstance(thing, Worked):
            _refuse_worked(store, person, thing, on)
        else:
            _refuse_own(thing)


def _refuse_day(day: Day, on: date, kept: Sequence[Thing]) -> None:
    if day.on < on:
        raise Refused(N_("That day is over. Choose one that is still to come."), field="on")
    if day.on > on + DAY * FAR_AHEAD:
        raise Refused(N_("That is far ahead. Choose a day in the next two years."), field="on")
    _refuse_minutes(day.starts, day.ends)
    if day.mode not in {None, REMOTE, *Mode}:
        raise Refused(N_("Choose from what is on this page."), field="how")
    if day.place_id and day.mode not in {None, Mode.IN_PERSON}:
        raise Refused(N_("A place is for meeting in person. Leave it empty."), field="place")
    others = [one for one in kept if isinstance(one, Day) and one.on == day.on]
    if day.opens and any(not one.opens and _meets(one, day) for one in others):
        raise Refused(N_("You closed that time. Take that out first."), field="from")


def _refuse_minutes(starts: int, ends: int) -> None:
    if not 0 <= starts < ends <= DAY_MINUTES:
        raise Refused(N_("These hours end before they begin."), field="to")


def _meets(one: Day | Trip, other: Day | Trip) -> bool:
    return one.starts < other.ends and other.starts < one.ends


def _refuse_trip(trip: Trip, on: date, kept: Sequence[Thing]) -> None:
    _refuse_minutes(trip.starts, trip.ends)
    if not 1 <= trip.every <= LONGEST_RHYTHM:
        raise Refused(N_("Write a number of weeks from 1 to 12."), field="every")
    if trip.last is not None and trip.last < max(trip.first, on):
        raise Refused(N_("The last day comes before the first one."), field="last")
    days = set(_days(trip, on))
    for one in kept:
        if isinstance(one, Trip) and _meets(one, trip) and days & set(_days(one, on)):
            raise Refused(N_("You are at another place then, or there already."), field="first")


def _days(trip: Trip, on: date) -> list[date]:
    """Its days of the next two years, and of those before today that count."""
    step = DAY * 7 * trip.every
    turns = range((on + DAY * FAR_AHEAD - trip.first) // step + 1)
    days = (trip.first + step * n for n in turns)
    return [day for day in days if day >= on and (trip.last is None or day <= trip.last)]


def _refuse_worked(store: Store, person: Person, worked: Worked, on: date) -> None:
    region = ways.region_of(person, read(store, HubSettings))
    if worked.on < on or not is_closed(worked.on, region):
        raise Refused(N_("That is no public holiday where you live. It is open as it is."))


def _refuse_own(own: Own) -> None:
    for name, value in own._asdict().items():
        least, most = SPANS[name]
        if value is not None and not least <= value <= most:
            words = N_("Write a whole number from %(least)d to %(most)d.")
            raise Refused(words, field=name, least=least, most=most)


def place_named(store: Store, name: str) -> int | None:
    """The place of that name: the hub's, else the town, which is then one of the hub's. None
    for no name."""
    if not name:
        return None
    known = {place.name.casefold(): place.id for place in store.scalars(select(Place))}
    if name.casefold() in known:
        return known[name.casefold()]
    town = localities.find(name)
    if town is None:
        words = N_("We do not know that place. Choose one from the list, or ring the hub.")
        raise Refused(words, field="place")
    return _made_of(store, town)


def _made_of(store: Store, town: localities.Locality) -> int:
    there = store.scalar(select(Place).where(Place.ref == town.ref))
    place = there or Place(
        ref=town.ref, name=town.name, latitude=town.latitude, longitude=town.longitude,
        region=town.region, land=town.land,
    )  # fmt: skip
    store.add(place)
    store.flush()
    return place.id


def places(store: Store) -> Callable[[int | None], str]:
    """The name of a place by its id; nothing for no place."""
    names = {id_: name for id_, name in store.execute(select(Place.id, Place.name))}  # noqa: C416
    return lambda id_: names[id_] if id_ else ""


def place_names(store: Store) -> list[str]:
    """The hub's places, for a list to choose from."""
    return list(store.scalars(select(Place.name).distinct().order_by(Place.name)))
