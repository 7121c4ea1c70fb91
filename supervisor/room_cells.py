"""Free places by region, perspective and culture, beside how many there have nobody.

For the hub alone. What a provider offers is no secret to it, nor who has nobody of a kind: Today
names them, and their pages say where they live. But how many of them have a perspective, or want a
culture, describes workers. Such a number is hidden below `least`, none included, and wherever
taking it from all who wait in the region would leave few; and the rows are those of what is
offered, so that none is there because of one worker.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import groupby

from supervisor.rules.fit_kept import Hub
from supervisor.rules.fit_rules import kinds_of
from supervisor.rules.fit_values import Party
from supervisor.rules.hidden import among
from supervisor.rules.kinds import MATCHED_KINDS, Kind

Giving = tuple[int, Kind]
Area = tuple[Kind, str | None]
Where = tuple[Kind, str | None, str | None, str | None]
SAYS_WHO = frozenset({*kinds_of("perspective"), *kinds_of("culture")})
"""Kinds of which a number tells what people are like, beside where they live."""


@dataclass(frozen=True)
class Cell:
    """A kind in a region, of a perspective, for a culture: places that are free, and how many
    people have nobody; None where that is hidden. A part is None where it is unknown or where
    the kind does not ask for it."""

    where: Where
    free: int
    nobody: int | None


def cells(hub: Hub, free: Mapping[Giving, int], least: int) -> list[Cell]:
    """Of every kind, region, perspective and culture that is offered, where there is something to
    tell. Whoever has two perspectives, or offers two cultures, counts in both cells."""
    places, waiting = _free_places(hub, free), _waiting(hub)
    told = _told(places, waiting, _everybody(hub), least)
    found = [Cell(where, places[where], told[where]) for where in sorted(places, key=_order)]
    return [cell for cell in found if cell.free or cell.nobody is not None]


def _told(
    places: Iterable[Where],
    waiting: Mapping[Where, Set[int]],
    everybody: Mapping[Area, Set[int]],
    least: int,
) -> dict[Where, int | None]:
    found: dict[Where, int | None] = {}
    for area, some in groupby(sorted(places, key=_order), lambda where: where[:2]):
        rows = {where: waiting[where] for where in some}
        if area[0] in SAYS_WHO:
            found |= among(rows, everybody[area], least)
        else:
            found |= {where: _enough(len(people), least) for where, people in rows.items()}
    return found


def _enough(people: int, least: int) -> int | None:
    return people if people >= least else None


def _everybody(hub: Hub) -> defaultdict[Area, set[int]]:
    """Who has nobody of a kind and lives in a region, whatever they ask for."""
    found: defaultdict[Area, set[int]] = defaultdict(set)
    for row in hub.open:
        need = hub.table.needs[row]
        found[need.kind, need.worker.region].add(need.worker.id)
    return found


def _waiting(hub: Hub) -> defaultdict[Where, set[int]]:
    """The people who have nobody; whoever waits for two periods is one."""
    found: defaultdict[Where, set[int]] = defaultdict(set)
    for row in hub.open:
        need = hub.table.needs[row]
        cultures = {need.culture_wanted} if need.culture_wanted else set()
        for where in _where(need.kind, need.worker, cultures):
            found[where].add(need.worker.id)
    return found


def _free_places(hub: Hub, free: Mapping[Giving, int]) -> Counter[Where]:
    """By where providers live, not by the regions that they serve."""
    found: Counter[Where] = Counter()
    for provider in hub.table.providers:
        for kind, offer in provider.offers.items():
            for where in _where(Kind(kind), provider.party, offer.cultures):
                found[where] += free.get((provider.party.id, Kind(kind)), 0)
    return found


def _where(kind: Kind, party: Party, cultures: Set[str]) -> list[Where]:
    perspectives = party.perspectives if kind in kinds_of("perspective") else ()
    offered = cultures if kind in kinds_of("culture") else ()
    return [
        (kind, party.region, perspective or None, culture or None)
        for perspective in sorted(perspectives) or [""]
        for culture in sorted(offered) or [""]
    ]


def _order(where: Where) -> tuple[object, ...]:
    return (MATCHED_KINDS.index(where[0]), *(part or "" for part in where[1:]))
