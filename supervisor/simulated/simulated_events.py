"""What befalls people in a simulated year, written down by the acts that their pages call."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select

from supervisor import amendments, entitlements, leave
from supervisor.access import RUNNING
from supervisor.matches import matches
from supervisor.models import Entitlement, Match, Person, Session, Store
from supervisor.rules.chance import Falls, Leaving
from supervisor.rules.days import DAY
from supervisor.rules.kinds import Answer, Side
from supervisor.sessions import delivery, sessions
from supervisor.simulated.simulated_world import World, attempt

AHEAD = 2


def morning(world: World, store: Store, now: datetime) -> None:
    """What is known from this morning on: who is away, who leaves, what is called off."""
    on = world.on(now)
    for ref, id_ in world.people.items():
        _away(world, store, ref, id_, on, now)
        gone = world.leaving(ref)
        if gone and gone.known == on:
            _leaves(world, store, store.get_one(Person, id_), gone, now)
    for session in _between(store, on, on + AHEAD * DAY):
        _called_off(world, store, session, now)


def _away(world: World, store: Store, ref: str, id_: int, on: date, now: datetime) -> None:
    for one in world.away(ref):
        if one.known == on:
            person = store.get_one(Person, id_)
            attempt(store, leave.record, person, *one.span, person, now)


def _leaves(world: World, store: Store, person: Person, gone: Leaving, now: datetime) -> None:
    """Their matches end with their last day. The hub amends what a worker is owed to what falls
    on their days, and ends the period, as bringing in a new list of people does."""
    person.left_on = gone.last
    for match in _matches_of(store, person, gone.last):
        by = person if match.provider_id == person.id else world.by(store)
        attempt(store, matches.end, match, gone.last, by, now)
    for owed in _owed_to(world, store, person):
        held = entitlements.position(store, owed, now).held
        number = max(held, world.year.owed(owed.sessions, gone))
        attempt(store, amendments.amend, owed, number, world.on(now), world.by(store), now)
        owed.ends_on = gone.last
        entitlements.reassess(store, owed, now)


def _matches_of(store: Store, person: Person, last: date) -> Sequence[Match]:
    theirs = or_(Match.provider_id == person.id, Entitlement.person_id == person.id)
    query = select(Match).join(Match.entitlement).where(theirs, Match.state.in_(RUNNING))
    running = query.where(or_(Match.ends_on.is_(None), Match.ends_on > last))
    return store.scalars(running.order_by(Match.id)).all()


def _owed_to(world: World, store: Store, person: Person) -> Sequence[Entitlement]:
    theirs = Entitlement.id.in_(world.owed), Entitlement.person_id == person.id
    return store.scalars(select(Entitlement).where(*theirs)).all()


def _between(store: Store, first: date, back: date) -> Sequence[Session]:
    """What is booked on these days."""
    begins, ends = (datetime.combine(day, time.min) for day in (first, back))
    query = select(Session).where(
        Session.local_start >= begins, Session.local_start < ends, Session.cancelled_at.is_(None)
    )
    return store.scalars(query.order_by(Session.id)).all()


def _called_off(world: World, store: Store, session: Session, now: datetime) -> None:
    falls = world.falls(session)
    people = {Falls.WORKER: session.entitlement.person, Falls.PROVIDER: session.provider}
    if falls in people and session.starts_at > now:
        attempt(store, sessions.cancel, session, people[falls], now)


def evening(world: World, store: Store, now: datetime) -> None:
    """Who met today, and who says so without being asked."""
    on = world.on(now)
    for session in _between(store, on, on + DAY):
        if session.starts_at + timedelta(minutes=session.minutes) > now:
            continue
        for side, person in _sides(session):
            name = (session.entitlement.ref, on, side)
            if world.year.happens(world.year.rates.says_unasked, *name, "unasked"):
                say(world, store, session, side, person, now)


def _sides(session: Session) -> Iterator[tuple[Side, Person]]:
    yield Side.WORKER, session.entitlement.person
    yield Side.PROVIDER, session.provider


def say(
    world: World, store: Store, session: Session, side: Side, by: Person, now: datetime
) -> bool:
    """One side says what is true; whether the product took it."""
    answer = Answer.HELD if world.met(session) else Answer.WORKER_AWAY
    return attempt(store, delivery.confirm, session, side, answer, by, now)
