"""The numbers of the report card, shown so that nobody can work out what few people make.

A card is made of whole quarters. What one of them hides is hidden in every card that holds it, so
that a card of several says no more than theirs together: taking one card from another leaves what
could be read anyway.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from supervisor.rules.hidden import hidden

Key = TypeVar("Key")


@dataclass(frozen=True)
class CardSettings:
    """What the hub aims at, each a percentage; none is said where it is 0. `called_off` is not to
    be passed, the others are to be reached."""

    delivered: int = 90
    confirmed: int = 80
    called_off: int = 5
    has_somebody: int = 100
    within_days: int = 28
    matched: int = 90
    external: int = 100


@dataclass(frozen=True)
class Part:
    """What one person makes of a row."""

    expected: float = 0
    delivered: int = 0

    def __add__(self, other: "Part") -> "Part":
        return Part(self.expected + other.expected, self.delivered + other.delivered)


@dataclass(frozen=True)
class Amount:
    """A row as it is shown; None where a number is hidden."""

    expected: int | None
    delivered: int | None


NOTHING = Amount(None, None)
Quarters = Sequence[Mapping[Key, Mapping[int, Part]]]
"""Of each quarter what each person makes of each row: nobody stands there for nothing."""
Who = Callable[[Mapping[int, Part]], set[int]]
"""Who makes the numbers of a column."""


def amounts(quarters: Quarters[Key], least: int) -> dict[Key, Amount]:
    """Each row of a table that stands beside its totals, over its quarters. A row in which nobody
    was owed anything is none. Each column is hidden for itself: it is who makes its numbers that
    counts."""
    owed, got = _always(quarters, _owed, least), _always(quarters, _got, least)
    return {
        key: Amount(
            _expected(_parts(quarters, key)) if owed[key] else None,
            _delivered(_parts(quarters, key)) if got[key] else None,
        )
        for key in owed
    }


def _always(quarters: Quarters[Key], who: Who, least: int) -> dict[Key, bool]:
    """Which rows every quarter that has them could show."""
    found: dict[Key, bool] = {}
    for rows in quarters:
        people = {key: who(some) for key, some in rows.items() if some}
        for key, shown in told(people, least).items():
            found[key] = found.get(key, True) and shown
    return found


def _parts(quarters: Quarters[Key], key: Key) -> list[Part]:
    return [part for rows in quarters for part in rows.get(key, {}).values()]


def _owed(people: Mapping[int, Part]) -> set[int]:
    return {who for who, part in people.items() if part.expected}


def _got(people: Mapping[int, Part]) -> set[int]:
    return {who for who, part in people.items() if part.delivered}


def _expected(parts: Iterable[Part]) -> int:
    return round(sum(part.expected for part in parts))


def _delivered(parts: Iterable[Part]) -> int:
    return sum(part.delivered for part in parts)


def told(rows: Mapping[Key, Collection[int]], least: int) -> dict[Key, bool]:
    """Which rows are shown beside their total. Those that are hidden are so many people together
    that what is left of the total tells of nobody, nor that there is nobody: else the smallest of
    the others goes too."""
    shown = hidden({key: len(set(people)) for key, people in rows.items()}, least)
    while None in shown.values() and _people(rows, shown) < least and any(shown.values()):
        seen = [key for key, count in shown.items() if count is not None]
        shown[min(seen, key=lambda key: shown[key] or 0)] = None
    return {key: count is not None for key, count in shown.items()}


def _people(rows: Mapping[Key, Collection[int]], shown: Mapping[Key, int | None]) -> int:
    """How many people the hidden rows are about, each once."""
    return len({who for key, people in rows.items() if shown[key] is None for who in people})


def whole(quarters: Quarters[Key], least: int) -> Amount:
    """The totals of all rows; hidden where few people make those of a quarter."""
    return amounts([{None: _anybody(rows)} for rows in quarters], least).get(None, NOTHING)


def _anybody(rows: Mapping[Key, Mapping[int, Part]]) -> dict[int, Part]:
    """What each person makes of all rows."""
    found: dict[int, Part] = {}
    for people in rows.values():
        for who, part in people.items():
            found[who] = found.get(who, Part()) + part
    return found


@dataclass(frozen=True)
class Share:
    """Of how many things something is so, and of how many not, by the person they are about."""

    yes: Counter[int]
    no: Counter[int]

    def percent(self, least: int) -> int | None:
        """In whole percent, rounded down: 100 is all of them. Hidden where few people are behind
        it, or few stand on one side of it: all on one side tell of nobody alone."""
        sides = [len(side) for side in (self.yes, self.no) if side]
        if len(self.yes.keys() | self.no.keys()) < least or min(sides) < least:
            return None
        yes, no = self.yes.total(), self.no.total()
        return 100 * yes // (yes + no)


def rate(amount: Amount) -> int | None:
    """How much of what was expected was delivered, in percent."""
    if amount.delivered is None or not amount.expected:
        return None
    return 100 * amount.delivered // amount.expected
