"""What the solver chose, offered: each worker can choose that one, or others who leave as many
people met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor import audit
from supervisor.fits import fits
from supervisor.fits.standing_offers import chosen
from supervisor.matches import match_messages as tell
from supervisor.matches.match_offers import MatchSettings, add
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.rules import fit, fit_terms
from supervisor.rules.fit_columns import Couples
from supervisor.rules.fit_kept import Hub
from supervisor.rules.kinds import MatchState
from supervisor.settings import hub_today, read


@dataclass(frozen=True)
class Row:
    """One match of the solver's answer, by the hub's own ids; `kept` runs already, `instead` is
    whom they were offered and have not chosen."""

    entitlement: str
    person: str
    kind: str
    provider: str
    fit: int
    kept: bool = False
    instead: str | None = None


Offer = tuple[str, int]


def propose(
    store: Store,
    rows: Iterable[Row],
    now: datetime,
    by: Person | None = None,
    *,
    cover: bool = False,
) -> list[Match]:
    """Offer every new match of an answer, with others beside it; the offers that are new.
    `cover` says that they are for a while.

    Who has something to choose from already is left alone, and nobody is offered again whom
    one of the two declined.
    """
    hub = fits.loaded(store, hub_today(store, now))
    answer = _known(hub, rows)
    _take_places(hub, dict(answer.keys()), chosen(store))
    asked = waiting(store)
    new = {
        need: row for (need, provider), row in answer.items() if _is_new(hub, need, provider, row)
    }
    owed = _entitlements(store, [row.entitlement for row in new.values()])
    made: list[Match] = []
    for need, row in sorted(new.items()):
        if row.entitlement not in asked:
            others = _others(store, hub, need, row)
            made += _offer(store, owed[row.entitlement], others, now, by, cover=cover)
    return made


def _known(hub: Hub, rows: Iterable[Row]) -> dict[tuple[int, int], Row]:
    """The answer by its rows of the table. It may be of another day: who is not here today, or
    needs nobody any more, is left out."""
    need_of = {need.ref: number for number, need in enumerate(hub.table.needs)}
    provider_of = {one.party.ref: number for number, one in enumerate(hub.table.providers)}
    return {
        (need_of[row.entitlement], provider_of[row.provider]): row
        for row in rows
        if row.entitlement in need_of and row.provider in provider_of
    }


def _is_new(hub: Hub, need: int, provider: int, row: Row) -> bool:
    """Neither a match that stays nor, where all were opened, one that runs as it is."""
    return not row.kept and hub.table.needs[need].current != hub.table.providers[provider].party.id


def _take_places(hub: Hub, answer: dict[int, int], asked: Couples) -> None:
    """Count the whole answer, and whom workers chose, against places and hours: who has room
    beside it can be chosen without taking anybody's place."""
    taken = dict(zip(hub.kept.need.tolist(), hub.kept.provider.tolist(), strict=True))
    couples = {*map(tuple, hub.table.rows_of(asked).tolist()), *(taken | answer).items()}
    hub.table.keep(fit.rows(need for need, _ in couples), fit.rows(who for _, who in couples))


def _others(store: Store, hub: Hub, need: int, row: Row) -> list[Offer]:
    """The solver's choice first, then the best of those who have room beside the answer."""
    table, count = hub.table, read(store, MatchSettings).choices
    found = fit.best(table, need, count + 1)
    people = [table.providers[number].party.ref for number in found.providers]
    points = dict(zip(people, fit_terms.fit(found).tolist(), strict=True))
    no = {table.providers[other].party.ref for asked, other in table.declined if asked == need}
    first = {row.provider: row.fit} | points
    return [one for one in first.items() if one[0] not in no][:count]


def _offer(
    store: Store,
    entitlement: Entitlement,
    others: list[Offer],
    now: datetime,
    by: Person | None,
    *,
    cover: bool,
) -> list[Match]:
    refs = [ref for ref, _points in others]
    people = {p.ref: p for p in store.scalars(select(Person).where(Person.ref.in_(refs)))}
    made = [
        add(store, entitlement, people[ref], points, now, cover=cover, suggested=place)
        for place, (ref, points) in enumerate(others)
    ]
    for match in made:
        audit.record(store, now, by, "offer", "match", match.ref, entitlement.person)
    if made:
        tell.offered(store, entitlement, now)
    return made


def _entitlements(store: Store, refs: Sequence[str]) -> dict[str, Entitlement]:
    query = select(Entitlement).where(Entitlement.ref.in_(refs))
    return {one.ref: one for one in store.scalars(query.options(joinedload(Entitlement.person)))}


def waiting(store: Store) -> set[str]:
    """The entitlements that have an open offer."""
    query = select(Entitlement.ref).join(Match, Match.entitlement_id == Entitlement.id)
    return set(store.scalars(query.where(Match.state == MatchState.OFFERED)))
