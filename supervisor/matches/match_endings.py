"""How a match ends: nobody is at fault, what is booked after it is called off, nothing is reset."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, or_, select

from supervisor import audit, entitlements
from supervisor.access import RUNNING
from supervisor.errors import Refused
from supervisor.matches import match_messages as tell
from supervisor.models import Match, Person, Proposal, Session, Store
from supervisor.models.engine import lock_people
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MatchState
from supervisor.rules.words import N_
from supervisor.sessions import sessions
from supervisor.viewers import acting_for, is_hub


def held(store: Store, match: Match) -> Match:
    """The match as it is now. Nobody else changes this worker's matches or sessions until the
    transaction ends: their calendar's lock is taken, before any row of theirs."""
    store.flush()
    lock_people(store, [match.entitlement.person_id])
    store.refresh(match)
    return match


def end(store: Store, match: Match, ends_on: date, by: Person, now: datetime) -> Match:
    """It ends with that day; said twice is once. The other is told, never why; the hub looks for
    somebody else."""
    held(store, match)
    behalf = None if by.id == match.provider_id else acting_for(store, by, match.entitlement.person)
    on = entitlements.day_of(store, match.entitlement, now)
    if match.ends_on == ends_on:
        return match
    if match.state != MatchState.ACTIVE or (match.ends_on and match.ends_on < ends_on):
        raise Refused(N_("This has ended already, or will by then."))
    last = match.entitlement.ends_on
    if not on <= ends_on <= last:
        words = N_("Choose a day from today to %(last)s, when the period ends.")
        raise Refused(words, field="ends_on", last=last)
    gone = close(store, match, ends_on, by, now)
    audit.record(store, now, by, "end", "match", match.ref, behalf)
    entitlements.reassess(store, match.entitlement, now)
    tell.ended(store, match, ends_on, gone, by, now)
    if not is_hub(store, by):
        tell.hub_of_ending(store, match, ends_on, now)
    return match


def close(
    store: Store, match: Match, ends_on: date, by: Person | None, now: datetime
) -> list[Session]:
    """Write its last day, and call off what lies after it. One that would end before it began
    never ran."""
    began = match.starts_on is not None and match.starts_on <= ends_on
    if began:
        match.ends_on = ends_on
    else:
        match.state = MatchState.LAPSED
    match.closed_at, match.closed_by_id = now, by.id if by else None
    store.flush()
    return _call_off(store, match, ends_on, by, now)


def _call_off(
    store: Store, match: Match, after: date, by: Person | None, now: datetime
) -> list[Session]:
    theirs = {"entitlement_id": match.entitlement_id, "provider_id": match.provider_id}
    store.execute(delete(Proposal).filter_by(**theirs))
    ahead = (
        select(Session)
        .filter_by(**theirs, outcome=None, cancelled_at=None)
        .where(Session.starts_at > now)
        .order_by(Session.starts_at)
    )
    gone = [one for one in store.scalars(ahead) if one.local_start.date() > after]
    for session in gone:
        sessions.withdraw(store, session, by, now)
    return gone


def make_way(store: Store, match: Match, first: date, by: Person, now: datetime) -> list[Session]:
    """Whoever else holds the entitlement from that day on ends the day before; what is called
    off by it. Somebody who covered and is now the match goes on without a break."""
    gone: list[Session] = []
    for other in _others(store, match, first):
        if other.cover and not match.cover:
            _hand_over(store, other, first)
        else:
            theirs = close(store, other, first - DAY, by, now)
            tell.ended(store, other, first - DAY, theirs, match.entitlement.person, now)
            gone += theirs
        audit.record(store, now, by, "end", "match", other.ref)
    return gone


def _hand_over(store: Store, cover: Match, first: date) -> None:
    began = cover.starts_on is not None and cover.starts_on < first
    cover.ends_on, cover.state = (first - DAY, cover.state) if began else (None, MatchState.LAPSED)
    store.flush()


def _others(store: Store, match: Match, first: date) -> Sequence[Match]:
    """Of the same sort; and this provider's own cover, where they become the match."""
    same = Match.cover.is_(match.cover)
    query = select(Match).where(
        Match.entitlement_id == match.entitlement_id,
        Match.id != match.id,
        Match.state.in_(RUNNING),
        or_(Match.ends_on.is_(None), Match.ends_on >= first),
        same if match.cover else or_(same, Match.provider_id == match.provider_id),
    )
    return store.scalars(query.order_by(Match.starts_on)).all()
