"""The year's plan against the bound that it proves, and its time against a greedy one's.

    python -m bench.planning [--sizes region,district,national] [--seeds 1,2] [--hubs usual,roads]

`usual`: not half of the hours that providers give are owed. `scarce`: four fifths are, so that
somebody always stands in somebody else's way. `roads`: half are, each provider keeps ten minutes
free around every meeting, and meets in two places half an hour apart and on video. Time is a
multiple of the greedy answer's in the same run, since machines differ; growth is the power of the
number of sessions by which it rises.
"""

import argparse
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import numpy as np

from supervisor.hours.closed_days import closed_between
from supervisor.rules.cadence import aims
from supervisor.rules.days import Span, is_away
from supervisor.rules.kinds import Mode
from supervisor.rules.open_days import free
from supervisor.rules.open_values import Around, Hours, Spot, Way, Weekly
from supervisor.rules.openings import Stretch, common, days_of
from supervisor.rules.plan import Plan, plan
from supervisor.rules.plan_taken import Apart, Taken
from supervisor.rules.plan_values import Ask, Free, Giver, Limits, PlanSettings, slots
from supervisor.rules.wall import clock, minutes_of

ZONE = "Pacific/Auckland"
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
YEAR = clock(ZONE, FIRST, LAST)
HOLIDAYS = closed_between(FIRST, LAST, "OTA")
LIMITS, SETTINGS = Limits(), PlanSettings()
PROVIDERS = {"region": 25, "district": 150, "national": 1_500}
FILLS = {"usual": 0.45, "scarce": 0.8, "roads": 0.5}
TOWN, BAY = (
    Spot(1, "Dunedin", point=(-45.874, 170.504)),
    Spot(2, "Waikouaiti", point=(-45.6, 170.68)),
)
WAYS = Way(Mode.IN_PERSON, TOWN), Way(Mode.IN_PERSON, BAY), Way(Mode.VIDEO)
GAP_LIMIT, RATIO_LIMIT, GROWTH_LIMIT = 0.1, 3.0, 1.15


@dataclass(frozen=True)
class Figure:
    """What one run came to."""

    sessions: int
    seconds: float


def hub(providers: int, fill: float, seed: int) -> tuple[list[Ask], dict[int, Giver]]:
    """Providers with workers until that share of their free hours is owed."""
    random = Random(seed)
    asks: list[Ask] = []
    givers = {}
    for number in range(providers):
        week, away = _week(random), _leave(random)
        hours = free(Hours(ZONE, week, away, HOLIDAYS), FIRST, LAST)
        givers[number] = Giver(number, _minutes(hours), YEAR)
        room = fill * sum(end - start for start, end in givers[number].free)
        while room > 0:
            asks.append(_ask(random, len(asks), number, week, hours))
            room -= asks[-1].minutes * len(asks[-1].aims)
    return asks, givers


def _week(random: Random) -> tuple[Weekly, ...]:
    """One or two half days."""
    days = random.sample(range(5), random.choice((1, 1, 2)))
    begins = [random.randrange(9 * 60, 15 * 60, 30) for _ in days]
    return tuple(
        Weekly(day, begin, begin + random.choice((120, 150, 180, 240)))
        for day, begin in zip(days, begins, strict=True)
    )


def _leave(random: Random) -> tuple[Span, ...]:
    first = date(2027, random.randrange(1, 13), 10)
    return ((first, first + timedelta(days=random.choice((14, 28)))),) * random.choice((0, 1))


def _ask(
    random: Random, key: int, provider: int, week: Sequence[Weekly], hours: Sequence[Stretch]
) -> Ask:
    """A worker whose week meets the provider's, beginning or ending up to an hour apart."""
    away = _leave(random)
    own = tuple(
        Weekly(w.weekday, w.starts + random.choice((-60, 0, 0, 30, 60)), w.ends) for w in week
    )
    both = common(hours, free(Hours(ZONE, own, away, HOLIDAYS), FIRST, LAST))
    days = [day.toordinal() for day in days_of(FIRST, LAST) if not is_away(day, away)]
    wanted = aims(days, (), None, random.choice((6, 8, 10, 10, 12)), LIMITS.gap)
    minutes = random.choice((45, 60, 60, 60))
    return Ask(key, 10**6 + key, provider, minutes, wanted, _minutes(both), YEAR)


