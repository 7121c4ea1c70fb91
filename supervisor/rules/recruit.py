"""Whom should the hub look for next? Everybody is matched without them, then with each in turn.

What is said to be proved is so: no answer without them meets more than was counted, and none with
them. Only counts are compared, the mandatory needs first; how well people fit is left aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from supervisor.rules.assign import AssignSettings, Problem, Score
from supervisor.rules.assign_budget import Budget
from supervisor.rules.fit_columns import Table
from supervisor.rules.fit_lists import Rows
from supervisor.rules.recruit_more import More, Say, WithOne, without_anybody_new
from supervisor.rules.recruit_profiles import Profile, RecruitSettings, Site, Suited, suited
from supervisor.rules.recruit_reach import Reach, reach

WITHOUT = 0.5

Sites = Mapping[str | None, Sequence[Site]]


@dataclass(frozen=True)
class Gain:
    """Somebody to look for, and what they would add."""

    profile: Profile
    site: Site
    more: More


@dataclass(frozen=True)
class Outlook:
    """How many of the open needs can be met without anybody new, and which are not; whom to look
    for, best first; and the needs for which nobody can be looked for, since a rule knows too
    little of them. Needs are rows of the table. Not `whole`: there was no time for some."""

    reached: Score
    most: Score
    unmet: Rows
    gains: list[Gain]
    beyond: Rows
    whole: bool

    def sure(self, more: More) -> str:
        """How sure it is: proved; at least so much, against a number that is proved; or about so
        much, against the best answer that was found."""
        if more.proved:
            return "proved"
        return "at_least" if self.reached == self.most else "about"


def outlook(
    table: Table,
    problem: Problem,
    wanting: Rows,
    sites: Sites,
    settings: RecruitSettings,
    assign: AssignSettings,
    seconds: float,
    say: Say = lambda _looked, _of: None,
) -> Outlook:
    """All whom it helps to look for; `wanting` are the open needs. `say` hears how many profiles
    were looked at, of how many."""
    budget = Budget(seconds)
    without = without_anybody_new(problem, wanting, assign, budget.share(WITHOUT))
    reached = reach(without.problem, without.chosen, without.unmet)
    found = suited(table, reached.pool, without.unmet, sites, settings)
    added = WithOne(without, reached, found, settings.people).each(assign, budget, say)
    gains = [
        Gain(who.profile, who.site, more)
        for who, more in zip(found, added, strict=True)
        if more is not None
    ]
    return Outlook(
        reached=without.reached,
        most=without.most,
        unmet=without.unmet,
        gains=best(gains),
        beyond=_beyond(reached, found),
        whole=len(gains) == len(found),
    )


def best(gains: Sequence[Gain]) -> list[Gain]:
    """Best first. Who adds nothing is left out, and who is asked for more than another that adds
    as much."""
    some = [gain for gain in gains if gain.more.worth > (0, 0)]
    kept = [gain for gain in some if not any(_needless(gain, other) for other in some)]
    return sorted(kept, key=lambda gain: (*(-n for n in gain.more.worth), gain.profile.order))


def _needless(gain: Gain, other: Gain) -> bool:
    as_much = other.more.worth >= gain.more.worth
    return as_much and gain.profile.asks_more_than(other.profile)


def _beyond(reached: Reach, found: Sequence[Suited]) -> Rows:
    """Unmet needs that nobody who could be looked for would meet, or make room for."""
    could = np.concatenate([reached.unmet[:0], *(who.needs for who in found)])
    return reached.unmet[~reached.touches(np.unique(could))]
