"""The rows that are chained, and what of each goes into its link: ids, codes and instants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from supervisor.models import Audit, DeliveryEvent, Store, TrailLink

LEDGERS: dict[str, tuple[Any, ...]] = {
    "audit": (
        Audit.id, Audit.at, Audit.by_id, Audit.for_id, Audit.verb, Audit.noun, Audit.noun_ref,
    ),
    "delivery": (
        DeliveryEvent.id, DeliveryEvent.noun, DeliveryEvent.noun_id, DeliveryEvent.what,
        DeliveryEvent.side, DeliveryEvent.person_id, DeliveryEvent.value, DeliveryEvent.starts_at,
        DeliveryEvent.minutes, DeliveryEvent.by_id, DeliveryEvent.at, DeliveryEvent.written_at,
    ),
}  # fmt: skip
"""Each ledger with its columns, in the order in which they are chained: its id comes first."""
AT_ONCE = 2000
LOOK_BACK = 10_000
"""So many rows may become visible before one with a smaller id, and it is still found at once."""


@dataclass(frozen=True)
class Linked:
    """A link with what its row says now; None where the row is gone."""

    seq: int
    ledger: str
    row_id: int
    sealed_at: datetime
    mac: str
    cells: tuple[Any, ...] | None

    @property
    def row(self) -> tuple[Any, ...]:
        """What the link was made of."""
        return (self.seq, self.sealed_at, self.ledger, *(self.cells or ()))


def waiting(
    store: Store, most: int, *, everywhere: bool = False
) -> list[tuple[str, tuple[Any, ...]]]:
    """Rows without a link yet, so many at most. Their own order says nothing: on PostgreSQL a row
    with a smaller id may become visible after one with a larger. They are sought near the last
    that has one, so that a look does not grow with the record; `everywhere` once a day."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    for ledger, columns in LEDGERS.items():
        first = 0 if everywhere else _last_linked(store, ledger) - LOOK_BACK
        here = columns[0] > first, _unlinked(ledger, columns[0], first)
        query = select(*columns).where(*here).order_by(columns[0])
        rows = store.execute(query.limit(most - len(found)))
        found += [(ledger, tuple(row)) for row in rows]
    return found


def _last_linked(store: Store, ledger: str) -> int:
    query = select(func.max(TrailLink.row_id)).where(TrailLink.ledger == ledger)
    return store.scalar(query) or 0


def count_waiting(store: Store) -> int:
    """How many rows have no link yet."""
    return sum(
        store.scalar(select(func.count(columns[0])).where(_unlinked(ledger, columns[0]))) or 0
        for ledger, columns in LEDGERS.items()
    )


def _unlinked(ledger: str, key: Any, first: int = 0) -> ColumnElement[bool]:
    """Of rows after the first: said of the links too, or PostgreSQL may read each there is."""
    here = TrailLink.ledger == ledger, TrailLink.row_id > first
    return ~exists().where(*here, TrailLink.row_id == key)


def last_link(store: Store) -> TrailLink | None:
    """The end of the chain."""
    return store.scalar(select(TrailLink).order_by(TrailLink.seq.desc()).limit(1))


def linked(store: Store, after: int = 0) -> Iterator[Linked]:
    """The chain in its order, all of it or what comes after a link, a stretch at a time."""
    links = (TrailLink.seq, TrailLink.ledger, TrailLink.row_id, TrailLink.sealed_at, TrailLink.mac)
    query = select(*links, *(c for columns in LEDGERS.values() for c in columns))
    for ledger, columns in LEDGERS.items():
        its = and_(TrailLink.ledger == ledger, TrailLink.row_id == columns[0])
        query = query.outerjoin(columns[0].class_, its)
    query = query.where(TrailLink.seq > after).order_by(TrailLink.seq)
    rows = store.execute(query.execution_options(yield_per=AT_ONCE))
    for row in rows:
        seq, ledger, number, sealed_at, mac, *values = row
        yield Linked(seq, ledger, number, sealed_at, mac, _cells(ledger, values))


def _cells(ledger: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    first = 0
    for name, columns in LEDGERS.items():
        if name == ledger:
            own = tuple(values[first : first + len(columns)])
            return own if own[0] is not None else None
        first += len(columns)
    return None
