"""Pace: tables that a coordinator can check with a calendar and a pencil.

Unless it says otherwise: ten sessions contracted from 1 January to 31 December 2027 (365 days),
matched from the first day; half a usual interval is 18.25 days.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisor.rules import pace
from supervisor.rules.days import counted, is_away, merged, present
from supervisor.rules.kinds import Standing
from supervisor.rules.pace import Booking, Facts, PaceSettings
from supervisor.rules.pace_examples import EXAMPLES, Example

DRAWN = PaceSettings()
DAY = timedelta(days=1)


def d(text: str) -> date:
    """A day of 2027, as in '9 Apr'."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    day, month = text.split()
    return date(2027, months.index(month) + 1, int(day))


def year(**facts) -> Facts:
    given = {"matched": ((d("1 Jan"), None),), **facts}
    return Facts(starts_on=d("1 Jan"), ends_on=d("31 Dec"), sessions=10, **given)


def days(*texts: str) -> tuple[date, ...]:
    return tuple(map(d, texts))


def booked(*texts: str, known: str = "1 Jan") -> tuple[Booking, ...]:
    return tuple(Booking(on, d(known), on + DAY) for on in days(*texts))


def stands(facts: Facts, on: str, drawn: PaceSettings = DRAWN) -> Standing:
    return pace.standing(facts, d(on), drawn)


FOUR_HELD = year(held=days("15 Jan", "12 Feb", "12 Mar", "9 Apr"))
ONE_HELD = year(held=days("15 Jan"))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("1 Jan", 10 / 365),
        ("9 Feb", 1.10),
        ("14 Mar", 2.0),
        ("30 Apr", 3.29),
        ("2 Jul", 5.01),
        ("31 Dec", 10),
    ],
)
def test_expected_grows_evenly_and_counts_both_days(on: str, expected: float) -> None:
    assert float(pace.expected(year(), d(on))) == pytest.approx(expected, abs=0.005)


def test_nothing_is_expected_before_the_period_and_no_more_after_it() -> None:
    assert pace.expected(year(), date(2026, 12, 31)) == 0
    assert pace.expected(year(), date(2028, 3, 1)) == 10


@pytest.mark.parametrize(
    ("leave", "on", "passed", "of"),
    [
        ([("1 Feb", "1 Mar")], "31 Jan", 31, 337),
        ([("1 Feb", "1 Mar")], "14 Feb", 31, 337),
        ([("1 Feb", "1 Mar")], "1 Mar", 32, 337),
        ([("1 Feb", "1 Mar"), ("15 Feb", "2 Mar")], "2 Mar", 32, 336),
        ([("1 Feb", "8 Feb"), ("8 Feb", "15 Feb")], "15 Feb", 32, 351),
    ],
)
def test_leave_comes_out_of_both_the_days_passed_and_the_days_in_all(leave, on, passed, of) -> None:
    facts = year(leave=tuple((d(a), d(b)) for a, b in leave))
    assert pace.expected(facts, d(on)) * of == 10 * passed


def test_leave_outside_the_period_changes_nothing() -> None:
    facts = year(leave=((date(2026, 11, 1), d("1 Jan")), (date(2028, 1, 1), date(2028, 2, 1))))
    assert pace.expected(facts, d("9 Feb")) == pace.expected(year(), d("9 Feb"))


def test_nothing_is_expected_of_a_year_that_is_all_leave() -> None:
    facts = year(leave=((d("1 Jan"), date(2028, 1, 1)),))
    assert pace.expected(facts, d("31 Dec")) == 0
    assert stands(facts, "30 Apr") == Standing.PAUSED
    assert pace.assess(facts, d("30 Apr"), DRAWN).interval_days is None


@pytest.mark.parametrize(
    ("total", "on", "expected"),
    [
        (20, "31 May", 10 * 151 / 365),
        (20, "1 Jun", 10 * 151 / 365 + (20 - 10 * 151 / 365) / 214),
        (20, "31 Dec", 20),
        (6, "31 Dec", 6),
        (2, "1 Jun", 2),
        (2, "31 Dec", 2),
    ],
)
def test_an_amendment_keeps_what_was_expected_and_spreads_the_rest(total, on, expected) -> None:
    facts = year(totals=((d("1 Jun"), total),))
    assert float(pace.expected(facts, d(on))) == pytest.approx(expected)


