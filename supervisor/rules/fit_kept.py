"""The matches that stay: those that run and are lawful still."""

from dataclasses import dataclass

import numpy as np

from supervisor.rules.fit import Candidates, lawful, together
from supervisor.rules.fit_columns import Table
from supervisor.rules.fit_lists import Rows
from supervisor.rules.fit_pairs import Pairs
from supervisor.rules.fit_terms import fit
from supervisor.rules.fit_values import Need
from supervisor.rules.kinds import MATCHED_KINDS, Kind

Strand = tuple[int, Kind | None]


@dataclass(frozen=True)
class Hub:
    """Everybody on a day, the matches that stay (`kept`), and the needs that are open.

    The table counts what `kept` takes of each provider's places and hours.
    """

    table: Table
    kept: Candidates
    open: Rows


def settled(table: Table, *, reopen: bool = False) -> Hub:
    """Matches that run and are lawful stay, also where they exceed a capacity together."""
    needs, providers = _running(table)
    if reopen:
        needs, providers = needs[:0], providers[:0]
    kept = _alone(table, _by_kind(table, needs, providers))
    table.keep(kept.need, kept.provider)
    return Hub(table, kept, np.setdiff1d(np.arange(len(table.needs)), kept.need))


def _running(table: Table) -> tuple[Rows, Rows]:
    row_of = {provider.party.id: row for row, provider in enumerate(table.providers)}
    held = [
        (row, row_of[need.current])
        for row, need in enumerate(table.needs)
        if need.current in row_of
    ]
    rows = np.array(held, np.intp).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _by_kind(table: Table, needs: Rows, providers: Rows) -> Candidates:
    kinds = np.array([table.needs[row].kind for row in needs], dtype=object)
    found = [
        lawful(Pairs(table, kind, needs[of], providers[of], np.ones(of.sum(), np.bool_)))
        for kind in MATCHED_KINDS
        if (of := kinds == kind).any()
    ]
    return together([Candidates(x.needs, x.providers, fit(x)) for x in found])


def _alone(table: Table, kept: Candidates) -> Candidates:
    """One match between two people, in either direction: a mandatory one stays before others."""
    first: dict[frozenset[int], Strand] = {}
    stays = np.zeros(len(kept), np.bool_)
    optional = np.array([not table.needs[row].mandatory for row in kept.need], np.bool_)
    for row in np.argsort(optional, kind="stable"):
        need, provider = table.needs[kept.need[row]], table.providers[kept.provider[row]]
        both, strand = frozenset({need.worker.id, provider.party.id}), _strand(table, need)
        stays[row] = first.setdefault(both, strand) == strand
    return Candidates(kept.need[stays], kept.provider[stays], kept.fit[stays])


def _strand(table: Table, need: Need) -> Strand:
    """What counts as one match: the same kind again, in a new period, and any kind where the
    hub lets a provider wear several hats; never the other direction."""
    return need.worker.id, need.kind if table.day.settings.one_hat else None
