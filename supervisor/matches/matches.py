"""A match from its offer to its end: the worker chooses, the provider is asked, both may say no.

No reason is asked, and the other one never learns whose no it was, nor that nobody answered.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from supervisor import capacity, entitlements
from supervisor.errors import Refused
from supervisor.matches import agreements, follow_ups
from supervisor.matches import match_messages as tell
from supervisor.matches.match_endings import end, held, make_way
from supervisor.matches.match_offers import (
    MatchSettings,
    offer,
    open_offers,
    provider,
    still_fits,
    turn_ends,
    unanswered,
    written,
)
from supervisor.matches.match_proposals import Row, propose
from supervisor.models import Entitlement, Leave, Match, Person, Store, spelt
from supervisor.rules.days import DAY
from supervisor.rules.kinds import MatchState, Side
from supervisor.rules.words import N_
from supervisor.settings import hub_today
from supervisor.viewers import acting_for, is_hub

__all__ = [
    "MatchSettings",
    "Row",
    "accept",
    "begin",
    "choose",
    "close_between",
    "decline",
    "end",
    "lapse",
    "none_of_these",
    "offer",
    "open_offers",
    "propose",
    "provider",
    "withdraw_offers",
    "withdraw_where_full",
]
GONE = N_("That is not open any more. Ring the hub if you would like to talk about it.")


def choose(store: Store, match: Match, by: Person, now: datetime) -> Match:
    """The worker's yes: the provider is asked. The other offers wait for their answer."""
    behalf = acting_for(store, by, match.entitlement.person)
    held(store, match)
    if match.worker_yes_at and match.state == MatchState.OFFERED:
        return match
    _refuse_choice(store, match, now)
    match.worker_yes_at, match.lapses_at = now, turn_ends(store, now)
    store.flush()
    written(store, match, "choose", by, behalf, now)
    tell.asked(store, match, now)
    return match


def _refuse_choice(store: Store, match: Match, now: datetime) -> None:
    """One is asked at a time, and nobody who has no place any more: whom others chose is counted,
    with the provider's row locked, so that the last place is asked for once."""
    gone = N_("%(name)s is not available any more.")
    if match.state == MatchState.LAPSED:
        raise Refused(gone, name=match.provider.name)
    _refuse_closed(match)
    for other in _siblings(store, match):
        if other.worker_yes_at:
            raise Refused(
                N_("%(name)s has been asked. Wait for the answer, or take it back."),
                name=other.provider.name,
            )
    capacity.lock(store, match.provider)
    if not still_fits(store, match, now):
        raise Refused(gone, name=match.provider.name)


def _siblings(store: Store, match: Match) -> list[Match]:
    """The other open offers of the same sort."""
    return [
        other
        for other in open_offers(store, match.entitlement)
        if other.id != match.id and other.cover == match.cover
    ]


def _refuse_closed(match: Match) -> None:
    if match.state != MatchState.OFFERED:
        raise Refused(GONE)


def accept(
    store: Store, match: Match, by: Person, now: datetime, starts_on: date | None = None
) -> Match:
    """The provider's yes: both have said so, and it runs from that day on, at the soonest today.

    The place is counted here, with the provider's row locked: the last one goes once. Whoever
    held the entitlement ends the day before, and the entitlement goes on as it is.
    """
    behalf = acting_for(store, by, match.provider)
    held(store, match)
    if match.state == MatchState.ACTIVE:
        return match
    _refuse_closed(match)
    first = _first_day(store, match, starts_on, now)
    _refuse_full(store, match, behalf, first)
    if not still_fits(store, match, now, alone=True):
        raise Refused(GONE)
    gone = make_way(store, match, first, by, now)
    begin(store, match, first, now)
    written(store, match, "accept", by, behalf, now)
    tell.agreed(store, match, gone, now)
    withdraw_where_full(store, match, first, now)
    return match


def begin(store: Store, match: Match, first: date, now: datetime) -> None:
    """It runs from that day on, with terms to sign; what else was offered goes."""
    match.state, match.starts_on, match.provider_yes_at = MatchState.ACTIVE, first, now
    match.ends_on = _cover_ends(store, match, first) if match.cover else None
    _withdraw(store, _siblings(store, match), now)
    agreements.draft(store, match)


def _first_day(store: Store, match: Match, starts_on: date | None, now: datetime) -> date:
    if match.worker_yes_at is None:
        raise Refused(N_("The worker chooses first."))
    entitlement = match.entitlement
    soonest = max(entitlements.day_of(store, entitlement, now), entitlement.starts_on)
    first = starts_on or soonest
    if not soonest <= first <= entitlement.ends_on:
        raise Refused(
            N_("Choose a day from %(first)s to %(last)s."),
            field="starts_on", first=soonest, last=entitlement.ends_on,
        )  # fmt: skip
    return first


def _refuse_full(store: Store, match: Match, behalf: Person | None, first: date) -> None:
    if capacity.has_room(store, match.provider, match.entitlement, first):
        return
    if behalf:
        raise Refused(N_("%(name)s has no place left."), name=behalf.name)
    raise Refused(N_("You have no place left. Say no, or ring the hub to change your limit."))


