"""How many people there are by place and kind, as far as it may be shown: no number tells of few.

Every count is rounded down to a multiple of `least`, so that each stands for as many numbers as the
next. Sums can still give a small one away: where somebody who knows linear programming would narrow
what is below `least` (`attack.py`), the totals are rounded down further until they do not. A total
that was lowered looks like one that was not: among the counts that lead to the very same table are
some with nobody there and some with one below `least`, so that knowing this rule helps nobody.

The method: the attacker of Fischetti and Salazar (Management Science 47, 2001), as in tau-ARGUS,
and their partial suppression (Statistics and Computing 13, 2003): ranges instead of numbers beside
gaps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from supervisor.rules.attack import ANY, ELSEWHERE, Attack, Shown, Target

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Margin:
    """A number that may be lowered: a row's people of any kind, or the total of a column."""

    row: str | None
    column: str


def listed(counts: Counts, least: int) -> list[str]:
    """The places that have a row of their own. Of any other, nothing says whether it has
    anybody: a row that came with its first person would."""
    return sorted(place for place, row in counts.items() if place and row[ANY] >= least)


def shown(counts: Counts, rows: Iterable[str], least: int, before: Sequence[Shown] = ()) -> Shown:
    """The table, safe in itself and beside each of those that were shown before it."""
    table = _rounded(_gathered(counts, rows), least)
    while narrowed := _narrowed(table, before):
        lower = _lowered(table, narrowed)
        if lower == table:
            return _nothing(table)
        table = lower
    return table


def _nothing(table: Shown) -> Shown:
    """Where lowering does not help, no number is better than one."""
    rows = {place: dict.fromkeys(row, 0) for place, row in table.rows.items()}
    return replace(table, rows=rows, totals=dict.fromkeys(table.totals))


def _gathered(counts: Counts, rows: Iterable[str]) -> dict[str, dict[str, int]]:
    """The rows, and everywhere else as the last one."""
    named = dict.fromkeys(rows)
    columns = {column for row in counts.values() for column in row} | {ANY}
    found = {place: dict.fromkeys(columns, 0) for place in (*named, ELSEWHERE)}
    for place, row in counts.items():
        into = found[place if place in named else ELSEWHERE]
        for column, people in row.items():
            into[column] += people
    return found


def _rounded(found: Mapping[str, Mapping[str, int]], least: int) -> Shown:
    rows = {
        place: {column: _down(people, least) for column, people in row.items()}
        for place, row in found.items()
    }
    columns = found[ELSEWHERE]
    sums = {column: sum(row[column] for row in found.values()) for column in columns}
    return Shown(least, rows, {column: _down(people, least) for column, people in sums.items()})


def _down(people: int, step: int) -> int:
    return people // step * step


def _narrowed(table: Shown, before: Sequence[Shown]) -> tuple[Target, Sequence[Shown]] | None:
    """What an attacker narrows, alone or with one of the tables before; None where nothing."""
    for others in ([], *([one] for one in before)):
        target = Attack([*others, table]).narrowed()
        if target is not None:
            return target, others
    return None


def _lowered(table: Shown, narrowed: tuple[Target, Sequence[Shown]]) -> Shown:
    """One number a step lower: the first without which the attacker learns nothing here."""
    target, others = narrowed
    margins = _margins(table, target)
    for margin in margins:
        if Attack([*others, _without(table, margin)]).hides(target):
            return _step_down(table, margin)
    for margin in margins:
        table = _step_down(table, margin)
    return table


def _margins(table: Shown, target: Target) -> list[Margin]:
    """Those that can still be lowered, the nearest to the target first."""
    every = [
        *(Margin(place, ANY) for place in table.rows),
        *(Margin(None, column) for column in table.totals),
    ]
    near = [one for one in every if one.row == target.row or one.column == target.column]
    far = [one for one in every if one not in near]
    return [one for one in (*near, *far) if _least_of(table, one) is not None]


def _least_of(table: Shown, margin: Margin) -> int | None:
    """What it says anyway by the numbers beside it; None where it is no longer shown, or, for a
    row, says no more already."""
    if margin.row is None:
        return None if table.totals[margin.column] is None else table.sum_of(margin.column)
    row = table.rows[margin.row]
    floor = max((people for column, people in row.items() if column != ANY), default=0)
    return floor if row[ANY] > floor else None


def _step_down(table: Shown, margin: Margin) -> Shown:
    """A total that says no more than the rows do is left out at its next step."""
    if margin.row is None:
        people = table.totals[margin.column]
        gone = people is None or people <= table.sum_of(margin.column)
        lower = None if gone else (people or 0) - table.least
        return replace(table, totals={**table.totals, margin.column: lower})
    row = table.rows[margin.row]
    less = {**row, ANY: row[ANY] - table.least}
    return replace(table, rows={**table.rows, margin.row: less})


def _without(table: Shown, margin: Margin) -> Shown:
    """As if it said nothing: its lowest, or no total at all."""
    if margin.row is None:
        return replace(table, totals={**table.totals, margin.column: None})
    row = table.rows[margin.row]
    lowest = {**row, ANY: _least_of(table, margin) or 0}
    return replace(table, rows={**table.rows, margin.row: lowest})
