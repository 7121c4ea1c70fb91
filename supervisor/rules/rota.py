"""Who leads which meeting of a group that several lead: a fair turn each, round from a day."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

Id = TypeVar("Id")
Turn = tuple[datetime, Id]
NEVER = timedelta(days=999_999)


def in_order(leaders: Sequence[Id], turns: Sequence[Turn[Id]], at: datetime) -> list[Id]:
    """Who is asked to lead a meeting, the first one first: who leads the fewest; of these, whose
    nearest other turn is farthest away; then as they are listed.

    With nobody away that is round robin. Who is skipped leads the fewest, and so comes next.
    """
    led = Counter(who for _when, who in turns)

    def place(who: Id) -> tuple[int, timedelta, int]:
        apart = (abs(when - at) for when, one in turns if one == who)
        return led[who], -min(apart, default=NEVER), leaders.index(who)

    return sorted(leaders, key=place)
