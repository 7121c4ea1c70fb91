"""Forming groups: as many as can be are in one, and nobody where they may not or can not be."""

import random
from itertools import combinations, product

import pytest

from supervisor.rules.fit_week import WEEK, stretches, without
from supervisor.rules.grouping import (
    Attender,
    Grouped,
    Leader,
    Made,
    Question,
    Site,
    Sizes,
    overlap,
)
from supervisor.rules.grouping_exact import solve
from supervisor.rules.grouping_greedy import greedy
from supervisor.rules.grouping_whole import NO_LEADER, NO_OTHERS, NO_ROOM, groups_for, why_left
from supervisor.rules.kinds import Mode

VIDEO, IN_PERSON = frozenset({Mode.VIDEO}), frozenset({Mode.IN_PERSON})
MORNING, EVENING = stretches([(0, 540, 720)]), stretches([(0, 1020, 1140)])
TUESDAY = stretches([(1, 540, 720)])
DUNEDIN, OAMARU = (-45.87, 170.5), (-45.1, 170.97)


def people(count: int, free=MORNING, ways=VIDEO, first: int = 1, **more) -> list[Attender]:
    return [Attender(n, free, ways, **more) for n in range(first, first + count)]


def leader(number: int = 90, free=MORNING, groups: int = 1, ways=VIDEO, **more) -> Leader:
    return Leader(number, free, ways, groups=groups, **more)


def asked(some, leaders, apart=(), sites=(), **sizes) -> Question:
    return Question(some, leaders, sites, Sizes(**sizes), frozenset(apart))


def is_lawful(question: Question, groups: list[Made]) -> bool:
    """Sizes, hours, ways, who is kept apart, and nobody twice: all by the text."""
    by_id = {one.id: one for one in (*question.people, *question.leaders)}
    placed = [n for one in groups for n in one.people]
    for one in groups:
        here = [by_id[n] for n in (one.leader, *one.people)]
        sizes = question.sizes
        if not sizes.least <= len(one.people) <= sizes.most:
            return False
        if len(question.who(one.slot, here)) < len(here):
            return False
        if any(question.are_apart(a.id, b.id) for a, b in combinations(here, 2)):
            return False
    twice = any(
        a.leader == b.leader and overlap(a.slot, b.slot, question.sizes.minutes)
        for a, b in combinations(groups, 2)
    )
    led = [one.leader for one in groups]
    room = all(led.count(one.id) <= one.groups for one in question.leaders)
    return len(placed) == len(set(placed)) and not twice and room


def test_three_who_can_come_at_one_hour_are_a_group() -> None:
    found = solve(asked(people(3), [leader()]), 5)
    assert [sorted(one.people) for one in found.groups] == [[1, 2, 3]]
    assert (found.placed, found.most) == (3, 3)


def test_two_are_no_group() -> None:
    assert solve(asked(people(2), [leader()]), 5) == Grouped([], 0)


def test_a_group_has_six_at_most_and_the_seventh_needs_a_second_leader() -> None:
    seven = people(7)
    assert solve(asked(seven, [leader()]), 5).placed == 6
    both = solve(asked(seven, [leader(), leader(91)]), 5)
    assert sorted(len(one.people) for one in both.groups) == [3, 4]


def test_who_leads_two_groups_leads_them_at_two_times() -> None:
    twelve = [*people(6), *people(6, TUESDAY, first=7)]
    free = (*MORNING, *TUESDAY)
    found = solve(asked(twelve, [leader(free=free, groups=2)]), 5)
    assert (found.placed, len({one.slot.start for one in found.groups})) == (12, 2)
    assert solve(asked(twelve, [leader(free=free)]), 5).placed == 6


def test_nobody_is_with_whom_they_are_kept_apart_from_nor_led_by_them() -> None:
    found = solve(asked(people(4), [leader()], apart=[(1, 2)]), 5)
    assert found.placed == found.most == 3
    led = solve(asked(people(3), [leader()], apart=[(90, 1)]), 5)
    assert led.placed == 0


def test_nobody_leads_the_group_that_they_asked_for() -> None:
    found = solve(asked([*people(3), Attender(90, MORNING, VIDEO)], [leader()]), 5)
    assert [sorted(one.people) for one in found.groups] == [[1, 2, 3]]


