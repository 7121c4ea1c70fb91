"""Forming groups where places keep rooms: one that is free, large enough, and nobody else's."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from supervisor.rules.fit_week import stretches
from supervisor.rules.grouping import Attender, Leader, Made, Question, Room, Site, Sizes, is_taken
from supervisor.rules.grouping_exact import solve
from supervisor.rules.grouping_greedy import greedy
from supervisor.rules.grouping_whole import NO_FREE_ROOM, NO_LEADER, groups_for, why_left
from supervisor.rules.kinds import Mode
from tests.test_grouping import DUNEDIN, MORNING, TUESDAY, is_lawful, leader, people

HERE = frozenset({Mode.IN_PERSON})
WHERE = {"ways": HERE, "point": DUNEDIN, "km": 10}
NINE, HALF_TEN = 540, 630
ALL = range(7 * 1440)
SIZES = Sizes(minutes=90)


def asked(some: Sequence[Attender], leaders: Sequence[Leader], *rooms: Room) -> Question:
    """In Dunedin, in these rooms."""
    return Question(some, leaders, [Site(1, DUNEDIN, rooms=rooms)], SIZES)


def led(count: int = 1, **more) -> list[Leader]:
    return [leader(90 + n, **WHERE | more) for n in range(count)]


def has_rooms(question: Question, groups: Sequence[Made]) -> bool:
    """Each group has a seat for everybody in a room that is free and that no other has then."""
    rooms = {room.id: room for site in question.sites for room in site.rooms or ()}
    for n, one in enumerate(groups):
        if one.slot.room is not None:
            room = rooms[one.slot.room]
            if one.slot.start not in room.starts or len(one.people) + 1 > room.seats:
                return False
            if is_taken(one.slot, groups[:n], question.sizes.minutes):
                return False
    return True


def test_a_group_has_no_more_people_than_its_room_has_seats() -> None:
    found = solve(asked(people(6, **WHERE), led(), Room(7, 5, ALL)), 5)
    assert [(len(one.people), one.slot.room) for one in found.groups] == [(4, 7)]
    assert found.most == 4


def test_it_meets_at_the_hour_at_which_a_room_is_free() -> None:
    (one,) = solve(asked(people(3, **WHERE), led(), Room(7, 9, {HALF_TEN})), 5).groups
    assert one.slot.start == HALF_TEN


def test_without_a_room_it_meets_another_way() -> None:
    both = {**WHERE, "ways": HERE | {Mode.PHONE}}
    (one,) = solve(asked(people(3, **both), [leader(**both)], Room(7, 3, ALL)), 5).groups
    assert (one.slot.mode, one.slot.room) == (Mode.PHONE, None)


@pytest.mark.parametrize(
    ("rooms", "starts"), [(1, [NINE, HALF_TEN]), (2, [NINE, NINE]), (0, [NINE, NINE])]
)
def test_two_groups_at_one_hour_are_in_two_rooms(rooms: int, starts: list[int]) -> None:
    """One room is given to one after the other; where none are kept nobody minds."""
    some = [*people(3, **WHERE), *people(3, first=4, **WHERE)]
    question = replace(asked(some, led(2)), sizes=replace(SIZES, most=3))
    kept = [Room(n, 9, ALL) for n in range(rooms)] if rooms else None
    question = replace(question, sites=[Site(1, DUNEDIN, rooms=kept)])
    found = solve(question, 5)
    assert found.placed == 6
    assert has_rooms(question, found.groups)
    if rooms == 1:
        assert sorted(one.slot.start for one in found.groups) == starts


def test_who_is_kept_apart_is_in_two_rooms_at_one_hour_neither() -> None:
    some = people(4, **WHERE)
    question = asked(some, led(2), Room(1, 9, {NINE}), Room(2, 9, {NINE}))
    question = replace(question, sizes=replace(SIZES, least=2), apart=frozenset({(1, 2)}))
    found = solve(question, 5)
    inside = {n for one in found.groups for n in one.people}
    assert found.placed == 3
    assert not {1, 2} <= inside


def test_who_is_left_for_want_of_a_room_reads_so() -> None:
    some = [*people(3, **WHERE), *people(1, TUESDAY, first=4, **WHERE)]
    question = asked(some, led(), Room(7, 3, ALL))
    left = why_left(question, [])
    assert left == {1: NO_FREE_ROOM, 2: NO_FREE_ROOM, 3: NO_FREE_ROOM, 4: NO_LEADER}


def test_parts_that_are_looked_at_one_after_the_other_share_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("supervisor.rules.grouping_whole.AT_ONCE", 4)
    south, north = ({**WHERE, "region": region} for region in ("OTA", "STL"))
    some = [*people(3, **south), *people(3, first=4, **north)]
    leaders = [leader(90, **south), leader(91, **north)]
    question = asked(some, leaders, Room(7, 9, {NINE}))
    found = groups_for(question, 5, lambda _placed, _most: None)
    assert (found.placed, has_rooms(question, found.groups)) == (3, True)
    free = replace(question, sites=[Site(1, DUNEDIN)])
    assert groups_for(free, 5, lambda _placed, _most: None).placed == 6


@pytest.mark.parametrize("seed", range(25))
def test_as_many_as_trying_everything_finds_in_the_rooms_that_there_are(seed: int) -> None:
    question = drawn(seed)
    found = solve(question, 10)
    for groups in (found.groups, greedy(question)):
        assert is_lawful(question, groups)
        assert has_rooms(question, groups)
    assert found.placed == found.most == best_in_rooms(question)


def drawn(seed: int) -> Question:
    """Up to six people and two leaders, two stretches of the week, one or two rooms."""
    draw = random.Random(seed)
    free = [MORNING, stretches([(0, 540, 630)]), stretches([(0, 630, 720)])]
    some = [Attender(n, draw.choice(free), HERE, DUNEDIN, None, 9) for n in range(6)]
    leaders = [
        Leader(90 + n, draw.choice(free), HERE, DUNEDIN, None, 9, groups=draw.randint(1, 2))
        for n in range(2)
    ]
    rooms = [
        Room(n, draw.randint(3, 5), frozenset(draw.sample([NINE, 600, HALF_TEN], 2)))
        for n in range(draw.randint(1, 2))
    ]
    sizes = Sizes(least=2, most=3, minutes=90)
    return Question(some, leaders, [Site(1, DUNEDIN, rooms=rooms)], sizes)


def best_in_rooms(question: Question) -> int:
    """By trying everything."""
    groups = [
        made
        for one in question.slots
        for n in one.leaders
        for size in range(question.sizes.least, question.sizes.most + 1)
        for inside in combinations(one.people, size)
        if has_rooms(
            question, [made := Made(question.leaders[n].id, one.slot, ids(question, inside))]
        )
        and is_lawful(question, [made])
    ]

    def most(k: int, chosen: list[Made]) -> int:
        top = sum(len(one.people) for one in chosen)
        for n in range(k, len(groups)):
            some = [*chosen, groups[n]]
            if is_lawful(question, some) and has_rooms(question, some):
                top = max(top, most(n + 1, some))
        return top

    return most(0, [])


def ids(question: Question, inside: Sequence[int]) -> tuple[int, ...]:
    return tuple(question.people[k].id for k in inside)
