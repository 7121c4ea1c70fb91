"""Whom a provider's time away costs more than one meeting in a row: they are offered cover."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from supervisor.access import RUNNING
from supervisor.models import Entitlement, Leave, Match, Person, Session, Store
from supervisor.rules.days import DAY, counted
from supervisor.rules.kinds import Outcome

MAY_MISS = 1


@dataclass(frozen=True)
class Gap:
    """A match whose provider is away, and how many meetings in a row that costs."""

    match: Match
    missed: int

    @property
    def wants_cover(self) -> bool:
        """More than one in a row: too long to wait for whoever is away."""
        return self.missed > MAY_MISS


def gaps(store: Store, provider: Person, first: date, back: date) -> list[Gap]:
    """Everybody who meets them in these days, by name; `back` is the first day back."""
    lost = _lost(store, provider, first, back)
    return [
        Gap(match, max(lost[match.entitlement_id], _usual(match, first, back)))
        for match in _met(store, provider, first, back)
    ]


def _met(store: Store, provider: Person, first: date, back: date) -> Iterable[Match]:
    query = (
        select(Match)
        .join(Match.entitlement)
        .join(Entitlement.person)
        .where(
            Match.provider_id == provider.id,
            Match.state.in_(RUNNING),
            Match.starts_on < back,
            or_(Match.ends_on.is_(None), Match.ends_on >= first),
            Entitlement.starts_on < back,
            Entitlement.ends_on >= first,
        )
        .options(joinedload(Match.entitlement).joinedload(Entitlement.person))
        .order_by(Person.name, Match.id)
    )
    return store.scalars(query).all()


def _lost(store: Store, provider: Person, first: date, back: date) -> Counter[int]:
    """The meetings that are booked in these days, or were until they were called off."""
    start, end = (datetime.combine(day, time.min) for day in (first, back))
    query = select(Session.entitlement_id).where(
        Session.provider_id == provider.id,
        Session.local_start >= start,
        Session.local_start < end,
        or_(Session.outcome.is_(None), Session.outcome == Outcome.CANCELLED_BY_PROVIDER),
    )
    return Counter(store.scalars(query))


def _usual(match: Match, first: date, back: date) -> int:
    """How many there would be at the usual pace, whether they are booked or not."""
    owed = match.entitlement
    assert match.starts_on
    begins = max(first, owed.starts_on, match.starts_on)
    ends = min(back, *(day + DAY for day in (owed.ends_on, match.ends_on) if day))
    return max(0, (ends - begins).days) * owed.sessions // counted(owed.starts_on, owed.ends_on)


def to_cover(store: Store, provider: Person, on: date) -> set[int]:
    """The entitlements that want cover for the time away that is written down from that day on."""
    query = select(Leave).where(Leave.person_id == provider.id, Leave.ends_on > on)
    spans = [(one.starts_on, one.ends_on) for one in store.scalars(query)]
    found = [gap for span in spans for gap in gaps(store, provider, *span)]
    return {gap.match.entitlement_id for gap in found if gap.wants_cover}
