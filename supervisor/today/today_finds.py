"""What waits for the hub besides where entitlements stand: each is found by a search."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload, selectinload

from supervisor import capacity
from supervisor.alerts import alert_ahead, alert_facts
from supervisor.alerts.alert_causes import AlertSettings
from supervisor.capacity import Load
from supervisor.groups import mark_disputes
from supervisor.matches import nominations
from supervisor.models import (
    Agreement,
    Alert,
    AlertEvent,
    Attendance,
    Entitlement,
    Job,
    ManagerChange,
    Match,
    Meeting,
    Nomination,
    Person,
    Session,
    Store,
)
from supervisor.rules.kinds import Answer, MatchState
from supervisor.rules.pace import Position
from supervisor.rules.words import Words
from supervisor.sessions import delivery
from supervisor.settings import read


@dataclass(frozen=True)
class BoardSettings:
    """How far back and ahead the board looks, in days and hours, how many times it names, and
    how many rows of a section it shows before it is asked for all. Whoever was sent times has
    `times_days` to answer."""

    times: int = 3
    rows: int = 4
    times_days: int = 7
    review_days: int = 30
    vetting_days: int = 30
    unconfirmed_hours: int = 48
    unconfirmed_days: int = 14


@dataclass(frozen=True)
class Waiting:
    """Offers of one entitlement on which somebody has to say something."""

    offers: list[Match]

    @property
    def entitlement(self) -> Entitlement:
        """Whose offers they are."""
        return self.offers[0].entitlement

    @property
    def chosen(self) -> Match | None:
        """The one whom the worker chose: the provider is asked."""
        return self.offers[0] if self.offers[0].worker_yes_at else None

    @property
    def asked(self) -> Person:
        """Who has the next word."""
        return self.chosen.provider if self.chosen else self.entitlement.person


@dataclass(frozen=True)
class Named:
    """Somebody whom a worker named, and those of that name who give this support already."""

    nomination: Nomination
    here: list[Person]


def waiting(store: Store) -> list[Waiting]:
    """Who has the next word, longest first: once a worker has chosen, the others wait."""
    query = (
        select(Match)
        .where(Match.state == MatchState.OFFERED)
        .options(
            joinedload(Match.provider),
            joinedload(Match.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Match.offered_at, Match.id)
    )
    open_: dict[int, list[Match]] = {}
    for match in store.scalars(query):
        open_.setdefault(match.entitlement_id, []).append(match)
    return [Waiting([m for m in some if m.worker_yes_at] or some) for some in open_.values()]


def named(store: Store, loads: list[Load], on: date) -> list[Named]:
    """Names that wait for the hub; nobody else is told that somebody of that name is here."""
    found = nominations.waiting(store, on)
    here = nominations.here_already(store, found)
    gives = {(load.provider.id, load.offering.kind) for load in loads}
    return [
        Named(one, [p for p in here[one.id] if (p.id, one.entitlement.kind) in gives])
        for one in found
    ]


def unconfirmed(store: Store, settings: BoardSettings, now: datetime) -> list[Session]:
    """Past sessions that one side or both have not answered; after a while nobody is asked."""
    from_ = now - timedelta(days=settings.unconfirmed_days)
    query = _begun(settings, now).where(Session.starts_at > from_)
    return [s for s in store.scalars(query) if len(s.confirmations) < 2]


def disputed(store: Store, settings: BoardSettings, now: datetime) -> list[Session]:
    """Past sessions on which the two differ: each stays until it is settled."""
    query = _begun(settings, now).where(
        Session.outcome.is_(None), Session.confirmations.any(answer=Answer.HELD)
    )
    return [s for s in store.scalars(query) if delivery.disputed(s)]


def marks(store: Store, settings: BoardSettings, now: datetime) -> list[Attendance]:
    """Meetings of groups on which somebody and whoever led differ, until each is settled."""
    return mark_disputes.waiting(store, now, now - timedelta(hours=settings.unconfirmed_hours))


def _begun(settings: BoardSettings, now: datetime) -> Select[Session]:
    return (
        select(Session)
        .where(
            Session.cancelled_at.is_(None),
            Session.starts_at < now - timedelta(hours=settings.unconfirmed_hours),
        )
        .options(
            selectinload(Session.confirmations),
            joinedload(Session.provider),
            joinedload(Session.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Session.starts_at)
    )


def reviews(store: Store, on: date, settings: BoardSettings) -> list[Match]:
    query = (
        select(Match)
        .join(Match.agreement)
        .where(
            capacity.running(on),
            Agreement.review_on <= on + timedelta(days=settings.review_days),
        )
        .options(
            joinedload(Match.agreement),
            joinedload(Match.provider),
            joinedload(Match.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Agreement.review_on)
    )
    return list(store.scalars(query))


def short_groups(store: Store, now: datetime) -> list[tuple[Alert, Words]]:
    """Groups that too few can come to, but for those that were put off."""
    query = (
        _raised("group_short", now)
        .join(Alert.meeting)
        .options(joinedload(Alert.meeting).joinedload(Meeting.group))
        .order_by(Meeting.starts_at)
    )
    return [(alert, alert_facts.says(store, alert, now)) for alert in store.scalars(query)]


def short_ahead(
    store: Store, positions: Mapping[int, Position], now: datetime
) -> list[tuple[Alert, Position]]:
    """Who is on track and will have too few in the end, as long as that is so."""
    settings, found = read(store, AlertSettings), []
    for alert in store.scalars(_raised(alert_ahead.NAME, now).order_by(Alert.id)):
        owed = alert.entitlement
        position = positions.get(owed.id) if owed else None
        if owed and position and alert_ahead.is_short(position, owed.ends_on, settings):
            found.append((alert, position))
    return found


def _raised(name: str, now: datetime) -> Select[Alert]:
    """Open alerts of a name, but for those that were put off."""
    put_off = exists().where(
        AlertEvent.alert_id == Alert.id, AlertEvent.what == "snoozed", AlertEvent.until > now
    )
    return select(Alert).where(Alert.name == name, Alert.ended_at.is_(None), ~put_off)


def manager_changes(store: Store) -> list[ManagerChange]:
    query = (
        select(ManagerChange)
        .where(ManagerChange.decided_at.is_(None))
        .options(joinedload(ManagerChange.job).joinedload(Job.person))
        .order_by(ManagerChange.id)
    )
    return list(store.scalars(query))
