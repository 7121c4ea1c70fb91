"""Who fits: the short list for one entitlement, and why, or why not, in words for who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor.errors import Refused
from supervisor.fits.fits_hub import loaded
from supervisor.fits.fits_turned import turned
from supervisor.fits.standing_offers import beside
from supervisor.models import Entitlement, Match, Person, Store
from supervisor.rules import fit, fit_reasons, fit_terms
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_rules import offers_nothing
from supervisor.rules.kinds import Kind, Reader
from supervisor.rules.words import N_, Words

__all__ = [
    "Suggestion", "Verdict", "explain", "explain_all", "explain_turned", "first_ask", "loaded",
    "shortlist",
]  # fmt: skip

SHOWN = {Reader.WORKER: 3, Reader.COORDINATOR: 10}


@dataclass(frozen=True)
class Suggestion:
    """Somebody to ask, with why they fit and what does not fit as well; `near` enough to meet in
    person."""

    provider: Person
    fit: int
    reasons: list[Words]
    drawbacks: list[Words]
    near: bool = True


@dataclass(frozen=True)
class Verdict:
    """Whether a provider may be matched: how well they fit and why, or why not."""

    provider: Person
    fit: int | None
    reasons: list[Words]
    obstacles: list[Words]


def shortlist(
    store: Store,
    entitlement: Entitlement,
    on: date,
    count: int | None = None,
    reader: Reader = Reader.COORDINATOR,
) -> list[Suggestion]:
    """Whom to ask, best first: lawful, with room for one more, and not who has it now.

    A worker is shown three, the hub ten, unless `count` says otherwise. Whom others have chosen
    has that place taken, here and below.
    """
    hub = beside(store, on, entitlement)
    found = fit.best(hub.table, _row(hub, entitlement), SHOWN[reader] if count is None else count)
    people = _people(store, found)
    why, but = fit_reasons.reasons(found), fit_reasons.drawbacks(found)
    near = (found.in_person | found.visited).tolist()
    return list(map(Suggestion, people, fit_terms.fit(found).tolist(), why, but, near))


def explain(
    store: Store,
    entitlement: Entitlement,
    provider: Person,
    on: date,
    reader: Reader = Reader.COORDINATOR,
    *,
    alone: bool = False,
) -> Verdict:
    """Why, or why not, this provider; `alone` counts no one else's choice."""
    hub = loaded(store, on) if alone else beside(store, on, entitlement)
    need = _row(hub, entitlement)
    rows = [n for n, one in enumerate(hub.table.providers) if one.party.id == provider.id]
    if not rows:
        return Verdict(provider, None, [], [offers_nothing(reader)])
    return _verdicts(store, hub, need, rows, reader)[0]


def explain_turned(store: Store, match: Match, owed: Entitlement, on: date) -> Verdict:
    """Why, or why not, the worker of a match may serve its provider in `owed`, kept or drafted,
    as the hub reads it."""
    hub, provider = turned(store, match, owed, on), match.entitlement.person
    need = next(row for row, one in enumerate(hub.table.needs) if one.id == (owed.id or 0))
    rows = [n for n, one in enumerate(hub.table.providers) if one.party.id == provider.id]
    if not rows:
        return Verdict(provider, None, [], [offers_nothing(Reader.COORDINATOR)])
    return _verdicts(store, hub, need, rows, Reader.COORDINATOR)[0]


def explain_all(
    store: Store, entitlement: Entitlement, on: date, reader: Reader = Reader.COORDINATOR
) -> list[Verdict]:
    """The same for everybody who offers the kind: those who fit first, the best of them first."""
    hub = beside(store, on, entitlement)
    need = _row(hub, entitlement)
    offering = [n for n, one in enumerate(hub.table.providers) if entitlement.kind in one.offers]
    verdicts = _verdicts(store, hub, need, offering, reader)
    return sorted(verdicts, key=lambda one: (one.fit is None, -(one.fit or 0)))


def reasons_of(
    store: Store, pairs: Sequence[tuple[str, str]], on: date
) -> dict[tuple[str, str], list[Words]]:
    """Why each of these fit, by the ids of entitlement and provider; who is not here is left
    out."""
    table = loaded(store, on).table
    needs = {need.ref: number for number, need in enumerate(table.needs)}
    providers = {one.party.ref: number for number, one in enumerate(table.providers)}
    return {
        (need, provider): fit_reasons.reasons(
            fit.asked(table, needs[need], np.array([providers[provider]], np.intp))
        )[0]
        for need, provider in pairs
        if need in needs and provider in providers
    }


def first_ask(entitlement: Entitlement) -> Words | None:
    """What the worker must be asked before anybody can be suggested."""
    if entitlement.kind == Kind.CULTURAL_SUPERVISION and entitlement.culture_wanted_id is None:
        return Words(N_("Ask first which culture is wanted. Until then nobody can be suggested."))
    return None


def _row(hub: Hub, entitlement: Entitlement) -> int:
    for row, need in enumerate(hub.table.needs):
        if need.id == entitlement.id:
            return row
    raise Refused(N_("Nobody is matched for this: its period is over, or it needs no match."))


def _people(store: Store, pairs: Pairs) -> list[Person]:
    """The providers of the pairs, in their order."""
    ids = [pairs.table.providers[row].party.id for row in pairs.providers]
    query = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.place))
    found = {person.id: person for person in store.scalars(query)}
    return [found[one] for one in ids]


def _verdicts(
    store: Store, hub: Hub, need: int, providers: list[int], reader: Reader
) -> list[Verdict]:
    pairs = fit.asked(hub.table, need, np.array(providers, np.intp))
    told = zip(
        _people(store, pairs),
        fit_terms.fit(pairs),
        fit_reasons.reasons(pairs, of_need=True),
        fit_reasons.obstacles(pairs, reader),
        strict=True,
    )
    return [
        Verdict(person, None, [], why_not) if why_not else Verdict(person, int(points), why, [])
        for person, points, why, why_not in told
    ]
