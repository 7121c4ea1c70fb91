"""An even cadence, and wall time in whole minutes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor.rules.cadence import Aim, aims
from supervisor.rules.wall import clock, instant_of, minutes_of

YEAR = range(1, 366)


def days(found: list[Aim]) -> list[int]:
    return [aim.day for aim in found]


def test_ten_in_a_year_are_a_tenth_of_a_year_apart() -> None:
    found = days(aims(YEAR, (), None, 10, 7))
    assert found[0] == pytest.approx(18, abs=1)
    assert {b - a for a, b in pairwise(found)} <= {36, 37}
    assert 365 - found[-1] == pytest.approx(18, abs=1)


def test_the_first_comes_an_interval_after_the_last_session() -> None:
    assert days(aims(YEAR, (), 1 - 36, 10, 7))[0] == pytest.approx(1, abs=2)
    assert days(aims(YEAR, (), 0, 10, 7))[0] == pytest.approx(35, abs=2)
    assert days(aims(YEAR, (), 1 - 400, 10, 7))[0] <= 3


def test_new_ones_fill_the_holes_between_those_that_are_booked() -> None:
    found = days(aims(YEAR, [100, 140, 320], None, 4, 7))
    assert [n for n in found if 140 < n < 320] == pytest.approx([200, 260], abs=3)
    assert [n for n in found if n < 100] == pytest.approx([37], abs=3)
    assert found[-1] > 340


def test_days_away_are_not_counted() -> None:
    home = [*range(1, 101), *range(201, 301)]
    found = days(aims(home, (), None, 4, 7))
    assert found == pytest.approx([25, 75, 225, 275], abs=2)


def test_neighbours_leave_the_gap_and_share_the_rest() -> None:
    assert aims(range(1, 29), (), None, 2, 7) == [Aim(8, 1, 11), Aim(21, 18, 28)]


def test_what_does_not_fit_has_no_room() -> None:
    found = aims(range(1, 11), (), None, 3, 7)
    assert [aim.first <= aim.last for aim in found] == [True, False, True]


def test_nothing_is_aimed_at_without_days_or_sessions() -> None:
    assert aims((), (), None, 3, 7) == []
    assert aims(YEAR, (), None, 0, 7) == []


@given(
    st.lists(st.integers(1, 200), min_size=1, unique=True),
    st.lists(st.integers(1, 200), max_size=4, unique=True),
    st.none() | st.integers(-50, 0),
    st.integers(1, 12),
    st.integers(1, 10),
)
def test_whoever_keeps_to_the_aims_never_meets_too_soon(
    open_, kept, since, wanted: int, gap: int
) -> None:
    found = aims(sorted(open_), kept, since, wanted, gap)
    assert len(found) == wanted
    assert {aim.day for aim in found} <= set(open_)
    assert days(found) == sorted(days(found))
    with_room = [aim for aim in found if aim.first <= aim.last]
    assert with_room
    assert all(later.first - earlier.last >= gap for earlier, later in pairwise(with_room))
    assert with_room[0].first >= min(open_)
    assert with_room[-1].last <= max(open_)


ZONES = ["Pacific/Auckland", "Pacific/Chatham", "Australia/Adelaide", "Australia/Perth"]


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_in_minutes_is_the_zone_s(zone: str) -> None:
    there, known = ZoneInfo(zone), clock(zone, date(2026, 9, 1), date(2027, 12, 31))
    first = minutes_of(datetime(2026, 9, 1, tzinfo=UTC))
    for start in range(first, first + 480 * 24 * 60, 12 * 60 + 5):
        local = instant_of(start).astimezone(there)
        one = np.array([start])
        assert known.day(one)[0] == local.date().toordinal()
        assert known.local(one)[0] % (24 * 60) == local.hour * 60 + local.minute


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("on", [date(2026, 9, 27), date(2026, 10, 4), date(2027, 4, 4)])
def test_a_wall_time_that_comes_twice_is_known(zone: str, on: date) -> None:
    there, known = ZoneInfo(zone), clock(zone, date(2026, 9, 1), date(2027, 12, 31))
    midnight = datetime.combine(on, datetime.min.time(), there).astimezone(UTC)
    starts = [midnight + timedelta(minutes=5 * n) for n in range(300)]
    walls = [at.astimezone(there).replace(tzinfo=None, fold=0) for at in starts]
    once = known.once(np.array([minutes_of(at) for at in starts]))
    assert once.tolist() == [walls.count(wall) == 1 for wall in walls]
