"""Rooms to meet in: which of them a meeting gets, and when one is free for as long as it takes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from supervisor.rules.openings import Stretch, joined, without

PAIR = 2
MINUTE = timedelta(minutes=1)


class RoomHours(NamedTuple):
    """A room with its seats, and what it is taken for, in order."""

    id: int
    seats: int
    taken: tuple[Stretch, ...] = ()


class Seats(NamedTuple):
    """How many seats a meeting cannot do without, and how many it would rather have."""

    least: int = PAIR
    best: int = PAIR


def by_size(sizes: dict[int, int], seats: Seats) -> list[int]:
    """The rooms that hold a meeting, by id: the smallest that holds as many as may come, so that
    large ones stay free; where none does, the largest."""
    enough = [room for room, size in sizes.items() if size >= seats.least]
    return sorted(enough, key=lambda room: _waste(sizes[room], seats.best))


def _waste(size: int, best: int) -> tuple[bool, int]:
    return (size < best, size - best if size >= best else best - size)


def with_a_room(
    both: Sequence[Stretch], rooms: Iterable[RoomHours], length: timedelta
) -> list[Stretch]:
    """Of the hours of two people, those in which one room is free from beginning to end.

    What is left may overlap: a meeting that begins late in one stretch ends in the next. No start
    lies in two of them.
    """
    last = length - MINUTE
    free = (one for one in _free(both, rooms) if one[1] - one[0] >= length)
    starts = joined((begin, end - last) for begin, end in free)
    return [(begin, end + last) for begin, end in starts]


def _free(both: Sequence[Stretch], rooms: Iterable[RoomHours]) -> Iterator[Stretch]:
    for room in rooms:
        if room.seats >= PAIR:
            yield from without(both, joined(room.taken))
