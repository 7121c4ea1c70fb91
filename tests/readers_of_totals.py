"""Somebody who works out small numbers from tables, in whole people: a second hand, so that a slip
of the one that guards the tables shows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from supervisor.rules.attack import ANY, Shown

Number = tuple[int, str | None, str]
Known = list[tuple[dict[Number, int], float, float]]


def spans(tables: Sequence[Shown]) -> dict[Number, tuple[int, int]]:
    """What each number that reads "fewer" may be, as far as anybody can tell; empty where nothing
    fits, since some went and the reader thinks that nobody does."""
    known = [fact for at in range(len(tables)) for fact in _of_table(at, tables[at])]
    known += _nobody_went(tables)
    small = [
        (at, place, column)
        for at, table in enumerate(tables)
        for place, row in [*table.rows.items(), (None, table.totals)]
        for column, people in row.items()
        if people == 0
    ]
    if _least({}, tables, known) is None:
        return {}
    return {one: (_found(one, 1, tables, known), -_found(one, -1, tables, known)) for one in small}


def _found(one: Number, sign: int, tables: Sequence[Shown], known: Known) -> int:
    at, place, column = one
    places = tables[at].rows if place is None else [place]
    found = _least({(at, place, column): sign for place in places}, tables, known)
    assert found is not None
    return round(found)


def _of_table(at: int, table: Shown) -> Known:
    facts: Known = []
    for place, row in table.rows.items():
        kinds = [column for column in row if column != ANY]
        for column, people in row.items():
            most = np.inf if column == ANY and people else people + table.least - 1
            facts.append(({(at, place, column): 1}, people, most))
        facts += [({(at, place, kind): 1, (at, place, ANY): -1}, -np.inf, 0) for kind in kinds]
        every = {(at, place, kind): -1 for kind in kinds}
        facts.append(({(at, place, ANY): 1, **every}, -np.inf, 0))
    for column, total in table.totals.items():
        if total is not None:
            most = np.inf if total else table.least - 1
            facts.append(({(at, place, column): 1 for place in table.rows}, total, most))
    return facts


def _nobody_went(tables: Sequence[Shown]) -> Known:
    return [
        ({(at, place, column): 1, (at + 1, place, column): -1}, -np.inf, 0)
        for at in range(len(tables) - 1)
        for place, row in tables[at].rows.items()
        for column in row
    ]


def _least(aim: dict[Any, int], tables: Sequence[Shown], known: Known) -> float | None:
    keys = {
        key: number
        for number, key in enumerate(
            (at, place, column)
            for at, table in enumerate(tables)
            for place, row in table.rows.items()
            for column in row
        )
    }

    def line(some: dict[Any, int]) -> Any:
        row = np.zeros(len(keys))
        for key, factor in some.items():
            row[keys[key]] = factor
        return row

    limits = LinearConstraint(
        np.array([line(some) for some, _least, _most in known]),
        [least for _some, least, _most in known],
        [most for _some, _least, most in known],
    )
    whole = np.ones(len(keys))
    answer: Any = milp(line(aim), constraints=limits, integrality=whole, bounds=Bounds(0, np.inf))
    return float(answer.fun) if answer.status == 0 else None
