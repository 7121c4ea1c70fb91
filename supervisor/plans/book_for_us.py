"""A pair lets the hub book their plan: both say so once, and either takes it back at any time."""

from datetime import datetime

from supervisor import audit
from supervisor.errors import NotFound, Refused
from supervisor.models import Match, Person, Store
from supervisor.models.engine import read_again
from supervisor.plans import plans
from supervisor.plans.plans import Kept
from supervisor.rules.kinds import MatchState, Side
from supervisor.rules.words import N_

SAID = {Side.WORKER: "worker_lets_book_at", Side.PROVIDER: "provider_lets_book_at"}


def said(match: Match, side: Side) -> bool:
    """Whether this one of the two has said so."""
    return getattr(match, SAID[side]) is not None


def let(store: Store, match: Match, by: Person, now: datetime, *, yes: bool) -> Kept:
    """Say so, or take it back; nobody says it for another. With the second yes, what is proposed
    to the two is booked at once."""
    sides = {match.entitlement.person_id: Side.WORKER, match.provider_id: Side.PROVIDER}
    if by.id not in sides:
        raise NotFound(N_("That is for the two of them to say."))
    read_again(store, match)
    if match.state != MatchState.ACTIVE:
        raise Refused(N_("This is over, so there is nothing to book."))
    side = sides[by.id]
    if said(match, side) == yes:
        return [], []
    setattr(match, SAID[side], now if yes else None)
    store.flush()
    audit.record(store, now, by, "let_book" if yes else "let_book_no_more", "match", match.ref)
    if not all(said(match, one) for one in Side):
        return [], []
    return plans.keep(store, match.entitlement, None, now, match.provider)
