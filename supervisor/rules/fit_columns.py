"""People, needs and offers as columns of numbers, and the pairs that rules are asked about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from supervisor.rules.days import is_away, merged
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.fit_values import Need, Offer, Party, Provider
from supervisor.rules.fit_week import ALWAYS, WEEK, minutes_ahead, stretches
from supervisor.rules.kinds import MATCHED_KINDS, Kind, Mode

Column = NDArray[Any]
Columns = dict[str, Column]
Flags = NDArray[np.bool_]
Points = NDArray[np.int64]
Rows = NDArray[np.intp]
UNKNOWN = -1
MATTERS = (
    "choice", "near", "culture", "language", "gender", "time", "experience", "focus", "practice",
    "youth", "rainbow", "continuity",
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """The day on which is asked, with the hub's settings. Kinds in `external` are for
    providers from outside the worker's employers."""

    on: date
    settings: FitSettings = field(default_factory=FitSettings)
    external: frozenset[Kind] = frozenset({Kind.PEER_SUPERVISION})


class Codes(dict[Any, int]):
    """A number for each word, given when it is first met."""

    def __missing__(self, word: Any) -> int:
        return self.setdefault(word, len(self))


def padded(lists: Sequence[Sequence[int]], fill: int = UNKNOWN) -> Column:
    """Lists of different length as one table, filled up on the right."""
    table = np.full((len(lists), max([1, *map(len, lists)])), fill, dtype=np.int64)
    for row, values in enumerate(lists):
        if values:
            table[row, : len(values)] = values
    return table


def _ordinal(day: date | None) -> int:
    return UNKNOWN if day is None else day.toordinal()


def columns(kind: type[Any], rows: Sequence[Any], codes: Codes) -> Columns:
    """The fields of a dataclass of values as columns, each made as its field says."""
    makers: dict[str, Callable[[list[Any]], Column]] = {
        "flag": lambda given: np.array(given, dtype=np.bool_),
        "whole": lambda given: np.array([UNKNOWN if x is None else x for x in given], np.int64),
        "real": lambda given: np.array([np.nan if x is None else x for x in given], np.float64),
        "day": lambda given: np.array([_ordinal(x) for x in given], np.int64),
        "code": lambda given: np.array([UNKNOWN if x is None else codes[x] for x in given], int),
        "codes": lambda given: padded([sorted(codes[word] for word in x) for x in given]),
        "ids": lambda given: padded([sorted(x) for x in given]),
    }
    return {
        one.name: makers[one.metadata["column"]]([getattr(row, one.name) for row in rows])
        for one in fields(kind)
        if "column" in one.metadata
    }


