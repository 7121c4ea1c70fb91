"""How often two people meet: the wall times of a rhythm."""

from datetime import date, datetime, timedelta
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as some

from supervisor.rules.rhythm import Rhythm, nearest, place, times, words

wall = datetime.fromisoformat
TUESDAY = wall("2027-02-09T09:00")
FAR = date(2040, 1, 1)


def first(count: int, start: datetime, rhythm: Rhythm) -> list[datetime]:
    return list(islice(times(start, rhythm, FAR), count))


def test_a_fortnightly_tuesday_at_nine_stays_so_across_both_clock_changes() -> None:
    found = list(times(wall("2026-09-15T09:00"), Rhythm.FORTNIGHTLY, date(2027, 5, 1)))
    assert {(time.weekday(), time.hour) for time in found} == {(1, 9)}
    assert {b - a for a, b in pairwise(found)} == {timedelta(days=14)}


def test_a_month_goes_by_its_weekday() -> None:
    assert [time.date() for time in first(3, TUESDAY, Rhythm.MONTHLY)] == [
        date(2027, 2, 9),
        date(2027, 3, 9),
        date(2027, 4, 13),
    ]


def test_the_fifth_friday_is_the_last_of_every_month() -> None:
    assert [time.date() for time in first(4, wall("2027-01-29T14:00"), Rhythm.MONTHLY)] == [
        date(2027, 1, 29),
        date(2027, 2, 26),
        date(2027, 3, 26),
        date(2027, 4, 30),
    ]


def test_nothing_comes_after_the_last_day() -> None:
    assert list(times(TUESDAY, Rhythm.WEEKLY, date(2027, 2, 16)))[-1].date() == date(2027, 2, 16)
    assert list(times(TUESDAY, Rhythm.WEEKLY, date(2027, 2, 8))) == []


@given(some.datetimes(wall("2026-01-01"), wall("2030-01-01")), some.sampled_from(Rhythm))
def test_every_time_keeps_its_weekday_and_hour_and_comes_after_the_one_before(
    start: datetime, rhythm: Rhythm
) -> None:
    found = first(30, start, rhythm)
    assert found[0] == start
    assert {(time.weekday(), time.time()) for time in found} == {(start.weekday(), start.time())}
    assert all(timedelta(days=7) <= b - a <= timedelta(days=35) for a, b in pairwise(found))


@given(some.datetimes(wall("2026-01-01"), wall("2030-01-01")))
def test_a_month_has_one_of_its_rhythm(start: datetime) -> None:
    found = first(24, start, Rhythm.MONTHLY)
    assert [(b.year * 12 + b.month) - (a.year * 12 + a.month) for a, b in pairwise(found)] == (
        [1] * 23
    )
    assert {place(time) for time in found} <= {place(start), 3, 4}


def test_a_rhythm_is_said_by_its_weekday() -> None:
    assert words(TUESDAY, Rhythm.WEEKLY).text == "Every %(weekday)s"
    assert words(TUESDAY, Rhythm.FORTNIGHTLY).text == "Every second %(weekday)s"
    assert words(TUESDAY, Rhythm.MONTHLY).text == "On the second %(weekday)s of each month"
    assert words(date(2027, 1, 29), Rhythm.MONTHLY).text == "On the last %(weekday)s of each month"


def test_a_rhythm_is_proposed_that_spreads_what_is_owed() -> None:
    assert [nearest(days) for days in (3, 10, 11, 20, 23, 90)] == [
        Rhythm.WEEKLY, Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.FORTNIGHTLY,
        Rhythm.MONTHLY, Rhythm.MONTHLY,
    ]  # fmt: skip
