"""All that a search for times goes by: whom they meet, both weeks, and the rooms of places."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import func, select

from supervisor.access import RUNNING
from supervisor.hours import hours
from supervisor.hours.hours import Diary, Meet
from supervisor.hours.ways import Way, way, zone_of
from supervisor.models import Agreement, Amendment, Entitlement, Match, Person, Session, Store
from supervisor.rules.days import DAY
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.openings import BookingSettings, Run, Search, instant, turns
from supervisor.rules.pace import PaceSettings
from supervisor.settings import HubSettings, read_each
from supervisor.zones import today


@dataclass(frozen=True)
class Matched:
    """Who is met under an entitlement and when, how each agreed to meet, and the total."""

    runs: list[Run]
    agreed: dict[int, str | None]
    contracted: int


@dataclass(frozen=True)
class Frame:
    """All that a search for one entitlement goes by."""

    entitlement: Entitlement
    matched: Matched
    people: dict[int, Person]
    diary: Diary
    hub: HubSettings
    booking: BookingSettings
    fit: FitSettings
    pace: PaceSettings
    earliest: datetime
    far: date

    @property
    def worker(self) -> Person:
        """Whose entitlement it is."""
        return self.people[self.entitlement.person_id]

    @cached_property
    def turns(self) -> list[Run]:
        """Who is in charge from when to when."""
        return turns(self.matched.runs, self.diary.first, self.diary.last)

    def meets(self, turn: Run, *, rooms: bool = True) -> list[Meet]:
        """How the worker and the provider of a turn can meet, and when; in person while a room is
        free, unless `rooms` are left out of it."""
        provider, agreed = self.people[turn.provider], self.matched.agreed[turn.provider]
        meets = self.diary.meets_of(self.worker, provider, self.booking, self.fit, agreed)
        needed = rooms and not self.booking.without_room
        return self.diary.with_rooms(meets, self.entitlement.minutes) if needed else meets

    def way(self, meet: Meet) -> Way:
        """With the place and the zone that it has."""
        return way(self.worker, meet.mode, self.hub, meet.place)

    def search(self, turn: Run, zone: str, shut: frozenset[date]) -> Search:
        """The limits of looking through one turn."""
        assert turn.last
        return Search(
            earliest=max(self.earliest, instant(turn.first, 0, zone)),
            latest=instant(turn.last + DAY, 0, zone),
            zone=zone,
            minutes=self.entitlement.minutes,
            grid=self.booking.grid_minutes,
            shut=shut,
        )


def frame_of(
    store: Store,
    entitlement: Entitlement,
    provider: Person | None,
    until: date | None,
    now: datetime,
    moving: Session | None,
) -> Frame:
    """The records of one search, in five questions."""
    hub, booking, fit, pace = read_each(
        store, HubSettings, BookingSettings, FitSettings, PaceSettings
    )
    matched = _matched(store, entitlement, provider, today(now, hub.time_zone))
    ids = {entitlement.person_id, *(run.provider for run in matched.runs)}
    people = hours.people(store, ids)
    everybody = list(people.values())
    notice, ahead = hours.bounds(everybody, booking)
    earliest, zone = now + timedelta(hours=notice), zone_of(people[entitlement.person_id], hub)
    first = today(earliest, zone)
    far = date.max if ahead is None else today(now, zone) + ahead * DAY
    last = min(entitlement.ends_on, far, until or first + booking.horizon_days * DAY)
    first = max(first, entitlement.starts_on)
    diary = hours.diary(store, everybody, first, last, now, hub, booking, moving)
    return Frame(entitlement, matched, people, diary, hub, booking, fit, pace, earliest, far)


def wider(store: Store, frame: Frame, now: datetime, moving: Session | None) -> Frame:
    """The same up to the end of the period, as far as both are booked ahead; what is known of the
    two is not asked again."""
    last, everybody = min(frame.entitlement.ends_on, frame.far), list(frame.people.values())
    first, hub, booking = frame.diary.first, frame.hub, frame.booking
    diary = hours.diary(store, everybody, first, last, now, hub, booking, moving)
    return replace(frame, diary=diary)


def _matched(store: Store, entitlement: Entitlement, provider: Person | None, on: date) -> Matched:
    amended = (
        select(Amendment.sessions)
        .where(Amendment.entitlement_id == entitlement.id, Amendment.from_on <= on)
        .order_by(Amendment.from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Match.provider_id, Match.starts_on, Match.ends_on, Match.cover, Agreement.mode)
        .add_columns(func.coalesce(amended, entitlement.sessions))
        .outerjoin(Match.agreement)
        .where(Match.entitlement_id == entitlement.id, Match.state.in_(RUNNING))
        .order_by(Match.id)
    )
    if provider is not None:
        query = query.where(Match.provider_id == provider.id)
    rows = store.execute(query).all()
    runs = [Run(*row[:4]) for row in rows]
    contracted = rows[0][5] if rows else entitlement.sessions
    return Matched(runs, {row[0]: row[4] for row in rows}, contracted)