def test_in_person_only_within_what_everybody_travels() -> None:
    near = people(3, ways=IN_PERSON, point=DUNEDIN, km=10)
    far = people(1, ways=IN_PERSON, first=4, point=OAMARU, km=10)
    leads = leader(ways=IN_PERSON, point=DUNEDIN, km=10)
    sites = [Site(1, DUNEDIN), Site(2, OAMARU)]
    question = asked([*near, *far], [leads], sites=sites)
    found = solve(question, 5)
    assert [(one.slot.site, sorted(one.people)) for one in found.groups] == [(1, [1, 2, 3])]
    assert why_left(question, found.groups) == {4: NO_LEADER}


def test_of_as_many_those_come_first_who_have_waited_longest() -> None:
    some = [*people(6), *people(1, first=7, waited=40)]
    found = solve(asked(some, [leader()]), 5)
    assert 7 in found.groups[0].people


def test_with_as_many_people_there_are_as_few_groups_as_can_be() -> None:
    found = solve(asked(people(6), [leader(n) for n in (90, 91)]), 5)
    assert [len(one.people) for one in found.groups] == [6]


def test_each_who_is_left_reads_why_and_nothing_of_anybody() -> None:
    some = [*people(7), *people(1, TUESDAY, first=8), *people(1, EVENING, first=9)]
    question = asked(some, [leader(), leader(91, TUESDAY)])
    found = solve(question, 5)
    left = why_left(question, found.groups)
    assert (left.pop(8), left.pop(9)) == (NO_OTHERS, NO_LEADER)
    assert list(left.values()) == [NO_ROOM]


def test_a_large_hub_goes_region_by_region_and_those_left_are_looked_at_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("supervisor.rules.grouping_whole.AT_ONCE", 4)
    south = [*people(3, region="OTA"), *people(2, first=4, region="STL")]
    north = people(1, first=6, region="CAN")
    leaders = [leader(region="OTA"), leader(91, region="STL")]
    told: list[tuple[int, int]] = []
    found = groups_for(asked([*south, *north], leaders), 5, lambda *far: told.append(far))
    assert found.placed == found.most == 6
    assert told[-1] == (6, 6)


def test_free_time_is_cut_where_somebody_is_elsewhere_also_over_the_end_of_the_week() -> None:
    assert without(((60, 120),), [(80, 100)]) == ((60, 80), (100, 120))
    assert without(((WEEK - 50, WEEK + 50),), [(10, 20)]) == (
        (WEEK - 50, WEEK + 10),
        (WEEK + 20, WEEK + 50),
    )
    assert without(((100, 200),), [(50, 120), (300, 400)]) == ((120, 200),)


@pytest.mark.parametrize("seed", range(40))
def test_as_many_as_trying_everything_finds_and_never_more_than_is_proved(seed: int) -> None:
    question = drawn(seed)
    found = solve(question, 10)
    assert is_lawful(question, found.groups)
    assert is_lawful(question, greedy(question))
    assert found.placed == found.most == best(question)


def drawn(seed: int) -> Question:
    """Up to seven people and three leaders over four stretches of the week."""
    draw = random.Random(seed)
    free = [stretches([(day, at, at + 90)]) for day, at in product((0, 1), (540, 570))]

    def week():
        return tuple(sorted({part for one in draw.sample(free, 2) for part in one}))

    some = [Attender(n, week(), VIDEO) for n in range(draw.randint(3, 7))]
    leaders = [Leader(90 + n, week(), VIDEO, groups=draw.randint(1, 2)) for n in range(3)]
    pairs = {tuple(draw.sample(range(7), 2)) for _ in range(2)}
    return asked(some, leaders[: draw.randint(1, 3)], pairs, least=2, most=3, minutes=90)


def best(question: Question) -> int:
    """By trying everything."""
    groups = [
        Made(question.leaders[n].id, one.slot, tuple(question.people[k].id for k in inside))
        for one in question.slots
        for n in one.leaders
        for size in range(question.sizes.least, question.sizes.most + 1)
        for inside in combinations(one.people, size)
    ]
    groups = [one for one in groups if is_lawful(question, [one])]
    return _most(question, groups, [])


def _most(question: Question, groups: list[Made], chosen: list[Made]) -> int:
    top = sum(len(one.people) for one in chosen)
    for k, one in enumerate(groups):
        if _goes_with(question, [*chosen, one]):
            top = max(top, _most(question, groups[k + 1 :], [*chosen, one]))
    return top


def _goes_with(question: Question, groups: list[Made]) -> bool:
    """Two who are kept apart are at no hour together, in one room or in two."""
    pairs = (
        (a, b)
        for one, other in combinations(groups, 2)
        if one.slot == other.slot
        for a, b in product((one.leader, *one.people), (other.leader, *other.people))
    )
    return is_lawful(question, groups) and not any(question.are_apart(a, b) for a, b in pairs)
