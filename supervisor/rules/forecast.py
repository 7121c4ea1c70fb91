"""How many places are free, and how many have nobody, on the first day of each month ahead.

Only what is known counts: time away, vetting that ends, matches and periods that end, periods that
begin. That people go on with one another in a new period is likely, and not supposed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from supervisor.rules.days import Span, is_away, merged, months_after
from supervisor.rules.kinds import Kind


@dataclass(frozen=True)
class Place:
    """What one provider offers of a kind. Both `vetted_until` and `left_on` are inside."""

    provider: int
    kind: Kind
    capacity: int
    vetted_until: date | None
    leave: tuple[Span, ...] = ()
    left_on: date | None = None

    def is_vetted(self, on: date) -> bool:
        """Nobody without a date is vetted."""
        return self.vetted_until is not None and self.vetted_until >= on

    def is_here(self, on: date, away_days: int) -> bool:
        """Not away through the day and so many days after it: a shorter leave keeps the place."""
        away = merged(self.leave)
        days = (on + timedelta(days=n) for n in range(away_days + 1))
        return not all(is_away(day, away) for day in days)

    def has_left(self, on: date) -> bool:
        """Whether they have left the hub."""
        return self.left_on is not None and self.left_on < on


@dataclass(frozen=True)
class Owed:
    """A period of a kind that somebody is owed; both of its days are inside."""

    id: int
    kind: Kind
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Held:
    """A match of a period with a provider, cover apart; both days inside, no end: the period's."""

    owed: Owed
    provider: int
    starts_on: date
    ends_on: date | None = None

    @property
    def until(self) -> date:
        """Its last day."""
        return min(self.owed.ends_on, self.ends_on or date.max)

    def runs(self, on: date) -> bool:
        """Whether they are matched on a day."""
        return self.starts_on <= on <= self.until


@dataclass(frozen=True)
class Point:
    """A kind on a day: places of those who are vetted and here, how many of them are taken and
    free, and how many would be free still if those went on who have gone since the first day; how
    many providers are away or no longer vetted; how many matches have ended and periods begun
    without one since the point before; and how many have nobody, or somebody who has left or is
    no longer vetted. Leave ends no match: cover sees to it."""

    on: date
    places: int
    taken: int
    free: int
    still: int
    away: int
    unvetted: int
    ended: int
    begun: int
    nobody: int


def days_ahead(on: date, months: int) -> list[date]:
    """The day, and the first of each of so many months after it."""
    return [on, *(months_after(on.replace(day=1), n) for n in range(1, months + 1))]


def free(place: Place, theirs: Iterable[Held], on: date, away_days: int) -> int:
    """Places that are left of an offer on a day; none where nobody can be matched with it."""
    if place.has_left(on) or not place.is_vetted(on) or not place.is_here(on, away_days):
        return 0
    return max(0, place.capacity - _running(theirs, on))


def _gone(theirs: Iterable[Held], first: date, on: date) -> int:
    """How many fewer they hold than on the first day."""
    theirs = list(theirs)
    return max(0, _running(theirs, first) - _running(theirs, on))


def _running(held: Iterable[Held], on: date) -> int:
    return sum(one.runs(on) for one in held)


def by_provider(held: Iterable[Held]) -> defaultdict[tuple[int, Kind], list[Held]]:
    """Matches by who holds them and of which kind."""
    found: defaultdict[tuple[int, Kind], list[Held]] = defaultdict(list)
    for one in held:
        found[one.provider, one.owed.kind].append(one)
    return found


def forecast(
    places: Sequence[Place],
    held: Sequence[Held],
    owed: Sequence[Owed],
    days: Sequence[date],
    away_days: int,
) -> dict[Kind, list[Point]]:
    """Each kind that is offered or owed, day by day."""
    kinds = dict.fromkeys([*(one.kind for one in places), *(one.kind for one in owed)])
    return {
        kind: [
            _point(
                [one for one in places if one.kind == kind],
                [one for one in held if one.owed.kind == kind],
                [one for one in owed if one.kind == kind],
                (days[0], before, on),
                away_days,
            )
            for before, on in zip([days[0], *days], days, strict=False)
        ]
        for kind in kinds
    }


def _point(
    places: Sequence[Place],
    held: Sequence[Held],
    owed: Sequence[Owed],
    when: tuple[date, date, date],
    away_days: int,
) -> Point:
    first, before, on = when
    there = [place for place in places if not place.has_left(on)]
    vetted = [place for place in there if place.is_vetted(on)]
    here = [place for place in vetted if place.is_here(on, away_days)]
    theirs = by_provider(held)
    left = {p: free(p, theirs[p.provider, p.kind], on, away_days) for p in here}
    gone = {p: _gone(theirs[p.provider, p.kind], first, on) for p in here}
    good = {place.provider for place in vetted}
    matched = {one.owed.id for one in held if one.runs(on) and one.provider in good}
    alone = [one for one in owed if one.starts_on <= on <= one.ends_on and one.id not in matched]
    return Point(
        on=on,
        places=sum(place.capacity for place in here),
        taken=sum(_running(theirs[place.provider, place.kind], on) for place in here),
        free=sum(left.values()),
        still=sum(max(0, left[place] - gone[place]) for place in here),
        away=len(vetted) - len(here),
        unvetted=_offered(there) - _offered(vetted),
        ended=sum(before <= one.until < on for one in held),
        begun=sum(before < one.starts_on for one in alone),
        nobody=len(alone),
    )


def _offered(places: Iterable[Place]) -> int:
    return sum(place.capacity > 0 for place in places)
