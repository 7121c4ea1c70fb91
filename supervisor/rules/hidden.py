"""Small numbers of people, hidden: whoever reads them cannot tell whom they are about."""

from collections.abc import Collection, Mapping, Set
from typing import TypeVar

Key = TypeVar("Key")


def hidden(
    counts: Mapping[Key, int], least: int, besides: Collection[Key] = ()
) -> dict[Key, int | None]:
    """The counts with None for each below `least`, none at all included: that nobody is there
    tells as much as that one is. Where a single one would be hidden, the smallest of the others
    is hidden too, so that nobody can work it out from a total. What is named in `besides` is
    hidden whatever it counts."""
    shown: dict[Key, int | None] = {
        key: count if count >= least and key not in besides else None
        for key, count in counts.items()
    }
    told = [key for key, count in shown.items() if count is not None]
    if len(shown) - len(told) == 1 and told:
        shown[min(told, key=lambda key: counts[key])] = None
    return shown


def beside_total(
    counts: Mapping[Key, int], least: int, besides: Collection[Key] = ()
) -> dict[Key, int | None]:
    """As `hidden`, where the total is known: what is hidden is at least `least` together, or the
    smallest of the others is hidden too. Else all that is left of the total would be few, or
    nobody, and each of them worked out."""
    shown = hidden(counts, least, besides)
    while None in shown.values() and _left(counts, shown) < least and any(shown.values()):
        told = [key for key, count in shown.items() if count is not None]
        shown[min(told, key=lambda key: counts[key])] = None
    return shown


def _left(counts: Mapping[Key, int], shown: Mapping[Key, int | None]) -> int:
    """What a reader finds who takes what is shown from the total."""
    return sum(count for key, count in counts.items() if shown[key] is None)


def among(rows: Mapping[Key, Set[int]], everybody: Set[int], least: int) -> dict[Key, int | None]:
    """How many of some people are in each row, where a reader knows who all of them are. What is
    shown leaves at least `least` of them in no row that is shown, or the smallest is hidden too:
    else "everybody is here", or "nobody is there", would tell of each of them by name."""
    shown = {key: len(people) if len(people) >= least else None for key, people in rows.items()}
    while any(shown.values()) and len(everybody - _in_sight(rows, shown)) < least:
        told = [key for key, count in shown.items() if count is not None]
        shown[min(told, key=lambda key: len(rows[key]))] = None
    return shown


def _in_sight(rows: Mapping[Key, Set[int]], shown: Mapping[Key, int | None]) -> set[int]:
    return {who for key, people in rows.items() if shown[key] is not None for who in people}
