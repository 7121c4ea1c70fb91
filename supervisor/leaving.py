"""Somebody leaves for good: looked at first, then done as one, and taken back until the day.

Their last day ends their periods. Matches end with it on either side, nobody is at fault, and
whoever they met is told; the hub looks for somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from supervisor import audit, commitments, entitlements
from supervisor.access import RUNNING
from supervisor.errors import Refused
from supervisor.groups import hand_on, seats
from supervisor.hours import ways
from supervisor.matches import match_endings, matches
from supervisor.models import (
    Departure,
    Entitlement,
    Group,
    Leader,
    Match,
    Person,
    Seat,
    Session,
    Store,
)
from supervisor.models.engine import lock_people
from supervisor.rules.kinds import MatchState
from supervisor.rules.words import N_
from supervisor.settings import hub_today


@dataclass(frozen=True)
class Plan:
    """What goes with somebody's last day: their own periods, matches on either side, meetings
    that are called off, their seats, and the groups that they lead."""

    last: date
    periods: list[Entitlement]
    matches: list[Match]
    off: list[Session]
    seats: list[Seat]
    leads: list[Group]

    @property
    def seen(self) -> str:
        """What somebody has read who has read this plan: another one reads otherwise."""
        parts: list[Sequence[Entitlement | Match | Session]] = [
            self.periods, self.matches, self.off
        ]  # fmt: skip
        return f"{self.last} " + " ".join(sorted(one.ref for part in parts for one in part))


def plan(store: Store, person: Person, last: date, now: datetime) -> Plan:
    """What would happen; nothing is kept."""
    on = ways.today_of(store, person, now)
    if last < on:
        raise Refused(N_("Write a last day that is today or still to come."), field="last_on")
    return Plan(
        last=last,
        periods=_periods(store, person, last),
        matches=_matches(store, person, last),
        off=_off(store, person, last, now),
        seats=_seats(store, person),
        leads=_leads(store, person),
    )


def _periods(store: Store, person: Person, last: date) -> list[Entitlement]:
    query = select(Entitlement).where(
        Entitlement.person_id == person.id,
        Entitlement.starts_on <= last,
        Entitlement.ends_on > last,
    )
    return list(store.scalars(query.order_by(Entitlement.ref)))


def _matches(store: Store, person: Person, last: date) -> list[Match]:
    """Those that would go on after the day, on either side; offers that are open as well."""
    query = (
        select(Match)
        .join(Match.entitlement)
        .where(
            or_(Match.provider_id == person.id, Entitlement.person_id == person.id),
            Match.state.in_((*RUNNING, MatchState.OFFERED)),
            or_(Match.ends_on.is_(None), Match.ends_on > last),
            Entitlement.ends_on > last,
        )
        .options(
            joinedload(Match.provider),
            joinedload(Match.entitlement).joinedload(Entitlement.person),
        )
    )
    return list(store.scalars(query.order_by(Match.id)))


def _off(store: Store, person: Person, last: date, now: datetime) -> list[Session]:
    ahead = store.scalars(commitments.booked_with(person).where(Session.starts_at > now))
    return [session for session in ahead if session.local_start.date() > last]


def _seats(store: Store, person: Person) -> list[Seat]:
    query = select(Seat).join(Seat.group).where(Seat.person_id == person.id, Seat.left_on.is_(None))
    here = query.where(Group.closed_at.is_(None)).options(joinedload(Seat.group))
    return list(store.scalars(here.order_by(Group.name)))


def _leads(store: Store, person: Person) -> list[Group]:
    query = select(Group).where(Group.facilitator_id == person.id, Group.closed_at.is_(None))
    return list(store.scalars(query.order_by(Group.name)))


def leave(
    store: Store, person: Person, last: date, seen: str, by: Person, now: datetime
) -> Plan | None:
    """Do what was read; None where something has changed since, so that it is read anew."""
    hand_on.hold(store, person, now)
    wanted = plan(store, person, last, now)
    if wanted.seen != seen:
        return None
    _note(store, person, wanted, by, now)
    hand_on.skip(store, person, by, now)
    for match in wanted.matches:
        _end(store, match, wanted.last, by, now)
    for owed in wanted.periods:
        owed.ends_on = last
        store.flush()
        entitlements.reassess(store, owed, now)
    audit.record(store, now, by, "leave", "person", audit.of(person), person)
    return wanted


def _note(store: Store, person: Person, wanted: Plan, by: Person, now: datetime) -> None:
    before = {owed.ref: owed.ends_on.isoformat() for owed in wanted.periods}
    earlier = store.get(Departure, person.id)
    if earlier:
        before |= earlier.periods
        store.delete(earlier)
        store.flush()
    person.left_on = wanted.last
    store.add(
        Departure(person=person, last_on=wanted.last, noted_at=now, noted_by=by, periods=before)
    )
    store.flush()


def _end(store: Store, match: Match, last: date, by: Person, now: datetime) -> None:
    """An offer is closed as the hub's own, so that it stands in nobody's way later."""
    if match.state == MatchState.OFFERED:
        matches.decline(store, match, by, now)
    else:
        match_endings.end(store, match, last, by, now)


def departure(store: Store, person: Person, now: datetime) -> Departure | None:
    """A last day that was written down and has not passed."""
    noted = store.get(Departure, person.id)
    ahead = noted and person.left_on and person.left_on >= ways.today_of(store, person, now)
    return noted if ahead else None


def take_back(store: Store, person: Person, by: Person, now: datetime) -> None:
    """They stay. Their periods are as they were; what has ended is looked for anew."""
    lock_people(store, [person.id])
    noted = departure(store, person, now)
    if noted is None:
        raise Refused(N_("Their last day is over, or was taken back already."))
    for owed in store.scalars(select(Entitlement).where(Entitlement.ref.in_(noted.periods))):
        owed.ends_on = date.fromisoformat(noted.periods[owed.ref])
        store.flush()
        entitlements.reassess(store, owed, now)
    person.left_on = None
    store.delete(noted)
    store.flush()
    audit.record(store, now, by, "take_back", "person", audit.of(person), person)


def end_seats(store: Store, now: datetime) -> None:
    """Whoever has left has no seat any more and leads nothing in turn; the group's others are
    asked who comes."""
    over = Departure.last_on < hub_today(store, now)
    seated = exists().where(Seat.person_id == Departure.person_id, Seat.left_on.is_(None))
    leads = exists().where(Leader.person_id == Departure.person_id)
    for noted in store.scalars(select(Departure).where(over, or_(seated, leads))).all():
        for seat in _seats(store, noted.person):
            seats.leave(store, seat.group, noted.person, noted.noted_by, now)
        for leader in store.scalars(select(Leader).filter_by(person_id=noted.person_id)).all():
            hand_on.drop(store, leader.group, noted.person, noted.noted_by, now)
