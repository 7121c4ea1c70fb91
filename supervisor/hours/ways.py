"""How two people can meet: the ways that both accept, where, and in whose zone."""

from dataclasses import dataclass
from datetime import date, datetime

from supervisor import zones
from supervisor.models import Person, Place, Store
from supervisor.rules.distance import Point, km_between
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import Spot
from supervisor.rules.openings import BookingSettings
from supervisor.settings import HubSettings, read


@dataclass(frozen=True)
class Way:
    """A mode with its place and the zone of its wall time: the place's, else the worker's."""

    mode: str
    place_id: int | None
    zone: str


def way(worker: Person, mode: str, hub: HubSettings, spot: Spot | None = None) -> Way:
    """Meeting a worker by a mode; in person at that spot, else where they are."""
    place = (spot or worker.place) if mode == Mode.IN_PERSON else None
    zone = zones.of_region(place.region) if place else None
    return Way(mode, place.id if place else None, zone or zone_of(worker, hub))


def zone_of(person: Person, hub: HubSettings) -> str:
    """A person's own zone, else the hub's."""
    return person.time_zone or hub.time_zone


def today_of(store: Store, person: Person, now: datetime) -> date:
    """The day that it is where they are."""
    return zones.today(now, zone_of(person, read(store, HubSettings)))


def region_of(person: Person, hub: HubSettings) -> str:
    """The region whose holidays close a person's day: their place's, else the hub's."""
    return (person.place.region if person.place else None) or hub.region


def modes(
    worker: Person,
    provider: Person,
    settings: BookingSettings,
    fit: FitSettings,
    agreed: str | None = None,
) -> list[str]:
    """The modes that both accept and can keep, the agreed one first, then in the hub's order."""
    both = accepted(worker, provider, settings, agreed)
    if Mode.IN_PERSON in both and not near(worker, provider, fit.travel_km):
        both.remove(Mode.IN_PERSON)
    return both


def accepted(
    worker: Person, provider: Person, settings: BookingSettings, agreed: str | None = None
) -> list[str]:
    """The modes that both accept, however far apart they live."""
    both = _accepted(worker) & _accepted(provider)
    order = [*([agreed] if agreed else []), *settings.modes.split(",")]
    return [mode for mode in dict.fromkeys(order) if mode in both]


def _accepted(person: Person) -> set[str]:
    return set(person.modes) or set(Mode)


def near(one: Person, other: Person, usual_km: int) -> bool:
    """Within both travel limits, on one land; without coordinates nobody meets in person."""
    here, there = (point_of(person, person.place) for person in (one, other))
    lands = {p.place.land for p in (one, other) if p.place and p.place.land}
    if here is None or there is None or len(lands) > 1:
        return False
    limits = (usual_km if p.travel_km is None else p.travel_km for p in (one, other))
    return km_between(here, there) <= min(limits)


def point_of(*places: Person | Place | None) -> Point | None:
    """Where the first of these is that says it."""
    for where in places:
        if where and where.latitude is not None and where.longitude is not None:
            return where.latitude, where.longitude
    return None
