"""The few providers whom the flow leaves short, solved whole: who meets on which day, and when."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from supervisor.rules.plan_chains import fill
from supervisor.rules.plan_days import Days, Group
from supervisor.rules.plan_even import even
from supervisor.rules.plan_together import Together, together


def exact(
    days: Days, placed: Sequence[Collection[int]], most: int, effort: int
) -> tuple[list[list[int]], int]:
    """The starts of each ask, as many as can be, and how many these are at most.

    `placed` is where to begin, `most` what is proved already.
    """
    for n, starts in enumerate(placed):
        for day in days.asks[n].clock.day(np.array(list(starts), np.int64)).tolist():
            days.put(n, day)
    fill(days)
    kinds = list(days.kinds().values())
    for some in (kinds, [[day] for here in kinds for day in here]):
        found = together(days, some, effort) if days.count() < most else None
        if found:
            most = min(most, found.most)
            days = max(days, _laid(days, found), key=Days.count)
    return max(_evened(days), days, key=Days.count).times(), most


def _laid(days: Days, found: Together) -> Days:
    """Each group on so many days, spread over those of the kind."""
    laid = days.empty()
    for here, groups in found.shared:
        for day, group in zip(here, _spread(groups, len(here)), strict=True):
            laid.put_all(group, day)
    fill(laid)
    return laid


def _spread(groups: Sequence[Group], days: int) -> Iterator[Group]:
    """Days without a group too, and those of the same group far from one another."""
    every = [*groups, *[Group()] * (days - len(groups))]
    times = {group: every.count(group) for group in every}
    turns = [((nth + 0.5) / n, sorted(group)) for group, n in times.items() for nth in range(n)]
    return (Group(group) for _turn, group in sorted(turns))


def _evened(days: Days) -> Days:
    """Nearer to an even cadence."""
    other = days.empty()
    for day, group in days.on.items():
        for n in group:
            other.put(n, day)
    even(other)
    fill(other)
    return other
