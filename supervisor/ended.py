"""Periods that ended short: what is short stays in its period, and is seen for a while yet."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from supervisor import entitlements
from supervisor.models import Entitlement, Person, Store
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MATCHED_KINDS, Standing
from supervisor.rules.pace import Position
from supervisor.settings import read


@dataclass(frozen=True)
class EndedSettings:
    """For how many days after its period somebody still sees what is short."""

    shown_days: int = 60


@dataclass(frozen=True)
class Ended:
    """An entitlement whose period is over, and how it ended."""

    entitlement: Entitlement
    position: Position


def lately(store: Store, on: date) -> ColumnElement[bool]:
    """Entitlements whose period ended a while ago at most."""
    first = on - read(store, EndedSettings).shown_days * DAY
    return Entitlement.ends_on.between(first, on - DAY)


def ended_short(store: Store, on: date, now: datetime) -> list[Ended]:
    """Those of them that ended short, the latest first."""
    query = (
        select(Entitlement)
        .join(Entitlement.person)
        .where(lately(store, on), Entitlement.kind.in_(MATCHED_KINDS))
        .options(joinedload(Entitlement.person).selectinload(Person.jobs))
        .order_by(Entitlement.ends_on.desc(), Person.name)
    )
    found = list(store.scalars(query).unique())
    positions = entitlements.positions(store, found, now)
    short = Standing.ENDED_SHORT
    return [Ended(e, positions[e.id]) for e in found if positions[e.id].standing is short]