def test_the_latest_of_two_amendments_holds() -> None:
    facts = year(totals=((d("1 Sep"), 12), (d("1 Jun"), 20)))
    assert [facts.contracted(d(on)) for on in ("31 May", "1 Jun", "1 Sep")] == [10, 20, 12]
    assert pace.expected(facts, d("31 Dec")) == 12


@pytest.mark.parametrize(
    ("facts", "on", "standing"),
    [
        (FOUR_HELD, "27 Apr", Standing.ON_TRACK),
        (FOUR_HELD, "28 Apr", Standing.NOTHING_BOOKED),
        (ONE_HELD, "30 Apr", Standing.BEHIND),
        (ONE_HELD, "19 Apr", Standing.SLIPPING),
        (ONE_HELD, "20 Apr", Standing.BEHIND),
        (year(), "19 Jan", Standing.ON_TRACK),
        (year(), "20 Jan", Standing.NOTHING_BOOKED),
        (year(), "5 Feb", Standing.NOTHING_BOOKED),
        (year(), "6 Feb", Standing.SLIPPING),
        (year(), "13 Mar", Standing.SLIPPING),
        (year(), "14 Mar", Standing.BEHIND),
        (year(), "23 Oct", Standing.BEHIND),
        (year(), "24 Oct", Standing.CANNOT_BE_MET),
        (year(matched=()), "1 Jan", Standing.NOT_MATCHED),
        (year(matched=((d("1 Mar"), None),)), "28 Feb", Standing.NOT_MATCHED),
        (year(matched=((d("1 Mar"), None),)), "1 Mar", Standing.SLIPPING),
        (year(matched=((d("1 Jan"), d("31 Jan")),)), "31 Jan", Standing.NOTHING_BOOKED),
        (year(matched=((d("1 Jan"), d("31 Jan")),)), "1 Feb", Standing.NOT_MATCHED),
        (year(matched=None), "10 Jan", Standing.ON_TRACK),
        (year(leave=((d("1 Apr"), d("1 Jun")),)), "31 May", Standing.PAUSED),
        (year(leave=((d("1 Apr"), d("1 Jun")),)), "1 Jun", Standing.BEHIND),
        (year(held=(d("2 Feb"),) * 10), "2 Feb", Standing.MET),
        (year(held=(d("2 Feb"),) * 10, matched=()), "2 Feb", Standing.MET),
        (year(leave=((d("1 Apr"), d("1 Jun")),), held=(d("2 Feb"),) * 10), "2 Apr", Standing.MET),
    ],
)
def test_the_standing_is_the_first_that_applies(facts: Facts, on: str, standing: Standing) -> None:
    assert stands(facts, on) == standing


def test_a_year_that_is_over_with_too_few_ended_short() -> None:
    assert pace.standing(FOUR_HELD, date(2028, 1, 1), DRAWN) == Standing.ENDED_SHORT
    assert pace.standing(year(held=(d("2 Feb"),) * 10), date(2028, 1, 1), DRAWN) == Standing.MET


def test_monthly_from_10_february_is_on_track_the_day_before() -> None:
    facts = year(
        bookings=booked(
            *(f"10 {m}" for m in ["Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"])
        )
    )
    position = pace.assess(facts, d("9 Feb"), DRAWN)
    assert (position.standing, round(position.expected, 2)) == (Standing.ON_TRACK, 1.10)
    assert (position.held, position.booked, position.next_booked) == (0, 8, d("10 Feb"))


def test_only_what_is_booked_within_one_usual_interval_stops_the_slip() -> None:
    """On 7 February 1.04 are expected; 36.5 days later is 15 March."""
    assert stands(year(bookings=booked("15 Mar")), "7 Feb") == Standing.ON_TRACK
    assert stands(year(bookings=booked("16 Mar")), "7 Feb") == Standing.SLIPPING


def test_behind_with_enough_booked_is_catching_up() -> None:
    facts = replace(ONE_HELD, bookings=booked("4 May", "18 May"))
    assert pace.assess(facts, d("30 Apr"), DRAWN).catching_up
    assert not pace.assess(ONE_HELD, d("30 Apr"), DRAWN).catching_up


def test_a_last_session_with_a_time_can_still_be_met() -> None:
    nine = year(held=(d("2 Feb"),) * 9)
    assert stands(nine, "25 Dec") == Standing.NOTHING_BOOKED
    assert stands(nine, "26 Dec") == Standing.CANNOT_BE_MET
    assert stands(replace(nine, bookings=booked("30 Dec")), "29 Dec") == Standing.ON_TRACK


