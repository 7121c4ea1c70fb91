"""What other settings of matching would change today, before they are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from supervisor.matches import matching
from supervisor.models import Entitlement, Person, Store
from supervisor.rules.fit_settings import FitSettings
from supervisor.settings import hub_today, read


@dataclass(frozen=True)
class WhatIfSettings:
    """Seconds for which each of the two answers is looked for at most, while somebody waits."""

    seconds: int = 10


@dataclass(frozen=True)
class Change:
    """One entitlement with whom it would have instead of whom; None is nobody."""

    entitlement: Entitlement
    before: Person | None
    after: Person | None


@dataclass(frozen=True)
class Effect:
    """Everything that would be different."""

    changes: list[Change]

    @property
    def other(self) -> int:
        """How many would be offered somebody else."""
        return sum(bool(one.before and one.after) for one in self.changes)

    @property
    def more(self) -> int:
        """How many would have somebody who have nobody now."""
        return sum(one.before is None for one in self.changes)

    @property
    def fewer(self) -> int:
        """How many would have nobody."""
        return sum(one.after is None for one in self.changes)


def effect(store: Store, settings: FitSettings, now: datetime) -> Effect:
    """The best answer with the hub's own settings against that with others."""
    seconds = read(store, WhatIfSettings).seconds
    on = hub_today(store, now)
    before, after = (
        {row.entitlement: row.provider for row in matching.answer(asked, seconds).rows}
        for asked in (matching.question(store, on), matching.question(store, on, fit=settings))
    )
    changed = [ref for ref in before | after if before.get(ref) != after.get(ref)]
    people = _people(store, {*before.values(), *after.values()})
    return Effect(
        [
            Change(one, people.get(before.get(one.ref, "")), people.get(after.get(one.ref, "")))
            for one in _entitlements(store, changed)
        ]
    )


def _people(store: Store, refs: set[str]) -> dict[str, Person]:
    return {one.ref: one for one in store.scalars(select(Person).where(Person.ref.in_(refs)))}


def _entitlements(store: Store, refs: list[str]) -> list[Entitlement]:
    query = select(Entitlement).join(Entitlement.person).where(Entitlement.ref.in_(refs))
    return list(store.scalars(query.order_by(Person.name, Entitlement.ref)))
