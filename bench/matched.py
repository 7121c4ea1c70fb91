"""One hub of a size: its pairs, its answer, and what both are measured against.

    python -m bench.matched SIZE SEED SCARCITY SECONDS

prints one line of JSON. It is a process of its own, so that the peak of memory is its own too.
Times are of the processor alone, since machines are shared; only the solver runs by the clock.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

import numpy as np

from bench.hubs import ON, SIZES, hub
from supervisor.matches.matching import Hub, problem_of
from supervisor.rules.assign import Answer, AssignSettings, Problem, solve
from supervisor.rules.assign import parts as parts_of
from supervisor.rules.assign_flow import Network
from supervisor.rules.assign_greedy import by_hand
from supervisor.rules.fit import Candidates, candidates
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_kept import settled
from supervisor.rules.fit_lists import UNKNOWN, Points, Rows
from supervisor.rules.fit_values import Need, Provider
from tests import fit_oracle

LOOPED, TRIED = 200, 500
Made = TypeVar("Made")


@dataclass(frozen=True)
class Hubs:
    """The invented hub, and its pairs."""

    needs: list[Need]
    providers: list[Provider]
    table: Hub
    pairs: Candidates


def timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """What is made, and the seconds of the processor that it took."""
    began = time.process_time()
    made = make()
    return made, time.process_time() - began


def measure(name: str, seed: int, scarcity: float, seconds: float) -> dict[str, object]:
    """All figures of one hub."""
    needs, providers = hub(SIZES[name], seed, scarcity)
    (table, pairs), paired = timed(lambda: _pairs(needs, providers))
    made = Hubs(needs, providers, table, pairs)
    problem = problem_of(table, pairs)
    whole = problem.only(problem.possible)
    hand, by_hand_seconds = timed(lambda: by_hand(whole))
    flow, own = _flows(problem)
    began = time.perf_counter()
    answer = solve(problem, AssignSettings(), seconds)
    took = time.perf_counter() - began
    check(made, problem, answer)
    return {
        "needs": len(needs),
        "pairs": len(pairs),
        "hand": whole.score(hand),
        "reached": answer.reached,
        "most": answer.most,
        "solve_seconds": took,
        "pairs_seconds": paired,
        "loops_seconds": _looped(made),
        "hand_seconds": by_hand_seconds,
        "flow_seconds": flow,
        "own_seconds": own,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _pairs(needs: list[Need], providers: list[Provider]) -> tuple[Hub, Candidates]:
    table = settled(Table(needs, providers, Day(ON)))
    return table, candidates(table.table, table.open)


def _looped(made: Hubs) -> float:
    """All pairs by plain loops over the providers of each need's region; of a few needs, and as
    much more as there are more needs."""
    near: dict[str | None, list[Provider]] = {}
    for one in made.providers:
        near.setdefault(one.party.region, []).append(one)
    some = Random(1).sample(made.needs, min(LOOPED, len(made.needs)))

    def loop() -> list[int]:
        return [
            fit_oracle.fit(need, one, ON)
            for need in some
            for one in near.get(need.worker.region, [])
            if fit_oracle.may_be_matched(need, one, ON)
        ]

    return timed(loop)[1] * len(made.needs) / len(some)


def _flows(problem: Problem) -> tuple[float, float]:
    """One flow of everybody: seconds part by part, as the solver does it, and as one call of
    OR-Tools on the arrays of the whole."""
    whole = problem.only(problem.possible)
    ours, flow = timed(lambda: sum(_flow(whole.only(rows)) for rows in parts_of(whole)))
    network, aim = Network(whole), _aim(whole)
    theirs, own = timed(lambda: network.flow(aim, network.load)[0])
    assert ours == theirs, "two flows of the same differ"
    return flow, own


def _flow(part: Problem) -> int:
    network = Network(part)
    return network.flow(_aim(part), network.load)[0]


def _aim(problem: Problem) -> Points:
    """The total, with so much for each need met that as many as can be are."""
    mandatory, ones, fit = problem.aims
    return np.asarray(fit + 4_000 * (ones + mandatory))


def check(made: Hubs, problem: Problem, answer: Answer) -> None:
    """Anything that is not lawful is a failure outright."""
    _check_limits(problem, answer.chosen)
    for row in Random(1).sample(answer.chosen.tolist(), min(TRIED, len(answer.chosen))):
        need = made.needs[made.pairs.need[row]]
        provider = made.providers[made.pairs.provider[row]]
        assert fit_oracle.may_be_matched(need, provider, ON), "a pair is not lawful"
        assert fit_oracle.fit(need, provider, ON) == made.pairs.fit[row], "a fit is wrong"


def _check_limits(problem: Problem, chosen: Rows) -> None:
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
    size, seed, scarcity, seconds = sys.argv[1:]
    print(json.dumps(measure(size, int(seed), float(scarcity), float(seconds))))


if __name__ == "__main__":
    main()