def test_half_an_interval_does_not_pass_while_away() -> None:
    facts = year(held=days("15 Jan", "16 Jan"), leave=((d("20 Jan"), d("3 Feb")),))
    assert stands(facts, "16 Feb") == Standing.ON_TRACK
    assert stands(facts, "17 Feb") == Standing.NOTHING_BOOKED


def test_a_new_match_begins_the_wait_anew() -> None:
    facts = replace(FOUR_HELD, matched=((d("1 Jan"), d("9 Apr")), (d("10 May"), None)))
    assert stands(facts, "10 May") == Standing.ON_TRACK
    assert stands(facts, "28 May") == Standing.ON_TRACK
    assert stands(facts, "29 May") == Standing.NOTHING_BOOKED


def test_the_lines_are_the_hubs_to_draw() -> None:
    assert stands(ONE_HELD, "30 Apr", PaceSettings(behind_at=2.5)) == Standing.SLIPPING
    assert stands(FOUR_HELD, "28 Apr", PaceSettings(nothing_booked_share=1)) == Standing.ON_TRACK
    assert stands(year(), "24 Oct", PaceSettings(shortest_gap_days=5)) == Standing.BEHIND


@pytest.mark.parametrize(
    ("facts", "on", "since"),
    [
        (FOUR_HELD, "30 Apr", "28 Apr"),
        (ONE_HELD, "30 Apr", "20 Apr"),
        (year(matched=()), "30 Apr", "1 Jan"),
        (year(leave=((d("1 Apr"), d("1 Jun")),)), "30 Apr", "1 Apr"),
        (year(bookings=booked("20 Feb", known="3 Feb")), "5 Feb", "3 Feb"),
        (year(bookings=(Booking(d("20 Feb"), d("1 Jan"), d("3 Feb")),)), "5 Feb", "3 Feb"),
    ],
    ids=["nothing booked", "behind", "no match", "leave", "booked late", "called off"],
)
def test_since_is_the_first_day_of_the_present_standing(facts, on, since) -> None:
    assert pace.assess(facts, d(on), DRAWN).since == d(since)


def test_since_on_record_is_kept_while_it_still_holds() -> None:
    kept = (Standing.BEHIND, d("22 Apr"))
    assert pace.assess(ONE_HELD, d("30 Apr"), DRAWN, kept).since == d("22 Apr")
    assert pace.assess(ONE_HELD, d("19 Apr"), DRAWN, kept).since == d("14 Mar")


@pytest.mark.parametrize(
    ("facts", "on", "change"),
    [
        (FOUR_HELD, "9 Apr", "28 Apr"),
        (ONE_HELD, "30 Apr", "31 Oct"),
        (year(leave=((d("1 Apr"), d("1 Jun")),)), "10 Apr", "1 Jun"),
    ],
)
def test_the_next_change_is_the_day_to_look_again(facts: Facts, on: str, change: str) -> None:
    assert pace.next_change_on(facts, d(on), DRAWN) == d(change)


def test_what_is_met_or_over_never_changes() -> None:
    assert pace.next_change_on(year(held=(d("2 Feb"),) * 10), d("2 Feb"), DRAWN) is None
    assert pace.next_change_on(year(), date(2028, 1, 1), DRAWN) is None
    assert pace.next_change_on(year(), d("31 Dec"), DRAWN) == date(2028, 1, 1)


def test_a_silent_pair_is_forecast_short_and_a_steady_one_full() -> None:
    """One held by 30 April: (1 + 1) in 120 + 36.5 days, so 3.13 more in the 245 days left."""
    assert pace.assess(ONE_HELD, d("30 Apr"), DRAWN).forecast == 4.13
    assert pace.assess(FOUR_HELD, d("30 Apr"), DRAWN).forecast == 10
    assert pace.assess(year(), d("1 Jan"), DRAWN).forecast == pytest.approx(9.7, abs=0.05)


def test_a_forecast_without_a_provider_is_what_was_held_and_is_booked() -> None:
    assert pace.assess(replace(FOUR_HELD, matched=()), d("30 Apr"), DRAWN).forecast == 4
    assert pace.assess(year(held=(d("2 Feb"),) * 11), d("3 Feb"), DRAWN).forecast == 11


