"""The plan as a rule: known best plans, proofs, and nothing that a plan may not do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisor.rules.cadence import Aim, aims
from supervisor.rules.plan import Plan, Why, plan
from supervisor.rules.plan_values import Ask, Free, Giver, Limits, PlanSettings, slots
from supervisor.rules.wall import DAY, FIRST_DAY, clock

AUCKLAND = "Pacific/Auckland"
MONDAY = date(2027, 2, 1)
FIRST = MONDAY.toordinal()
YEAR = clock(AUCKLAND, date(2026, 9, 1), date(2027, 12, 31))
HOUR = 60
SETTINGS = PlanSettings()


def minute(day: int, begins: float) -> int:
    """An hour of the wall clock, so many days after the Monday, in minutes; it is summer."""
    return (FIRST + day - FIRST_DAY) * DAY + int((begins - 13) * HOUR)


def free(*hours: tuple[int, float, float]) -> Free:
    """Stretches as (day, from, to)."""
    return [(minute(day, begins), minute(day, ends)) for day, begins, ends in hours]


def giver(hours: Free, number: int = 1, **given_) -> Giver:
    return Giver(number, hours, YEAR, **given_)


def ask(both: Free, wanted: Sequence[int] | Sequence[Aim], number: int = 1, **given_) -> Ask:
    """One pair's sessions; `wanted` holds the days aimed at, three days either side allowed."""
    aimed = [
        a if isinstance(a, Aim) else Aim(FIRST + a, FIRST + a - 3, FIRST + a + 3) for a in wanted
    ]
    known = {"worker": 100 + number, "provider": 1, "minutes": HOUR} | given_
    return Ask(key=number, aims=aimed, both=both, clock=YEAR, **known)


def planned(asks: Sequence[Ask], *givers: Giver, **limits: int) -> Plan:
    return plan(asks, {one.id: one for one in givers}, Limits(**limits), SETTINGS)


