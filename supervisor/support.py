"""A worker's own page, and what their manager sees of it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from supervisor import commitments, entitlements, leave
from supervisor.groups.unread_terms import unread
from supervisor.models import (
    Attendance,
    Entitlement,
    Job,
    Match,
    Meeting,
    Person,
    Proposal,
    Seat,
    Session,
    Store,
)
from supervisor.plans.to_keep import still_to_book
from supervisor.reports.report_team import Team, seen_by_managers
from supervisor.rules.kinds import MATCHED_KINDS, MatchState, Role
from supervisor.rules.pace import Position
from supervisor.sessions import delivery
from supervisor.settings import HubSettings, hub_today, read
from supervisor.viewers import current_job
from supervisor.zones import today


@dataclass(frozen=True)
class Card:
    """One kind of support: where it stands, with whom, what comes next, what is proposed, whose
    no was the last one, as long as nobody is met, and who is agreed to begin later."""

    entitlement: Entitlement
    position: Position
    match: Match | None
    coming: Session | None
    proposals: list[Proposal]
    offers: list[Match]
    not_available: Match | None
    begins: Match | None
    back: date | None = None
    """When whom they meet is back, while that one is away."""

    @property
    def asked(self) -> Match | None:
        """The one whom they chose, who has not answered yet."""
        return next((one for one in self.offers if one.worker_yes_at), None)


@dataclass(frozen=True)
class Invited:
    """The next meeting of a group I have a seat in, and what I said; `to_read` where I read first
    what the group agrees on."""

    meeting: Meeting
    coming: bool | None
    to_read: bool = False


@dataclass(frozen=True)
class Home:
    """The page. `back` is the first day back, for somebody who is away today."""

    cards: list[Card]
    asked: Session | None
    coming: Session | None
    groups: list[Invited]
    back: date | None


def home(store: Store, person: Person, now: datetime) -> Home:
    """Everything of a worker's page."""
    on = today(now, person.time_zone or read(store, HubSettings).time_zone)
    query = (
        select(Entitlement)
        .where(
            Entitlement.person_id == person.id,
            Entitlement.kind.in_(MATCHED_KINDS),
            Entitlement.ends_on >= on,
        )
        .order_by(Entitlement.kind.desc(), Entitlement.starts_on)
    )
    owed = list(store.scalars(query))
    positions = entitlements.positions(store, owed, now)
    cards = [_card(store, e, positions[e.id], now) for e in owed]
    asked = delivery.to_confirm(store, person, now)
    booked = sorted((c.coming for c in cards if c.coming), key=lambda s: s.starts_at)
    return Home(
        cards=cards,
        asked=asked[0] if asked else None,
        coming=next(iter(booked), None),
        groups=_groups(store, person, now),
        back=leave.back_on(store, person, now),
    )


def _card(store: Store, entitlement: Entitlement, position: Position, now: datetime) -> Card:
    on = position.on
    match = entitlements.running_match(store, entitlement, on, cover=True)
    match = match or entitlements.running_match(store, entitlement, on)
    return Card(
        entitlement,
        position,
        match,
        _coming(store, entitlement, now),
        _proposed(store, entitlement, position, now),
        _offers(store, entitlement),
        None if match else _not_available(store, entitlement),
        None if match else _begins(store, entitlement, on),
        leave.back_on(store, match.provider, now) if match else None,
    )


def _begins(store: Store, entitlement: Entitlement, on: date) -> Match | None:
    query = select(Match).where(
        Match.entitlement_id == entitlement.id,
        Match.state == MatchState.ACTIVE,
        Match.starts_on > on,
    )
    return store.scalars(query.order_by(Match.starts_on, Match.id)).first()


def _coming(store: Store, entitlement: Entitlement, now: datetime) -> Session | None:
    query = (
        select(Session)
        .where(
            Session.entitlement_id == entitlement.id,
            Session.outcome.is_(None),
            Session.cancelled_at.is_(None),
            Session.id.in_(commitments.not_over(now)),
        )
        .options(joinedload(Session.provider), joinedload(Session.place), joinedload(Session.room))
        .order_by(Session.starts_at)
    )
    return store.scalars(query).first()


def _proposed(
    store: Store, entitlement: Entitlement, position: Position, now: datetime
) -> list[Proposal]:
    query = select(Proposal).where(
        Proposal.entitlement_id == entitlement.id, Proposal.starts_at > now, still_to_book()
    )
    return list(store.scalars(query.order_by(Proposal.starts_at).limit(position.unbooked)))


def _offers(store: Store, entitlement: Entitlement) -> list[Match]:
    query = select(Match).where(
        Match.entitlement_id == entitlement.id, Match.state == MatchState.OFFERED
    )
    return list(store.scalars(query.options(joinedload(Match.provider)).order_by(Match.id)))


def _not_available(store: Store, entitlement: Entitlement) -> Match | None:
    """Whom they chose last, where that came to nothing."""
    query = (
        select(Match)
        .where(
            Match.entitlement_id == entitlement.id,
            Match.worker_yes_at.is_not(None),
            Match.state.in_((MatchState.DECLINED, MatchState.LAPSED)),
            Match.closed_by_id.is_(None) | (Match.closed_by_id != entitlement.person_id),
        )
        .options(joinedload(Match.provider))
        .order_by(Match.closed_at.desc(), Match.id.desc())
    )
    return store.scalars(query).first()


def _groups(store: Store, person: Person, now: datetime) -> list[Invited]:
    """The next meeting of each group that this person has a seat in."""
    query = (
        select(Meeting, Attendance.coming, unread(Meeting.group_id, person.id))
        .join(Seat, Seat.group_id == Meeting.group_id)
        .outerjoin(
            Attendance,
            (Attendance.meeting_id == Meeting.id) & (Attendance.person_id == person.id),
        )
        .where(
            Seat.person_id == person.id,
            Seat.left_on.is_(None),
            Seat.waiting.is_(False),
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
            Meeting.needs_time.is_(False),
        )
        .options(joinedload(Meeting.group), joinedload(Meeting.place), joinedload(Meeting.room))
        .order_by(Meeting.starts_at)
    )
    first: dict[int, Invited] = {}
    for meeting, coming, to_read in store.execute(query):
        first.setdefault(meeting.group_id, Invited(meeting, coming, to_read))
    return list(first.values())


def manager_view(store: Store, person: Person, now: datetime) -> Team:
    """What this person's managers see of them: the same rows, by the same predicate."""
    on = hub_today(store, now)
    return seen_by_managers(store, person, on, now)


def has_manager(store: Store, person: Person, on: date) -> bool:
    """Whether somebody manages them in a paid job of the day; nobody manages a volunteer."""
    managed = exists().where(
        Job.person_id == person.id,
        Job.manager_id.is_not(None),
        Job.role != Role.VOLUNTEER,
        current_job(on),
    )
    return bool(store.scalar(select(managed)))
