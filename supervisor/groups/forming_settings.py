"""What a hub may say of the groups that it has formed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FormingSettings:
    """What a new group is like. `most` are in it when it is formed, `cap` later on; it meets for
    `minutes` every `every_weeks`, and begins `notice_days` from now at the soonest. Nobody leads
    more than `groups_each`. The solver looks for `seconds`; what it found holds for `hours`.
    Where a place keeps rooms, one is free for the first `rooms_ahead` meetings."""

    least: int = 3
    most: int = 6
    cap: int = 8
    minutes: int = 75
    every_weeks: int = 2
    notice_days: int = 14
    groups_each: int = 2
    seconds: int = 20
    hours: int = 72
    rooms_ahead: int = 6
