"""The ladder of an alert: days that pass, days that do not, and never two steps at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.rules.days import is_away, merged, present
from supervisor.rules.ladder import day_after, due

START = datetime(2027, 4, 28, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENTS = [START, START, START + 21 * DAY]


@pytest.mark.parametrize(
    ("told", "now", "count"),
    [
        (0, START - DAY, 0),
        (0, START, 2),
        (0, START + 40 * DAY, 2),
        (2, START + 20 * DAY, 0),
        (2, START + 21 * DAY, 1),
        (3, START + 40 * DAY, 0),
    ],
    ids=["too soon", "both of the day", "late, one step", "not yet", "its day", "all told"],
)
def test_the_rungs_of_one_moment_are_told_together_and_no_others(told, now, count) -> None:
    assert due(MOMENTS, told, now) == count


@pytest.mark.parametrize(
    ("days", "away", "on"),
    [
        (0, [], date(2027, 4, 28)),
        (7, [], date(2027, 5, 5)),
        (7, [(date(2027, 5, 1), date(2027, 5, 4))], date(2027, 5, 8)),
        (7, [(date(2027, 5, 5), date(2027, 5, 10))], date(2027, 5, 10)),
        (0, [(date(2027, 4, 28), date(2027, 5, 1))], date(2027, 5, 1)),
    ],
    ids=["at once", "a week", "leave inside", "never on a day away", "begins away"],
)
def test_days_away_do_not_pass(days, away, on) -> None:
    assert day_after(date(2027, 4, 28), days, away) == on


@given(
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 20)), max_size=4),
)
def test_as_many_days_have_passed_as_were_asked_for(days: int, leave) -> None:
    since = date(2027, 1, 1)
    away = merged((since + a * DAY, since + (a + n) * DAY) for a, n in leave)
    on = day_after(since, days, away)
    assert present(since, on - DAY, away) == days
    assert not is_away(on, away)
