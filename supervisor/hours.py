"""Whose time is free: each person's week as the records hold it, with what is taken out of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from supervisor.closed_days import closed_between
from supervisor.models import Commitment, Leave, Person, Session, Store
from supervisor.rules import openings as rule
from supervisor.rules.days import DAY, Span, merged
from supervisor.rules.openings import BookingSettings, Hours, Stretch, Weekly
from supervisor.settings import HubSettings
from supervisor.ways import region_of, zone_of
from supervisor.zones import to_local, today

AT_ONCE = 10_000
Free = list[Stretch]
WORKING_DAYS = range(5)
BACK = timedelta(days=8)
"""What is taken is read from so long ago, so that the running week is counted whole."""


class Diary:
    """People's hours from a day to a day; what is asked again is worked out once."""

    def __init__(self, hours: dict[int, Hours], first: date, last: date) -> None:
        self.hours, self.first, self.last = hours, first, last
        self._free: dict[tuple[int, str | None], Free] = {}

    def free(self, person_id: int, mode: str | None) -> Free:
        """When somebody can meet by a mode, a day either side included: zones differ."""
        hours = self.hours[person_id]
        key = person_id, mode if any(window.mode for window in hours.windows) else None
        if key not in self._free:
            self._free[key] = rule.free(hours, self.first - DAY, self.last + DAY, mode)
        return self._free[key]

    def both(self, one: int, other: int, mode: str) -> Free:
        """When two people can meet by a mode."""
        return rule.common(self.free(one, mode), self.free(other, mode))

    def mode(self, one: int, other: int, modes: Iterable[str]) -> str | None:
        """The first of these modes for which each has hours in the week."""
        windows = [self.hours[person].windows for person in (one, other)]
        fits = (m for m in modes if all(any(w.serves(m) for w in week) for week in windows))
        return next(fits, None)


def people(store: Store, ids: Iterable[int]) -> dict[int, Person]:
    """People with their weeks and places, by id, in one question."""
    found: dict[int, Person] = {}
    loaded = select(Person).options(joinedload(Person.place), joinedload(Person.windows))
    for some in chunks(sorted(set(ids))):
        rows = store.scalars(loaded.where(Person.id.in_(some))).unique()
        found |= {person.id: person for person in rows}
    return found


def diary(
    store: Store,
    people: Sequence[Person],
    first: date,
    last: date,
    now: datetime,
    hub: HubSettings,
    settings: BookingSettings,
    but: Session | None = None,
) -> Diary:
    """These people's hours, in two questions; the session `but` takes nobody's time."""
    ids = [person.id for person in people]
    leave, busy = _leave(store, ids, first), _busy(store, ids, now, but)
    hours = {
        person.id: Hours(
            zone=(zone := zone_of(person, hub)),
            windows=windows_of(person, settings),
            leave=_away(person, leave[person.id]),
            closed=frozenset()
            if settings.open_on_holidays
            else closed_between(first - DAY, last + DAY, region_of(person, hub)),
            busy=tuple(busy[person.id]),
            full_days=full_days(busy[person.id], zone, settings),
        )
        for person in people
    }
    return Diary(hours, first, last)


def windows_of(person: Person, settings: BookingSettings) -> tuple[Weekly, ...]:
    """Their own hours, else the hub's office hours."""
    own = tuple(Weekly(w.weekday, w.starts_minute, w.ends_minute, w.mode) for w in person.windows)
    office = (settings.office_from, settings.office_to)
    return own or tuple(Weekly(day, *office) for day in WORKING_DAYS)


def within(
    person: Person,
    starts_at: datetime,
    minutes: int,
    mode: str,
    hub: HubSettings,
    settings: BookingSettings,
) -> bool:
    """Whether a meeting lies in somebody's week, whatever else they have on that day."""
    zone = zone_of(person, hub)
    day, ends = today(starts_at, zone), starts_at + timedelta(minutes=minutes)
    week = Hours(zone, windows_of(person, settings))
    open_ = rule.free(week, day - DAY, day + DAY, mode)
    return any(start <= starts_at and ends <= end for start, end in open_)


def _leave(store: Store, ids: Sequence[int], first: date) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    columns = select(Leave.person_id, Leave.starts_on, Leave.ends_on)
    for some in chunks(ids):
        query = columns.where(Leave.person_id.in_(some), Leave.ends_on > first - DAY)
        for person_id, starts_on, ends_on in store.execute(query):
            found[person_id].append((starts_on, ends_on))
    return found


def _away(person: Person, leave: Sequence[Span]) -> tuple[Span, ...]:
    """Leave, merged; who leaves for good is away from the day after their last."""
    gone = [(person.left_on + DAY, date.max)] if person.left_on else []
    return merged([*leave, *gone])


def _busy(
    store: Store, ids: Sequence[int], now: datetime, but: Session | None
) -> dict[int, list[Stretch]]:
    """What is taken; a hold that has lapsed takes nothing."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    columns = select(Commitment.person_id, Commitment.starts_at, Commitment.ends_at)
    live = [
        Commitment.ends_at > now - BACK,
        or_(Commitment.lapses_at.is_(None), Commitment.lapses_at > now),
    ]
    if but is not None:
        live.append(Commitment.session_id.is_distinct_from(but.id))
    for some in chunks(ids):
        query = columns.where(Commitment.person_id.in_(some), *live)
        for person_id, starts_at, ends_at in store.execute(query.order_by(Commitment.starts_at)):
            found[person_id].append((starts_at, ends_at))
    return found


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at once as both engines take in one question."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def full_days(
    busy: Sequence[Stretch], zone_name: str, settings: BookingSettings
) -> frozenset[date]:
    """Days on which the day or its week already holds as much as the hub allows."""
    days = Counter(to_local(start, zone_name).date() for start, _end in busy)
    weeks: Counter[date] = Counter()
    for day, number in days.items():
        weeks[monday(day)] += number
    full = {day for day, number in days.items() if number >= settings.most_a_day}
    for first, number in weeks.items():
        if number >= settings.most_a_week:
            full |= {first + DAY * n for n in range(7)}
    return frozenset(full)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - DAY * day.weekday()
