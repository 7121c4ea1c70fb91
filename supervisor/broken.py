"""Matches that run, or are agreed to begin, although a rule stands against them now, and no
exception lets it pass."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Row, or_, select
from sqlalchemy.orm import joinedload

from supervisor.access import RUNNING
from supervisor.fits import fits_hub
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.rules import fit
from supervisor.rules.fit_columns import Table
from supervisor.rules.fit_lists import Rows
from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_reasons import failing, words_of
from supervisor.rules.fit_rules import ROOM, RULES, Rule
from supervisor.rules.fit_values import Need, Provider
from supervisor.rules.kinds import MATCHED_KINDS, Reader
from supervisor.rules.words import Words
from supervisor.waivers import waived

AT_ONCE = 10_000
PLACE, HOURS = (next(rule for rule in ROOM if rule.name == name) for name in ("place", "hours"))
OVER_LIMIT = {"vetted", "place", "hours"}
"""Rules of the provider alone, which the hub sees at the provider already."""


@dataclass(frozen=True)
class Broken:
    """A match that runs, and each rule that stands against it, in the hub's words: what the hub
    may not read is not told apart."""

    match: Match
    found: list[tuple[str, Words]]

    @property
    def of_pair(self) -> list[Words]:
        """What stands between these two, apart from the provider's own limits."""
        return [words for rule, words in self.found if rule not in OVER_LIMIT]


def broken(store: Store, on: date, person: Person | None = None) -> list[Broken]:
    """The matches that run on the day or will, and are not lawful, by the worker's name; or one
    person's."""
    agreed = _agreed(store, on)
    if not any(_is_of(match, person) for match in agreed):
        return []
    table = fits_hub.table(store, on)
    over = _over(store, [match for match in agreed if runs(match, on)], table, on)
    found = {
        match.id: words_of(pairs.where(row), rules, Reader.COORDINATOR)
        for match, pairs, row, lost in _asked(table, agreed)
        if _is_of(match, person) and (rules := [*lost, *over[match.id]])
    }
    ids = [match.id for match in agreed if match.id in found]
    return [Broken(match, found[match.id]) for match in _whole(store, ids)]


def _whole(store: Store, ids: Sequence[int]) -> Iterator[Match]:
    """The matches themselves, in this order: few of all that run."""
    query = select(Match).options(
        joinedload(Match.provider),
        joinedload(Match.entitlement).joinedload(Entitlement.person),
    )
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        by_id = {match.id: match for match in store.scalars(query.where(Match.id.in_(some)))}
        yield from (by_id[one] for one in some)


def runs(match: Match | Row[Any], on: date) -> bool:
    """Whether it has begun."""
    return match.starts_on is not None and match.starts_on <= on


def _is_of(match: Row[Any], person: Person | None) -> bool:
    return person is None or match.person_id == person.id


def _asked(
    table: Table, agreed: Sequence[Row[Any]]
) -> Iterator[tuple[Row[Any], Pairs, Rows, list[Rule]]]:
    """Each match with its row of all pairs and the rules that stand against it, asked at once."""
    for some, pairs in _by_kind(table, agreed):
        lost = failing(pairs, RULES)
        for row, match in enumerate(some):
            yield match, pairs, np.array([row]), lost[row]


def against(store: Store, offers: Sequence[Match], on: date) -> dict[int, set[str]]:
    """The rules between the two of each that would stand against it if it ran on the day."""
    rows = store.execute(_rows().where(Match.id.in_([match.id for match in offers]))).all()
    asked = _asked(fits_hub.table(store, on), rows)
    return {match.id: {rule.name for rule in lost} for match, _pairs, _row, lost in asked}


