"""Who is matched with whom: most mandatory needs met, then most needs met, then the best total.

Parts of a hub that share nobody are solved by themselves: small ones exactly, large ones by
flows with prices. What cannot be exceeded is proved and given with every answer.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from supervisor.rules.assign_budget import AssignSettings, Budget
from supervisor.rules.assign_exact import exact
from supervisor.rules.assign_greedy import by_hand
from supervisor.rules.assign_priced import Say, priced
from supervisor.rules.assign_problem import Found, Problem, Score
from supervisor.rules.assign_proof import proved
from supervisor.rules.fit_lists import Rows

EXACT, PRICED = 0.25, 0.25

__all__ = ["Answer", "AssignSettings", "Problem", "Score", "parts", "solve"]


@dataclass(frozen=True)
class Answer:
    """The chosen pairs by row, what they reach, and the most that can be reached."""

    chosen: Rows
    reached: Score
    most: Score

    @property
    def proved(self) -> bool:
        """Whether no answer is better."""
        return self.reached == self.most


def solve(
    problem: Problem,
    settings: AssignSettings | None = None,
    seconds: float | None = None,
    say: Say = lambda _reached, _most: None,
) -> Answer:
    """The best answer that there is time for, never worse than one made by hand.

    The same problem gives the same answer, in whatever order its pairs are, as long as time does
    not run out. `say` hears what has been reached, and the most that can be as far as is proved.
    """
    settings = settings or AssignSettings()
    budget = Budget(settings.seconds if seconds is None else seconds)
    possible = problem.possible
    whole = problem.only(possible)
    reached, most, left, chosen = Score(), whole.ceiling, len(possible), [np.zeros(0, np.intp)]
    for pairs in parts(whole):
        part, share = whole.only(pairs), budget.share(len(pairs) / left)
        most = _less(most, part.ceiling)
        found = _solve(part, settings, share, _on_top_of(reached, most, say))
        chosen.append(possible[pairs[found.chosen]])
        reached, most = _sum(reached, part.score(found.chosen)), _sum(most, found.most)
        left -= len(pairs)
        say(reached, most)
    return Answer(np.sort(np.concatenate(chosen)), reached, most)


def parts(problem: Problem) -> list[Rows]:
    """The pairs of each part that shares no need, provider or couple with another; small first."""
    needs, providers = len(problem.effort), len(problem.person)
    pair, couple = problem.mirrors
    ones = np.concatenate([problem.need, problem.need[pair]])
    others = np.concatenate([needs + problem.provider, needs + providers + couple])
    size = needs + providers + len(pair)
    links = coo_array((np.ones(len(ones)), (ones, others)), shape=(size, size))
    label = connected_components(links, directed=False)[1][problem.need]
    order = np.argsort(label, kind="stable")
    found = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return sorted((part for part in found if len(part)), key=len)


def _solve(part: Problem, settings: AssignSettings, budget: Budget, say: Say) -> Found:
    """Exactly where that is quick; else the better answer and the lower bounds of both ways, and
    what bundles can prove of it."""
    if len(part.effort) > settings.exact_needs:
        return priced(part, by_hand(part), settings, budget, say)
    one = exact(part, budget.share(EXACT))
    if part.score(one.chosen) == one.most:
        return one
    other = priced(part, one.chosen, settings, budget.share(PRICED), say)
    both = Found(other.chosen, Score(*map(min, one.most, other.most)))
    return proved(part, both, settings, budget)


def _on_top_of(reached: Score, most: Score, say: Say) -> Say:
    return lambda more, at_most: say(_sum(reached, more), _sum(most, at_most))


def _sum(one: Score, other: Score) -> Score:
    return Score(*(a + b for a, b in zip(one, other, strict=True)))


def _less(one: Score, other: Score) -> Score:
    return Score(*(a - b for a, b in zip(one, other, strict=True)))
