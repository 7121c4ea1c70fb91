"""Which room a meeting gets, and when one is free for long enough."""

from datetime import UTC, datetime, timedelta

from supervisor.rules.openings import Stretch
from supervisor.rules.roomy import RoomHours, Seats, by_size, with_a_room

HOUR = timedelta(hours=1)


def at(hour: float) -> datetime:
    return datetime(2027, 2, 15, tzinfo=UTC) + hour * HOUR


def some(*hours: tuple[float, float]) -> tuple[Stretch, ...]:
    return tuple((at(start), at(end)) for start, end in hours)


def test_the_smallest_room_that_is_large_enough_comes_first() -> None:
    assert by_size({1: 12, 2: 2, 3: 4}, Seats()) == [2, 3, 1]
    assert by_size({1: 12, 2: 2, 3: 4, 4: 8}, Seats(4, 9)) == [1, 4, 3]
    assert by_size({1: 1}, Seats()) == []


def test_where_nothing_is_taken_both_hours_stay_as_they_are() -> None:
    both = some((9, 12), (13, 15))
    assert with_a_room(both, [RoomHours(1, 4)], HOUR) == list(both)


def test_one_room_is_needed_from_beginning_to_end() -> None:
    rooms = [RoomHours(1, 2, some((9.5, 12))), RoomHours(2, 2, some((9, 10)))]
    assert with_a_room(some((9, 12)), rooms, HOUR) == list(some((10, 12)))


def test_stretches_of_two_rooms_may_overlap_and_no_start_is_in_both() -> None:
    rooms = [RoomHours(1, 2, some((10, 12))), RoomHours(2, 2, some((9, 9.75)))]
    assert with_a_room(some((9, 11)), rooms, HOUR) == list(some((9, 10), (9.75, 11)))
    rooms = [RoomHours(1, 2, some((10.25, 12))), RoomHours(2, 2, some((9, 9.25)))]
    assert with_a_room(some((9, 11)), rooms, HOUR) == list(some((9, 11)))


def test_a_room_for_one_and_a_gap_that_is_too_short_are_no_help() -> None:
    rooms = [RoomHours(1, 1), RoomHours(2, 2, some((9.5, 11)))]
    assert with_a_room(some((9, 12)), rooms, HOUR) == list(some((11, 12)))
    assert with_a_room(some((9, 12)), [], HOUR) == []
