"""What needs the coordinator today, each line with its remedy."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from supervisor import behind, broken, capacity, delivery, entitlements, messages, nominations
from supervisor.behind import FOUND, Line
from supervisor.broken import Broken
from supervisor.capacity import Load
from supervisor.models import (
    Agreement,
    Entitlement,
    Job,
    ManagerChange,
    Match,
    Message,
    Nomination,
    Person,
    Session,
    Store,
)
from supervisor.rules.kinds import MATCHED_KINDS, MatchState, Standing
from supervisor.rules.pace import Position
from supervisor.settings import HubSettings, read
from supervisor.zones import today


@dataclass(frozen=True)
class BoardSettings:
    """How far back and ahead the board looks, in days and hours, how many times it names, and
    how many rows of a section it shows before it is asked for all."""

    times: int = 3
    rows: int = 4
    review_days: int = 30
    vetting_days: int = 30
    unconfirmed_hours: int = 48
    unconfirmed_days: int = 14


@dataclass(frozen=True)
class Section:
    """One standing of the board: how many there are, and the lines that are shown."""

    count: int
    lines: list[Line]


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


@dataclass(frozen=True)
class Board:
    """The page: lines by standing, and the other things that wait for the hub.

    `rows` is how many of each the page shows, but of the section `whole`.
    """

    on: date
    people: int
    on_track: int
    rows: int
    whole: str
    sections: dict[Standing, Section]
    waiting: list[Waiting]
    named: list[Named]
    unconfirmed: list[Session]
    disputed: list[Session]
    reviews: list[Match]
    not_lawful: list[Broken]
    vetting: list[Load]
    over: list[Load]
    manager_changes: list[ManagerChange]
    by_hand: list[Message]

    @property
    def count(self) -> int:
        """How many things need somebody."""
        others = (
            len(self.waiting),
            len(self.named),
            len(self.unconfirmed),
            len(self.disputed),
            len(self.reviews),
            len(self.not_lawful),
            len(self.vetting),
            len(self.over),
            len(self.manager_changes),
            len(self.by_hand),
        )
        return sum(section.count for section in self.sections.values()) + sum(others)


def board(store: Store, now: datetime, whole: str = "") -> Board:
    """Everything that needs the hub now; of the section `whole` every line."""
    on = today(now, read(store, HubSettings).time_zone)
    settings = read(store, BoardSettings)
    owed = _current(store, on)
    positions = entitlements.positions(store, owed, now)
    loads = capacity.loads(store, on)
    unconfirmed = _unconfirmed(store, settings, now)
    waiting = _waiting(store)
    asked = {one.entitlement.id for one in waiting}
    wanting = [e for e in owed if not (_unmatched(positions[e.id]) and e.id in asked)]
    return Board(
        on=on,
        people=len({e.person_id for e in owed}),
        on_track=len(_all_fine(owed, positions)),
        rows=settings.rows,
        whole=whole,
        sections=_sections(store, wanting, positions, settings, whole, now),
        waiting=waiting,
        named=_named(store, loads, on),
        unconfirmed=[s for s in unconfirmed if not delivery.disputed(s)],
        disputed=[s for s in unconfirmed if delivery.disputed(s)],
        reviews=_reviews(store, on, settings),
        not_lawful=[
            one
            for one in broken.broken(store, on)
            if one.of_pair and one.match.entitlement_id not in asked
        ],
        vetting=[x for x in loads if _vetting_ends(x, on, settings)],
        over=[x for x in loads if x.free < 0],
        manager_changes=_manager_changes(store),
        by_hand=messages.to_hand_over(store, now),
    )


def _current(store: Store, on: date) -> list[Entitlement]:
    query = (
        select(Entitlement)
        .join(Entitlement.person)
        .where(
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.starts_on <= on,
            Entitlement.ends_on >= on,
        )
        .options(
            joinedload(Entitlement.person).joinedload(Person.place),
            joinedload(Entitlement.person).selectinload(Person.jobs).joinedload(Job.organisation),
        )
        .order_by(Person.name)
    )
    return list(store.scalars(query).unique())


def _unmatched(position: Position) -> bool:
    return position.standing is Standing.NOT_MATCHED


def _all_fine(owed: list[Entitlement], positions: dict[int, Position]) -> set[int]:
    """People of whom nothing is found wanting."""
    wanting = {e.person_id for e in owed if positions[e.id].standing in FOUND}
    return {e.person_id for e in owed} - wanting


def _sections(
    store: Store,
    owed: list[Entitlement],
    positions: dict[int, Position],
    settings: BoardSettings,
    whole: str,
    now: datetime,
) -> dict[Standing, Section]:
    """Furthest behind first within each standing; times are sought for shown lines alone."""
    owed = sorted(owed, key=lambda e: positions[e.id].held - positions[e.id].expected)
    sections = {}
    for standing in FOUND:
        some = [e for e in owed if positions[e.id].standing is standing]
        shown = some if standing == whole else some[: settings.rows]
        lines = behind.lines_of(store, shown, positions, now, settings.times)
        sections[standing] = Section(len(some), lines)
    return sections


def _waiting(store: Store) -> list[Waiting]:
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


def _named(store: Store, loads: list[Load], on: date) -> list[Named]:
    """Names that wait for the hub; nobody else is told that somebody of that name is here."""
    found = nominations.waiting(store, on)
    here = nominations.here_already(store, found)
    gives = {(load.provider.id, load.offering.kind) for load in loads}
    return [
        Named(one, [p for p in here[one.id] if (p.id, one.entitlement.kind) in gives])
        for one in found
    ]


def _unconfirmed(store: Store, settings: BoardSettings, now: datetime) -> list[Session]:
    """Past sessions that one side or both have not answered, or on which they differ."""
    query = (
        select(Session)
        .where(
            Session.cancelled_at.is_(None),
            Session.starts_at < now - timedelta(hours=settings.unconfirmed_hours),
            Session.starts_at > now - timedelta(days=settings.unconfirmed_days),
        )
        .options(
            selectinload(Session.confirmations),
            joinedload(Session.provider),
            joinedload(Session.entitlement).joinedload(Entitlement.person),
        )
        .order_by(Session.starts_at)
    )
    return [s for s in store.scalars(query) if len(s.confirmations) < 2 or delivery.disputed(s)]


def _reviews(store: Store, on: date, settings: BoardSettings) -> list[Match]:
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


def _vetting_ends(load: Load, on: date, settings: BoardSettings) -> bool:
    until = load.offering.vetted_until
    return bool(load.people and until and until <= on + timedelta(days=settings.vetting_days))


def _manager_changes(store: Store) -> list[ManagerChange]:
    query = (
        select(ManagerChange)
        .where(ManagerChange.decided_at.is_(None))
        .options(joinedload(ManagerChange.job).joinedload(Job.person))
        .order_by(ManagerChange.id)
    )
    return list(store.scalars(query))
