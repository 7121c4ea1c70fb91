"""The short list of ten for one need, against a plain loop over all providers; and how the time
for all pairs grows with the hub.

    python -m bench.shortlists [--sizes region,district,national] [--needs 100]

The plain loop is the text of the rules written once more for the tests, one pair at a time; both
must name the same ten. Times are of the processor alone; the growth is the exponent between sizes.
"""

import argparse
import itertools
import time
from collections.abc import Callable
from math import log
from random import Random

import numpy as np

from bench.hubs import ON, SIZES, hub
from supervisor.rules.fit import best, candidates
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_kept import settled
from tests import fit_oracle

RATIO, P99, GROWTH = 0.2, 5.0, 1.15
COUNT = 10


def measure(name: str, count: int) -> tuple[int, float]:
    needs, providers = hub(SIZES[name], seed=1)
    table = settled(Table(needs, providers, Day(ON))).table
    began = time.process_time()
    pairs = len(candidates(table))
    paired = time.process_time() - began
    asked = Random(1).sample(range(len(needs)), min(count, len(needs)))
    best(table, asked[0], COUNT)
    listed = [_timed(lambda need=need: _by_rules(table, need)) for need in asked]
    looped = [_timed(lambda need=need: _by_hand(table, need)) for need in asked[: count // 5]]
    assert [found for found, _ in looped] == [found for found, _ in listed[: len(looped)]]
    times = np.array([seconds for _, seconds in listed]) * 1000
    ratio = times.mean() / (1000 * np.mean([seconds for _, seconds in looped]))
    print(f"{name}: {len(needs):,} needs, {len(providers):,} providers, {pairs:,} pairs")
    print(f"  all pairs      {paired:8.2f} s")
    print(f"  short list     {ratio:8.3f} of a plain loop   limit {RATIO}")
    print(f"  99 of 100 in   {np.percentile(times, 99):8.2f} ms   limit {P99} ms")
    return len(needs), paired


def _timed(ask: Callable[[], list[int]]) -> tuple[list[int], float]:
    began = time.process_time()
    found = ask()
    return found, time.process_time() - began


def _by_rules(table: Table, need: int) -> list[int]:
    return [table.providers[row].party.id for row in best(table, need, COUNT).providers]


def _by_hand(table: Table, row: int) -> list[int]:
    need = table.needs[row]
    fits = [
        (-fit_oracle.fit(need, provider, ON), number, provider.party.id)
        for number, provider in enumerate(table.providers)
        if need.current != provider.party.id and fit_oracle.may_be_matched(need, provider, ON)
    ]
    return [id_ for _points, _number, id_ in sorted(fits)[:COUNT]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="region,district,national", help=", ".join(SIZES))
    parser.add_argument("--needs", type=int, default=100)
    given = parser.parse_args()
    found = [measure(name, given.needs) for name in given.sizes.split(",")]
    for (few, short), (many, long) in itertools.pairwise(found):
        print(f"growth of all pairs {log(long / short) / log(many / few):.2f}   limit {GROWTH}")


if __name__ == "__main__":
    main()
