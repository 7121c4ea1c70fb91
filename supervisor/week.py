"""A provider's week: what comes, what waits for an answer, whom they support, how much room."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from supervisor import capacity, commitments, entitlements
from supervisor.capacity import Load
from supervisor.groups.unread_terms import unread
from supervisor.models import (
    Commitment,
    Entitlement,
    Group,
    Match,
    Meeting,
    Person,
    Proposal,
    Session,
    Store,
)
from supervisor.plans.to_keep import still_to_book
from supervisor.rules.kinds import MatchState
from supervisor.rules.pace import Position
from supervisor.sessions import delivery
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight, today


@dataclass(frozen=True)
class WeekSettings:
    """How many days a provider's week looks ahead."""

    days: int = 7


@dataclass(frozen=True)
class Coming:
    """One meeting of the week: with one person, or of a group; `leads` where it is their turn."""

    what: Session | Meeting
    name: str
    leads: bool = False

    @property
    def is_group(self) -> bool:
        """Whether it is a group's."""
        return isinstance(self.what, Meeting)


@dataclass(frozen=True)
class Supported:
    """A running relationship: where it stands, what comes next, and the times that the plan
    proposes."""

    match: Match
    position: Position
    next: Session | None
    proposed: list[Proposal]


@dataclass(frozen=True)
class Week:
    """The page. `later` has the meetings one to one after these days."""

    first: date
    asked: list[Session]
    offers: list[Match]
    days: list[tuple[date, list[Coming]]]
    later: list[Coming]
    people: list[Supported]
    loads: list[Load]

    @property
    def count(self) -> int:
        """How many meetings these days hold."""
        return sum(len(coming) for _day, coming in self.days)


def week(store: Store, person: Person, now: datetime) -> Week:
    """Everything of a provider's page; no notes, since none are kept about anybody."""
    zone = person.time_zone or read(store, HubSettings).time_zone
    on = today(now, zone)
    until = midnight(on + timedelta(days=read(store, WeekSettings).days), zone)
    ahead = _sessions(store, person, now)
    soon = [one for one in ahead if one.starts_at < until]
    shown = [*_with(soon, person), *_groups(store, person, now, until)]
    return Week(
        first=on,
        asked=delivery.to_confirm(store, person, now),
        offers=_offers(store, person),
        days=_by_day(shown),
        later=list(_with(ahead[len(soon) :], person)),
        people=_people(store, person, on, now, ahead),
        loads=capacity.loads(store, on, [person.id]),
    )


def _sessions(store: Store, person: Person, now: datetime) -> list[Session]:
    """Their sessions still to come, on either side, soonest first."""
    query = (
        commitments.booked_with(person)
        .where(Session.id.in_(commitments.not_over(now)))
        .options(joinedload(Session.place), joinedload(Session.room))
    )
    return list(store.scalars(query))


def _with(sessions: list[Session], person: Person) -> Iterator[Coming]:
    for session in sessions:
        mine = session.provider_id == person.id
        other = session.entitlement.person if mine else session.provider
        yield Coming(session, other.name)


def _groups(store: Store, person: Person, now: datetime, until: datetime) -> list[Coming]:
    """The meetings of groups that take their time, once they have read what each agrees on."""
    query = (
        select(Meeting)
        .join(Commitment, Commitment.meeting_id == Meeting.id)
        .join(Meeting.group)
        .where(
            Commitment.person_id == person.id,
            Meeting.starts_at > now,
            Meeting.starts_at < until,
            or_(_leads(person), ~unread(Meeting.group_id, person.id)),
        )
        .options(joinedload(Meeting.group), joinedload(Meeting.place), joinedload(Meeting.room))
    )
    return [
        Coming(meeting, meeting.group.name, leads=meeting.leader_id == person.id)
        for meeting in store.scalars(query)
    ]


def _leads(person: Person) -> ColumnElement[bool]:
    return func.coalesce(Meeting.leader_id, Group.facilitator_id) == person.id


def _by_day(shown: list[Coming]) -> list[tuple[date, list[Coming]]]:
    shown.sort(key=lambda one: one.what.starts_at)
    return [(day, list(some)) for day, some in groupby(shown, lambda one: _day(one))]


def _day(coming: Coming) -> date:
    return coming.what.local_start.date()


def _offers(store: Store, person: Person) -> list[Match]:
    """Those whom a worker chose them for, and whom they have not answered."""
    query = (
        select(Match)
        .where(
            Match.provider_id == person.id,
            Match.state == MatchState.OFFERED,
            Match.worker_yes_at.is_not(None),
        )
        .options(joinedload(Match.entitlement).joinedload(Entitlement.person))
    )
    return list(store.scalars(query.order_by(Match.worker_yes_at)))


def _people(
    store: Store, person: Person, on: date, now: datetime, ahead: list[Session]
) -> list[Supported]:
    """Whom they support today, by name."""
    query = (
        select(Match)
        .join(Match.entitlement)
        .join(Entitlement.person)
        .where(Match.provider_id == person.id, capacity.running(on), Entitlement.ends_on >= on)
        .options(joinedload(Match.entitlement).joinedload(Entitlement.person))
        .order_by(Person.name, Entitlement.kind)
    )
    matches = list(store.scalars(query))
    positions = entitlements.positions(store, [m.entitlement for m in matches], now)
    coming = {s.entitlement_id: s for s in reversed(ahead) if s.provider_id == person.id}
    planned = _proposed(store, person, now)
    return [
        Supported(m, positions[e], coming.get(e), planned.get(e, [])[: positions[e].unbooked])
        for m in matches
        for e in [m.entitlement_id]
    ]


def _proposed(store: Store, person: Person, now: datetime) -> dict[int, list[Proposal]]:
    """The times that the plan proposes with them, by entitlement, soonest first."""
    ahead = Proposal.provider_id == person.id, Proposal.starts_at > now, still_to_book()
    query = select(Proposal).where(*ahead).order_by(Proposal.entitlement_id, Proposal.starts_at)
    planned = groupby(store.scalars(query), lambda one: one.entitlement_id)
    return {owed: list(times) for owed, times in planned}
