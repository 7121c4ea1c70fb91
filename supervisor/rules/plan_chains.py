"""Chains: whoever has no day takes another's, who finds a day of their own or takes a third's.

As in a matching of two sides, the shortest chain is looked for first. It frees no day twice.
"""

from collections import deque
from collections.abc import Iterator, Mapping

from supervisor.rules.plan_days import Days

Came = dict[int, tuple[int, int] | None]
"""For each ask that looks for a day: who took its own, and which day that was."""


def fill(days: Days) -> None:
    """A day for each session for which a chain finds one."""
    for n in range(len(days.asks)):
        while days.lacks(n) > 0 and _chain(days, n):
            pass


def _chain(days: Days, first: int) -> bool:
    came: Came = {first: None}
    looking = deque([first])
    while looking:
        n = looking.popleft()
        for day in _candidates(days, came, n):
            group = days.on[day]
            if days.has_room(day) and days.go_together(day, group | {n}):
                _carry(days, came, n, day)
                return True
            for other in sorted(group - came.keys()):
                if days.go_together(day, group - {other} | {n}):
                    came[other] = n, day
                    looking.append(other)
    return False


def _candidates(days: Days, came: Came, n: int) -> Iterator[int]:
    """The days on which an ask could be but for others, those nearest to where it lacks first."""
    took = came[n]
    lost = took[1] if took else None
    wanted, freed = lost if lost is not None else _lacking(days, n), set(_freed(came, n))
    for day in sorted(days.starts[n], key=lambda day: abs(day - wanted)):
        if day not in freed and n not in days.on[day] and days.is_apart(n, day, lost):
            yield day


def _lacking(days: Days, n: int) -> int:
    """The aim that is farthest from any session."""
    own, aims = days.of[n] or {0}, [aim.day for aim in days.asks[n].aims]
    return max(aims, key=lambda aim: min(abs(aim - day) for day in own))


def _freed(came: Mapping[int, tuple[int, int] | None], n: int) -> Iterator[int]:
    while took := came[n]:
        n, day = took
        yield day


def _carry(days: Days, came: Came, n: int, day: int) -> None:
    """Everybody on the chain moves along."""
    moves = [(n, day)]
    while took := came[n]:
        days.drop(n, took[1])
        moves.append(took)
        n = took[0]
    for mover, onto in moves:
        days.put(mover, onto)