def test_the_last_chance_leaves_a_week_for_each_that_remains() -> None:
    assert pace.assess(year(), d("1 Jan"), DRAWN).last_chance_on == d("23 Oct")
    assert pace.assess(year(), d("24 Oct"), DRAWN).last_chance_on is None
    away = year(leave=((d("1 Nov"), d("8 Nov")),))
    assert pace.assess(away, d("1 Jan"), DRAWN).last_chance_on == d("16 Oct")


def test_an_entitlement_of_none_is_met() -> None:
    nothing = replace(year(), sessions=0)
    assert stands(nothing, "1 Jan") == Standing.MET
    assert pace.assess(nothing, d("1 Jan"), DRAWN).forecast == 0


PENCIL = [
    (3.29, "nothing_booked"),
    (3.45, "nothing_booked"),
    (2.09, "slipping"),
    (4.94, "slipping"),
    (3.29, "not_matched"),
    (3.29, "nothing_booked"),
    (7.00, "behind"),
    (1.09, "slipping"),
    (8.96, "cannot_be_met"),
]


@pytest.mark.parametrize(("example", "by_hand"), [*zip(EXAMPLES, PENCIL, strict=True)])
def test_each_example_of_the_page_is_as_worked_out_by_hand(example: Example, by_hand) -> None:
    expected, standing = by_hand
    assert (round(example.expected, 2), example.standing(DRAWN)) == (expected, standing)
    plain = example.sum.replace("×", "*").replace("÷", "/").replace("−", "-")
    assert eval(plain) == pytest.approx(example.expected, abs=0.005)


def in_2027(first: int = 0, last: int = 364) -> st.SearchStrategy[date]:
    return st.integers(first, last).map(lambda n: d("1 Jan") + n * DAY)


@st.composite
def spans(draw) -> tuple[date, date]:
    start = draw(in_2027(-20, 380))
    return start, start + draw(st.integers(0, 60)) * DAY


@st.composite
def years(draw) -> Facts:
    starts = draw(in_2027(0, 60))
    meant = draw(st.lists(st.tuples(in_2027(), in_2027(-30, 364), st.integers(0, 1)), max_size=8))
    return Facts(
        starts_on=starts,
        ends_on=starts + draw(st.integers(0, 300)) * DAY,
        sessions=draw(st.integers(0, 14)),
        totals=tuple({o: (o, n) for o, n in draw(totals())}.values()),
        leave=tuple(draw(st.lists(spans(), max_size=3))),
        matched=tuple(draw(st.lists(spans(), max_size=2))),
        held=tuple(sorted(draw(st.lists(in_2027(), max_size=9)))),
        bookings=tuple(Booking(on, known, on + more * DAY) for on, known, more in meant),
        unsaid=tuple(draw(st.lists(spans(), max_size=2))),
        credited=tuple(sorted(draw(st.lists(in_2027(), max_size=2)))),
    )


def totals() -> st.SearchStrategy[list[tuple[date, int]]]:
    return st.lists(st.tuples(in_2027(), st.integers(0, 14)), max_size=2)


@given(years(), in_2027(-10, 380))
@settings(max_examples=60, deadline=None)
def test_the_walks_agree_with_trying_every_day(facts: Facts, on: date) -> None:
    def told(day: date) -> tuple[str, bool]:
        return pace.standing(facts, day, DRAWN), pace.in_doubt(facts, day, DRAWN)

    later = [on + n * DAY for n in range(1, counted(on, facts.ends_on) + 1)]
    change = next((day for day in later if told(day) != told(on)), None)
    assert pace.next_change_on(facts, on, DRAWN) == change
    first = pace.since(facts, on, DRAWN)
    between = [first + n * DAY for n in range((on - first).days + 1)]
    assert {told(day)[0] for day in between} == {told(on)[0]}
    assert first <= facts.starts_on or told(first - DAY)[0] != told(on)[0]


@given(years())
@settings(max_examples=60, deadline=None)
def test_expected_never_exceeds_the_contract_and_ends_at_it(facts: Facts) -> None:
    last = pace.expected(facts, facts.ends_on)
    assert last <= facts.contracted(facts.ends_on)
    if not is_away(facts.ends_on, facts.away):
        assert last == facts.contracted(facts.ends_on)


@given(st.lists(spans(), max_size=6), in_2027(), in_2027())
@settings(max_examples=100, deadline=None)
def test_days_present_are_those_that_no_leave_holds(leave, first: date, last: date) -> None:
    each = [first + n * DAY for n in range((last - first).days + 1)]
    here = [x for x in each if not any(a <= x < b for a, b in leave)]
    assert present(first, last, merged(leave)) == len(here)
