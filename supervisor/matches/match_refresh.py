"""What can be chosen is kept true: after the rest was solved again, who would take somebody
else's place is taken out, and others who take nobody's come in. Nobody is written to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from supervisor import audit
from supervisor.fits.standing_offers import Lists
from supervisor.matches import match_messages as tell
from supervisor.matches.match_offers import MatchSettings, add
from supervisor.matches.matching import Answer, Question
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.models.engine import lock_people
from supervisor.rules import fit, fit_terms
from supervisor.rules.fit_columns import Table
from supervisor.rules.kinds import MatchState
from supervisor.settings import read

Points = dict[str, int]
"""How well each provider fits, by their id, the best first."""


@dataclass(frozen=True)
class Seen:
    """A list as it was when the rest was solved: the providers of its offers, those whom the
    solver did not put there, and how many it may show."""

    entitlement: int
    offers: tuple[str, ...]
    by_hand: frozenset[str]
    count: int


@dataclass(frozen=True)
class Change:
    """What becomes of a list: its providers in their order, the solver's own choice first."""

    seen: Seen
    after: Points


def seen(store: Store, lists: Lists) -> list[Seen]:
    """The lists that the solver made. What the hub offered by hand is the hub's to change."""
    count = read(store, MatchSettings).choices
    return [
        Seen(
            one,
            tuple(match.provider.ref for match in _in_order(some)),
            frozenset(match.provider.ref for match in some if match.suggested is None),
            count,
        )
        for one, some in lists.items()
        if any(match.suggested is not None for match in some)
    ]


def _in_order(some: Iterable[Match]) -> list[Match]:
    return sorted(some, key=lambda m: (m.suggested is None, m.suggested or 0, m.id))


def changes(asked: Question, answer: Answer, lists: Iterable[Seen]) -> list[Change]:
    """The lists that are not what they would be if they were made now."""
    table = asked.hub.table
    need_of = {need.id: row for row, need in enumerate(table.needs)}
    lists = [one for one in lists if one.entitlement in need_of]
    still = {one: _could(table, need_of[one.entitlement]) for one in lists}
    own = {row.entitlement: {row.provider: row.fit} for row in answer.rows}
    _take_places(table, own)
    return [
        Change(one, after)
        for one in lists
        for need in [need_of[one.entitlement]]
        for after in [_after(one, own.get(table.needs[need].ref, {}), still[one], table, need)]
        if tuple(after) != one.offers
    ]


def _could(table: Table, need: int) -> Points:
    """Who may be chosen for a need and has room beside all that is counted."""
    found = fit.best(table, need, len(table.providers))
    people = [table.providers[number].party.ref for number in found.providers]
    return dict(zip(people, fit_terms.fit(found).tolist(), strict=True))


def _take_places(table: Table, own: dict[str, Points]) -> None:
    """Count the whole answer: who has room beside it leaves as many people met."""
    provider_of = {one.party.ref: row for row, one in enumerate(table.providers)}
    needs, providers = (rows.tolist() for rows in table.kept)
    stays = set(needs)
    new = [
        (row, provider_of[next(iter(own[need.ref]))])
        for row, need in enumerate(table.needs)
        if need.ref in own and row not in stays
    ]
    table.keep(
        fit.rows([*needs, *(need for need, _ in new)]),
        fit.rows([*providers, *(who for _, who in new)]),
    )


def _after(one: Seen, own: Points, still: Points, table: Table, need: int) -> Points:
    """The solver's choice, whom it showed before, then the best of the others. Somebody who
    takes another's place is left in where there is nobody else."""
    room = _could(table, need)
    stay = {who: room[who] for who in one.offers if who in room}
    others = [(who, fits) for who, fits in (own | stay | room).items() if who not in one.by_hand]
    alone = [(who, fits) for who, fits in still.items() if who in one.offers]
    by_hand = [(who, 0) for who in one.offers if who in one.by_hand]
    return dict([*others[: one.count], *by_hand] or alone[:1])


def apply(store: Store, change: Change, now: datetime) -> bool:
    """Change the list, unless somebody chose or it was changed meanwhile; whether it was.

    The worker's lock is taken first, as whoever chooses does: one of the two comes first.
    """
    entitlement = store.get_one(Entitlement, change.seen.entitlement)
    lock_people(store, [entitlement.person_id])
    offers = {match.provider.ref: match for match in _open(store, entitlement)}
    if set(offers) != set(change.seen.offers) or any(m.worker_yes_at for m in offers.values()):
        return False
    for who in offers.keys() - change.after.keys():
        _take_out(store, offers[who], now)
    for place, match in enumerate(_all_of(store, entitlement, change.after, offers, now)):
        match.suggested = None if match.provider.ref in change.seen.by_hand else place
    if not change.after:
        tell.choices_wanted(store, entitlement, "", now)
    store.flush()
    return True


def _open(store: Store, entitlement: Entitlement) -> list[Match]:
    query = select(Match).filter_by(
        entitlement_id=entitlement.id, state=MatchState.OFFERED, cover=False
    )
    return list(store.scalars(query.order_by(Match.id).execution_options(populate_existing=True)))


def _take_out(store: Store, match: Match, now: datetime) -> None:
    match.state, match.closed_at = MatchState.LAPSED, now
    audit.record(store, now, None, "take_out", "match", match.ref, match.entitlement.person)


def _all_of(
    store: Store, entitlement: Entitlement, after: Points, offers: dict[str, Match], now: datetime
) -> Iterator[Match]:
    """The offers of the list; who comes in can be chosen as long as those who were there."""
    lapses = min((m.lapses_at for m in offers.values() if m.lapses_at), default=None)
    for who, points in after.items():
        match = offers.get(who)
        if match is None:
            provider = store.scalars(select(Person).filter_by(ref=who)).one()
            match = add(store, entitlement, provider, points, now)
            match.lapses_at = lapses or match.lapses_at
            audit.record(store, now, None, "offer", "match", match.ref, entitlement.person)
        yield match