def _minutes(stretches: Sequence[Stretch]) -> Free:
    return [(minutes_of(start), minutes_of(end)) for start, end in stretches]


def with_roads(asks: Sequence[Ask], givers: dict[int, Giver]) -> tuple[list[Ask], Apart]:
    """By turns in the one place, in the other and on video; every provider is at home in the
    first."""
    hours = Hours(ZONE, (), around=Around(10, 10), home=TOWN)
    asks = [replace(ask, way=WAYS[n % len(WAYS)]) for n, ask in enumerate(asks)]
    return asks, Apart(dict.fromkeys(givers, hours))


def greedy(asks: Sequence[Ask], givers: dict[int, Giver], apart: Apart) -> int:
    """Session after session takes the free start nearest to its day; how many find one."""
    taken, placed = Taken(givers.values(), LIMITS, apart), 0
    for ask in asks:
        left = taken.open(slots(ask, LIMITS, SETTINGS))
        for aim in ask.aims:
            if not len(left.at):
                break
            nearest = np.argmin(np.abs(left.day - aim.day))
            at, day = int(left.at[nearest]), left.day[nearest]
            taken.add(ask, [at])
            left, placed = left.where(np.abs(left.day - day) >= LIMITS.gap), placed + 1
    return placed


def check(asks: Sequence[Ask], found: Plan, apart: Apart) -> None:
    """Nobody is in two places or on the road, and no pair meets again too soon."""
    busy: dict[int, list[tuple[int, int, Ask]]] = defaultdict(list)
    for ask, starts in zip(asks, found.starts, strict=True):
        days = YEAR.day(np.array(starts, np.int64))
        assert (np.diff(days) >= LIMITS.gap).all()
        assert set(starts) <= set(slots(ask, LIMITS, SETTINGS).at.tolist())
        for person in (ask.worker, ask.provider):
            busy[person] += [(at, at + ask.minutes, ask) for at in starts]
    for times in busy.values():
        for one, other in pairwise(sorted(times, key=lambda time: time[:2])):
            assert one[1] + apart.between(one[2], other[2], 1) <= other[0]


def stray(asks: Sequence[Ask], found: Plan) -> Iterator[int]:
    """How many days each session is from its aim, where all of a pair's found a place."""
    for ask, starts in zip(asks, found.starts, strict=True):
        if len(starts) == len(ask.aims):
            days = YEAR.day(np.array(starts, np.int64))
            yield from np.abs(days - np.array([aim.day for aim in ask.aims])).tolist()


def measure(name: str, scarcity: str, seed: int) -> Figure:
    asks, givers = hub(PROVIDERS[name], FILLS[scarcity], seed)
    asks, apart = with_roads(asks, givers) if scarcity == "roads" else (asks, Apart())
    wanted = sum(len(ask.aims) for ask in asks)
    began = time.perf_counter()
    found = plan(asks, givers, LIMITS, SETTINGS, apart)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    by_hand = greedy(asks, givers, apart)
    ratio = seconds / (time.perf_counter() - began)
    check(asks, found, apart)
    placed = sum(map(len, found.starts))
    gap, days = 100 * (1 - placed / max(1, found.bound)), list(stray(asks, found))
    print(
        f"{name}, {scarcity}, seed {seed}: placed {placed:,} of {wanted:,}, at most "
        f"{found.bound:,}; gap {gap:.3f} % (limit {GAP_LIMIT} %); {seconds:.1f} s, "
        f"{ratio:.1f} × greedy (limit {RATIO_LIMIT:g}), which places {by_hand:,}; "
        f"{sum(days) / max(1, len(days)):.1f} days from an even cadence",
        flush=True,
    )
    return Figure(wanted, seconds)


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--sizes", default="region,district")
    ask.add_argument("--seeds", default="1")
    ask.add_argument("--hubs", default=",".join(FILLS))
    given = ask.parse_args()
    for scarcity in given.hubs.split(","):
        for seed in map(int, given.seeds.split(",")):
            found = [measure(name, scarcity, seed) for name in given.sizes.split(",")]
            for small, large in pairwise(found):
                growth = math.log(large.seconds / small.seconds) / math.log(
                    large.sessions / small.sessions
                )
                print(f"growth {growth:.2f} (limit {GROWTH_LIMIT})", flush=True)


if __name__ == "__main__":
    main()