class Table:
    """Everybody's columns, made once; pairs are rows of `needs` and rows of `providers`."""

    def __init__(self, needs: Sequence[Need], providers: Sequence[Provider], day: Day) -> None:
        self.needs, self.providers, self.day = needs, providers, day
        self.codes = Codes()
        parties = {p.id: p for p in (*(n.worker for n in needs), *(p.party for p in providers))}
        row_of = {party: row for row, party in enumerate(parties)}
        self.people = self._people(list(parties.values()))
        self.worker = np.array([row_of[n.worker.id] for n in needs], dtype=np.intp)
        self.person = np.array([row_of[p.party.id] for p in providers], dtype=np.intp)
        self.need = columns(Need, needs, self.codes)
        self.provider = columns(Provider, providers, self.codes)
        self.provider["away"] = np.array([self._away(p) for p in providers], np.bool_)
        self.provider["left"] = np.array([self._left(p) for p in providers], np.bool_)
        self.offers = {kind: self._offers(kind) for kind in MATCHED_KINDS}

    def _people(self, parties: Sequence[Party]) -> Columns:
        made = columns(Party, parties, self.codes)
        made["travel_km"][made["travel_km"] == UNKNOWN] = self.day.settings.travel_km
        made["point"] = np.array([p.point or (np.nan, np.nan) for p in parties]).reshape(-1, 2)
        for mode in Mode:
            made[mode] = np.array([p.meets_by(mode) for p in parties], np.bool_)
        for name in MATTERS:
            made[f"most_{name}"] = np.array([name in p.matters_most for p in parties], np.bool_)
        made["chosen"] = padded([list(p.choices) for p in parties])
        made["ranks"] = padded([list(p.choices.values()) for p in parties])
        return made | self._weeks(parties)

    def _weeks(self, parties: Sequence[Party]) -> Columns:
        weeks = [stretches(p.windows, minutes_ahead(p.zone, self.day.on)) for p in parties]
        return {
            "starts": padded([[start for start, _ in week] for week in weeks], fill=0),
            "ends": padded([[end for _, end in week] for week in weeks], fill=0),
            "longest": np.array([max((b - a for a, b in w), default=0) for w in weeks], np.int64),
            "hours": np.array([sum((b - a) // 60 for a, b in w) for w in weeks], np.int64),
            "always": np.array([week == ALWAYS for week in weeks], np.bool_),
        }

    def _away(self, provider: Provider) -> bool:
        """Away on the day and on each of the days after it."""
        away = merged(provider.leave)
        days = range(self.day.settings.away_days + 1)
        return all(is_away(self.day.on + timedelta(days=n), away) for n in days)

    def _left(self, provider: Provider) -> bool:
        return provider.left_on is not None and provider.left_on < self.day.on

    def _offers(self, kind: Kind) -> Columns:
        """Every provider has a row; `offered` says whether they offer the kind at all."""
        nothing = Offer(capacity=0)
        made = columns(Offer, [p.offers.get(kind, nothing) for p in self.providers], self.codes)
        made["offered"] = np.array([kind in p.offers for p in self.providers], np.bool_)
        return made


class Side:
    """The rows of some columns that pairs point at, by name: `x.w.travel_km`."""

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self._columns, self._rows = columns, rows

    def __getattr__(self, name: str) -> Column:
        return np.asarray(self._columns[name][self._rows])

    __getitem__ = __getattr__


class Pairs:
    """Pairs of needs of one kind with providers.

    `w` and `p` are the two people, `need` the entitlement, `offer` what the provider offers of
    the kind, `provider` their limits. `runs`: asked of matches that run already.
    """

    def __init__(
        self, table: Table, kind: Kind, needs: Rows, providers: Rows, *, runs: bool = False
    ) -> None:
        self.table, self.kind, self.runs = table, kind, runs
        self.needs, self.providers = needs, providers
        self.day, self.settings = table.day, table.day.settings
        self.on = table.day.on.toordinal()
        self.w = Side(table.people, table.worker[needs])
        self.p = Side(table.people, table.person[providers])
        self.need = Side(table.need, needs)
        self.provider = Side(table.provider, providers)
        self.offer = Side(table.offers[kind], providers)

    def __len__(self) -> int:
        return len(self.needs)

    def where(self, kept: Flags) -> "Pairs":
        """Those pairs only; what was worked out for them is kept."""
        if kept.all():
            return self
        fewer = Pairs(
            self.table, self.kind, self.needs[kept], self.providers[kept], runs=self.runs
        )
        for name in ("km", "common"):
            if name in self.__dict__:
                fewer.__dict__[name] = self.__dict__[name][..., kept]
        return fewer

    def at(self, row: int) -> "Pairs":
        """One pair alone."""
        return self.where(np.arange(len(self)) == row)

    @property
    def one(self) -> tuple[Need, Provider]:
        """The values of the first pair, for words."""
        return self.table.needs[self.needs[0]], self.table.providers[self.providers[0]]

    @cached_property
    def km(self) -> Column:
        """Whole km apart; not a number where either has no coordinates."""
        return _km(np.radians(self.w.point), np.radians(self.p.point))

    @property
    def limit(self) -> Points:
        """The smaller of the two travel limits."""
        return np.minimum(self.w.travel_km, self.p.travel_km)

    @property
    def in_person(self) -> Flags:
        """Whether they can meet in person: both accept it, near enough, on one land."""
        w_land, p_land = self.w.land, self.p.land
        one_land = (w_land == p_land) | (w_land == UNKNOWN) | (p_land == UNKNOWN)
        return self.by(Mode.IN_PERSON) & one_land & (self.km <= self.limit)

    def by(self, mode: Mode) -> Flags:
        """Whether both accept a way to meet."""
        return np.asarray(self.w[mode] & self.p[mode])

    @property
    def both_share(self) -> Flags:
        """Both agreed that who they are be used."""
        return np.asarray(self.w.shares & self.p.shares)

    @cached_property
    def common(self) -> Points:
        """Common time in the week: the longest stretch in minutes, and the whole hours."""
        return _common_time(self.w, self.p, len(self))


def _km(one: Column, other: Column) -> Column:
    lat, lon = one[..., 0], one[..., 1]
    half = (
        np.sin((other[..., 0] - lat) / 2) ** 2
        + np.cos(lat) * np.cos(other[..., 0]) * np.sin((other[..., 1] - lon) / 2) ** 2
    )
    return np.asarray(np.floor(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))))


def _common_time(w: Side, p: Side, count: int) -> Points:
    """Somebody who is always free has no ends of their own: the other's stretches stay whole."""
    longest, hours = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for w_start, w_end in _stretch_columns(w):
        for p_start, p_end in _stretch_columns(p):
            for turn in _turns(w_end, p_end):
                both = np.minimum(w_end, p_end + turn) - np.maximum(w_start, p_start + turn)
                np.maximum(both, 0, out=both)
                np.maximum(longest, both, out=longest)
                hours += both // 60
    for free, other in ((w, p), (p, w)):
        longest, hours = (
            np.where(free.always, other.longest, longest),
            np.where(free.always, other.hours, hours),
        )
    return np.stack([longest, hours])


def _stretch_columns(side: Side) -> Iterable[tuple[Column, Column]]:
    return list(zip(side.starts.T, side.ends.T, strict=True))


def _turns(w_end: Column, p_end: Column) -> tuple[int, ...]:
    """Stretches that go over the end of the week meet others a week later or earlier too."""
    over = (w_end > WEEK).any(), (p_end > WEEK).any()
    return (0, *((WEEK,) if over[0] else ()), *((-WEEK,) if over[1] else ()))


def among(table: Column, value: Column) -> Flags:
    """For each pair, whether its list holds its value."""
    return np.asarray(((table == value[:, None]) & (table != UNKNOWN)).any(axis=1))


def overlap(one: Column, other: Column) -> Flags:
    """For each pair, whether its two lists have something in common."""
    found = np.zeros(len(one), np.bool_)
    for value in one.T:
        found |= among(other, value)
    return found


def holds_all(other: Column, one: Column) -> Flags:
    """For each pair, whether its list `other` holds all of its list `one`."""
    found = np.ones(len(one), np.bool_)
    for value in one.T:
        found &= among(other, value) | (value == UNKNOWN)
    return found


def group_rows(keys: Mapping[str, Column]) -> Iterable[Rows]:
    """Rows that agree in every key, group by group."""
    stacked = np.stack(list(keys.values()))
    order = np.lexsort(stacked)
    changes = np.flatnonzero((np.diff(stacked[:, order]) != 0).any(axis=0)) + 1
    return np.split(order, changes) if len(order) else []
