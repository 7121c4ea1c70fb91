"""Pairs of a need and a provider, many at once: the one thing that rules and terms are asked of."""

from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from supervisor.rules import fit_trips
from supervisor.rules.distance import kms_between
from supervisor.rules.fit_columns import Columns, Table
from supervisor.rules.fit_lists import Column, Flags, Points, Rows, has_words, share_word
from supervisor.rules.fit_values import Need, Provider
from supervisor.rules.fit_week import WEEK
from supervisor.rules.kinds import Kind, Mode

FEW = 1_000
WORKED_OUT = ("km", "in_person", "visited", "both_share", "common")


class Side:
    """The rows of some columns that pairs point at, by name: `x.w.travel_km`."""

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self._columns, self._rows = columns, rows

    def __getitem__(self, name: str) -> Column:
        return self._columns[name].take(self._rows, axis=0)

    def __getattr__(self, name: str) -> Column:
        return self._columns[name].take(self._rows, axis=0)


class Pairs:
    """Pairs of needs of one kind with providers.

    `w` and `p` are the two people, `need` the entitlement, `offer` what the provider offers of
    the kind, `provider` their limits. `runs` says which are asked of a match that runs already.
    """

    def __init__(
        self, table: Table, kind: Kind, needs: Rows, providers: Rows, runs: Flags | None = None
    ) -> None:
        self.table, self.kind = table, kind
        self.needs, self.providers = needs, providers
        self.runs = np.zeros(len(needs), np.bool_) if runs is None else runs
        self.settings, self.on = table.day.settings, table.day.on.toordinal()
        self.w = Side(table.people, table.worker[needs])
        self.p = Side(table.people, table.person[providers])
        self.need = Side(table.need, needs)
        self.provider = Side(table.provider, providers)
        self.offer = Side(table.offers[kind], providers)

    def __len__(self) -> int:
        return len(self.needs)

    def __iter__(self) -> Iterator["Pairs"]:
        """Each pair alone."""
        return (self.where(np.array([row])) for row in range(len(self)))

    def where(self, kept: Flags | Rows) -> "Pairs":
        """Those pairs only; what was worked out for them is kept."""
        needs, providers, runs = self.needs[kept], self.providers[kept], self.runs[kept]
        fewer = Pairs(self.table, self.kind, needs, providers, runs)
        for name in WORKED_OUT:
            if name in self.__dict__:
                fewer.__dict__[name] = self.__dict__[name][..., kept]
        return fewer

    def and_(self, more: "Pairs") -> "Pairs":
        """These and more pairs of the same kind."""
        both = [np.concatenate([getattr(self, at), getattr(more, at)]) for at in
                ("needs", "providers", "runs")]  # fmt: skip
        return Pairs(self.table, self.kind, *both)

    @property
    def one(self) -> tuple[Need, Provider]:
        """The values of the first pair, for words."""
        return self.table.needs[self.needs[0]], self.table.providers[self.providers[0]]

    def all(self) -> Flags:
        return np.ones(len(self), np.bool_)

    def among(self, couples: Rows) -> Flags:
        """Which pairs are among these couples of rows (`Table.declined`, `Table.waived`)."""
        if not len(couples):
            return ~self.all()
        count = len(self.table.providers)
        return np.isin(self.needs * count + self.providers, couples[:, 0] * count + couples[:, 1])

    @cached_property
    def km(self) -> Column:
        """Whole km apart; not a number where either has no coordinates."""
        return kms_between(self.w.point, self.p.point)

    @property
    def limit(self) -> Points:
        """The smaller of the two travel limits."""
        return np.minimum(self.w.travel_km, self.p.travel_km)

    @cached_property
    def in_person(self) -> Flags:
        """Whether they can meet in person: both accept it, near enough, on one land."""
        w_land, p_land = self.w.land, self.p.land
        one_land = share_word(w_land, p_land) | ~(has_words(w_land) & has_words(p_land))
        near: Flags = self.km <= self.limit
        return self.by(Mode.IN_PERSON) & one_land & near

    @cached_property
    def visited(self) -> Flags:
        """Whether the provider comes, on some days, to where the worker can meet them in person
        for long enough."""
        found: Flags = ~self.all()
        for trip in self.table.trips:
            theirs = {name: column.take(self.providers, axis=0) for name, column in trip.items()}
            found |= fit_trips.suits(theirs, self.w, self.need.minutes)
        return found & self.by(Mode.IN_PERSON)

    def by(self, mode: Mode) -> Flags:
        """Whether both accept a way to meet."""
        return np.asarray(self.w[mode] & self.p[mode])

    @cached_property
    def both_share(self) -> Flags:
        """Both agreed that who they are be used."""
        return np.asarray(self.w.shares & self.p.shares)

    @cached_property
    def common(self) -> Column:
        """Common time in the week: the longest stretch in minutes, and the whole hours."""
        return _common_time(self.w, self.p, len(self))


def _common_time(w: Side, p: Side, count: int) -> Column:
    """Somebody who is always free has no ends of their own: the other's stretches stay whole.

    Of a few pairs all stretches are held against all others at once, of many one after the other.
    """
    longest, hours = np.zeros(count, np.int16), np.zeros(count, np.int16)
    w_starts, w_ends, p_starts, p_ends = (
        np.ascontiguousarray(ends.T) for ends in (w.starts, w.ends, p.starts, p.ends)
    )
    step = len(w_ends) if count <= FEW else 1
    for turn, first in product(_turns(w_ends, p_ends), range(0, len(w_ends), step)):
        some = np.s_[first : first + step, None]
        both = np.minimum(w_ends[some], p_ends + turn) - np.maximum(w_starts[some], p_starts + turn)
        longest = np.maximum(longest, both.max(axis=(0, 1)))
        hours += (np.maximum(both, 0) // 60).sum(axis=(0, 1), dtype=np.int16)
    for free, other in ((w, p), (p, w)):
        longest = np.where(free.always, other.longest, longest)
        hours = np.where(free.always, other.hours, hours)
    return np.stack([longest, hours])


def _turns(w_ends: Any, p_ends: Any) -> tuple[int, ...]:
    """Stretches that go over the end of the week meet others a week later or earlier too."""
    later = (WEEK,) if (w_ends > WEEK).any() else ()
    earlier = (-WEEK,) if (p_ends > WEEK).any() else ()
    return (0, *later, *earlier)
