"""Whom a hub could look for: a provider such as each of those would need who wait, and no other.

A profile is somebody who is not there yet, and so is supposed to stand in nobody's way: vetted,
of no employer, with no conflict, free at every hour, with years enough of the work, meeting in
person within the usual travel limit, by video and by phone. What is asked of them is their kind,
where they live, and where the rules ask for it a perspective, a culture and languages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from supervisor.rules.distance import Point, kms_between
from supervisor.rules.fit import candidates
from supervisor.rules.fit_columns import Day, Table
from supervisor.rules.fit_lists import Rows
from supervisor.rules.fit_rules import kinds_of
from supervisor.rules.fit_values import Need, Offer, Party, Provider
from supervisor.rules.kinds import MATCHED_KINDS, Kind

OLD_HAND = 100


@dataclass(frozen=True)
class RecruitSettings:
    """What a hub supposes of somebody whom it does not know yet, and how hard it looks.

    They take on `people` relationships, without a limit of hours. With `beyond_region` they meet
    people of every region, else of their own alone. The page looks for `seconds` and shows `rows`.
    """

    people: int = 4
    beyond_region: bool = True
    seconds: int = 10
    rows: int = 20


@dataclass(frozen=True)
class Site:
    """A place where they could live."""

    name: str
    point: Point | None = None
    region: str | None = None
    land: str | None = None


@dataclass(frozen=True)
class Profile:
    """Whom to look for. Languages are those beside the common one."""

    kind: Kind
    region: str | None
    perspectives: frozenset[str] = frozenset()
    culture: str | None = None
    languages: frozenset[str] = frozenset()

    def asks_more_than(self, other: "Profile") -> bool:
        """Whether they are the other and something besides."""
        same = (self.kind, self.region, self.culture) == (other.kind, other.region, other.culture)
        more = self.perspectives >= other.perspectives and self.languages >= other.languages
        return same and more and self != other

    @property
    def order(self) -> tuple[object, ...]:
        """Plainer ones first, then by name."""
        asks = len(self.perspectives) + len(self.languages)
        words = sorted(self.perspectives), self.culture or "", sorted(self.languages)
        return MATCHED_KINDS.index(self.kind), asks, *words, self.region or ""


@dataclass(frozen=True)
class Suited:
    """A profile at the site where it suits most, and the needs that it could meet."""

    profile: Profile
    site: Site
    needs: Rows


def suited(
    table: Table,
    pool: Rows,
    unmet: Rows,
    sites: Mapping[str | None, Sequence[Site]],
    settings: RecruitSettings,
) -> list[Suited]:
    """Every profile that suits somebody of the pool, at the site of its region from which most
    of those who have nobody could be met; then most of all; then the nearest to the former."""
    needs = [table.needs[row] for row in pool]
    asked = [
        (profile, site)
        for profile in profiles(needs, table.day)
        for site in sites.get(profile.region) or [Site("", region=profile.region)]
    ]
    first = 1 + int(table.people["id"].max(initial=0))
    people = [_provider(*one, first + n, settings, table.day) for n, one in enumerate(asked)]
    pairs = candidates(Table(needs, people, table.day))
    best: dict[Profile, tuple[tuple[int, int, int], Suited]] = {}
    for n, of in _by_provider(pairs.need, pairs.provider):
        one = Suited(*asked[n], pool[of])
        worth = _worth(table, one, unmet)
        if one.profile not in best or worth > best[one.profile][0]:
            best[one.profile] = worth, one
    return sorted((one for _, one in best.values()), key=lambda one: one.profile.order)


def _worth(table: Table, one: Suited, unmet: Rows) -> tuple[int, int, int]:
    waiting = one.needs[np.isin(one.needs, unmet)]
    away = 0
    if one.site.point is not None:
        points = table.people["point"][table.worker[waiting]]
        away = int(np.nansum(kms_between(points, one.site.point)))
    return len(waiting), len(one.needs), -away


def _by_provider(need: Rows, provider: Rows) -> Iterator[tuple[int, Rows]]:
    order = np.lexsort((need, provider))
    ends = np.flatnonzero(np.diff(provider[order])) + 1
    for pairs in np.split(order, ends):
        if len(pairs):
            yield int(provider[pairs[0]]), need[pairs]


def profiles(needs: Sequence[Need], day: Day) -> list[Profile]:
    """For each need one that would suit, of each of its perspectives; and one of all
    perspectives that are asked for. A need of which a rule knows too little has none."""
    every = {kind: _perspectives(needs, kind) for kind in MATCHED_KINDS}
    found = {
        Profile(need.kind, need.worker.region, asked, need.culture_wanted if cultural else None,
                need.worker.needed_languages - {day.settings.common_language})
        for need in needs
        for cultural in (need.kind in kinds_of("culture"),)
        if need.culture_wanted or not cultural
        for asked in _asked(need, every[need.kind])
    }  # fmt: skip
    return sorted(found, key=lambda profile: profile.order)


def _perspectives(needs: Sequence[Need], kind: Kind) -> frozenset[str]:
    return frozenset().union(*(n.worker.perspectives for n in needs if n.kind == kind))


def _asked(need: Need, every: frozenset[str]) -> set[frozenset[str]]:
    if need.kind not in kinds_of("perspective"):
        return {frozenset()}
    own = {frozenset({one}) for one in need.worker.perspectives}
    return own | {every} if own else own


def _provider(
    profile: Profile, site: Site, number: int, settings: RecruitSettings, day: Day
) -> Provider:
    party = Party(
        id=number,
        point=site.point,
        region=site.region,
        land=site.land,
        shares=True,
        perspectives=profile.perspectives,
        languages=profile.languages | {day.settings.common_language},
        years=OLD_HAND,
    )
    near = settings.beyond_region or profile.region is None
    offer = Offer(
        capacity=settings.people,
        vetted_until=date.max,
        regions=frozenset() if near else frozenset({str(profile.region)}),
        cultures=frozenset() if profile.culture is None else frozenset({profile.culture}),
    )
    return Provider(party, {profile.kind: offer})
