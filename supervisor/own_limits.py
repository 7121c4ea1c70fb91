"""How much a provider takes on: lowered by themselves; to raise it they ring the hub."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from supervisor import audit, capacity
from supervisor.errors import Refused
from supervisor.matches import match_messages
from supervisor.models import Entitlement, Match, Offering, Person, Provider, Store
from supervisor.rules.words import N_

HOURS = "hours"
MINUTES_IN_AN_HOUR = 60


@dataclass(frozen=True)
class Limit:
    """One limit: of people of a kind, or of hours a year (`HOURS`; None is no limit). `held` is
    what is promised already, below which it cannot go."""

    name: str
    most: float | None
    held: float


def limits(store: Store, person: Person, on: date) -> list[Limit]:
    """Each kind that they offer, then their hours."""
    people = Counter(one.kind for one in _held(store, person, on))
    offered = select(Offering).where(Offering.person_id == person.id).order_by(Offering.kind)
    kinds = [Limit(one.kind, one.capacity, people[one.kind]) for one in store.scalars(offered)]
    provider = store.get(Provider, person.id)
    minutes = sum(one.sessions * one.minutes for one in _held(store, person, on))
    hours = Limit(HOURS, provider.hours_a_year if provider else None, minutes / MINUTES_IN_AN_HOUR)
    return [*kinds, hours] if kinds else []


def _held(store: Store, person: Person, on: date) -> list[Entitlement]:
    """What they hold on the day or will hold after it, as accepting counts it."""
    query = (
        select(Entitlement)
        .join(Match, Match.entitlement_id == Entitlement.id)
        .where(Match.provider_id == person.id, capacity.holding(on), Entitlement.ends_on >= on)
        .distinct()
    )
    return list(store.scalars(query))


def lower(
    store: Store, person: Person, wanted: Mapping[str, float], on: date, now: datetime
) -> bool:
    """Take on less from now on, never less than is held; whether anything changed. The hub is
    told, since it may have somebody to find."""
    provider = store.get(Provider, person.id, with_for_update=True, populate_existing=True)
    changed = [
        one
        for one in limits(store, person, on)
        if one.name in wanted and wanted[one.name] != one.most
    ]
    for one in changed:
        _refuse(one, wanted[one.name])
    if not changed or provider is None:
        return False
    for one in changed:
        _write(store, provider, one.name, wanted[one.name])
    audit.record(store, now, person, "lower", "limit", person.ref)
    facts = {"provider": person.name, "person": person.ref}
    cause = f"limit_lowered:{person.ref}:{now.isoformat()}"
    match_messages.to_hub(store, cause, "limit_lowered", facts, now)
    return True


def _refuse(limit: Limit, wanted: float) -> None:
    if limit.most is not None and wanted > limit.most:
        raise Refused(N_("To take on more, ring the hub."), field=limit.name)
    if wanted < limit.held:
        held = f"{limit.held:g}"
        words = N_("You have %(held)s already, so it cannot be less than that.")
        raise Refused(words, field=limit.name, held=held)


def _write(store: Store, provider: Provider, name: str, wanted: float) -> None:
    if name == HOURS:
        provider.hours_a_year = wanted
        return
    offered = select(Offering).where(Offering.person_id == provider.person_id)
    store.scalars(offered.where(Offering.kind == name)).one().capacity = int(wanted)
    store.flush()
