"""Small numbers of people, hidden: whoever reads them cannot tell whom they are about."""

from collections.abc import Collection, Mapping
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
