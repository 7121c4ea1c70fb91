"""What the parts of one import or export share: ids and words looked up in bulk, once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from supervisor import localities
from supervisor.models import (
    Entitlement,
    Group,
    MeetingRoom,
    Organisation,
    Person,
    Place,
    Provider,
    Session,
    Store,
    Word,
)
from supervisor.settings import HubSettings, read
from supervisor.zones import today

NAMED = {
    "organisations": Organisation,
    "places": Place,
    "people": Person,
    "entitlements": Entitlement,
    "groups": Group,
}


@dataclass
class Book:
    """One import or export: the handle, the instant, and maps that spare a query per cell."""

    store: Store
    now: datetime
    add_words: bool = False
    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    new_words: dict[tuple[str, str], None] = field(default_factory=dict)
    new_places: dict[str, localities.Locality] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    resting: set[int] = field(default_factory=set)
    sessions: list[Session] = field(default_factory=list)
    new_sessions: list[Session] = field(default_factory=list)
    to_place: list[Session] = field(default_factory=list)
    places: set[int] = field(default_factory=set)
    rotas: set[int] = field(default_factory=set)
    groups: set[int] = field(default_factory=set)
    rooms: list[MeetingRoom] = field(default_factory=list)
    retiring: list[MeetingRoom] = field(default_factory=list)
    changed_entitlements: list[Entitlement] = field(default_factory=list)

    def __post_init__(self) -> None:
        for sheet, record in NAMED.items():
            columns = vars(record)
            rows = self.store.execute(select(columns["ref"], columns["id"]))
            self.ids[sheet] = {ref: id_ for ref, id_ in rows}  # noqa: C416 - rows are not pairs to mypy

    def workers(self) -> dict[int, int]:
        """Whose each entitlement is, by their ids."""
        rows = self.store.execute(select(Entitlement.id, Entitlement.person_id))
        return {id_: person for id_, person in rows}  # noqa: C416 - rows are not pairs to mypy

    @cached_property
    def zone(self) -> str:
        """The hub's zone, for whoever has none of their own."""
        return read(self.store, HubSettings).time_zone

    @cached_property
    def today(self) -> Any:
        return today(self.now, self.zone)

    @cached_property
    def words(self) -> dict[int, tuple[str, str]]:
        """Every word by its id, with its list."""
        rows = self.store.execute(select(Word.id, Word.vocabulary, Word.name))
        return {id_: (vocabulary, name) for id_, vocabulary, name in rows}

    @cached_property
    def spellings(self) -> dict[tuple[str, str], str]:
        """The hub's own spelling of a word, found by list and small letters."""
        return {(v, name.casefold()): name for v, name in self.words.values()}

    def spell(self, vocabulary: str, word: str) -> str:
        """The hub's spelling of a word; one that nobody knows yet is spelt as it first came."""
        if (vocabulary, word.casefold()) not in self.spellings:
            self.spellings[vocabulary, word.casefold()] = word
            self.new_words[vocabulary, word] = None
        return self.spellings[vocabulary, word.casefold()]

    @cached_property
    def word_ids(self) -> dict[tuple[str, str], int]:
        return {word: id_ for id_, word in self.words.items()}

    @cached_property
    def providers(self) -> dict[int, Provider]:
        return {p.person_id: p for p in self.store.scalars(select(Provider))}

    def provider(self, person_id: int) -> Provider:
        """The provider's row, made when it is not there."""
        if person_id not in self.providers:
            self.providers[person_id] = Provider(person_id=person_id)
            self.store.add(self.providers[person_id])
        return self.providers[person_id]

    def ref(self, sheet: str, id_: int | None) -> str | None:
        """The hub's own id of a row."""
        return None if id_ is None else self._refs(sheet)[id_]

    def _refs(self, sheet: str) -> dict[int, str]:
        cache: dict[str, dict[int, str]] = self.__dict__.setdefault("_refs_by_sheet", {})
        if sheet not in cache:
            cache[sheet] = {id_: ref for ref, id_ in self.ids[sheet].items()}
        return cache[sheet]

    def learn(self, sheet: str, records: Iterable[Any]) -> None:
        """Remember the ids of rows that were just written."""
        if sheet in NAMED:
            self.ids[sheet].update((record.ref, record.id) for record in records)
            self.__dict__.get("_refs_by_sheet", {}).pop(sheet, None)