def _cover_ends(store: Store, match: Match, first: date) -> date | None:
    """The last day away of whom they cover for; None where that is not known."""
    absent = entitlements.running_match(store, match.entitlement, first)
    if absent is None:
        return None
    query = select(Leave.ends_on).where(
        Leave.person_id == absent.provider_id, Leave.starts_on <= first, Leave.ends_on > first
    )
    back = store.scalar(query)
    return back - DAY if back else None


def withdraw_offers(
    store: Store, entitlement: Entitlement, now: datetime, but: Match | None = None
) -> None:
    """Nobody else is to be chosen any more; whoever was asked already need not answer."""
    open_ = [match for match in open_offers(store, entitlement) if match is not but]
    for match in open_:
        if match.worker_yes_at:
            tell.need_not_answer(store, match, now)
    _withdraw(store, open_, now)


def _withdraw(store: Store, others: Sequence[Match], now: datetime) -> None:
    """Nobody is told: they were never asked."""
    for other in others:
        other.state, other.closed_at = MatchState.LAPSED, now
    store.flush()


def withdraw_where_full(store: Store, match: Match, on: date, now: datetime) -> None:
    """Where no place is left nobody else can choose them; whoever might have looks further."""
    query = select(Match).where(
        Match.provider_id == match.provider_id,
        Match.state == MatchState.OFFERED,
        Match.worker_yes_at.is_(None),
    )
    for other in store.scalars(query.order_by(Match.id)).all():
        if not capacity.has_room(store, match.provider, other.entitlement, on):
            _withdraw(store, [other], now)
            _look_further(store, other.entitlement, None, now)


def decline(
    store: Store, match: Match, by: Person, now: datetime, side: Side | None = None
) -> Match:
    """No, from either of the two. The hub says whose no it types; without a side it is its own
    and stands in nobody's way."""
    worker, provider = match.entitlement.person, match.provider
    sides = {Side.WORKER: worker, Side.PROVIDER: provider}
    whose = by if by in (worker, provider) else sides.get(side) if side else None
    behalf = acting_for(store, by, whose or worker)
    held(store, match)
    state = MatchState.DECLINED if whose else MatchState.LAPSED
    if match.state == state:
        return match
    _refuse_closed(match)
    _close(store, match, state, by, whose, now)
    written(store, match, "decline", by, behalf, now)
    _look_further(store, match.entitlement, by, now)
    return match


def take_back(store: Store, match: Match, by: Person, now: datetime) -> Match:
    """The worker thinks again: whom they chose is not asked any more, and can still be chosen."""
    behalf = acting_for(store, by, match.entitlement.person)
    held(store, match)
    if match.state != MatchState.OFFERED or match.worker_yes_at is None:
        return match
    match.worker_yes_at, match.lapses_at = None, turn_ends(store, now)
    store.flush()
    written(store, match, "take_back", by, behalf, now)
    tell.need_not_answer(store, match, now)
    return match


def _close(
    store: Store,
    match: Match,
    state: MatchState,
    by: Person | None,
    whose: Person | None,
    now: datetime,
) -> None:
    """An offer came to nothing. Where the provider had been asked, the other one is told."""
    match.state, match.closed_at, match.closed_by_id = state, now, by.id if by else None
    store.flush()
    if match.worker_yes_at:
        tell.not_to_be(store, match, whose, now)


def _look_further(store: Store, entitlement: Entitlement, by: Person | None, now: datetime) -> None:
    """The other offers have their turn anew; without any the hub is asked for more."""
    left = open_offers(store, entitlement)
    for other in left:
        other.lapses_at = turn_ends(store, now)
    store.flush()
    if not left and not (by and is_hub(store, by)):
        tell.choices_wanted(store, entitlement, "", now)


def close_between(store: Store, match: Match, whose: Person, by: Person, now: datetime) -> None:
    """An open offer whose two are not to be matched, as one of them said in private. Where the
    provider was asked it is a no like any other; else it goes as if the place were taken."""
    if held(store, match).state != MatchState.OFFERED:
        return
    if match.worker_yes_at:
        is_worker = whose.id == match.entitlement.person_id
        decline(store, match, by, now, Side.WORKER if is_worker else Side.PROVIDER)
        return
    _withdraw(store, [match], now)
    _look_further(store, match.entitlement, None, now)
    follow_ups.wanted(store, now)


def none_of_these(
    store: Store, entitlement: Entitlement, word: str, by: Person, now: datetime
) -> None:
    """No to all of them, with a word for the hub alone if the worker likes."""
    behalf = acting_for(store, by, entitlement.person)
    for match in open_offers(store, entitlement):
        if held(store, match).state == MatchState.OFFERED:
            _close(store, match, MatchState.DECLINED, by, entitlement.person, now)
            written(store, match, "decline", by, behalf, now)
    tell.choices_wanted(store, entitlement, word, now)


def lapse(store: Store, now: datetime) -> None:
    """Close the offers that nobody answered in time, and the matches whose last day is over."""
    for match in unanswered(store, now):
        if held(store, match).state == MatchState.OFFERED:
            _close(store, match, MatchState.LAPSED, None, None, now)
            written(store, match, "lapse", None, None, now)
            _look_further(store, match.entitlement, None, now)
    on = hub_today(store, now)
    over = update(Match).where(Match.state == spelt(MatchState.ACTIVE), Match.ends_on < on)
    store.execute(over.values(state=MatchState.ENDED))
