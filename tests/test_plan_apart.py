"""The plan as a rule: the time around meetings, the road between them, and the rooms."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisor.rules.kinds import Mode
from supervisor.rules.open_values import Around, Hours, Spot, Taken, Visit, Way
from supervisor.rules.plan import Plan, Why, plan
from supervisor.rules.plan_rooms import Rooms
from supervisor.rules.plan_taken import Apart
from supervisor.rules.plan_values import Ask, Giver, Limits
from supervisor.rules.roomy import RoomHours
from supervisor.rules.wall import instant_of
from tests.test_plan import AUCKLAND, FIRST, HOUR, SETTINGS, ask, free, giver, minute, shown, why

TOWN = Spot(1, "Town", point=(-45.0, 170.0))
BAY = Spot(2, "Bay", point=(-45.0, 170.635))
"""Fifty kilometres from town, so fifty minutes of road at 60 an hour."""
IN_TOWN, AT_BAY, CALL = Way(Mode.IN_PERSON, TOWN), Way(Mode.IN_PERSON, BAY), Way(Mode.VIDEO)


def hours(before: int = 0, after: int = 0, **given_) -> Hours:
    return Hours(AUCKLAND, (), around=Around(before, after), home=TOWN, **given_)


def planned(asks: Sequence[Ask], *givers: Giver, apart: Apart, **limits: int) -> Plan:
    return plan(asks, {one.id: one for one in givers}, Limits(**limits), SETTINGS, apart)


def placed(found: Plan) -> int:
    return sum(map(len, found.starts))


@pytest.mark.parametrize(("ends", "fit"), [(12.25, 2), (12.75, 2), (13, 3)])
def test_what_is_kept_free_lies_between_two_of_them_and_is_proved(ends: float, fit: int) -> None:
    """Three sessions take four hours, as starts lie on the quarter hour."""
    day = free((0, 9, ends))
    asks = [ask(day, [0], number) for number in range(3)]
    found = planned(asks, giver(day), apart=Apart({1: hours(after=20)}))
    assert (placed(found), found.bound) == (fit, fit)
    begins = sorted(at for some in found.starts for at in some)
    assert all(b - a >= HOUR + 20 for a, b in pairwise(begins))
    assert [reason for *_rest, reason in why(found)] == [Why.TAKEN] * (3 - fit)


def test_what_a_worker_keeps_free_counts_too() -> None:
    """Half past ten is too soon after nine for this worker, though not for their providers."""
    day, later = free((0, 9, 10)), free((0, 10.5, 11.5), (1, 9, 10))
    asks = [ask(day, [0], 1, worker=100), ask(later, [0], 2, worker=100, provider=2)]
    apart = Apart({1: hours(), 2: hours(), 100: hours(before=45)})
    found = planned(asks, giver(day), giver(later, 2), apart=apart)
    assert (shown(found, 0), shown(found, 1)) == ([(0, 9.0)], [(1, 9.0)])


def reasons(found: Plan) -> list[Why]:
    return [one.why for one in found.short]


def test_whose_time_is_taken_is_said() -> None:
    """One meeting a day is enough for this worker; their second provider has all day."""
    day, all_day = free((0, 9, 10)), free((0, 9, 17))
    asks = [ask(day, [0], 1, worker=100), ask(all_day, [0], 2, worker=100, provider=2)]
    apart = Apart({1: hours(), 2: hours(), 100: hours()}, most={100: (1, 5)})
    found = planned(asks, giver(day), giver(all_day, 2), apart=apart)
    assert (placed(found), reasons(found)) == (1, [Why.WORKER_TAKEN])
    other = [ask(day, [0], 1), ask(day, [0], 2)]
    assert reasons(planned(other, giver(day), apart=Apart({1: hours()}))) == [Why.TAKEN]


def test_where_neither_is_full_and_no_room_is_free_the_rooms_are_named() -> None:
    day = free((0, 9, 10))
    asks = [ask(day, [0], 1, way=IN_TOWN), ask(day, [0], 2, provider=2, way=IN_TOWN)]
    apart = Apart({1: hours(), 2: hours()}, {TOWN.id: [RoomHours(1, 2, ())]})
    found = planned(asks, giver(day), giver(day, 2), apart=apart)
    assert (placed(found), reasons(found)) == (1, [Why.ROOMS_TAKEN])


def test_the_road_lies_between_two_places() -> None:
    """The bay is fifty minutes away: from nine to half past eleven there is time for one."""
    day = free((0, 9, 11.5), (1, 9, 11.5))
    asks = [ask(day, [0], 1, way=IN_TOWN), ask(day, [0], 2, way=AT_BAY)]
    found = planned(asks, giver(day), apart=Apart({1: hours()}))
    assert {shown(found, 0)[0][0], shown(found, 1)[0][0]} == {0, 1}
    near = planned([asks[0], replace(asks[1], way=IN_TOWN)], giver(day), apart=Apart({1: hours()}))
    assert {shown(near, 0)[0][0], shown(near, 1)[0][0]} == {0}


def test_the_road_is_solved_exactly_where_the_flow_left_somebody_out() -> None:
    """Nine, ten, and after the road twelve; any other order leaves one out."""
    day = free((0, 9, 13))
    asks = [
        ask(day, [0], 1, way=IN_TOWN),
        ask(day, [0], 2, way=AT_BAY),
        ask(free((0, 9, 11)), [0], 3, way=IN_TOWN),
    ]
    found = planned(asks, giver(day), apart=Apart({1: hours()}))
    assert shown(found, 1) == [(0, 12.0)]
    assert (placed(found), found.bound) == (3, 3)


def test_on_a_visit_day_a_call_is_taken_there() -> None:
    day, monday = free((0, 9, 11)), date.fromordinal(FIRST)
    asks = [ask(day, [0], 1, way=CALL), ask(day, [0], 2, way=AT_BAY)]
    visit = Visit(monday, 2, 0, 1440, BAY)
    assert placed(planned(asks, giver(day), apart=Apart({1: hours(visits=(visit,))}))) == 2
    assert placed(planned(asks, giver(day), apart=Apart({1: hours()}))) == 1


def test_hours_that_name_a_place_are_held_there() -> None:
    """From eleven on these two meet at the bay, so that a quarter past ten is no time in town."""
    day = free((0, 9, 13))
    moves = ask(free((0, 11, 12)), [0], 1, way=IN_TOWN, elsewhere=[(BAY, free((0, 11, 13)))])
    stays = ask(free((0, 9.5, 11)), [0], 2, way=IN_TOWN)
    found = planned([moves, stays], giver(day), apart=Apart({1: hours()}))
    assert placed(found) == 1
    assert moves.nth_way(np.array([minute(0, 11), minute(0, 12.5)])).tolist() == [1, 0]
    early = replace(stays, both=free((0, 9, 10)))
    assert placed(planned([moves, early], giver(day), apart=Apart({1: hours()}))) == 2


def test_the_road_from_what_is_booked_counts_by_where_they_really_meet() -> None:
    booked = Taken(instant_of(minute(0, 9)), instant_of(minute(0, 10)), TOWN)
    both = ask(free((0, 10, 13)), [0], way=IN_TOWN, elsewhere=[(BAY, free((0, 10, 13)))])
    found = planned([both], giver(free((0, 10, 13))), apart=Apart({1: hours(busy=(booked,))}))
    assert shown(found)[0][1] >= 11


def room(number: int, *booked: tuple[float, float], seats: int = 2) -> RoomHours:
    taken = ((instant_of(minute(0, a)), instant_of(minute(0, b))) for a, b in booked)
    return RoomHours(number, seats, tuple(taken))


def two_providers(rooms: Sequence[RoomHours], way: Way = IN_TOWN) -> Plan:
    """Each of two providers would like nine o'clock in town."""
    day = free((0, 9, 11))
    asks = [ask(day, [0], n, provider=n, way=way) for n in (1, 2)]
    apart = Apart({1: hours(), 2: hours()}, {TOWN.id: rooms})
    return planned(asks, giver(day, 1), giver(day, 2), apart=apart)


