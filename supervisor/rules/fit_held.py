"""Offers that are open, beside the matches that stay: who was chosen has a place taken."""

import numpy as np

from supervisor.rules.fit import Candidates, asked, lawful, rows, together
from supervisor.rules.fit_columns import Couples, Table
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_rules import ROOM, RULES, Rule
from supervisor.rules.fit_terms import fit


def taken(hub: Hub, chosen: Couples) -> None:
    """Count whom workers chose against places and hours, beside the matches that stay."""
    for need, provider in hub.table.rows_of(chosen).tolist():
        _count(hub.table, need, provider)


def asked_of(hub: Hub, chosen: Couples) -> Hub:
    """The same hub where whoever was chosen has their place taken, and whoever chose somebody.

    Whoever meets one and chose another has two places taken, as neither is free.
    """
    stays, open_ = hub.kept, set(hub.open.tolist())
    for need, provider in hub.table.rows_of(chosen).tolist():
        if need in open_:
            stays = _with(hub.table, stays, need, provider, RULES)
        else:
            _count(hub.table, need, provider)
    return _hub(hub, stays)


def held(hub: Hub, offered: Couples) -> Hub:
    """The same hub where a need that is open holds whom it was offered, as long as that is
    lawful and there is room."""
    stays, open_ = hub.kept, set(hub.open.tolist())
    for need, provider in hub.table.rows_of(offered).tolist():
        if need in open_:
            stays = _with(hub.table, stays, need, provider, (*RULES, *ROOM))
    return _hub(hub, stays)


def _with(
    table: Table, stays: Candidates, need: int, provider: int, rules: tuple[Rule, ...]
) -> Candidates:
    pair = lawful(asked(table, need, rows([provider])), rules)
    if len(pair):
        _count(table, need, provider)
    return together([stays, Candidates(pair.needs, pair.providers, fit(pair))])


def _count(table: Table, need: int, provider: int) -> None:
    needs, providers = table.kept
    table.keep(np.append(needs, need), np.append(providers, provider))


def _hub(hub: Hub, stays: Candidates) -> Hub:
    return Hub(hub.table, stays, np.setdiff1d(hub.open, stays.need))
