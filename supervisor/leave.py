"""Time away: written down, taken back, and what it does to the meetings inside it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select

from supervisor import audit, entitlements, sessions, ways
from supervisor.errors import Refused
from supervisor.models import Entitlement, Leave, Person, Proposal, Session, Store
from supervisor.models.engine import lock_people
from supervisor.rules.words import N_
from supervisor.settings import HubSettings, read
from supervisor.zones import midnight


@dataclass(frozen=True)
class LeaveSettings:
    """Beyond so many weeks away the hub is asked to amend what is contracted."""

    amend_after_weeks: int = 8


@dataclass(frozen=True)
class Recorded:
    """What was written down, the meetings that were called off for it (each still owed), and
    whether it is so long that what is contracted should be amended."""

    leave: Leave
    called_off: list[Session]
    amend: bool


def record(
    store: Store, person: Person, first: date, back: date, by: Person, now: datetime
) -> Recorded:
    """Write down days away: half-open, `back` is the first day back. No reason is kept.

    Meetings booked inside are called off, and both are told with the next times that suit both.
    The same days again change nothing; another end of the same first day is a correction.
    """
    if back <= first:
        raise Refused(N_("The first day back comes after the first day away."), field="ends_on")
    lock_people(store, [person.id])
    leave = _written(store, person, first, back)
    audit.record(store, now, by, "record", "leave", person.ref, _behalf(person, by))
    during = _instants(store, person, first, back)
    _forget_proposals(store, person, *during)
    called_off = _call_off(store, person, *during, by, now)
    _reassess(store, person, first, back, now)
    long = timedelta(weeks=read(store, LeaveSettings).amend_after_weeks)
    return Recorded(leave, called_off, back - first > long)


def _written(store: Store, person: Person, first: date, back: date) -> Leave:
    same = select(Leave).where(Leave.person_id == person.id, Leave.starts_on == first)
    leave = store.scalar(same) or Leave(person_id=person.id, starts_on=first)
    leave.ends_on = back
    store.add(leave)
    store.flush()
    return leave


def _behalf(person: Person, by: Person) -> Person | None:
    return None if by.id == person.id else person


def _instants(store: Store, person: Person, first: date, back: date) -> tuple[datetime, datetime]:
    zone = ways.zone_of(person, read(store, HubSettings))
    return midnight(first, zone), midnight(back, zone)


def _forget_proposals(store: Store, person: Person, start: datetime, end: datetime) -> None:
    theirs = select(Entitlement.id).where(Entitlement.person_id == person.id)
    store.execute(
        delete(Proposal).where(
            or_(Proposal.provider_id == person.id, Proposal.entitlement_id.in_(theirs)),
            Proposal.starts_at >= start,
            Proposal.starts_at < end,
        )
    )


def _call_off(
    store: Store, person: Person, start: datetime, end: datetime, by: Person, now: datetime
) -> list[Session]:
    query = (
        select(Session)
        .join(Session.entitlement)
        .where(
            or_(Session.provider_id == person.id, Entitlement.person_id == person.id),
            Session.outcome.is_(None),
            Session.cancelled_at.is_(None),
            Session.starts_at > now,
            Session.starts_at >= start,
            Session.starts_at < end,
        )
        .order_by(Session.starts_at)
    )
    inside = list(store.scalars(query))
    for session in inside:
        sessions.call_off(store, session, sessions.side_of(session, person), by, now)
    return inside


def _reassess(store: Store, person: Person, first: date, back: date, now: datetime) -> None:
    """Their own entitlements whose period these days touch."""
    query = select(Entitlement).where(
        Entitlement.person_id == person.id,
        Entitlement.starts_on < back,
        Entitlement.ends_on >= first,
    )
    entitlements.reassess_all(store, list(store.scalars(query)), now)


def take_back(store: Store, leave: Leave, by: Person, now: datetime) -> None:
    """As if it had not been written down. Meetings that were called off for it stay so: their
    times may be somebody else's by now."""
    person = store.get_one(Person, leave.person_id)
    first, back = leave.starts_on, leave.ends_on
    store.delete(leave)
    audit.record(store, now, by, "take_back", "leave", person.ref, _behalf(person, by))
    _reassess(store, person, first, back, now)
