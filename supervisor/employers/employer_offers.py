"""What was offered and may not be, once one of the two works where the other does."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import or_, select

from supervisor import broken
from supervisor.matches import match_messages as tell
from supervisor.matches import match_offers, matches
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.rules.kinds import MatchState

Against = Mapping[int, set[str]]
"""By the id of an offer, the rules that stand against it."""


def of_person(store: Store, person: Person) -> list[Match]:
    """The open offers to somebody, and those of them to others."""
    query = (
        select(Match)
        .join(Match.entitlement)
        .where(
            Match.state == MatchState.OFFERED,
            or_(Entitlement.person_id == person.id, Match.provider_id == person.id),
        )
    )
    return list(store.scalars(query.order_by(Match.id)))


def against(store: Store, offers: list[Match], on: date) -> Against:
    """What would stand against them on that day."""
    return broken.against(store, offers, on) if offers else {}


def lost(offers: Iterable[Match], before: Against, after: Against) -> list[Match]:
    """Those against which something new stands."""
    return [one for one in offers if after.get(one.id, set()) - before.get(one.id, set())]


def close(store: Store, offers: Iterable[Match], by: Person, now: datetime) -> None:
    """They are open no more, and the rest is solved again. Whoever was asked reads that no answer
    is needed; the worker, that somebody is not available. Nobody reads why."""
    for match in offers:
        if match.worker_yes_at:
            matches.decline(store, match, by, now)
        else:
            _take_from_list(store, match, by, now)


def _take_from_list(store: Store, match: Match, by: Person, now: datetime) -> None:
    """Nobody is asked yet; the worker is told where nobody is left from whom to choose."""
    matches.close_between(store, match, match.provider, by, now)
    if not match_offers.open_offers(store, match.entitlement):
        tell.not_to_be(store, match, match.provider, now)
