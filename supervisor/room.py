"""Who has how much room, now and in the months ahead, and where the places are that are free."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import or_, select

from supervisor import capacity
from supervisor.capacity import Load
from supervisor.fits.fits_hub import loaded
from supervisor.models import Entitlement, Leave, Match, Person, Store
from supervisor.room_cells import Cell, cells
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.forecast import (
    Held,
    Owed,
    Place,
    Point,
    by_provider,
    days_ahead,
    forecast,
    free,
)  # fmt: skip
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.settings import read


@dataclass(frozen=True)
class RoomSettings:
    """How many months the page looks ahead; below how many people a number that tells who they
    are is hidden; and how many rows of its tables it shows at once."""

    months: int = 6
    least: int = 5
    rows: int = 15


@dataclass(frozen=True)
class Provides:
    """One kind of a provider: the load, and the places free on each of the days ahead."""

    load: Load
    ahead: list[int]


@dataclass(frozen=True)
class Giver:
    """One provider: what they give by kind, and the hours of the year that are taken."""

    person: Person
    kinds: list[Provides]
    hours_taken: float
    hours: float | None

    @property
    def away_until(self) -> date | None:
        """Their first day back, if away."""
        return self.kinds[0].load.away_until


@dataclass(frozen=True)
class Room:
    """The page: everybody who gives something, each kind in the months ahead, and the cells."""

    days: list[date]
    givers: list[Giver]
    ahead: dict[Kind, list[Point]]
    cells: list[Cell]
    least: int


def room(store: Store, on: date) -> Room:
    """All of it, as of the day."""
    settings, away_days = read(store, RoomSettings), read(store, FitSettings).away_days
    days, loads = days_ahead(on, settings.months), capacity.loads(store, on)
    held, owed, places = _held(store, on), _owed(store, on), _places(store, loads, on)
    givers = _givers(store, loads, places, held, days, away_days)
    return Room(
        days=days,
        givers=givers,
        ahead=_in_order(forecast(places, held, owed, days, away_days)),
        cells=cells(loaded(store, on), _free_now(givers), settings.least),
        least=settings.least,
    )


def _places(store: Store, loads: Sequence[Load], on: date) -> list[Place]:
    away: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = select(Leave.person_id, Leave.starts_on, Leave.ends_on).where(Leave.ends_on > on)
    for person, first, back in store.execute(rows):
        away[person].append((first, back))
    return [
        Place(
            provider=load.provider.id,
            kind=Kind(load.offering.kind),
            capacity=load.offering.capacity,
            vetted_until=load.offering.vetted_until,
            leave=tuple(away[load.provider.id]),
            left_on=load.provider.left_on,
        )
        for load in loads
    ]


def _owed(store: Store, on: date) -> list[Owed]:
    """Periods of the matched kinds that have not ended, of people who have not left."""
    query = (
        select(Entitlement.id, Entitlement.kind, Entitlement.starts_on, Entitlement.ends_on)
        .join(Entitlement.person)
        .where(
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.ends_on >= on,
            or_(Person.left_on.is_(None), Person.left_on >= on),
        )
    )
    return [Owed(one, Kind(kind), first, last) for one, kind, first, last in store.execute(query)]


def _held(store: Store, on: date) -> list[Held]:
    query = (
        select(
            Entitlement.id,
            Entitlement.kind,
            Entitlement.starts_on,
            Entitlement.ends_on,
            Match.provider_id,
            Match.starts_on.label("begins"),
            Match.ends_on.label("ends"),
        )
        .join(Match.entitlement)
        .where(capacity.holding(on), Entitlement.kind.in_(MATCHED_KINDS), Entitlement.ends_on >= on)
        .order_by(Match.id)
    )
    return [
        Held(
            Owed(row.id, Kind(row.kind), row.starts_on, row.ends_on),
            row.provider_id,
            row.begins,
            row.ends,
        )
        for row in store.execute(query)
    ]


def _givers(
    store: Store,
    loads: Sequence[Load],
    places: Sequence[Place],
    held: Sequence[Held],
    days: Sequence[date],
    away_days: int,
) -> list[Giver]:
    theirs, minutes = by_provider(held), capacity.minutes_held(store, days[0])
    gives = [
        Provides(load, [free(place, theirs[place.provider, place.kind], day, away_days)
                        for day in days])
        for load, place in zip(loads, places, strict=True)
    ]  # fmt: skip
    return [
        Giver(person, kinds, minutes.get(person.id, 0) / 60, limits.hours_a_year)
        for person, some in groupby(gives, lambda one: one.load.provider)
        for kinds in [list(some)]
        for limits in [kinds[0].load.offering.provider]
    ]


def _in_order(ahead: dict[Kind, list[Point]]) -> dict[Kind, list[Point]]:
    return {kind: ahead[kind] for kind in MATCHED_KINDS if kind in ahead}


def _free_now(givers: Sequence[Giver]) -> dict[tuple[int, Kind], int]:
    return {
        (giver.person.id, Kind(one.load.offering.kind)): one.ahead[0]
        for giver in givers
        for one in giver.kinds
    }
