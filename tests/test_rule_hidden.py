"""Numbers of people whom a reader knows by name: what can be found out of what is hidden?"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations_with_replacement

import pytest

from supervisor.rules.hidden import among, beside_total

LEAST = 3
Type = frozenset[str]
Shown = tuple[tuple[str, int | None], ...]
PERSPECTIVES = [frozenset("ab"), frozenset("a"), frozenset("b"), frozenset()]
"""Whoever has both perspectives stands in both rows; some say nothing."""
CULTURES = [frozenset("a"), frozenset("b"), frozenset("c"), frozenset()]


def worlds(types: list[Type], people: int) -> Iterator[dict[str, set[int]]]:
    """Each way in which so many people can be spread over the rows."""
    names = sorted({name for one in types for name in one})
    for some in combinations_with_replacement(types, people):
        yield {name: {n for n, one in enumerate(some) if name in one} for name in names}


@pytest.mark.parametrize("types", [PERSPECTIVES, CULTURES])
@pytest.mark.parametrize("people", range(LEAST, 11))
def test_whoever_knows_the_rule_and_who_waits_finds_nothing_out(
    types: list[Type], people: int
) -> None:
    """Of all that leads to the same table, a hidden number may be none and may be nearly enough;
    and of what is shown some, and enough of them, are not in that row."""
    could_be: defaultdict[Shown, list[dict[str, set[int]]]] = defaultdict(list)
    for world in worlds(types, people):
        told = among(world, set(range(people)), LEAST)
        could_be[tuple(told.items())].append(world)
    for told, same in could_be.items():
        for name, count in told:
            sizes = {len(world[name]) for world in same}
            if count is None:
                assert {0, LEAST - 1} <= sizes, told
            else:
                assert sizes == {count}
                assert count <= people - LEAST


def test_that_everybody_is_of_one_row_is_not_told() -> None:
    assert among({"carer": set(), "consumer": set(range(9))}, set(range(9)), 5) == {
        "carer": None,
        "consumer": None,
    }
    assert among({"consumer": set(range(9))}, set(range(14)), 5) == {"consumer": 9}
    assert among({"consumer": set(range(9))}, set(range(13)), 5) == {"consumer": None}


def test_what_is_hidden_beside_a_total_is_enough_of_them_together() -> None:
    assert beside_total({"yes": 9, "no": 0, "unsaid": 0}, 5) == dict.fromkeys(
        ["yes", "no", "unsaid"]
    )
