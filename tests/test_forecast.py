"""Places that are free in the months ahead, and small numbers that are hidden: by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from supervisor.rules.forecast import Held, Owed, Place, Point, days_ahead, forecast, free
from supervisor.rules.hidden import hidden
from supervisor.rules.kinds import Kind

PEER, COACHING = Kind.PEER_SUPERVISION, Kind.COACHING
ON, AWAY = date(2027, 2, 10), 42
YEAR = (date(2027, 1, 1), date(2027, 12, 31))
ANA, XAN = 1, 2
HERS = Place(ANA, PEER, capacity=4, vetted_until=date(2028, 12, 31))
BENS, DANS = Owed(1, PEER, *YEAR), Owed(2, PEER, *YEAR)
BEN_AND_ANA = Held(BENS, ANA, YEAR[0])


def points(
    places: list[Place], held: list[Held], owed: list[Owed], months: int = 6, on: date = ON
) -> list[Point]:
    [only] = forecast(places, held, owed, days_ahead(on, months), AWAY).values()
    return only


def test_the_days_are_today_and_the_first_of_each_month() -> None:
    assert days_ahead(date(2026, 11, 30), 3) == [
        date(2026, 11, 30),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


def test_what_is_taken_is_not_free_and_who_has_nobody_is_counted() -> None:
    now, *later = points([HERS], [BEN_AND_ANA], [BENS, DANS])
    assert (now.places, now.taken, now.free, now.still, now.nobody) == (4, 1, 3, 3, 1)
    assert [point.on for point in later][-1] == date(2027, 8, 1)
    assert all((point.free, point.nobody) == (3, 1) for point in later)


def test_a_match_that_ends_leaves_a_place_and_somebody_with_nobody() -> None:
    """Its last day is inside."""
    ends = replace(BEN_AND_ANA, ends_on=date(2027, 3, 1))
    _, march, april, *_ = points([HERS], [ends], [BENS])
    assert (march.free, march.ended, march.nobody) == (3, 0, 0)
    assert (april.free, april.ended, april.nobody) == (4, 1, 1)


def test_a_period_that_ends_leaves_a_place_unless_they_go_on() -> None:
    period = replace(BENS, ends_on=date(2027, 3, 31))
    _, _, april, *_ = points([HERS], [replace(BEN_AND_ANA, owed=period)], [period])
    assert (april.free, april.still, april.ended, april.nobody) == (4, 3, 1, 0)
    again = Owed(3, PEER, date(2027, 4, 1), date(2028, 3, 31))
    both = [replace(BEN_AND_ANA, owed=period), Held(again, ANA, again.starts_on)]
    _, _, april, *_ = points([HERS], both, [period, again])
    assert (april.free, april.still) == (3, 3)


def test_who_begins_later_without_anybody_is_counted_from_then() -> None:
    later = Owed(4, PEER, date(2027, 3, 15), date(2028, 3, 14))
    _, march, april, may, *_ = points([HERS], [], [later])
    assert [(p.nobody, p.begun) for p in (march, april, may)] == [(0, 0), (1, 1), (1, 0)]


def test_a_match_that_begins_later_takes_its_place_from_then() -> None:
    later = Owed(4, PEER, date(2027, 4, 1), date(2028, 3, 31))
    _, march, april, *_ = points([HERS], [Held(later, ANA, later.starts_on)], [later])
    assert (march.free, april.free, april.nobody) == (4, 3, 0)


def test_vetting_that_ends_closes_the_places_after_its_last_day() -> None:
    ends = replace(HERS, vetted_until=date(2027, 4, 1))
    _, _, april, may, *_ = points([ends], [BEN_AND_ANA], [BENS])
    assert (april.free, april.unvetted) == (3, 0)
    assert (may.places, may.taken, may.free, may.unvetted) == (0, 0, 0, 1)
    assert [april.nobody, may.nobody] == [0, 1]
    assert free(replace(HERS, vetted_until=None), [], ON, AWAY) == 0


def test_a_long_leave_closes_the_places_and_a_short_one_does_not() -> None:
    short = replace(HERS, leave=((date(2027, 2, 25), date(2027, 3, 20)),))
    assert points([short], [], [])[1].free == 4
    back = date(2027, 3, 1) + timedelta(days=AWAY + 1)
    long = replace(HERS, leave=((date(2027, 2, 25), back),))
    now, march, april, *_ = points([long], [], [])
    assert [(p.free, p.away) for p in (now, march, april)] == [(4, 0), (0, 1), (4, 0)]


def test_who_leaves_is_gone_after_their_last_day() -> None:
    leaves = replace(HERS, left_on=date(2027, 3, 1))
    _, march, april, *_ = points([leaves], [BEN_AND_ANA], [BENS])
    assert (march.free, april.free, april.unvetted) == (3, 0, 0)
    assert [march.nobody, april.nobody] == [0, 1]


def test_one_who_has_too_many_takes_nobody_elses_places() -> None:
    full = replace(HERS, capacity=1)
    held = [BEN_AND_ANA, replace(BEN_AND_ANA, owed=DANS)]
    now = points([full, replace(HERS, provider=XAN, capacity=2)], held, [BENS, DANS])[0]
    assert (now.places, now.taken, now.free) == (3, 2, 2)


def test_an_offer_of_no_place_is_nobody_who_lost_their_vetting() -> None:
    assert points([replace(HERS, capacity=0, vetted_until=None)], [], [])[0].unvetted == 0


def test_kinds_are_counted_apart() -> None:
    other = replace(HERS, kind=COACHING, capacity=2)
    owed = replace(DANS, kind=COACHING)
    found = forecast([HERS, other], [BEN_AND_ANA], [BENS, owed], [ON], AWAY)
    assert [(kind, p.free, p.nobody) for kind, [p] in found.items()] == [
        (PEER, 3, 0),
        (COACHING, 2, 1),
    ]


# what is hidden


def test_few_are_hidden_and_none_at_all_too() -> None:
    assert hidden({"a": 0, "b": 4, "c": 5}, 5) == {"a": None, "b": None, "c": 5}


def test_one_that_could_be_worked_out_hides_the_smallest_of_the_others() -> None:
    assert hidden({"a": 3, "b": 9, "c": 6}, 5) == {"a": None, "b": 9, "c": None}


@pytest.mark.parametrize("counts", [{}, {"a": 7}, {"a": 7, "b": 5}])
def test_where_all_are_many_nothing_is_hidden(counts: dict[str, int]) -> None:
    assert hidden(counts, 5) == counts


def test_a_single_small_one_is_hidden() -> None:
    assert hidden({"a": 1}, 5) == {"a": None}
