"""What workers will see of somebody: the openings of the next days, and why there are none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from supervisor.hours import hours
from supervisor.hours.closed_days import name_of
from supervisor.hours.ways import region_of, zone_of
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.rules import open_days as rule
from supervisor.rules.days import DAY
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Mode
from supervisor.rules.open_reasons import why_nothing
from supervisor.rules.open_values import Hours, Way
from supervisor.rules.openings import BookingSettings, Search, Stretch, days_of, starts
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read_each
from supervisor.zones import midnight, to_local, today

DAYS = 14
USUAL_MINUTES = 60
TOO_SOON = N_("Too soon: %(hours)d hours of notice.")
TOO_FAR = N_("Not open yet: you are booked %(days)d days ahead.")


@dataclass(frozen=True)
class Open:
    """From when to when, on their own clock, with the ways in which they can be met."""

    starts: datetime
    ends: datetime
    ways: list[Way]


@dataclass(frozen=True)
class Ahead:
    """One day: what is open, or why nothing is."""

    on: date
    open: list[Open]
    reason: Words | None


@dataclass(frozen=True)
class View:
    """Somebody's hours and what bounds them."""

    person: Person
    hours: Hours
    ways: list[Way]
    earliest: datetime
    latest: datetime
    minutes: int
    booking: BookingSettings


def outlook(store: Store, person: Person, now: datetime, days: int = DAYS) -> list[Ahead]:
    """Day after day from today on, in their own zone."""
    hub, booking, fit = read_each(store, HubSettings, BookingSettings, FitSettings)
    person = hours.people(store, [person.id])[person.id]
    first = today(now, zone_of(person, hub))
    last = first + DAY * (days - 1)
    theirs = hours.diary(store, [person], first, last, now, hub, booking).hours[person.id]
    notice, ahead = hours.bounds([person], booking)
    view = View(
        person=person,
        hours=theirs,
        ways=_ways(person, theirs, fit.travel_km),
        earliest=now + timedelta(hours=notice),
        latest=midnight(first + DAY * ((ahead or days) + 1), theirs.zone),
        minutes=_shortest(store, person, first),
        booking=booking,
    )
    region = region_of(person, hub)
    facts = {"hours": notice, "days": ahead}
    return [_ahead(view, day, name_of(day, region), facts) for day in days_of(first, last)]


def _ways(person: Person, theirs: Hours, usual_km: int) -> list[Way]:
    """Every way in which they can be met, at each place that their hours name."""
    modes = [mode for mode in Mode if not person.modes or mode in person.modes]
    spots = theirs.named if Mode.IN_PERSON in modes else []
    placed = (Way(Mode.IN_PERSON, s, far=not theirs.reaches(s, usual_km)) for s in spots)
    return [*(Way(mode) for mode in modes), *placed]


def _shortest(store: Store, person: Person, on: date) -> int:
    """The shortest of the meetings that they have, whether given or received."""
    theirs = or_(Match.provider_id == person.id, Entitlement.person_id == person.id)
    query = select(func.min(Entitlement.minutes)).outerjoin(
        Match, Match.entitlement_id == Entitlement.id
    )
    return store.scalar(query.where(theirs, Entitlement.ends_on >= on)) or USUAL_MINUTES


def _ahead(view: View, day: date, holiday: Words | None, facts: dict[str, int | None]) -> Ahead:
    found: dict[Stretch, list[Way]] = {}
    for way in view.ways:
        for stretch in _of_day(view, day, way):
            found.setdefault(stretch, []).append(way)
    if not found:
        return Ahead(day, [], _why(view, day, holiday, facts))
    zone = view.hours.zone
    open_ = [Open(to_local(s, zone), to_local(e, zone), found[s, e]) for s, e in sorted(found)]
    return Ahead(day, _without_doubles(open_), None)


def _of_day(view: View, day: date, way: Way) -> Iterator[Stretch]:
    """What is open long enough, from the notice on and up to the horizon."""
    zone = view.hours.zone
    search = Search(view.earliest, view.latest, zone, view.minutes, view.booking.grid_minutes)
    for begins, ends in rule.free(view.hours, day, day, way):
        stretch = max(begins, view.earliest), min(ends, view.latest)
        if next(starts([stretch], search), None):
            yield stretch


def _without_doubles(open_: list[Open]) -> list[Open]:
    """A place that is reached in any hours adds nothing to hours in which they go anywhere."""
    for one in open_:
        if Way(Mode.IN_PERSON) in one.ways:
            one.ways[:] = [way for way in one.ways if way.place is None]
    return open_


def _why(view: View, day: date, holiday: Words | None, facts: dict[str, int | None]) -> Words:
    """Their own reasons first; where the hours are open, it is the notice or the horizon."""
    free = any(rule.free(view.hours, day, day, way) for way in view.ways)
    if free and midnight(day, view.hours.zone) >= view.latest:
        return Words(TOO_FAR, facts)
    if free and midnight(day, view.hours.zone) < view.earliest:
        return Words(TOO_SOON, facts)
    return why_nothing(view.hours, day, view.ways, holiday)
