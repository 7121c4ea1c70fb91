"""Two people and one time: where they would meet, and what of the hours of each forbids it."""

from dataclasses import replace
from datetime import datetime, timedelta

from supervisor.errors import Refused
from supervisor.hours import hours, ways
from supervisor.hours.hours import Diary
from supervisor.models import Match, Person, Place, Session, Store
from supervisor.rules import open_days as rule
from supervisor.rules.days import DAY
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Mode
from supervisor.rules.names import first_name
from supervisor.rules.open_values import DAY_MINUTES, USUAL, Hours, Spot, Way, Weekly
from supervisor.rules.openings import BookingSettings, Stretch
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read, read_each
from supervisor.viewers import is_hub
from supervisor.zones import today

Both = dict[Person, Hours]
ALL_DAY = tuple(Weekly(day, 0, DAY_MINUTES) for day in range(7))


def place_of(
    store: Store, worker: Person, provider: Person, starts_at: datetime, minutes: int
) -> Spot | None:
    """Where the two meet in person at a time, as the hours of either say; None where they do
    not, and it is where the worker is."""
    hub, booking, fit = read_each(store, HubSettings, BookingSettings, FitSettings)
    on = today(starts_at, ways.zone_of(worker, hub))
    diary = hours.diary(store, [worker, provider], on, on, starts_at, hub, booking)
    during = starts_at, starts_at + timedelta(minutes=minutes)
    return spot_then(diary, worker, provider, during, fit.travel_km)


def spot_then(
    diary: Diary, worker: Person, provider: Person, during: Stretch, usual_km: int
) -> Spot | None:
    """The same, of hours that are read already."""
    begins, ends = during
    for spot, there in diary.elsewhere(worker.id, provider.id, usual_km):
        if any(start <= begins and ends <= end for start, end in there):
            return spot
    return None


def refuse_closed(session: Session, both: Both) -> None:
    """A public holiday on which either does not work."""
    for theirs in both.values():
        on = today(session.starts_at, theirs.zone)
        opened = any(one.opens and one.on == on for one in theirs.one_offs)
        if on in theirs.closed and not opened:
            raise Refused(N_("That day is a public holiday. Choose another."), field="start")


def refuse_other_hours(store: Store, session: Session, by: Person, both: Both) -> None:
    """Whoever books knows their own day; the other's hours and ways are as they have said."""
    booking, fit = read_each(store, BookingSettings, FitSettings)
    worker, provider = session.entitlement.person, session.provider
    other = worker if by.id == provider.id else provider
    named = {spot.id for theirs in both.values() for spot in theirs.named}
    there = session.mode == Mode.IN_PERSON and session.place_id in named
    if session.mode not in ways.modes(worker, provider, booking, fit) and not there:
        raise Refused(
            N_("That is no way in which you can both meet. Choose another."), field="mode"
        )
    _refuse_hours(session, _way(store, session), other, both[other])


def of_both(store: Store, session: Session, now: datetime) -> Both:
    """The hours of both around the day, without the session itself."""
    hub, booking = read_each(store, HubSettings, BookingSettings)
    pair = [session.entitlement.person, session.provider]
    on = today(session.starts_at, session.zone)
    but = session if session.id else None
    diary = hours.diary(store, pair, on - DAY, on + DAY, now, hub, booking, but)
    return {person: diary.hours[person.id] for person in pair}


def _refuse_hours(session: Session, way: Way, other: Person, theirs: Hours) -> None:
    """Somebody who has written nothing down may be asked for any hour. What is taken by now is
    said where it is booked, with other times."""
    given = theirs if other.windows else replace(theirs, windows=ALL_DAY)
    facts = {"name": first_name(other.name)}
    if not _covers(replace(given, busy=(), full_days=frozenset()), session, way):
        words = N_("%(name)s does not meet then. Pick one of the times, or ring the hub.")
        raise Refused(words, field="start", **facts)
    if today(session.starts_at, given.zone) in given.full_days:
        words = N_("%(name)s has enough meetings then. Pick one of the times, or ring the hub.")
        raise Refused(words, field="start", **facts)
    plain = replace(given, around=USUAL, home=None)
    if _covers(plain, session, way) and not _covers(given, session, way):
        words = N_("%(name)s needs time around another meeting. Pick one of the times.")
        raise Refused(words, field="start", **facts)


def _way(store: Store, session: Session) -> Way:
    """How it is held; its place may be newer than what is loaded with it."""
    place = store.get(Place, session.place_id) if session.place_id else None
    return Way(session.mode, hours.spot_of(place) if place else None)


def _covers(theirs: Hours, session: Session, way: Way) -> bool:
    on = today(session.starts_at, theirs.zone)
    ends = session.starts_at + timedelta(minutes=session.minutes)
    free = rule.free(theirs, on - DAY, on + DAY, way)
    return any(start <= session.starts_at and ends <= end for start, end in free)


def refuse_short_notice(store: Store, session: Session, now: datetime) -> None:
    """Sooner than either wants to be booked."""
    pair = session.entitlement.person, session.provider
    hours_ahead, _days = hours.bounds(pair, read(store, BookingSettings))
    if session.starts_at < now + timedelta(hours=hours_ahead):
        words = N_("Book at least %(hours)d hours ahead, or ring the hub for something sooner.")
        raise Refused(words, field="start", hours=hours_ahead)


def refuse_far(store: Store, match: Match, starts_at: datetime, by: Person, now: datetime) -> None:
    """Further ahead than either wants to be booked, time by time. The hub may, and what a pair
    keeps of the year's plan or of a series is for the whole year."""
    worker = match.entitlement.person
    hub, booking = read_each(store, HubSettings, BookingSettings)
    _hours, ahead = hours.bounds((worker, match.provider), booking)
    zone = ways.zone_of(worker, hub)
    last = today(now, zone) + DAY * ahead if ahead else None
    if last and today(starts_at, zone) > last and not is_hub(store, by):
        words = N_("Book up to %(day)s for now. Later days open as time goes on.")
        raise Refused(words, field="start", day=last)
