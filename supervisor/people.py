"""The people of the hub: the list, one person's page, and changes that wait for a yes."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from supervisor import audit, entitlements
from supervisor.access import RUNNING
from supervisor.errors import NotFound
from supervisor.matches import match_offers
from supervisor.models import (
    Alert,
    Entitlement,
    Flip,
    Job,
    Leave,
    ManagerChange,
    Match,
    Person,
    Session,
    Store,
)
from supervisor.rules.kinds import MATCHED_KINDS
from supervisor.rules.pace import Position
from supervisor.rules.words import N_
from supervisor.zones import today


@dataclass(frozen=True)
class ListSettings:
    """How many names one page of a list shows."""

    rows: int = 100


@dataclass(frozen=True)
class Owed:
    """One entitlement on a person's page: where it stands, with whom, whom they can choose or have
    chosen, what happened, and the alerts that are open."""

    entitlement: Entitlement
    position: Position
    match: Match | None
    offers: list[Match]
    sessions: list[Session]
    flips: list[Flip]
    alerts: list[Alert]


def directory(store: Store, on: date, named: str = "") -> list[Person]:
    """Everyone who has not left, by name; `named` keeps those whose name holds it."""
    query = (
        select(Person)
        .where(or_(Person.left_on.is_(None), Person.left_on >= on))
        .options(joinedload(Person.place), selectinload(Person.jobs).joinedload(Job.organisation))
        .order_by(Person.name)
    )
    if named:
        query = query.where(Person.name.icontains(named, autoescape=True))
    return list(store.scalars(query))


def owed(store: Store, person: Person, now: datetime, zone: str) -> list[Owed]:
    """A person's entitlements that have not ended, running ones first."""
    on = today(now, zone)
    query = (
        select(Entitlement)
        .where(
            Entitlement.person_id == person.id,
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.ends_on >= on,
        )
        .order_by(Entitlement.starts_on, Entitlement.kind.desc())
    )
    found = list(store.scalars(query))
    positions = entitlements.positions(store, found, now)
    return [_owed(store, e, positions[e.id], on) for e in found]


def _owed(store: Store, entitlement: Entitlement, position: Position, on: date) -> Owed:
    sessions = select(Session).where(Session.entitlement_id == entitlement.id)
    flips = select(Flip).where(Flip.entitlement_id == entitlement.id)
    alerts = select(Alert).where(Alert.entitlement_id == entitlement.id, Alert.ended_at.is_(None))
    loaded = sessions.options(selectinload(Session.confirmations))
    return Owed(
        entitlement,
        position,
        entitlements.running_match(store, entitlement, on),
        match_offers.open_offers(store, entitlement),
        list(store.scalars(loaded.order_by(Session.starts_at.desc()))),
        list(store.scalars(flips.order_by(Flip.id.desc()))),
        list(store.scalars(alerts.order_by(Alert.id.desc()))),
    )


def supported_by(store: Store, person: Person, on: date) -> list[Match]:
    """The running matches in which this person is the provider."""
    query = (
        select(Match)
        .where(
            Match.provider_id == person.id,
            Match.state.in_(RUNNING),
            Match.starts_on <= on,
            or_(Match.ends_on.is_(None), Match.ends_on >= on),
        )
        .options(joinedload(Match.entitlement).joinedload(Entitlement.person))
    )
    return list(store.scalars(query))


def alerts_about(store: Store, person: Person) -> list[Alert]:
    """What is open about this person alone: what they give, or their own calendar."""
    query = select(Alert).where(Alert.person_id == person.id, Alert.ended_at.is_(None))
    return list(store.scalars(query.order_by(Alert.id.desc())))


def leave_ahead(store: Store, person: Person, on: date) -> list[Leave]:
    """Leave that has not ended."""
    query = select(Leave).where(Leave.person_id == person.id, Leave.ends_on > on)
    return list(store.scalars(query.order_by(Leave.starts_on)))


def decide_manager(
    store: Store, change_id: int, *, yes: bool, by: Person, now: datetime
) -> ManagerChange:
    """Settle a change of manager that an import brought; yes makes it so."""
    change = store.get(ManagerChange, change_id)
    if change is None or change.decided_at:
        raise NotFound(N_("That was already decided."))
    change.decided_at, change.decided_by_id, change.accepted = now, by.id, yes
    if yes:
        change.job.manager_id = change.manager_id
    audit.record(store, now, by, "decide", "manager_change", change.job.ref)
    store.flush()
    return change
