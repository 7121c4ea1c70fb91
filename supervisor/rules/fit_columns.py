"""People, needs and offers as columns of numbers, made once for all rules and terms."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

import numpy as np

from supervisor.rules import fit_trips
from supervisor.rules.days import is_away, merged
from supervisor.rules.fit_lists import UNKNOWN, Codes, Column, Rows, bits, padded
from supervisor.rules.fit_settings import FitSettings
from supervisor.rules.fit_values import Need, Offer, Party, Provider
from supervisor.rules.fit_week import ALWAYS, minutes_ahead, stretches
from supervisor.rules.kinds import MATCHED_KINDS, Kind, Mode

Columns = dict[str, Column]
Couples = Iterable[tuple[int, int]]
"""Needs and providers that belong together, by their ids."""
MATTERS = (
    "choice", "near", "culture", "language", "gender", "time", "experience", "focus", "practice",
    "youth", "rainbow", "continuity",
)  # fmt: skip

MAKERS: dict[str, Callable[[list[Any], Codes], Column]] = {
    "flag": lambda given, _: np.array(given, np.bool_),
    "whole": lambda given, _: np.array([UNKNOWN if x is None else x for x in given], np.int64),
    "real": lambda given, _: np.array([np.nan if x is None else x for x in given], np.float64),
    "day": lambda given, _: np.array([x.toordinal() if x else UNKNOWN for x in given], np.int64),
    "ids": lambda given, _: padded(given),
    "word": lambda given, codes: bits([() if x is None else (x,) for x in given], codes),
    "words": bits,
}


@dataclass(frozen=True)
class Day:
    """The day on which is asked, with the hub's settings. Kinds in `external` are for
    providers from outside the worker's employers."""

    on: date
    settings: FitSettings = field(default_factory=FitSettings)
    external: frozenset[Kind] = frozenset({Kind.PEER_SUPERVISION})


class Table:
    """Everybody's columns. A pair is a row of `needs` and a row of `providers`.

    `offers[kind]["taken"]` and `provider["minutes_taken"]` count the matches that stay, once
    `keep` has been told of them. `declined` are couples of whom one said no, `waived` those
    for whom an exception is made, under the name of the rule.
    """

    def __init__(
        self,
        needs: Sequence[Need],
        providers: Sequence[Provider],
        day: Day,
        declined: Couples = (),
        waived: Mapping[str, Couples] | None = None,
    ) -> None:
        self.needs, self.providers, self.day = needs, providers, day
        self.declined = self.rows_of(declined)
        self.waived = {rule: self.rows_of(couples) for rule, couples in (waived or {}).items()}
        self.codes: defaultdict[str, Codes] = defaultdict(Codes)
        parties = {p.id: p for p in (*(n.worker for n in needs), *(p.party for p in providers))}
        row_of = {party: row for row, party in enumerate(parties)}
        self.people = self._people(list(parties.values()))
        self.worker = np.array([row_of[n.worker.id] for n in needs], dtype=np.intp)
        self.person = np.array([row_of[p.party.id] for p in providers], dtype=np.intp)
        self.need = self._columns(Need, needs)
        self.provider = self._columns(Provider, providers)
        self.provider["away"] = np.array([self._away(p) for p in providers], np.bool_)
        self.provider["left"] = np.array([self._left(p) for p in providers], np.bool_)
        self.trips = fit_trips.columns(providers, day.on, self.codes["land"])
        self.offers = {kind: self._offers(kind) for kind in MATCHED_KINDS}
        self.serving: dict[tuple[Kind, str | None], Rows] = {}
        self.keep(np.zeros(0, np.intp), np.zeros(0, np.intp))

    def keep(self, needs: Rows, providers: Rows) -> None:
        """Count these matches, and no others, against their providers' places and hours."""
        count = len(self.providers)
        self.kept = needs, providers
        self.provider["minutes_taken"] = np.zeros(count, np.int64)
        np.add.at(self.provider["minutes_taken"], providers, self.need["effort"][needs])
        kinds = np.array([self.needs[row].kind for row in needs], dtype=object)
        for kind, offer in self.offers.items():
            offer["taken"] = np.bincount(providers[kinds == kind], minlength=count)

    def rows_of(self, couples: Couples) -> Rows:
        """Couples by their rows of the table, one a line; who is not in it is left out."""
        need_of = {need.id: row for row, need in enumerate(self.needs)}
        provider_of = {one.party.id: row for row, one in enumerate(self.providers)}
        rows = [
            (need_of[need], provider_of[provider])
            for need, provider in couples
            if need in need_of and provider in provider_of
        ]
        return np.array(rows, np.intp).reshape(-1, 2)

    def _columns(self, kind: type[Any], rows: Sequence[Any]) -> Columns:
        """The fields of a dataclass of values as columns, each made as its field says."""
        made = {}
        for one in fields(kind):
            if "column" in one.metadata:
                make, codes = MAKERS[one.metadata["column"]], self.codes[one.metadata["of"]]
                made[one.name] = make([getattr(row, one.name) for row in rows], codes)
        return made

    def _people(self, parties: Sequence[Party]) -> Columns:
        made = self._columns(Party, parties)
        settings = self.day.settings
        made["travel_km"][made["travel_km"] == UNKNOWN] = settings.travel_km
        made["point"] = np.array([p.point or (np.nan, np.nan) for p in parties]).reshape(-1, 2)
        uncommon = [p.languages - {settings.common_language} for p in parties]
        made["uncommon_languages"] = bits(uncommon, self.codes["language"])
        for mode in Mode:
            made[mode] = np.array([p.meets_by(mode) for p in parties], np.bool_)
        for name in MATTERS:
            made[f"most_{name}"] = np.array([name in p.matters_most for p in parties], np.bool_)
        made["chosen"] = padded([p.choices.keys() for p in parties])
        made["ranks"] = padded([p.choices.values() for p in parties])
        return made | self._weeks(parties)

    def _weeks(self, parties: Sequence[Party]) -> Columns:
        """Minutes of a week fit in 16 bits, which makes common time four times as quick."""
        weeks = [stretches(p.windows, minutes_ahead(p.zone, self.day.on)) for p in parties]
        return {
            "starts": padded([[start for start, _ in week] for week in weeks], 0).astype(np.int16),
            "ends": padded([[end for _, end in week] for week in weeks], 0).astype(np.int16),
            "longest": np.array([max((b - a for a, b in w), default=0) for w in weeks], np.int16),
            "hours": np.array([sum((b - a) // 60 for a, b in w) for w in weeks], np.int16),
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
        made = self._columns(Offer, [p.offers.get(kind, nothing) for p in self.providers])
        made["offered"] = np.array([kind in p.offers for p in self.providers], np.bool_)
        return made
