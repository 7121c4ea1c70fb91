"""Groups formed from those who asked: how many are in one, against greedy and the proved bound.

python -m bench.grouping [--people 60 100 130] [--regions 3]
"""

import argparse
import random
from time import perf_counter

from supervisor.rules.fit_week import stretches
from supervisor.rules.grouping import Attender, Leader, Question, Site
from supervisor.rules.grouping_exact import solve
from supervisor.rules.grouping_greedy import greedy
from supervisor.rules.kinds import Mode

TOWNS = [(-45.87, 170.5), (-45.1, 170.97), (-45.05, 169.2), (-45.25, 169.38), (-45.03, 168.66),
         (-44.7, 169.13), (-46.41, 168.35), (-46.1, 168.94)]  # fmt: skip
SECONDS = 20


def a_region(people: int, seed: int) -> Question:
    """So many who asked, over eight towns, and somebody to lead for every eight of them; one in
    twenty pairs is kept apart."""
    draw = random.Random(seed)
    some = [_person(draw, n) for n in range(people)]
    leaders = [_leader(draw, 1000 + n) for n in range(people // 8)]
    sites = [Site(n, point) for n, point in enumerate(TOWNS)]
    pairs = [(draw.randrange(people), draw.randrange(people)) for _ in range(people // 5)]
    pairs += [(draw.randrange(people), 1000 + draw.randrange(len(leaders))) for _ in range(people)]
    return Question(some, leaders, sites, apart=frozenset(p for p in pairs if p[0] != p[1]))


def _person(draw: random.Random, number: int) -> Attender:
    ways = frozenset(m for m, likely in _LIKELY.items() if draw.random() < likely)
    town = draw.choices(range(len(TOWNS)), (8, 2, 2, 2, 3, 2, 6, 2))[0]
    return Attender(number, _week(draw, draw.randint(1, 4)), ways or frozenset({Mode.PHONE}),
                    TOWNS[town], None, draw.choice((10, 40, 80)), draw.randrange(200))  # fmt: skip


_LIKELY = {Mode.IN_PERSON: 0.6, Mode.VIDEO: 0.6, Mode.PHONE: 0.2}


def _leader(draw: random.Random, number: int) -> Leader:
    town = draw.choice(TOWNS)
    return Leader(number, _week(draw, draw.randint(2, 5)), frozenset(Mode), town, None, 100,
                  groups=draw.randint(1, 2))  # fmt: skip


def _week(draw: random.Random, windows: int) -> tuple[tuple[int, int], ...]:
    """Stretches of two to four hours on working days."""
    starts = [(draw.randrange(5), 60 * draw.randint(8, 16)) for _ in range(windows)]
    return stretches((day, at, at + 60 * draw.randint(2, 4)) for day, at in starts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[60, 100, 130])
    parser.add_argument("--regions", type=int, default=3)
    given = parser.parse_args()
    print("people  seed  greedy  found  at most  groups  seconds   limit 20")
    for people in given.people:
        for seed in range(given.regions):
            _line(people, seed)


def _line(people: int, seed: int) -> None:
    question = a_region(people, seed)
    by_greed = sum(len(one.people) for one in greedy(question))
    began = perf_counter()
    answer = solve(question, SECONDS)
    took = perf_counter() - began
    print(f"{people:6}  {seed:4}  {by_greed:6}  {answer.placed:5}  {answer.most:7}  "
          f"{len(answer.groups):6}  {took:7.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
