"""The solver against the bound that it proves, and its time against matching by hand.

    python -m bench.matching [--sizes region,district,national] [--seeds 1,2] [--seconds N]

Two scarcities of providers: as many as is usual, and 1.3 times fewer. Time is given as a
multiple of a greedy answer's in the same run, since machines differ.
"""

import argparse
import resource
import time
from dataclasses import dataclass

import numpy as np

from bench.hubs import ON, SIZES, hub
from supervisor.matching import problem_of
from supervisor.rules.assign import AssignSettings, Problem, Score, solve
from supervisor.rules.assign_greedy import by_hand
from supervisor.rules.fit import candidates
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_kept import settled
from supervisor.rules.fit_lists import UNKNOWN

SCARCITIES = (1.0, 1.3)


@dataclass(frozen=True)
class Limit:
    """What is to be reached: seconds, the gap of the total in percent, and how far met may fall
    short of its bound, in percent, at the usual scarcity."""

    seconds: float
    gap: float
    short: float


LIMITS = {
    "region": Limit(5, 0.5, 0),
    "district": Limit(60, 1, 0),
    "national": Limit(600, 5, 1),
    "world": Limit(1800, 100, 3),
}


def measure(name: str, seed: int, scarcity: float, seconds: float | None) -> None:
    limit = LIMITS[name]
    needs, providers = hub(SIZES[name], seed, scarcity)
    began = time.perf_counter()
    table = settled(Table(needs, providers, Day(ON)))
    pairs = candidates(table.table, table.open)
    paired = time.perf_counter() - began
    problem = problem_of(table, pairs)
    hand, hand_seconds = _by_hand(problem)
    began = time.perf_counter()
    answer = solve(problem, AssignSettings(), seconds or limit.seconds)
    took = time.perf_counter() - began
    _check(problem, answer.chosen)
    gap = 100 * (answer.most.total / max(1, answer.reached.total) - 1)
    short = 100 * (1 - answer.reached.met / max(1, answer.most.met))
    print(f"{name}, seed {seed}, scarcity {scarcity}: {len(needs):,} needs, {len(pairs):,} pairs")
    print(f"  pairs      {paired:8.2f} s")
    print(f"  by hand    {_said(hand)}, {hand_seconds:.2f} s")
    print(f"  solved     {_said(answer.reached)}, {took:.1f} s, limit {seconds or limit.seconds:g}")
    print(f"  at most    {_said(answer.most)}{' (proved optimal)' * answer.proved}")
    print(f"  met short  {short:8.3f} %   limit {limit.short:g} % (at scarcity 1)")
    print(f"  total gap  {gap:8.3f} %   limit {limit.gap:g} %")
    print(f"  more met than by hand {100 * (answer.reached.met / hand.met - 1):.1f} %")
    print(f"  time       {took / hand_seconds:8.0f} × by hand")
    print(f"  memory     {_megabytes():8.0f} MB at most so far")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _by_hand(problem: Problem) -> tuple[Score, float]:
    possible = problem.only(problem.possible)
    began = time.perf_counter()
    chosen = by_hand(possible)
    return possible.score(chosen), time.perf_counter() - began


def _said(score: Score) -> str:
    return f"mandatory {score.mandatory:,}, met {score.met:,}, total {score.total:,}"


def _check(problem: Problem, chosen: np.ndarray) -> None:
    """Anything that is not lawful is a failure outright."""
    need, provider = problem.need[chosen], problem.provider[chosen]
    places = np.zeros_like(problem.places)
    np.add.at(places, (provider, problem.kind[need]), 1)
    minutes = np.bincount(provider, problem.effort[need], len(problem.person))
    assert len(np.unique(need)) == len(need), "a need is met twice"
    assert (places <= problem.places).all(), "a place is given twice"
    limited = problem.minutes != UNKNOWN
    assert (minutes <= problem.minutes)[limited].all(), "hours are exceeded"
    couples = problem.couple[chosen]
    assert len(np.unique(couples)) == len(couples), "two people are matched twice"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="region,district", help=", ".join(SIZES))
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--seconds", type=float, help="the limit of each, else the size's own")
    given = parser.parse_args()
    for name in given.sizes.split(","):
        for seed in map(int, given.seeds.split(",")):
            for scarcity in SCARCITIES:
                measure(name, seed, scarcity, given.seconds)


if __name__ == "__main__":
    main()
