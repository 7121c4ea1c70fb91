"""The people of a match as plain values, as the records hold them.

Each field says how it becomes a column of numbers (`fit_columns`), so that a new field is
ready for the rules at once.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from supervisor.rules.days import Span
from supervisor.rules.distance import Point
from supervisor.rules.kinds import Kind, Mode

Windows = tuple[tuple[int, int, int], ...]
NOBODY: frozenset[int] = frozenset()
Id = TypeVar("Id", int, str)


def column(make: str, default: Any = None, *, of: str = "") -> Any:
    """A field that becomes a column: `make` names its maker in `fit_columns`, `of` the list
    whose words it holds."""
    return field(default=default, metadata={"column": make, "of": of})


def words(of: str) -> Any:
    return column("words", frozenset(), of=of)


@dataclass(frozen=True)
class Party:
    """One person, on either side of a match. Empty is unknown.

    `shares` says that they agreed to the use of some of culture, language, gender, youth and
    rainbow; what they did not agree to is empty.
    `organisations`, `above` (their managers at any height), `sole_peer` and `began_on` come
    from the jobs held on the day; `joins` are where they begin later. `against` holds those they
    declared a conflict with, or who work at an organisation of which they did. `windows` are
    (weekday, from, to) in `zone`.
    """

    id: int = column("whole")
    ref: str = ""
    point: Point | None = None
    region: str | None = column("word", of="region")
    land: str | None = column("word", of="land")
    clinical: bool = column("flag", default=False)
    shares: bool = column("flag", default=False)
    perspectives: frozenset[str] = words("perspective")
    cultures: frozenset[str] = words("culture")
    languages: frozenset[str] = words("language")
    needed_languages: frozenset[str] = words("language")
    genders: frozenset[str] = words("gender")
    preferred_genders: frozenset[str] = words("gender")
    youth_until: date | None = column("day")
    rainbow: bool = column("flag", default=False)
    focus: frozenset[str] = words("focus")
    practice: frozenset[str] = words("practice")
    modes: frozenset[str] = frozenset()
    travel_km: int | None = column("whole")
    years: float | None = column("real")
    windows: Windows = ()
    zone: str = "UTC"
    matters_most: frozenset[str] = frozenset()
    choices: Mapping[int, int] = field(default_factory=dict)
    organisations: frozenset[int] = column("ids", NOBODY)
    joins: frozenset[int] = column("ids", NOBODY)
    above: frozenset[int] = column("ids", NOBODY)
    sole_peer: bool = column("flag", default=False)
    began_on: date | None = column("day")
    against: frozenset[int] = column("ids", NOBODY)
    against_organisations: frozenset[int] = column("ids", NOBODY)
    supervised_by: frozenset[int] = column("ids", NOBODY)

    def meets_by(self, mode: Mode) -> bool:
        """Whether they accept a way to meet; who named none accepts all."""
        return not self.modes or mode in self.modes


@dataclass(frozen=True)
class Need:
    """An entitlement that wants a provider. `current` is who holds its running match, if any;
    `effort` is all its minutes together."""

    worker: Party
    kind: Kind
    id: int = 0
    ref: str = ""
    minutes: int = column("whole", 60)
    effort: int = column("whole", 600)
    culture_wanted: str | None = column("word", of="culture")
    mandatory: bool = column("flag", default=False)
    waiting_since: date | None = column("day")
    current: int | None = column("whole")


@dataclass(frozen=True)
class Offer:
    """One kind that a provider offers, up to `capacity` relationships."""

    capacity: int = column("whole", 1)
    vetted_until: date | None = column("day")
    regions: frozenset[str] = words("region")
    cultures: frozenset[str] = words("culture")
    taken: int = column("whole", 0)


@dataclass(frozen=True)
class Trip:
    """Days on which a provider is at a place away from home, in person: a weekday, from minute to
    minute in their own zone, until a last day where there is one."""

    place: str
    point: Point | None
    land: str | None
    weekday: int
    starts: int
    ends: int
    last_on: date | None = None


@dataclass(frozen=True)
class Provider:
    """Somebody who supervises: what they offer by kind, their limits, their days away, and where
    they come to."""

    party: Party
    offers: Mapping[str, Offer] = field(default_factory=dict)
    minutes_a_year: int | None = column("whole")
    leave: tuple[Span, ...] = ()
    left_on: date | None = None
    trips: tuple[Trip, ...] = ()

    @property
    def capacity(self) -> int:
        """Places over all the kinds they offer."""
        return sum(offer.capacity for offer in self.offers.values())


def line_above(person: Id, managers: Mapping[Id, Set[Id]]) -> frozenset[Id]:
    """Everyone above a person through any job, at any height; a circle ends the walk."""
    above: set[Id] = set()
    ahead = set(managers.get(person, ()))
    while ahead:
        above |= ahead
        ahead = {up for one in ahead for up in managers.get(one, ())} - above
    return frozenset(above - {person})
