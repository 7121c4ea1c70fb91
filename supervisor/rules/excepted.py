"""Exceptions from places and hours in the problem of the solver, which knows of limits alone."""

from dataclasses import replace

import numpy as np

from supervisor.rules.assign_problem import Problem
from supervisor.rules.fit_columns import Table
from supervisor.rules.fit_lists import UNKNOWN, Flags, Rows
from supervisor.rules.kinds import MATCHED_KINDS


def excepted(problem: Problem, table: Table) -> Problem:
    """The same problem, where a pair that two people agreed to passes the limit that stands in
    its way: it has a row of its own, as if it were with somebody else, which no other pair can use.

    The limit that does not stand in its way is counted as ever, and kept for it.
    """
    kind = problem.kind[problem.need]
    left, effort = problem.minutes[problem.provider], problem.effort[problem.need]
    full = problem.places[problem.provider, kind] == 0
    short = (left != UNKNOWN) & (effort > left)
    place, hours = (_agreed(problem, table, rule) for rule in ("place", "hours"))
    place = np.where(_takes_anybody(problem, table), place, _agreed(problem, table, "capacity"))
    passes = (full | short) & (place | ~full) & (hours | ~short)
    for pair in np.flatnonzero(passes).tolist():
        problem = _alone(problem, pair, place=not full[pair], hours=not short[pair])
    return problem


def _takes_anybody(problem: Problem, table: Table) -> Flags:
    capacity = np.stack([table.offers[kind]["capacity"] for kind in MATCHED_KINDS], axis=1)
    return np.asarray(capacity[problem.provider, problem.kind[problem.need]] > 0)


def _agreed(problem: Problem, table: Table, rule: str) -> Flags:
    couples: Rows = table.waived.get(rule, np.zeros((0, 2), np.intp))
    count = len(table.providers)
    return np.isin(problem.need * count + problem.provider, couples[:, 0] * count + couples[:, 1])


def _alone(problem: Problem, pair: int, *, place: bool, hours: bool) -> Problem:
    """The pair in a row of its own; `place` and `hours` are what it takes from the provider's."""
    need, row = problem.need[pair], problem.provider[pair]
    kind, effort = problem.kind[need], problem.effort[need]
    places, minutes, provider = (
        one.copy() for one in (problem.places, problem.minutes, problem.provider)
    )
    limited = hours and minutes[row] != UNKNOWN
    if (place and places[row, kind] == 0) or (limited and minutes[row] < effort):
        return problem
    places[row, kind] -= place
    minutes[row] -= effort * limited
    provider[pair] = len(problem.person)
    own = np.zeros_like(places[:1])
    own[0, kind] = 1
    return replace(
        problem,
        provider=provider,
        places=np.concatenate([places, own]),
        minutes=np.append(minutes, effort if limited else UNKNOWN),
        person=np.append(problem.person, problem.person[row]),
        running=np.append(problem.running, problem.running[row]),
        capacity=np.append(problem.capacity, problem.capacity[row]),
    )
