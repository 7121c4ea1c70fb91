"""Swapping who is tuakana, as arithmetic: how far it is, and what goes along."""

from datetime import UTC, date, datetime, timedelta

from supervisor.rules.swaps import Booked, Stage, ask_again_at, goes_along, last_day, stage

THEN = datetime(2027, 2, 9, 20, 0, tzinfo=UTC)
FIRST, LAST = date(2027, 2, 11), date(2027, 12, 31)


def test_it_is_asked_then_agreed_then_done_or_closed() -> None:
    assert stage(None, None, None) is Stage.ASKED
    assert stage(THEN, None, None) is Stage.AGREED
    assert stage(THEN, THEN, None) is Stage.DONE
    assert stage(None, None, THEN) is Stage.CLOSED
    assert stage(THEN, None, THEN) is Stage.CLOSED


def test_whoever_took_it_back_may_ask_at_once_and_after_anything_else_the_days_are_the_same() -> (
    None
):
    assert ask_again_at(THEN, 30, own_act=True) == THEN
    assert ask_again_at(THEN, 30, own_act=False) == THEN + timedelta(days=30)


def test_every_session_inside_the_period_goes_along() -> None:
    booked = [Booked(date(2027, 2, 17)), Booked(date(2027, 3, 17))]
    assert goes_along(booked, FIRST, LAST, 7) == [True, True]
    assert goes_along([], FIRST, LAST, 7) == []


def test_what_lies_outside_the_other_ones_period_does_not() -> None:
    booked = [Booked(date(2027, 2, 10)), Booked(FIRST), Booked(LAST), Booked(date(2028, 1, 1))]
    assert goes_along(booked, FIRST, LAST, 7) == [False, True, True, False]


def test_no_more_go_along_than_are_owed_and_the_soonest_go_first() -> None:
    booked = [Booked(FIRST + timedelta(days=7 * week)) for week in range(3)]
    assert goes_along(booked, FIRST, LAST, 2) == [True, True, False]
    assert goes_along(booked, FIRST, LAST, 0) == [False, False, False]


def test_one_that_lies_outside_takes_nobodys_place() -> None:
    booked = [Booked(date(2027, 2, 10)), Booked(FIRST)]
    assert goes_along(booked, FIRST, LAST, 1) == [False, True]


def test_a_first_meeting_takes_nothing_of_what_is_owed() -> None:
    booked = [Booked(FIRST, counts=False), Booked(date(2027, 3, 1)), Booked(date(2027, 3, 8))]
    assert goes_along(booked, FIRST, LAST, 1) == [True, True, False]


def test_what_is_passed_on_ends_where_it_would_have_or_before_the_next_one_begins() -> None:
    assert last_day(LAST, None) == LAST
    assert last_day(LAST, date(2027, 7, 1)) == date(2027, 6, 30)
    assert last_day(LAST, date(2028, 1, 1)) == LAST
