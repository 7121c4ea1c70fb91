"""Time away: written down, taken back, and what it does to the meetings inside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select

from supervisor import audit, commitments, entitlements
from supervisor.errors import Refused
from supervisor.groups import hand_on
from supervisor.hours import ways
from supervisor.matches import match_messages
from supervisor.models import Entitlement, Leave, Person, Proposal, Session, Store
from supervisor.rules.days import merged
from supervisor.rules.kinds import Side
from supervisor.rules.words import N_
from supervisor.sessions import session_messages, sessions
from supervisor.settings import HubSettings, read
from supervisor.viewers import is_hub
from supervisor.zones import midnight

MOST = timedelta(days=731)
LONG_AGO = timedelta(days=366)


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
    during = _instants(store, person, first, back)
    if by.id == person.id and during[1] <= now:
        words = N_("Those days are over. Ring the hub, and they write it down.")
        raise Refused(words, field="ends_on")
    if during[1] < now - LONG_AGO:
        words = N_("Those days are over for more than a year, and are not changed any more.")
        raise Refused(words, field="ends_on")
    hand_on.hold(store, person, now)
    leave, until = _written(store, person, first, back)
    audit.record(store, now, by, "record", "leave", person.ref, _behalf(person, by))
    _forget_proposals(store, person, *during)
    called_off = inside(store, person, first, back, now)
    call_off(store, person, called_off, by, now)
    hand_on.skip(store, person, by, now)
    owed = _reassess(store, person, first, until, now)
    long = back - first > timedelta(weeks=read(store, LeaveSettings).amend_after_weeks)
    if long and owed and not is_hub(store, by):
        _ask_to_amend(store, leave, person, now)
    return Recorded(leave, called_off, long)


def _instants(store: Store, person: Person, first: date, back: date) -> tuple[datetime, datetime]:
    if back <= first:
        raise Refused(N_("The first day back comes after the first day away."), field="ends_on")
    if back - first > MOST:
        words = N_("That is far ahead. Choose a day in the next two years.")
        raise Refused(words, field="ends_on")
    zone = ways.zone_of(person, read(store, HubSettings))
    return midnight(first, zone), midnight(back, zone)


def _written(store: Store, person: Person, first: date, back: date) -> tuple[Leave, date]:
    """The leave, and the end of all days that changed: a longer one that is corrected held more."""
    same = select(Leave).where(Leave.person_id == person.id, Leave.starts_on == first)
    leave = store.scalar(same) or Leave(person_id=person.id, starts_on=first, ends_on=back)
    until = max(leave.ends_on, back)
    leave.ends_on = back
    store.add(leave)
    store.flush()
    _join(store, leave)
    return leave, until


def _join(store: Store, leave: Leave) -> None:
    """Days that overlap are one time away."""
    query = select(Leave).where(
        Leave.person_id == leave.person_id,
        Leave.id != leave.id,
        Leave.starts_on < leave.ends_on,
        Leave.ends_on > leave.starts_on,
    )
    others = store.scalars(query).all()
    first = min(one.starts_on for one in (leave, *others))
    back = max(one.ends_on for one in (leave, *others))
    for one in others:
        store.delete(one)
    store.flush()
    leave.starts_on, leave.ends_on = first, back
    store.flush()


def _behalf(person: Person, by: Person) -> Person | None:
    return None if by.id == person.id else person


def _forget_proposals(store: Store, person: Person, start: datetime, end: datetime) -> None:
    theirs = select(Entitlement.id).where(Entitlement.person_id == person.id)
    store.execute(
        delete(Proposal).where(
            or_(Proposal.provider_id == person.id, Proposal.entitlement_id.in_(theirs)),
            Proposal.starts_at >= start,
            Proposal.starts_at < end,
        )
    )


def inside(store: Store, person: Person, first: date, back: date, now: datetime) -> list[Session]:
    """Their booked meetings in these days, soonest first: what being away calls off."""
    start, end = _instants(store, person, first, back)
    query = commitments.booked_with(person).where(
        Session.starts_at > now, Session.starts_at >= start, Session.starts_at < end
    )
    return list(store.scalars(query))


def call_off(
    store: Store, person: Person, inside: Sequence[Session], by: Person, now: datetime
) -> None:
    """Call off what is booked in hours that somebody no longer has; both are told, of all that
    the two of them lose at once.

    A worker's leave is on nobody's account. A provider's absence is no leave: the register
    says on which side the meeting was lost."""
    pairs: dict[tuple[int, int], list[Session]] = {}
    for session in inside:
        if session.provider_id == person.id:
            sessions.call_off(store, session, Side.PROVIDER, by, now)
        else:
            sessions.withdraw(store, session, by, now)
        pairs.setdefault((session.entitlement_id, session.provider_id), []).append(session)
    for off in pairs.values():
        session_messages.cancelled(store, off, by, now, now)


def _reassess(
    store: Store, person: Person, first: date, back: date, now: datetime
) -> Sequence[Entitlement]:
    """Their own entitlements whose period these days touch."""
    query = select(Entitlement).where(
        Entitlement.person_id == person.id,
        Entitlement.starts_on < back,
        Entitlement.ends_on >= first,
    )
    owed = store.scalars(query).all()
    entitlements.reassess_all(store, owed, now)
    return owed


def _ask_to_amend(store: Store, leave: Leave, person: Person, now: datetime) -> None:
    """The hub is asked to think about what is contracted; once for each pair of days."""
    days = {"starts": leave.starts_on.isoformat(), "ends": leave.ends_on.isoformat()}
    facts = {"worker": person.name, "person": person.ref, **days}
    cause = f"leave_long:{person.ref}:{leave.starts_on}:{leave.ends_on}"
    match_messages.to_hub(store, cause, "leave_long", facts, now)


def back_on(store: Store, person: Person, now: datetime) -> date | None:
    """Their first day back, if they are away today; days that follow one another are one time."""
    on = ways.today_of(store, person, now)
    columns = select(Leave.starts_on, Leave.ends_on).where(
        Leave.person_id == person.id, Leave.ends_on > on
    )
    away = merged((first, back) for first, back in store.execute(columns))
    return next((back for first, back in away if first <= on), None)


def take_back(store: Store, leave: Leave, by: Person, now: datetime) -> None:
    """As if it had not been written down. Meetings that were called off for it stay so: their
    times may be somebody else's by now."""
    person = store.get_one(Person, leave.person_id)
    first, back = leave.starts_on, leave.ends_on
    store.delete(leave)
    audit.record(store, now, by, "take_back", "leave", person.ref, _behalf(person, by))
    _reassess(store, person, first, back, now)
