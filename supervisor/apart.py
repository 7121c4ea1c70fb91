"""Who is to be kept apart from whom: every conflict, in words or by id, as pairs of ids.

Nothing here is ever shown. A name holds for whoever bears it, also for somebody whom the hub
comes to know later.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from supervisor.models import Conflict, Organisation, Person, Store
from supervisor.rules.names import Bearers

Pair = tuple[int, int]


@dataclass(frozen=True)
class Apart:
    """Who declared a conflict, with which person, or with which organisation."""

    people: frozenset[Pair]
    organisations: frozenset[Pair]


class Known:
    """Whom a typed name means among those the hub knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def people(self) -> Bearers:
        """Everybody by name."""
        return Bearers((one, name) for one, name in self._rows(Person))

    @cached_property
    def organisations(self) -> Bearers:
        """Every organisation by name."""
        return Bearers((one, name) for one, name in self._rows(Organisation))

    def _rows(self, record: type[Person] | type[Organisation]) -> Iterable[Any]:
        return self._store.execute(select(record.id, record.name))


def declared(store: Store, person: Person | None = None) -> Apart:
    """All that was declared, or what one person declared."""
    query = select(Conflict)
    if person:
        query = query.where(Conflict.person_id == person.id)
    rows, known = list(store.scalars(query)), Known(store)
    return Apart(
        frozenset(pair for row in rows for pair in _people(row, known)),
        frozenset(pair for row in rows for pair in _organisations(row, known)),
    )


def _people(row: Conflict, known: Known) -> Iterator[Pair]:
    others = known.people.of(row.name) if row.name else set()
    for other in (others | {row.other_person_id}) - {None, row.person_id}:
        assert other
        yield row.person_id, other


def _organisations(row: Conflict, known: Known) -> Iterator[Pair]:
    others = known.organisations.of(row.name) if row.name else set()
    for other in (others | {row.other_organisation_id}) - {None}:
        assert other
        yield row.person_id, other
