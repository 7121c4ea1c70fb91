"""How long somebody waited: a second wait is one of its own, and what goes on is none."""

from datetime import date

import pytest

from supervisor.rules.waits import Run, Wait, waits

YEAR = (date(2027, 1, 1), date(2027, 12, 31))
JANUARY, MARCH, JULY, OCTOBER = (date(2027, month, 1) for month in (1, 3, 7, 10))
JUNE_ENDS, NINTH = date(2027, 6, 30), date(2027, 10, 9)


@pytest.mark.parametrize(
    ("asked", "runs", "told"),
    [
        (JANUARY, [], [Wait(JANUARY, None)]),
        (JANUARY, [(MARCH, None)], [Wait(JANUARY, MARCH)]),
        (JANUARY, [(MARCH, JUNE_ENDS), (JULY, None)], [Wait(JANUARY, MARCH)]),
        (
            JANUARY,
            [(MARCH, JUNE_ENDS), (OCTOBER, None)],
            [Wait(JANUARY, MARCH), Wait(JULY, OCTOBER)],
        ),
        (
            date(2027, 10, 10),
            [(MARCH, NINTH)],
            [Wait(JANUARY, MARCH), Wait(date(2027, 10, 10), None)],
        ),
        (JANUARY, [(MARCH, YEAR[1])], [Wait(JANUARY, MARCH)]),
    ],
    ids=["still", "found", "changed", "again", "asked_again", "to_the_end"],
)
def test_each_gap_is_a_wait(asked: date, runs: list[Run], told: list[Wait]) -> None:
    assert list(waits(YEAR, asked, runs, goes_on=False)) == told


def test_a_year_that_goes_on_with_the_same_two_is_no_wait() -> None:
    assert list(waits(YEAR, JANUARY, [(JANUARY, None)], goes_on=True)) == []
    assert list(waits(YEAR, JANUARY, [(MARCH, None)], goes_on=True)) == [Wait(JANUARY, MARCH)]


@pytest.mark.parametrize(
    ("found", "until", "told"),
    [(29, 200, True), (30, 200, False), (None, 29, None), (None, 30, False)],
)
def test_the_last_day_is_in_time(found: int | None, until: int, told: bool | None) -> None:
    day = {number: date.fromordinal(JANUARY.toordinal() + number - 1) for number in range(1, 201)}
    wait = Wait(JANUARY, day[found] if found else None)
    assert wait.in_time(day[until], 28) is told
