"""Who can be matched with whom, as arrays; and what an answer is worth."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array, vstack

from supervisor.rules.assign_couples import clash_rows, couple_of, in_the_way
from supervisor.rules.fit_lists import UNKNOWN, Flags, Points, Rows

NOBODY: Points = np.zeros((0, 3), np.int64)


class Score(NamedTuple):
    """What an answer reaches, in the order in which answers are compared."""

    mandatory: int = 0
    met: int = 0
    total: int = 0


@dataclass(frozen=True)
class Aim:
    """What each pair is worth, less load or not; with so much of each of the counts at least."""

    points: Points
    least: tuple[int, ...] = ()
    loaded: bool = True

    def held(self, problem: "Problem") -> list[tuple[Points, int]]:
        """What each pair adds to each count that is held, and its least."""
        return list(zip(problem.aims, self.least, strict=False))


@dataclass(frozen=True)
class Found:
    """Chosen pairs and, proved, the most that each part of a score can come to.

    The most of the total is that of the answers that meet as many needs, or more.
    """

    chosen: Rows
    most: Score


@dataclass(frozen=True)
class Problem:
    """Needs and providers by row, and the pairs of them that the rules allow.

    `places` (by provider and kind) and `minutes` (UNKNOWN: no limit) are what is still free.
    `running` counts the relationships that a provider has already, `capacity` is the sum of all
    their places. `held` are matches that stay, as (worker, provider, kind) by person. With
    `one_hat` a provider holds one kind only with one worker.
    """

    need: Rows
    provider: Rows
    fit: Points
    mandatory: Flags
    effort: Points
    kind: Rows
    worker: Points
    person: Points
    places: Points
    minutes: Points
    running: Points
    capacity: Points
    held: Points = field(default_factory=lambda: NOBODY)
    load: int = 200
    one_hat: bool = True

    def __len__(self) -> int:
        return len(self.need)

    def only(self, pairs: Rows) -> "Problem":
        """Those pairs, with their needs and providers alone."""
        needs, need = _numbered(self.need[pairs], len(self.effort))
        providers, provider = _numbered(self.provider[pairs], len(self.person))
        of_needs = ("mandatory", "effort", "kind", "worker")
        of_providers = ("person", "places", "minutes", "running", "capacity")
        return replace(
            self,
            need=need,
            provider=provider,
            fit=self.fit[pairs],
            **{name: getattr(self, name)[needs] for name in of_needs},
            **{name: getattr(self, name)[providers] for name in of_providers},
        )

    @property
    def counted(self) -> "Problem":
        """The same with one aim: how many are met, the mandatory ones first."""
        return replace(self, fit=np.zeros_like(self.fit), load=0)

    @cached_property
    def possible(self) -> Rows:
        """The pairs that keep within every limit by themselves, by need and provider."""
        place = self.places[self.provider, self.kind[self.need]] > 0
        left = self.minutes[self.provider]
        hours = (left == UNKNOWN) | (self.effort[self.need] <= left)
        kept = np.flatnonzero(place & hours & ~self._stays)
        at = self.need[kept] * len(self.person) + self.provider[kept]
        return kept if (at[1:] > at[:-1]).all() else kept[np.argsort(at, kind="stable")]

    @property
    def _stays(self) -> Flags:
        """The pairs that a match which stays is in the way of."""
        worker, person, kind = self.held.T
        if not len(worker):
            return np.zeros(len(self), np.bool_)
        held = couple_of(worker, person)
        return in_the_way(self.couple, self.strand, held, self._strand(worker, kind))

    @property
    def couple(self) -> Points:
        """The two people of each pair."""
        return couple_of(self.worker[self.need], self.person[self.provider])

    @property
    def strand(self) -> Points:
        """Which of the matches that two people can have each pair is."""
        return self._strand(self.worker[self.need], self.kind[self.need])

    def _strand(self, worker: Points, kind: Points) -> Points:
        return np.asarray(worker * self.places.shape[1] + kind if self.one_hat else worker)

    @cached_property
    def clashes(self) -> Any:
        """Rows over the pairs: of those in a row one at most can be chosen."""
        return clash_rows(self.couple, self.strand)

    @property
    def mirrors(self) -> tuple[Rows, Rows]:
        """The pairs of two people who could be matched in either direction, and the couple of
        each by number: nothing else joins pairs that share neither need nor provider."""
        both = np.intersect1d(self.worker, self.person)
        workers, people = np.isin(self.worker, both), np.isin(self.person, both)
        pairs = np.flatnonzero(workers[self.need] & people[self.provider])
        return pairs, np.unique(self.couple[pairs], return_inverse=True)[1]

    @cached_property
    def limits(self) -> tuple[Any, Points]:
        """What a flow cannot hold: rows over the pairs, and the most that each may come to."""
        asked = np.bincount(self.provider, self.effort[self.need], len(self.person))
        tight = (self.minutes != UNKNOWN) & (asked > self.minutes)
        pairs = np.flatnonzero(tight[self.provider])
        provider, effort = self.provider[pairs], self.effort[self.need[pairs]]
        unit = np.zeros(len(self.person), np.int64)
        np.gcd.at(unit, provider, effort)
        at = np.cumsum(tight)[provider] - 1, pairs
        shape = int(tight.sum()), len(self)
        hours = csr_array((effort // unit[provider], at), shape=shape)
        once = np.ones(self.clashes.shape[0], np.int64)
        most = self.minutes[tight] // unit[tight]
        return stacked(hours, self.clashes), np.concatenate([most, once])

    @cached_property
    def slots(self) -> tuple[Rows, Points]:
        """For each relationship that a provider could add: the provider, and its load."""
        count = self._most_each
        provider = np.repeat(np.arange(len(count)), count)
        nth = self.running[provider] + nth_of(provider)
        return provider, self.load * nth // np.maximum(self.capacity[provider], 1)

    @property
    def _most_each(self) -> Rows:
        """How many needs a provider's places and hours hold at most: the shortest are tried."""
        effort, kind = self.effort[self.need], self.kind[self.need]
        of_kind = self.provider * self.places.shape[1] + kind
        order = np.lexsort((effort, of_kind))
        order = order[nth_of(of_kind[order]) < self.places[self.provider, kind][order]]
        order = order[np.lexsort((effort[order], self.provider[order]))]
        spent = np.cumsum(effort[order])
        first = nth_of(self.provider[order]) == 0
        before = np.maximum.accumulate(np.where(first, spent - effort[order], 0))
        left = self.minutes[self.provider[order]]
        fits = (left == UNKNOWN) | (spent - before <= left)
        return np.bincount(self.provider[order[fits]], minlength=len(self.person))

    @property
    def aims(self) -> tuple[Points, Points, Points]:
        """What each pair adds to each part of a score, load apart."""
        ones = np.ones(len(self), np.int64)
        return self.mandatory[self.need].astype(np.int64), ones, self.fit

    @property
    def ceiling(self) -> Score:
        """What cannot be exceeded, at a glance."""
        best = np.zeros(len(self.effort), np.int64)
        np.maximum.at(best, self.need, self.fit)
        needs = np.unique(self.need)
        return Score(int(self.mandatory[needs].sum()), len(needs), int(best.sum()))

    def score(self, chosen: Rows) -> Score:
        """What the chosen pairs reach."""
        provider, load = self.slots
        taken = np.bincount(self.provider[chosen], minlength=len(self.person))
        spent = load[nth_of(provider) < taken[provider]].sum()
        mandatory, _, fit = self.aims
        return Score(int(mandatory[chosen].sum()), len(chosen), int(fit[chosen].sum() - spent))


def _numbered(rows: Rows, count: int) -> tuple[Rows, Rows]:
    """Which of so many rows there are, in order, and the place of each among them."""
    there = np.zeros(count, np.bool_)
    there[rows] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[rows]


def stacked(*rows: Any) -> Any:
    """Rows over the same columns, one below the other."""
    return vstack(rows, format="csr")


def nth_of(key: Points) -> Rows:
    """Which of those with the same key each one is, from 0; equal keys stand together."""
    at = np.arange(len(key))
    changes = np.diff(key, prepend=key[:1] - 1) != 0
    return at - np.maximum.accumulate(np.where(changes, at, 0))