def test_one_room_is_proposed_to_one_pair_at_a_time() -> None:
    found = two_providers([room(1)])
    assert abs(found.starts[0][0] - found.starts[1][0]) >= HOUR
    assert found.bound == 2


@pytest.mark.parametrize("rooms", [[room(1), room(2)], []])
def test_where_there_are_rooms_enough_or_none_are_kept_nobody_waits(rooms) -> None:
    found = two_providers(rooms) if rooms else two_providers([room(1)], CALL)
    assert [shown(found, n) for n in (0, 1)] == [[(0, 9.0)]] * 2


def test_a_room_that_is_booked_or_too_small_is_none() -> None:
    found = two_providers([room(1, (9, 10)), room(2, seats=1)])
    assert (placed(found), found.bound) == (1, 2)
    assert shown(found, 0) + shown(found, 1) == [(0, 10.0)]
    assert placed(two_providers([room(1, (9, 11))])) == 0


def test_whoever_keeps_theirs_first_leaves_a_room_to_the_others() -> None:
    """Two hours in two rooms bear one more across both only if they are sure to share a room."""
    rooms = Rooms([room(1), room(2)])
    for during in ((0, 60), (60, 120)):
        rooms.add(during, 1)
    assert not rooms.open(np.array([30]), np.array([90])).any()
    assert rooms.open(np.array([0]), np.array([60])).all()
    rooms.add((60, 120), -1)
    assert rooms.open(np.array([30]), np.array([90])).all()


@st.composite
def tiny(draw) -> tuple[list[Ask], Giver, Apart]:
    """Two or three sessions on one or two days, in two places or by a call, with spare minutes."""
    days = free(*((day, 9, draw(st.sampled_from([11, 12, 13]))) for day in (0, 1)))
    asks = [
        ask(days[: draw(st.integers(1, 2))], [0], number, way=draw(st.sampled_from(WAYS)))
        for number in range(draw(st.integers(2, 3)))
    ]
    spare = draw(st.sampled_from([(0, 0), (0, 30), (10, 0)]))
    return asks, giver(days), Apart({1: hours(*spare)})


WAYS = [IN_TOWN, AT_BAY, CALL]


def best_by_trying(asks: Sequence[Ask], apart: Apart) -> int:
    """The most sessions of one provider, by looking at every plan there is."""
    each = [[None, *chain(*(range(a, b - HOUR + 1, 30) for a, b in one.both))] for one in asks]
    return max(
        sum(at is not None for at in chosen)
        for chosen in product(*each)
        if lawful(asks, chosen, apart)
    )


def lawful(asks: Sequence[Ask], chosen: Sequence[int | None], apart: Apart) -> bool:
    return all(
        a is None or b is None or abs(a - b) >= HOUR + apart.minutes(1, one.way, other.way, FIRST)
        for (one, a), (other, b) in combinations(zip(asks, chosen, strict=True), 2)
    )


@settings(deadline=None)
@given(tiny())
def test_tiny_days_with_roads_are_planned_as_well_as_can_be(question) -> None:
    asks, provider, apart = question
    found = planned(asks, provider, apart=apart, grid=30)
    chosen = [next(iter(starts), None) for starts in found.starts]
    assert lawful(asks, chosen, apart)
    assert placed(found) == best_by_trying(asks, apart)
    assert placed(found) <= found.bound
