"""Offers that are open, beside the matches that stay: who was chosen has a place taken."""

from collections.abc import Iterable

import numpy as np

from supervisor.rules.fit import Candidates, asked, lawful, rows, together
from supervisor.rules.fit_columns import Couples, Table
from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_rules import ROOM, RULES, Rule
from supervisor.rules.fit_terms import fit


def taken(hub: Hub, chosen: Couples) -> None:
    """Count whom workers chose against places and hours, beside the matches that stay."""
    _count(hub.table, hub.table.rows_of(chosen).tolist())


def asked_of(hub: Hub, chosen: Couples) -> Hub:
    """The same hub where whoever was chosen has their place taken, and whoever chose somebody.

    Whoever meets one and chose another has two places taken, as neither is free.
    """
    table, open_ = hub.table, set(hub.open.tolist())
    couples = table.rows_of(chosen).tolist()
    pairs = [_lawful(table, one[0], one[1], RULES) for one in couples if one[0] in open_]
    _count(table, [one for one in couples if one[0] not in open_])
    _count(table, [one for pair in pairs for one in _couples(pair)])
    return _with(hub, pairs)


def held(hub: Hub, offered: Couples) -> Hub:
    """The same hub where a need that is open holds whom it was offered, as long as that is
    lawful and there is room."""
    table, open_, pairs = hub.table, set(hub.open.tolist()), []
    for need, provider in table.rows_of(offered).tolist():
        if need in open_:
            pairs.append(_lawful(table, need, provider, (*RULES, *ROOM)))
            _count(table, _couples(pairs[-1]))
    return _with(hub, pairs)


def _lawful(table: Table, need: int, provider: int, rules: tuple[Rule, ...]) -> Candidates:
    """The pair, or none."""
    pair = lawful(asked(table, need, rows([provider])), rules)
    return Candidates(pair.needs, pair.providers, fit(pair))


def _couples(pairs: Candidates) -> list[list[int]]:
    couples: list[list[int]] = np.stack([pairs.need, pairs.provider], axis=1).tolist()
    return couples


def _count(table: Table, couples: Iterable[list[int]]) -> None:
    more = [*couples]
    if more:
        needs, providers = table.kept
        table.keep(
            np.append(needs, rows(need for need, _ in more)),
            np.append(providers, rows(provider for _, provider in more)),
        )


def _with(hub: Hub, pairs: list[Candidates]) -> Hub:
    stays = together([hub.kept, *pairs])
    return Hub(hub.table, stays, np.setdiff1d(hub.open, stays.need))
