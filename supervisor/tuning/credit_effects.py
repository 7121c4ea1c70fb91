"""What another rule for meetings of groups would change today, before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import entitlements, group_credits
from supervisor.entitlement_facts import facts_of
from supervisor.models import Entitlement, Person, Store
from supervisor.rules import pace
from supervisor.rules.credit import CreditSettings
from supervisor.rules.pace import PaceSettings, Position
from supervisor.settings import HubSettings, hub_today, read
from supervisor.zones import today


@dataclass(frozen=True)
class Change:
    """One entitlement, where it stands and where it would."""

    entitlement: Entitlement
    before: Position
    after: Position


@dataclass(frozen=True)
class Effect:
    """Everything that would be different."""

    changes: list[Change]

    @property
    def people(self) -> int:
        """How many people it is about."""
        return len({one.entitlement.person_id for one in self.changes})

    @property
    def standings(self) -> int:
        """How many would stand otherwise."""
        return sum(one.before.standing != one.after.standing for one in self.changes)


def effect(store: Store, rule: CreditSettings, now: datetime) -> Effect:
    """Every period of the kinds that count now or would. What has ended stays as it was reported:
    what was short then stays short."""
    owed = _owed(store, rule, now)
    before, after = _positions(store, owed, now, None), _positions(store, owed, now, rule)
    changed = (Change(one, before[one.id], after[one.id]) for one in owed)
    return Effect([one for one in changed if _numbers(one.before) != _numbers(one.after)])


def _numbers(position: Position) -> tuple[int, int]:
    return position.held, position.delivered


def _owed(store: Store, rule: CreditSettings, now: datetime) -> Sequence[Entitlement]:
    kinds = {read(store, CreditSettings).toward, rule.toward}
    on = hub_today(store, now)
    theirs = Entitlement.kind.in_(kinds), Entitlement.ends_on >= on
    query = select(Entitlement).join(Entitlement.person).where(*theirs)
    ordered = query.order_by(Person.name, Person.id, Entitlement.starts_on)
    return store.scalars(ordered.options(joinedload(Entitlement.person))).all()


def _positions(
    store: Store, owed: Sequence[Entitlement], now: datetime, rule: CreditSettings | None
) -> dict[int, Position]:
    settings, here = read(store, PaceSettings), read(store, HubSettings).time_zone
    zones = {one.person_id: one.person.time_zone or here for one in owed}
    facts = facts_of(store, owed, now, zones, rule)
    return {
        one.id: pace.assess(facts[one.id], today(now, zones[one.person_id]), settings)
        for one in owed
    }


def settle(store: Store, before: CreditSettings, now: datetime) -> None:
    """Another rule is kept: every period that it may change is looked at anew."""
    group_credits.replaced(store, before, now)
    entitlements.reassess_all(store, _owed(store, before, now), now)
