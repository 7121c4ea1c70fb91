"""When two people are both free, in words."""

from datetime import date

from supervisor.rules.fit_times import free_together
from supervisor.rules.fit_values import Party

ON = date(2027, 2, 10)
MON, TUE, WED, SUN = 0, 1, 2, 6
NINE, TEN, NOON, ONE, FIVE, SIX = 540, 600, 720, 780, 1020, 1080


def said(*windows: tuple[int, int, int], other=(), zone: str = "Pacific/Auckland") -> list[str]:
    one = Party(windows=windows, zone="Pacific/Auckland")
    return [str(words) for words in free_together(one, Party(windows=other, zone=zone), ON)]


def test_days_with_an_hour_in_common_are_named_by_morning_afternoon_and_evening() -> None:
    hers = (TUE, NINE, SIX), (WED, NINE, TEN)
    assert said((TUE, NINE, SIX), (WED, NINE, SIX), other=hers) == [
        "Tuesday and Wednesday mornings", "Tuesday afternoons", "Tuesday evenings",
    ]  # fmt: skip


def test_less_than_an_hour_is_not_named() -> None:
    assert said((TUE, NINE, TEN), other=[(TUE, NINE, TEN - 1)]) == []
    assert said((TUE, NINE, NOON + 59), other=[(TUE, NINE, FIVE)]) == ["Tuesday mornings"]


def test_an_hour_across_noon_is_named_by_where_it_begins() -> None:
    assert said((TUE, NOON - 30, NOON + 30), other=[(TUE, NINE, FIVE)]) == ["Tuesday mornings"]


def test_many_days_read_as_most() -> None:
    week = [(day, ONE, FIVE) for day in range(4)]
    assert said(*week, other=week) == ["most afternoons"]


def test_the_first_ones_clock_counts_where_zones_differ() -> None:
    """Nine in Perth is two in the afternoon in Auckland, in summer."""
    assert said((TUE, NINE, SIX), other=[(TUE, NINE, TEN)], zone="Australia/Perth") == [
        "Tuesday afternoons"
    ]


def test_sunday_night_runs_on_into_monday() -> None:
    night = [(SUN, 1380, 1440), (MON, 0, 60)]
    assert said(*night, other=night) == ["Monday mornings", "Sunday evenings"]


def test_unknown_times_are_not_in_common() -> None:
    assert said((TUE, NINE, SIX)) == []


def test_an_hour_over_the_end_of_the_week_stays_whole_beside_somebody_who_is_always_free() -> None:
    """The week ends at one o'clock on Monday here, by the clock that everybody shares."""
    always, hour = [(day, 0, 1440) for day in range(7)], [(MON, NOON + 30, ONE + 30)]
    assert said(*always, other=hour) == said(*hour, other=always) == ["Monday afternoons"]
    assert said(*always, other=always) == ["most mornings", "most afternoons", "most evenings"]