def stands(
    store: Store, entitlement: Entitlement, provider: Person, on: date
) -> list[tuple[str, Words]]:
    """Each rule that stands between the two, in the hub's words; nothing of whom is not here."""
    table = fits_hub.loaded(store, on).table
    need_of = {need.id: row for row, need in enumerate(table.needs)}
    rows = [row for row, one in enumerate(table.providers) if one.party.id == provider.id]
    if entitlement.id not in need_of or not rows:
        return []
    pair = fit.asked(table, need_of[entitlement.id], np.array(rows, np.intp))
    return words_of(pair, failing(pair, (*RULES, *ROOM))[0], Reader.COORDINATOR)


def _agreed(store: Store, on: date) -> Sequence[Row[Any]]:
    """Both have said yes, and it is not over."""
    query = (
        _rows()
        .join(Entitlement.person)
        .where(
            Match.state.in_(RUNNING),
            or_(Match.ends_on.is_(None), Match.ends_on >= on),
            Entitlement.ends_on >= on,
            Entitlement.kind.in_(MATCHED_KINDS),
        )
        .order_by(Person.name, Match.starts_on, Match.id)
    )
    return store.execute(query).all()


def _rows() -> Any:
    """What rules ask of a match."""
    return select(
        Match.id,
        Match.entitlement_id,
        Match.provider_id,
        Match.starts_on,
        Match.cover,
        Entitlement.kind,
        Entitlement.person_id,
    ).join(Match.entitlement)


def _by_kind(table: Table, agreed: Sequence[Row[Any]]) -> Iterator[tuple[list[Row[Any]], Pairs]]:
    """The matches of each kind with their pairs; without those of somebody who is not here."""
    need_of = {need.id: row for row, need in enumerate(table.needs)}
    provider_of = {one.party.id: row for row, one in enumerate(table.providers)}
    for kind in MATCHED_KINDS:
        some = [
            match
            for match in agreed
            if match.kind == kind
            and match.entitlement_id in need_of
            and match.provider_id in provider_of
        ]
        needs = np.array([need_of[match.entitlement_id] for match in some], np.intp)
        providers = np.array([provider_of[match.provider_id] for match in some], np.intp)
        if some:
            yield some, Pairs(table, kind, needs, providers, np.ones(len(some), np.bool_))


def _over(
    store: Store, running: Sequence[Row[Any]], table: Table, on: date
) -> defaultdict[int, list[Rule]]:
    """What goes beyond places or hours, the last to begin first, by match."""
    needs = {need.id: need for need in table.needs}
    providers = {one.party.id: one for one in table.providers}
    excepted, found = waived(store, on), defaultdict[int, list[Rule]](list)
    for provider, theirs in _by_provider(running, needs, providers):
        people: defaultdict[str, int] = defaultdict(int)
        minutes = 0
        for match in theirs:
            need = needs[match.entitlement_id]
            offer = provider.offers.get(need.kind)
            people[need.kind], minutes = people[need.kind] + 1, minutes + need.effort
            if offer and 0 < offer.capacity < people[need.kind]:
                found[match.id].append(PLACE)
            if provider.minutes_a_year is not None and minutes > provider.minutes_a_year:
                found[match.id].append(HOURS)
    return _without(found, running, excepted)


def _by_provider(
    running: Sequence[Row[Any]], needs: dict[int, Need], providers: dict[int, Provider]
) -> Iterator[tuple[Provider, list[Row[Any]]]]:
    by: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for match in sorted(running, key=lambda m: (m.starts_on, m.id)):
        if not match.cover and match.entitlement_id in needs and match.provider_id in providers:
            by[match.provider_id].append(match)
    return ((providers[provider], theirs) for provider, theirs in by.items())


def _without(
    found: defaultdict[int, list[Rule]],
    running: Sequence[Row[Any]],
    excepted: dict[str, list[tuple[int, int]]],
) -> defaultdict[int, list[Rule]]:
    """Less those for whom an exception is made."""
    for match in running:
        pair = match.entitlement_id, match.provider_id
        found[match.id] = [one for one in found[match.id] if pair not in excepted.get(one.name, ())]
    return found
