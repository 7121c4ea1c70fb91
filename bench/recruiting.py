"""Whom to look for next: how long it takes, as a multiple of matching everybody once.

    python -m bench.recruiting [--sizes region,district] [--seeds 1,2]

It solves once without anybody new, then the part that each profile touches, so that it must stay
within `LIMIT` solves of a region for each profile that is listed; above that it stops at the
seconds it is given. Both are measured in the same run, since machines differ.
"""

import argparse
import time

from bench.hubs import ON, SIZES, hub
from supervisor.matches.matching import problem_of
from supervisor.rules.assign import AssignSettings, solve
from supervisor.rules.fit import candidates
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_kept import settled
from supervisor.rules.fit_values import Need
from supervisor.rules.recruit import outlook
from supervisor.rules.recruit_profiles import RecruitSettings, Site

SCARCITIES = (1.0, 1.3)
SECONDS = 60.0
LIMIT = 3.0


def sites(needs: list[Need]) -> dict[str | None, list[Site]]:
    """A place in every town, where its first worker lives."""
    found: dict[tuple[str | None, float], Site] = {}
    for need in needs:
        one = need.worker
        if one.point is not None:
            town = one.region, round(one.point[0], 1)
            found.setdefault(town, Site(f"town {town[1]}", one.point, one.region, one.land))
    regions = {region for region, _ in found}
    return {region: [site for key, site in found.items() if key[0] == region] for region in regions}


def measure(name: str, seed: int, scarcity: float) -> None:
    needs, providers = hub(SIZES[name], seed, scarcity)
    table = settled(Table(needs, providers, Day(ON)))
    problem = problem_of(table, candidates(table.table, table.open))
    began = time.perf_counter()
    solve(problem, AssignSettings(), SECONDS)
    once = time.perf_counter() - began
    began = time.perf_counter()
    found = outlook(
        table.table, problem, table.open, sites(needs), RecruitSettings(), AssignSettings(), SECONDS
    )
    took = time.perf_counter() - began
    listed = max(1, len(found.gains))
    print(f"{name}, seed {seed}, scarcity {scarcity}: {len(needs):,} needs")
    print(f"  unmet      {len(found.unmet):,}, of {len(table.open):,}; whole {found.whole}")
    print(f"  listed     {len(found.gains)}, proved {sum(g.more.proved for g in found.gains)}")
    print(f"  solved     {once:8.1f} s once, limit {SECONDS:g}")
    print(f"  looked for {took:8.1f} s, limit {SECONDS:g}")
    print(f"  time       {took / once:8.1f} × solving once")
    print(f"  each       {took / once / listed:8.2f} × solving once   limit {LIMIT:g} (region)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="region,district", help=", ".join(SIZES))
    parser.add_argument("--seeds", default="1")
    given = parser.parse_args()
    for name in given.sizes.split(","):
        for seed in map(int, given.seeds.split(",")):
            for scarcity in SCARCITIES:
                measure(name, seed, scarcity)


if __name__ == "__main__":
    main()
