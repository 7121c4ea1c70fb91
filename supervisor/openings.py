"""Openings: times that suit a worker and a provider, best first, with reasons where none do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from supervisor.access import RUNNING
from supervisor.closed_days import closed_between
from supervisor.models import Commitment, Entitlement, Leave, Match, Person, Session, Store
from supervisor.rules import openings as rule
from supervisor.rules.days import DAY, is_away
from supervisor.rules.distance import km_between
from supervisor.rules.kinds import Mode, Outcome
from supervisor.rules.openings import BookingSettings, Hours, Search, Wish
from supervisor.rules.words import N_, Words
from supervisor.settings import HubSettings, read
from supervisor.zones import to_local, today

TRAVEL_KM = 50


@dataclass(frozen=True)
class Opening:
    """A time that suits both, in the session's zone, and how they would meet."""

    starts_at: datetime
    local_start: datetime
    zone: str
    minutes: int
    mode: str
    place_id: int | None


@dataclass(frozen=True)
class Openings:
    """Times best first, and why there are not more."""

    times: list[Opening]
    reasons: list[Words]


def openings(
    store: Store,
    entitlement: Entitlement,
    now: datetime,
    count: int = 12,
    provider: Person | None = None,
    until: date | None = None,
) -> Openings:
    """The best times for this pair from now; `until` looks further than the usual horizon."""
    pair = _pair(store, entitlement, provider, now)
    if pair is None:
        return Openings([], [Words(N_("There is nobody to meet yet."))])
    return _found(store, entitlement, pair, now, count, until)


@dataclass(frozen=True)
class Pair:
    """The two of them with all that a search needs, loaded in few queries."""

    worker: Person
    provider: Person
    zone: str
    region: str
    match_ends: date | None


def _pair(
    store: Store, entitlement: Entitlement, provider: Person | None, now: datetime
) -> Pair | None:
    """The worker with the given provider, else with cover, else with the match of the day."""
    hub = read(store, HubSettings)
    on = today(now, hub.time_zone)
    match = _running(store, entitlement, provider, on)
    if match is None:
        return None
    people = {
        person.id: person
        for person in store.scalars(
            select(Person)
            .where(Person.id.in_([entitlement.person_id, match.provider_id]))
            .options(selectinload(Person.windows), joinedload(Person.place))
        )
    }
    worker = people[entitlement.person_id]
    region = worker.place.region if worker.place and worker.place.region else hub.region
    zone = worker.time_zone or hub.time_zone
    return Pair(worker, people[match.provider_id], zone, region, match.ends_on)


def _running(
    store: Store, entitlement: Entitlement, provider: Person | None, on: date
) -> Match | None:
    query = (
        select(Match)
        .where(
            Match.entitlement_id == entitlement.id,
            Match.state.in_(RUNNING),
            or_(Match.ends_on.is_(None), Match.ends_on >= on),
        )
        .order_by(Match.cover.desc(), Match.starts_on.desc())
    )
    if provider is not None:
        query = query.where(Match.provider_id == provider.id)
    return store.scalars(query).first()


def _found(
    store: Store,
    entitlement: Entitlement,
    pair: Pair,
    now: datetime,
    count: int,
    until: date | None,
) -> Openings:
    settings = read(store, BookingSettings)
    first = today(now + timedelta(hours=settings.notice_hours), pair.zone)
    last = _last_day(entitlement, pair, settings, first, until)
    first = max(first, entitlement.starts_on)
    mode = mode_of(pair.worker, pair.provider, settings)
    if last < first or mode is None:
        return Openings([], [_why_none(mode)])
    hours = hours_of(store, (pair.worker, pair.provider), pair.region, first, last, now)
    both = rule.common(*(rule.free(h, first - DAY, last + DAY) for h in hours))
    search = Search(
        earliest=now + timedelta(hours=settings.notice_hours),
        latest=rule.instant(last + DAY, 0, pair.zone),
        zone=pair.zone,
        minutes=entitlement.minutes,
        grid=settings.grid_minutes,
    )
    wish = _wish(store, entitlement, pair, first)
    chosen = rule.best(rule.starts(both, search), wish, pair.zone, settings.per_day_shown)
    times = [_opening(at, pair, entitlement.minutes, mode) for at in chosen[:count]]
    return Openings(times, _reasons(pair, hours, first, last, times))


def _last_day(
    entitlement: Entitlement,
    pair: Pair,
    settings: BookingSettings,
    first: date,
    until: date | None,
) -> date:
    ends = [entitlement.ends_on, until or first + timedelta(days=settings.horizon_days)]
    return min([*ends, pair.match_ends] if pair.match_ends else ends)


def mode_of(worker: Person, provider: Person, settings: BookingSettings) -> str | None:
    """The first mode, in the hub's order, that both accept and can keep; None when none is."""
    both = _accepted(worker) & _accepted(provider)
    if Mode.IN_PERSON in both and not _near(worker, provider):
        both.discard(Mode.IN_PERSON)
    return next((m for m in settings.modes.split(",") if m in both), None)


def _accepted(person: Person) -> set[str]:
    return set(person.modes) or set(Mode)


