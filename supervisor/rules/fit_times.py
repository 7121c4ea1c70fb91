"""When in the week two people are both free, in words: "Tuesday and Wednesday mornings"."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import reduce

from supervisor.rules.fit_values import Party
from supervisor.rules.fit_week import ALWAYS, DAY_MINUTES, WEEK, Stretches, minutes_ahead, stretches
from supervisor.rules.words import N_, Words

HOUR, NOON, EVENING = 60, 12 * 60, 17 * 60
MANY = 4
DAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
NAMED = (N_("%(days)s mornings"), N_("%(days)s afternoons"), N_("%(days)s evenings"))
MOST = (N_("most mornings"), N_("most afternoons"), N_("most evenings"))


def when_free(one: Party, other: Party, on: date) -> Words:
    """The same in a row: "Thursday mornings, Tuesday and Thursday afternoons"."""
    return reduce(
        lambda these, those: Words(N_("%(these)s, %(those)s"), {"these": these, "those": those}),
        free_together(one, other, on),
    )


def free_together(one: Party, other: Party, on: date) -> tuple[Words, ...]:
    """The parts of days in which both have an hour, as the first one's clock shows them."""
    ahead = minutes_ahead(one.zone, on)
    theirs = stretches(other.windows, minutes_ahead(other.zone, on))
    days: defaultdict[int, set[int]] = defaultdict(set)
    for start, end in _shared(stretches(one.windows, ahead), theirs):
        for day, part in _parts(start + ahead, end + ahead):
            days[part].add(day)
    return tuple(_said(part, sorted(days[part])) for part in sorted(days))


def _shared(one: Stretches, other: Stretches) -> Iterator[tuple[int, int]]:
    """Stretches of an hour or more on both circles of minutes."""
    theirs = [(c + turn, d + turn) for c, d in _endless(other) for turn in (-WEEK, 0, WEEK)]
    for a, b in _endless(one):
        for c, d in theirs:
            if min(b, d) - max(a, c) >= HOUR:
                yield max(a, c), min(b, d)


def _endless(some: Stretches) -> Stretches:
    """Somebody who is always free has no ends of their own: the other's stretches stay whole."""
    return ((-WEEK, 3 * WEEK),) if some == ALWAYS else some


def _parts(start: int, end: int) -> list[tuple[int, int]]:
    """The days and parts of days that hold an hour of a stretch; if none does, where it begins."""
    first = start // DAY_MINUTES
    cuts = [
        (day % 7, part, day * DAY_MINUTES + begin, day * DAY_MINUTES + close)
        for day in range(first, end // DAY_MINUTES + 1)
        for part, (begin, close) in enumerate(((0, NOON), (NOON, EVENING), (EVENING, DAY_MINUTES)))
    ]
    held = [(day, part) for day, part, a, b in cuts if min(b, end) - max(a, start) >= HOUR]
    return held or [(day, part) for day, part, a, b in cuts if a <= start < b]


def _said(part: int, days: list[int]) -> Words:
    if len(days) >= MANY:
        return Words(MOST[part])
    return Words(NAMED[part], {"days": tuple(Words(DAYS[n]) for n in days)})
