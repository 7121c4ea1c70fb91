"""The solver against the bound that it proves, and its time against other ways.

    python -m bench.matching [--sizes region,district,national,world] [--seeds 1,2]
                             [--scarcities 1.0,1.3] [--seconds N]

Two scarcities of providers: as many as is usual, and 1.3 times fewer. Times are given as multiples
of other ways' in the same run, since machines differ: of a greedy answer by hand, of plain loops
over the pairs (a sample of needs, and as much more as there are more), and of one call of OR-Tools
on the arrays of one flow of everybody. Each hub has a process of its own (`bench.matched`).
"""

import argparse
import itertools
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from bench.hubs import SIZES
from supervisor.rules.assign_problem import Score

SCARCITIES = (1.0, 1.3)
GROWTH, FLOW, MORE = 1.15, 1.3, 5.0


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
    "world": Limit(600, 100, 3),
}


@dataclass(frozen=True)
class Figures:
    """What was measured of one hub."""

    needs: int
    pairs: int
    hand: Score
    reached: Score
    most: Score
    solve_seconds: float
    pairs_seconds: float
    loops_seconds: float
    hand_seconds: float
    flow_seconds: float
    own_seconds: float
    megabytes: float

    @property
    def gap(self) -> float:
        return 100 * (self.most.total / max(1, self.reached.total) - 1)

    @property
    def short(self) -> float:
        return 100 * (1 - self.reached.met / max(1, self.most.met))

    @property
    def more(self) -> float:
        return 100 * (self.reached.met / max(1, self.hand.met) - 1)


def measured(name: str, seed: int, scarcity: float, seconds: float) -> Figures:
    """The figures of one hub, from its own process; whatever is not lawful ends all of it."""
    asked = [sys.executable, "-m", "bench.matched", name, str(seed), str(scarcity), str(seconds)]
    said = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = json.loads(said.splitlines()[-1])
    scores = {one: Score(*found[one]) for one in ("hand", "reached", "most")}
    return Figures(**(found | scores))


def tell(name: str, seed: int, scarcity: float, f: Figures) -> None:
    """The figures in words, each with what is to be reached."""
    limit = LIMITS[name]
    loops, hand = f.pairs_seconds / f.loops_seconds, f.solve_seconds / max(f.hand_seconds, 1e-6)
    flow = (f.pairs_seconds + f.flow_seconds) / f.own_seconds
    proved = " (proved optimal)" if f.reached == f.most else ""
    print(f"{name}, seed {seed}, scarcity {scarcity}: {f.needs:,} needs, {f.pairs:,} pairs, lawful")
    print(f"  by hand    {_said(f.hand)}, {f.hand_seconds:.2f} s")
    print(f"  solved     {_said(f.reached)}, {f.solve_seconds:.1f} s, limit {limit.seconds:g}")
    print(f"  at most    {_said(f.most)}{proved}")
    print(f"  met short  {f.short:8.3f} %   limit {limit.short:g} % (at scarcity 1)")
    print(f"  total gap  {f.gap:8.3f} %   limit {limit.gap:g} %")
    print(f"  more met   {f.more:8.1f} % than by hand   limit {MORE:g} % (national)")
    print(f"  solving    {hand:8.0f} × by hand")
    print(f"  pairs      {loops:8.3f} × plain loops ({f.pairs_seconds:.2f} s)")
    print(f"  one flow   {f.flow_seconds / f.own_seconds:8.2f} × OR-Tools alone on the same arrays")
    print(f"  pairs+flow {flow:8.2f} × OR-Tools alone   limit {FLOW:g} (world)")
    print(f"  memory     {f.megabytes:8.0f} MB at most", flush=True)


def _said(score: Score) -> str:
    return f"mandatory {score.mandatory:,}, met {score.met:,}, total {score.total:,}"


def _tell_growth(found: Sequence[tuple[str, Figures]]) -> None:
    """How the time for all pairs grows with the needs, as an exponent."""
    for (_, few), (name, many) in itertools.pairwise(found):
        growth = log(many.pairs_seconds / few.pairs_seconds) / log(many.needs / few.needs)
        print(f"pairs grow up to {name} with exponent {growth:.2f}   limit {GROWTH}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="region,district", help=", ".join(SIZES))
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--scarcities", default=",".join(map(str, SCARCITIES)))
    parser.add_argument("--seconds", type=float, help="the limit of each, else the size's own")
    given = parser.parse_args()
    sizes, seeds = given.sizes.split(","), list(map(int, given.seeds.split(",")))
    firsts: dict[str, Figures] = {}
    for name, seed, scarcity in itertools.product(
        sizes, seeds, map(float, given.scarcities.split(","))
    ):
        found = measured(name, seed, scarcity, given.seconds or LIMITS[name].seconds)
        tell(name, seed, scarcity, found)
        firsts.setdefault(name, found)
    _tell_growth(list(firsts.items()))


if __name__ == "__main__":
    main()