def shown(found: Plan, number: int = 0) -> list[tuple[int, float]]:
    """The starts of an ask as (day, hour)."""
    local = YEAR.local(np.array(found.starts[number], np.int64))
    return [(int(at // DAY) + FIRST_DAY - FIRST, at % DAY / HOUR) for at in local.tolist()]


def test_each_session_is_as_near_to_its_day_as_can_be() -> None:
    hours = free(*((day, 9, 12) for day in range(0, 60, 2)))
    found = planned([ask(hours, [7, 21, 36])], giver(hours))
    assert [day for day, _ in shown(found)] in ([6, 20, 36], [8, 22, 36], [6, 22, 36], [8, 20, 36])
    assert (found.short, found.bound) == ([], 3)


def test_a_pair_keeps_its_weekday_and_hour_where_the_day_is_as_good() -> None:
    hours = free(*((day, 9, 15) for day in range(30)))
    one = ask(hours, [Aim(FIRST + 9, FIRST, FIRST + 29)], usual=(1, 13 * HOUR))
    assert shown(planned([one], giver(hours))) == [(9, 13.0)]
    assert shown(planned([replace(one, usual=(2, 9 * HOUR))], giver(hours))) == [(9, 9.0)]


def test_two_who_want_the_same_hour_are_both_placed() -> None:
    hours = free((0, 9, 10), (7, 9, 10))
    only_first = ask(free((0, 9, 10)), [Aim(FIRST, FIRST, FIRST + 9)], 1)
    either = ask(hours, [Aim(FIRST, FIRST, FIRST + 9)], 2)
    for order in ([only_first, either], [either, only_first]):
        found = planned(order, giver(hours))
        assert sorted(map(len, found.starts)) == [1, 1]
        assert found.bound == 2


def test_a_pair_whose_hour_lies_across_two_cells_is_placed_whole() -> None:
    """The flow's cells begin at nine and ten; this pair has half past nine alone."""
    hours = free((0, 9, 11))
    found = planned([ask(free((0, 9.5, 10.5)), [0])], giver(hours))
    assert shown(found) == [(0, 9.5)]


def test_the_flow_is_mended_where_its_cells_leave_somebody_out() -> None:
    """One takes nine on Monday, so that half past nine is gone; on Tuesday ten would do."""
    hours = free((0, 9, 11), (1, 9, 11))
    odd = ask(free((0, 9.5, 10.5)), [0], 1)
    even = ask(free((0, 9, 10), (1, 10, 11)), [Aim(FIRST, FIRST, FIRST + 3)], 2)
    found = planned([odd, even], giver(hours))
    assert (shown(found, 0), shown(found, 1)) == ([(0, 9.5)], [(1, 10.0)])
    assert found.bound == 2


def test_long_sessions_leave_room_for_short_ones() -> None:
    hours = free((0, 9, 11.25))
    asks = [
        ask(hours, [0], 1, minutes=45),
        ask(hours, [0], 2, minutes=90),
    ]
    found = planned(asks, giver(hours))
    assert sorted(map(len, found.starts)) == [1, 1]


@pytest.mark.parametrize(
    ("limits", "placed"), [({}, 4), ({"most_a_day": 2}, 2), ({"most_a_week": 3}, 3)]
)
def test_a_day_and_a_week_hold_only_so_many(limits: dict[str, int], placed: int) -> None:
    hours = free((0, 9, 13))
    asks = [ask(hours, [0], number) for number in range(4)]
    found = planned(asks, giver(hours), **limits)
    assert (sum(map(len, found.starts)), found.bound) == (placed, placed)
    assert sum(one.count for one in found.short) == 4 - placed


def test_meetings_that_are_there_already_count_for_the_day() -> None:
    hours = free((0, 9, 13))
    asks = [ask(hours, [0], number) for number in range(4)]
    found = planned(
        asks, giver(hours, held={FIRST: 5, FIRST + 3: 13}), most_a_day=7, most_a_week=19
    )
    assert (sum(map(len, found.starts)), found.bound) == (1, 1)


def test_nobody_is_in_two_places_for_two_providers() -> None:
    hours = free((0, 9, 10), (1, 9, 10))
    asks = [
        ask(hours, [0], 1, worker=100),
        ask(hours, [0], 2, worker=100, provider=2),
    ]
    found = planned(asks, giver(hours), giver(hours, 2))
    assert {found.starts[0][0], found.starts[1][0]} == {minute(0, 9), minute(1, 9)}


def test_a_provider_who_is_a_worker_too_is_in_one_place() -> None:
    hours = free((0, 9, 10), (1, 9, 10))
    asks = [ask(hours, [0], 1), ask(hours, [0], 2, worker=1, provider=2)]
    found = planned(asks, giver(hours), giver(hours, 2))
    assert {found.starts[0][0], found.starts[1][0]} == {minute(0, 9), minute(1, 9)}


def test_two_providers_of_one_entitlement_keep_the_gap_between_them() -> None:
    before, after = free((0, 9, 10), (5, 9, 10)), free((8, 9, 10), (13, 9, 10))
    asks = [
        ask(before, [Aim(FIRST + 5, FIRST, FIRST + 6)], 1),
        ask(after, [Aim(FIRST + 8, FIRST + 7, FIRST + 20)], 1, provider=2),
    ]
    found = planned(asks, giver(before), giver(after, 2))
    first, second = (YEAR.day(np.array(starts))[0] for starts in found.starts)
    assert second - first >= 7


def test_nothing_is_nearer_than_the_gap_to_what_is_kept() -> None:
    hours = free(*((day, 9, 10) for day in range(20)))
    found = planned([ask(hours, [8, 15], kept=[FIRST + 10])], giver(hours))
    assert [day for day, _ in shown(found)] == [3, 17]


def test_the_scarcest_provider_comes_first() -> None:
    """The worker's one free hour that the scarce provider has is left for them."""
    plenty, scarce = free(*((day, 9, 10) for day in range(3))), free((1, 9, 10))
    asks = [
        ask(plenty, [1], 1, worker=100),
        ask(scarce, [1], 2, worker=100, provider=2),
    ]
    found = planned(asks, giver(plenty), giver(scarce, 2))
    assert found.starts[1] == [minute(1, 9)]
    assert len(found.starts[0]) == 1


def why(found: Plan) -> list[tuple[int, int, int, Why]]:
    return [(one.ask.key, one.count, one.near - FIRST, one.why) for one in found.short]


def test_every_session_without_a_place_has_its_reason() -> None:
    hours = free(*((day, 9, 10) for day in (0, 1, 2, 30)))
    asks = [
        ask((), [1, 8], 1),
        ask(free((0, 9, 10), (1, 9, 10)), [1, 20], 2),
        ask(free((1, 9, 10), (2, 9, 10)), [1, 2], 3),
        ask(free((30, 9, 10)), [30], 4),
        ask(free((30, 9, 10)), [30], 5),
    ]
    found = planned(asks, giver(hours))
    assert why(found)[:3] == [
        (1, 2, 1, Why.NOTHING),
        (2, 1, 20, Why.NOTHING_NEAR),
        (3, 1, 2, Why.TOO_CLOSE),
    ]
    assert [(count, near, reason) for _key, count, near, reason in why(found)[3:]] == [
        (1, 30, Why.TAKEN)
    ]
    assert (sum(map(len, found.starts)), found.bound) == (3, 3)


def test_an_aim_without_room_is_placed_where_a_day_is_left() -> None:
    hours = free(*((day, 9, 10) for day in (0, 9, 18)))
    crowded = [Aim(FIRST, FIRST, FIRST + 18), Aim(FIRST + 5, FIRST + 9, FIRST + 8)]
    assert [day for day, _ in shown(planned([ask(hours, crowded)], giver(hours)))] in (
        [0, 9], [0, 18], [9, 18],
    )  # fmt: skip


def test_without_anything_to_place_the_plan_is_empty() -> None:
    assert planned([]) == Plan([], [], 0)
    nothing = planned([ask((), [1])], giver(()))
    assert (nothing.starts, nothing.bound) == ([[]], 0)


def test_no_session_begins_inside_a_clock_change() -> None:
    autumn = (date(2027, 4, 4).toordinal() - FIRST_DAY) * DAY
    night = [(autumn - 13 * HOUR + 2 * HOUR, autumn - 12 * HOUR + 3 * HOUR)]
    one = ask(night, [date(2027, 4, 4).toordinal() - FIRST])
    assert planned([one], giver(night)).short[0].why == Why.NOTHING
    longer = [(night[0][0], night[0][1] + HOUR)]
    one = ask(longer, [date(2027, 4, 4).toordinal() - FIRST])
    assert shown(planned([one], giver(longer)))[0][1] == 3.0


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    hours = free((0, 22.5, 26.5))
    asks = [ask(hours, [0], number) for number in range(4)]
    found = planned(asks, giver(hours), most_a_day=1)
    assert sum(map(len, found.starts)) == 2
    assert found.bound == 2


def test_the_grid_is_the_wall_clock_s() -> None:
    hours = free((0, 9.1, 11.9))
    assert shown(planned([ask(hours, [0])], giver(hours), grid=30)) == [(0, 9.5)]


def test_the_same_question_has_the_same_answer() -> None:
    hours = free(*((day, 9, 12) for day in range(0, 40, 3)))
    asks = [ask(hours, [5, 15, 25], number) for number in range(5)]
    assert planned(asks, giver(hours)) == planned(asks, giver(hours))


@st.composite
def tiny(draw) -> tuple[list[Ask], Giver]:
    """Up to three pairs of one provider, in a few hours of a few days."""
    open_days = draw(st.lists(st.sampled_from([0, 1, 6, 7, 8]), min_size=1, unique=True))
    hours = free(*((day, 9, draw(st.sampled_from([10.5, 11, 12]))) for day in sorted(open_days)))
    asks = []
    for number in range(draw(st.integers(1, 3))):
        chosen = [span for span in hours if draw(st.booleans())]
        late = draw(st.sampled_from([0, 30]))
        both = [(begins + late, ends) for begins, ends in chosen]
        wanted = aims(range(FIRST, FIRST + 9), (), None, draw(st.integers(1, 2)), 7)
        asks.append(ask(both, wanted, number, minutes=draw(st.sampled_from([60, 90]))))
    return asks, giver(hours)


def best_by_trying(asks: Sequence[Ask], limits: Limits) -> int:
    """The most sessions of one provider, by looking at every plan there is."""
    choices = [_choices(one, limits) for one in asks]

    def most(n: int, taken: tuple[tuple[int, int], ...]) -> int:
        if n == len(asks):
            return len(taken) if _lawful(taken, limits) else 0
        return max(most(n + 1, taken + chosen) for chosen in choices[n] if _apart(taken + chosen))

    return most(0, ())


def _choices(one: Ask, limits: Limits) -> list[tuple[tuple[int, int], ...]]:
    starts = slots(one, limits, SETTINGS).at.tolist()
    some = chain.from_iterable(combinations(starts, n) for n in range(len(one.aims) + 1))
    return [
        tuple((at, at + one.minutes) for at in chosen)
        for chosen in some
        if all(abs(a - b) >= limits.gap for a, b in combinations(_days(chosen), 2))
    ]


def _days(starts: Sequence[int]) -> list[int]:
    return YEAR.day(np.array(starts, np.int64)).tolist()


def _apart(taken: Sequence[tuple[int, int]]) -> bool:
    ordered = sorted(taken)
    return all(a[1] <= b[0] for a, b in pairwise(ordered))


def _lawful(taken: Sequence[tuple[int, int]], limits: Limits) -> bool:
    days = _days([start for start, _end in taken])
    return all(days.count(day) <= limits.most_a_day for day in days)


@settings(deadline=None)
@given(tiny(), st.sampled_from([2, 6]))
def test_tiny_hubs_are_planned_as_well_as_can_be(question, most_a_day: int) -> None:
    asks, provider = question
    limits = Limits(grid=30, most_a_day=most_a_day)
    found = plan(asks, {1: provider}, limits, SETTINGS)
    placed = sum(map(len, found.starts))
    assert placed == best_by_trying(asks, limits)
    assert placed <= found.bound <= sum(len(one.aims) for one in asks)
    assert sum(one.count for one in found.short) == sum(len(one.aims) for one in asks) - placed
    for one, starts in zip(asks, found.starts, strict=True):
        assert set(starts) <= set(slots(one, limits, SETTINGS).at.tolist())
        assert all(abs(a - b) >= limits.gap for a, b in combinations(_days(starts), 2))
    taken = [
        (at, at + one.minutes) for one, some in zip(asks, found.starts, strict=True) for at in some
    ]
    assert _apart(taken)
    assert _lawful(taken, limits)
