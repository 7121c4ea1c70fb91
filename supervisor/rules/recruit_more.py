"""How many more needs one more provider lets be met.

First others are moved along, as many as room for them can be made; that is quick, and often all
that there can be. Where it is not proved to be all, the part of the hub that they touch is solved
with them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from supervisor.rules.assign import AssignSettings, Problem, Score, solve
from supervisor.rules.assign_budget import Budget
from supervisor.rules.assign_chain import Chains, chained
from supervisor.rules.assign_flow import Network, Prices
from supervisor.rules.assign_problem import Aim
from supervisor.rules.fit_lists import UNKNOWN, Flags, Points, Rows
from supervisor.rules.kinds import MATCHED_KINDS
from supervisor.rules.recruit_profiles import Suited
from supervisor.rules.recruit_reach import Reach

MOVES = 12
Say = Callable[[int, int], None]
"""Hears how many profiles were looked at, of how many."""


@dataclass(frozen=True)
class More:
    """Mandatory needs and needs that are met besides, of how many people those are that are met
    newly, and whether it is proved that it is neither more nor less."""

    mandatory: int
    met: int
    people: int
    proved: bool

    @property
    def worth(self) -> tuple[int, int]:
        """By which they are compared."""
        return self.mandatory, self.met


@dataclass(frozen=True)
class Without:
    """The open needs and the best answer that is known without anybody new; `most` is proved."""

    problem: Problem
    chosen: Rows
    unmet: Rows
    most: Score

    @property
    def reached(self) -> Score:
        """What the answer comes to."""
        return self.problem.score(self.chosen)

    @property
    def proved(self) -> bool:
        """Whether no answer meets more."""
        return self.reached == self.most


class WithOne:
    """The same hub with one more provider: each stands in the problem, with no place as yet."""

    def __init__(
        self, without: Without, reach: Reach, found: Sequence[Suited], people: int
    ) -> None:
        self.without, self.reach, self.people = without, reach, people
        self.unmet, self.chosen = without.unmet, without.chosen
        self.orderly = _as_many_in_any_order(without, reach.pool)
        self.first = len(without.problem.person)
        keys = [(who.profile.kind, who.needs.tobytes()) for who in found]
        self.rows = {key: self.first + n for n, key in enumerate(dict.fromkeys(keys))}
        self.asked = [self.rows[key] for key in keys]
        self.who = dict(zip(self.asked, found, strict=True))
        self.problem = _joined(without.problem, [self.who[row] for row in self.rows.values()])

    def each(
        self, assign: AssignSettings, budget: Budget, say: Say = lambda _looked, _of: None
    ) -> list[More | None]:
        """What each adds; None for those for whom there was no time. Whoever could meet most of
        the unmet is looked at first; what is not proved by moving others along is solved.

        Those who could meet the same needs of a kind are one.
        """
        chains = Chains(self.problem, self.chosen, self._new_first())
        more: dict[int, More] = {}
        for row in sorted(self.who, key=self._at_once, reverse=True):
            if not budget.over:
                more[row] = self._moved(chains, row)
                say(len(more), len(self.who))
        self._prove(more, assign, budget)
        return [more.get(row) for row in self.asked]

    def _prove(self, more: dict[int, More], assign: AssignSettings, budget: Budget) -> None:
        """Solve what is open; whoever could meet most is first, since nobody who could meet a part
        of the same needs adds more."""
        open_ = [row for row in more if self.without.proved and not more[row].proved]
        open_.sort(key=lambda row: len(self.who[row].needs), reverse=True)
        for done, row in enumerate(open_):
            if self._is_most(row, more):
                more[row] = replace(more[row], proved=True)
                continue
            share = budget.share(1 / (len(open_) - done))
            more[row] = self._solved(row, more[row], assign, share)

    def _is_most(self, row: int, more: Mapping[int, More]) -> bool:
        """Whether somebody who could meet all of their needs is proved to add no more."""
        return any(
            other.proved
            and other.worth == more[row].worth
            and self._kind(at) == self._kind(row)
            and bool(np.isin(self.who[row].needs, self.who[at].needs).all())
            for at, other in more.items()
        )

    def _new_first(self) -> Points:
        """Pairs with the new ones are tried before others."""
        return (self.problem.provider >= self.first).astype(np.int64)

    def _at_once(self, row: int) -> tuple[int, int]:
        """How many of the unmet they could meet themselves."""
        needs = self.unmet[np.isin(self.unmet, self.who[row].needs)]
        mandatory = int(self.problem.mandatory[needs].sum())
        return min(self.people, mandatory), min(self.people, len(needs))

    def _moved(self, chains: Chains, row: int) -> More:
        """What chains of moves add, the mandatory needs first, up to one for each place."""
        places, could = chains.room.places[row], self._could(row)
        places[self._kind(row)] = self.people
        met: list[int] = []
        for need in self._in_order(could, row):
            if len(met) < self.people and chains.meet(need):
                met.append(need)
        chains.back_to(self.chosen)
        places[self._kind(row)] = 0
        worth = int(self.problem.mandatory[met].sum()), len(met)
        proved = self.without.proved and worth == self._most(could)
        return More(*worth, self._workers(met), proved)

    def _in_order(self, could: Rows, row: int) -> list[int]:
        """Mandatory needs first; among them those that the new one could meet themselves."""
        later = ~np.isin(could, self.who[row].needs)
        ordered: list[int] = could[np.lexsort((later, ~self.problem.mandatory[could]))].tolist()
        return ordered

    def _kind(self, row: int) -> int:
        return MATCHED_KINDS.index(self.who[row].profile.kind)

    def _could(self, row: int) -> Rows:
        """The unmet who could make somebody give way whom the provider could meet."""
        return self.unmet[self.reach.touches(self.who[row].needs)]

    def _most(self, could: Rows) -> tuple[int, int]:
        """What they cannot exceed: one for each place. That holds of the mandatory needs always,
        of all of them where mandatory ones do not stand in the way of more others."""
        each = self.people if self.orderly else len(could)
        mandatory = int(self.problem.mandatory[could].sum())
        return min(self.people, mandatory), min(each, len(could))

    def _solved(self, row: int, known: More, assign: AssignSettings, budget: Budget) -> More:
        """The part that they touch, solved with them, unless it is too large or time runs out."""
        inside = self.reach.inside(self.reach.touches(self.who[row].needs))
        if inside.sum() > assign.exact_needs or budget.over:
            return known
        part = self._part(row, inside)
        answer = solve(part, assign, budget.left)
        now, was = part.need[answer.chosen], self._met(inside)
        mandatory, met = (int(n) for n in self._count(now) - self._count(was))
        people = min(met, self._workers(np.setdiff1d(now, was)))
        found = More(mandatory, met, people, answer.proved)
        return max(known, found, key=lambda more: (more.worth, more.proved))

    def _part(self, row: int, inside: Flags) -> Problem:
        """The needs inside, whoever may meet them now, and the new provider with their places."""
        asked = self.problem
        places = asked.places.copy()
        places[row, self._kind(row)] = self.people
        known = (asked.provider < self.first) | (asked.provider == row)
        return replace(
            _with_pairs(asked, np.flatnonzero(known & inside[asked.need])), places=places
        )

    def _met(self, inside: Flags) -> Rows:
        met = self.problem.need[self.chosen]
        return met[inside[met]]

    def _count(self, needs: Rows) -> Rows:
        return np.array([self.problem.mandatory[needs].sum(), len(needs)])

    def _workers(self, needs: Sequence[int] | Rows) -> int:
        return len(np.unique(self.problem.worker[needs]))


def _with_pairs(problem: Problem, pairs: Rows) -> Problem:
    """Those pairs; needs and providers keep their rows."""
    kept = {name: getattr(problem, name)[pairs] for name in ("need", "provider", "fit")}
    return replace(problem, **kept)


def without_anybody_new(
    problem: Problem, wanting: Rows, assign: AssignSettings, budget: Budget
) -> Without:
    """As many of the needs met as can be; others are moved along as far as that helps."""
    asked = _with_pairs(problem.counted, problem.possible)
    answer = solve(asked, assign, budget.left)
    chosen = answer.chosen
    if not answer.proved:
        chosen = chained(asked, chosen, asked.fit, budget)
    return Without(asked, chosen, np.setdiff1d(wanting, asked.need[chosen]), answer.most)


def _joined(problem: Problem, more: Sequence[Suited]) -> Problem:
    """With more providers, who have no place and no limit of hours."""
    count, first = len(more), len(problem.person)
    people = [problem.worker, problem.person, problem.held.ravel()]
    stranger = 1 + max(int(ids.max(initial=0)) for ids in people)
    needs = [problem.need, *(who.needs for who in more)]
    providers = [problem.provider, *(np.full(len(w.needs), first + n) for n, w in enumerate(more))]
    need = np.concatenate(needs)
    return replace(
        problem,
        need=need,
        provider=np.concatenate(providers),
        fit=np.zeros(len(need), np.int64),
        person=np.append(problem.person, stranger + np.arange(count)),
        places=np.pad(problem.places, ((0, count), (0, 0))),
        minutes=np.pad(problem.minutes, (0, count), constant_values=UNKNOWN),
        running=np.pad(problem.running, (0, count)),
        capacity=np.pad(problem.capacity, (0, count)),
    )


def _as_many_in_any_order(without: Without, pool: Rows) -> bool:
    """Whether as many needs are met as could be if none was mandatory: then one more place lets
    one more need be met at most. Where a mandatory one takes the hours of several others it may
    be otherwise."""
    if not without.proved:
        return False
    part = _with_pairs(without.problem, np.flatnonzero(np.isin(without.problem.need, pool)))
    part = part.only(np.arange(len(part)))
    if not len(part):
        return True
    _, ones, _ = part.aims
    met = int(np.isin(without.problem.need[without.chosen], pool).sum())
    bound = Prices(Network(part), part, Aim(ones, loaded=False))
    while bound.bound > met and bound.moves < MOVES:
        bound.move()
    return bound.bound == met
