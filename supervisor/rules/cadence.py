"""An even cadence: the days on which sessions would best be, and how far each may stray."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from supervisor.rules.wall import Whole


@dataclass(frozen=True)
class Aim:
    """The day for one session, and the days from which to which it may be without coming too
    near to its neighbours. Days are ordinals; with `first` after `last` there is no room."""

    day: int
    first: int
    last: int


def aims(
    days: Sequence[int], kept: Sequence[int], since: int | None, wanted: int, gap: int
) -> list[Aim]:
    """So many more sessions on some days, spread evenly around those that are kept.

    `since` is the day from which one has been waited for: the last session, or the first day of
    the pair. A long wait brings the first one forward.
    """
    open_ = np.asarray(days, np.int64)
    if not wanted or not len(open_):
        return []
    fixed = np.searchsorted(open_, np.asarray(sorted(kept), np.int64))
    places = _spread(_anchors(len(open_), fixed, wanted, open_[0], since), wanted)
    targets = open_[np.clip(np.round(places).astype(int), 0, len(open_) - 1)]
    return _with_room(targets.tolist(), int(open_[0]), int(open_[-1]), gap)


def _anchors(count: int, fixed: Whole, wanted: int, first: int, since: int | None) -> list[float]:
    """Between which points the new ones are spread: half a cadence beyond either end."""
    cadence = count / (wanted + len(fixed))
    waited = cadence / 2 if since is None else min(max(first - since, 0), cadence)
    return [-waited, *map(float, fixed), count - 1 + cadence / 2]


def _spread(anchors: Sequence[float], wanted: int) -> list[float]:
    """Each goes where the distance is longest; then each stretch is divided evenly."""
    stretches = list(pairwise(anchors))
    inside = [0] * len(stretches)
    for _ in range(wanted):
        lengths = [(b - a) / (n + 1) for (a, b), n in zip(stretches, inside, strict=True)]
        inside[lengths.index(max(lengths))] += 1
    return [
        a + (b - a) * k / (n + 1)
        for (a, b), n in zip(stretches, inside, strict=True)
        for k in range(1, n + 1)
    ]


def _with_room(targets: Sequence[int], first: int, last: int, gap: int) -> list[Aim]:
    """Neighbours share the days between them, and leave the shortest gap."""
    found: list[Aim] = []
    free_from = first
    for n, day in enumerate(targets):
        room = targets[n + 1] - day - gap if n + 1 < len(targets) else last - day
        upto = last if n + 1 == len(targets) else day + max(room, 0) // 2
        found.append(Aim(day, free_from, upto))
        free_from = upto + gap if free_from <= upto else free_from
    return found
