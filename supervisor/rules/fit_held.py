"""Offers that are open, beside the matches that stay: who was chosen has a place taken."""

import numpy as np

from supervisor.rules.fit import Candidates, asked, lawful, together
from supervisor.rules.fit_columns import Couples
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_lists import Rows
from supervisor.rules.fit_rules import ROOM, RULES, Rule
from supervisor.rules.fit_terms import fit


def taken(hub: Hub, chosen: Couples) -> None:
    """Count whom workers chose against places and hours, beside the matches that stay."""
    couples = hub.table.rows_of(chosen)
    hub.table.keep(*_beside(hub.kept, couples))


def held(hub: Hub, chosen: Couples, offered: Couples) -> Hub:
    """The same hub where whoever was chosen has their place taken, and where a need that is
    open holds whom it was offered, as long as that is lawful and there is room.

    Whoever has somebody and chose another has two places taken, as neither is free.
    """
    table = hub.table
    couples = table.rows_of(chosen)
    waits = np.isin(couples[:, 0], hub.open)
    besides, stays = couples[~waits], hub.kept
    for some, rules in ((couples[waits], RULES), (table.rows_of(offered), (*RULES, *ROOM))):
        for need, provider in some.tolist():
            if need not in stays.need:
                stays = together([stays, _lawful(hub, need, provider, rules)])
                table.keep(*_beside(stays, besides))
    return Hub(table, stays, np.setdiff1d(hub.open, stays.need))


def _lawful(hub: Hub, need: int, provider: int, rules: tuple[Rule, ...]) -> Candidates:
    pair = lawful(asked(hub.table, need, np.array([provider], np.intp)), rules)
    return Candidates(pair.needs, pair.providers, fit(pair))


def _beside(stays: Candidates, couples: Rows) -> tuple[Rows, Rows]:
    return (
        np.concatenate([stays.need, couples[:, 0]]),
        np.concatenate([stays.provider, couples[:, 1]]),
    )
