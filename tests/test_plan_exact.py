"""A provider whom the flow leaves short: who goes together on a day, chains, and the proof."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.rules.plan import plan
from supervisor.rules.plan_chains import fill
from supervisor.rules.plan_days import Between, Days
from supervisor.rules.plan_even import even
from supervisor.rules.plan_exact import exact
from supervisor.rules.plan_together import Together, together
from supervisor.rules.plan_values import Ask, Limits, slots
from tests.test_plan import FIRST, HOUR, SETTINGS, ask, best_by_trying, free, giver, minute

EFFORT = 1_000


def days_of(asks: Sequence[Ask], between: Between | None = None, **limits: int) -> Days:
    own = Limits(**limits)
    return Days([slots(one, own, SETTINGS) for one in asks], {}, own, between)


def all_together(days: Days, effort: int) -> Together | None:
    return together(days, list(days.kinds().values()), effort)


def on(days: Days, n: int) -> list[int]:
    return sorted(day - FIRST for day in days.of[n])


def test_whoever_has_no_day_takes_another_s_who_has_a_second_one() -> None:
    anywhere, only_there = free((0, 9, 10), (1, 9, 10)), free((0, 9, 10))
    days = days_of([ask(anywhere, [0]), ask(only_there, [0], 2)])
    days.put(0, FIRST)
    fill(days)
    assert (on(days, 0), on(days, 1)) == ([1], [0])


def test_a_chain_goes_over_several() -> None:
    hours = [free(*((day, 9, 10) for day in some)) for some in ((0, 1), (1, 2), (0,))]
    days = days_of([ask(both, [0], n) for n, both in enumerate(hours)])
    days.put(0, FIRST)
    days.put(1, FIRST + 1)
    fill(days)
    assert [on(days, n) for n in range(3)] == [[1], [2], [0]]


def test_a_chain_keeps_the_gap_of_everybody_on_it() -> None:
    twice, once = free((0, 9, 10), (1, 9, 10), (7, 9, 10)), free((0, 9, 10))
    days = days_of([ask(twice, [0, 7]), ask(once, [0], 2)])
    days.put(0, FIRST)
    days.put(0, FIRST + 7)
    fill(days)
    assert (on(days, 0), on(days, 1)) == ([0, 7], [])


def test_two_lengths_that_do_not_fill_an_afternoon_are_proved() -> None:
    hours = free(*((7 * week, 13, 15.5) for week in range(4)))
    weeks = [7 * week for week in range(4)]
    asks = [ask(hours, weeks, n, minutes=minutes) for n, minutes in enumerate((60, 60, 45))]
    found = plan(asks, {1: giver(hours)}, Limits(), SETTINGS)
    assert sum(map(len, found.starts)) == found.bound == 8


def test_a_day_that_others_fill_is_left_to_who_cannot_come_on_another() -> None:
    """A chain moves one for one; here two must leave a day at once to let two others in."""
    both, first = free((0, 13, 15), (1, 13, 15)), free((0, 13, 15))
    asks = [ask(both, [0], 1), ask(both, [0], 2), ask(first, [0], 3), ask(first, [0], 4)]
    found, most = exact(days_of(asks), [[], [], [], []], 4, EFFORT)
    assert most == 4
    assert [len(some) for some in found] == [1, 1, 1, 1]
    assert {at for some in found[2:] for at in some} <= set(range(minute(0, 13), minute(0, 15)))


def test_where_the_gap_stands_in_the_way_each_day_is_looked_at_alone() -> None:
    """One session has to go to two other days at once, which no chain does."""
    early, late = free(*((d, 9, 10) for d in (1, 6, 7, 8))), free((1, 9, 10), (7, 9, 10))
    asks = [ask(early, [3, 9]), ask(late, [3, 9], 2)]
    begin = [[minute(6, 9)], [minute(1, 9)]]
    found, most = exact(days_of(asks, most_a_day=1), begin, 4, EFFORT)
    assert most == sum(map(len, found)) == 3


def test_without_effort_what_the_chains_found_is_kept_unproved() -> None:
    hours = free((0, 9, 10))
    two = [ask(hours, [0]), ask(hours, [0], 2)]
    assert all_together(days_of(two), 0) is None
    assert exact(days_of(two), [[minute(0, 9)], []], 2, effort=0) == ([[minute(0, 9)], []], 2)


def test_the_road_between_two_lies_between_their_meetings() -> None:
    hours = free((0, 9, 11.5))

    def far(_one: Ask, _other: Ask, _day: int) -> int:
        return HOUR

    assert days_of([ask(hours, [0]), ask(hours, [0], 2)]).go_together(FIRST, {0, 1})
    assert not days_of([ask(hours, [0]), ask(hours, [0], 2)], far).go_together(FIRST, {0, 1})


@pytest.mark.parametrize("limits", [{"most_a_day": 1}, {"most_a_week": 1}])
def test_no_chain_fills_a_day_or_a_week_over(limits: dict[str, int]) -> None:
    hours = free((0, 9, 12))
    days = days_of([ask(hours, [0], n) for n in range(2)], **limits)
    fill(days)
    assert days.count() == 1


def test_days_of_one_kind_exchange_what_they_hold_to_be_nearer_to_their_aims() -> None:
    hours = free(*((7 * week, 9, 10) for week in range(4)))
    days = days_of([ask(hours, [0]), ask(hours, [21], 2)])
    days.put(0, FIRST + 21)
    days.put(1, FIRST)
    even(days)
    assert (on(days, 0), on(days, 1)) == ([0], [21])


def test_no_exchange_brings_a_pair_nearer_than_its_gap() -> None:
    hours = free((0, 9, 10), (3, 9, 10), (10, 9, 10))
    days = days_of([ask(hours, [3, 10]), ask(hours, [10], 2)])
    for n, day in ((0, 0), (0, 10), (1, 3)):
        days.put(n, FIRST + day)
    even(days)
    fill(days)
    assert all(b - a >= 7 for a, b in zip(on(days, 0), on(days, 0)[1:], strict=False))


@st.composite
def afternoon(draw) -> list[Ask]:
    """Up to four who can be met on one day, each in a part of it."""
    some = []
    for n in range(draw(st.integers(1, 4))):
        begins = draw(st.sampled_from([13, 13.5, 14]))
        ends = draw(st.sampled_from([15.5, 16, 16.5]))
        minutes = draw(st.sampled_from([45, 60, 90]))
        some.append(ask(free((0, begins, ends)), [0], n, minutes=minutes))
    return some


def _in_some_order(days: Days) -> bool:
    """Whether one after the other, each as soon as may be, gets all of them in."""
    return any(_one_by_one(days, order) for order in permutations(range(len(days.asks))))


def _one_by_one(days: Days, order: Sequence[int]) -> bool:
    free_from = -(10**9)
    for n in order:
        left = [at for at in days.starts[n][FIRST] if at >= free_from]
        if not left:
            return False
        free_from = left[0] + days.asks[n].minutes
    return True


@given(afternoon())
def test_who_goes_together_is_who_fits_in_some_order(asks: list[Ask]) -> None:
    days = days_of(asks)
    assert days.go_together(FIRST, range(len(asks))) == _in_some_order(days)


@given(afternoon())
def test_what_is_proved_is_what_trying_everything_finds(asks: list[Ask]) -> None:
    found = all_together(days_of(asks), EFFORT)
    assert found is not None
    assert found.most == best_by_trying(asks, Limits())
