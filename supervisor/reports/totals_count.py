"""Who has support, where and of which kind, and their sessions, at the end of a month."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from supervisor import entitlements
from supervisor.models import Debrief, Entitlement, Person, Place, Store
from supervisor.rules.attack import ANY, ELSEWHERE, Shown
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.rules.pace import Position
from supervisor.rules.shown import Counts

Sessions = tuple[int, int, int]
A_MOMENT = timedelta(seconds=1)
AT_ONCE = 2_000


@dataclass(frozen=True)
class Had:
    """People by place and kind, and of each kind the sessions of each person: contracted, held
    and delivered."""

    people: Counts
    by_kind: dict[Kind, dict[int, Sessions]]


def count(store: Store, on: date, end: datetime) -> Had:
    """All periods that run on the day, as they stood at its end."""
    by_kind: dict[Kind, dict[int, Sessions]] = {kind: {} for kind in MATCHED_KINDS}
    for some in _parts(store, on):
        positions = entitlements.positions(store, some, end - A_MOMENT)
        for one in some:
            theirs = by_kind[Kind(one.kind)]
            theirs[one.person_id] = _more(theirs.get(one.person_id, (0, 0, 0)), positions[one.id])
    return Had(_people(store, by_kind), by_kind)


def _parts(store: Store, on: date) -> Iterator[Sequence[Entitlement]]:
    """A part after the other, so that it takes no more memory in a large hub."""
    query = select(Entitlement).where(
        Entitlement.kind.in_(MATCHED_KINDS),
        Entitlement.starts_on <= on,
        Entitlement.ends_on >= on,
    )
    query, last = query.order_by(Entitlement.id).limit(AT_ONCE), 0
    while some := store.scalars(query.where(Entitlement.id > last)).all():
        yield some
        last = some[-1].id


def _more(had: Sessions, position: Position) -> Sessions:
    """Somebody may have two periods of a kind."""
    contracted, held, delivered = had
    return (
        contracted + position.contracted,
        held + position.held,
        delivered + position.delivered,
    )


def _people(store: Store, by_kind: dict[Kind, dict[int, Sessions]]) -> Counts:
    """Each once for a kind, and once for support of any kind."""
    lives = _homes(store)
    empty = dict.fromkeys((ANY, *MATCHED_KINDS), 0)
    found: defaultdict[str, dict[str, int]] = defaultdict(lambda: dict(empty))
    found[ELSEWHERE].update(empty)
    for kind, people in by_kind.items():
        for person in people:
            found[lives[person]][kind] += 1
    for person in {person for people in by_kind.values() for person in people}:
        found[lives[person]][ANY] += 1
    return found


def _homes(store: Store) -> dict[int, str]:
    query = select(Person.id, Place.ref).outerjoin(Place, Place.id == Person.place_id)
    return {person: place or ELSEWHERE for person, place in store.execute(query)}


def sessions(had: Had, table: Shown) -> dict[str, list[int]]:
    """Of each kind the three sums, in the same proportion as the people that are shown, so that
    neither a sum nor its change tells of one person. 0 where fewer than `least` make it."""
    return {
        kind: [
            _of_so_many([one[at] for one in people.values()], table.totals.get(kind), table.least)
            for at in range(3)
        ]
        for kind, people in had.by_kind.items()
    }


def _of_so_many(numbers: list[int], people: int | None, least: int) -> int:
    """The sum, less the share of those people who are not shown, rounded down."""
    if sum(bool(one) for one in numbers) < least:
        return 0
    return sum(numbers) * (people or 0) // len(numbers) // least * least


def talks(store: Store, begins: datetime, end: datetime) -> int:
    """How many people asked to talk to somebody in that time, whoever asked for them."""
    asked = select(func.count(Debrief.person_id.distinct())).where(
        Debrief.asked_at >= begins, Debrief.asked_at < end
    )
    return store.scalar(asked) or 0
