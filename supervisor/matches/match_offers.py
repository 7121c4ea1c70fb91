"""Offers: somebody whom the worker may choose, by the hub or the solver, for so many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from supervisor import audit, entitlements
from supervisor.errors import NotFound, Refused
from supervisor.fits import fits
from supervisor.matches import follow_ups
from supervisor.matches import match_messages as tell
from supervisor.models import Entitlement, Match, Person, Provider, Store, spelt
from supervisor.rules.kinds import MatchState
from supervisor.rules.words import N_
from supervisor.settings import hub_today, read

ANSWERS = frozenset({"choose", "decline", "take_back", "lapse"})


@dataclass(frozen=True)
class MatchSettings:
    """Days for which an offer waits: for the worker to choose, then anew for the provider.
    `choices` is how many the solver lets a worker choose from."""

    answer_days: int = 14
    choices: int = 3


def provider(store: Store, ref: str) -> Person:
    """The provider of this id."""
    query = select(Person).join(Provider, Provider.person_id == Person.id).where(Person.ref == ref)
    found = store.scalar(query)
    if found is None:
        raise NotFound(N_("There is no such supervisor."))
    return found


def offer(
    store: Store,
    entitlement: Entitlement,
    provider: Person,
    now: datetime,
    by: Person | None,
    *,
    cover: bool = False,
) -> Match:
    """Offer somebody to the worker, who is told; the same offer twice, while it is open, is one.

    Refused, in the hub's words, where the two may not be matched on the day.
    """
    match = put_forward(store, entitlement, provider, now, by, cover=cover)
    if match.offered_at == now:
        tell.offered(store, entitlement, now)
    return match


def put_forward(
    store: Store,
    entitlement: Entitlement,
    provider: Person,
    now: datetime,
    by: Person | None,
    *,
    cover: bool = False,
) -> Match:
    """The same, where the worker is told in other words."""
    again = _open_offer(store, entitlement, provider)
    if again and again.cover == cover:
        return again
    if again:
        raise Refused(N_("%(name)s has been offered already."), name=provider.name)
    on = hub_today(store, now)
    _refuse_who_meets_them(store, entitlement, provider, on, cover=cover)
    fit = _fit(store, entitlement, provider, on)
    match = add(store, entitlement, provider, fit, now, cover=cover)
    written(store, match, "offer", by, entitlement.person, now)
    return match


def _open_offer(store: Store, entitlement: Entitlement, provider: Person) -> Match | None:
    return store.scalar(
        select(Match).filter_by(
            entitlement_id=entitlement.id, provider_id=provider.id, state=MatchState.OFFERED
        )
    )


def _refuse_who_meets_them(
    store: Store, entitlement: Entitlement, provider: Person, on: date, *, cover: bool
) -> None:
    """Whoever covers may become the match; whoever is the match does not cover themselves."""
    for kind_of in {False, cover}:
        match = entitlements.running_match(store, entitlement, on, cover=kind_of)
        if match and match.provider_id == provider.id:
            raise Refused(N_("%(name)s meets them already."), name=provider.name)


def _fit(store: Store, entitlement: Entitlement, provider: Person, on: date) -> int:
    """How well they fit; refused with the first thing that stands in the way."""
    verdict = fits.explain(store, entitlement, provider, on)
    if verdict.fit is None:
        why = verdict.obstacles[0]
        raise Refused(N_("%(name)s cannot be offered: %(why)s."), name=provider.name, why=why)
    return verdict.fit


def add(
    store: Store,
    entitlement: Entitlement,
    provider: Person,
    fit: int,
    now: datetime,
    *,
    cover: bool = False,
    suggested: int | None = None,
) -> Match:
    """The database keeps one open offer of a pair; who comes second finds the first one's."""
    match = Match(
        entitlement=entitlement, provider=provider, cover=cover, fit=fit, offered_at=now,
        lapses_at=turn_ends(store, now), suggested=suggested,
    )  # fmt: skip
    try:
        with store.begin_nested():
            store.add(match)
            store.flush()
    except IntegrityError:
        again = _open_offer(store, entitlement, provider)
        assert again
        return again
    return match


def turn_ends(store: Store, now: datetime) -> datetime:
    """Until when whoever has their turn may answer."""
    return now + timedelta(days=read(store, MatchSettings).answer_days)


def turn_began(match: Match, answer_days: int) -> datetime:
    """Since when whoever has the next word on an offer has had it: since it was offered, since
    they were chosen, or since another one came to nothing and their days began anew."""
    asked = match.worker_yes_at or match.offered_at
    assert asked
    return max(asked, match.lapses_at - timedelta(days=answer_days)) if match.lapses_at else asked


@cache
def has_its_turn() -> ColumnElement[bool]:
    """While one provider is asked, the worker's other offers wait, and nobody waits for them."""
    other = aliased(Match)
    asked = exists().where(
        other.entitlement_id == Match.entitlement_id,
        other.cover == Match.cover,
        other.state == MatchState.OFFERED,
        other.worker_yes_at.is_not(None),
    )
    return or_(Match.worker_yes_at.is_not(None), ~asked)


def unanswered(store: Store, now: datetime) -> Sequence[Match]:
    """The offers whose time is over; those that wait for another's answer have theirs still."""
    query = select(Match).where(
        Match.state == spelt(MatchState.OFFERED), Match.lapses_at <= now, has_its_turn()
    )
    return store.scalars(query.order_by(Match.lapses_at, Match.id)).all()


def written(
    store: Store,
    match: Match,
    verb: str,
    by: Person | None,
    behalf: Person | None,
    now: datetime,
) -> None:
    """The trail and the pace, the same for every verb; an answer has the rest solved again."""
    audit.record(store, now, by, verb, "match", match.ref, behalf)
    entitlements.reassess(store, match.entitlement, now)
    if verb in ANSWERS:
        follow_ups.wanted(store, now)


def still_fits(store: Store, match: Match, now: datetime, *, alone: bool = False) -> bool:
    """Much can change while somebody thinks it over. What it was is told to nobody."""
    on = hub_today(store, now)
    verdict = fits.explain(store, match.entitlement, match.provider, on, alone=alone)
    return verdict.fit is not None


def open_offers(store: Store, entitlement: Entitlement) -> list[Match]:
    """What the worker can choose from, or waits for; the best fit first."""
    query = select(Match).filter_by(entitlement_id=entitlement.id, state=MatchState.OFFERED)
    return list(store.scalars(query.order_by(Match.fit.desc(), Match.id)))
