"""Somebody who reads tables, adds and subtracts: what can they find out of a number below `least`?

A linear program over all that they know of one table, or of two that may be of the same people:
each number was rounded down, rows make totals, whoever has a kind of support has some support, and
from one table to the next nobody went.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

ANY, ELSEWHERE = "any", ""
SLACK = 1e-6


@dataclass(frozen=True)
class Shown:
    """People by place and kind, each rounded down to a multiple of `least`; 0 reads "fewer".

    The column ANY counts everybody once, and the row ELSEWHERE all places without a row. A total
    may be lower than the people that there are, and is None where it is kept back.
    """

    least: int
    rows: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, int | None]

    def sum_of(self, column: str) -> int:
        """What the rows alone say of a column."""
        return sum(row[column] for row in self.rows.values())


@dataclass(frozen=True)
class Target:
    """A number below `least` of one of the tables; the row None is the total of a column."""

    table: int
    row: str | None
    column: str


class Attack:
    """All that is known of one table, or of several of which each follows on the one before.

    Numbers that may have been lowered are taken as if they were not; where that leads nowhere,
    `lowered`, they say no more than that there are at least so many.
    """

    def __init__(self, tables: Sequence[Shown], *, lowered: bool = False) -> None:
        self.tables, self.lowered = tables, lowered
        keys = [
            (at, place, column)
            for at, table in enumerate(tables)
            for place, row in table.rows.items()
            for column in row
        ]
        self.at = {key: number for number, key in enumerate(keys)}
        self.rows: list[NDArray[np.float64]] = []
        self.most: list[float] = []
        for at, table in enumerate(tables):
            self._within(at, table)
            self._add_up(at, table)
        self._grow()

    def narrowed(self) -> Target | None:
        """The first of the last table's small numbers that is known to be no longer anything from
        none to one below `least`; or of any table, since a later one may tell of an earlier."""
        if self.possible():
            return self._first_narrowed()
        if len(self.tables) == 1:
            return Target(0, None, ANY)
        return None if self.lowered else Attack(self.tables, lowered=True).narrowed()

    def possible(self) -> bool:
        """Whether anything fits all of it: where some went, "nobody went" leads nowhere."""
        return self._at_best(np.zeros(len(self.at))) is not None

    def targets(self) -> list[Target]:
        """Every number that reads "fewer", or would if it were not left out."""
        return [
            Target(at, place, column)
            for at, table in enumerate(self.tables)
            for place, row in [*table.rows.items(), (None, table.totals)]
            for column, people in row.items()
            if people == 0
        ]

    def hides(self, target: Target) -> bool:
        """Whether it may be none, and may be one below `least`."""
        return self._reached([target], 1) == self._reached([target], -1) == {target}

    def _first_narrowed(self) -> Target | None:
        targets = self.targets()
        hidden = self._reachable(targets, 1) & self._reachable(targets, -1)
        return next((one for one in targets if one not in hidden), None)

    def _reachable(self, targets: Sequence[Target], sign: int) -> set[Target]:
        """Those that may be none, or with the sign -1 one below `least`: as many at once as can,
        then each of the others."""
        found: set[Target] = set()
        while more := self._reached([one for one in targets if one not in found], sign):
            found |= more
        for one in targets:
            if one not in found:
                found |= self._reached([one], sign)
        return found

    def _reached(self, targets: Sequence[Target], sign: int) -> set[Target]:
        sums = [self._sum(one.table, one.column, one.row) for one in targets]
        found = self._at_best(sign * np.sum(sums, axis=0)) if sums else None
        if found is None:
            return set()
        ends = [0 if sign > 0 else self.tables[one.table].least - 1 for one in targets]
        return {
            one
            for one, row, end in zip(targets, sums, ends, strict=True)
            if sign * (row @ found) <= sign * end + SLACK
        }

    def _at_best(self, aim: NDArray[np.float64]) -> NDArray[np.float64] | None:
        answer: Any = linprog(aim, A_ub=np.array(self.rows), b_ub=self.most, bounds=(0, None))
        return np.asarray(answer.x) if answer.status == 0 else None

    def _within(self, at: int, table: Shown) -> None:
        """Each number stands for those up to the next multiple."""
        for place, row in [*table.rows.items(), (None, table.totals)]:
            for column, people in row.items():
                if people is not None:
                    sure = people == 0 or not (self.lowered and (place is None or column == ANY))
                    self._between(self._sum(at, column, place), people, table.least, sure=sure)

    def _add_up(self, at: int, table: Shown) -> None:
        """Everybody of a kind is somebody, and everybody has one kind at least."""
        for place, row in table.rows.items():
            anybody = self._sum(at, ANY, place)
            kinds = [self._sum(at, column, place) for column in row if column != ANY]
            for kind in kinds:
                self._at_most(kind - anybody, 0)
            if kinds:
                self._at_most(anybody - np.sum(kinds, axis=0), 0)

    def _grow(self) -> None:
        for (at, place, column), later in self.at.items():
            if (before := self.at.get((at - 1, place, column))) is not None:
                row = np.zeros(len(self.at))
                row[before], row[later] = 1, -1
                self._at_most(row, 0)

    def _between(self, row: NDArray[np.float64], people: int, least: int, *, sure: bool) -> None:
        if sure:
            self._at_most(row, people + least - 1)
        self._at_most(-row, -people)

    def _at_most(self, row: NDArray[np.float64], most: float) -> None:
        self.rows.append(row)
        self.most.append(most)

    def _sum(self, at: int, column: str, place: str | None) -> NDArray[np.float64]:
        """One number, or the whole column of a table."""
        row = np.zeros(len(self.at))
        for (table, where, what), number in self.at.items():
            if (table, what) == (at, column) and place in (None, where):
                row[number] = 1
        return row
