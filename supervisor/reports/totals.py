"""What a funder sees: totals by kind of support, never names, and nothing that few people make."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from supervisor import entitlements
from supervisor.models import Debrief, Store
from supervisor.room import RoomSettings
from supervisor.rules.hidden import hidden
from supervisor.rules.kinds import MATCHED_KINDS, Kind
from supervisor.rules.pace import Position
from supervisor.settings import read

Positions = dict[Kind, dict[int, list[Position]]]
COUNTED: dict[str, Callable[[Position], int]] = {
    "contracted": lambda position: position.contracted,
    "held": lambda position: position.held,
    "delivered": lambda position: position.delivered,
}


@dataclass(frozen=True)
class Total:
    """One kind of support; a number is None where fewer than `least` people make it."""

    kind: Kind
    contracted: int | None
    held: int | None
    delivered: int | None


@dataclass(frozen=True)
class Totals:
    """All kinds on a day. `talks` is how many people asked to talk to somebody this year, rounded
    down to a multiple of `least`, so that no two looks tell of one person; None below it."""

    rows: list[Total]
    least: int
    talks: int | None


def totals(store: Store, on: date, now: datetime) -> Totals:
    """Contracted, held and delivered of all periods that run on the day."""
    least = read(store, RoomSettings).least
    found = _by_kind(store, on, now)
    columns = {name: _column(found, counted, least) for name, counted in COUNTED.items()}
    rows = [Total(kind, *(columns[name][kind] for name in COUNTED)) for kind in found]
    return Totals(rows, least, _talks(store, on, least))


def _talks(store: Store, on: date, least: int) -> int | None:
    begins = datetime(on.year, 1, 1, tzinfo=UTC)
    people = select(func.count(Debrief.person_id.distinct())).where(Debrief.asked_at >= begins)
    count = store.scalar(people) or 0
    return count // least * least or None


def _by_kind(store: Store, on: date, now: datetime) -> Positions:
    """Where each person's support of a kind stands; one person may have two of it."""
    owed = [e for e in entitlements.current(store, on) if e.kind in MATCHED_KINDS]
    positions = entitlements.positions(store, owed, now)
    found: Positions = {kind: {} for kind in MATCHED_KINDS}
    for one in owed:
        found[Kind(one.kind)].setdefault(one.person_id, []).append(positions[one.id])
    return found


def _column(
    found: Positions, counted: Callable[[Position], int], least: int
) -> dict[Kind, int | None]:
    """The sums, hidden where too few people are behind one: how many people there are counts,
    not how many sessions."""
    sums = {
        kind: {who: sum(map(counted, theirs)) for who, theirs in people.items()}
        for kind, people in found.items()
    }
    people = {kind: sum(bool(n) for n in theirs.values()) for kind, theirs in sums.items()}
    shown = hidden(people, least)
    return {
        kind: None if shown[kind] is None else sum(theirs.values()) for kind, theirs in sums.items()
    }
