"""No number of a funder's table tells of fewer than five: not by sums, not by two months."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisor.rules.attack import ANY, ELSEWHERE, Attack, Shown
from supervisor.rules.shown import Counts, listed, shown
from tests.readers_of_totals import spans

LEAST = 5
KINDS = ("peer", "cultural", "mentoring")
PLACES = ("cromwell", "dunedin", "invercargill", "oamaru")
People = list[tuple[str, frozenset[str]]]


def people() -> st.SearchStrategy[People]:
    """Where each lives, and what support they have."""
    kinds = st.frozensets(st.sampled_from(KINDS), min_size=1)
    return st.lists(st.tuples(st.sampled_from(PLACES), kinds), max_size=45)


def counted(some: People) -> Counts:
    found = {place: dict.fromkeys((ANY, *KINDS), 0) for place in PLACES}
    for place, kinds in some:
        for column in (ANY, *kinds):
            found[place][column] += 1
    return found


def one_kind(**places: int) -> Counts:
    return {place: {ANY: people, "peer": people} for place, people in places.items()}


def table(counts: Counts, before: Sequence[Shown] = ()) -> Shown:
    rows = [place for place in before[0].rows if place] if before else listed(counts, LEAST)
    return shown(counts, rows, LEAST, before)


def assert_hidden(*tables: Shown) -> None:
    for span in spans(tables).values():
        assert span[0] == 0
        assert span[1] >= LEAST - 1


DISTRICT = {"dunedin": 20, "invercargill": 12, "cromwell": 5}


def test_forty_in_all_and_three_in_oamaru_tell_nobody_of_oamaru() -> None:
    seen = table(one_kind(**DISTRICT, oamaru=3))
    assert seen.totals == {ANY: 40, "peer": 40}
    assert set(seen.rows) == {"cromwell", "dunedin", "invercargill", ELSEWHERE}
    assert spans([seen])[0, ELSEWHERE, ANY] == (0, 4)


def test_none_and_one_look_the_same() -> None:
    seen = [table(one_kind(**DISTRICT, oamaru=people)) for people in (0, 1)]
    assert seen[0] == seen[1]


def test_a_place_has_no_row_before_enough_live_there() -> None:
    assert "oamaru" not in table(one_kind(**DISTRICT, oamaru=4)).rows
    assert "oamaru" not in table(one_kind(**DISTRICT)).rows


def test_two_months_compared_tell_nobody_either() -> None:
    first = table(one_kind(**DISTRICT, oamaru=3))
    second = table(one_kind(**DISTRICT | {"cromwell": 6}, oamaru=4), [first])
    assert first.rows == second.rows
    assert spans([first, second])[1, ELSEWHERE, ANY] == (0, 4)


def test_the_reader_of_these_tests_does_find_out_what_careless_sums_tell() -> None:
    row = {ANY: 20, "peer": 20}
    few = {ANY: 0, "peer": 0}
    careless = Shown(LEAST, {"dunedin": row, ELSEWHERE: few}, {ANY: 25, "peer": 25})
    assert spans([careless])[0, ELSEWHERE, ANY] == (1, 4)
    assert Attack([careless]).narrowed() is not None


def test_a_total_that_gives_a_small_number_away_is_lowered() -> None:
    """Nine in Dunedin and four elsewhere make thirteen: with "10 or more" and "5 or more",
    there would be one elsewhere at least."""
    seen = table(one_kind(dunedin=9, oamaru=4))
    assert seen.totals == {ANY: 5, "peer": 5}
    assert seen == table(one_kind(dunedin=9, oamaru=0))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(people())
def test_no_table_narrows_a_small_number(some: People) -> None:
    assert_hidden(table(counted(some)))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(people(), people(), people())
def test_nor_do_any_two_months_of_a_year_in_which_people_come(
    some: People, more: People, yet_more: People
) -> None:
    months = [counted(some), counted(some + more[:9]), counted(some + more[:9] + yet_more[:4])]
    seen: list[Shown] = []
    for month in months:
        seen.append(table(month, seen))
    for first, second in ((0, 1), (1, 2), (0, 2)):
        assert_hidden(seen[first], seen[second])


@settings(max_examples=25, deadline=None, derandomize=True)
@given(people(), st.data())
def test_nor_do_two_months_in_which_people_go(some: People, data: st.DataObject) -> None:
    left = data.draw(st.lists(st.sampled_from(some), max_size=9)) if some else []
    later = list(some)
    for one in left:
        if one in later:
            later.remove(one)
    first = table(counted(some))
    assert_hidden(first, table(counted(later), [first]))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(people())
def test_what_is_shown_is_never_more_than_there_is_and_seldom_much_less(some: People) -> None:
    counts = counted(some)
    seen = table(counts)
    for column, total in seen.totals.items():
        there = sum(row[column] for row in counts.values())
        assert (total or 0) <= there
    for place, row in seen.rows.items():
        if place != ELSEWHERE:
            assert all(people <= counts[place][column] for column, people in row.items())


@pytest.mark.parametrize("least", [2, 3, 10])
def test_it_holds_for_whatever_is_few_in_this_hub(least: int) -> None:
    counts = one_kind(dunedin=31, cromwell=12, oamaru=least - 1)
    seen = shown(counts, listed(counts, least), least)
    assert spans([seen])[0, ELSEWHERE, ANY] == (0, least - 1)
