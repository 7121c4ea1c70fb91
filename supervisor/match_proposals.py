"""What the solver chose, offered: each worker can choose that one, or others who leave as many
people met."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import audit, fits
from supervisor import match_messages as tell
from supervisor.match_offers import MatchSettings, add
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.rules import fit, fit_terms
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_lists import Rows
from supervisor.rules.kinds import MatchState
from supervisor.settings import HubSettings, read
from supervisor.zones import today


@dataclass(frozen=True)
class Row:
    """One match of the solver's answer, by the hub's own ids; `kept` runs already."""

    entitlement: str
    person: str
    kind: str
    provider: str
    fit: int
    kept: bool = False


Offer = tuple[str, int]


def propose(
    store: Store, rows: Iterable[Row], now: datetime, by: Person | None = None
) -> list[Match]:
    """Offer every new match of an answer, with others beside it; the offers that are new.

    Who has something to choose from already is left alone, and nobody is offered again whom
    one of the two declined.
    """
    answer = list(rows)
    hub = fits.loaded(store, today(now, read(store, HubSettings).time_zone))
    _take_places(hub, answer)
    new = {row.entitlement: row for row in answer if not row.kept}
    owed, waiting, declined = _entitlements(store, new), _waiting(store), _declined(store)
    made: list[Match] = []
    for number, need in enumerate(hub.table.needs):
        if need.ref in new and need.ref not in waiting:
            row = new[need.ref]
            others = _others(store, hub, number, row, declined[need.ref])
            made += _offer(store, owed[need.ref], others, now, by)
    return made


def _take_places(hub: Hub, answer: list[Row]) -> None:
    """Count the whole answer against places and hours: who has room beside it can be chosen
    without taking anybody's place."""
    need_of = {need.ref: number for number, need in enumerate(hub.table.needs)}
    provider_of = {one.party.ref: number for number, one in enumerate(hub.table.providers)}
    taken = dict(zip(hub.kept.need.tolist(), hub.kept.provider.tolist(), strict=True))
    taken |= {need_of[row.entitlement]: provider_of[row.provider] for row in answer}
    hub.table.keep(_rows(taken.keys()), _rows(taken.values()))


def _rows(numbers: Iterable[int]) -> Rows:
    return np.array(list(numbers), np.intp)


def _others(store: Store, hub: Hub, need: int, row: Row, declined: set[str]) -> list[Offer]:
    """The solver's choice first, then the best of those who have room beside the answer."""
    count = read(store, MatchSettings).choices
    found = fit.best(hub.table, need, count + 1 + len(declined))
    people = [hub.table.providers[number].party.ref for number in found.providers]
    points = dict(zip(people, fit_terms.fit(found).tolist(), strict=True))
    chosen = {row.provider: row.fit} | points
    return [one for one in chosen.items() if one[0] not in declined][:count]


def _offer(
    store: Store, entitlement: Entitlement, others: list[Offer], now: datetime, by: Person | None
) -> list[Match]:
    refs = [ref for ref, _points in others]
    people = {p.ref: p for p in store.scalars(select(Person).where(Person.ref.in_(refs)))}
    made = [add(store, entitlement, people[ref], points, now) for ref, points in others]
    for match in made:
        audit.record(store, now, by, "offer", "match", match.ref, entitlement.person)
    if made:
        tell.offered(store, entitlement, now)
    return made


def _entitlements(store: Store, new: dict[str, Row]) -> dict[str, Entitlement]:
    query = select(Entitlement).options(joinedload(Entitlement.person))
    return {one.ref: one for one in store.scalars(query) if one.ref in new}


def _waiting(store: Store) -> set[str]:
    """The entitlements that have an open offer."""
    query = select(Entitlement.ref).join(Match, Match.entitlement_id == Entitlement.id)
    return set(
        store.scalars(query.where(Match.state == MatchState.OFFERED, Match.cover.is_(False)))
    )


def _declined(store: Store) -> defaultdict[str, set[str]]:
    """The providers of whom, or by whom, a no was said, by entitlement."""
    query = (
        select(Entitlement.ref, Person.ref)
        .join(Match, Match.entitlement_id == Entitlement.id)
        .join(Person, Person.id == Match.provider_id)
        .where(Match.state == MatchState.DECLINED)
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entitlement, provider in store.execute(query):
        found[entitlement].add(provider)
    return found
