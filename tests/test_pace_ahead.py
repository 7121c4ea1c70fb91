"""How likely it is that fewer sessions are held in the end than contracted."""

from dataclasses import replace

from supervisor.rules import pace
from supervisor.rules.kinds import Standing
from tests.test_pace import DRAWN, FOUR_HELD, ONE_HELD, booked, d, days, year


def test_who_meets_every_two_months_is_on_track_and_likely_short() -> None:
    facts = year(held=days("20 Jan", "17 Mar"), bookings=booked("19 May"))
    position = pace.assess(facts, d("10 May"), DRAWN)
    assert position.standing is Standing.ON_TRACK
    assert 0.8 < position.chance_short < 0.9


def test_chance_of_too_few_ends_where_enough_is_booked_and_is_sure_without_a_provider() -> None:
    twelve = booked(*(f"{n} Jun" for n in range(1, 13)))
    assert pace.chance_short(year(bookings=twelve), d("10 May")) == 0
    assert pace.chance_short(replace(ONE_HELD, matched=()), d("10 May")) == 1


def test_a_silent_pair_is_surely_short_and_a_steady_one_hardly() -> None:
    assert pace.chance_short(ONE_HELD, d("30 Nov")) > 0.99
    assert pace.chance_short(FOUR_HELD, d("30 Apr")) < 0.5
