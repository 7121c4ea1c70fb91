"""How many people each provider has, against how many they can take."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from supervisor.access import RUNNING
from supervisor.models import Entitlement, Leave, Match, Offering, Person, Provider, Store


@dataclass(frozen=True)
class Load:
    """One kind of one provider on a day. `away_until` is their first day back, if away."""

    provider: Person
    offering: Offering
    people: int
    away_until: date | None

    @property
    def free(self) -> int:
        """Places left; below zero when over capacity."""
        return self.offering.capacity - self.people


def running(on: date) -> ColumnElement[bool]:
    """Matches that both accepted and that run on the day."""
    return and_(
        Match.state.in_(RUNNING),
        Match.starts_on <= on,
        or_(Match.ends_on.is_(None), Match.ends_on >= on),
    )


def loads(store: Store, on: date, provider_id: int | None = None) -> list[Load]:
    """Every offering with its load, by the provider's name; or those of one provider."""
    query = (
        select(Offering)
        .join(Offering.provider)
        .join(Provider.person)
        .options(
            joinedload(Offering.provider).joinedload(Provider.person).joinedload(Person.place),
            selectinload(Offering.cultures),
        )
        .order_by(Person.name, Offering.kind)
    )
    if provider_id is not None:
        query = query.where(Offering.person_id == provider_id)
    taken, away = _taken(store, on), _away(store, on)
    return [
        Load(
            offering.provider.person,
            offering,
            taken[offering.person_id, offering.kind],
            away.get(offering.person_id),
        )
        for offering in store.scalars(query)
    ]


def _taken(store: Store, on: date) -> Counter[tuple[int, str]]:
    rows = store.execute(
        select(Match.provider_id, Entitlement.kind)
        .join(Match.entitlement)
        .where(running(on), Match.cover.is_(False), Entitlement.ends_on >= on)
    )
    return Counter((provider, kind) for provider, kind in rows)


def _away(store: Store, on: date) -> dict[int, date]:
    rows = store.execute(
        select(Leave.person_id, Leave.ends_on).where(Leave.starts_on <= on, Leave.ends_on > on)
    )
    return {person: back for person, back in rows}  # noqa: C416 - rows are not pairs to mypy
