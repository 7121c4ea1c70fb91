"""The random year, and the most that anybody could hold in it."""

from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.rules.chance import Falls, Leaving, Rates, Year, here, most
from supervisor.rules.days import DAY

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
YEAR = Year(1, FIRST, LAST)


def everything(year: Year, person: str) -> tuple[object, ...]:
    falls = [year.falls(person, day) for day in year.days]
    return year.away(person), year.leaving(person, provider=True), falls


def test_the_same_seed_is_the_same_year() -> None:
    assert everything(YEAR, "ana") == everything(Year(1, FIRST, LAST), "ana")


def test_another_seed_is_another_year() -> None:
    assert everything(YEAR, "ana") != everything(Year(2, FIRST, LAST), "ana")


def test_a_draw_does_not_depend_on_what_was_drawn_before() -> None:
    year = Year(1, FIRST, LAST)
    year.away("ben")
    assert year.draw("ana") == YEAR.draw("ana")


def test_nobody_is_away_twice_at_once() -> None:
    for person in range(50):
        away = YEAR.away(f"p{person}")
        assert all(one.back <= other.first for one, other in pairwise(away))


def test_illness_is_known_that_morning_and_holidays_weeks_ahead() -> None:
    away = [one for person in range(50) for one in YEAR.away(f"p{person}")]
    ahead = {(one.first - one.known).days for one in away if one.first >= FIRST + 30 * DAY}
    assert ahead == {0, 30}


def test_without_misfortunes_nothing_happens() -> None:
    calm = Rates().changed(
        dict.fromkeys(("illness", "holidays", "provider_leaves", "calls_off", "forgets"), 0)
    )
    assert everything(Year(1, FIRST, LAST, calm), "ana") == ([], None, [None] * 365)


def test_rates_come_out_about_as_they_are_stated() -> None:
    year = Year(3, FIRST, LAST, Rates(calls_off=0.1, by_provider=0.5, forgets=0.05))
    found = [year.falls(f"e{n}", FIRST) for n in range(4_000)]
    assert 160 <= found.count(Falls.FORGOTTEN) <= 240
    assert 160 <= found.count(Falls.WORKER) <= 240
    assert 160 <= found.count(Falls.PROVIDER) <= 240


def test_an_illness_lasts_as_long_as_the_rate_says_on_average() -> None:
    year = Year(1, FIRST, LAST, Rates(illness=6, illness_days=4, holidays=0))
    days = [(one.back - one.first).days for n in range(200) for one in year.away(f"p{n}")]
    assert 3.5 <= sum(days) / len(days) <= 4.5


def test_an_illness_of_one_day_on_average_is_one_day() -> None:
    year = Year(1, FIRST, LAST, Rates(illness=6, illness_days=1, holidays=0))
    assert {(one.back - one.first).days for one in year.away("ana")} == {1}


def test_a_rate_with_another_name_is_refused() -> None:
    with pytest.raises(KeyError):
        Rates().changed({"luck": 1})


def test_who_leaves_half_way_is_owed_half() -> None:
    half = Leaving(date(2027, 7, 2), date(2027, 6, 4))
    assert YEAR.owed(10, half) == 5
    assert YEAR.owed(10, None) == 10
    assert YEAR.owed(10, Leaving(date(2027, 1, 2), FIRST)) == 1


def test_nobody_is_here_after_their_last_day() -> None:
    leaving = Leaving(date(2027, 3, 1), FIRST)
    assert here(date(2027, 3, 1), [], leaving)
    assert not here(date(2027, 3, 2), [], leaving)


def brute(days: list[date], gap: int) -> int:
    """The most of every choice of days."""
    for count in range(len(days), 0, -1):
        for some in combinations(sorted(days), count):
            if all((b - a).days >= gap for a, b in pairwise(some)):
                return count
    return 0


@given(st.lists(st.integers(0, 25), max_size=9, unique=True), st.integers(1, 9), st.integers(0, 12))
def test_the_bound_is_what_the_best_of_all_schedules_reaches(
    numbers: list[int], gap: int, contracted: int
) -> None:
    days = [FIRST + DAY * n for n in numbers]
    assert most(days, gap, contracted) == min(contracted, brute(days, gap))
