"""Times that suit two people: wall time, clock changes, the grid, cadence and habit."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.rules.open_days import free
from supervisor.rules.open_values import Hours, Taken, Way, Weekly
from supervisor.rules.openings import (
    BookingSettings,
    Run,
    Search,
    Wish,
    best,
    common,
    due_on,
    in_charge,
    joined,
    starts,
    turns,
    without,
)

AUCKLAND, CHATHAM = "Pacific/Auckland", "Pacific/Chatham"
SPRING, AUTUMN = date(2026, 9, 27), date(2027, 4, 4)
MONDAY = date(2027, 2, 15)
NINE_TO_FIVE = tuple(Weekly(day, 540, 1020) for day in range(5))


def local(stretches: Sequence[tuple[datetime, datetime]], zone: str = AUCKLAND) -> list[str]:
    there = ZoneInfo(zone)
    return [f"{a.astimezone(there):%d %H:%M}-{b.astimezone(there):%H:%M}" for a, b in stretches]


def search(day: date, zone: str = AUCKLAND, minutes: int = 60, grid: int = 15) -> Search:
    begin = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return Search(begin, begin + timedelta(days=1), zone, minutes, grid)


def walls(hours: Hours, day: date, zone: str = AUCKLAND, **given_) -> list[str]:
    there = ZoneInfo(zone)
    found = starts(free(hours, day, day), search(day, zone, **given_))
    return [f"{at.astimezone(there):%H:%M}" for at in found]


def test_a_week_is_what_is_left_of_its_windows() -> None:
    hours = Hours(
        AUCKLAND,
        NINE_TO_FIVE,
        leave=((date(2027, 2, 17), date(2027, 2, 18)),),
        closed=frozenset({date(2027, 2, 18)}),
        full_days=frozenset({date(2027, 2, 19)}),
        busy=(Taken(datetime(2027, 2, 15, 0, tzinfo=UTC), datetime(2027, 2, 15, 1, tzinfo=UTC)),),
    )
    assert local(free(hours, MONDAY, date(2027, 2, 21))) == [
        "15 09:00-13:00",
        "15 14:00-17:00",
        "16 09:00-17:00",
    ]


def test_nine_oclock_stays_nine_oclock_over_both_clock_changes() -> None:
    hours = Hours(AUCKLAND, (Weekly(0, 540, 600),))
    for first in (date(2026, 9, 21), date(2027, 3, 29)):
        assert {x[3:] for x in local(free(hours, first, first + timedelta(days=13)))} == {
            "09:00-10:00"
        }


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize(
    ("zone", "until", "expected"),
    [
        (AUCKLAND, 240, ["01:00", "01:30", "03:00", "03:30"]),
        (CHATHAM, 300, ["01:00", "01:30", "02:00", "02:30", "04:00", "04:30"]),
    ],
)
def test_nothing_begins_inside_a_clock_change(
    zone: str, until: int, day: date, expected: list[str]
) -> None:
    hours = Hours(zone, (Weekly(6, 60, until),))
    assert walls(hours, day, zone, minutes=30, grid=30) == expected


def test_a_window_that_the_clock_jumps_into_begins_with_the_clock() -> None:
    hours = Hours(AUCKLAND, (Weekly(6, 120, 240),))
    assert local(free(hours, SPRING, SPRING)) == ["27 03:00-04:00"]
    ((start, end),) = free(hours, AUTUMN, AUTUMN)
    assert end - start == timedelta(hours=3)


def test_a_session_that_ends_after_the_change_may_begin_before_it() -> None:
    hours = Hours(AUCKLAND, (Weekly(6, 90, 300),))
    assert "01:45" in walls(hours, SPRING)
    assert "01:45" in walls(hours, AUTUMN)


def test_starts_lie_on_the_grid_of_the_session_and_leave_room_for_all_of_it() -> None:
    hours = Hours(AUCKLAND, (Weekly(0, 545, 665),))
    assert walls(hours, MONDAY) == ["09:15", "09:30", "09:45", "10:00"]
    assert walls(hours, MONDAY, minutes=90, grid=30) == ["09:30"]
    assert walls(hours, MONDAY, CHATHAM, grid=60) == ["10:00", "11:00"][:1]
    assert walls(hours, MONDAY, minutes=121) == []


def test_starts_keep_to_the_limits_of_the_search() -> None:
    both = free(Hours(AUCKLAND, NINE_TO_FIVE), MONDAY, MONDAY)
    ten = datetime(2027, 2, 14, 21, 0, 30, tzinfo=UTC)
    found = list(starts(both, Search(ten, ten + timedelta(hours=2), AUCKLAND, 60, 15)))
    assert [at.minute for at in found] == [15, 30, 45, 0]
    assert found[0] == ten.replace(minute=15, second=0)


def test_a_window_may_be_for_one_way_of_meeting() -> None:
    hours = Hours(AUCKLAND, (Weekly(0, 540, 600), Weekly(0, 660, 720, "video")))
    assert local(free(hours, MONDAY, MONDAY, Way("phone"))) == ["15 09:00-10:00"]
    assert len(free(hours, MONDAY, MONDAY, Way("video"))) == 2


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 2, day, hour, minute, tzinfo=ZoneInfo(AUCKLAND)).astimezone(UTC)


def shown(
    free_: list[tuple[datetime, datetime]], wish: Wish, count: int = 99, **settings: int
) -> list[str]:
    there = ZoneInfo(AUCKLAND)
    limits = Search(at(10, 0), at(28, 0), AUCKLAND, 60, 15)
    chosen = best(free_, limits, wish, BookingSettings(**settings), count)
    return [f"{one.astimezone(there):%d %H:%M}" for one in chosen]


def hour(day: int, begins: int) -> tuple[datetime, datetime]:
    return at(day, begins), at(day, begins + 1)


def test_the_best_day_is_the_nearest_to_the_cadence_then_the_habit_then_the_earlier() -> None:
    found = [hour(day, begins) for day in (15, 16, 18) for begins in (9, 14)]
    assert shown(found, Wish(date(2027, 2, 16)))[:3] == ["16 09:00", "16 14:00", "15 09:00"]
    assert shown(found, Wish(date(2027, 2, 16)), count=3) == ["16 09:00", "16 14:00", "15 09:00"]
    habit = Wish(date(2027, 2, 17), usual_weekday=3, usual_minute=840)
    assert shown(found, habit) == [
        "18 14:00", "18 09:00", "16 14:00", "16 09:00", "15 14:00", "15 09:00",
    ]  # fmt: skip
    assert shown(found, Wish(date(2027, 4, 1)), count=1) == ["18 09:00"]


def test_a_list_of_times_is_a_choice() -> None:
    found = [(at(15, 9), at(15, 16))]
    wish = Wish(MONDAY)
    assert shown(found, wish) == ["15 09:00", "15 10:00"]
    assert shown(found, wish, per_day_shown=3, apart_minutes=90) == [
        "15 09:00", "15 10:30", "15 12:00",
    ]  # fmt: skip
    assert shown([], wish) == []


def test_a_stretch_over_midnight_belongs_to_both_days() -> None:
    found = [(at(15, 23), at(16, 2))]
    assert shown(found, Wish(MONDAY), apart_minutes=15) == [
        "15 23:00", "15 23:15", "16 00:00", "16 00:15",
    ]  # fmt: skip
    assert shown(found, Wish(MONDAY), apart_minutes=45)[:2] == ["15 23:00", "15 23:45"]


@pytest.mark.parametrize(
    ("kept", "due"),
    [
        ([], (3, 1)),
        ([(2, 10)], (3, 10)),
        ([(1, 1)], (3, 1)),
        ([(2, 10), (3, 12)], (4, 9)),
        ([(2, 10), (4, 30)], (3, 10)),
        ([(3, 10)], (4, 7)),
        ([(4, 10)], (3, 1)),
    ],
)
def test_the_next_is_due_where_the_cadence_has_a_hole(kept, due) -> None:
    days = [date(2027, *day) for day in kept]
    assert due_on(days, date(2027, 3, 1), Fraction(28)) == date(2027, *due)


COVERED = [
    Run(1, date(2027, 1, 1), None),
    Run(2, date(2027, 3, 1), date(2027, 3, 7), cover=True),
]


def test_cover_is_in_charge_while_it_runs() -> None:
    assert turns(COVERED, date(2027, 2, 20), date(2027, 3, 10)) == [
        Run(1, date(2027, 2, 20), date(2027, 2, 28)),
        Run(2, date(2027, 3, 1), date(2027, 3, 7), cover=True),
        Run(1, date(2027, 3, 8), date(2027, 3, 10)),
    ]


def test_on_the_day_of_a_change_the_new_one_is_in_charge() -> None:
    runs = [Run(1, date(2027, 1, 1), date(2027, 2, 1)), Run(2, date(2027, 2, 1), date(2027, 2, 5))]
    assert in_charge(runs, date(2027, 2, 1)) == runs[1]
    assert in_charge(runs, date(2027, 2, 6)) is None
    assert turns(runs, date(2027, 1, 31), date(2027, 3, 1)) == [
        Run(1, date(2027, 1, 31), date(2027, 1, 31)),
        Run(2, date(2027, 2, 1), date(2027, 2, 5)),
    ]


minute_lists = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def covered(stretches: Sequence[tuple[int, int]]) -> set[int]:
    return {minute for start, end in stretches for minute in range(start, end)}


@given(minute_lists, minute_lists)
def test_stretches_are_sets_of_minutes(one, other) -> None:
    a, b = joined(one), joined(other)
    assert covered(a) == covered(one)
    assert all(x[1] < y[0] for x, y in pairwise(a))
    assert covered(common(a, b)) == covered(one) & covered(other)
    assert covered(without(a, b)) == covered(one) - covered(other)
    assert common(a, b) == sorted(common(a, b))
    assert without(a, b) == sorted(without(a, b))
