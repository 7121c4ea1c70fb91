"""Offers that are open: what was chosen takes a place, what can be chosen is held meanwhile."""

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from supervisor.fits.fits_hub import loaded
from supervisor.models import Entitlement, Match, Store
from supervisor.rules import fit_held
from supervisor.rules.fit_kept import Hub
from supervisor.rules.kinds import MatchState

Lists = dict[int, list[Match]]
"""By the id of its entitlement, what a worker can choose from; cover apart."""


def lists(store: Store) -> Lists:
    """Every list from which nobody has been chosen yet."""
    found: defaultdict[int, list[Match]] = defaultdict(list)
    for match in _open(store):
        found[match.entitlement_id].append(match)
    return {one: some for one, some in found.items() if not any(m.worker_yes_at for m in some)}


def _open(store: Store) -> list[Match]:
    """Cover takes no place."""
    query = select(Match).where(Match.state == MatchState.OFFERED, Match.cover.is_(False))
    people = joinedload(Match.provider), joinedload(Match.entitlement)
    return list(store.scalars(query.options(*people).order_by(Match.id)))


def chosen(store: Store, but: Entitlement | None = None) -> list[tuple[int, int]]:
    """Entitlements and providers who are asked and have not answered."""
    query = select(Match.entitlement_id, Match.provider_id).where(
        Match.state == MatchState.OFFERED, Match.cover.is_(False), Match.worker_yes_at.is_not(None)
    )
    if but:
        query = query.where(Match.entitlement_id != but.id)
    return [(need, provider) for need, provider in store.execute(query)]


def beside(store: Store, on: date, entitlement: Entitlement) -> Hub:
    """The hub on the day for one who looks: whom others chose has that place taken."""
    hub = loaded(store, on)
    fit_held.taken(hub, chosen(store, entitlement))
    return hub


def taking(store: Store, on: date, *, reopen: bool = False) -> Hub:
    """The hub on the day, where what was chosen is taken."""
    return fit_held.asked_of(loaded(store, on, reopen=reopen), chosen(store))


def best(store: Store) -> list[tuple[int, int]]:
    """What each list holds: one of its providers, who is not given away."""
    return [(one, _held(some).provider_id) for one, some in lists(store).items()]


def _held(some: list[Match]) -> Match:
    """The solver's own choice; of those whom the hub offered by hand the one who fits best."""
    return min(some, key=lambda m: (m.suggested is None, m.suggested or 0, -(m.fit or 0), m.id))