def _near(one: Person, other: Person) -> bool:
    """Within both travel limits, on one land; without coordinates nobody meets in person."""
    here, there = _point(one), _point(other)
    lands = {p.place.land for p in (one, other) if p.place and p.place.land}
    if here is None or there is None or len(lands) > 1:
        return False
    limits = (TRAVEL_KM if p.travel_km is None else p.travel_km for p in (one, other))
    return km_between(here, there) <= min(limits)


def _point(person: Person) -> tuple[float, float] | None:
    for where in (person, person.place):
        if where and where.latitude is not None and where.longitude is not None:
            return where.latitude, where.longitude
    return None


def hours_of(
    store: Store,
    people: Sequence[Person],
    region: str,
    first: date,
    last: date,
    now: datetime,
) -> list[Hours]:
    """Each person's week with what is taken out of it."""
    settings, hub = read(store, BookingSettings), read(store, HubSettings)
    ids = [person.id for person in people]
    leave = _leave(store, ids, first)
    busy = _busy(store, ids, first, now)
    shut = (
        frozenset()
        if settings.open_on_holidays
        else closed_between(first - DAY, last + DAY, region)
    )
    return [
        Hours(
            zone=(zone := person.time_zone or hub.time_zone),
            windows=windows_of(person, settings),
            leave=tuple(leave.get(person.id, ())),
            closed=shut,
            busy=tuple(busy.get(person.id, ())),
            full_days=_full(busy.get(person.id, ()), zone, settings),
        )
        for person in people
    ]


def windows_of(person: Person, settings: BookingSettings) -> tuple[tuple[int, int, int], ...]:
    """Their own hours, else the hub's office hours."""
    own = tuple((w.weekday, w.starts_minute, w.ends_minute) for w in person.windows)
    return own or tuple((d, settings.office_from, settings.office_to) for d in range(5))


def _leave(store: Store, ids: Sequence[int], first: date) -> dict[int, list[tuple[date, date]]]:
    found: dict[int, list[tuple[date, date]]] = {}
    rows = select(Leave).where(Leave.person_id.in_(ids), Leave.ends_on > first - DAY)
    for row in store.scalars(rows.order_by(Leave.starts_on)):
        found.setdefault(row.person_id, []).append((row.starts_on, row.ends_on))
    return found


def _busy(
    store: Store, ids: Sequence[int], first: date, now: datetime
) -> dict[int, list[tuple[datetime, datetime]]]:
    """What is taken from a week before the first day on; a lapsed hold takes nothing."""
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    from_ = now - timedelta(days=8)
    rows = select(Commitment).where(
        Commitment.person_id.in_(ids),
        Commitment.ends_at > from_,
        or_(Commitment.lapses_at.is_(None), Commitment.lapses_at > now),
    )
    for row in store.scalars(rows.order_by(Commitment.starts_at)):
        found.setdefault(row.person_id, []).append((row.starts_at, row.ends_at))
    return found


def _full(
    busy: Sequence[tuple[datetime, datetime]], zone: str, settings: BookingSettings
) -> frozenset[date]:
    """Days on which the day or its week already holds as much as the hub allows."""
    days = Counter(to_local(start, zone).date() for start, _ in busy)
    weeks: Counter[date] = Counter()
    for day, number in days.items():
        weeks[day - DAY * day.weekday()] += number
    full = {day for day, number in days.items() if number >= settings.most_a_day}
    for monday, number in weeks.items():
        if number >= settings.most_a_week:
            full |= {monday + DAY * n for n in range(7)}
    return frozenset(full)


def _wish(store: Store, entitlement: Entitlement, pair: Pair, first: date) -> Wish:
    """One usual interval after the last session held or booked; now, if that has passed."""
    rows = store.execute(
        select(Session.local_start, Session.outcome)
        .where(Session.entitlement_id == entitlement.id, Session.cancelled_at.is_(None))
        .order_by(Session.local_start)
    ).all()
    kept = [start for start, outcome in rows if outcome in {None, Outcome.HELD}]
    days = (entitlement.ends_on - entitlement.starts_on).days + 1
    interval = timedelta(days=days / max(entitlement.sessions, 1))
    due = (kept[-1] + interval).date() if kept else first
    last = kept[-1] if kept else None
    return Wish(
        max(due, first),
        last.weekday() if last else None,
        last.hour * 60 + last.minute if last else None,
    )


def _opening(at: datetime, pair: Pair, minutes: int, mode: str) -> Opening:
    place = pair.worker.place_id if mode == Mode.IN_PERSON else None
    return Opening(at, to_local(at, pair.zone), pair.zone, minutes, mode, place)


def _why_none(mode: str | None) -> Words:
    if mode is None:
        return Words(N_("There is no way of meeting that suits you both."))
    return Words(N_("The period ends before there is a time."))


def _reasons(
    pair: Pair, hours: Sequence[Hours], first: date, last: date, times: Sequence[Opening]
) -> list[Words]:
    reasons = []
    for person, week in zip((pair.worker, pair.provider), hours, strict=True):
        back = max(
            (end for start, end in week.leave if start <= last and end > first), default=None
        )
        if back and (is_away(first, week.leave) or not times):
            facts = {"name": person.name.split()[0], "day": back.isoformat()}
            reasons.append(Words(N_("%(name)s is away until %(day)s."), facts))
    if not times:
        reasons.append(
            Words(N_("No time suits you both yet. Add more free hours, or ask for another time."))
        )
    return reasons
