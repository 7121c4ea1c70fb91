"""The numbers of the report card, shown so that nobody can work out what few people make."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
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


@dataclass(frozen=True)
class Amount:
    """A row as it is shown; None where a number is hidden."""

    expected: int | None
    delivered: int | None


def amounts(rows: Mapping[Key, Mapping[int, Part]], least: int) -> dict[Key, Amount]:
    """Each row of a table that stands beside its totals. Each column is hidden for itself: it is
    who makes its numbers that counts."""
    owed = told({key: _owed(people) for key, people in rows.items()}, least)
    got = told({key: _got(people) for key, people in rows.items()}, least)
    return {
        key: Amount(
            _expected(people.values()) if owed[key] else None,
            _delivered(people.values()) if got[key] else None,
        )
        for key, people in rows.items()
    }


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
    that what is left of the total tells of nobody: else the smallest of the others goes too."""
    shown = hidden({key: len(set(people)) for key, people in rows.items()}, least)
    while 0 < _people(rows, shown) < least and any(shown.values()):
        seen = [key for key, count in shown.items() if count is not None]
        shown[min(seen, key=lambda key: shown[key] or 0)] = None
    return {key: count is not None for key, count in shown.items()}


def _people(rows: Mapping[Key, Collection[int]], shown: Mapping[Key, int | None]) -> int:
    """How many people the hidden rows are about, each once."""
    return len({who for key, people in rows.items() if shown[key] is None for who in people})


def whole(rows: Mapping[Key, Mapping[int, Part]], least: int) -> Amount:
    """The totals of all rows; hidden where few people make them."""
    parts = [part for people in rows.values() for part in people.values()]
    owed = {who for people in rows.values() for who in _owed(people)}
    got = {who for people in rows.values() for who in _got(people)}
    return Amount(
        _expected(parts) if len(owed) >= least else None,
        _delivered(parts) if len(got) >= least else None,
    )


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
